"""How much a file may ask for: what it announces is compared with a bound before it is read."""

import os
from pathlib import Path
from typing import IO

from model.errors import DataFormatError

__all__ = ["MOST_FILES", "VARIABLE", "check_directory", "check_pixels", "check_size", "most_bytes", "read_text"]

VARIABLE = "DIGITGUI_MOST_MB"
"""The environment variable that sets the bound, in megabytes."""
USUAL_MEGABYTES = 2000.0
BYTES_PER_PIXEL = 25
"""The bound on pictures follows from that on memory: 80 million pixels."""
SUSPECT_BYTES = 100_000_000
HIGHEST_RATIO = 300
"""What fills more than this, and was packed more tightly than pictures can be, was made to fill the memory."""
MOST_FILES = 500_000
MOST_DIRECTORY_BYTES = 50_000_000
"""Of the list of files in a .zip, which is read as a whole when it is opened."""
END, END_64 = b"PK\5\6", b"PK\6\6"
"""What begins the end of a .zip, where it says how long its list of files is."""
PIECE = 1_000_000
LONGEST_END = 22 + 65_535 + 100


def most_bytes() -> int:
    """Return how much memory the content of a file may fill, in bytes."""
    try:
        megabytes = float(os.environ.get(VARIABLE, ""))
    except ValueError:
        megabytes = USUAL_MEGABYTES
    return int(1e6 * megabytes) if 0 < megabytes < 1e9 else int(1e6 * USUAL_MEGABYTES)


def check_size(name: str, needed: int, stored: int | None = None) -> None:
    """Make sure that the content of a file fits into memory, and is not packed beyond all reason.

    Parameters
    ----------
    name : str
        What the message calls the file.
    needed : int
        How many bytes it announces.
    stored : int, optional
        From how many bytes they are unpacked, if they are.

    Raises
    ------
    DataFormatError
    """
    most = most_bytes()
    if needed > most:
        raise DataFormatError(
            f"{name}: expected at most {_mb(most)} to read, found {_mb(needed)}: open a part of it, or raise the"
            f" bound with the environment variable {VARIABLE}"
        )
    if stored is not None and needed > SUSPECT_BYTES and needed > HIGHEST_RATIO * stored:
        raise DataFormatError(
            f"{name}: expected data packed to no less than 1/{HIGHEST_RATIO} of their size, found {_mb(needed)} in"
            f" {_mb(stored)}, as a file made to fill the memory has them: unpack it yourself if you trust it"
        )


def check_pixels(name: str, width: int, height: int) -> None:
    """Make sure that a picture fits into memory.

    Raises
    ------
    DataFormatError
    """
    most = most_bytes() // BYTES_PER_PIXEL
    if width * height > most:
        raise DataFormatError(
            f"{name}: expected at most {most / 1e6:,.0f} million pixels, found {width:,} × {height:,}: scale the"
            f" picture down, or raise the bound with the environment variable {VARIABLE}"
        )


def check_directory(name: str, file: IO[bytes]) -> None:
    """Make sure that the list of files in a .zip is not endless; the file is then where it was.

    Raises
    ------
    DataFormatError
    """
    place = file.tell()
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - LONGEST_END))
    tail = file.read()
    file.seek(place)
    end = tail.rfind(END)
    length = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if length == 0xFFFF_FFFF and (end := tail.rfind(END_64)) >= 0:
        length = int.from_bytes(tail[end + 40 : end + 48], "little")
    if length > MOST_DIRECTORY_BYTES:
        raise DataFormatError(
            f"{name}: expected at most {MOST_FILES:,} files in it, found more: unpack it and open what you need"
        )


def read_text(file: Path, most: int) -> str:
    """Read a file of text in UTF-8 that has at most so many bytes.

    Raises
    ------
    ValueError
        If it is longer, or no such text.
    """
    content = bytearray()
    with file.open("rb") as stream:
        while len(content) <= most and (piece := stream.read(PIECE)):  # all at once would take room for the most
            content += piece
    if len(content) > most:
        raise ValueError(f"expected at most {_mb(most)} of text, found more")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None


def _mb(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 10**7 else f"{count / 1e6:,.3g} MB"
