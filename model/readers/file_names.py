"""Labels in the names of picture files: ``3_017.png``, ``cat.12.jpg``, ``golden_retriever_4.jpg``."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from model.errors import DataFormatError
from model.network.task import FEWEST_CLASSES, MOST_CLASSES
from model.readers.digit_arrays import without_labels
from model.readers.names import digit_of

__all__ = ["classes_in_names", "labels_in_names"]

NO_CLASSES = {
    *("train", "training", "test", "testing", "val", "valid", "validation"),
    *(
        "img",
        "image",
        "images",
        "dsc",
        "dscn",
        "dscf",
        "pic",
        "picture",
        "photo",
        "scan",
        "screenshot",
        "pxl",
        "mvi",
    ),
    *(
        "file",
        "frame",
        "page",
        "sample",
        "untitled",
        "unnamed",
        "download",
        "thumb",
        "copy",
        "whatsapp",
    ),
}
"""What names begin with that tell nothing: those of cameras and programs."""
MOST_ALONE = 0.05
"""Of the pictures, this share may be the only ones of their class; of names that are no labels, most are."""


def labels_in_names(names: Sequence[str], folder: str) -> dict[str, str]:
    """Find the label of each picture in its name.

    A digit counts that stands at one place in all names, and is not the same in all; without any, the text before
    the number at the end, if it repeats.

    Parameters
    ----------
    names : sequence of str
        The paths of the pictures, from the folder on.
    folder : str
        What messages call it.

    Raises
    ------
    DataFormatError
        If there are no labels, or they could be in several places.
    """
    stems = [Path(name).stem for name in names]
    told = [re.search(r"(?:label|digit|class|num|number|is)[ _=-]*(\d)(?!\d)", stem.lower()) for stem in stems]
    if all(told):
        return {name: match[1] for name, match in zip(names, told, strict=True) if match}
    words = [re.findall(r"\d+|[^\W\d_]+", stem) for stem in stems]
    places = []
    for place in range(min(map(len, words), default=0)):
        column = [digit_of(row[place]) if len(row[place]) == 1 or row[place].isalpha() else None for row in words]
        if None not in column and all(digit in range(10) for digit in column):
            places.append(column)
    varied = [column for column in places if len({*column}) > 1] or places
    if places and len(words[0]) and varied[:1] == places[:1] and all(row[0].isdigit() for row in words):
        varied = varied[:1]  # 3_01.png: what stands first is the label
    classes = classes_in_names(names)
    is_told = len(varied) == 1 and not (classes and _count(classes, varied[0]))
    if is_told and (len({*varied[0]}) > 1 or not classes):
        return {name: str(digit) for name, digit in zip(names, varied[0], strict=True)}
    if len(varied) <= 1 and classes and (is_told or not varied):
        return classes
    if not varied:
        raise DataFormatError(without_labels(folder))
    raise DataFormatError(
        f"{folder}: expected one place for the label in the names of the files, found {max(2, len(varied))}, as in"
        f" {names[0]}: put the pictures into a sub-folder for each class, or begin their names with the label"
    )


def _count(classes: Mapping[str, str], digits: Sequence[int | None]) -> bool:
    """Return whether digits may only count the pictures of each class: from 0 or 1 on, but not all ten."""
    counted: dict[str, list[int]] = {}
    for text, digit in zip(classes.values(), digits, strict=True):
        counted.setdefault(text, []).append(digit or 0)
    return all(
        len(numbers) < 10 and sorted(numbers) == [*range(min(numbers[0], 1), len(numbers) + min(numbers[0], 1))]
        for numbers in map(sorted, counted.values())
    )


def classes_in_names(names: Sequence[str]) -> dict[str, str]:
    """Take for the class of each picture what its name begins with; empty if that does not repeat.

    A single character, or a number, ends at the first mark behind it, as in ``A-anna-3.png``; a name of several
    words at the number that counts the pictures, as in ``golden_retriever_12.jpg``.
    """
    stems = [Path(name).stem for name in names]
    short = [re.match(r"([^\W_]|\d{1,3})[\W_]", stem) for stem in stems]
    if all(short):
        texts = [match[1] for match in short if match]
    else:
        texts = [re.sub(r"[\W_]*\(?\d+\)?$", "", stem) for stem in stems]
    counts = Counter(texts)
    alone = sum(count == 1 for count in counts.values())
    tells = not any(text.lower() in NO_CLASSES for text in counts)
    is_counted = "" not in counts and FEWEST_CLASSES <= len(counts) <= MOST_CLASSES
    return (
        dict(zip(names, texts, strict=True)) if tells and is_counted and alone <= MOST_ALONE * len(names) else {}
    )
