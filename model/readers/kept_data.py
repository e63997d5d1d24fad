"""Large data sets as they were read, kept in the user's cache: so they take hardly any memory, and are read once.

Each is two files: the pictures, which are mapped, and the labels with all that is known of them.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from model.array_files import open_archive
from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import Asked, Reading
from model.errors import DataFormatError, ModelFileError
from model.handwriting.preprocessing import VERSION
from model.large_arrays import cache_folder, is_large, made_cache_folder, mapped, write_array
from model.network.task import Task
from model.version import __version__

__all__ = ["keep_if_large", "kept_dataset", "state_of"]

MOST_BYTES = 8_000_000_000
"""Of all that is kept; what was used longest ago goes first."""
DEEPEST = 16
"""Folders of a source are looked at for this many levels down."""
APART = {"images", "labels", "reading", "task", "split_rule", "edits", "unedited", "extra"}
"""What the file of labels does not say in plain values."""


def kept_dataset(path: Path, asked: Asked) -> Dataset | None:
    """Open what `keep_if_large` has kept; None if there is nothing, or the source has changed since."""
    kept = _files_of(path)
    name = state_of(path, asked) if kept else ""
    for images_file in kept:
        if images_file.stem != name:
            continue
        with contextlib.suppress(OSError, DataFormatError), told_as(DataFormatError, "cut off"):
            labels, about = _read_about(images_file)
            reading = Reading(**_with_tuples(about.pop("reading")))
            task = Task.from_json(about.pop("task"))
            known = _with_tuples(about) | {"source": str(path), "reading": reading, "task": task}
            dataset = Dataset(mapped(images_file), labels, **known)
            os.utime(images_file)
            return dataset
    return None


def keep_if_large(dataset: Dataset, path: Path, asked: Asked, before: str) -> Dataset:
    """Keep a data set that takes much memory, and return it as it is kept; return any other as it is.

    Parameters
    ----------
    dataset : Dataset
        Without corrections, as it was read.
    path : path
        Where it was read.
    asked : Asked
    before : str
        What `state_of` said before it was read: if it has changed since, it is not kept for the next time.

    Raises
    ------
    ModelFileError
        If there is no room for it.
    """
    if not is_large(dataset.images):
        return dataset
    folder = made_cache_folder()
    _make_room(folder, path, dataset.images.nbytes)
    about = {one.name: getattr(dataset, one.name) for one in fields(dataset) if one.name not in APART}
    about |= {
        "reading": asdict(dataset.reading),
        "task": dataset.task.to_json(),
        "source": str(path.absolute()),
    }
    stream = BytesIO()
    np.savez(stream, labels=dataset.labels, about=np.array(json.dumps(about)))
    # No source has the state "unfinished": it goes when the source is opened again.
    name = before if state_of(path, asked) == before else f"{before}-unfinished"
    images_file = folder / f"{name}.npy"
    try:
        # The pictures come last: another process removes pictures without labels, as they are cut off.
        write_atomically(images_file.with_suffix(".npz"), stream.getvalue(), private=True)
        write_array(dataset.images, images_file)
    except ModelFileError:
        _remove(images_file)
        raise
    with contextlib.suppress(OSError, ValueError):  # another process has removed it, to make room
        return replace(dataset, images=mapped(images_file))
    return dataset


def _read_about(images_file: Path) -> tuple[Any, dict[str, Any]]:
    file = images_file.with_suffix(".npz")
    with file.open("rb") as stream, open_archive(stream, file.name) as archive:
        return archive.read("labels"), json.loads(str(archive.read("about")))


def _with_tuples(value: Any) -> Any:
    """Turn the lists of JSON into the tuples that they were."""
    if isinstance(value, dict):
        return {key: _with_tuples(one) for key, one in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


def _make_room(folder: Path, path: Path, needed: int) -> None:
    """Remove what is kept of the same source, or of sources that are gone, and what was used longest ago."""
    kept = []
    for file in set(folder.glob("*.npy")).difference(_files_of(path)):
        with contextlib.suppress(OSError, DataFormatError), told_as(DataFormatError, "cut off"):
            if os.path.exists(_read_about(file)[1]["source"]):  # noqa: PTH110  anything may be written there
                status = file.stat()
                kept.append((status.st_mtime, status.st_size, file))
    lasting: set[Path] = set()
    for _, size, file in sorted(kept, reverse=True):
        needed += size
        if needed <= MOST_BYTES:
            lasting.add(file)
    for file in set(folder.glob("*.npy")) - lasting:
        _remove(file)


def _remove(images_file: Path) -> None:
    for file in (images_file, images_file.with_suffix(".npz")):
        with contextlib.suppress(OSError):  # Windows removes no file that is open; elsewhere it lasts as long
            file.unlink(missing_ok=True)


def _files_of(path: Path) -> list[Path]:
    """List what is kept of a source, of whatever state."""
    return sorted(cache_folder().glob(f"{_digest(os.fsencode(path.absolute()))}-*.npy"))


def state_of(path: Path, asked: Asked) -> str:
    """Name a source in its state of now, and how it is read."""
    total = 0  # the sum of numbers that stand for files, in whatever order they come
    for name, status in _entries(path):
        line = f"{name}\0{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
        total += int(_digest(os.fsencode(line)), 16)
    version = VERSION, __version__, [one.name for one in fields(Dataset)]
    return f"{_digest(os.fsencode(path.absolute()))}-{_digest(f'{total} {asked} {version}'.encode())}"


def _entries(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Go through the files of a source: those below a folder, or those beside a file, where its labels may be."""
    if path.is_dir():
        yield from _below(str(path), DEEPEST)
        return
    yield from _below(str(path.parent), 0)
    if path.parent.name == path.name:  # an unpacked folder that is called like the file in it
        yield from _below(str(path.parent.parent), 1)


def _below(folder: str, depth: int) -> Iterator[tuple[str, os.stat_result]]:
    with (
        contextlib.suppress(OSError),
        os.scandir(folder) as entries,
    ):  # or it may not be read, by the readers neither
        for entry in entries:
            if entry.is_dir():
                if depth:
                    yield from _below(entry.path, depth - 1)
            elif not entry.name.endswith(".edits.json"):  # corrections, which are read anew
                with contextlib.suppress(OSError):  # a link that leads nowhere
                    yield entry.path, entry.stat()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
