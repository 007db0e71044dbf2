"""Yuanzhan: a virtual-exhibition server."""
