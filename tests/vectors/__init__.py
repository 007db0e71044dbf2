"""Golden vectors of the wire."""
