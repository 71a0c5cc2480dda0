"""Losses that methods share. Each is 0 on a perfect output, and a mean over the batch."""
