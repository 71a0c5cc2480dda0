"""The demo: what visitors see in a browser. `demo.app.build` makes it; `app.py` launches it."""
