"""NumPy's files of arrays: read as far as they are asked for, and no further than they announce."""

import io
import math
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from model.bounds import check_directory, check_size
from model.large_arrays import PIECE_BYTES, ArrayWriter, array_of, is_large_size

__all__ = ["Archive", "Head", "check_array", "open_archive", "read_array", "read_head"]

Head: TypeAlias = tuple[tuple[int, ...], np.dtype[Any]]
"""Shape and type of an array."""
LONGEST_HEAD = 10_000
"""Bytes that describe shape and type of an array; NumPy reads no more than these either."""


class Archive:
    """An .npz that is open.

    Attributes
    ----------
    heads : dict of str to (tuple of int, dtype)
        Shape and type of each array: one that is not asked for is never unpacked.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str, file_size: int) -> None:
        self._archive, self._name, self._file_size = archive, name, file_size
        self._taken = self._stored = 0
        self.heads: dict[str, Head] = {}
        for member in archive.infolist():
            if member.filename.endswith(".npy"):
                with archive.open(member) as stream:
                    self.heads[member.filename.removesuffix(".npy")] = read_head(stream)

    def read(self, key: str) -> npt.NDArray[Any]:
        """Read one array.

        Raises
        ------
        DataFormatError
            If all that has been read is larger than the bound of `model.bounds`.
        Exception
            Whatever NumPy and its like raise if it is damaged.
        """
        with self._opened(key) as (stream, needed):
            return read_array(stream, needed)

    def joined(self, keys: Sequence[str]) -> npt.NDArray[Any]:
        """Read several arrays as one, of which the first has the first rows, without having any of them twice.

        Raises
        ------
        ValueError
            If they differ in type, or in the shape of a row.
        DataFormatError, Exception
            As `read`.
        """
        if len(keys) == 1:
            return self.read(keys[0])
        heads = [self.heads[key] for key in keys]
        if len({(shape[1:], dtype) for shape, dtype in heads}) != 1:
            raise ValueError(f"{', '.join(keys)} have different types, or rows of different shapes")
        [first, dtype], shapes = heads[0], [shape for shape, _ in heads]
        writer = ArrayWriter((sum(map(math.prod, shapes)),), dtype)
        for key in keys:
            with self._opened(key) as (stream, needed):
                columns_first = _read_head(stream)[1]
                for piece in _pieces(stream, needed, dtype) if not columns_first else ():
                    writer.add(piece)
            if columns_first:
                writer.add(self.read(key).reshape(-1))
        return writer.array().reshape(sum(shape[0] for shape in shapes), *first[1:])

    @contextmanager
    def _opened(self, key: str) -> Iterator[tuple[IO[bytes], int]]:
        """Open the file of an array, unless it is too large; give also how many bytes the array has."""
        member = self._archive.getinfo(f"{key}.npy")
        needed = check_array(key, self.heads[key], member.file_size)
        self._taken += needed
        self._stored += min(member.compress_size, self._file_size)
        check_size(self._name, self._taken, self._stored)
        with self._archive.open(member) as stream:
            yield stream, needed


@contextmanager
def open_archive(file: IO[bytes], name: str) -> Iterator[Archive]:
    """Open an .npz.

    Parameters
    ----------
    file : binary stream
    name : str
        What messages call it.

    Raises
    ------
    DataFormatError
        If it has too many files.
    Exception
        Whatever zipfile, NumPy and their like raise if it is damaged.
    """
    check_directory(name, file)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        yield Archive(archive, name, size)


def read_head(stream: IO[bytes]) -> Head:
    """Read what the head of an .npy announces.

    Raises
    ------
    Exception
        Whatever NumPy and its like raise if it is damaged.
    """
    shape, _, dtype = _read_head(stream)
    return shape, dtype


def read_array(stream: IO[bytes], size: int) -> npt.NDArray[Any]:
    """Read an .npy, into a file if it is large; ``size`` is what `check_array` returned.

    Raises
    ------
    ModelFileError
        If there is no room for such a file.
    Exception
        Whatever NumPy and its like raise if it is damaged.
    """
    if not is_large_size(size):
        array: npt.NDArray[Any] = npy.read_array(stream, allow_pickle=False)
        return array
    shape, columns_first, dtype = _read_head(stream)
    stored = shape[::-1] if columns_first else shape
    whole = array_of(_pieces(stream, size, dtype), (math.prod(shape),), dtype).reshape(stored)
    return whole.T if columns_first else whole


def _pieces(stream: IO[bytes], left: int, dtype: np.dtype[Any]) -> Iterator[npt.NDArray[Any]]:
    """Read the numbers of an array that has so many bytes, some at a time, in the order in which they lie."""
    row = dtype.itemsize
    while left:
        piece = stream.read(min(left, row * max(1, PIECE_BYTES // row)))
        if not piece or len(piece) % row:
            raise ValueError(f"{left // row:,} numbers are missing at the end")
        yield np.frombuffer(piece, dtype)
        left -= len(piece)


def _read_head(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = npy.read_magic(stream)
    width = 2 if version == (1, 0) else 4
    told = stream.read(width)
    if int.from_bytes(told, "little") > LONGEST_HEAD:
        raise ValueError("the head of an array is too long")
    head = io.BytesIO(told + stream.read(int.from_bytes(told, "little")))
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    found: tuple[tuple[int, ...], bool, np.dtype[Any]] = read(head)
    return found


def check_array(key: str, head: Head, size: int) -> int:
    """Make sure that so many bytes hold what the head of an array announces; return how many those are.

    Raises
    ------
    ValueError
        If they do not.
    """
    shape, dtype = head
    needed = math.prod(shape) * dtype.itemsize
    if not dtype.itemsize or min(shape, default=0) < 0 or needed > size:
        raise ValueError(f"{key} announces {needed:,} bytes and holds {size:,}")
    return needed
