"""Data sets that are packed: unpacked into a temporary folder, and nowhere else."""

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from model.bounds import MOST_FILES, check_directory, check_size
from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.forms import PICKLE_REFUSED, beginning_of
from model.readers.names import is_left_by_a_system, shortened

__all__ = ["is_packed", "unpack"]

PIECE = 1 << 20
ENCRYPTED = 1
"""The flag of a member of a .zip that asks for a password."""
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
    count = written = 0
    stored = file.stat().st_size
    with told_as(DataFormatError, f"{file.name}: the archive is damaged or incomplete: fetch it again"):
        for number, (name, stream) in enumerate(_members(file, on_progress)):
            parts = PurePosixPath(name.replace("\\", "/")).parts
            if any(part == ".." or part.startswith("/") or ":" in part for part in parts):
                outside.append(name)
            elif parts and not any(is_left_by_a_system(part) for part in parts):
                count += 1
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as out:
                    written = _copy(stream, out, file.name, written, stored, on_progress)
            if number > MOST_FILES:
                raise DataFormatError(
                    f"{file.name}: expected at most {MOST_FILES:,} files in it, found more: unpack it and open"
                    " what you need of it"
                )
    if not count:
        raise DataFormatError(f"{file.name}: expected pictures, found an archive without files")
    return (f"skipped (their names lead out of {file.name}): {shortened(outside)}",) if outside else ()


def _members(file: Path, on_progress: OnProgress) -> Iterator[tuple[str, IO[bytes]]]:
    """Go through the files in an archive; what is compressed only holds one."""
    head = beginning_of(file, 6)
    if head.startswith(b"PK"):
        yield from _zipped(file)
        return
    opener = next((opener for start, opener in OPENERS.items() if head.startswith(start)), None)
    if opener is None:
        with file.open("rb") as plain:
            yield from _tarred(plain)
        return
    with tempfile.TemporaryFile() as plain:
        with cast(IO[bytes], opener(file)) as stream:
            _copy(stream, plain, file.name, 0, file.stat().st_size, on_progress)
        plain.seek(0)
        if _is_tar(plain):
            yield from _tarred(plain)
        else:
            name = file.name
            yield (name[: -len(file.suffix)] if file.suffix.lower() in (".gz", ".bz2", ".xz") else name), plain


def _zipped(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with file.open("rb") as plain:
        check_directory(file.name, plain)
        with zipfile.ZipFile(plain) as archive:
            _check(file, archive)
            for member in archive.infolist():
                if member.flag_bits & ENCRYPTED:
                    raise DataFormatError(f"{file.name}: the archive asks for a password: unpack it first")
                if not member.is_dir():
                    with archive.open(member) as stream:
                        yield member.filename, stream


def _tarred(plain: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=cast(IO[bytes], _InPieces(plain)), mode="r:") as tar:
        while (one := tar.next()) is not None:
            if one.size < 0:  # by which an archive can lead back to its beginning
                raise DataFormatError(f"{one.name}: expected a size in the archive, found {one.size}")
            stream = tar.extractfile(one) if one.isreg() else None
            if stream is not None:
                yield one.name, stream
            tar.members = []  # type: ignore[attr-defined]  # it would remember all of them


def _is_tar(plain: IO[bytes]) -> bool:
    """Tell whether a file, which is then at its beginning, is a tar archive."""
    try:
        with tarfile.open(fileobj=cast(IO[bytes], _InPieces(plain)), mode="r:"):
            return True
    except tarfile.TarError:
        return False
    finally:
        plain.seek(0)


class _InPieces:
    """A file that is not read at once: names and remarks in an archive may pretend to fill it all.

    A remark of 100 MB, in a file of 100 kB, took a minute.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self._file = file.seek, file.tell, file

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= PIECE:
            raise DataFormatError(f"expected names of at most {PIECE:,} bytes in the archive, found longer ones")
        return self._file.read(size)


def _check(file: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    check_size(file.name, sum(member.file_size for member in archive.infolist()), file.stat().st_size)
    if any(name.endswith("/data.pkl") for name in names):
        raise DataFormatError(f"{file.name}: {PICKLE_REFUSED}")
    if "[Content_Types].xml" in names:
        raise DataFormatError(f"{file.name}: expected data, found a spreadsheet or document: save it as .csv")


def _copy(stream: IO[bytes], out: IO[bytes], name: str, written: int, stored: int, on_progress: OnProgress) -> int:
    """Unpack a file as long as all that is unpacked keeps within bounds; return how much that is."""
    while piece := stream.read(PIECE):
        written += len(piece)
        check_size(name, written, stored)
        out.write(piece)
        on_progress(0, 0)
    return written


def _holds_only_arrays(file: Path) -> bool:
    try:
        with told_as(DataFormatError, file.name), file.open("rb") as stream:
            check_directory(file.name, stream)
            with zipfile.ZipFile(stream) as archive:
                names = archive.namelist()
    except DataFormatError:
        return file.suffix.lower() == ".npz"
    return (bool(names) and all(name.endswith(".npy") for name in names)) or file.suffix.lower() == ".npz"
