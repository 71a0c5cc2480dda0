"""One file a tab; each has `build(site)`, and stands in `demo.app.TABS`."""
