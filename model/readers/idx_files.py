"""Data sets as IDX files, the form in which MNIST comes, plain or gzipped."""

import gzip
import math
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset
from model.data.reading import Ink, OnProgress, no_progress
from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.readers.digit_arrays import digits_from_array

__all__ = ["is_idx_of_pictures", "load_idx"]


def is_idx_of_pictures(file: Path) -> bool:
    """Tell by its name whether a file is one of pictures in IDX form."""
    return re.search(r"images.*idx3[^.]*(\.gz)?$", file.name) is not None


def load_idx(path: Path, *, ink: Ink = "auto", on_progress: OnProgress = no_progress) -> Dataset:
    """Read a folder of IDX files, or one file of pictures and the file of labels beside it.

    In a folder, files that begin with ``t10k`` or ``test`` become the official test part.

    Raises
    ------
    DataFormatError
        If a file is missing or damaged, or they do not belong together.
    """
    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    images_files = [file for file in files if is_idx_of_pictures(file)]
    if not images_files:
        raise DataFormatError(
            f"{path.name}: expected sub-folders named 0 to 9, or IDX files such as train-images-idx3-ubyte;"
            f" found {_summary(path)}"
        )
    train = [file for file in images_files if not file.name.startswith(("t10k", "test"))]
    test = [file for file in images_files if file not in train]
    parts = [_read_pair(file, on_progress) for file in (train[:1] + test[:1])]
    if len({images.shape[1:] for images, _ in parts}) > 1:
        raise DataFormatError(f"{path.name}: expected pictures of one size, found several in its IDX files")
    ignored = [file.name for file in train[1:] + test[1:]]
    images = np.concatenate([part[0] for part in parts])
    labels = np.concatenate([part[1] for part in parts])
    test_start = len(images) - len(parts[-1][0]) if train and test else None
    images, reading = digits_from_array(images, ink, on_progress)
    if ignored:
        left_out = f"{', '.join(ignored)} was not read, since there is another of its kind"
        reading = replace(reading, remarks=(left_out,))
    return Dataset(images, labels, f"{path.name}, {len(images):,}", str(path), test_start, reading=reading)


def _read_pair(images_file: Path, on_progress: OnProgress) -> tuple[ImageArray, LabelArray]:
    labels_name = images_file.name.replace("images", "labels").replace("idx3", "idx1")
    labels_file = images_file.with_name(labels_name)
    if not labels_file.exists():  # one of the two may be gzipped and the other not
        plain = labels_name.removesuffix(".gz")
        labels_file = images_file.with_name(plain if labels_name.endswith(".gz") else plain + ".gz")
    if not labels_file.exists():
        raise DataFormatError(f"{images_file.name}: expected {labels_name} beside it, found no such file")
    images = _read_idx(images_file, on_progress, dimensions=3)
    labels = _read_idx(labels_file, on_progress, dimensions=1)
    if len(images) != len(labels):
        raise DataFormatError(
            f"{images_file.name} holds {len(images):,} pictures but {labels_file.name} {len(labels):,} labels"
        )
    return images, labels


def _read_idx(file: Path, on_progress: OnProgress, *, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes: a magic number, the lengths of the axes, and the bytes."""
    try:
        data = _unzipped(file, on_progress) if file.suffix == ".gz" else file.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataFormatError(f"{file.name}: its gzip stream is damaged or cut off: fetch it again") from error
    header_size = 4 + 4 * dimensions
    if len(data) < header_size or data[:4] != bytes((0, 0, 8, dimensions)):
        raise DataFormatError(
            f"{file.name}: expected an IDX file of bytes with {dimensions} axes, found another beginning"
        )
    shape = struct.unpack(f">{dimensions}I", data[4:header_size])
    expected = header_size + math.prod(shape)
    if len(data) != expected:
        raise DataFormatError(
            f"{file.name}: expected {expected:,} bytes for {' × '.join(map(str, shape))},"
            f" found {len(data):,}: fetch it again"
        )
    return np.frombuffer(data, np.uint8, offset=header_size).reshape(shape)


def _unzipped(file: Path, on_progress: OnProgress) -> bytes:
    """Unzip a megabyte at a time, since a whole file at once would hold up every other thread."""
    pieces = []
    with gzip.open(file) as stream:
        while piece := stream.read(1 << 20):
            pieces.append(piece)
            on_progress(0, 0)
    return b"".join(pieces)


def _summary(folder: Path) -> str:
    names = sorted(file.name for file in folder.iterdir())
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "") if names else "an empty folder"
