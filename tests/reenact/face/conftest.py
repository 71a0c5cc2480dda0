"""A real face for the tests of this folder: scikit-image's astronaut (public domain)."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def astronaut():
    """(512, 512, 3) uint8, one face at about (210, 100)."""
    data = pytest.importorskip("skimage.data")
    return data.astronaut()


@pytest.fixture(scope="session")
def astronaut_face(astronaut):
    from reenact.face.detect import find_face

    return find_face(astronaut)


@pytest.fixture(scope="session")
def shared():
    """The folder of shared pictures; tests that use it are marked `shared`."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the shared pictures in {SHARED}")
    return SHARED
