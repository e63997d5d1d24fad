"""The forms in which data sets are accepted, in one table, and what a file is that is not accepted.

``docs/data.md`` has the same in more detail; a test compares the two.
"""

from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "FORMS",
    "PACKED",
    "PICKLE_REFUSED",
    "Form",
    "accepted_forms",
    "beginning_of",
    "cause_of",
    "form_of",
    "is_pickle",
]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file.

    Attributes
    ----------
    name : str
        What messages call it.
    endings : tuple of str
        With their dots; the content decides for a file of another ending.
    beginnings : tuple of bytes
        How its files begin; none if they have no fixed beginning.
    """

    name: str
    endings: tuple[str, ...]
    beginnings: tuple[bytes, ...] = ()


FORMS = {
    "idx": Form("IDX", (".idx", ".idx3-ubyte", "-idx3-ubyte"), (b"\0\0\x08\x03",)),
    "npz": Form("NumPy archive", (".npz",)),
    "npy": Form("NumPy array", (".npy",), (b"\x93NUMPY",)),
    "mat": Form("MATLAB up to 7.2", (".mat",), (b"MATLAB 5.0",)),
    "parquet": Form("Parquet", (".parquet",), (b"PAR1",)),
    "batches": Form("CIFAR's batches", (".bin",)),
    "pickle": Form(
        "Python pickle of arrays", (".pkl", ".pickle"), tuple(b"\x80%c" % level for level in range(2, 6))
    ),
    "table": Form("table", (".csv", ".tsv", ".txt", ".data", ".arff", ".tra", ".tes")),
}
"""Files of pictures and labels. Besides them a folder is accepted that holds them, or files of single pictures."""

PACKED = {
    ".zip": (b"PK\x03\x04",),
    ".gz": (b"\x1f\x8b",),
    ".tgz": (b"\x1f\x8b",),
    ".bz2": (b"BZh",),
    ".xz": (b"\xfd7zXZ\0",),
    ".tar": (),
}
"""Endings and beginnings of what may have any of these inside."""

PICKLE_REFUSED = (
    "expected numbers, found a Python pickle with other things in it, which can run any code when it is opened and"
    " so is not read: load it where you trust it, and save it with numpy.savez_compressed(FILE, images=...,"
    " labels=...)"
)

_UNPACK = "unpack it and open what is inside"
_SAVE_ANEW = "save it as .csv, or with numpy.savez_compressed(FILE, images=..., labels=...)"
CAUSES: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "an HTML page, as a server sends it instead of the file: fetch the file itself"),
    (b"<html", "an HTML page, as a server sends it instead of the file: fetch the file itself"),
    (b"<?xml", "an XML document, as a server sends it instead of the file: fetch the file itself"),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS instead of the file: fetch the file itself, by git lfs pull",
    ),
    (b"arrow1", f"an Arrow table: {_SAVE_ANEW}"),
    (b"\x89hdf", f"an HDF5 file: {_SAVE_ANEW}"),
    (b"sqlite format", f"a database: {_SAVE_ANEW}"),
    (b"matlab 7.3", "a MATLAB file of version 7.3: save it with -v7"),
    (b"rar!", f"a RAR archive: {_UNPACK}"),
    (b"7z\xbc\xaf", f"a 7-Zip archive: {_UNPACK}"),
    (b"(\xb5/\xfd", f"a Zstandard archive: {_UNPACK}"),
    (b"%pdf", "a PDF document"),
)
"""How files that are mistaken for data begin, in lower case, and what they are."""


def form_of(file: Path) -> str | None:
    """Return the form of a file by its beginning and its ending: a key of `FORMS`; None for any other."""
    head, name = beginning_of(file), file.name.lower()
    by_beginning = (key for key, form in FORMS.items() if head.startswith(form.beginnings))
    return next(by_beginning, None) or next(
        (key for key, form in FORMS.items() if name.endswith(form.endings)), None
    )


def beginning_of(file: Path, count: int = 64) -> bytes:
    """Read the first bytes of a file."""
    with file.open("rb") as stream:
        return stream.read(count)


def is_pickle(file: Path) -> bool:
    """Return whether a file is a Python pickle, by its beginning."""
    return beginning_of(file, 2).startswith(FORMS["pickle"].beginnings)


def cause_of(head: bytes) -> str:
    """Say what a file with this beginning is, if it is known not to be a data set; empty otherwise."""
    if not head:
        return "an empty file"
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((cause for beginning, cause in CAUSES if lowered.startswith(beginning)), "")


def accepted_forms() -> str:
    """Name the forms, as a message does."""
    endings = ", ".join(dict.fromkeys(ending for form in FORMS.values() for ending in form.endings[:1]))
    return f"a folder of digits or of such files, a file of data ({endings}), or one packed as {', '.join(PACKED)}"
