"""Benches: a hall full of visitors, measured from outside."""
