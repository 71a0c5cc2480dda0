"""Blocks that two methods use unchanged; small identity and landmark networks."""
