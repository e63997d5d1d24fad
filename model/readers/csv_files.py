"""Data sets as tables of text: rows of a label and pixels, in any usual notation."""

import codecs
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from model.bounds import check_size
from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.network.task import MOST_CLASSES, SMALLEST_SIDE
from model.readers.array_shapes import side_of
from model.readers.digit_arrays import FoundArrays, PartArrays
from model.readers.forms import beginning_of, cause_of
from model.readers.names import LABEL_NAMES, digit_of, kind_of, part_of
from model.readers.picture_files import is_picture_name

__all__ = ["cells_of", "holds_pictures", "open_text", "read_table", "rows_of", "separator_of"]

ROWS_AT_ONCE = 100
NUMBERS_AT_ONCE = 500_000
"""Fewer rows are read at once where they are very long."""
LONGEST_LINE = 1_000_000
"""Characters of a row: more than a picture of 500 × 500 has."""
ROWS_LOOKED_AT = 5
MOST_UNREADABLE = 0.1
"""If a larger share of the rows is something else, so is the file."""
MOST_TEXTS = 3
"""Columns that may hold text: a label in words, the name of a file, a part."""
INDEX_NAMES = {"", "unnamed: 0", "index", "id", "idx", "row", "imageid", "image_id", "image id", "no", "nr"}

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything is in a row.

    Attributes
    ----------
    separator : str, optional
        None for spaces.
    has_header : bool
    numbers : tuple of int
        The columns that hold numbers.
    label : tuple of int
        The column of the label, the ten of a one-hot label, or none.
    pixels : tuple of int
        Columns next to one another.
    either : bool
        Whether the label may as well be the last pixel, and the pixels begin with what is taken for the label.
    digits_only : bool
        Whether a label that is text has to be a digit, as all are in the first rows.
    """

    separator: str | None
    has_header: bool
    numbers: tuple[int, ...]
    label: tuple[int, ...]
    pixels: tuple[int, ...]
    either: bool = False
    digits_only: bool = False

    @property
    def label_is_text(self) -> bool:
        """Whether it has to be read as a word."""
        return bool(self.label) and self.label[0] not in self.numbers


def read_table(file: Path, on_progress: OnProgress) -> FoundArrays:
    """Read rows of a label and the pixels of a square picture.

    Columns are separated by commas, semicolons, tabs, bars or spaces, and may be quoted. There may be a header,
    and a column that counts the rows. The label is first or last or as the header says: a number, a word or
    one-hot. A row that is something else is skipped.

    Raises
    ------
    DataFormatError
        If more than a tenth of the rows are something else, or they have another length.
    """
    with told_as(DataFormatError, f"{file.name}: expected a table of pictures, found something else: {{error}}"):
        check_size(file.name, file.stat().st_size)
        return _read_table(file, _layout(file), on_progress)


def _read_table(file: Path, layout: _Layout, on_progress: OnProgress) -> FoundArrays:
    table, words, unreadable = _read_rows(file, layout, on_progress)
    place = {column: index for index, column in enumerate(layout.numbers)}
    start, end = place[layout.pixels[0]], place[layout.pixels[-1]] + 1
    labels: npt.NDArray[Any] | None = None
    if layout.label_is_text:
        labels = np.array(words)
    elif layout.either and _is_rather_the_label(table[:, end - 1], table[:, start - 1]):
        labels, start, end = table[:, end - 1], start - 1, end - 1
    elif layout.label:
        labels = table[:, [place[column] for column in layout.label]]
    return FoundArrays([PartArrays(table[:, start:end], labels)], unreadable=unreadable)


def holds_pictures(file: Path) -> bool:
    """Return whether a file is a table of pictures, by its first rows."""
    try:
        with told_as(DataFormatError, file.name):
            _layout(file)
    except (DataFormatError, OSError):
        return False
    return True


def open_text(file: Path) -> TextIO:
    """Open a table as text: UTF-8, or UTF-16 as Excel and PowerShell write it."""
    wide = beginning_of(file, 2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return file.open(encoding="utf-16" if wide else "utf-8-sig", errors="replace")


def rows_of(text: TextIO) -> Iterator[str]:
    """Read line by line; leave out what is empty, a comment, or the head of an ARFF file, and quotes.

    Raises
    ------
    DataFormatError
        If there is a line of more than `LONGEST_LINE` characters.
    """
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and line[-1] != "\n":
            raise DataFormatError(
                f"{Path(text.name).name}: expected rows of at most {LONGEST_LINE:,} characters, found a longer"
                " one: write each picture on a line of its own"
            )
        if line[:1] not in "#%@\r\n" and not line.isspace():
            yield line.replace('"', "").replace("'", "") if '"' in line or "'" in line else line


def separator_of(row: str) -> str | None:
    """Find what separates the cells of a row; None for spaces."""
    return next((mark for mark in "\t;|," if mark in row.strip()), None)


def cells_of(row: str, separator: str | None) -> list[str]:
    """Split a row; a separator at its end separates nothing."""
    row = row.strip(" \r\n") if separator == "\t" else row.strip()
    return [cell.strip() for cell in (row.removesuffix(separator) if separator else row).split(separator)]


def _layout(file: Path) -> _Layout:
    """Find out from the first rows where everything is."""
    with open_text(file) as stream:
        lines = list(itertools.islice(rows_of(stream), ROWS_LOOKED_AT + 1))
    separator = separator_of(lines[-1]) if lines else None
    rows = [_with_points(cells_of(line, separator), separator) for line in lines]
    has_header = bool(rows) and _is_header(rows[0])
    header = [cell.lower() for cell in rows.pop(0)] if has_header else []
    row = rows[0] if rows else []
    numbers = tuple(
        index
        for index, cell in enumerate(row)
        if _is_number(cell)
        and 2 * sum(_is_number("".join(other[index : index + 1])) for other in rows) >= len(rows)
    )
    if not numbers or len(row) - len(numbers) > MOST_TEXTS:
        cause = cause_of(beginning_of(file))
        raise DataFormatError(_expected(file, cause or f"0 rows of numbers{_beginning(row or header)}"))
    names = header if len(header) == len(row) else [""] * len(row) if not header else header + [""] * len(row)
    label = _named_label(names) or _label_in_words(row, numbers)
    rest = tuple(index for index in numbers if index not in label)
    if (header and rest and names[rest[0]] in INDEX_NAMES and not _is_square(len(rest))) or (
        not _is_square(len(rest) - (not label)) and _counts(rows, rest)
    ):
        rest = rest[1:]
    if label and _is_square(len(rest)):
        words = [row[label[0]] for row in rows if len(row) > label[0]]
        return _Layout(
            separator,
            has_header,
            numbers,
            label,
            rest,
            digits_only=all(digit_of(word) is not None for word in words),
        )
    if not label and (found := _label_by_width(rest, rows)):
        return _Layout(separator, has_header, numbers, *found)
    raise DataFormatError(_expected(file, f"rows of {len(row)}"))


def _label_by_width(rest: Sequence[int], rows: Rows) -> tuple[tuple[int, ...], tuple[int, ...], bool] | None:
    """Tell label and pixels apart by how many columns there are.

    Returns the columns of both, and whether the last may be the label instead; None if they are no picture.
    """
    if _is_square(len(rest) - 1):
        return tuple(rest[:1]), tuple(rest[1:]), True
    if _is_square(len(rest) - 10):
        for hot, pixels in ((rest[:10], rest[10:]), (rest[-10:], rest[:-10])):
            values = [sorted(float(row[index]) for index in hot) for row in rows if len(row) > max(hot)]
            if all(row == [0] * 9 + [1] for row in values):
                return tuple(hot), tuple(pixels), False
    return ((), tuple(rest), False) if _is_square(len(rest)) else None


def _read_rows(
    file: Path, layout: _Layout, on_progress: OnProgress
) -> tuple[npt.NDArray[Any], list[str], tuple[str, ...]]:
    """Read a few rows at a time, since a whole file at once would hold up every other thread.

    Returns the numbers, the labels that are text, and the names of the rows that could not be read.
    """
    blocks: list[npt.NDArray[Any]] = []
    words: list[str] = []
    unreadable: list[str] = []
    first_problem = ""
    size, read, rows = file.stat().st_size, 0, 0
    at_once = max(1, min(ROWS_AT_ONCE, NUMBERS_AT_ONCE // len(layout.numbers)))
    with open_text(file) as stream:
        lines = itertools.islice(rows_of(stream), int(layout.has_header), None)
        while block := list(itertools.islice(lines, at_once)):
            for numbers, labels, row, problem in _numbers(block, layout, rows):
                if numbers is None:
                    unreadable.append(f"row {row + 1}")
                    first_problem = first_problem or f"row {row + 1}: {problem}"
                else:
                    blocks.append(numbers)
                    words += labels
            rows += len(block)
            read += sum(map(len, block))
            on_progress(rows, max(rows, round(rows * size / read)))
    if len(unreadable) > rows * MOST_UNREADABLE:
        raise DataFormatError(
            f"{file.name}: expected rows of numbers, found {len(unreadable):,} of {rows:,} that are something"
            f" else; {first_problem}"
        )
    return np.concatenate(blocks), words, tuple(unreadable)


def _numbers(
    block: list[str], layout: _Layout, rows_before: int
) -> Iterator[tuple[npt.NDArray[Any] | None, list[str], int, str]]:
    """Read a block at once, or row by row where that fails; None, and why, for a row that is something else."""
    numbers, words, problem = _parsed(block, layout)
    if numbers is not None:
        yield numbers, words, rows_before, problem
        return
    for row, line in enumerate(block):
        numbers, words, problem = _parsed([line], layout)
        yield numbers, words, rows_before + row, problem


def _parsed(lines: list[str], layout: _Layout) -> tuple[npt.NDArray[Any] | None, list[str], str]:
    """Read rows as whole numbers, which takes a third of the time, or else as any numbers."""
    separator, words = layout.separator, []
    if separator == ";":
        lines = [line.replace(",", ".") for line in lines]
    if separator and lines[0].rstrip().endswith(separator):
        lines = [line.rstrip().removesuffix(separator) for line in lines]
    columns = len(layout.numbers) if layout.numbers[-1] + 1 > len(layout.numbers) or layout.label_is_text else None
    problem = ""
    for dtype in (np.int64, np.float64):
        try:
            table = np.loadtxt(
                lines,
                dtype=dtype,
                delimiter=separator,
                comments=None,
                ndmin=2,
                usecols=layout.numbers if columns else None,
            )
        except ValueError as error:
            problem = str(error).split(" at row")[0]
            continue
        if table.shape[1] != len(layout.numbers):
            return None, [], f"{table.shape[1]} numbers where the first row has {len(layout.numbers)}"
        if layout.label_is_text:
            words = [cells_of(line, separator)[layout.label[0]] for line in lines]
            if layout.digits_only and any(digit_of(word) is None for word in words):
                return None, [], "a label that is not a digit"
            if not all(words):
                return None, [], "no label"
        limits = np.iinfo(np.int16)
        whole = dtype is np.int64
        return np.clip(table, limits.min, limits.max).astype(np.int16 if whole else np.float32), words, ""
    return None, [], problem


def _named_label(names: Sequence[str]) -> tuple[int, ...]:
    """Find the column that is called a label, or ten that are."""
    named = [index for index, name in enumerate(names) if name in LABEL_NAMES]
    ten = [index for index, name in enumerate(names) if kind_of(name) == "labels"]
    return tuple(named[:1]) or (tuple(ten) if len(ten) == 10 else ())


def _label_in_words(row: Sequence[str], numbers: Sequence[int]) -> tuple[int, ...]:
    """Find the column whose text is a digit, such as ``three``, or else the only one that may be a name."""
    texts = [index for index in range(len(row)) if index not in numbers]
    words = [index for index in texts if digit_of(row[index]) is not None]
    names = [index for index in texts if not is_picture_name(row[index]) and part_of(row[index]) is None]
    return tuple(words[:1] or (names if len(names) == 1 else ()))


def _is_rather_the_label(last: npt.NDArray[Any], first: npt.NDArray[Any]) -> bool:
    """Return whether the last column holds labels, rather than the first: it may, and is more varied."""

    def may_be(column: npt.NDArray[Any], most: int = MOST_CLASSES) -> bool:
        return bool((column == np.rint(column)).all() and column.min() >= 0 and 0 < column.max() <= most)

    if not may_be(first):
        return may_be(last)
    return may_be(last, 10) and (not may_be(first, 10) or len(np.unique(last)) > len(np.unique(first)))


def _counts(rows: Rows, columns: Sequence[int]) -> bool:
    """Return whether the first of some columns counts the rows."""
    if (
        not columns
        or len(rows) < 2
        or not all(len(row) > columns[0] and _is_number(row[columns[0]]) for row in rows)
    ):
        return False
    values = [float(row[columns[0]]) for row in rows]
    return all(after == before + 1 for before, after in itertools.pairwise(values))


def _is_header(cells: Sequence[str]) -> bool:
    """Tell names, or numbers that count the columns, from numbers that are pixels."""
    numbers = [float(cell) for cell in cells if _is_number(cell)]
    steps = sum(after == before + 1 for before, after in itertools.pairwise(numbers))
    return len(numbers) < len(cells) / 2 or steps > max(SMALLEST_SIDE**2 - 2, len(cells) / 2)


def _is_square(count: int) -> bool:
    return side_of(count) > 0


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _with_points(cells: list[str], separator: str | None) -> list[str]:
    """Read decimal commas as points, where commas separate nothing."""
    return [cell.replace(",", ".") for cell in cells] if separator == ";" else cells


def _beginning(cells: Sequence[str]) -> str:
    text = " ".join(cells)
    return f", but text that begins with {text[:40]!r}" if text else ""


def _expected(file: Path, found: str) -> str:
    return (
        f"{file.name}: expected rows of 785 numbers, a label and 784 pixels, or as many as another square has,"
        f" separated by commas, semicolons, tabs or spaces; found {found}"
    )
