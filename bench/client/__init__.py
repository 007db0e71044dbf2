"""What a full hall costs in a visitor's browser; see `__main__.py`."""
