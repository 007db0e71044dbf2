"""Visitors made by the program: they walk between exhibits, talk a little, and measure what they see."""
