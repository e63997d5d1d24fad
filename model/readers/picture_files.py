"""Picture files, one by one and in a folder with one sub-folder a digit.

Pictures that have the form of MNIST's already are taken as they are (inverted if their ink is dark); all others go
through `model.handwriting.preprocessing`, like a drawing.
"""

import os
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model.data.dataset import Dataset
from model.data.reading import Ink, OnProgress, Reading, no_progress
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

__all__ = [
    "PICTURE_SUFFIXES",
    "ReadPicture",
    "holds_digit_folders",
    "load_folder",
    "may_be_a_picture",
    "open_picture",
    "read_digit",
    "read_picture",
]

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif"}
HEIC_SUFFIXES = {".heic", ".heif"}
HEIC_BEGINNINGS = {b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")}
"""The bytes from the fifth on. Pillow does not read such files by itself."""
MOST_FRAMES = 100
"""Of an animation that are looked at."""
TRAIN_FOLDERS, TEST_FOLDERS = ("train", "training"), ("test", "testing")


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
        Whether it is taken as it was, since it had the form of MNIST's digits already.
    """

    digit: ImageArray
    gray: ImageArray
    size: tuple[int, int]
    was_dark: bool
    was_like_mnist: bool = False


def holds_digit_folders(folder: Path) -> bool:
    """Tell whether a folder has a sub-folder a digit, or has such folders for training and for testing."""
    return any(_digit_folders(part) for part in (folder, *_part_folders(folder)))


def load_folder(folder: Path, *, ink: Ink = "auto", on_progress: OnProgress = no_progress) -> Dataset:
    """Read a folder with one sub-folder a digit, named 0 to 9, of pictures of any size and mode.

    Where such sub-folders lie in two folders named ``train`` (or ``training``) and ``test`` (``testing``), the
    second is the source's own test part. A picture that cannot be read costs that picture only.

    Parameters
    ----------
    folder : path
    ink : str
        A key of `model.data.reading.INKS`; with ``auto`` it is found out for each picture on its own.
    on_progress : callable

    Raises
    ------
    DataFormatError
        If there is not one readable picture.
    """
    parts = [folder] if _digit_folders(folder) else _part_folders(folder)
    names = {sub_folder: _picture_names(sub_folder) for part in parts for sub_folder in _digit_folders(part)}
    total = sum(map(len, names.values()))
    images, labels, ends = np.zeros((total, 28, 28), np.uint8), np.zeros(total, np.uint8), []
    sizes: Counter[tuple[int, int]] = Counter()
    unreadable: list[str] = []
    dark = count = 0
    for part in parts:
        for file in (sub_folder / name for sub_folder in _digit_folders(part) for name in names[sub_folder]):
            on_progress(count + len(unreadable), total)
            try:
                picture = read_picture(file, ink=ink)
            except DataFormatError:
                unreadable.append(str(file.relative_to(folder)))
                continue
            images[count], labels[count] = picture.digit, int(file.parent.name)
            sizes[picture.size] += 1
            dark += picture.was_dark
            count += 1
        ends.append(count)
    if not count:
        found = f"{len(unreadable)} that cannot be read" if unreadable else "none"
        raise DataFormatError(f"{folder.name}: expected pictures in the sub-folders 0 to 9, found {found}")
    remarks = _of_others(folder, parts, names)
    reading = Reading(tuple(sizes.most_common()), ink, dark, tuple(unreadable), remarks)
    test_start = ends[0] if len(ends) == 2 and 0 < ends[0] < count else None
    return Dataset(
        images[:count], labels[:count], f"{folder.name}, {count:,}", str(folder), test_start, reading=reading
    )


def open_picture(file: Path) -> Image.Image:
    """Open a picture file and decode it completely; of an animation, the frame with the most on it.

    Raises
    ------
    DataFormatError
        If it is not a picture, or is damaged.
    """
    try:
        with Image.open(file) as opened:
            opened.load()
            picture = _fullest_frame(opened)
            ImageOps.exif_transpose(picture)  # fails here, and not later, if its notes are damaged
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise DataFormatError(
            f"{file.name}: expected a picture such as PNG or JPEG, found {_why_unreadable(file, error)}"
        ) from error
    return picture


def may_be_a_picture(file: Path) -> bool:
    """Tell by the name of a file, or by how it begins, whether someone would call it a picture."""
    if not _is_of_a_person(file.name):
        return False
    if file.suffix.lower() in {*PICTURE_SUFFIXES, *HEIC_SUFFIXES}:
        return True
    try:
        with Image.open(file):
            return True
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError):
        return False


def read_digit(file: Path) -> ImageArray:
    """Read one picture file as a 28×28 digit, or raise as `open_picture` does."""
    return read_picture(file).digit


def read_picture(file: Path, *, ink: Ink = "auto") -> ReadPicture:
    """Read one picture file; ``ink`` as for `load_folder`, errors as for `open_picture`."""
    picture = open_picture(file)
    luminance = picture_to_luminance(picture)
    dark = ink_is_dark(luminance) if ink == "auto" else ink == "dark"
    if is_blank(luminance):
        blank = np.zeros((28, 28), np.uint8)
        return ReadPicture(blank, blank, picture.size, False)
    gray = 255 - luminance if dark else luminance
    if is_like_mnist(gray):
        return ReadPicture(gray, gray, picture.size, dark, was_like_mnist=True)
    gray = as_on_canvas(picture_to_gray(picture, dark=None if ink == "auto" else dark))
    return ReadPicture(drawing_to_digit(gray), gray, picture.size, dark)


def _digit_folders(folder: Path) -> list[Path]:
    return [folder / str(digit) for digit in range(10) if (folder / str(digit)).is_dir()]


def _part_folders(folder: Path) -> list[Path]:
    """Find the folders for training and for testing, in this order; none if one of them is missing."""
    names = {entry.name.lower(): entry for entry in folder.iterdir() if entry.is_dir()}
    found = [
        next((names[name] for name in wanted if name in names and _digit_folders(names[name])), None)
        for wanted in (TRAIN_FOLDERS, TEST_FOLDERS)
    ]
    return [part for part in found if part] if all(found) else []


def _picture_names(folder: Path) -> list[str]:
    """List the names of the pictures in a folder: texts, since very many paths would hold up other threads."""
    endings = tuple(PICTURE_SUFFIXES)
    names = (name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
    return sorted(name for name in names if name.lower().endswith(endings))


def _of_others(folder: Path, parts: list[Path], names: Mapping[Path, list[str]]) -> tuple[str, ...]:
    """Name what lies in the folders and was not read, since it is no picture of a digit by its name."""
    expected = {*parts, *names}
    others = [
        str(entry.relative_to(folder))
        for part in dict.fromkeys([folder, *parts])
        for entry in sorted(part.iterdir())
        if entry not in expected and _is_of_a_person(entry.name)
    ]
    for sub_folder, pictures in names.items():
        rest = sorted({*os.listdir(sub_folder)} - {*pictures})  # noqa: PTH208
        others += [str((sub_folder / name).relative_to(folder)) for name in rest if _is_of_a_person(name)]
    if not others:
        return ()
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3:,} more" if len(others) > 3 else "")
    return (f"not read, being no picture in a folder of a digit: {shown}",)


def _is_of_a_person(name: str) -> bool:
    """Tell files from those that systems leave everywhere."""
    return not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini")


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
        return "one that may not be read"
    if file.stat().st_size == 0:
        return "an empty file"
    with file.open("rb") as stream:
        if stream.read(12)[4:] in HEIC_BEGINNINGS:
            return "one in HEIC, as phones take photos: save it as JPEG or PNG and open that"
    return "another kind of file" if isinstance(error, UnidentifiedImageError) else "a damaged one"
