"""Pictures that come as arrays, whatever file they were in, on their way to one form and numbered classes."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.bounds import check_size
from model.data.dataset import Dataset
from model.data.reading import FIND_OUT, Asked, Fit, OnProgress, Reading, Scale, no_progress
from model.data.splitting import PARTS, Part
from model.errors import DataFormatError
from model.handwriting.ink_on_paper import ink_is_dark
from model.handwriting.mnist_form import are_like_mnist
from model.large_arrays import ArrayWriter, array_of, in_pieces
from model.network.arrays import ImageArray, LabelArray
from model.network.task import DIGITS, SMALLEST_SIDE, Task
from model.readers.array_labels import joined, joined_labels, numbers_of
from model.readers.array_shapes import sheets_of
from model.readers.array_tasks import grey, kind_of, photographs_from_array, task_of
from model.readers.known_classes import is_in_columns, told_by
from model.readers.picture_files import fitted

__all__ = [
    "FoundArrays",
    "PartArrays",
    "as_dataset",
    "digits_from_array",
    "digits_of",
    "own_starts",
    "without_labels",
]

Array = npt.NDArray[Any]

BRIGHT_BYTE = 127
"""Values of 0 to 255 have one above this; where all are smaller, they use another scale."""
LOOKED_AT = 200
"""About how many pictures decide whether the ink of all is dark."""
OVERSHOOT = 0.25
"""Values of 0 to 1 that were interpolated go beyond by less than this."""


@dataclass(frozen=True, eq=False)
class PartArrays:
    """Pictures, their labels unless there are none, and their part where the file tells it."""

    images: Array
    labels: Array | None
    part: Part | None = None


@dataclass(frozen=True, eq=False)
class FoundArrays:
    """What a reader found.

    Attributes
    ----------
    parts : sequence of PartArrays
    remarks, unreadable : tuple of str
        As in `model.data.reading.Reading`.
    missing : str
        The file where labels were looked for, if there is none.
    class_names : mapping of int to str
        The names of labels that are numbers, where a file tells them.
    are_from_1 : bool
        Whether such labels are counted from 1, as MATLAB does, where none is 0.
    title : str
        A name in it by which a well-known data set may be recognised.
    """

    parts: Sequence[PartArrays]
    remarks: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    missing: str = ""
    class_names: Mapping[int, str] = field(default_factory=dict)
    are_from_1: bool = False
    title: str = ""


@dataclass(frozen=True, eq=False)
class Digits:
    """The same in the form of a data set; labels are None if a part has none, ``starts`` is from `own_starts`."""

    images: ImageArray
    labels: LabelArray | None
    starts: tuple[int | None, int | None]
    reading: Reading
    task: Task = DIGITS


def as_dataset(
    found: FoundArrays,
    name: str,
    source: str,
    asked: Asked = FIND_OUT,
    *,
    on_progress: OnProgress = no_progress,
) -> Dataset:
    """Make a data set of what was found; parameters as in `digits_of`.

    Raises
    ------
    DataFormatError
        If pictures or labels are not what they should be, or there are no labels.
    """
    digits = digits_of(found, name, asked, on_progress=on_progress, source=source)
    if digits.labels is None:
        raise DataFormatError(without_labels(name, found.missing))
    title = f"{name}, {len(digits.images):,}"
    validation, test = digits.starts
    return Dataset(
        digits.images,
        digits.labels,
        title,
        source,
        test,
        reading=digits.reading,
        own_validation_start=validation,
        task=digits.task,
    )


def without_labels(name: str, missing: str = "") -> str:
    """Say that pictures have no labels, and what can be done with them."""
    beside = f" ({missing} is not beside it)" if missing else ""
    return (
        f"{name}: expected a label for each picture, found pictures without labels{beside}:"
        " `digitgui predict MODEL FILE` answers them, training and evaluation need labels"
    )


def digits_of(
    found: FoundArrays,
    name: str,
    asked: Asked = FIND_OUT,
    *,
    on_progress: OnProgress = no_progress,
    source: str = "",
) -> Digits:
    """Bring pictures and labels of any usual shape and type into one form: that of MNIST's digits for ink.

    Parameters
    ----------
    found : FoundArrays
    name : str
        What messages call the source.
    asked : Asked
        All but ``turn``, which needs the labels.
    on_progress : callable
    source : str
        By which well-known data sets are recognised.

    Raises
    ------
    DataFormatError
        If pictures or labels are not what they should be.
    """
    labelled = [one for one in found.parts if one.labels is not None]
    chosen = labelled or found.parts
    by_part = {part: [one for one in chosen if (one.part or "train") == part] for part in PARTS}
    ordered = [one for part in PARTS for one in by_part[part]]
    sheets = [sheets_of(one.images, one.labels, name) for one in ordered]
    if len({sheet.shape[1:] for sheet in sheets}) > 1:
        sizes = " and ".join(sorted({_words_of_shape(sheet.shape) for sheet in sheets}))
        raise DataFormatError(f"{name}: expected pictures of one size, found several: {sizes}")
    check_size(name, sum(math.prod(sheet.shape) for sheet in sheets))
    raw = [
        None if one.labels is None else numbers_of(one.labels, sheet, name)
        for one, sheet in zip(ordered, sheets, strict=True)
    ]
    pieces, values = _as_bytes(sheets, asked.scale, name)
    counts = Counter[Part]()
    for one, sheet in zip(ordered, sheets, strict=True):
        counts[one.part or "train"] += len(sheet)
    starts, remark = own_starts(counts)
    left_out = "some pictures have no labels and were skipped" if len(chosen) < len(found.parts) else ""
    remarks = list(filter(None, (*found.remarks, remark, left_out)))
    classes = joined_labels(raw, name, found.class_names, are_from_1=found.are_from_1)
    images = joined(pieces)
    kind, told = kind_of(images, classes, asked), told_by(source, name, found.title)
    task = replace(DIGITS, preparation=kind.preparation)
    if classes is not None:
        task, remark = task_of(kind, images, classes, told)
        remarks += filter(None, (classes.remark, remark))
    if kind.preparation == "ink":
        images, reading = digits_from_array(grey(images), asked, on_progress)
        reading = replace(reading, turned="transposed" if is_in_columns(told) else "upright")
    else:
        images, reading = photographs_from_array(images, task, asked, on_progress)
    reading = replace(
        reading,
        scale=asked.scale,
        preparation=asked.preparation,
        values=values,
        unreadable=found.unreadable,
        remarks=(*remarks, *reading.remarks),
    )
    return Digits(images, None if classes is None else classes.labels, starts, reading, task)


def _words_of_shape(shape: tuple[int, ...]) -> str:
    return f"{shape[2]} × {shape[1]}{' in colour' if len(shape) == 4 else ''}"


def own_starts(counts: Mapping[Part, int]) -> tuple[tuple[int | None, int | None], str]:
    """Return where the validation and test parts of a source begin, None without, and a remark about their origin.

    Parameters
    ----------
    counts : mapping
        How many pictures each part has; they lie in the order of the parts.
    """
    train, validation, test = (counts.get(part, 0) for part in PARTS)
    if not train:  # there is something to learn from, whatever it is called
        train, validation = validation, 0
    if not train:
        return (None, None), ""
    test_start = train + validation if test else None
    if not validation:
        return (None, test_start), ""
    what = "kept as they are" if test else "kept; a test part is split from its training pictures"
    whose = "its own validation and test parts are" if test else "its own validation part is"
    return (train, test_start), f"{whose} {what}"


def digits_from_array(
    images: ImageArray, asked: Asked = FIND_OUT, on_progress: OnProgress = no_progress
) -> tuple[ImageArray, Reading]:
    """Bring pictures of one size into the form of MNIST's digits.

    Where the outermost pixels, which hardly any ink reaches, are bright in most pictures, all are inverted. If
    they look like MNIST's they are then left as they are; others are fitted like picture files.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
    asked : Asked
        Its ``ink`` and ``fit``.
    on_progress : callable

    Returns
    -------
    images : ndarray of uint8, shape (n, 28, 28)
        The array that was given, where nothing had to be changed.
    reading : Reading

    Raises
    ------
    DataFormatError
        If they are smaller than 8×8.
    """
    count, height, width = images.shape
    if count and min(height, width) < SMALLEST_SIDE:
        raise DataFormatError(f"expected pictures of at least 8 × 8 pixels, found {width} × {height}")
    dark = _rim_is_bright(images) if asked.ink == "auto" else asked.ink == "dark"
    if dark:
        images = _inverted(images)
    needs_fitting = not _is_taken_as_it_is(images, asked.fit)
    if needs_fitting:
        if asked.ink == "auto" and _mostly_dark(images):  # on paper that is not bright
            dark, images = not dark, _inverted(images)
        images = _fitted(images, on_progress)
    sizes = (((width, height), count),) if count else ()
    dark_count, fitted_count = count * dark, count * needs_fitting
    return images, Reading(sizes, asked.ink, dark_count, fit=asked.fit, fitted=fitted_count)


def _is_taken_as_it_is(images: ImageArray, fit: Fit) -> bool:
    if images.shape[1:] != (28, 28) or fit == "always":
        return False
    return fit == "never" or are_like_mnist(images)


def _fitted(images: ImageArray, on_progress: OnProgress) -> ImageArray:
    check_size("these pictures at 28 × 28", len(images) * 28 * 28)
    digits = ArrayWriter((len(images), 28, 28))
    blank = np.zeros((28, 28), np.uint8)
    for image in itertools.chain.from_iterable(in_pieces(images)):
        if digits.count % 100 == 0:
            on_progress(digits.count, len(images))
        digit = fitted(Image.fromarray(image), dark=False)[0] if image.any() else blank
        digits.add(digit[np.newaxis])
    on_progress(len(images), len(images))
    return digits.array()


def _inverted(images: ImageArray) -> ImageArray:
    return _in_pieces(lambda piece: 255 - piece, images, images.shape, np.uint8)


def _in_pieces(
    work: Callable[[Array], Array], images: Array, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """Compute something for some pictures at a time: for all at once it would take several times the memory."""
    return array_of(map(work, in_pieces(images)), shape, dtype)


def _as_bytes(sheets: list[Array], scale: Scale, name: str) -> tuple[list[ImageArray], tuple[float, float] | None]:
    """Bring values of any usual scale to 0 to 255; return also their range, if it was another."""
    filled = [sheet for sheet in sheets if sheet.size]
    low = float(min((0 if sheet.dtype.kind in "bu" else _extreme(np.min, sheet) for sheet in filled), default=0))
    high = float(max((_extreme(np.max, sheet) for sheet in filled), default=0))
    bottom, top = _ends(low, high, {sheet.dtype for sheet in sheets}, scale, name)
    if (bottom, top) == (0, 255):
        whole = [
            sheet
            if sheet.dtype == np.uint8
            else _in_pieces(np.rint if sheet.dtype.kind == "f" else np.asarray, sheet, sheet.shape, np.uint8)
            for sheet in sheets
        ]
        return whole, None
    factor = np.float32(255 / (top - bottom))

    def scaled(piece: Array) -> Array:
        clipped = np.clip(piece.astype(np.float32), bottom, top) - np.float32(bottom)
        return np.rint(clipped * factor)

    return [_in_pieces(scaled, sheet, sheet.shape, np.uint8) for sheet in sheets], (low, high)


def _extreme(which: Callable[[Array], Array], sheet: Array) -> float:
    return float(which(np.array([which(piece) for piece in in_pieces(sheet)])))


def _ends(low: float, high: float, types: set[np.dtype[Any]], scale: Scale, name: str) -> tuple[float, float]:
    """Return which values are black and white."""
    fractions = any(dtype.kind == "f" for dtype in types)
    if low >= 0 and high <= 255:
        if scale == "stretched" and high > 0:
            return 0, high
        if scale == "bytes" or high == 0 or high > BRIGHT_BYTE:
            return 0, 255
        return 0, max(high, 1)
    if low >= 0 and types == {np.dtype(np.uint16)}:
        return 0, high
    if fractions and low >= -OVERSHOOT and high <= 1 + OVERSHOOT:
        return 0, 1
    if (fractions and low < 0 < high <= BRIGHT_BYTE) or (low, high) == (-1, 1):
        return low, high
    found = f"{low:g} to {high:g}, as {' and '.join(sorted(map(str, types)))}"
    raise DataFormatError(
        f"{name}: expected numbers from 0 to 255 or from 0 to 1, found {found}:"
        " scale the pictures to 0..255 and use .astype(numpy.uint8)"
    )


def _mostly_dark(images: ImageArray) -> bool:
    """Return whether most of a sample of pictures have dark ink."""
    sample = [image for image in images[:: max(1, len(images) // LOOKED_AT)] if np.ptp(image)]
    return sum(map(ink_is_dark, sample)) > len(sample) / 2


def _rim_is_bright(images: ImageArray) -> bool:
    if not images.size:
        return False
    bright = np.zeros(4)
    for piece in in_pieces(images):
        rim = [piece[:, 0], piece[:, -1], piece[:, :, 0], piece[:, :, -1]]
        bright += [np.count_nonzero(edge > 127) / edge.shape[1] for edge in rim]
    return float(bright.mean() / len(images)) > 0.5
