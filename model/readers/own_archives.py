"""Archives that this program wrote of pictures that are no digits: as they lie, with the names of their classes.

Beside ``images`` and ``labels``, or Keras' names for parts, they hold ``task``, a text: `Task.to_json`.
"""

from pathlib import Path

import numpy as np

from model.array_files import open_archive
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import Reading
from model.errors import DataFormatError
from model.network.task import Task

__all__ = ["holds_task", "load_own_archive"]

PARTS = ("train", "val", "test")
"""As `model.readers.npz_files.save_npz` calls them."""
TASK = "task"


def holds_task(file: Path) -> bool:
    """Return whether an archive says what its pictures are about."""
    try:
        with (
            told_as(DataFormatError, file.name),
            file.open("rb") as stream,
            open_archive(stream, file.name) as one,
        ):
            return TASK in one.heads and one.heads[TASK][1].kind == "U"
    except (DataFormatError, OSError):  # which is told by the reader of all archives
        return False


def load_own_archive(file: Path) -> Dataset:
    """Read what `model.readers.npz_files.save_npz` wrote of pictures that are no digits.

    Raises
    ------
    DataFormatError
        If it is damaged.
    """
    damage = (
        f"{file.name}: expected pictures of named classes as this program writes them, found others: {{error}}"
    )
    with told_as(DataFormatError, damage), file.open("rb") as stream, open_archive(stream, file.name) as archive:
        task = Task.from_json(str(archive.read(TASK)))
        parts = [part for part in PARTS if f"x_{part}" in archive.heads]
        names = [(f"x_{part}", f"y_{part}") for part in parts] or [("images", "labels")]
        ends = dict(zip(parts, np.cumsum([archive.heads[name][0][0] for _, name in names]).tolist(), strict=False))
        images, labels = (archive.joined(keys) for keys in zip(*names, strict=True))
        height, width, _ = task.picture_shape
        reading = Reading((((width, height), len(images)),), prepared=task.preparation, brought_to=(width, height))
        starts = _starts(ends)
        return Dataset(
            images,
            labels,
            f"{file.name}, {len(images):,}",
            str(file),
            starts.get("test"),
            reading=reading,
            own_validation_start=starts.get("val"),
            task=task,
        )


def _starts(ends: dict[str, int]) -> dict[str, int]:
    """Say where each part but the first begins."""
    return dict(zip(list(ends)[1:], ends.values(), strict=False))
