"""The door to data sets: a name or a path in, a `Dataset` out."""

from pathlib import Path

from model.dataset import Dataset
from model.errors import DataFormatError
from model.handwriting.strokes import holds_strokes, load_stroke_digits
from model.readers.csv_files import load_csv
from model.readers.idx_files import is_idx_of_pictures, load_idx
from model.readers.library_data import (
    OPENML_MNIST,
    SCIKIT_LEARN_DIGITS,
    load_openml_mnist,
    load_scikit_learn_digits,
)
from model.readers.npz_files import load_npz
from model.readers.picture_files import holds_digit_folders, load_folder
from model.reading import Ink, OnProgress, no_progress

__all__ = ["NAMED", "load"]

NAMED = {
    SCIKIT_LEARN_DIGITS: load_scikit_learn_digits,
    OPENML_MNIST: load_openml_mnist,
}
"""Sources that have a name instead of a path."""


def load(source: str | Path, *, ink: Ink = "auto", on_progress: OnProgress = no_progress) -> Dataset:
    """Open a data set, whatever its form.

    Parameters
    ----------
    source : str or path
        A folder with one sub-folder a digit, a folder of IDX files or one of them, an .npz of pictures or
        of pen strokes, a .csv, or a name in `NAMED`.
    ink : str
        A key of `model.reading.INKS`.
    on_progress : callable
        As `model.reading.OnProgress`.

    Returns
    -------
    Dataset
        Its ``reading`` says what was found, and what had to be left out.

    Raises
    ------
    DataFormatError
        If it is none of these, or is damaged.
    """
    if source in NAMED:
        return NAMED[str(source)](on_progress=on_progress)
    path = Path(source)
    try:
        if path.is_dir():
            reader = load_folder if holds_digit_folders(path) else load_idx
            return reader(path, ink=ink, on_progress=on_progress)
        if not path.exists():
            raise DataFormatError(f"{path}: there is no such file or folder")
        if path.suffix.lower() == ".npz":
            if holds_strokes(path):
                return load_stroke_digits(path, on_progress=on_progress)
            return load_npz(path, ink=ink, on_progress=on_progress)
        if path.suffix.lower() == ".csv":
            return load_csv(path, ink=ink, on_progress=on_progress)
        if is_idx_of_pictures(path):
            return load_idx(path, ink=ink, on_progress=on_progress)
    except OSError as error:
        raise DataFormatError(f"{path} cannot be read: {error.strerror or error}") from error
    raise DataFormatError(
        f"{path.name}: expected a folder of digits, a folder of IDX files, an .npz or a .csv,"
        f" found a file {f'ending in {path.suffix}' if path.suffix else 'without an ending'}"
    )
