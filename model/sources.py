"""Readers of data sets: folders of pictures, IDX, NPZ and CSV, all into one `Dataset`.

Picture files that already are 28×28 are taken as they are (inverted if their ink is dark); all others go through
`model.preprocessing`, like a drawing. Arrays in IDX, NPZ and CSV are taken to be in MNIST's form, but for their
ink: where it is dark, all of them are inverted, and a note says so.
"""

import gzip
import itertools
import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from model.arrays import ImageArray, LabelArray
from model.dataset import Dataset
from model.errors import DataFormatError
from model.preprocessing import drawing_to_digit, ink_is_dark, is_blank, picture_to_gray, picture_to_luminance

__all__ = ["load", "load_csv", "load_folder", "load_idx", "load_npz", "open_picture", "read_digit"]

CSV_ROWS_AT_ONCE = 100
PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif"}


def load(path: str | Path, *, is_cancelled: Callable[[], bool] = lambda: False) -> Dataset:
    """Open a data set, whatever its form.

    Parameters
    ----------
    path : path
        A folder with one sub-folder a digit, a folder of IDX files, an .npz, or a .csv.
    is_cancelled : callable
        Asked now and then while a folder is read; True ends the reading with an error.

    Returns
    -------
    Dataset
        Its ``notes`` say what had to be left out.

    Raises
    ------
    DataFormatError
        If it is none of these, or is damaged.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return load_folder(path, is_cancelled=is_cancelled) if _digit_folders(path) else load_idx(path)
        if not path.exists():
            raise DataFormatError(f"{path}: there is no such file or folder")
        if path.suffix.lower() == ".npz":
            return load_npz(path)
        if path.suffix.lower() == ".csv":
            return load_csv(path)
    except OSError as error:
        raise DataFormatError(f"{path} cannot be read: {error.strerror or error}") from error
    raise DataFormatError(
        f"{path.name}: expected a folder of digits, a folder of IDX files, an .npz or a .csv,"
        f" found a file {f'ending in {path.suffix}' if path.suffix else 'without an ending'}"
    )


def load_folder(folder: Path, *, is_cancelled: Callable[[], bool] = lambda: False) -> Dataset:
    """Read a folder with one sub-folder a digit, named 0 to 9, of pictures of any size and mode.

    A picture that cannot be read costs that picture only, and is named in the notes.
    """
    images, labels, broken = [], [], []
    for digit, file in _picture_files(folder):
        if is_cancelled():
            raise DataFormatError(f"{folder.name}: opening was cancelled")
        try:
            images.append(read_digit(file))
            labels.append(digit)
        except DataFormatError:
            broken.append(str(file.relative_to(folder)))
    if not images:
        found = f"{len(broken)} that cannot be read" if broken else "none"
        raise DataFormatError(f"{folder.name}: expected pictures in the sub-folders 0 to 9, found {found}")
    notes = (_left_out(broken),) if broken else ()
    return Dataset(
        np.stack(images),
        np.array(labels, np.uint8),
        _titled(folder.name, len(images)),
        str(folder),
        notes=notes,
    )


def open_picture(file: Path) -> Image.Image:
    """Open a picture file and decode it completely.

    Raises
    ------
    DataFormatError
        If it is not a picture, or is damaged.
    """
    try:
        with Image.open(file) as picture:
            picture.load()
            ImageOps.exif_transpose(picture)  # fails here, and not later, if its notes are damaged
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise DataFormatError(
            f"{file.name}: expected a picture such as PNG or JPEG, found {_why_unreadable(file, error)}"
        ) from error
    return picture


def read_digit(file: Path) -> ImageArray:
    """Read one picture file as a 28×28 digit, or raise as `open_picture` does."""
    picture = open_picture(file)
    if picture.size != (28, 28):
        return drawing_to_digit(picture_to_gray(picture))
    gray = picture_to_luminance(picture)
    if is_blank(gray):
        return np.zeros_like(gray)
    return 255 - gray if ink_is_dark(gray) else gray


def load_idx(folder: Path) -> Dataset:
    """Read a folder of IDX files, plain or gzipped, as MNIST comes.

    Files that begin with ``t10k`` or ``test`` become the official test part.
    """
    files = sorted(file for file in folder.iterdir() if file.is_file())
    images_files = [file for file in files if "images" in file.name and "idx3" in file.name]
    if not images_files:
        raise DataFormatError(
            f"{folder.name}: expected sub-folders named 0 to 9, or IDX files such as train-images-idx3-ubyte;"
            f" found {_summary(folder)}"
        )
    train = [file for file in images_files if not file.name.startswith(("t10k", "test"))]
    test = [file for file in images_files if file not in train]
    parts = [_read_idx_pair(file) for file in (train[:1] + test[:1])]
    if len({images.shape[1:] for images, _ in parts}) > 1:
        raise DataFormatError(f"{folder.name}: expected pictures of one size, found several in its IDX files")
    ignored = [file.name for file in train[1:] + test[1:]]
    images = np.concatenate([part[0] for part in parts])
    labels = np.concatenate([part[1] for part in parts])
    test_start = len(images) - len(parts[-1][0]) if train and test else None
    notes = (f"{', '.join(ignored)} was not read, since there is another of its kind",) if ignored else ()
    images, inverted = _with_bright_ink(images)
    return Dataset(images, labels, _titled(folder.name, len(images)), str(folder), test_start, notes + inverted)


def load_npz(file: Path, *, name: str | None = None, source: str | None = None) -> Dataset:
    """Read ``images`` and ``labels``, or ``x_train``, ``y_train``, ``x_test``, ``y_test``, from an .npz."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        AttributeError,
        TypeError,
        NotImplementedError,
        RuntimeError,  # an archive that asks for a password
    ) as error:
        raise DataFormatError(f"{file.name}: expected a NumPy .npz archive, found something else or a damaged one"
                              ": save it again with numpy.savez_compressed") from error  # fmt: skip
    test_start = None
    if {"x_train", "y_train", "x_test", "y_test"} <= arrays.keys():
        train = _checked_part(arrays["x_train"], arrays["y_train"], f"{file.name}, train part")
        test = _checked_part(arrays["x_test"], arrays["y_test"], f"{file.name}, test part")
        images, labels = (np.concatenate(pair) for pair in zip(train, test, strict=True))
        test_start = len(train[0])
    elif {"images", "labels"} <= arrays.keys():
        images, labels = _checked_part(arrays["images"], arrays["labels"], file.name)
    else:
        raise DataFormatError(
            f"{file.name}: expected the arrays images and labels, or x_train, y_train, x_test and y_test;"
            f" found {', '.join(sorted(arrays)) or 'none'}"
        )
    images, notes = _with_bright_ink(images)
    return Dataset(images, labels, name or _titled(file.name, len(images)), source or str(file), test_start, notes)


def load_csv(file: Path) -> Dataset:
    """Read rows of a label and 784 pixels from 0 to 255, label first or last, with or without a header."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            first = [cell.strip().strip('"').lower() for cell in lines.readline().split(",")]
            if any(_is_number(cell) for cell in first):
                lines.seek(0)
            table = _read_rows(lines)
    except (ValueError, UnicodeDecodeError) as error:
        raise DataFormatError(f"{file.name}: expected rows of whole numbers, {_first_line(error)}") from error
    if table.shape[1] != 785 or len(table) == 0:
        raise DataFormatError(
            f"{file.name}: expected rows of 785 numbers, a label and 784 pixels;"
            f" found {len(table)} rows of {table.shape[1] if len(table) else len(first)}"
        )
    if table.min() < 0 or table.max() > 255:
        raise DataFormatError(f"{file.name}: expected numbers from 0 to 255, found {table.min()} to {table.max()}")
    named = [name in ("label", "class", "digit", "target", "y") for name in (first[0], first[-1])]
    label_last = named[1] if named[0] != named[1] else _label_is_last(table)
    labels = table[:, -1 if label_last else 0]
    pixels = table[:, :-1] if label_last else table[:, 1:]
    images, notes = _with_bright_ink(pixels.astype(np.uint8).reshape(-1, 28, 28))
    return Dataset(images, labels.astype(np.uint8), _titled(file.name, len(table)), str(file), notes=notes)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _read_rows(lines: TextIO) -> npt.NDArray[np.int16]:
    """Read numbers a few rows at a time, since a whole file at once would hold up every other thread."""
    blocks = []
    while block := list(itertools.islice(lines, CSV_ROWS_AT_ONCE)):
        if any(line.strip() for line in block):
            numbers = np.loadtxt(block, dtype=np.int64, delimiter=",", ndmin=2)
            blocks.append(np.clip(numbers, -1, 256).astype(np.int16))
    if len({block.shape[1] for block in blocks}) > 1:
        raise ValueError("found rows of different lengths")
    return np.concatenate(blocks) if blocks else np.zeros((0, 0), np.int16)


def _checked_part(
    images: npt.NDArray[np.generic], labels: npt.NDArray[np.generic], name: str
) -> tuple[ImageArray, LabelArray]:
    """Make sure that pictures and labels belong together, before parts are joined."""
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise DataFormatError(
            f"{name}: expected pictures of shape (n, 28, 28) and as many labels,"
            f" found shapes {images.shape} and {labels.shape}"
        )
    return _as_uint8(images, name), _as_uint8(labels, name)


def _with_bright_ink(images: ImageArray) -> tuple[ImageArray, tuple[str, ...]]:
    """Invert all pictures if most of their outermost pixels, which no ink reaches, are bright."""
    rim = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    share_bright = np.mean([np.mean(edge > 127) for edge in rim]) if len(images) else 0.0
    if share_bright <= 0.5:
        return images, ()
    return 255 - images, ("its ink was dark on bright paper, so all pictures were inverted",)


def _label_is_last(table: npt.NDArray[np.int16]) -> bool:
    first, last = table[:, 0], table[:, -1]
    return bool(0 < last.max() <= 9 and (first.max() > 9 or first.max() == 0))


def _digit_folders(folder: Path) -> list[Path]:
    return [folder / str(digit) for digit in range(10) if (folder / str(digit)).is_dir()]


def _picture_files(folder: Path) -> Iterator[tuple[int, Path]]:
    for sub_folder in _digit_folders(folder):
        for file in sorted(sub_folder.iterdir()):
            if file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith("."):
                yield int(sub_folder.name), file


def _read_idx_pair(images_file: Path) -> tuple[ImageArray, LabelArray]:
    labels_name = images_file.name.replace("images", "labels").replace("idx3", "idx1")
    labels_file = images_file.with_name(labels_name)
    if not labels_file.exists():  # one of the two may be gzipped and the other not
        plain = labels_name.removesuffix(".gz")
        labels_file = images_file.with_name(plain if labels_name.endswith(".gz") else plain + ".gz")
    if not labels_file.exists():
        raise DataFormatError(f"{images_file.name}: expected {labels_name} beside it, found no such file")
    images = _read_idx(images_file, dimensions=3)
    labels = _read_idx(labels_file, dimensions=1)
    if len(images) != len(labels):
        raise DataFormatError(
            f"{images_file.name} holds {len(images):,} pictures but {labels_file.name} {len(labels):,} labels"
        )
    return images, labels


def _read_idx(file: Path, *, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes: a magic number, the lengths of the axes, and the bytes."""
    try:
        data = _unzipped(file) if file.suffix == ".gz" else file.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataFormatError(f"{file.name}: its gzip stream is damaged or cut off: fetch it again") from error
    header_size = 4 + 4 * dimensions
    if len(data) < header_size or data[:4] != bytes((0, 0, 8, dimensions)):
        raise DataFormatError(
            f"{file.name}: expected an IDX file of bytes with {dimensions} axes, found another beginning"
        )
    shape = struct.unpack(f">{dimensions}I", data[4:header_size])
    expected = header_size + math.prod(shape)
    if len(data) != expected:
        raise DataFormatError(
            f"{file.name}: expected {expected:,} bytes for {' × '.join(map(str, shape))},"
            f" found {len(data):,}: fetch it again"
        )
    return np.frombuffer(data, np.uint8, offset=header_size).reshape(shape)


def _unzipped(file: Path) -> bytes:
    """Unzip a megabyte at a time, since a whole file at once would hold up every other thread."""
    with gzip.open(file) as stream:
        return b"".join(iter(lambda: stream.read(1 << 20), b""))


def _as_uint8(array: npt.NDArray[np.generic], name: str) -> npt.NDArray[np.uint8]:
    """Convert whole numbers from 0 to 255 of any integer type, and nothing else."""
    if array.dtype == np.uint8:
        return array.astype(np.uint8, copy=False)
    if array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() > 255)):
        raise DataFormatError(
            f"{name}: expected whole numbers from 0 to 255 (uint8), found {array.dtype}:"
            " scale the pictures to 0..255 and use .astype(numpy.uint8)"
        )
    return array.astype(np.uint8)


def _left_out(broken: list[str]) -> str:
    shown = ", ".join(broken[:3]) + (f" and {len(broken) - 3} more" if len(broken) > 3 else "")
    number = "1 picture" if len(broken) == 1 else f"{len(broken):,} pictures"
    return f"{number} could not be read and {'was' if len(broken) == 1 else 'were'} left out: {shown}"


def _why_unreadable(file: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "one that may not be read"
    if file.stat().st_size == 0:
        return "an empty file"
    return "another kind of file" if isinstance(error, UnidentifiedImageError) else "a damaged one"


def _summary(folder: Path) -> str:
    names = sorted(file.name for file in folder.iterdir())
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "") if names else "an empty folder"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".:;")


def _titled(name: str, count: int) -> str:
    return f"{name}, {count:,}"
