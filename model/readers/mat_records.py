"""The arrays in MATLAB files of version 4, which are made of records: five numbers, a name, and the content.

SciPy reads them too, but believes what they announce. Sparse matrices and imaginary parts hold no pictures and are
passed over (MathWorks: MAT-File Format, level 4).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bounds import check_size

__all__ = ["is_of_records", "records_in"]

HEAD_OF_RECORD = 20
NUMBERS = ("f8", "f4", "i4", "i2", "u2", "u1")
"""NumPy's types of numbers, by the third digit of what begins a record."""
FULL, TEXT, SPARSE = range(3)
"""What a record holds, by the last digit."""
MOST_CHARACTERS = 5_000_000
FIRST_SURROGATE = 0xD800
LONGEST_NAME = 1000

Array = npt.NDArray[Any]


def is_of_records(head: bytes) -> bool:
    """Tell whether a file that begins so is of version 4."""
    return len(head) >= HEAD_OF_RECORD and _order(head) is not None


def records_in(file: Path) -> dict[str, Array]:
    """Read the arrays of a file: numbers, and texts of which each row is one.

    Raises
    ------
    DataFormatError
        If they would fill the memory.
    ValueError, struct.error
        If the file is damaged.
    """
    check_size(file.name, file.stat().st_size)
    return {name: array for name, array in _records(memoryview(file.read_bytes())) if array.ndim}


def _order(content: bytes | memoryview) -> str | None:
    """Return which byte comes first; None where no record begins."""
    for sign, order in ((0, "<"), (1, ">")):
        [kind] = struct.unpack_from(f"{order}i", content)
        if (
            kind // 1000 == sign
            and kind // 10 % 10 < len(NUMBERS)
            and kind % 10 <= SPARSE
            and not kind // 100 % 10
        ):
            return order
    return None


def _records(content: memoryview) -> Iterator[tuple[str, Array]]:
    place = 0
    while place < len(content):
        order = _order(content[place:])
        if order is None:
            raise ValueError("a record of another kind")
        kind, rows, columns, is_complex, name_length = struct.unpack_from(f"{order}5i", content, place)
        dtype = np.dtype(f"{order}{NUMBERS[kind // 10 % 10]}")
        size = rows * columns * dtype.itemsize
        start = place + HEAD_OF_RECORD + name_length
        end = start + size * (2 if is_complex else 1)
        if min(rows, columns) < 0 or not 0 < name_length <= LONGEST_NAME or end > len(content):
            raise ValueError("a record that is cut off")
        name = bytes(content[place + HEAD_OF_RECORD : start]).rstrip(b"\0").decode("latin-1")
        place = end
        if kind % 10 == SPARSE or is_complex:
            continue
        flat = np.frombuffer(content[start:end], dtype)
        array = flat.astype(dtype.newbyteorder("="), copy=False).reshape((rows, columns), order="F")
        yield name, (_texts(array) if kind % 10 == TEXT else array).squeeze()


def _texts(codes: Array) -> Array:
    """Turn rows of characters, which are numbers of any kind, into texts."""
    if codes.size > MOST_CHARACTERS:
        raise ValueError(f"more than {MOST_CHARACTERS // 10**6} million characters")
    if not ((codes >= 0) & (codes < FIRST_SURROGATE)).all():
        raise ValueError("characters that are none")
    if not codes.size:
        return np.zeros(0, "U1")
    rows = np.ascontiguousarray(codes.astype("<u4"))
    return rows.view(f"<U{codes.shape[1]}")[:, 0].astype(f"U{codes.shape[1]}", copy=False)
