"""Alembic's revisions: one a feature, each after the one before it. A revision that was released is not
edited.
"""
