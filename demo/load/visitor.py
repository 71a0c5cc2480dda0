"""One visitor of the load test: brings own pictures, checks that what comes back is theirs."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from demo.examples import EXAMPLES_DIR

BAND_PX = 40
"""Height of the colored band above the picture that tells whose it is; no method touches it."""

TOLERANCE = 12
"""Gray levels that a watermark may change a flat color by."""

DRIVING = ("driving_smile.jpg", "driving_surprise.jpg", "driving_wink.jpg", "driving_anger.jpg")


@dataclass
class Tally:
    """What happened to one visitor.

    Attributes:
        counts: done things by name: picture, clip, refused, left, full.
        seconds: how long each picture took, with its waiting.
        errors: whatever should not have happened.
    """

    counts: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def color_of(number: int) -> tuple[int, int, int]:
    """The visitor's color, at least 60 levels from each other visitor's (for 64 visitors)."""
    levels = (20, 90, 160, 230)
    return levels[number % 4], levels[number // 4 % 4], levels[number // 16 % 4]


def mark_source(number: int, folder: Path) -> Path:
    """The visitor's own source: an example with their color above it."""
    with Image.open(EXAMPLES_DIR / f"source_{number % 3 + 1}.jpg") as image:
        source = image.convert("RGB").resize((384, 384))
    marked = Image.new("RGB", (384, 384 + BAND_PX), color_of(number))
    marked.paste(source, (0, BAND_PX))
    path = folder / f"visitor_{number}.png"
    marked.save(path)
    return path


def belongs_to(picture: Image.Image, number: int) -> bool:
    """Whether the band above a result has this visitor's color."""
    band = np.asarray(picture.convert("RGB"))[4 : BAND_PX - 12, 8:-8].reshape(-1, 3)
    return bool(np.abs(np.median(band, axis=0) - color_of(number)).max() <= TOLERANCE)


class Visitor:
    """Comes, works, leaves, comes again, until the time is up.

    Args:
        number: which visitor; each has a color.
        url: the app.
        folder: where downloads go.
        clip: a short driving clip.
        blank: a picture without a face, which must be refused.
    """

    def __init__(self, number: int, url: str, folder: Path, clip: Path, blank: Path) -> None:
        self.number, self.url, self.folder = number, url, folder
        self.clip, self.blank = clip, blank
        self.tally = Tally()
        self._dice = random.Random(number)
        self._source = mark_source(number, folder)

    def work(self, until: float) -> None:
        """Until `time.monotonic()` is past `until`."""
        client = self._come()
        while time.monotonic() < until and client is not None:
            throw = self._dice.random()
            if throw < 0.04:
                client.close()
                self.tally.counts["left"] += 1
                client = self._come()
            elif throw < 0.1:
                self._try("clip", partial(self._clip, client))
            elif throw < 0.2:
                self._try("refused", partial(self._refused, client))
            else:
                self._try("picture", partial(self._picture, client))
        if client is not None:
            client.close()

    def _come(self):
        from gradio_client import Client

        try:
            return Client(self.url, verbose=False, download_files=self.folder)
        except Exception as error:
            self.tally.errors.append(f"visitor {self.number} could not open the page: {error!r}")
            return None

    def _try(self, what: str, act: Callable[[], None]) -> None:
        try:
            act()
            self.tally.counts[what] += 1
        except Exception as error:
            if "queue is full" in str(error).lower():
                self.tally.counts["full"] += 1
                time.sleep(1)
            else:
                self.tally.errors.append(f"visitor {self.number}, {what}: {error!r}"[:300])

    def _picture(self, client) -> None:
        from gradio_client import handle_file

        start = time.monotonic()
        made = client.predict(
            source=handle_file(self._source),
            driving=handle_file(EXAMPLES_DIR / self._dice.choice(DRIVING)),
            api_name="/reenact_image",
        )
        self.tally.seconds.append(time.monotonic() - start)
        with Image.open(made) as picture:
            self._check(picture)
        Path(made).unlink(missing_ok=True)

    def _clip(self, client) -> None:
        import av
        from gradio_client import handle_file

        made = client.predict(
            source=handle_file(self._source),
            driving=handle_file(self.clip),
            api_name="/reenact_clip",
        )
        with av.open(str(made)) as clip:
            self._check(next(clip.decode(video=0)).to_image())
        Path(made).unlink(missing_ok=True)

    def _refused(self, client) -> None:
        from gradio_client import handle_file

        try:
            client.predict(
                source=handle_file(self.blank),
                driving=handle_file(EXAMPLES_DIR / DRIVING[0]),
                api_name="/reenact_image",
            )
        except Exception as error:
            if "No face found in `source`" in str(error):
                return
            raise
        raise AssertionError("a picture without a face was not refused")

    def _check(self, picture: Image.Image) -> None:
        if not belongs_to(picture, self.number):
            raise AssertionError("WRONG HANDS: another visitor's result came back")
