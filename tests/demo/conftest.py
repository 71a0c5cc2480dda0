"""Services on a stand-in engine, and pictures to bring."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.config import DemoConfig
from demo.services import Services
from demo.sessions import Session, Sessions
from tests.demo.stand_in import StandIn


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


@pytest.fixture
def engine() -> StandIn:
    return StandIn()


@pytest.fixture
def services(cache: Path, engine: StandIn) -> Services:
    return Services(engine, Sessions(cache), DemoConfig(consent=False))  # see test_consent.py


@pytest.fixture
def session(services: Services) -> Session:
    return services.sessions.get("visitor")


@pytest.fixture
def upload(cache: Path) -> Callable[..., str]:
    """Puts a file where Gradio puts what visitors upload."""

    def put(content: bytes | np.ndarray | Path, name: str = "me.png") -> str:
        data = content.read_bytes() if isinstance(content, Path) else content
        raw = data if isinstance(data, bytes) else data.tobytes()
        folder = cache / hashlib.sha256(raw).hexdigest()
        folder.mkdir(exist_ok=True)
        if isinstance(data, bytes):
            (folder / name).write_bytes(data)
        else:
            Image.fromarray(data).save(folder / name)
        return str(folder / name)

    return put


@pytest.fixture
def gray() -> np.ndarray:
    """(64, 80, 3), a picture in which the stand-in finds no face."""
    return np.full((64, 80, 3), 90, np.uint8)
