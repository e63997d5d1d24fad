"""Data sets in the forms that people have them in."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from model import Dataset

COUNT = 30
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def same(data: Dataset, some: Dataset, atol: int = 0) -> None:
    """Make sure that a data set holds these pictures, in any order."""
    key = lambda one: sorted(  # noqa: E731
        zip(one.labels.tolist(), (image.tobytes() for image in one.images), strict=True)
    )
    if atol:
        np.testing.assert_allclose(data.images.astype(int), some.images.astype(int), atol=atol)
        np.testing.assert_array_equal(data.labels, some.labels)
    else:
        assert key(data) == key(some)


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def save_folders(root: Path, some: Dataset, name: Callable[[int], str] = str, ending: str = ".png") -> Path:
    for number, (image, label) in enumerate(zip(some.images, some.labels.tolist(), strict=True)):
        file = root / name(label) / f"{number:03}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file, format=None if ending else "png")
    return root


def save_table(file: Path, rows, separator: str = ",", header: str = "", form: str = "%g") -> Path:
    text = io.StringIO()
    np.savetxt(text, rows, fmt=form, delimiter=separator)
    file.write_text(header + text.getvalue())
    return file


def flat(some: Dataset) -> np.ndarray:
    return some.images.reshape(len(some), -1)


def table(some: Dataset) -> np.ndarray:
    return np.column_stack([some.labels, flat(some)])
