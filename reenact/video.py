"""Clips in and out, frame by frame: `ClipReader`, `ClipWriter`, `probe`.

A clip is never held in memory: a frame is read, used, written and forgotten.

    with ClipReader("driving.mp4") as clip:
        size = (clip.height, clip.width)
        with ClipWriter("out.mp4", fps=clip.fps, size=size, audio_from="driving.mp4") as out:
            for _, time_s, frame in clip:
                out.write(frame, time_s)
"""

from __future__ import annotations

from pathlib import Path

from reenact.video_read import ClipInfo, ClipReader
from reenact.video_write import CLIP_SUFFIXES, ClipWriter

__all__ = ["CLIP_SUFFIXES", "ClipInfo", "ClipReader", "ClipWriter", "probe"]


def probe(path: str | Path, *, name: str = "clip") -> ClipInfo:
    """What a clip is, from its header and its first frame.

    Raises:
        VideoError: it cannot be read as a clip.
    """
    with ClipReader(path, name=name) as clip:
        return clip.info
