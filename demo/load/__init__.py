"""Many visitors at once: `python -m demo.load` starts the app and its visitors, and says whether
nothing broke, nothing was mixed up, and nothing was left behind."""
