"""Files in and out, the same for pictures and clips: clear refusals, no half-written results."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from reenact.errors import InputError, OutputError

_DISK_ERRORS = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES)
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")
VIDEO_HEADS = (b"\x1aE\xdf\xa3", b"FLV", b"OggS", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")


def require_file(path: str | Path, name: str, error: type[InputError]) -> Path:
    """The path, if it is a file that can be read and is not empty.

    Args:
        name: what the file is for (`source`, `driving`); it appears in the message.
        error: which error to raise.
    """
    file = Path(path)
    if str(path).startswith(("http:/", "https:/")):  # a `Path` has lost one of the two
        raise error(
            f"`{name}` must be a file on this computer, got {str(path)!r}. Download it first."
        )
    try:
        if file.is_dir():
            raise error(
                f"`{name}` must be a file, got the folder {str(path)!r}. Name a file in it."
            )
        if not file.exists():
            raise error(
                f"`{name}` must be a file, but {str(path)!r} does not exist. Check the name."
            )
        if not file.is_file():
            raise error(
                f"`{name}` must be a file, got the device or pipe {str(path)!r}. Copy it first."
            )
        if file.stat().st_size == 0:
            raise error(f"`{name}` ({file.name!r}) must not be empty, got 0 bytes. Copy it again.")
        with file.open("rb"):
            return file
    except PermissionError as cause:
        message = f"`{name}` ({file.name!r}) cannot be read: no permission. Change its permissions."
        raise error(message) from cause
    except (OSError, ValueError) as cause:  # a name that is too long, or has a zero byte
        detail = getattr(cause, "strerror", None) or cause
        raise error(f"`{name}` must be a file that can be read, got: {detail}.") from cause


def check_can_write(path: str | Path, suffixes: Iterable[str]) -> Path:
    """The path, if a result can be written there. Call it before long work.

    Raises:
        OutputError: wrong suffix, no such folder, a folder in the way, or no permission.
    """
    target, allowed = Path(path), list(suffixes)
    if target.suffix.lower() not in allowed:
        got = f"{target.suffix!r}" if target.suffix else "none"
        known = ", ".join(allowed)
        raise OutputError(f"Output {target.name!r} must end in {known}, got {got}. Rename it.")
    try:
        if target.is_dir():
            raise OutputError(
                f"Output must be a file, got the folder {str(path)!r}. Add a file name."
            )
        if not target.parent.is_dir():
            raise OutputError(f"Folder {str(target.parent)!r} does not exist. Create it first.")
        if target.exists() and not os.access(target, os.W_OK):
            raise OutputError(f"Output {str(path)!r} cannot be replaced: no permission. Rename it.")
        trial = unfinished_path(target)
        trial.touch(exist_ok=False)
        trial.unlink()
    except (OSError, ValueError) as error:
        raise OutputError(reason(target, error)) from error
    return target


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it becomes `target` if nothing fails, else it goes.

    Raises:
        OutputError: the system refused (disk full, no permission, folder gone).
    """
    unfinished = unfinished_path(target)
    try:
        yield unfinished
        finish(unfinished, target)
    except OSError as error:
        raise OutputError(reason(target, error)) from error
    finally:
        discard(unfinished)


def finish(unfinished: Path, target: Path) -> None:
    """Give the finished file its name. A link keeps pointing to the file that it named."""
    os.replace(unfinished, os.path.realpath(target))


def discard(unfinished: Path) -> None:
    """Remove what was not finished, if it is still there."""
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)


def unfinished_path(target: Path) -> Path:
    """Where to write `target` until it is whole: same folder, hidden, short name."""
    folder = Path(os.path.realpath(target)).parent
    return folder / f".reenact-{secrets.token_hex(6)}.part"


@contextmanager
def temporary_file() -> Iterator[IO[bytes]]:
    """A file without a name, gone when it is closed; see `write_temporary`."""
    file = tempfile.TemporaryFile(prefix="reenact-")
    try:
        yield file
    finally:
        with suppress(OSError):  # where the disk is full, closing says so again
            file.close()


def write_temporary(file: IO[bytes], data: bytes) -> None:
    """Write to a temporary file; no data sends what is left to the disk.

    Raises:
        OutputError: no room, or no permission.
    """
    try:
        file.write(data) if data else file.flush()
    except OSError as error:
        raise OutputError(
            f"Temporary files in {tempfile.gettempdir()} cannot be written: {error.strerror}. "
            "Make room there, or set TMPDIR to another folder."
        ) from error


def is_disk_error(error: Exception) -> bool:
    """True if the system refused, false if the content was at fault."""
    return getattr(error, "errno", None) in _DISK_ERRORS


def reason(target: Path, error: Exception) -> str:
    """Why `target` could not be written, as one clear line."""
    detail = getattr(error, "strerror", None) or str(error)
    return f"Output {target.name!r} cannot be written: {detail}. Choose another place."


def read_head(path: Path) -> bytes:
    """The first bytes of a file: enough to tell what it is, whatever its name says."""
    with path.open("rb") as file:
        return file.read(400)


def iso_brand(head: bytes) -> bytes:
    """The brand of an ISO media file (HEIC, AVIF, MP4, MOV), else nothing."""
    return head[8:12] if head[4:8] == b"ftyp" else b""


def why_not_a_picture(head: bytes, suffix: str) -> str:
    """Why this is not a picture, and what to do, from the first bytes of the file."""
    brand = iso_brand(head)
    if head.startswith((b"\xff\xd8", b"\x89PNG")) or brand in HEIC_BRANDS + AVIF_BRANDS:
        return "must be a whole picture, but the file is cut off or damaged. Copy it again."
    is_riff_video = head[:4] == b"RIFF" and head[8:12] == b"AVI "
    is_transport = len(head) > 188 and head[0] == head[188] == 0x47
    if brand or is_riff_video or is_transport or head.startswith(VIDEO_HEADS):
        return "must be a picture, got a video. Use `video`, or save one frame as a picture."
    got = f"something else named {suffix}" if suffix else "something else"
    return f"must be a picture, got {got}. Use JPEG, PNG, WebP, HEIC, GIF, TIFF or BMP."
