"""Yuanzhan: a virtual-exhibition server."""

__version__ = "0.1.0"
