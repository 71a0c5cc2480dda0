"""Programs that fit the weights in `reenact/weights/`."""
