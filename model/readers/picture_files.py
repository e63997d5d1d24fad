"""Picture files, one by one.

Pictures that have the form of MNIST's already are used unchanged (inverted if their ink is dark); all others go
through `model.handwriting.preprocessing`, like a drawing.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model.data.reading import Fit, Ink
from model.errors import DataFormatError
from model.handwriting.ink_on_paper import (
    as_on_canvas,
    ink_is_dark,
    is_blank,
    picture_to_gray,
    picture_to_luminance,
)
from model.handwriting.mnist_form import is_like_mnist
from model.handwriting.preprocessing import drawing_to_digit
from model.network.arrays import ImageArray
from model.readers.forms import beginning_of

__all__ = [
    "PICTURE_SUFFIXES",
    "ReadPicture",
    "fitted",
    "looks_like_picture",
    "open_picture",
    "read_digit",
    "read_picture",
]

PICTURE_SUFFIXES = {
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".gif", ".avif"),
    *(".pgm", ".ppm", ".pbm", ".pnm", ".heic", ".heif"),
}
"""A file of another ending, or none, is a picture if it begins like one."""
BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"P2", b"P5", b"P3", b"P6", b"P1", b"P4")
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
MOST_FRAMES = 100
"""Of an animation that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPicture:
    """A picture file, ready for a network.

    Attributes
    ----------
    digit : ndarray of uint8, shape (28, 28)
        All its ink as one digit.
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark, perhaps reduced, or enlarged as on the canvas.
    size : (int, int)
        Width and height of the picture itself.
    was_dark : bool
        Whether its ink was dark.
    was_like_mnist : bool
        Whether it was used unchanged, since it had the form of MNIST's digits already.
    """

    digit: ImageArray
    gray: ImageArray
    size: tuple[int, int]
    was_dark: bool
    was_like_mnist: bool = False


def looks_like_picture(file: Path) -> bool:
    """Return whether a file is a picture, by its beginning, whatever its ending."""
    try:
        head = beginning_of(file, 16)
    except OSError:
        return False
    if head[:1] == b"P":  # the forms of Netpbm begin with a digit and white space
        return head.startswith(BEGINNINGS) and head[2:3].isspace()
    is_bitmap = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"
    return head.startswith(BEGINNINGS) or is_bitmap or head[8:12] == b"WEBP" or head[4:8] == b"ftyp"


def open_picture(file: Path) -> Image.Image:
    """Open a picture file and decode it completely; of an animation, the frame with the most ink.

    Raises
    ------
    DataFormatError
        If it is not a picture, or is damaged.
    """
    try:
        with Image.open(file) as opened:
            opened.load()
            picture = _fullest_frame(opened)
            ImageOps.exif_transpose(picture)  # fails here, and not later, if its metadata are damaged
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise DataFormatError(
            f"{file.name}: expected a picture such as PNG or JPEG, found {_why_unreadable(file, error)}"
        ) from error
    return picture


def read_digit(file: Path) -> ImageArray:
    """Read one picture file as a 28×28 digit, or raise as `open_picture` does."""
    return read_picture(file).digit


def read_picture(file: Path, *, ink: Ink = "auto", fit: Fit = "auto") -> ReadPicture:
    """Read one picture file; ``ink`` and ``fit`` as in `model.data.reading`, errors as for `open_picture`."""
    picture = open_picture(file)
    luminance = picture_to_luminance(picture)
    dark = ink_is_dark(luminance) if ink == "auto" else ink == "dark"
    if is_blank(luminance):
        blank = np.zeros((28, 28), np.uint8)
        return ReadPicture(blank, blank, picture.size, False)
    gray = 255 - luminance if dark else luminance
    if gray.shape == (28, 28) and fit != "always" and (fit == "never" or is_like_mnist(gray)):
        return ReadPicture(gray, gray, picture.size, dark, was_like_mnist=True)
    digit, gray = fitted(picture, dark=None if ink == "auto" else dark)
    return ReadPicture(digit, gray, picture.size, dark)


def fitted(picture: Image.Image, *, dark: bool | None = None) -> tuple[ImageArray, ImageArray]:
    """Bring a picture to 28×28 as the window does; return that, and its ink on the canvas.

    Parameters
    ----------
    picture : PIL.Image.Image
    dark : bool, optional
        Whether its ink is dark, if that is known.
    """
    gray = as_on_canvas(picture_to_gray(picture, dark=dark))
    return drawing_to_digit(gray), gray


def _fullest_frame(opened: Image.Image) -> Image.Image:
    """Choose among the frames of an animation: a drawing begins with an empty sheet."""
    count = getattr(opened, "n_frames", 1)
    if count == 1:
        return opened
    best, most = opened, -1.0
    for index in range(min(MOST_FRAMES, count)):
        opened.seek(index)
        ink = float(picture_to_luminance(opened).std())
        if ink > most:
            best, most = opened.copy(), ink
    return best


def _why_unreadable(file: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "one without permission to read it"
    if file.stat().st_size == 0:
        return "an empty file"
    head = beginning_of(file, 16)
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "HEIC, as iPhones write it: save it as JPEG or PNG, or set the camera's format to Most Compatible"
    return "another kind of file" if isinstance(error, UnidentifiedImageError) else "a damaged one"
