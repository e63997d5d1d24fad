"""Folders of pictures whose labels are in a table beside them, or in their names."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress
from model.data.splitting import PARTS, Part
from model.errors import DataFormatError
from model.readers.array_labels import labels_of_texts
from model.readers.csv_files import cells_of, open_text, rows_of, separator_of
from model.readers.digit_folders import picture_names
from model.readers.file_names import labels_in_names
from model.readers.names import LABEL_NAMES, digit_of, part_of, shortened
from model.readers.picture_sets import LabelledFile, load_pictures

__all__ = ["are_labelled", "begin_with_labels", "holds_pictures_apart", "load_labelled_pictures"]

TABLE_ENDINGS = (".csv", ".tsv", ".txt")
MOST_TABLE_BYTES = 20_000_000
"""A larger one is no table of names and labels: they all have to lie in memory."""
FEWEST_LABELLED = 0.5
"""A table is about the pictures if it names at least this share of them."""


def holds_pictures_apart(folder: Path) -> bool:
    """Return whether there are pictures in a folder or below."""
    return bool(picture_names(folder))


def are_labelled(folder: Path) -> bool:
    """Return whether the pictures in sub-folders have labels besides: in a table, or as their names begin."""
    names = picture_names(folder)
    labels: dict[str, str] = {}
    for table in _tables_in(folder):
        labels |= _labels_in(table, names)
    return len(labels) >= FEWEST_LABELLED * len(names) or begin_with_labels(names)


def begin_with_labels(names: Sequence[str]) -> bool:
    """Return whether the names of files in several folders all begin with a digit, or name a label.

    Numbers that only count the pictures of a folder are no labels.
    """
    top = {Path(name).parts[0] for name in names}
    if len(top) > 1 and all(part_of(one) for one in top) and all(len(Path(name).parts) == 2 for name in names):
        return True  # parts only, which are no classes
    begun = [
        (str(Path(name).parent), re.match(r"(\d)(?!\d)|.*(?:label|digit)[ _=-]*(\d)(?!\d)", Path(name).stem))
        for name in names
    ]
    counts = Counter((parent, match[1] or match[2]) for parent, match in begun if match)
    return all(match for _, match in begun) and max(counts.values(), default=0) > 1


def _tables_in(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in TABLE_ENDINGS and file.is_file()]


def load_labelled_pictures(folder: Path, asked: Asked, *, on_progress: OnProgress) -> Dataset:
    """Read pictures whose labels are in a table beside them (file and label), or in their names (``3_01.png``).

    Raises
    ------
    DataFormatError
        If there are no labels, or they could be in several places.
    """
    names = picture_names(folder)
    tables = _tables_in(folder)
    labels: dict[str, str] = {}
    for table in tables:
        labels |= _labels_in(table, names)
    how = f"its labels are those of {shortened(table.name for table in tables)}"
    if len(labels) < FEWEST_LABELLED * len(names):
        labels = _labels_by_names(names, folder)
        example = next(iter(labels))
        how = f"its labels are taken from the names of the files, as {labels[example]} from {example}"
    unlabelled = [name for name in names if name not in labels]
    remarks = [how] + ([f"skipped (no label): {shortened(unlabelled)}"] if unlabelled else [])
    classes = labels_of_texts([*labels.values()], folder.name)
    files: list[LabelledFile] = [
        (name, int(number), _part_of(name)) for name, number in zip(labels, classes.labels, strict=True)
    ]
    files.sort(key=lambda file: PARTS.index(file[2] or "train"))
    told = (*remarks, *filter(None, [classes.remark]))
    return load_pictures(
        folder, files, asked, on_progress=on_progress, remarks=told, class_names=classes.class_names
    )


def _labels_by_names(names: Sequence[str], folder: Path) -> dict[str, str]:
    """Take labels from the names of files; say so where all lie in the folder of one class."""
    try:
        return labels_in_names(names, folder.name)
    except DataFormatError:
        first = {Path(name).parts[0] if os.sep in name else "" for name in names}
        only = first.pop() if len(first) == 1 else ""
        if not only or part_of(only):
            raise
        raise DataFormatError(
            f"{folder.name}: expected a sub-folder for each of 2 classes or more, found one class, {only}: add a"
            " sub-folder with pictures of another class"
        ) from None


def _part_of(name: str) -> Part | None:
    return part_of(str(Path(name).parent))


def _labels_in(table: Path, names: Sequence[str]) -> dict[str, str]:
    """Read which picture has which label: one column names files, the other digits or, by its name, classes."""
    if table.stat().st_size > MOST_TABLE_BYTES:
        return {}
    try:
        with open_text(table) as stream:
            lines = list(rows_of(stream))
    except DataFormatError:  # a line without an end: no table of names
        return {}
    separator = separator_of(lines[-1]) if lines else None
    rows = [cells_of(line, separator) for line in lines]
    called = {key: name for name in reversed(names) for key in _keys(name)}
    columns = range(min(map(len, rows), default=0))
    hits = [sum(_key(row[column]) in called for row in rows) for column in columns]
    if not hits or not max(hits):
        return {}
    of_file = hits.index(max(hits))
    rows = [row for row in rows if _key(row[of_file]) in called]
    header = [cell.lower() for cell in cells_of(lines[0], separator)]
    others = [column for column in columns if column != of_file]
    by_name = [column for column in others if header[column] in LABEL_NAMES]
    digits = [column for column in others if all(digit_of(row[column]) in range(10) for row in rows)]
    chosen = [column for column in by_name if column in digits] or digits or by_name
    if len(chosen) != 1:
        return {}
    return {called[_key(row[of_file])]: row[chosen[0]] for row in rows if row[chosen[0]]}


def _keys(name: str) -> tuple[str, ...]:
    """All names that a table may use for a picture: its path, its name, and its name without an ending."""
    way = name.replace(os.sep, "/").lower()
    return way, way.rpartition("/")[2], way.rpartition("/")[2].rpartition(".")[0]


def _key(cell: str) -> str:
    return cell.replace("\\", "/").removeprefix("./").lower()
