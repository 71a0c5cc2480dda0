"""The Space's entry: build the demo, launch it.

    python app.py                                # http://127.0.0.1:7860
    GRADIO_SERVER_NAME=0.0.0.0 python app.py     # for other computers too

Limits are environment variables; see demo/config.py.
"""

from __future__ import annotations

import logging
import signal
import sys

from demo.app import build
from reenact.errors import ReenactError


def main() -> None:
    """Run until stopped; files are removed at the end."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        demo = build()
    except ReenactError as error:  # a setting that cannot be used
        print(error, file=sys.stderr)
        sys.exit(2)
    demo.launch()
    demo.page.block_thread()


if __name__ == "__main__":
    main()
