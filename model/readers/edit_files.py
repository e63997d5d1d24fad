"""Corrections of a data set on disk: a small JSON file beside the source, which itself is never written to.

The file names each picture by its index and by a digest of its pixels, and its class by its digit or its name, so
that corrections still find their pictures after others, or other classes, have been added to or removed from the
source.
"""

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from model.atomic_files import LONGEST_NAME, write_atomically
from model.bounds import read_text
from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.duplicates import picture_digests
from model.data.edits import Edits
from model.data.reading import CHOICES, FIND_OUT, Asked
from model.errors import DataFormatError
from model.network.arrays import ImageArray
from model.network.task import DIGITS
from model.readers.known_classes import KNOWN

__all__ = ["SavedEdits", "edits_beside", "load_edits", "picture_digest", "save_edits"]

FORMAT = "digitgui edits 1"
BEFORE_CHOICES = {"scale": "bytes", "turn": "upright", "fit": "never", "preparation": "ink"}
"""How pictures were read before there was a choice: only so are those found that were corrected then."""
NUMBERED_FROM_0 = {DIGITS.class_names, *(known.class_names for known in KNOWN if known.first == 0)}
"""Classes whose numbers in their files are their places."""
MOST_BYTES = 50_000_000
"""Of a file of edits: those of some 400,000 pictures."""

Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SavedEdits:
    """What an edit file holds.

    Attributes
    ----------
    asked : Asked
        How the source is to be read.
    entries : list of dict
        ``index``, ``digest``, and ``label``, ``excluded`` or ``kept``, for each picture.
    """

    asked: Asked = FIND_OUT
    entries: list[Entry] = field(default_factory=list)

    def edits_of(self, dataset: Dataset) -> tuple[Edits, list[Entry]]:
        """Find the pictures again; return the edits, and the entries whose pictures, or classes, are gone."""
        found: dict[int, Entry] = {}
        moved: list[Entry] = []
        names = dataset.task.class_names
        lost = [entry for entry in self.entries if "label" in entry and _number_of(entry["label"], names) is None]
        for entry in [entry for entry in self.entries if entry not in lost]:
            index = entry["index"]
            there = 0 <= index < len(dataset) and picture_digest(dataset.images[index]) == entry["digest"]
            if there and index not in found:
                found[index] = entry
            else:
                moved.append(entry)
        lost += _find_again(moved, found, dataset) if moved else []
        labels = {
            index: number
            for index, entry in found.items()
            if "label" in entry and (number := _number_of(entry["label"], names)) is not None
        }
        excluded = frozenset(index for index, entry in found.items() if entry.get("excluded"))
        kept = frozenset(index for index, entry in found.items() if entry.get("kept"))
        return Edits(labels, excluded, kept), lost


def _number_of(label: int | str, names: tuple[str, ...]) -> int | None:
    """Return the number of a class, which is named unless it is a digit; None if there is no such class.

    The data may have been digits when the corrections were written, and have other classes now: a digit is then
    the class of that name, never the one at that place, unless a well-known set numbers its classes so.
    """
    if isinstance(label, str):
        return names.index(label) if label in names else None
    if names in NUMBERED_FROM_0:
        return label if label < len(names) else None
    return names.index(str(label)) if str(label) in names else None


def _find_again(moved: list[Entry], found: dict[int, Entry], dataset: Dataset) -> list[Entry]:
    """Add to ``found`` the nearest picture with the same pixels, one for each entry; return those without one."""
    places: dict[str, list[int]] = {}
    for index, digest in enumerate(picture_digests(dataset.images)):
        places.setdefault(digest.hex(), []).append(index)
    lost = []
    for entry in moved:
        free = [index for index in places.get(entry["digest"], []) if index not in found]
        if free:
            found[min(free, key=lambda index: abs(index - entry["index"]))] = entry
        else:
            lost.append(entry)
    return lost


def edits_beside(source: str | Path) -> Path:
    """Return where the edits of a file or folder are: ``digits.csv.edits.json`` beside ``digits.csv``.

    With a name that is too long for that, they have a shorter one.
    """
    path = Path(source).absolute()
    name = f"{path.name}.edits.json"
    if len(os.fsencode(name)) > LONGEST_NAME:
        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
        name = f"{path.name[:20]}-{digest}.edits.json"
    return path.with_name(name)


def picture_digest(image: ImageArray) -> str:
    """Compute what identifies a picture, as hexadecimal."""
    return picture_digests(image[np.newaxis])[0].hex()


def load_edits(file: Path) -> SavedEdits:
    """Read an edit file; empty if there is none.

    Raises
    ------
    DataFormatError
        If it cannot be read, or is none.
    """
    damage = (
        f"{file.name}: expected the corrections of a data set, found something else or a damaged file:"
        " move it away to open the data without them"
    )
    try:
        with told_as(DataFormatError, damage):
            saved = json.loads(read_text(file, MOST_BYTES))
            if saved["format"] != FORMAT:
                raise ValueError(saved["format"])
            entries = [_checked(entry) for entry in saved["pictures"]]
            unsaid = BEFORE_CHOICES if entries else {}
            asked = {key: saved.get(key, unsaid.get(key, "auto")) for key in CHOICES}
            if any(asked[key] not in known for key, known in CHOICES.items()):
                raise ValueError(asked)
            return SavedEdits(Asked(**asked), entries)
    except FileNotFoundError:
        return SavedEdits()
    except OSError as error:
        raise DataFormatError(f"the corrections in {file} cannot be read: {error.strerror or error}") from error


def save_edits(dataset: Dataset, file: Path, indices: Collection[int] | None = None) -> None:
    """Write the edits of a data set; those in the file whose pictures are not in the data set stay there.

    Nothing is written where the file has the same already, or there is neither a file nor an edit.

    Parameters
    ----------
    dataset : Dataset
    file : Path
    indices : collection of int, optional
        The pictures whose edits have changed: for all others the file keeps its own, perhaps from another
        window. All pictures if not given.

    Raises
    ------
    DataFormatError
        If the file is there and holds something else.
    ModelFileError
        If it cannot be written.
    """
    before = load_edits(file)
    theirs, lost = before.edits_of(dataset)
    edits = dataset.edits if indices is None else theirs.with_others(dataset.edits, indices)
    entries = [_entry(dataset, edits, int(index)) for index in edits.touched] + lost
    asked = dataset.reading.asked
    if SavedEdits(asked, entries) != before:
        text = json.dumps({"format": FORMAT, **asdict(asked), "pictures": entries}, indent=1)
        write_atomically(file, text.encode())


def _entry(dataset: Dataset, edits: Edits, index: int) -> Entry:
    entry: Entry = {"index": index, "digest": picture_digest(dataset.images[index])}
    if index in edits.labels:
        label, names = edits.labels[index], dataset.task.class_names
        entry["label"] = label if names == DIGITS.class_names else names[label]
    if index in edits.excluded:
        entry["excluded"] = True
    if index in edits.kept:
        entry["kept"] = True
    return entry


def _checked(entry: Entry) -> Entry:
    """Check that an entry is what `_entry` writes."""
    label = entry.get("label", 0)
    is_label = isinstance(label, str) or label in range(10)
    if type(entry["index"]) is not int or not isinstance(entry["digest"], str) or not is_label:
        raise ValueError(entry)
    return entry
