"""Files of scanned or photographed sheets: pictures, TIFF and PDF with several pages, and folders of these."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from model.bounds import check_pixels, check_size
from model.damaged_files import told_as
from model.errors import DataFormatError
from model.network.arrays import ImageArray
from model.readers.digit_folders import picture_names
from model.readers.forms import beginning_of
from model.readers.names import is_left_by_a_system
from model.readers.picture_files import opened_picture

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["find_scans", "page_count", "read_page"]

EXPECTED = "expected a scan as JPEG, PNG, TIFF or PDF, found"
MOST_PAGES = 2000
DPI = 300
"""Of the pictures that are made of PDF pages: digits are then about 40 pixels tall."""
LONGEST_SIDE = 5000
"""Pixels of such a picture: pages that are larger are drawn smaller."""
POINTS_PER_INCH = 72
ANIMATIONS = "GIF", "WEBP", "PNG", "AVIF"
"""Formats whose further frames are no pages."""
_PDFIUM = Lock()
"""PDFium may be used by one thread at a time."""


def find_scans(paths: Sequence[Path]) -> list[Path]:
    """List the files among paths, and those in folders and below, in order of their names.

    Raises
    ------
    DataFormatError
        If a folder holds no scan.
    """
    files: list[Path] = []
    for path in paths:
        found = _scans_in(path) if _is_folder(path) else [path]
        if not found:
            raise DataFormatError(f"{path}: expected scans in this folder (JPEG, PNG, TIFF or PDF), found none")
        files += found
    return files


def page_count(file: Path) -> int:
    """Return how many pages a file has, without reading them.

    Raises
    ------
    DataFormatError
        If it is no scan, or damaged, or has too many pages.
    """
    with _told(file):
        if _is_pdf(file):
            with _pdf(file) as document:
                count = len(document)
        else:
            with opened_picture(file) as picture:
                count = 1 if picture.format in ANIMATIONS else int(getattr(picture, "n_frames", 1))
    if not 0 < count <= MOST_PAGES:
        raise DataFormatError(f"{file.name}: expected 1 to {MOST_PAGES:,} pages, found {count:,}: split the file")
    return count


def read_page(file: Path, page: int = 1) -> ImageArray:
    """Read a page of a file.

    Parameters
    ----------
    file : path
    page : int
        From 1.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Its brightness, upright as far as the file knows. Pages of a PDF have 300 pixels to the inch.

    Raises
    ------
    DataFormatError
        If it is no scan, or damaged, or has more pixels than `model.bounds` allows.
    """
    with _told(file):
        return _pdf_page(file, page) if _is_pdf(file) else _picture_page(file, page)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # such as a name that is too long: it is told of as a file that cannot be read
        return False


def _scans_in(folder: Path) -> list[Path]:
    pdfs = (file for file in folder.rglob("*") if file.suffix.lower() == ".pdf")
    names = {*picture_names(folder), *(str(file.relative_to(folder)) for file in pdfs)}
    return sorted(folder / name for name in names if not is_left_by_a_system(Path(name).name))


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Tell of whatever goes wrong with a file in one sentence."""
    try:
        with told_as(DataFormatError, f"{file.name}: {EXPECTED} a damaged one"):
            yield
    except OSError as error:
        kinds = {FileNotFoundError: "no such file", PermissionError: "one without permission to read it"}
        found = kinds.get(type(error), f"one that cannot be read ({error.strerror or error})")
        raise DataFormatError(f"{file.name}: {EXPECTED} {found}") from error


def _picture_page(file: Path, page: int) -> ImageArray:
    with opened_picture(file) as picture:
        picture.seek(page - 1)
        check_pixels(file.name, *picture.size)
        picture.load()
        return _brightness(picture)


def _brightness(picture: Image.Image) -> ImageArray:
    """Turn a picture of any mode, as a camera held it, into its brightness on white paper."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I") or upright.mode == "F":
        plane = np.asarray(upright, np.float32)
        largest = max(float(plane.max(initial=0)), 1.0)
        full = next(scale for scale in (1.0, 255.0, 4095.0, 65535.0, largest) if largest <= scale)
        return np.clip(np.rint(plane * (255 / full)), 0, 255).astype(np.uint8)
    if upright.mode == "LAB":  # which Pillow cannot turn into gray
        return np.asarray(upright.getchannel("L"))
    if upright.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    return np.asarray(upright.convert("L"))


def _is_pdf(file: Path) -> bool:
    """Tell by its beginning, where the sign of a PDF may follow some bytes."""
    return b"%PDF-" in beginning_of(file, 1024)


@contextmanager
def _pdf(file: Path) -> "Iterator[PdfDocument]":
    try:
        import pypdfium2  # noqa: PLC0415  an extra, and PDF alone needs it
    except ImportError:
        raise DataFormatError(
            f"{file.name}: a PDF needs the package pypdfium2: install it with “pip install pypdfium2”"
        ) from None
    check_size(file.name, file.stat().st_size)
    with _PDFIUM, file.open("rb") as stream:
        try:
            document = pypdfium2.PdfDocument(stream)
        except pypdfium2.PdfiumError as error:
            found = "one that asks for a password: save it without" if "assword" in str(error) else "a damaged one"
            raise DataFormatError(f"{file.name}: {EXPECTED} {found}") from error
        try:
            yield document
        finally:
            document.close()


def _pdf_page(file: Path, page: int) -> ImageArray:
    with _pdf(file) as document:
        sheet = document[page - 1]
        longest = max(sheet.get_size())
        if not 0 < longest < math.inf:
            raise DataFormatError(f"{file.name}: {EXPECTED} a page without a size")
        scale = min(DPI / POINTS_PER_INCH, LONGEST_SIDE / longest)
        picture = sheet.render(scale=scale, grayscale=True, fill_color=(255, 255, 255, 255))
        return np.array(picture.to_numpy().reshape(picture.height, picture.width))
