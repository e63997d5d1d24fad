"""Data sets as .csv: rows of a label and pixels."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset
from model.data.reading import Ink, OnProgress, no_progress
from model.errors import DataFormatError
from model.readers.digit_arrays import digits_from_array

__all__ = ["load_csv"]

ROWS_AT_ONCE = 100
MOST_UNREADABLE = 0.1
"""With a larger share of rows that are something else, the file is something else."""


def load_csv(file: Path, *, ink: Ink = "auto", on_progress: OnProgress = no_progress) -> Dataset:
    """Read rows of a label and the pixels of a square picture, 0 to 255, label first or last.

    There may be a header, as in the files of Kaggle's digit recognizer. A row that is something else costs that
    row only.

    Raises
    ------
    DataFormatError
        If more than a tenth of the rows are something else, or they have another length.
    """
    try:
        header, table, unreadable = _read_table(file, on_progress)
    except (ValueError, UnicodeDecodeError) as error:
        raise DataFormatError(f"{file.name}: expected rows of whole numbers, {_first_line(error)}") from error
    side = math.isqrt(max(0, table.shape[1] - 1))
    if len(table) == 0 or side < 8 or side * side != table.shape[1] - 1:
        raise DataFormatError(
            f"{file.name}: expected rows of 785 numbers, a label and 784 pixels, or as many as another square has;"
            f" found {len(table)} rows of {table.shape[1] if len(table) else len(header)}"
        )
    if table.min() < 0 or table.max() > 255:
        raise DataFormatError(f"{file.name}: expected numbers from 0 to 255, found {table.min()} to {table.max()}")
    named = [name in ("label", "class", "digit", "target", "y") for name in (header[0], header[-1])]
    label_last = named[1] if named[0] != named[1] else _label_is_last(table)
    labels = table[:, -1 if label_last else 0].astype(np.uint8)
    pixels = (table[:, :-1] if label_last else table[:, 1:]).astype(np.uint8)
    images, reading = digits_from_array(pixels.reshape(-1, side, side), ink, on_progress)
    reading = replace(reading, unreadable=unreadable)
    return Dataset(images, labels, f"{file.name}, {len(labels):,}", str(file), reading=reading)


def _read_table(file: Path, on_progress: OnProgress) -> tuple[list[str], npt.NDArray[np.int16], tuple[str, ...]]:
    """Read a few rows at a time, since a whole file at once would hold up every other thread.

    Returns the header, the rows that are numbers, and the names of those that are not.
    """
    blocks: list[npt.NDArray[np.int16]] = []
    unreadable: list[str] = []
    first_problem = ""
    size, read, rows = file.stat().st_size, 0, 0
    with file.open(encoding="utf-8-sig") as lines:
        header = [cell.strip().strip('"').lower() for cell in lines.readline().split(",")]
        if any(_is_number(cell) for cell in header):
            lines.seek(0)
        for block in _blocks(lines):
            for numbers, row, problem in _numbers(block, rows, len(header)):
                if numbers is None:
                    unreadable.append(f"row {row + 1}")
                    first_problem = first_problem or f"row {row + 1}: {problem}"
                else:
                    blocks.append(np.clip(numbers, -1, 256).astype(np.int16))
            rows += len(block)
            read += sum(map(len, block))
            on_progress(rows, max(rows, round(rows * size / read)))
    if len(unreadable) > rows * MOST_UNREADABLE:
        raise ValueError(f"found {len(unreadable):,} of {rows:,} that are something else; {first_problem}")
    return header, np.concatenate(blocks) if blocks else np.zeros((0, 0), np.int16), tuple(unreadable)


def _numbers(
    block: list[str], rows_before: int, columns: int
) -> Iterator[tuple[npt.NDArray[np.int64] | None, int, str]]:
    """Read a block at once, or row by row where that fails; None, and why, for a row that is something else."""
    numbers, problem = _parsed(block, columns)
    if numbers is not None:
        yield numbers, rows_before, problem
        return
    for row, line in enumerate(block):
        if line.strip():
            numbers, problem = _parsed([line], columns)
            yield numbers, rows_before + row, problem


def _parsed(lines: list[str], columns: int) -> tuple[npt.NDArray[np.int64] | None, str]:
    try:
        numbers: npt.NDArray[np.int64] = np.loadtxt(lines, dtype=np.int64, delimiter=",", ndmin=2)
    except ValueError as error:
        return None, str(error).split(" at row")[0]
    if numbers.shape[1] != columns:
        return None, f"{numbers.shape[1]} numbers where the first row has {columns}"
    return numbers, ""


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    while block := list(itertools.islice(lines, ROWS_AT_ONCE)):
        if any(line.strip() for line in block):
            yield block


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _label_is_last(table: npt.NDArray[np.int16]) -> bool:
    first, last = table[:, 0], table[:, -1]
    return bool(0 < last.max() <= 9 and (first.max() > 9 or first.max() == 0))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".:;")
