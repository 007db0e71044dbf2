"""Halls as glTF: read, place, measure, check, and find the floor. No network, no database."""
