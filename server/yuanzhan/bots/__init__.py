"""Visitors made by the program: they walk between exhibits, talk a little, and measure what they see."""

from yuanzhan.bots.run import BotsResult, run_bots

__all__ = ["BotsResult", "run_bots"]
