"""Folders with one sub-folder of pictures for each digit."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress, Reading
from model.data.splitting import PARTS, Part
from model.errors import DataFormatError
from model.readers.digit_arrays import own_starts
from model.readers.names import digit_of, is_left_by_a_system, part_of, shortened
from model.readers.picture_files import PICTURE_SUFFIXES, looks_like_picture, read_picture

__all__ = ["LabelledFile", "digit_folders", "digit_roots", "load_digit_folders", "load_pictures", "picture_names"]

DEEPEST = 4
"""Folders of digits are searched for this many levels down."""

LabelledFile = tuple[str, int, Part | None]
"""A picture: its path from the folder on, its label, and its part."""


def digit_folders(folder: Path) -> dict[Path, int]:
    """Find the sub-folders that are named after digits.

    Where others beside them hold such folders themselves, they are numbers of writers, not digits.
    """
    numbers = {sub_folder: digit_of(sub_folder.name) for sub_folder in _sub_folders(folder)}
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
    below = {one: roots for one in _sub_folders(folder) if (roots := digit_roots(one, depth - 1))}
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
        Its ``ink`` and ``fit``; ``auto`` detects them for each picture separately.
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
    remarks = _of_others(folder, expected, {name for name, _, _ in files})
    if len(roots) > len({part for part, _ in roots}):
        remarks = (*remarks, f"joined from {len(roots)} folders: {shortened(root.name for _, root in roots)}")
    if any(digit_of(sub_folder.name) == 10 for _, root in roots for sub_folder in digit_folders(root)):
        remarks = (*remarks, "its folders are 1 to 10: 10 was read as 0")
    return load_pictures(folder, files, asked, on_progress=on_progress, remarks=remarks)


def load_pictures(
    folder: Path,
    files: Sequence[LabelledFile],
    asked: Asked,
    *,
    on_progress: OnProgress,
    remarks: tuple[str, ...] = (),
) -> Dataset:
    """Read picture files whose labels are known, training part first.

    Raises
    ------
    DataFormatError
        If there is not one readable picture.
    """
    total = len(files)
    images, labels = np.zeros((total, 28, 28), np.uint8), np.zeros(total, np.uint8)
    parts: list[Part | None] = []
    sizes: Counter[tuple[int, int]] = Counter()
    unreadable: list[str] = []
    dark, fitted, problem = 0, 0, ""
    for done, (name, label, part) in enumerate(files):
        on_progress(done, total)
        try:
            picture = read_picture(folder / name, ink=asked.ink, fit=asked.fit)
        except DataFormatError as error:
            unreadable.append(name)
            problem = problem or str(error)
            continue
        images[len(parts)], labels[len(parts)] = picture.digit, label
        sizes[picture.size] += 1
        dark += picture.was_dark
        fitted += not picture.was_like_mnist
        parts.append(part)
    count = len(parts)
    if not count:
        found = f"{len(unreadable)} that cannot be read ({problem})" if unreadable else "none"
        raise DataFormatError(f"{folder.name}: expected pictures in the sub-folders 0 to 9, found {found}")
    starts, remark = own_starts(Counter(part or "train" for part in parts))
    remarks = tuple(filter(None, (*remarks, remark)))
    reading = Reading(
        tuple(sizes.most_common()),
        asked.ink,
        dark,
        fit=asked.fit,
        fitted=fitted,
        unreadable=tuple(unreadable),
        remarks=remarks,
    )
    return Dataset(
        images[:count],
        labels[:count],
        f"{folder.name}, {count:,}",
        str(folder),
        starts[1],
        reading=reading,
        own_validation_start=starts[0],
    )


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


def _sub_folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir() and not is_left_by_a_system(entry.name)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]


def _of_others(folder: Path, expected: set[Path], read: set[str]) -> tuple[str, ...]:
    """Name the files in the folders that were skipped, since by their names they are not pictures of a digit."""
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
    return (f"skipped (not a picture in a digit folder): {shortened(left_out)}",) if left_out else ()
