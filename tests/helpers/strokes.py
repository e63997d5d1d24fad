"""Pen strokes as files hold them: digits and letters made of straight lines, by several writers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "DIGIT_LINES",
    "FOOTED_SEVEN",
    "LETTER_LINES",
    "character",
    "stroke_arrays",
    "write_digits",
    "write_letters",
]

Lines = list[list[tuple[int, int]]]

DIGIT_LINES: dict[int, Lines] = {
    0: [[(4, 0), (1, 3), (1, 9), (4, 12), (7, 9), (7, 3), (4, 0)]],
    1: [[(4, 0), (4, 12)]],
    2: [[(1, 3), (4, 0), (7, 3), (1, 12), (7, 12)]],
    3: [[(1, 1), (5, 0), (7, 3), (3, 6), (7, 9), (5, 12), (1, 11)]],
    4: [[(5, 0), (1, 7), (8, 7)], [(6, 4), (6, 12)]],
    5: [[(7, 0), (2, 0), (1, 6), (5, 5), (7, 8), (5, 12), (1, 11)]],
    6: [[(6, 0), (2, 5), (1, 9), (4, 12), (7, 9), (4, 6), (1, 9)]],
    7: [[(1, 0), (7, 0), (3, 12)]],
    8: [[(4, 6), (1, 3), (4, 0), (7, 3), (4, 6), (1, 9), (4, 12), (7, 9), (4, 6)]],
    9: [[(7, 3), (4, 6), (1, 3), (4, 0), (7, 3), (6, 12)]],
}
FOOTED_SEVEN: Lines = [[(1, 2), (1, 0), (6, 0), (7, 2), (4, 6), (3, 11), (6, 11)]]
"""One writer's 7, on a foot: a network that learned from MNIST alone takes most of them for a 2."""
LETTER_LINES: dict[str, Lines] = {
    "A": [[(0, 12), (4, 0), (8, 12)], [(2, 7), (6, 7)]],
    "E": [[(7, 0), (1, 0), (1, 12), (7, 12)], [(1, 6), (6, 6)]],
    "H": [[(1, 0), (1, 12)], [(7, 0), (7, 12)], [(1, 6), (7, 6)]],
    "M": [[(0, 12), (1, 0), (4, 7), (7, 0), (8, 12)]],
    "O": [[(4, 0), (1, 3), (1, 9), (4, 12), (7, 9), (7, 3), (4, 0)]],
    "X": [[(0, 0), (8, 12)], [(8, 0), (0, 12)]],
}
WRITERS = 1, 2, 3, 4


def character(lines: Lines, rng: np.random.Generator | None = None) -> list[npt.NDArray[np.float32]]:
    """Make strokes of lines, as one writer's hand has them."""
    wobble = 0.0 if rng is None else 0.3
    draw = rng or np.random.default_rng(0)
    return [(np.array(line) + draw.normal(0, wobble, (len(line), 2))).astype(np.float32) for line in lines]


def stroke_arrays(
    characters: Sequence[list[npt.NDArray[np.float32]]],
    labels: Sequence[Any],
    writers: Sequence[int] | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Lay characters out as the arrays of a file."""
    strokes = [stroke for strokes in characters for stroke in strokes]
    arrays = {
        "points": np.concatenate(strokes),
        "stroke_end": np.cumsum([len(stroke) for stroke in strokes]),
        "digit_end": np.cumsum([len(strokes) for strokes in characters]),
        "label": np.array(labels),
    }
    return arrays if writers is None else arrays | {"writer": np.array(writers)}


def write_digits(file: Path, *, each: int = 2, writers: Sequence[int] | None = WRITERS) -> Path:
    """Write digits of several writers, ``each`` of every digit; writer 3 is held out."""
    return _write(file, DIGIT_LINES, each, writers)


def write_letters(file: Path, *, each: int = 2, writers: Sequence[int] | None = WRITERS) -> Path:
    """Write letters in the same way."""
    return _write(file, LETTER_LINES, each, writers)


def _write(file: Path, lines_of: "dict[Any, Lines]", each: int, writers: Sequence[int] | None) -> Path:
    rng = np.random.default_rng(7)
    people = writers or (0,)
    rows = [(label, writer) for writer in people for label in lines_of for _ in range(each)]
    arrays = stroke_arrays(
        [character(lines_of[label], rng) for label, _ in rows],
        [label for label, _ in rows],
        [writer for _, writer in rows] if writers else None,
    )
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file
