"""Arrays that are too large for memory: they lie in a file, of which the system keeps in memory what is in use.

Such an array is an ordinary ndarray, which may be read but not written to. Its file is always one of our own,
which is never shortened: to read beyond the end of a mapped file ends the process, and any program may shorten a
file of the user's.
"""

import contextlib
import itertools
import math
import mmap
import os
import sys
import tempfile
import time
import weakref
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from model.errors import ModelFileError

__all__ = [
    "ArrayWriter",
    "Rows",
    "array_of",
    "cache_folder",
    "file_of",
    "in_pieces",
    "is_large",
    "is_large_size",
    "made_cache_folder",
    "mapped",
    "release",
    "rows_of",
    "write_array",
]

Array = npt.NDArray[Any]

LARGE_BYTES = 100_000_000
"""A larger array lies in a file: MNIST does not, a million pictures do."""
PIECE_BYTES = 2_000_000
"""About how much of a large array is in use at a time."""
ROWS_AT_ONCE = 500
"""Rows in random places, each of which brings what lies around it into memory."""
LEAST_ROWS = 64
"""A piece has a multiple of so many rows, so that a network computes the same blocks as without pieces."""
PART = ".digitgui-part"
"""Ends the names of files that are deleted with their array."""
LEFT_SECONDS = 60
"""A younger file may not be locked yet, or not any more, although a program is about to use it."""


def is_large(array: Array) -> bool:
    """Return whether an array should lie in a file."""
    return is_large_size(array.nbytes)


def is_large_size(size: int) -> bool:
    """Return whether an array of so many bytes should lie in a file."""
    return size > LARGE_BYTES


class ArrayWriter:
    """Takes an array piece by piece: into memory, or into a file if it is large.

    Parameters
    ----------
    shape : tuple of int
        Of the array; there may be fewer rows in the end.
    dtype : dtype

    Raises
    ------
    ModelFileError
        By any method, if there is no room for the file; no part of it is left.
    """

    def __init__(self, shape: tuple[int, ...], dtype: npt.DTypeLike = np.uint8) -> None:
        self.count = 0
        self._shape, self._dtype = shape, np.dtype(dtype)
        self._array: Array | None = None
        if not is_large_size(math.prod(shape) * self._dtype.itemsize):
            self._array = np.empty(shape, dtype)
            return
        folder = made_cache_folder()
        with _told(folder):
            handle, self._name = tempfile.mkstemp(PART, dir=folder)
        self._stream = os.fdopen(handle, "wb", buffering=0)
        _lock(self._stream)
        self._discard = weakref.finalize(self, _delete, self._name, self._stream)
        self._write_head()

    def add(self, rows: Array) -> None:
        """Take the next rows, shape (any number, ...)."""
        if self._array is not None:
            self._array[self.count : self.count + len(rows)] = rows
        else:
            with self._writing() as stream:
                _write(stream, rows.astype(self._dtype, copy=False))
        self.count += len(rows)

    def array(self) -> Array:
        """Return all rows that have been added, as the last call."""
        if self._array is not None:
            return self._array[: self.count]
        self._shape = (self.count, *self._shape[1:])
        self._write_head()
        lasting = np.load(self._name, mmap_mode="r", allow_pickle=False)
        self._discard.detach()
        weakref.finalize(lasting, _delete, self._name, self._stream)  # when the last view of it is gone
        return np.asarray(lasting)

    def _write_head(self) -> None:
        with self._writing() as stream:
            stream.seek(0)
            _write_head(stream, self._shape, self._dtype)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[IO[bytes]]:
        try:
            with _told(Path(self._name).parent):
                yield self._stream
        except ModelFileError:
            self._discard()
            raise


def array_of(pieces: Iterable[Array], shape: tuple[int, ...], dtype: npt.DTypeLike = np.uint8) -> Array:
    """Make one array of pieces, as `ArrayWriter` does."""
    writer = ArrayWriter(shape, dtype)
    for piece in pieces:
        writer.add(piece)
    return writer.array()


class Rows:
    """Some rows of an array, which are copied when they are asked for.

    Parameters
    ----------
    array : ndarray, shape (n, ...)
    indices : ndarray of int
        Which rows.
    more : ndarray, shape (m, ...), optional
        All its rows come after these.
    """

    def __init__(self, array: Array, indices: npt.NDArray[np.intp], more: Array | None = None) -> None:
        self._array, self._more = array, array[:0] if more is None else more
        self._indices = np.concatenate([indices, np.arange(len(array), len(array) + len(self._more))])

    def __len__(self) -> int:
        return len(self._indices)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all of them together."""
        return (len(self), *self._array.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of their numbers."""
        return self._array.dtype

    def __getitem__(self, key: slice | npt.NDArray[np.intp]) -> Array:
        chosen = self._indices[key]
        rows = np.empty((len(chosen), *self._array.shape[1:]), self.dtype)
        for start in range(0, len(chosen), ROWS_AT_ONCE):
            some = slice(start, start + ROWS_AT_ONCE)
            own = chosen[some] < len(self._array)
            rows[some][own] = self._array[chosen[some][own]]
            rows[some][~own] = self._more[chosen[some][~own] - len(self._array)]
            release(self._array)
        return rows


def rows_of(array: Array, indices: npt.NDArray[np.intp]) -> Array:
    """Copy some rows of an array: into a file if they are too many for memory."""
    rows = Rows(array, indices)
    return array_of(in_pieces(rows), rows.shape, rows.dtype)


def in_pieces(array: "Array | Rows") -> Iterator[Array]:
    """Go through an array from its beginning to its end, without keeping what has been used in memory."""
    row_bytes = max(1, math.prod(array.shape[1:]) * array.dtype.itemsize)
    step = max(1, PIECE_BYTES // row_bytes // LEAST_ROWS) * LEAST_ROWS
    last = max(len(array) - step // 2, min(len(array), 1))  # no short piece at the end
    for start, stop in itertools.pairwise([*range(0, last, step), len(array)]):
        yield array[start:stop]
        release(array)


def release(array: "Array | Rows") -> None:
    """Give back the memory that the used part of a mapped array takes; it is read again when it is used again."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def mapped(file: Path | str) -> Array:
    """Map the array of a file that `write_array` or `ArrayWriter` wrote.

    Raises
    ------
    OSError, ValueError
        If there is none, or it has been cut off.
    """
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))


def file_of(array: Array) -> str | None:
    """Return the file that holds exactly this array, by which another process can map it; None for any other."""
    whole: Any = array.base
    is_whole = isinstance(whole, np.memmap) and (whole.shape, whole.dtype) == (array.shape, array.dtype)
    file = str(whole.filename) if is_whole and whole.strides == array.strides else None
    return file if file and os.path.exists(file) else None  # noqa: PTH110


def write_array(array: Array, file: Path) -> None:
    """Write an array in pieces, as an .npy, so that at any moment the file is whole or not there.

    Raises
    ------
    ModelFileError
        If there is no room for it; no part of it is left.
    """
    with _told(file.parent):
        handle, name = tempfile.mkstemp(PART, dir=file.parent)
        try:
            with os.fdopen(handle, "wb", buffering=0) as stream:
                _lock(stream)
                _write_head(stream, array.shape, array.dtype)
                for piece in in_pieces(array):
                    _write(stream, piece)
                os.fsync(stream.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def cache_folder() -> Path:
    """Return the folder for large arrays among the user's caches, which may be emptied; it need not exist."""
    import platformdirs  # noqa: PLC0415  hardly anybody's data need it

    return platformdirs.user_cache_path("digitgui", appauthor=False) / "arrays"


def made_cache_folder() -> Path:
    """Return the same, and make it if there is none.

    Raises
    ------
    ModelFileError
        If it cannot be made.
    """
    folder = cache_folder()
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    return folder


@cache
def _remove_leftovers(folder: Path) -> None:
    """Remove what killed programs left; at most once in this process."""
    for left in folder.glob(f"*{PART}"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                with left.open("r+b") as stream:
                    is_left = _lock(stream)
                if is_left:
                    left.unlink()


def _lock(stream: IO[bytes]) -> bool:
    """Lock a file until it is closed, as it is when its process is killed; return False if another one has.

    Windows has no need of it: it deletes no file that is open.
    """
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415  Windows has none

        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _write_head(stream: IO[bytes], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Write the head of an .npy, which has the same length whatever the number of rows."""
    head = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(cast(Any, stream), cast(Any, head))


def _write(stream: IO[bytes], rows: Array) -> None:
    """Write all bytes, at once: what waits in a buffer could fail to be written later, unnoticed."""
    left = memoryview(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)
    while left:
        left = left[stream.write(left) :]


def _delete(name: str, stream: IO[bytes]) -> None:
    stream.close()
    with contextlib.suppress(OSError):  # Windows deletes no file that is mapped
        Path(name).unlink()


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Tell that a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise ModelFileError(
            f"{folder}: expected room for pictures that are too many for memory, found none"
            f" ({error.strerror or error}): free some there, or open a part of the data"
        ) from error
