"""Reaching visitors who allowed it: whom, how often, by whom, and what came of it as counts."""
