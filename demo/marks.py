"""The line in every result's metadata that says it was generated."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

MARK = "AI-generated: facial expression changed with reenact (face reenactment)."

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_AFTER_HEADER = len(_PNG_HEAD) + 25  # IHDR is 4 length + 4 name + 13 data + 4 checksum


def mark_picture(path: Path, text: str = MARK) -> None:
    """Add the line to a PNG as text chunks; the pixels are not touched."""
    data = path.read_bytes()
    if not data.startswith(_PNG_HEAD):
        raise ValueError(f"{path.name} is not a PNG.")
    chunks = _text_chunk("Description", text) + _text_chunk("Software", "reenact")
    path.write_bytes(data[:_AFTER_HEADER] + chunks + data[_AFTER_HEADER:])


def mark_clip(path: Path, text: str = MARK) -> None:
    """Add the line to an MP4 as its comment; sound and pictures are copied as they are."""
    import av

    marked = path.with_name(f"marked_{path.name}")
    options = {"movflags": "+faststart"}
    with av.open(str(path)) as source, av.open(str(marked), "w", options=options) as target:
        target.metadata.update(source.metadata)
        target.metadata["comment"] = text
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is None:
                continue
            packet.stream = streams[packet.stream.index]
            target.mux(packet)
    marked.replace(path)


def _text_chunk(key: str, text: str) -> bytes:
    body = b"tEXt" + key.encode("latin-1") + b"\0" + text.encode("latin-1")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
