"""Parts that halls are made of, and the build that turns them into glTF."""
