"""One line of plain text in a file, for programs that know no content credentials."""

from __future__ import annotations

import struct
import zlib

MARK = "AI-generated: facial expression changed with reenact (face reenactment)."

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_AFTER_HEADER = len(_PNG_HEAD) + 25  # IHDR is 4 length + 4 name + 13 data + 4 checksum
_JPEG_HEAD = b"\xff\xd8"
_JPEG_COMMENT = b"\xff\xfe"


def label_picture(data: bytes) -> bytes:
    """A picture file's bytes with the line: PNG and JPEG have room for it, others stay as they are.

    The pixels are not touched.
    """
    text = MARK.encode("latin-1")
    if data.startswith(_PNG_HEAD):
        chunks = _chunk(b"Description", text) + _chunk(b"Software", b"reenact")
        return data[:_AFTER_HEADER] + chunks + data[_AFTER_HEADER:]
    if data.startswith(_JPEG_HEAD):
        comment = _JPEG_COMMENT + struct.pack(">H", len(text) + 2) + text
        at = _after_jfif(data)
        return data[:at] + comment + data[at:]
    return data


def _after_jfif(data: bytes) -> int:
    """Where JPEG's first segment ends, if it is the one that must come first."""
    if data[2:4] == b"\xff\xe0":
        return 4 + struct.unpack(">H", data[4:6])[0]
    return 2


def _chunk(key: bytes, text: bytes) -> bytes:
    body = b"tEXt" + key + b"\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
