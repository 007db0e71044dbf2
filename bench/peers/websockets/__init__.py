"""A broadcast server on `websockets`."""
