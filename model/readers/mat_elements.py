"""The arrays in MATLAB files of version 5 to 7.2, which are made of elements: a type, a length, and the content.

SciPy reads them too, but believes what they announce, so that a damaged file fills the memory or ends the process.
What they hold besides arrays of numbers, texts and structures, such as cells, holds no pictures and is passed over
(MathWorks: MAT-File Format, level 5).
"""

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bounds import check_size

__all__ = ["HEAD", "arrays_in", "is_of_elements"]

HEAD = 128
MATRIX, COMPRESSED = 14, 15
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""NumPy's types of elements of numbers."""
TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
STRUCTURE, CHARACTERS = 2, 4
COMPLEX = 8
"""The flag of a matrix with a second element, of its imaginary parts."""
OF_NUMBERS = range(6, 16)
"""Kinds of matrices; a structure is one, too."""
MOST_TEXT_BYTES = 20_000_000
"""Of one array of texts, whose characters take four bytes each when they are read."""
DEEPEST = 16
"""So many structures may lie in one another."""

Array = npt.NDArray[Any]


def is_of_elements(head: bytes) -> bool:
    """Tell whether a file that begins so is of version 5 to 7.2."""
    return head[124:HEAD] in (b"\0\1IM", b"\1\0MI")


def arrays_in(file: Path) -> dict[str, Array]:
    """Read the arrays of a file, those in structures by their way there, as in ``dataset_train_images``.

    Raises
    ------
    DataFormatError
        If they would fill the memory.
    ValueError, zlib.error, struct.error
        If the file is damaged.
    """
    size = file.stat().st_size
    check_size(file.name, size)
    whole = file.read_bytes()
    content, order = memoryview(whole), "<" if whole[126:HEAD] == b"IM" else ">"
    arrays: dict[str, Array] = {}
    total = 0
    for kind, element in _elements(content[HEAD:], order):
        unpacked: bytes | memoryview = element
        if kind == COMPRESSED:
            unpack = zlib.decompressobj()
            tag = unpack.decompress(element, 8)
            announced = struct.unpack(f"{order}II", tag)[1]
            total += announced
            check_size(file.name, announced, len(element))
            check_size(file.name, total)
            unpacked = unpack.decompress(unpack.unconsumed_tail, announced) if announced else b""
            kind = struct.unpack(f"{order}II", tag)[0]
        if kind == MATRIX:
            name, found = _matrix(memoryview(unpacked), order)
            arrays |= {name + way: array for way, array in found.items()}
    return arrays


def _elements(content: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Go through the elements that follow one another; one of four bytes or less has its content in its tag."""
    place = 0
    while place + 8 <= len(content):
        kind, count = struct.unpack_from(f"{order}II", content, place)
        if small := kind >> 16:
            if small > 4:
                raise ValueError("an element that is longer than it can be")
            yield kind & 0xFFFF, content[place + 4 : place + 4 + small]
            place += 8
        else:
            if count > len(content) - place - 8:
                raise ValueError("an element that is cut off")
            yield kind, content[place + 8 : place + 8 + count]
            place += 8 + (count if kind == COMPRESSED else -(-count // 8) * 8)


def _matrix(content: memoryview, order: str, depth: int = 0) -> tuple[str, dict[str, Array]]:
    """Read the name of a matrix, and the arrays in it by their way from it: that is empty for its own."""
    parts = _elements(content, order)
    flags, lengths, name = (next(parts, (0, memoryview(b"")))[1] for _ in range(3))
    if len(flags) < 4:  # an empty one may have no content
        return "", {}
    kind, is_complex = (flags[0], flags[1] & COMPLEX) if order == "<" else (flags[3], flags[2] & COMPLEX)
    shape = struct.unpack(f"{order}{len(lengths) // 4}i", lengths[: len(lengths) // 4 * 4])
    array = None
    if kind in OF_NUMBERS and not is_complex:
        array = _numbers(*next(parts), shape, order)
    elif kind == CHARACTERS and math.prod(shape):
        array = _texts(*next(parts), shape, order)
    elif kind == STRUCTURE and math.prod(shape) == 1:
        return bytes(name).decode("latin-1"), _fields(parts, order, depth)
    return bytes(name).decode("latin-1"), {} if array is None or not array.ndim else {"": array}


def _numbers(kind: int, content: memoryview, shape: tuple[int, ...], order: str) -> Array:
    flat = np.frombuffer(content, np.dtype(f"{order}{NUMBERS[kind]}"))
    return flat.astype(flat.dtype.newbyteorder("="), copy=False).reshape(shape, order="F").squeeze()


def _texts(kind: int, content: memoryview, shape: tuple[int, ...], order: str) -> Array:
    """Read characters, of which each row is a text."""
    if len(content) > MOST_TEXT_BYTES:
        raise ValueError(f"more than {MOST_TEXT_BYTES // 10**6} MB of text")
    wide = {"utf-16": 2, "utf-32": 4}.get(TEXTS[kind])
    codec = f"{TEXTS[kind]}-{'le' if order == '<' else 'be'}" if wide else TEXTS[kind]
    text = bytes(content).decode(codec, "replace")
    letters = np.frombuffer(text.encode("utf-32-le"), "<U1").astype("U1", copy=False)
    rows = np.ascontiguousarray(letters.reshape(shape, order="F"))
    return rows.view(f"U{shape[-1]}")[..., 0].squeeze()


def _fields(parts: Iterator[tuple[int, memoryview]], order: str, depth: int) -> dict[str, Array]:
    """Read what lies in a structure."""
    if depth == DEEPEST:
        raise ValueError(f"structures more than {DEEPEST} deep")
    [width] = struct.unpack(f"{order}i", next(parts)[1])
    names = bytes(next(parts)[1])
    arrays: dict[str, Array] = {}
    for start in range(0, len(names), max(1, width)):
        kind, content = next(parts)
        if kind != MATRIX:
            raise ValueError("a structure that holds something else than matrices")
        name = names[start : start + width].partition(b"\0")[0].decode("latin-1")
        arrays |= {f"_{name}{way}": array for way, array in _matrix(content, order, depth + 1)[1].items()}
    return arrays
