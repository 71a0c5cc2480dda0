"""Three people of the project's own renders with four expressions, which `warp` gives them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "demo" / "assets" / "examples"
DRIVERS = {"happy": "driving_smile", "surprise": "driving_surprise", "anger": "driving_anger"}
SIDE_PX = 200


@pytest.fixture(scope="session")
def faces():
    """(person, expression) to a JPEG file of 200 x 200 pixels."""
    from PIL import Image

    from reenact.face.detect import find_face
    from reenact.images import load_picture
    from reenact.pipeline import Reenactor
    from reenact.types import Options

    def small(name):
        with Image.open(EXAMPLES / f"{name}.jpg") as picture:
            return load_picture(picture.convert("RGB").resize((SIDE_PX, SIDE_PX)), name=name)

    driving = {word: small(name) for word, name in DRIVERS.items()}
    found = {}
    for who in range(3):
        source = small(f"source_{who + 1}")
        one = Reenactor(source, "warp", options=Options(follow_pose=False))
        made = {"neutral": source}
        for word, frame in driving.items():
            made[word] = one.drive(frame, find_face(frame)).image
        for word, frame in made.items():
            file = io.BytesIO()
            Image.fromarray(frame).save(file, "JPEG", quality=92)
            found[who, word] = file.getvalue()
    return found


@pytest.fixture(autouse=True, scope="session")
def remembered():
    """Drawn trees repeat twelve pictures: each is looked at once, as any other picture is."""
    from bench.tasks import pictures
    from reenact.face.detect import find_faces

    seen = {}

    def find(frame):
        key = frame.tobytes()
        if key not in seen:
            seen[key] = find_faces(frame)
        return seen[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "find_faces", find)
        yield


@pytest.fixture
def of():
    """All pairs of a protocol: `of("freenet-table1", folder, limit)`."""
    from bench.protocol import load_protocol
    from bench.tasks import pairs

    def made(name, folder, limit=None):
        return list(pairs(load_protocol(name), folder, limit))

    return made
