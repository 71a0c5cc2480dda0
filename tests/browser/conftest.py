"""One running app and one Chromium for all browser tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.examples import EXAMPLES_DIR, find_examples

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
START_LIMIT_S = 60


@dataclass
class App:
    """The app as visitors meet it: `python app.py` in a process of its own."""

    url: str
    folder: Path
    start_s: float

    def visitor_files(self) -> list[Path]:
        """Files of visitors that lie on the disk."""
        (cache,) = self.folder.glob("reenact-demo-*/cache")
        return [p for p in cache.rglob("*") if p.is_file() and p.stat().st_size]


@pytest.fixture(scope="session")
def app(tmp_path_factory) -> Iterator[App]:
    if not find_examples():
        pytest.skip(
            "demo/assets/examples is empty; tests/demo/test_examples.py says what is missing"
        )
    folder = tmp_path_factory.mktemp("app")
    port = free_port()
    settings = {
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": "",
        "TMPDIR": str(folder),
        "REENACT_MAX_UPLOAD_MB": "2",
        "REENACT_MAX_CLIP_SECONDS": "20",
    }
    log = (folder / "log.txt").open("w")
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, folder / "log.txt")
        yield App(url, folder, time.monotonic() - begin)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert not list(folder.glob("reenact-demo-*")), "the app leaves files behind when it ends"


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def playwright():
    """Playwright, which keeps an event loop running: the tests of no other folder may be in it."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def visit(app: App, browser) -> Iterator[Callable]:
    """Opens pages; each is another visitor."""
    from tests.browser.visitor import Visitor

    contexts = []

    def come(width: int = 1280, height: int = 900, **settings: bool) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        return Visitor(context.new_page(), app.url)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(visit):
    return visit()


@pytest.fixture(scope="session")
def example() -> Callable[[str], Path]:
    """A file of the demo's own examples."""

    def find(name: str) -> Path:
        path = EXAMPLES_DIR / name
        assert path.is_file(), f"demo/assets/examples/{name} is missing"
        return path

    return find


@pytest.fixture(scope="session")
def no_face(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("no_face") / "wall.png"
    Image.new("RGB", (300, 300), (90, 110, 90)).save(path)
    return path


@pytest.fixture(scope="session")
def two_faces(portrait, tmp_path_factory) -> Path:
    """(304, 608, 3) the portrait twice, side by side."""
    path = tmp_path_factory.mktemp("two") / "two.png"
    Image.fromarray(np.hstack([portrait, portrait[:, ::-1]])).save(path)
    return path


@pytest.fixture(scope="session")
def clip(example, tmp_path_factory) -> Path:
    """The first half second of the example clip."""
    return cut(example("driving_clip.mp4"), tmp_path_factory.mktemp("clip") / "short.mp4", 12)


@pytest.fixture(scope="session")
def long_clip(example, tmp_path_factory) -> Path:
    """Fifteen seconds: too long to be done before anyone can cancel it."""
    target = tmp_path_factory.mktemp("clip") / "long.mp4"
    return cut(example("driving_clip.mp4"), target, 75, repeat=5)


def cut(source: Path, target: Path, frames: int, repeat: int = 1) -> Path:
    """The first frames of a clip, over and over, as a clip of their own."""
    import av

    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        decoded = islice(read.decode(video=0), frames)
        shown = [frame.to_ndarray(format="rgb24") for frame in decoded]
        stream = write.add_stream("libx264", rate=25, options={"preset": "ultrafast", "crf": "32"})
        stream.height, stream.width = shown[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in shown * repeat:
            write.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        write.mux(stream.encode())
    return target


@pytest.fixture(scope="session")
def camera_file(example, tmp_path_factory) -> Path:
    """The example clip as Chromium's fake camera wants it."""
    import io

    import av

    path = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    with av.open(str(example("driving_clip.mp4"))) as clip, path.open("wb") as target:
        for frame in clip.decode(video=0):
            image = frame.to_image()
            image.thumbnail((480, 480))
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=90)
            target.write(buffer.getvalue())
    return path


@pytest.fixture
def camera_page(app, playwright, camera_file):
    """A page in a Chromium whose camera shows the example clip."""
    arguments = [
        *ARGUMENTS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera_file}",
    ]
    from tests.browser.visitor import Visitor

    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    page = browser.new_context(permissions=["camera"]).new_page()
    yield Visitor(page, app.url)
    browser.close()
