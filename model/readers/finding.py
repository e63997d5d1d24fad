"""Finds the data in a file or a folder: further down, packed, or in several files."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from model.data.reading import OnProgress
from model.data.splitting import Part
from model.errors import DataFormatError
from model.readers.batch_files import batches_in, is_batch
from model.readers.class_folders import are_more_than_digits, class_roots, some_names
from model.readers.csv_files import holds_pictures
from model.readers.digit_folders import digit_roots
from model.readers.forms import FORMS, accepted_forms, beginning_of, cause_of, form_of, is_pickle
from model.readers.idx_files import idx_files_of_pictures, is_idx_of_pictures
from model.readers.labelled_pictures import are_labelled, begin_with_labels, holds_pictures_apart
from model.readers.names import is_left_by_a_system, part_of, shortened
from model.readers.packed_files import is_packed, unpack
from model.readers.picture_files import looks_like_picture

__all__ = ["Place", "found_in"]

DEEPEST = 3
"""Data are searched for this many folders down, and in this many nested archives."""
MOST_FOLDERS = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data are.

    Attributes
    ----------
    form : str
        A key of `model.readers.forms.FORMS`; ``digits`` and ``classes`` for folders of them, ``pictures`` for
        labelled pictures.
    paths : tuple of (str or None, Path)
        A file or folder; or several, and the part that each holds.
    remarks : tuple of str
        What was skipped on the way.
    """

    form: str
    paths: tuple[tuple[Part | None, Path], ...]
    remarks: tuple[str, ...] = ()


@contextmanager
def found_in(path: Path, on_progress: OnProgress) -> Iterator[Place]:
    """Find the data in a file or folder; packed files are unpacked into a temporary folder.

    Raises
    ------
    DataFormatError
        If there are none.
    """
    if not path.exists():
        raise DataFormatError(f"{path}: there is no such file or folder")
    with ExitStack() as stack:
        yield _in_folder(path, stack, on_progress) if path.is_dir() else _in_file(path, stack, on_progress)


def _in_file(file: Path, stack: ExitStack, on_progress: OnProgress, depth: int = DEEPEST) -> Place:
    form = "idx" if is_idx_of_pictures(file) else "batches" if is_batch(file) else form_of(file)
    if depth and form != "idx" and is_packed(file):
        return _in_packed([file], stack, on_progress, depth)
    if form is None and beginning_of(file, 2) == b"PK":
        form = "npz"  # by another name
    if form is None and holds_pictures(file):
        form = "table"
    cause = cause_of(beginning_of(file))
    if looks_like_picture(file):
        cause = "a single picture: `digitgui predict MODEL FILE` answers it"
    if form is None or cause:
        found = cause or f"a file {f'ending in {file.suffix}' if file.suffix else 'without an ending'}"
        raise DataFormatError(f"{file.name}: expected {accepted_forms()}; found {found}")
    return Place(form, ((None, file),))


def _in_packed(files: Sequence[Path], stack: ExitStack, on_progress: OnProgress, depth: int) -> Place:
    """Unpack files, each into a folder of its own unless there is but one file inside, and look there."""
    start = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digitgui-", ignore_cleanup_errors=True)))
    remarks: list[str] = []
    unpacked: list[Path] = []
    for number, file in enumerate(files):
        folder = start / f"{number}" / file.name
        folder.mkdir(parents=True)
        remarks += unpack(file, folder, on_progress)
        inside = [one for one in folder.rglob("*") if one.is_file()]
        unpacked.append(inside[0] if len(inside) == 1 else folder)
    together = start / "together"
    together.mkdir()
    unpacked = [path.rename(together / path.name) for path in unpacked]
    if len(unpacked) > 1:
        place = _in_folder(together, stack, on_progress, depth - 1)
    elif unpacked[0].is_dir():
        place = _in_folder(unpacked[0], stack, on_progress, depth - 1)
    else:
        place = _in_file(unpacked[0], stack, on_progress, depth - 1)
    return replace(place, remarks=(*remarks, *place.remarks))


def _in_folder(folder: Path, stack: ExitStack, on_progress: OnProgress, depth: int = DEEPEST) -> Place:
    roots = digit_roots(folder)
    if roots:
        return Place("classes" if are_more_than_digits(roots) else "digits", ((None, folder),))
    classes = class_roots(folder)
    if classes and _are_plainly_classes(folder, classes):
        return Place("classes", ((None, folder),))
    level, packed = [folder], []
    for _ in range(DEEPEST + 1):
        files = {one: _files(one) for one in level}
        found = {one: place for one in level if (place := _in_files(one, files[one]))}
        if found:
            return _together(found)
        packed += [file for one in level for file in files[one] if is_packed(file)]
        level = [sub_folder for one in level for sub_folder in _sub_folders(one)][:MOST_FOLDERS]
    if holds_pictures_apart(folder):
        are_classes = bool(classes) and not are_labelled(folder)
        return Place("classes" if are_classes else "pictures", ((None, folder),))
    if packed and depth:
        return _in_packed(packed, stack, on_progress, depth)
    if pickles := [file for file in _files(folder) if is_pickle(file)]:
        return _of_parts("pickle", pickles)
    names = sorted(entry.name for entry in folder.iterdir() if not is_left_by_a_system(entry.name))
    raise DataFormatError(
        f"{folder.name}: expected sub-folders named after the classes, IDX files such as train-images-idx3-ubyte,"
        f" or other files of pictures and labels; found {shortened(names) or 'an empty folder'}"
    )


def _are_plainly_classes(folder: Path, roots: Sequence[tuple[Part | None, Path]]) -> bool:
    """Return whether nothing else than folders of classes lies there, without looking at every picture."""
    above = {place for _, root in roots for place in (root, *root.parents) if place.is_relative_to(folder)}
    files = [file for place in above for file in _files(place)]
    if any(form_of(file) is not None or is_packed(file) for file in files):
        return False
    return not any(begin_with_labels(some_names(root)) for _, root in roots)


def _together(found: Mapping[Path, Place]) -> Place:
    """Join what lies in the folders of several parts; of others, take the first."""
    first, *others = found.values()
    parts = [part_of(folder.name) for folder in found]
    is_whole = None not in parts and len({*parts}) == len(parts) and all(one.form == first.form for one in others)
    if not others:
        return first
    if is_whole:
        paths = [(part, place.paths[0][1]) for part, place in zip(parts, found.values(), strict=True)]
        return Place(
            first.form, tuple(paths), tuple(remark for place in found.values() for remark in place.remarks)
        )
    remark = (
        f"skipped (only the first of several was read): {shortened(folder.name for folder in list(found)[1:])}"
    )
    return replace(first, remarks=(*first.remarks, remark))


def _in_files(folder: Path, files: Sequence[Path]) -> Place | None:
    """Find files of one form in a folder."""
    if idx_files_of_pictures(folder):
        return Place("idx", ((None, folder),))
    if batches_in(folder):
        return Place("batches", ((None, folder),))
    for form in FORMS:
        own = [file for file in files if file.name.lower().endswith(FORMS[form].endings)]
        if form == "table":
            own = [file for file in own if holds_pictures(file)]
        if form in ("batches", "pickle"):  # which lie beside all kinds of data
            continue
        if own and form in ("npy", "parquet"):
            return Place(form, ((None, folder),))
        if own and form != "idx":
            return _of_parts(form, own)
    return None


def _of_parts(form: str, files: Sequence[Path]) -> Place:
    """Choose among files of one form: one for each part, or the first."""
    by_part = {part_of(file.stem): file for file in reversed(files)}
    chosen = tuple((part, file) for part, file in by_part.items() if part) or ((None, files[0]),)
    others = [
        file.name for file in files if (part_of(file.stem), file) not in chosen and (None, file) not in chosen
    ]
    remarks = (f"skipped (another of its kind was read): {shortened(others)}",) if others else ()
    return Place(form, chosen, remarks)


def _files(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_file() and not is_left_by_a_system(entry.name))


def _sub_folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not is_left_by_a_system(entry.name))
