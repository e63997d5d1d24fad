"""Brings a picture file to the form that a network takes: as ink, as a photograph, or scaled only."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from model.damaged_files import told_as
from model.data.reading import FIND_OUT, Asked
from model.errors import DataFormatError
from model.handwriting.ink_on_paper import as_on_canvas, picture_to_gray
from model.handwriting.preprocessing import drawing_to_picture
from model.network.arrays import ImageArray
from model.network.task import LARGEST_SIDE, SMALLEST_SIDE, Task
from model.readers.picture_files import EXPECTED, ReadPicture, open_picture, read_picture
from model.readers.picture_kinds import as_rgb

__all__ = ["prepared", "read_prepared", "size_of"]

USUAL_SIDE = 32
"""Of photographs that come in several sizes, or in one that is too large or too small."""


def read_prepared(file: Path, task: Task, asked: Asked = FIND_OUT) -> ReadPicture:
    """Read one picture file as a network of this task takes it.

    Parameters
    ----------
    file : path
    task : Task
    asked : Asked
        Its ``ink`` and ``fit``, for ink.

    Raises
    ------
    DataFormatError
        As `model.readers.picture_files.open_picture`.
    """
    if task.preparation == "ink" and task.picture_shape == (28, 28, 1):
        return read_picture(file, ink=asked.ink, fit=asked.fit)
    with told_as(DataFormatError, f"{file.name}: {EXPECTED} a damaged one"):
        picture = ImageOps.exif_transpose(open_picture(file))
        dark = None if asked.ink == "auto" else asked.ink == "dark"
        image = prepared(picture, task, dark=dark)
        height, width, _ = task.picture_shape
        is_as_it_was = task.preparation != "ink" and picture.size == (width, height)
        return ReadPicture(image, image, picture.size, False, is_as_it_was)


def prepared(picture: Image.Image, task: Task, *, dark: bool | None = None) -> ImageArray:
    """Bring a picture to the form that a network of this task takes.

    Parameters
    ----------
    picture : PIL.Image.Image
        Of any mode and size.
    task : Task
    dark : bool, optional
        Whether ink is dark, if that is known.

    Returns
    -------
    ndarray of uint8, shape (height, width), or (height, width, 3) in colour
    """
    height, width, _ = task.picture_shape
    if task.preparation == "ink":
        return drawing_to_picture(as_on_canvas(picture_to_gray(picture, dark=dark)), height, width)
    flat = as_rgb(picture)
    if task.is_grey:
        flat = flat.convert("L")
    if flat.size != (width, height):
        if task.preparation == "photo":
            flat = ImageOps.fit(flat, (width, height), Image.Resampling.LANCZOS)
        else:
            flat = flat.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(flat)


def size_of(sizes: set[tuple[int, int]]) -> tuple[int, int]:
    """Choose width and height of photographs: theirs, if all have the same of 8 to 64 pixels a side."""
    if len(sizes) == 1:
        (size,) = sizes
        if all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in size):
            return size
    return USUAL_SIDE, USUAL_SIDE
