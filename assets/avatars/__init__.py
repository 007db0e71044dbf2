"""The visitors' avatars, made by code: bodies, clothes, hair, faces and motion. `python -m avatars.build`."""
