"""Handwriting as pen strokes: reading sets of it, and painting it as pictures."""

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from model.array_files import open_archive
from model.bounds import check_directory
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import OnProgress, Reading, no_progress
from model.errors import ConfigError, DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.network.arrays import ImageArray, LabelArray
from model.network.task import DIGITS, Task
from model.wording import listed

__all__ = [
    "StrokeSet",
    "Strokes",
    "holds_strokes",
    "load_digit_strokes",
    "load_stroke_characters",
    "load_strokes",
    "paint",
    "unit_box",
]

Strokes: TypeAlias = list[npt.NDArray[np.float32]]
"""One character: of every stroke its points, shape (n, 2), x to the right, y downwards."""

HELD_OUT_SOURCES = ("aga",)
"""Where a set names its sources instead of its writers, these are reserved for testing."""
ARRAYS = "points", "stroke_end", "digit_end", "label"
FARTHEST = 1e9
"""No point lies farther from 0."""
PAINTED_SIDE = 200
"""Pixels on the longer side of a character when it is painted: ten for each that is left in 20×20."""


@dataclass(frozen=True, eq=False)
class StrokeSet:
    """Characters written by several people.

    Attributes
    ----------
    characters : list of Strokes
    labels : ndarray, shape (n,)
        Digits as numbers, or letters as text.
    writers : ndarray of int, shape (n,)
        The writer of each; all zero if unknown.
    sources : ndarray of str, shape (n,)
        Where each comes from; all empty if unknown.
    """

    characters: list[Strokes]
    labels: npt.NDArray[Any]
    writers: npt.NDArray[np.intp]
    sources: npt.NDArray[np.str_]

    @property
    def held_out(self) -> npt.NDArray[np.bool_]:
        """Which characters are reserved for testing: all of writers 3, 8, 13 ... and of `HELD_OUT_SOURCES`."""
        return np.asarray((self.writers % 5 == 3) | np.isin(self.sources, HELD_OUT_SOURCES))

    def chosen(self, mask: npt.NDArray[np.bool_]) -> "StrokeSet":
        """Return those that a mask chooses."""
        characters = [self.characters[index] for index in np.flatnonzero(mask)]
        return StrokeSet(characters, self.labels[mask], self.writers[mask], self.sources[mask])


def holds_strokes(file: Path) -> bool:
    """Return whether a file is an .npz of pen strokes."""
    try:
        with told_as(DataFormatError, file.name), file.open("rb") as stream:
            check_directory(file.name, stream)
            with zipfile.ZipFile(stream) as archive:
                return {f"{name}.npy" for name in ARRAYS} <= set(archive.namelist())
    except (DataFormatError, OSError):
        return False


def load_strokes(file: Path) -> StrokeSet:
    """Read pen strokes from an .npz.

    Its arrays: ``points`` of shape (n, 2), x to the right and y downwards in any unit; ``stroke_end``, where each
    stroke ends among the points; ``digit_end``, where each character ends among the strokes; ``label``; and
    perhaps ``writer`` or ``source``.

    Raises
    ------
    DataFormatError
        If it is something else.
    """
    file = Path(file)
    expected = f"{file.name}: expected pen strokes ({', '.join(ARRAYS)}), found something else: {{error}}"
    with told_as(DataFormatError, expected):
        points, stroke_end, digit_end, labels, writers, sources = _arrays_of(file)
        one_each = labels.shape == digit_end.shape == writers.shape == sources.shape
        if points.ndim != 2 or points.shape[1] != 2 or not one_each:
            raise ValueError(f"points of shape {points.shape}, {len(digit_end)} characters, {len(labels)} labels")
        if stroke_end[-1] != len(points) or digit_end[-1] != len(stroke_end):
            raise ValueError("the ends of strokes and characters do not fit the points")
        if not (np.abs(points) <= FARTHEST).all():
            raise ValueError(f"points farther away than {FARTHEST:g}")
        if (np.diff(stroke_end, prepend=0) < 1).any() or (np.diff(digit_end, prepend=0) < 1).any():
            raise ValueError("a stroke without points, or a character without strokes")
    strokes = np.split(points, stroke_end[:-1])
    starts = np.concatenate([[0], digit_end[:-1]])
    characters = [strokes[start:end] for start, end in zip(starts, digit_end, strict=True)]
    return StrokeSet(characters, labels, writers, sources)


def _arrays_of(file: Path) -> tuple[npt.NDArray[Any], ...]:
    """Read points, ends of strokes and of characters, labels, writers and sources; raises whatever comes."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise DataFormatError(f"{file} cannot be read: {error.strerror or error}") from error
    with stream, open_archive(stream, file.name) as archive:
        points, stroke_end, digit_end, labels = (archive.read(name) for name in ARRAYS)
        if stroke_end.dtype.kind not in "iu" or digit_end.dtype.kind not in "iu" or labels.ndim != 1:
            raise ValueError("ends that are no whole numbers, or labels that are no row")
        with np.errstate(over="ignore"):
            points = points.astype(np.float32)
        heads, count = archive.heads, len(labels)
        writers = archive.read("writer").astype(np.intp) if "writer" in heads else np.zeros(count, np.intp)
        sources = archive.read("source").astype(str) if "source" in heads else np.full(count, "")
    return points, stroke_end.astype(np.int64), digit_end.astype(np.int64), labels, writers, sources


def load_digit_strokes(file: Path) -> StrokeSet:
    """Read pen strokes that are digits.

    Raises
    ------
    DataFormatError
        If it is something else, or its characters are no digits.
    """
    strokes = load_strokes(file)
    if strokes.labels.dtype.kind not in "iu" or not 0 <= strokes.labels.min() <= strokes.labels.max() <= 9:
        raise DataFormatError(f"{Path(file).name}: expected strokes of digits 0 to 9, found other characters")
    return strokes


def load_stroke_characters(file: Path, *, on_progress: OnProgress = no_progress) -> Dataset:
    """Read a set of pen strokes as pictures of digits, or of letters, painted with a usual pen.

    Returns
    -------
    Dataset
        If writers or sources are known, its own test part holds the characters of `StrokeSet.held_out`: people who
        are not in the training part.

    Raises
    ------
    DataFormatError
        If it is something else, or there are too many different characters, or one alone.
    """
    strokes = load_strokes(file)
    order = np.argsort(strokes.held_out, kind="stable")
    labels, task = _classes_of(strokes.labels[order], Path(file).name)
    images = []
    for done, index in enumerate(order):
        on_progress(done, len(order))
        images.append(drawing_to_digit(paint(strokes.characters[index])))
    tested = int(strokes.held_out.sum())
    has_test_part = 0 < tested < len(order)
    reading = Reading(sizes=(((28, 28), len(order)),))
    if has_test_part:
        reading = replace(reading, remarks=(_words_of_test_part(strokes),))
    return Dataset(
        np.stack(images),
        labels,
        f"{Path(file).name}, {len(order):,}",
        str(file),
        len(order) - tested if has_test_part else None,
        reading,
        task=task,
    )


def _classes_of(labels: npt.NDArray[Any], name: str) -> tuple[LabelArray, Task]:
    """Return the number of each label among the classes, which are the ten digits or the characters that occur."""
    if labels.dtype.kind in "iu":
        if not 0 <= labels.min() <= labels.max() <= 9:
            found = f"{labels.min()} to {labels.max()}"
            raise DataFormatError(f"{name}: expected strokes of digits 0 to 9, found {found}")
        return labels.astype(np.uint8), DIGITS
    names, numbers = np.unique(labels.astype(str), return_inverse=True)
    try:
        return numbers.astype(np.uint8), Task(tuple(map(str, names)))
    except ConfigError as error:
        raise DataFormatError(f"{name}: {error}") from error


def _words_of_test_part(strokes: StrokeSet) -> str:
    if strokes.sources.any():
        held_out = listed(tuple(np.unique(strokes.sources[strokes.held_out])))
        return f"the test part comes from {held_out} alone, from which nothing is in the other parts"
    people = len(np.unique(strokes.writers[strokes.held_out]))
    by = "1 person" if people == 1 else f"{people} people"
    return f"the test part was written by {by}, who wrote nothing in the other parts"


def unit_box(strokes: Strokes) -> Strokes:
    """Move a character so that the middle of its box is at 0, and scale it so that its longer side is 1."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) or 1.0
    return [(stroke - (low + high) / 2) / np.float32(side) for stroke in strokes]


def paint(strokes: Strokes, width: float = NORMAL_WIDTH) -> ImageArray:
    """Paint a character with a round pen.

    Parameters
    ----------
    strokes : Strokes
    width : float
        Of the pen, as a share of the longer side of the box around all points.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Bright ink on dark, 200 pixels on the longer side and half a pen on every side: `drawing_to_digit` makes
        28×28 of it.
    """
    pen = width * PAINTED_SIDE
    margin = int(pen / 2) + 2
    scaled = [stroke * PAINTED_SIDE for stroke in unit_box(strokes)]
    points = np.concatenate(scaled)
    low = points.min(axis=0) - margin
    columns, rows = (int(side) for side in np.ceil(points.max(axis=0) + margin - low))
    picture = Image.new("L", (columns, rows))
    draw = ImageDraw.Draw(picture)
    for stroke in scaled:
        corners = [(x, y) for x, y in (stroke - low).tolist()]
        if len(corners) > 1:
            draw.line(corners, fill=255, width=max(1, round(pen)))
        for x, y in corners:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(picture)
