"""A real face for all tests: scikit-image's astronaut, a photograph of NASA's (public domain)."""

from __future__ import annotations

import os
import tempfile

import pytest

# The certificate that tests sign with is made for them, and goes with them.
_CONFIG = tempfile.TemporaryDirectory(prefix="reenact-tests-")
os.environ["REENACT_CONFIG_DIR"] = _CONFIG.name


@pytest.fixture(scope="session")
def portrait():
    """(304, 304, 3) one face, looking at the camera, in the middle of the upper half."""
    from skimage.data import astronaut

    picture = astronaut()[:304, 72:376].copy()
    picture.setflags(write=False)
    return picture


@pytest.fixture(scope="session")
def portrait_face(portrait):
    """The face of `portrait`."""
    from reenact.face.detect import find_face

    return find_face(portrait)


@pytest.fixture(scope="session")
def portrait_path(portrait, tmp_path_factory):
    """A file with `portrait`."""
    from reenact.images import save_picture

    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    save_picture(portrait, path)
    return path
