"""Folders with one sub-folder of pictures for each class, which is named after it."""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress
from model.data.splitting import PARTS, Part
from model.network.task import Task
from model.readers.digit_folders import digit_folders, of_others, picture_names, sub_folders
from model.readers.names import digit_of, in_natural_order, is_left_by_a_system, part_of, shortened
from model.readers.picture_files import PICTURE_SUFFIXES, looks_like_picture
from model.readers.picture_sets import LabelledFile, load_pictures

__all__ = ["are_more_than_digits", "class_roots", "load_class_folders", "some_names"]

DEEPEST = 4
"""Folders of classes are searched for this many levels down."""

LOOKED_AT = 50
"""Names of files in each folder that are looked at, to find labels in them."""

NEARLY_ALL = 8
"""Of the ten digits: so many folders of them are a set of digits, whatever else lies beside them."""

Root = tuple[Part | None, Path]


def are_more_than_digits(roots: Iterable[Root]) -> bool:
    """Return whether folders that hold digits hold other classes, too.

    Beside nearly all digits, other folders may be what was sorted out, unless several are single characters or
    larger numbers. Beside few, every other folder of pictures is a class.
    """
    digits: set[int] = set()
    holds_others = False
    for _, root in roots:
        found = digit_folders(root)
        digits.update(found.values())
        others = [one for one in sub_folders(root) if one not in found and part_of(one.name) is None]
        with_pictures = [one.name for one in others if _holds_pictures(one)]
        holds_others = holds_others or bool(with_pictures)
        if sum(len(name) == 1 or digit_of(name) is not None for name in with_pictures) > 1:
            return True
    return holds_others and len(digits) < NEARLY_ALL


def class_roots(folder: Path, depth: int = DEEPEST) -> list[Root]:
    """Find the folders that have a sub-folder for each class: those of parts, of writers, or one further down."""
    below = [one for one in sub_folders(folder) if _holds_pictures(one)]
    direct = [one for one in below if _holds_pictures_itself(one)]
    if direct:
        return [(None, folder)] if len(below) > 1 else []
    if depth == 0 or not below:
        return []
    roots = {one: found for one in below if (found := class_roots(one, depth - 1))}
    parts: list[Root] = [
        (part, root) for one, found in roots.items() if (part := part_of(one.name)) for _, root in found
    ]
    if parts and len(roots) == len(below):
        return parts
    if len(below) == 1:
        return next(iter(roots.values()), [])
    names = [{one.name for one in _classes(root)} for found in roots.values() for _, root in found]
    if len(roots) == len(below) and len(set.intersection(*names)) > 1:  # each writer wrote them all
        return [(None, root) for found in roots.values() for _, root in found]
    return [(None, folder)]


def some_names(root: Path) -> list[str]:
    """List some of the pictures in each class folder: their folder and name."""
    found: list[str] = []
    for one in _classes(root):
        with os.scandir(one) as entries:
            found += [f"{one.name}{os.sep}{entry.name}" for entry in islice(entries, LOOKED_AT) if entry.is_file()]
    return found


def load_class_folders(folder: Path, asked: Asked, *, on_progress: OnProgress) -> Dataset:
    """Read the pictures in folders that are named after classes; parts and writers as for folders of digits.

    Parameters
    ----------
    folder : path
    asked : Asked
        Its ``ink``, ``fit`` and ``preparation``.
    on_progress : callable

    Raises
    ------
    ConfigError
        If there are more classes than `Task` allows.
    DataFormatError
        If there is not one readable picture.
    """
    roots = sorted(class_roots(folder), key=lambda found: PARTS.index(found[0] or "train"))
    found = {(part, sub_folder): sub_folder.name for part, root in roots for sub_folder in _classes(root)}
    names = in_natural_order({*found.values()})
    Task(names)  # raises before all of too many are read
    numbers = {name: number for number, name in enumerate(names)}
    files: list[LabelledFile] = []
    expected = {folder, *(root for _, root in roots)}
    for (part, sub_folder), name in found.items():
        expected.add(sub_folder)
        start = sub_folder.relative_to(folder)
        files += [(str(start / file), numbers[name], part) for file in picture_names(sub_folder)]
    remarks = of_others(folder, expected, {name for name, _, _ in files}, "class")
    if len(roots) > len({part for part, _ in roots}):
        remarks = (*remarks, f"joined from {len(roots)} folders: {shortened(root.name for _, root in roots)}")
    return load_pictures(folder, files, asked, on_progress=on_progress, remarks=remarks, class_names=names)


def _classes(root: Path) -> list[Path]:
    return [one for one in sub_folders(root) if _holds_pictures(one)]


def _holds_pictures(folder: Path, depth: int = DEEPEST) -> bool:
    if _holds_pictures_itself(folder):
        return True
    return depth > 0 and any(_holds_pictures(one, depth - 1) for one in sub_folders(folder))


def _holds_pictures_itself(folder: Path) -> bool:
    endings = tuple(PICTURE_SUFFIXES)
    try:
        with os.scandir(folder) as entries:
            return any(
                entry.name.lower().endswith(endings) or looks_like_picture(Path(entry.path))
                for entry in entries
                if not is_left_by_a_system(entry.name) and entry.is_file()
            )
    except OSError:
        return False
