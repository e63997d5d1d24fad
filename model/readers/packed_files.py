"""Data sets that are packed: unpacked into a temporary folder, and nowhere else."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.forms import PICKLE_REFUSED, beginning_of
from model.readers.names import is_left_by_a_system, shortened

__all__ = ["is_packed", "unpack"]

MOST_BYTES = 2 << 30
"""Archives that hold more than these 2 GB are not unpacked: they would fill the disk."""
MOST_FILES = 500_000
PIECE = 1 << 20
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    NotImplementedError,
)
OPENERS: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}


def is_packed(file: Path) -> bool:
    """Return whether a file is an archive or compressed, by its beginning; an .npz does not count."""
    head = beginning_of(file, 265)
    if head.startswith(b"PK"):
        return not _holds_only_arrays(file)
    return head.startswith(tuple(OPENERS)) or head[257:262] == b"ustar"


def unpack(file: Path, folder: Path, on_progress: OnProgress) -> tuple[str, ...]:
    """Unpack a file into a folder that is empty.

    Files whose names lead out of the archive, and those that systems leave in archives, are not unpacked.

    Returns
    -------
    tuple of str
        Remarks, as `model.data.reading.Reading` has them.

    Raises
    ------
    DataFormatError
        If it is damaged, asks for a password, is too large, or holds code.
    """
    outside: list[str] = []
    count = left = 0
    left = MOST_BYTES
    try:
        for name, stream in _members(file):
            parts = PurePosixPath(name.replace("\\", "/")).parts
            if any(part == ".." or part.startswith("/") or ":" in part for part in parts):
                outside.append(name)
            elif parts and not any(is_left_by_a_system(part) for part in parts):
                count += 1
                left -= _copy(stream, folder.joinpath(*parts), left, on_progress)
            if left < 0 or count > MOST_FILES:
                raise DataFormatError(
                    f"{file.name}: unpacks to more than 2 GB: unpack it and open what you need of it"
                )
    except DataFormatError:
        raise
    except RuntimeError as error:
        raise DataFormatError(f"{file.name}: the archive asks for a password: unpack it first") from error
    except DAMAGE as error:
        raise DataFormatError(f"{file.name}: the archive is damaged or incomplete: fetch it again") from error
    if not count:
        raise DataFormatError(f"{file.name}: expected pictures, found an archive without files")
    return (f"skipped (their names lead out of {file.name}): {shortened(outside)}",) if outside else ()


def _members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Go through the files in an archive; what is compressed only holds one."""
    head = beginning_of(file, 6)
    if head.startswith(b"PK"):
        with zipfile.ZipFile(file) as archive:
            _check(file, archive)
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as stream:
                        yield member.filename, stream
        return
    try:
        with tarfile.open(file) as tar:
            for one in tar:
                stream_of_one = tar.extractfile(one) if one.isreg() else None
                if stream_of_one is not None:
                    yield one.name, stream_of_one
            return
    except tarfile.ReadError:  # no tar inside
        opener = next((opener for start, opener in OPENERS.items() if head.startswith(start)), None)
        if opener is None:
            raise
    with cast(IO[bytes], opener(file)) as stream:
        name = file.name
        yield (name[: -len(file.suffix)] if file.suffix.lower() in (".gz", ".bz2", ".xz") else name), stream


def _check(file: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
        raise DataFormatError(f"{file.name}: unpacks to more than 2 GB: unpack it and open what you need of it")
    if any(name.endswith("/data.pkl") for name in names):
        raise DataFormatError(f"{file.name}: {PICKLE_REFUSED}")
    if "[Content_Types].xml" in names:
        raise DataFormatError(f"{file.name}: expected data, found a spreadsheet or document: save it as .csv")


def _copy(stream: IO[bytes], target: Path, most: int, on_progress: OnProgress) -> int:
    """Write a file, but no more than so many bytes and a piece; return how many."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with target.open("wb") as out:
        while written <= most and (piece := stream.read(PIECE)):
            out.write(piece)
            written += len(piece)
            on_progress(0, 0)
    return written


def _holds_only_arrays(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return file.suffix.lower() == ".npz"
    return (bool(names) and all(name.endswith(".npy") for name in names)) or file.suffix.lower() == ".npz"
