"""Picture files, one by one.

Pictures that have the form of MNIST's already are used unchanged (inverted if their ink is dark); all others go
through `model.handwriting.preprocessing`, like a drawing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model.bounds import check_pixels
from model.damaged_files import told_as
from model.data.reading import Fit, Ink
from model.errors import DataFormatError
from model.handwriting.ink_on_paper import (
    as_on_canvas,
    first_reduction,
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
    "is_picture_name",
    "looks_like_picture",
    "open_picture",
    "opened_picture",
    "read_digit",
    "read_picture",
    "reduced",
]

PICTURE_SUFFIXES = {
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".gif", ".avif"),
    *(".pgm", ".ppm", ".pbm", ".pnm", ".heic", ".heif"),
}
"""A file of another ending, or none, is a picture if it begins like one."""
BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"P2", b"P5", b"P3", b"P6", b"P1", b"P4")
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
FORMATS = "PNG", "JPEG", "BMP", "DIB", "TIFF", "WEBP", "GIF", "AVIF", "PPM"
"""What Pillow may take a file for: it knows others, and hands one of them to another program."""
MOST_FRAMES = 100
"""Of an animation that are looked at; of large ones fewer."""
EXPECTED = "expected a picture such as PNG or JPEG, found"
LARGE = 5_000_000
"""With more pixels a picture is reduced as soon as it is decoded: what follows takes ten times their memory."""
AVERAGED_AS = {"1": "L", "P": "RGB", "PA": "RGBA"}
"""What becomes of modes whose values cannot be averaged."""
ORIENTATION = 274
"""The number of what EXIF says of how a camera was held."""
Image.MAX_IMAGE_PIXELS = None  # `check_pixels` looks at the size before a pixel is decoded, and tells what to do


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


def is_picture_name(name: str) -> bool:
    """Return whether a file is a picture by its ending."""
    return name.lower().endswith(tuple(PICTURE_SUFFIXES))


def open_picture(file: Path) -> Image.Image:
    """Open a picture file and decode it; of an animation, the frame with the most ink. Large ones are reduced.

    Raises
    ------
    DataFormatError
        If it is not a picture, is damaged, or has more pixels than `model.bounds` allows.
    """
    return _open(file)[0]


def read_digit(file: Path) -> ImageArray:
    """Read one picture file as a 28×28 digit, or raise as `open_picture` does."""
    return read_picture(file).digit


def read_picture(file: Path, *, ink: Ink = "auto", fit: Fit = "auto") -> ReadPicture:
    """Read one picture file; ``ink`` and ``fit`` as in `model.data.reading`, errors as for `open_picture`."""
    with told_as(DataFormatError, f"{file.name}: {EXPECTED} a damaged one"):
        return _read_picture(file, ink, fit)


def _read_picture(file: Path, ink: Ink, fit: Fit) -> ReadPicture:
    picture, size = _open(file)
    luminance = picture_to_luminance(picture)
    dark = ink_is_dark(luminance) if ink == "auto" else ink == "dark"
    if is_blank(luminance):
        blank = np.zeros((28, 28), np.uint8)
        return ReadPicture(blank, blank, size, False)
    gray = 255 - luminance if dark else luminance
    if gray.shape == (28, 28) and fit != "always" and (fit == "never" or is_like_mnist(gray)):
        return ReadPicture(gray, gray, size, dark, was_like_mnist=True)
    digit, gray = fitted(picture, dark=None if ink == "auto" else dark)
    return ReadPicture(digit, gray, size, dark)


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


def reduced(picture: Image.Image) -> Image.Image:
    """Reduce a large picture as `picture_to_gray` does first, some rows at a time, which saves memory."""
    factor = first_reduction(picture.size)
    if picture.width * picture.height <= LARGE or factor == 1:
        return picture
    rows = factor * max(1, LARGE // (factor * picture.width))
    result = None
    for top in range(0, picture.height, rows):
        band = _averaged(picture.crop((0, top, picture.width, min(top + rows, picture.height))), factor)
        if result is None:
            result = Image.new(band.mode, (band.width, -(-picture.height // factor)))
        result.paste(band, (0, top // factor))
    assert result is not None
    if orientation := picture.getexif().get(ORIENTATION):
        result.getexif()[ORIENTATION] = orientation
    return result


def _averaged(band: Image.Image, factor: int) -> Image.Image:
    mode = "I" if band.mode.startswith("I") else AVERAGED_AS.get(band.mode, band.mode)
    if "transparency" in band.info:
        mode = "LA" if mode == "L" else "RGBA"
    return (band if mode == band.mode else band.convert(mode)).reduce(factor)


def _open(file: Path) -> tuple[Image.Image, tuple[int, int]]:
    """Open a picture as `open_picture` does; return its size in the file, too."""
    try:
        with told_as(DataFormatError, f"{file.name}: {EXPECTED} a damaged one"), opened_picture(file) as opened:
            size = opened.size
            picture = _fullest_frame(opened, file.name)
            ImageOps.exif_transpose(picture)  # fails here, and not later, if its metadata are damaged
            return picture, size
    except OSError as error:
        kinds = {FileNotFoundError: "no such file", PermissionError: "one without permission to read it"}
        found = kinds.get(type(error), f"one that cannot be read ({error.strerror or error})")
        raise DataFormatError(f"{file.name}: {EXPECTED} {found}") from error


@contextmanager
def opened_picture(file: Path) -> Iterator[Image.Image]:
    """Open a picture file without decoding it.

    Raises
    ------
    DataFormatError
        If it is not a picture.
    """
    try:
        opened = _opened(file)
    except UnidentifiedImageError as error:
        raise DataFormatError(f"{file.name}: {EXPECTED} {_what_it_is(file)}") from error
    with opened:
        yield opened


def _opened(file: Path) -> Image.Image:
    """Open it as one of the usual formats, or else as any that this Pillow has: those take a while to load."""
    Image.preinit()
    try:
        return Image.open(file, formats=_known())
    except UnidentifiedImageError:
        Image.init()
        return Image.open(file, formats=_known())


def _known() -> list[str]:
    return [form for form in FORMATS if form in Image.OPEN]


def _fullest_frame(opened: Image.Image, name: str) -> Image.Image:
    """Choose among the frames of an animation: a drawing begins with an empty sheet."""
    if not getattr(opened, "is_animated", False):
        return _decoded(opened, name)
    best, most = None, -1.0
    for index in range(MOST_FRAMES):
        try:
            opened.seek(index)
        except EOFError:
            break
        frame = _decoded(opened, name)
        ink = float(picture_to_luminance(frame).std())
        if ink > most:
            best, most = frame.copy(), ink
        if (index + 1) * opened.width * opened.height > LARGE:
            break
    return best or _decoded(opened, name)


def _decoded(opened: Image.Image, name: str) -> Image.Image:
    """Decode the frame that a file stands at."""
    check_pixels(name, *opened.size)
    opened.load()
    return reduced(opened)


def _what_it_is(file: Path) -> str:
    """Tell what a file is that is no picture."""
    head = beginning_of(file, 16)
    if not head:
        return "an empty file"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "HEIC, as iPhones write it: save it as JPEG or PNG, or set the camera's format to Most Compatible"
    return "another kind of file"
