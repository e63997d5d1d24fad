"""Data sets as NumPy archives: reading them, and writing one."""

import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.atomic_files import write_atomically
from model.data.dataset import Dataset
from model.data.reading import Ink, OnProgress, no_progress
from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.readers.digit_arrays import as_uint8, digits_from_array

__all__ = ["load_npz", "save_npz"]

KERAS = {"x_train", "y_train", "x_test", "y_test"}


def load_npz(
    file: Path,
    *,
    name: str | None = None,
    source: str | None = None,
    ink: Ink = "auto",
    on_progress: OnProgress = no_progress,
) -> Dataset:
    """Read ``images`` and ``labels``, or ``x_train``, ``y_train``, ``x_test``, ``y_test``, from an .npz.

    Raises
    ------
    DataFormatError
        If it is no such archive.
    """
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {}
            for key in archive.files:
                on_progress(0, 0)
                arrays[key] = archive[key]
    except (
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        AttributeError,
        TypeError,
        NotImplementedError,
        RuntimeError,  # an archive that asks for a password
    ) as error:
        raise DataFormatError(f"{file.name}: expected a NumPy .npz archive, found something else or a damaged one"
                              ": save it again with numpy.savez_compressed") from error  # fmt: skip
    test_start = None
    used = {"images", "labels"}
    if arrays.keys() >= KERAS:
        used = KERAS
        train = _checked_part(arrays["x_train"], arrays["y_train"], f"{file.name}, train part")
        test = _checked_part(arrays["x_test"], arrays["y_test"], f"{file.name}, test part")
        images, labels = (np.concatenate(pair) for pair in zip(train, test, strict=True))
        test_start = len(train[0])
    elif arrays.keys() >= used:
        images, labels = _checked_part(arrays["images"], arrays["labels"], file.name)
    else:
        raise DataFormatError(
            f"{file.name}: expected the arrays images and labels, or x_train, y_train, x_test and y_test;"
            f" found {', '.join(sorted(arrays)) or 'none'}"
        )
    images, reading = digits_from_array(images, ink, on_progress)
    others = ", ".join(sorted(arrays.keys() - used))
    if others:
        reading = replace(reading, remarks=(f"not read, having other names than were looked for: {others}",))
    title = name or f"{file.name}, {len(images):,}"
    return Dataset(images, labels, title, source or str(file), test_start, reading=reading)


def save_npz(dataset: Dataset, file: Path) -> None:
    """Write the pictures that are not left out, with their corrected labels, as `load_npz` reads them.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    included = dataset.included
    images, labels = dataset.images[included], dataset.labels[included]
    start = dataset.official_test_start
    arrays = {"images": images, "labels": labels}
    if start is not None:
        train = int((included < start).sum())
        arrays = {
            "x_train": images[:train],
            "y_train": labels[:train],
            "x_test": images[train:],
            "y_test": labels[train:],
        }
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    write_atomically(file, stream.getvalue())


def _checked_part(
    images: npt.NDArray[np.generic], labels: npt.NDArray[np.generic], name: str
) -> tuple[ImageArray, LabelArray]:
    """Make sure that pictures and labels belong together, before parts are joined."""
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise DataFormatError(
            f"{name}: expected pictures of shape (n, height, width) and as many labels,"
            f" found shapes {images.shape} and {labels.shape}"
        )
    return as_uint8(images, name), as_uint8(labels, name)
