"""Data sets as .csv: rows of a label and pixels."""

import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.dataset import Dataset
from model.digit_arrays import digits_from_array
from model.errors import DataFormatError
from model.reading import Ink, OnProgress, no_progress

__all__ = ["load_csv"]

ROWS_AT_ONCE = 100


def load_csv(file: Path, *, ink: Ink = "auto", on_progress: OnProgress = no_progress) -> Dataset:
    """Read rows of a label and the pixels of a square picture, 0 to 255, label first or last.

    There may be a header, as in the files of Kaggle's digit recognizer.

    Raises
    ------
    DataFormatError
        If rows are of another form, or of different lengths.
    """
    try:
        header, table = _read_table(file, on_progress)
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
    return Dataset(images, labels, f"{file.name}, {len(labels):,}", str(file), reading=reading)


def _read_table(file: Path, on_progress: OnProgress) -> tuple[list[str], npt.NDArray[np.int16]]:
    """Read a few rows at a time, since a whole file at once would hold up every other thread."""
    blocks: list[npt.NDArray[np.int16]] = []
    size, read, rows = file.stat().st_size, 0, 0
    with file.open(encoding="utf-8-sig") as lines:
        header = [cell.strip().strip('"').lower() for cell in lines.readline().split(",")]
        if any(_is_number(cell) for cell in header):
            lines.seek(0)
        for block in _blocks(lines):
            numbers = _numbers(block, rows)
            blocks.append(np.clip(numbers, -1, 256).astype(np.int16))
            rows += len(numbers)
            read += sum(map(len, block))
            on_progress(rows, max(rows, round(rows * size / read)))
    if len({block.shape[1] for block in blocks}) > 1:
        raise ValueError("found rows of different lengths")
    return header, np.concatenate(blocks) if blocks else np.zeros((0, 0), np.int16)


def _numbers(block: list[str], rows_before: int) -> npt.NDArray[np.int64]:
    try:
        return np.loadtxt(block, dtype=np.int64, delimiter=",", ndmin=2)
    except ValueError as error:  # tells the row of the block
        row = re.compile(r"row (\d+)")
        raise ValueError(row.sub(lambda found: f"row {int(found[1]) + rows_before}", str(error))) from error


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
