"""Protocols: one JSON file each. A protocol never changes; a new version gets a new file."""
