"""Limits of the demo. Each can be set by an environment variable; see `DemoConfig`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from reenact.errors import InputError
from reenact.media.provenance import Marking, switch


@dataclass(frozen=True)
class DemoConfig:
    """Limits, so that one visitor cannot use up the machine.

    Every field is read from `REENACT_<FIELD IN CAPITALS>`, for example `REENACT_MAX_UPLOAD_MB=20`.

    Attributes:
        max_upload_mb: largest file that can be uploaded.
        max_clip_seconds: longest driving clip.
        queue_size: how many visitors may wait; the next one is told that the demo is busy.
        pictures_at_once: picture runs that work at the same time.
        clips_at_once: clip runs that work at the same time.
        inversions_at_once: searches for styles that work at the same time, and as many solved
            choices and splice grids; the others wait.
        cameras_at_once: live cameras that work at the same time.
        camera_seconds: how long one camera turn lasts.
        camera_every_ms: time between two camera frames.
        results_kept: results of one visitor that can still be downloaded; older ones are removed.
        session_minutes: when files and cameras of a visitor who never said goodbye are removed.
        away_seconds: the same for programs and pages that do not say that they are still there.
        welcome_seconds: how long a page waits for the first example before it shows without.
        credentials: whether outputs carry C2PA content credentials; `on` or `off`.
        watermark: whether outputs carry the invisible watermark; `on` or `off`.
        consent: whether visitors must agree once before their own files are used; `on` or `off`.
    """

    max_upload_mb: int = 50
    max_clip_seconds: int = 60
    queue_size: int = 20
    pictures_at_once: int = 2
    clips_at_once: int = 1
    inversions_at_once: int = 1
    cameras_at_once: int = 2
    camera_seconds: int = 120
    camera_every_ms: int = 100
    results_kept: int = 8
    session_minutes: int = 60
    away_seconds: int = 120
    welcome_seconds: int = 60
    credentials: bool = True
    watermark: bool = True
    consent: bool = True

    @property
    def marking(self) -> Marking:
        """What outputs carry."""
        return Marking(self.credentials, self.watermark)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> DemoConfig:
        """The limits, with those that the environment sets.

        Raises:
            InputError: a variable is not a whole number above 0, or not `on` or `off`.
        """
        return cls(**{f.name: _read(environ, f.name, f.default) for f in fields(cls)})


def _read(environ: Mapping[str, str], field: str, default: int | bool) -> int | bool:
    if isinstance(default, bool):
        return switch(environ, f"REENACT_{field.upper()}", default)
    return _whole(environ, field, default)


def _whole(environ: Mapping[str, str], field: str, default: int) -> int:
    variable = f"REENACT_{field.upper()}"
    text = environ.get(variable, "").strip()
    if not text:
        return default
    if not text.isdigit() or int(text) == 0:
        raise InputError(f"`{variable}` must be a whole number above 0, got '{text}'.")
    return int(text)
