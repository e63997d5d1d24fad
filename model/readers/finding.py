"""Where in a file or a folder the data lie: further down, packed, or in several files."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.csv_files import holds_pictures
from model.readers.digit_folders import digit_roots
from model.readers.forms import FORMS, accepted_forms, beginning_of, cause_of, form_of
from model.readers.idx_files import idx_files_of_pictures
from model.readers.labelled_pictures import holds_pictures_apart
from model.readers.names import is_left_by_a_system, part_of, shortened
from model.readers.packed_files import is_packed, unpack

__all__ = ["Place", "found_in"]

DEEPEST = 3
"""So many folders further down, and so many archives in one another, data are looked for."""
MOST_FOLDERS = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where data lie.

    Attributes
    ----------
    form : str
        A key of `model.readers.forms.FORMS`; ``digits`` for folders of digits, ``pictures`` for labelled pictures.
    paths : tuple of Path
        A file or folder, or several files of which each holds a part.
    remarks : tuple of str
        What was left out on the way.
    """

    form: str
    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


@contextmanager
def found_in(path: Path, on_progress: OnProgress) -> Iterator[Place]:
    """Find the data in a file or folder; what is packed is unpacked into a folder that goes afterwards.

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
    form = form_of(file)
    if form == "idx":
        return Place(form, (file,))
    if depth and is_packed(file):
        return _in_packed([file], stack, on_progress, depth)
    if form is None and holds_pictures(file):
        form = "table"
    cause = cause_of(beginning_of(file))
    if form is None or cause:
        found = cause or f"a file {f'ending in {file.suffix}' if file.suffix else 'without an ending'}"
        raise DataFormatError(f"{file.name}: expected {accepted_forms()}; found {found}")
    return Place(form, (file,))


def _in_packed(files: Sequence[Path], stack: ExitStack, on_progress: OnProgress, depth: int) -> Place:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digitgui-", ignore_cleanup_errors=True)))
    remarks: list[str] = []
    for file in files:
        inside = folder / file.name
        inside.mkdir()
        remarks += unpack(file, inside, on_progress)
    start = folder / files[0].name if len(files) == 1 else folder
    unpacked = [file for file in start.rglob("*") if file.is_file()] if len(files) == 1 else []
    if len(unpacked) == 1:
        place = _in_file(unpacked[0], stack, on_progress, depth - 1)
    else:
        place = _in_folder(start, stack, on_progress, depth - 1)
    return replace(place, remarks=(*remarks, *place.remarks))


def _in_folder(folder: Path, stack: ExitStack, on_progress: OnProgress, depth: int = DEEPEST) -> Place:
    level, packed = [folder], []
    roots = digit_roots(folder)
    for _ in range(DEEPEST + 1):
        for one in level:
            if one == folder and roots:
                return Place("digits", (folder,))
            files = _files(one)
            if place := _in_files(one, files):
                return place
            packed += [file for file in files if is_packed(file)]
        level = [sub_folder for one in level for sub_folder in _sub_folders(one)][:MOST_FOLDERS]
    if holds_pictures_apart(folder):
        return Place("pictures", (folder,))
    if packed and depth:
        return _in_packed(packed, stack, on_progress, depth)
    names = sorted(entry.name for entry in folder.iterdir() if not is_left_by_a_system(entry.name))
    found = shortened(names) or "an empty folder"
    raise DataFormatError(
        f"{folder.name}: expected sub-folders named 0 to 9, IDX files such as train-images-idx3-ubyte, or other"
        f" files of pictures and labels; found {found}"
    )


def _in_files(folder: Path, files: Sequence[Path]) -> Place | None:
    """Find files of one form in a folder."""
    if idx_files_of_pictures(folder):
        return Place("idx", (folder,))
    for form in FORMS:
        own = [file for file in files if file.name.lower().endswith(FORMS[form].endings)]
        if form == "table":
            own = [file for file in own if holds_pictures(file)]
        if own and form == "npy":
            return Place(form, (folder,))
        if own and form != "idx":
            return _of_parts(form, own)
    return None


def _of_parts(form: str, files: Sequence[Path]) -> Place:
    """Choose among files of one form: one for each part, or the first."""
    by_part = {part_of(file.stem): file for file in reversed(files)}
    chosen = tuple(file for part, file in by_part.items() if part) or (files[0],)
    others = [file.name for file in files if file not in chosen]
    remarks = (f"{shortened(others)} was not read, since there is another of its kind",) if others else ()
    return Place(form, chosen, remarks)


def _files(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_file() and not is_left_by_a_system(entry.name))


def _sub_folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not is_left_by_a_system(entry.name))
