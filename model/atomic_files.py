"""Files that are written whole or not at all, and never lost."""

import contextlib
import os
import re
import tempfile
import time
from functools import cache
from pathlib import Path

from model.errors import ModelFileError

__all__ = ["LONGEST_NAME", "as_file_name", "set_aside", "unused_path", "write_atomically"]

PART = ".digitgui-part"
"""Ends the names of files that are being written."""
LEFT_SECONDS = 3600
"""No file takes this long to write: older ones were left by a program that was killed."""
LONGEST_NAME = 255
"""Bytes in the name of a file, on every usual system."""
ROOMY_NAME = 180
"""Bytes of a name that leave room for a time before it and an ending after it."""
_UMASK = os.umask(0o022)  # can only be read by setting it, which is unsafe while threads run
os.umask(_UMASK)


def write_atomically(path: str | Path, data: bytes, *, durable: bool = True, private: bool = False) -> None:
    """Write a file so that at any moment either the old or the new one is there.

    Parameters
    ----------
    path : path
        A file in a folder that exists; a link is followed.
    data : bytes
    durable : bool
        Wait until the data is on the disk, so that this also survives a power cut; may take a moment.
    private : bool
        Keep other users of this computer from reading it, as for a person's own handwriting.

    Raises
    ------
    ModelFileError
        If the folder or the file cannot be written; an existing file is then untouched.
    """
    path = Path(path)
    length = len(os.fsencode(path.name))
    if length > LONGEST_NAME:
        raise ModelFileError(
            f"{path} cannot be written: expected a name of at most {LONGEST_NAME} bytes, found one of"
            f" {length}: choose a shorter one"
        )
    try:
        path = path.resolve()
        _remove_leftovers(path.parent)
        handle, temporary_name = tempfile.mkstemp(PART, f".{path.name[:40]}.", path.parent)
        temporary = Path(temporary_name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            if not private:
                with contextlib.suppress(OSError):  # some network disks have no modes
                    temporary.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_UMASK)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelFileError(f"{path} cannot be written: {error.strerror or error}") from error


@cache
def _remove_leftovers(folder: Path) -> None:
    """Remove files that killed programs left half written in a folder; at most once in this process."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f".*{PART}"):
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()


def set_aside(path: Path) -> Path:
    """Rename a file that cannot be understood to an unused name beside it; return that.

    Raises
    ------
    OSError
        If it cannot be renamed; it then stays where it was.
    """
    return path.rename(unused_path(path.with_name(f"{path.name}.not-understood")))


def as_file_name(text: str) -> str:
    """Make of any text a name that every system takes, with room for an ending."""
    allowed = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "-", text)
    return os.fsencode(allowed)[:ROOMY_NAME].decode(errors="ignore").strip() or "-"


def unused_path(path: Path) -> Path:
    """Find a name that no file has yet, by counting."""
    number = 1
    result = path
    while result.exists():
        number += 1
        result = path.with_stem(f"{path.stem} {number}")
    return result
