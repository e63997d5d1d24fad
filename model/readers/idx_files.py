"""Data sets as IDX files, the form in which MNIST comes, plain or gzipped, whatever their names say."""

import gzip
import math
import re
import struct
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from model.bounds import check_size, read_text
from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.data.splitting import Part
from model.errors import DataFormatError
from model.large_arrays import ArrayWriter
from model.readers.digit_arrays import FoundArrays, PartArrays
from model.readers.forms import beginning_of, cause_of
from model.readers.names import is_left_by_a_system, part_of, shortened

__all__ = ["idx_files_of_pictures", "is_idx_of_pictures", "read_idx"]

GZIP = b"\x1f\x8b"
PREFERRED = ("digits", "mnist")
"""Of several sets in one folder, such as EMNIST's, the one with this name is read."""
MOST_MAPPING_BYTES = 100_000
MOST_LOOKED_INTO = 50
"""If a folder has more files than these, only their names are checked."""


def is_idx_of_pictures(file: Path) -> bool:
    """Return whether a file holds pictures in IDX form, by its name or its content."""
    return re.search(r"images.*idx3[^.]*(\.gz)?$", file.name) is not None or _axes(file) == 3


def idx_files_of_pictures(folder: Path) -> list[Path]:
    """Find the IDX files of pictures in a folder, or in folders that are named like them."""
    files = [entry for entry in sorted(folder.iterdir()) if not is_left_by_a_system(entry.name)]
    files = [entry / entry.name if (entry / entry.name).is_file() else entry for entry in files]
    files = [file for file in files if file.is_file()]
    plain = {file.name for file in files}
    files = [file for file in files if file.name.removesuffix(".gz") == file.name or file.stem not in plain]
    looked_into = len(files) <= MOST_LOOKED_INTO
    return [file for file in files if re.search(r"images.*idx3", file.name) or (looked_into and _axes(file) == 3)]


def read_idx(path: Path, on_progress: OnProgress) -> FoundArrays:
    """Read a folder of IDX files, or one file of pictures and the file of labels beside it.

    In a folder, files that are called ``t10k`` or ``test`` are the test part.

    Raises
    ------
    DataFormatError
        If a file is missing or damaged, or they do not belong together.
    """
    found = idx_files_of_pictures(path) if path.is_dir() else [path]
    sets: dict[str, list[Path]] = {}
    for file in found:
        sets.setdefault(_set_of(file), []).append(file)
    chosen = max(sets, key=lambda name: (*(word in name for word in PREFERRED), len(sets[name])))
    by_part = {part_of(file.name): file for file in reversed(sets[chosen])}
    parts = [_read_pair(file, part, on_progress) for part, file in by_part.items()]
    without = [file for file, one in zip(by_part.values(), parts, strict=True) if one.labels is None]
    if without and len(without) < len(parts):
        raise DataFormatError(
            f"{without[0].name}: expected {_names_of_labels(without[0])[0]} beside it, found no such file"
        )
    missing = ", ".join(_names_of_labels(file)[0] for file in without)
    ignored = [file.name for file in found if file not in by_part.values()]
    remarks = (f"skipped (another of its kind was read): {shortened(ignored)}",) if ignored else ()
    return FoundArrays(parts, remarks, missing=missing, class_names=_mapped(sets[chosen][0]), title=chosen)


def _mapped(images_file: Path) -> dict[int, str]:
    """Read the names of classes beside a set as EMNIST has them: a number, and the code points of its character.

    A class that is a capital and a small letter is called by the first.

    Raises
    ------
    DataFormatError
        If the file is something else.
    """
    tables = [file for file in sorted(images_file.parent.glob("*mapping*.txt")) if file.is_file()]
    own = [file for file in tables if images_file.name.startswith(file.name.partition("mapping")[0])]
    if not own:
        return {}
    file = max(own, key=lambda one: len(one.name))
    damage = f"{file.name}: expected a number and the code of a character in each line, found {{error}}"
    with told_as(DataFormatError, damage):
        rows = [[int(cell) for cell in line.split()] for line in read_text(file, MOST_MAPPING_BYTES).splitlines()]
        if any(len(row) == 1 for row in rows):
            raise ValueError("a number alone")
        names = {row[0]: chr(row[1]) for row in rows if row}
        if len({*names.values()}) < sum(map(bool, rows)):
            raise ValueError("one of them twice")
    return names


def _set_of(file: Path) -> str:
    """Name the set that a file belongs to: its name without its part."""
    return re.sub(r"train(ing)?|t10k|test|val(id(ation)?)?", "", file.name.removesuffix(".gz"))


def _read_pair(images_file: Path, part: Part | None, on_progress: OnProgress) -> PartArrays:
    labels_file = _labels_of(images_file)
    images = _read_idx(images_file, on_progress, dimensions=3)
    labels = None if labels_file is None else _read_idx(labels_file, on_progress, dimensions=1)
    if labels is not None and labels_file is not None and len(images) != len(labels):
        raise DataFormatError(
            f"{images_file.name} holds {len(images):,} pictures but {labels_file.name} {len(labels):,} labels"
        )
    return PartArrays(images, labels, part)


def _names_of_labels(images_file: Path) -> tuple[str, str]:
    """Return the names for the labels of a file of pictures; one of the two may be gzipped and the other not."""
    plain = images_file.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    return plain, f"{plain}.gz"


def _labels_of(images_file: Path) -> Path | None:
    """Find the labels of a file of pictures by their name, or else the only ones of the same part."""
    folder = images_file.parent
    named_like_it = folder.name == images_file.name
    for name in _names_of_labels(images_file):
        for file in (folder / name, folder.parent / name / name if named_like_it else folder / name):
            if file.is_file() and file != images_file:
                return file
    others = [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and part_of(file.name) == part_of(images_file.name)
    ]
    labels = [file for file in others[:MOST_LOOKED_INTO] if _axes(file) == 1]
    return labels[0] if len(labels) == 1 else None


def _axes(file: Path) -> int:
    """Return the number of axes of an IDX file of bytes; 0 for any other file."""
    try:
        with told_as(DataFormatError, file.name), _opened(file) as stream:
            head = stream.read(4)
    except (OSError, DataFormatError):
        return 0
    return head[3] if len(head) == 4 and head[:3] == b"\0\0\x08" else 0


def _opened(file: Path) -> BinaryIO:
    """Open a file, through gzip if that is how it begins: browsers unpack files and leave them their names."""
    return cast(BinaryIO, gzip.open(file)) if _is_gzip(file) else file.open("rb")


def _read_idx(file: Path, on_progress: OnProgress, *, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes: a magic number, the lengths of the axes, and the bytes."""
    header_size = 4 + 4 * dimensions
    with (
        told_as(DataFormatError, f"{file.name}: its gzip stream is damaged or incomplete: fetch it again"),
        _opened(file) as stream,
    ):
        header = stream.read(header_size)
        if len(header) < header_size or header[:4] != bytes((0, 0, 8, dimensions)):
            found = cause_of(header + stream.read(64)) or "another beginning"
            raise DataFormatError(
                f"{file.name}: expected an IDX file of bytes with {dimensions} axes, found {found}"
            )
        shape = struct.unpack(f">{dimensions}I", header[4:])
        expected, stored = math.prod(shape), file.stat().st_size
        if _is_gzip(file):
            check_size(file.name, expected, stored)
            left = expected + 1
        else:
            left = min(expected + 1, stored)
            check_size(file.name, left)
        data = _read_up_to(stream, left, on_progress)
        size = len(data)
    if size != expected:
        raise DataFormatError(
            f"{file.name}: expected {header_size + expected:,} bytes for {' × '.join(map(str, shape))},"
            f" found {header_size + size:,}{' or more' if size > expected else ''}: fetch it again"
        )
    return data.reshape(shape if expected else (0,) * dimensions)


def _is_gzip(file: Path) -> bool:
    return beginning_of(file, 2) == GZIP


def _read_up_to(stream: BinaryIO, most: int, on_progress: OnProgress) -> npt.NDArray[np.uint8]:
    """Read no more than was announced, a megabyte at a time: to unpack more would hold up other threads."""
    writer = ArrayWriter((most,))
    while writer.count < most and (piece := stream.read(min(most - writer.count, 1 << 20))):
        writer.add(np.frombuffer(piece, np.uint8))
        on_progress(0, 0)
    return writer.array()
