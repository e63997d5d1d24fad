"""Many picture files whose labels are known: what they are about, and a data set of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from model.bounds import check_size
from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress, Reading
from model.data.splitting import Part
from model.errors import DataFormatError
from model.large_arrays import ArrayWriter
from model.network.task import DIGITS, Preparation, Task
from model.readers.digit_arrays import own_starts
from model.readers.digit_likeness import COMPARED, FEWEST_COMPARED, are_like_digits
from model.readers.picture_files import ReadPicture, open_picture
from model.readers.picture_kinds import are_coloured, are_coloured_photographs, are_ink, as_rgb
from model.readers.prepared_pictures import read_prepared, size_of

__all__ = ["LabelledFile", "load_pictures", "task_of_pictures"]

LabelledFile = tuple[str, int, Part | None]
"""A picture: its path from the folder on, its label, and its part."""
LOOKED_AT = 60
"""Pictures that decide what all of a set are."""


@dataclass
class _Tally:
    """What was seen while pictures were read."""

    parts: list[Part | None] = field(default_factory=list)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)
    problem: str = ""
    dark: int = 0
    fitted: int = 0

    def take(self, picture: ReadPicture, part: Part | None) -> None:
        self.parts.append(part)
        self.sizes[picture.size] += 1
        self.dark += picture.was_dark
        self.fitted += not picture.was_like_mnist


def load_pictures(
    folder: Path,
    files: Sequence[LabelledFile],
    asked: Asked,
    *,
    on_progress: OnProgress,
    remarks: tuple[str, ...] = (),
    class_names: tuple[str, ...] = DIGITS.class_names,
) -> Dataset:
    """Read picture files whose labels are known, training part first.

    Raises
    ------
    DataFormatError
        If there is not one readable picture.
    """
    task, remark = task_of_pictures(folder, files, class_names, asked)
    total = len(files)
    check_size(folder.name, total * int(np.prod(task.picture_shape)))
    images, labels = ArrayWriter((total, *task.array_shape)), np.zeros(total, np.uint8)
    tally = _Tally()
    for done, (name, label, part) in enumerate(files):
        on_progress(done, total)
        try:
            picture = read_prepared(folder / name, task, asked)
        except DataFormatError as error:
            tally.unreadable.append(name)
            tally.problem = tally.problem or str(error)
            continue
        images.add(picture.digit[np.newaxis])
        labels[len(tally.parts)] = label
        tally.take(picture, part)
    on_progress(total, total)
    count = len(tally.parts)
    if not count:
        found = f"{len(tally.unreadable)} that cannot be read ({tally.problem})" if tally.unreadable else "none"
        where = "the sub-folders 0 to 9" if class_names == DIGITS.class_names else "a sub-folder for each class"
        raise DataFormatError(f"{folder.name}: expected pictures in {where}, found {found}")
    starts, remark_of_parts = own_starts(Counter(part or "train" for part in tally.parts))
    reading = _reading(tally, task, asked, tuple(filter(None, (*remarks, remark, remark_of_parts))))
    return Dataset(
        images.array(),
        labels[:count],
        f"{folder.name}, {count:,}",
        str(folder),
        starts[1],
        reading=reading,
        own_validation_start=starts[0],
        task=task,
    )


def _reading(tally: _Tally, task: Task, asked: Asked, remarks: tuple[str, ...]) -> Reading:
    height, width, _ = task.picture_shape
    return Reading(
        tuple(tally.sizes.most_common()),
        asked.ink,
        tally.dark,
        fit=asked.fit,
        fitted=tally.fitted,
        unreadable=tuple(tally.unreadable),
        remarks=remarks,
        preparation=asked.preparation,
        prepared=task.preparation,
        brought_to=(width, height),
    )


def task_of_pictures(
    folder: Path, files: Sequence[LabelledFile], class_names: tuple[str, ...], asked: Asked
) -> tuple[Task, str]:
    """Find out what pictures are about, by a sample of them; return a remark, too, if that may surprise.

    Ink becomes 28×28, as drawings do. Photographs keep their size if they all have the same, of 8 to 64 pixels a
    side, and become 32×32 otherwise. Folders of digits hold ink unless most pictures can be none, or are neither
    strokes nor like the digits that they are named after: other classes, which are numbered.

    Raises
    ------
    ConfigError
        If there are too few classes, or too many.
    """
    is_of_digits = class_names == DIGITS.class_names
    kind = asked.preparation
    if kind == "ink" or not files:
        return Task(class_names), ""
    sample = [picture for name, _ in _some(files, LOOKED_AT) if (picture := _opened(folder / name))]
    pictures = [as_rgb(picture) for picture in sample]
    if kind == "auto":
        is_ink = _are_digits(pictures, folder, files) if is_of_digits else are_ink(pictures)
        kind = "ink" if is_ink or not pictures else "photo"
    if kind == "ink":
        return Task(class_names), ""
    width, height = size_of({picture.size for picture in sample})
    task = Task(class_names, (height, width, 3 if are_coloured(pictures) else 1), kind)
    found = "are no ink on paper, so they are" if asked.preparation == "auto" else "are, as you chose,"
    return task, f"its pictures {found} read as {_words(kind)}: {task.words_of_shape()}"


def _are_digits(pictures: list[Image.Image], folder: Path, files: Sequence[LabelledFile]) -> bool:
    """Return whether pictures in folders of digits are ink, however unusual."""
    if are_coloured_photographs(pictures):
        return False
    if are_coloured(pictures) or are_ink(pictures):
        return True
    opened = [(picture, label) for name, label in _some(files, COMPARED) if (picture := _opened(folder / name))]
    if len(opened) < FEWEST_COMPARED:  # too few to tell
        return True
    return are_like_digits([as_rgb(picture) for picture, _ in opened], np.array([label for _, label in opened]))


def _some(files: Sequence[LabelledFile], most: int) -> list[tuple[str, int]]:
    """Choose a few files with their labels, evenly."""
    chosen = np.unique(np.linspace(0, len(files) - 1, min(most, len(files))).astype(np.intp))
    return [files[index][:2] for index in chosen]


def _words(kind: Preparation) -> str:
    return "photographs" if kind == "photo" else "they are"


def _opened(file: Path) -> Image.Image | None:
    """Open a picture; None if it cannot be read, which is told when its turn comes."""
    try:
        return open_picture(file)
    except DataFormatError:
        return None
