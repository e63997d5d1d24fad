"""Data sets as NumPy archives: reading them, and writing one."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.array_files import Head, open_archive
from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import FIND_OUT, Asked, OnProgress, no_progress
from model.errors import DataFormatError
from model.network.task import DIGITS
from model.readers.array_names import pairs_among
from model.readers.digit_arrays import FoundArrays, PartArrays, as_dataset
from model.readers.forms import PICKLE_REFUSED
from model.readers.names import shortened

__all__ = ["AS_WRITTEN", "load_npz", "needed_of", "paired", "read_npz", "save_npz"]

AS_WRITTEN = Asked("bright", "bytes", "upright", "never", "ink")
"""How to read digits that `save_npz` wrote: unusual ones may look like photographs, and are ink all the same."""


def load_npz(
    file: Path,
    *,
    name: str | None = None,
    source: str | None = None,
    asked: Asked = FIND_OUT,
    on_progress: OnProgress = no_progress,
) -> Dataset:
    """Read an .npz as a data set, as it lies; parameters as for `model.readers.sources.open_data`.

    Raises
    ------
    DataFormatError
        If it is no such archive.
    """
    with told_as(DataFormatError, _damage(file)):
        found = read_npz(file, on_progress)
        dataset = as_dataset(found, file.name, source or str(file), asked, on_progress=on_progress)
    return dataset if name is None else replace(dataset, name=name)


def read_npz(file: Path, on_progress: OnProgress = no_progress) -> FoundArrays:
    """Read pictures and labels from an .npz, by the names and shapes that `pairs_among` knows, and nothing else.

    Raises
    ------
    DataFormatError
        If it is no such archive.
    """
    with (
        told_as(DataFormatError, _damage(file)),
        file.open("rb") as stream,
        open_archive(stream, file.name) as archive,
    ):
        heads = archive.heads
        if any(dtype.hasobject for _, dtype in heads.values()):
            raise DataFormatError(f"{file.name}: {PICKLE_REFUSED}")
        arrays = {}
        for key in needed_of(heads, file.name):
            on_progress(0, 0)
            arrays[key] = archive.read(key)
        return paired(arrays, heads, file.name)


def _damage(file: Path) -> str:
    return (
        f"{file.name}: expected a NumPy .npz archive, found something else or a damaged one: save it again with"
        " numpy.savez_compressed"
    )


def needed_of(heads: Mapping[str, Head], name: str) -> set[str]:
    """Return which arrays are pictures, labels, or the names of classes; errors as for `pairs_among`."""
    names = {key for key, head in heads.items() if are_names(key, head)}
    pairs = pairs_among({key: shape for key, (shape, _) in heads.items() if key not in names}, name)
    return names | {key for pair in pairs for key in (pair.images, pair.labels) if isinstance(key, str)}


def paired(arrays: dict[str, npt.NDArray[Any]], heads: dict[str, Head], name: str) -> FoundArrays:
    """Pair pictures and labels as `pairs_among` returns them; other arrays are named in a remark.

    Parameters
    ----------
    arrays : dict of str to ndarray
        At least those that are used.
    heads : dict of str to (tuple of int, dtype)
        Shape and type of all.
    name : str
    """
    names = next((key for key, head in heads.items() if are_names(key, head)), None)
    heads = {key: head for key, head in heads.items() if key != names}
    pairs = pairs_among({key: shape for key, (shape, _) in heads.items()}, name)
    parts = []
    for pair in pairs:
        labels = arrays[pair.labels] if isinstance(pair.labels, str) else None
        if isinstance(pair.labels, int):
            labels = np.full(len(arrays[pair.images]), pair.labels)
        parts.append(PartArrays(arrays[pair.images], labels, pair.part))
    others = sorted(heads.keys() - {key for pair in pairs for key in (pair.images, pair.labels)})
    remarks = (f"skipped (neither pictures nor labels): {shortened(others)}",) if others else ()
    return FoundArrays(
        parts, remarks, class_names=dict(enumerate(map(str, arrays[names].tolist()))) if names else {}
    )


def are_names(key: str, head: Head) -> bool:
    """Return whether an array is texts that name the classes, such as ``class_names``."""
    shape, dtype = head
    return len(shape) == 1 and dtype.kind == "U" and re.search("names$|categories$", key) is not None


def save_npz(dataset: Dataset, file: Path, *, private: bool = False) -> None:
    """Write the pictures that are not excluded, with their corrected labels, as `load_npz` reads them.

    What others than digits are about is in the array ``task``: see `model.readers.own_archives`.

    Parameters
    ----------
    dataset : Dataset
    file : Path
    private : bool
        As in `write_atomically`.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    included = dataset.included
    images, labels = dataset.part("all")
    starts = {"val": dataset.own_validation_start, "test": dataset.official_test_start}
    ends = {name: int((included < start).sum()) for name, start in starts.items() if start is not None}
    arrays: dict[str, npt.NDArray[Any]] = {"images": images, "labels": labels}
    if ends:
        x, y = (np.split(array, [*ends.values()]) for array in (images, labels))
        arrays = {}
        for name, some, their in zip(("train", *ends), x, y, strict=True):
            arrays |= {f"x_{name}": some, f"y_{name}": their}
    if dataset.task != DIGITS:
        arrays["task"] = np.array(dataset.task.to_json())
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    write_atomically(file, stream.getvalue(), private=private)
