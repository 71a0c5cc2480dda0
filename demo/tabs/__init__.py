"""One file a tab; each has `build(services)`."""
