"""What pictures that come as arrays are about, and how those that are no ink get their form."""

import itertools
from dataclasses import dataclass

import numpy as np
from PIL import Image

from model.bounds import check_size
from model.data.reading import Asked, OnProgress, Reading
from model.errors import DataFormatError
from model.handwriting.mnist_form import are_like_mnist
from model.large_arrays import ArrayWriter, array_of, in_pieces
from model.network.arrays import ImageArray
from model.network.task import DIGITS, PREPARATIONS, SMALLEST_SIDE, Preparation, Task, numbered
from model.readers.array_labels import NamedLabels
from model.readers.digit_likeness import COMPARED, FEWEST_COMPARED, are_like_digits
from model.readers.known_classes import known_set
from model.readers.picture_kinds import are_coloured, are_ink
from model.readers.prepared_pictures import prepared, size_of

__all__ = ["Kind", "grey", "kind_of", "photographs_from_array", "task_of"]

LOOKED_AT = 60
"""Pictures that decide what all of a set are."""
MOST_INK = 0.35
"""Of all pixels; MNIST's digits have 0.13, and Fashion-MNIST's clothes 0.31."""
LUMINANCE = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True)
class Kind:
    """What pictures look like: how they are to be prepared, and whether they have colour."""

    preparation: Preparation
    is_coloured: bool = False


def kind_of(images: ImageArray, classes: NamedLabels | None, asked: Asked) -> Kind:
    """Find out whether pictures are ink or photographs, in grey or in colour, by a sample of them.

    Grey pictures with the labels 0 to 9 are ink, too, if they are like MNIST's mean digits of their labels.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width) or (n, height, width, 3)
    classes : NamedLabels, optional
    asked : Asked
    """
    if asked.preparation == "ink" or not len(images) or (asked.preparation == "auto" and _are_plainly_ink(images)):
        return Kind("ink")
    chosen = np.array([index for index in _some(len(images), COMPARED) if np.ptp(images[index])], np.intp)
    sample = [Image.fromarray(image).convert("RGB") for image in images[chosen]]
    pictures = [sample[index] for index in _some(len(sample), LOOKED_AT)]
    is_coloured = images.ndim == 4 and are_coloured(pictures)
    if asked.preparation != "auto":
        return Kind(asked.preparation, is_coloured)
    if not pictures or are_ink(pictures):
        return Kind("ink")
    are_digits = classes is None or classes.class_names == DIGITS.class_names
    if are_digits and not is_coloured:
        if classes is None or len(sample) < FEWEST_COMPARED:  # too few to tell
            return Kind("ink")
        if are_like_digits(sample, classes.labels[chosen]):
            return Kind("ink")
    return Kind("photo", is_coloured)


def task_of(kind: Kind, images: ImageArray, classes: NamedLabels, told: str) -> tuple[Task, str]:
    """Say what pictures are about; return a remark, too, on where the names of the classes come from."""
    height, width = images.shape[1:3]
    if kind.preparation == "ink":
        shape = 28, 28, 1
    else:
        wide, high = size_of({(width, height)})
        shape = high, wide, 3 if kind.is_coloured else 1
    if classes.first is not None and len(classes.labels):
        low, high = int(classes.labels.min()) + classes.first, int(classes.labels.max()) + classes.first
        known = known_set(told, (height, width, shape[2]), low, high)
        if known and known.is_ink == (kind.preparation == "ink") and known.first == classes.first:
            return Task(
                known.class_names, shape, kind.preparation
            ), f"its classes are named as those of {known.title}"
    names = classes.class_names
    if names == DIGITS.class_names and classes.first == 0 and kind.preparation != "ink":
        names = numbered(max(2, int(classes.labels.max(initial=0)) + 1))
    return Task(names, shape, kind.preparation), ""


def photographs_from_array(
    images: ImageArray, task: Task, asked: Asked, on_progress: OnProgress
) -> tuple[ImageArray, Reading]:
    """Bring pictures of one size to the form of a task that is not ink: unchanged where they have it.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width) or (n, height, width, 3)
    task : Task
    asked : Asked
    on_progress : callable

    Raises
    ------
    DataFormatError
        If they are smaller than 8×8.
    """
    count, (height, width) = len(images), images.shape[1:3]
    if min(height, width) < SMALLEST_SIDE:
        raise DataFormatError(
            f"expected pictures of at least {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels, found {width} × {height}"
        )
    is_new = (height, width) != task.picture_shape[:2]
    if is_new:
        check_size("these pictures", count * int(np.prod(task.picture_shape)))
        writer = ArrayWriter((count, *task.array_shape))
        for image in itertools.chain.from_iterable(in_pieces(images)):
            if writer.count % 100 == 0:
                on_progress(writer.count, count)
            writer.add(prepared(Image.fromarray(image), task)[np.newaxis])
        on_progress(count, count)
        brought = writer.array()
    elif task.is_grey:
        brought = grey(images)
    else:
        brought = images
    found = "are no ink on paper" if asked.preparation == "auto" else "are, as you chose, photographs"
    if asked.preparation == "unchanged":
        found = "are, as you chose, no ink"
    how = f"{PREPARATIONS[task.preparation]}, from {width} × {height}" if is_new else "unchanged"
    return brought, Reading(
        (((width, height), count),) if count else (),
        asked.ink,
        fit=asked.fit,
        fitted=count * is_new,
        remarks=(f"its pictures {found}: {task.words_of_shape()}, {how}",),
        preparation=asked.preparation,
        prepared=task.preparation,
        brought_to=(task.picture_shape[1], task.picture_shape[0]),
    )


def grey(images: ImageArray) -> ImageArray:
    """Weigh red, green and blue as Pillow does; grey pictures stay as they are."""
    if images.ndim == 3:
        return images
    weights = np.array(LUMINANCE, np.float32)
    return array_of((np.rint(piece @ weights) for piece in in_pieces(images)), images.shape[:3])


def _are_plainly_ink(images: ImageArray) -> bool:
    """Return whether pictures lie like MNIST's, and little of them is ink; which takes little time."""
    sample = images[_some(len(images), COMPARED)]
    return images.ndim == 3 and float(np.mean(sample > 127)) < MOST_INK and are_like_mnist(images)


def _some(count: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, max(0, count - 1), min(most, count)).astype(np.intp))
