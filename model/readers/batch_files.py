"""Data sets as Python pickles of arrays, and as the batches of CIFAR, which are such pickles or plain bytes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bounds import check_size, read_text
from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.digit_arrays import FoundArrays, PartArrays
from model.readers.forms import is_pickle
from model.readers.names import in_natural_order, part_of
from model.readers.npz_files import paired

__all__ = ["batches_in", "is_batch", "read_batches", "read_pickle"]

BATCH = re.compile(r"(data_batch_\d+|test_batch|train|test)(\.bin)?")
PIXELS = 3 * 32 * 32
LABEL_BYTES = {1: 10, 2: 100}
"""How many labels stand before a picture in CIFAR's bytes, and how many classes the last of them tells apart."""
META = {"batches.meta": "label_names", "meta": "fine_label_names"}
META_TEXTS = "batches.meta.txt", "fine_label_names.txt"
"""Where CIFAR has the names of its classes: in pickles, and a line each."""
MOST_META_BYTES = 100_000
DEEPEST = 4


def is_batch(file: Path) -> bool:
    """Return whether a file is one of CIFAR's batches, by its name and its beginning."""
    return bool(BATCH.fullmatch(file.name)) and file.is_file() and (file.suffix == ".bin" or is_pickle(file))


def batches_in(folder: Path) -> list[Path]:
    """Find CIFAR's batches in a folder, in the order of their numbers."""
    found = {file.name: file for file in folder.iterdir() if is_batch(file)}
    return [found[name] for name in in_natural_order(found)]


def read_batches(path: Path, on_progress: OnProgress) -> FoundArrays:
    """Read the batches of CIFAR-10 or CIFAR-100 in a folder, or one of them; of two kinds of labels, the finer.

    Raises
    ------
    DataFormatError
        If one is damaged, or something else.
    """
    files = batches_in(path) if path.is_dir() else [path]
    check_size(path.name, sum(file.stat().st_size for file in files))
    parts = []
    for file in files:
        on_progress(0, 0)
        read = _read_pickled if is_pickle(file) else _read_bytes
        parts += [PartArrays(one.images, one.labels, part_of(file.stem)) for one in read(file).parts]
    return FoundArrays(parts, class_names=_names_beside(files[0].parent))


def read_pickle(file: Path, on_progress: OnProgress) -> FoundArrays:
    """Read a pickle of arrays, in dictionaries, lists or tuples of any form.

    Raises
    ------
    DataFormatError
        If it is damaged, or holds something else.
    """
    on_progress(0, 0)
    check_size(file.name, file.stat().st_size)
    return _read_pickled(file)


def _read_pickled(file: Path) -> FoundArrays:
    arrays = dict(_arrays_in(_unpickled(file), "", {}))
    if any("fine" in key for key in arrays):
        arrays = {key: array for key, array in arrays.items() if "coarse" not in key}
    names = [key for key in arrays if re.search("file_?name", key)]
    for key in names:
        del arrays[key]
    return paired(arrays, {key: (array.shape, array.dtype) for key, array in arrays.items()}, file.name)


def _unpickled(file: Path) -> Any:
    from model.readers.pickled_numbers import read_pickled  # noqa: PLC0415  `pickletools` is large

    damage = f"{file.name}: expected a Python pickle of arrays, found a damaged one: fetch it again ({{error}})"
    with told_as(DataFormatError, damage):
        return read_pickled(file.read_bytes(), file.name)


def _arrays_in(
    content: Any, way: str, known: dict[int, npt.NDArray[Any] | None], depth: int = DEEPEST
) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Go through the arrays, and the lists of numbers or texts, in a pickle; each by its way there.

    A collection that stands in many places is gone through once; `known` has the array of each that is one.
    """
    if isinstance(content, np.ndarray):
        if content.ndim:
            yield way or "images", content
        return
    if not isinstance(content, Mapping | list | tuple):
        return
    if id(content) not in known:
        known[id(content)] = _array_of(content, way)
        entries = content.items() if isinstance(content, Mapping) else enumerate(content)
        if depth and known[id(content)] is None:
            for key, value in entries:
                yield from _arrays_in(value, f"{way}_{key}" if way else f"{key}", known, depth - 1)
    if (array := known[id(content)]) is not None:
        yield way or "images", array


def _array_of(content: Any, way: str) -> npt.NDArray[Any] | None:
    """Make an array of a list of numbers or texts; None of anything else."""
    if not isinstance(content, list) or not content or not _are_alike(content):
        return None
    if isinstance(content[0], str):
        check_size(way, 4 * len(content) * max(map(len, content)))
    return np.array(content)


def _are_alike(values: Sequence[Any]) -> bool:
    return all(type(value) is int and abs(value) < 1 << 31 for value in values) or all(
        isinstance(value, str) and len(value) <= 80 for value in values
    )


def _read_bytes(file: Path) -> FoundArrays:
    """Read records of one label or two and the red, green and blue of a picture."""
    content = np.fromfile(file, np.uint8)
    for labels, classes in LABEL_BYTES.items():
        width = labels + PIXELS
        if content.size and content.size % width == 0:
            records = content.reshape(-1, width)
            if records[:, labels - 1].max() < classes:
                return FoundArrays(
                    [PartArrays(records[:, labels:].reshape(-1, 3, 32, 32), records[:, labels - 1])]
                )
    raise DataFormatError(
        f"{file.name}: expected CIFAR's records of {1 + PIXELS:,} or {2 + PIXELS:,} bytes, found"
        f" {content.size:,} bytes that are none: fetch it again"
    )


def _names_beside(folder: Path) -> dict[int, str]:
    """Read the names of CIFAR's classes; empty if they are not there."""
    for name, key in META.items():
        if (folder / name).is_file() and is_pickle(folder / name):
            check_size(name, (folder / name).stat().st_size)
            content = _unpickled(folder / name)
            names = content.get(key) if isinstance(content, dict) else None
            if not isinstance(names, list) or not all(isinstance(one, str | bytes) for one in names):
                raise DataFormatError(f"{name}: expected the names of classes as {key}, found none: move it away")
            return {number: one if isinstance(one, str) else one.decode() for number, one in enumerate(names)}
    for name in META_TEXTS:
        if (folder / name).is_file():
            with told_as(DataFormatError, f"{name}: expected the name of a class in each line, found {{error}}"):
                lines = read_text(folder / name, MOST_META_BYTES).split("\n")
            return dict(enumerate(line.strip() for line in lines if line.strip()))
    return {}
