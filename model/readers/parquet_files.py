"""Data sets as Parquet tables of picture files and labels, as Hugging Face has them; with pyarrow, an extra."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from model.bounds import check_size
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress
from model.data.splitting import PARTS, Part
from model.errors import DataFormatError
from model.readers.array_labels import NamedLabels, joined_labels, labels_of_texts, numbers_of
from model.readers.names import kind_of, part_of
from model.readers.picture_sets import LabelledFile, load_pictures

__all__ = ["ENDING", "load_parquet"]

ENDING = ".parquet"
ROWS_AT_ONCE = 4
"""Few, since a picture that is stored once can stand in every row."""
ROWS_TOLD = 500
FINER = "fine"
"""Of several columns of labels, the one with this in its name is read."""


def load_parquet(path: Path, asked: Asked, *, on_progress: OnProgress) -> Dataset:
    """Read one table, or all of a folder, whose names tell the part: ``train-00000-of-00002.parquet``.

    A column has the bytes of picture files, alone or in a structure; another one the labels: numbers, whose names
    Hugging Face writes beside them, or texts. The pictures are unpacked into a temporary folder.

    Parameters
    ----------
    path : path
    asked : Asked
    on_progress : callable

    Raises
    ------
    DataFormatError
        If pyarrow is not installed, or the tables are damaged or hold something else.
    """
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  an extra
    except ImportError as error:
        raise DataFormatError(
            f"{path.name}: expected pyarrow, which reads Parquet, to be installed, found no such package:"
            " pip install 'digitgui[parquet]'"
        ) from error
    files = sorted(path.glob(f"*{ENDING}")) if path.is_dir() else [path]
    files.sort(key=lambda file: PARTS.index(part_of(file.stem) or "train"))
    damage = f"{path.name}: expected a Parquet table of pictures, found something else or a damaged one: {{error}}"
    with tempfile.TemporaryDirectory(prefix="digitgui-", ignore_cleanup_errors=True) as folder:
        rows: list[tuple[str, Part | None]] = []
        labels: list[Any] = []
        told: dict[int, str] = {}
        with told_as(DataFormatError, damage):
            for number, file in enumerate(files):
                with file.open("rb") as stream:
                    table = pq.ParquetFile(stream)
                    told = told or _names_in(table.schema_arrow)
                    own = _unpack(table, file, Path(folder) / f"{number}", on_progress)
                rows += [(f"{number}/row {row + 1}", part_of(file.stem)) for row in range(len(own))]
                labels += own
        classes = _classes(labels, told, path.name)
        remarks = tuple(filter(None, [classes.remark]))
        pictures: list[LabelledFile] = [
            (name, int(label), part) for (name, part), label in zip(rows, classes.labels, strict=True)
        ]
        return load_pictures(
            Path(folder),
            pictures,
            asked,
            on_progress=on_progress,
            remarks=remarks,
            class_names=classes.class_names,
        )


def _unpack(table: Any, file: Path, folder: Path, on_progress: OnProgress) -> list[Any]:
    """Write each picture of a table into a folder, as a file; return their labels."""
    size = sum(table.metadata.row_group(at).total_byte_size for at in range(table.num_row_groups))
    stored = file.stat().st_size
    check_size(file.name, size, stored)
    folder.mkdir()
    labels = []
    unpacked = 0  # more than announced, if rows share a picture
    for row, (content, label) in enumerate(_rows_of(table, file.name)):
        unpacked += len(content) + (len(label) if isinstance(label, str) else 0)
        check_size(file.name, unpacked, stored)
        (folder / f"row {row + 1}").write_bytes(content)
        labels.append(label)
        if row % ROWS_TOLD == 0:
            on_progress(0, 0)
    return labels


def _classes(labels: list[Any], told: dict[int, str], name: str) -> NamedLabels:
    if labels and all(isinstance(label, str) for label in labels):
        return labels_of_texts(labels, name)
    if not labels or not all(type(label) is int for label in labels):
        raise DataFormatError(f"{name}: expected a label for each picture, as a number or text, found none")
    numbers = np.array(labels, np.int64)
    found = joined_labels([numbers_of(numbers, numbers, name)], name, told)
    assert found is not None
    return found


def _rows_of(table: Any, name: str) -> Iterator[tuple[bytes, Any]]:
    """Go through the pictures and labels of a table, some rows at a time."""
    images, labels = _columns_of(table.schema_arrow, name)
    for batch in table.iter_batches(ROWS_AT_ONCE, columns=[images, labels]):
        for picture, label in zip(batch.column(images).to_pylist(), batch.column(labels).to_pylist(), strict=True):
            content = picture.get("bytes") if isinstance(picture, dict) else picture
            if not isinstance(content, bytes):
                raise DataFormatError(
                    f"{name}: expected the bytes of a picture in each row of {images}, found none: the table names"
                    " files that are not in it"
                )
            yield content, label


def _columns_of(schema: Any, name: str) -> tuple[str, str]:
    """Choose the column of pictures and that of labels."""
    import pyarrow as pa  # noqa: PLC0415  an extra

    fields = [(field.name, field.type) for field in schema]
    images = [
        key
        for key, kind in fields
        if pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or (pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0)
    ]
    labels = [
        key
        for key, kind in fields
        if pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    ]
    named = [key for key in labels if kind_of(key) == "labels"] or labels
    named.sort(key=lambda key: FINER not in key)
    if not images or not named:
        found = ", ".join(f"{key} ({kind})" for key, kind in fields)
        raise DataFormatError(
            f"{name}: expected a column of pictures and one of labels, as image and label, found {found:.200}"
        )
    return images[0], named[0]


def _names_in(schema: Any) -> dict[int, str]:
    """Read the names of classes that Hugging Face writes into a table; empty if there are none."""
    try:
        told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = told.get("info", {}).get("features", {})
        _, column = _columns_of(schema, "")
        names = features.get(column, {}).get("names", [])
    except (AttributeError, ValueError):
        return {}
    are_texts = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return dict(enumerate(names)) if are_texts else {}
