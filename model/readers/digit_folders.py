"""Folders with one sub-folder of pictures for each digit."""

import os
from collections.abc import Iterator
from pathlib import Path

from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress
from model.data.splitting import PARTS, Part
from model.readers.names import digit_of, is_left_by_a_system, part_of, shortened
from model.readers.picture_files import PICTURE_SUFFIXES, looks_like_picture
from model.readers.picture_sets import LabelledFile, load_pictures

__all__ = ["digit_folders", "digit_roots", "load_digit_folders", "of_others", "picture_names", "sub_folders"]

DEEPEST = 4
"""Folders of digits are searched for this many levels down."""


def digit_folders(folder: Path) -> dict[Path, int]:
    """Find the sub-folders that are named after digits.

    Where others beside them hold such folders themselves, they are numbers of writers, not digits.
    """
    numbers = {sub_folder: digit_of(sub_folder.name) for sub_folder in sub_folders(folder)}
    if {*range(1, 11)} == {*numbers.values()} - {None}:
        numbers = {sub_folder: number % 10 for sub_folder, number in numbers.items() if number is not None}
    found = {one: number for one, number in numbers.items() if number is not None and number <= 9}
    if not found:
        return {}
    others = [other for other in numbers if other not in found and part_of(other.name) is None]
    if any(digit_folders(other) for other in others):
        return {}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0].name)))


def digit_roots(folder: Path, depth: int = DEEPEST) -> list[tuple[Part | None, Path]]:
    """Find the folders that have sub-folders a digit: those of parts, of writers, or the first further down."""
    if digit_folders(folder):
        return [(None, folder)]
    if depth == 0:
        return []
    below = {one: roots for one in sub_folders(folder) if (roots := digit_roots(one, depth - 1))}
    parts = [(part_of(one.name), root) for one, roots in below.items() for _, root in roots if part_of(one.name)]
    writers: list[tuple[Part | None, Path]] = [
        (None, one) for one, roots in below.items() if roots == [(None, one)]
    ]
    return parts or writers or next(iter(below.values()), [])


def load_digit_folders(folder: Path, asked: Asked, *, on_progress: OnProgress) -> Dataset:
    """Read the pictures in folders that are named after digits, of any size and mode.

    Such folders may lie in others for training, for validation and for testing, or for each writer; and writers
    may have folders of their own below a digit. A picture that cannot be read is skipped.

    Parameters
    ----------
    folder : path
    asked : Asked
        Its ``ink`` and ``fit``, which ``auto`` detects for each picture separately, and its ``preparation``.
    on_progress : callable

    Raises
    ------
    DataFormatError
        If there is not one readable picture.
    """
    roots = digit_roots(folder)
    files: list[LabelledFile] = []
    expected = {folder, *(root for _, root in roots)}
    for part, root in sorted(roots, key=lambda found: PARTS.index(found[0] or "train")):
        for sub_folder, digit in digit_folders(root).items():
            expected.add(sub_folder)
            start = sub_folder.relative_to(folder)
            files += [(str(start / name), digit, part) for name in picture_names(sub_folder)]
    remarks = of_others(folder, expected, {name for name, _, _ in files})
    if len(roots) > len({part for part, _ in roots}):
        remarks = (*remarks, f"joined from {len(roots)} folders: {shortened(root.name for _, root in roots)}")
    if any(digit_of(sub_folder.name) == 10 for _, root in roots for sub_folder in digit_folders(root)):
        remarks = (*remarks, "its folders are 1 to 10: 10 was read as 0")
    return load_pictures(folder, files, asked, on_progress=on_progress, remarks=remarks)


def picture_names(folder: Path) -> list[str]:
    """List the pictures in a folder and below: texts, since very many paths would hold up other threads."""
    return sorted(_picture_names(str(folder), ""), key=lambda name: (name.count(os.sep), name))


def _picture_names(folder: str, start: str) -> Iterator[str]:
    endings = tuple(PICTURE_SUFFIXES)
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_left_by_a_system(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):  # a link may lead back to its own folder
                yield from _picture_names(entry.path, f"{start}{entry.name}{os.sep}")
            elif entry.name.lower().endswith(endings) or looks_like_picture(Path(entry.path)):
                yield start + entry.name


def sub_folders(folder: Path) -> list[Path]:
    """List the sub-folders of a folder by name; none of one that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir() and not is_left_by_a_system(entry.name)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]


def of_others(folder: Path, expected: set[Path], read: set[str], what: str = "digit") -> tuple[str, ...]:
    """Name the files in the folders that were skipped, since by their names they are not pictures of a class."""
    known = {*expected, *(parent for one in expected for parent in one.parents)}
    folders = {name.rpartition(os.sep)[0] for name in read}
    inside = {str(parent) for way in folders for parent in (Path(way), *Path(way).parents)}
    left_out = [
        way
        for place in sorted(one for one in known if one.is_relative_to(folder))
        for name in sorted(os.listdir(place))  # noqa: PTH208
        if not is_left_by_a_system(name)
        and place / name not in known
        and (way := str((place / name).relative_to(folder))) not in read
        and way not in inside
    ]
    return (f"skipped (not a picture in a {what} folder): {shortened(left_out)}",) if left_out else ()
