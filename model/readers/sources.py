"""The door to data sets: a name or a path in, a `Dataset` with the user's corrections out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.data.dataset import Dataset
from model.data.reading import Ink, OnProgress, no_progress
from model.errors import DataFormatError
from model.handwriting.strokes import holds_strokes, load_stroke_digits
from model.readers.csv_files import load_csv
from model.readers.edit_files import SavedEdits, edits_beside, load_edits
from model.readers.idx_files import is_idx_of_pictures, load_idx
from model.readers.library_data import (
    OPENML_MNIST,
    SCIKIT_LEARN_DIGITS,
    load_openml_mnist,
    load_scikit_learn_digits,
)
from model.readers.npz_files import load_npz
from model.readers.picture_files import holds_digit_folders, load_folder

__all__ = ["BUNDLED", "NAMED", "has_path", "open_data"]

BUNDLED = "bundled"
NAMED = {
    SCIKIT_LEARN_DIGITS: load_scikit_learn_digits,
    OPENML_MNIST: load_openml_mnist,
}
"""Sources that have a name instead of a path, besides `BUNDLED`."""


def has_path(source: str | Path) -> bool:
    """Tell whether a source is a file or folder of the user's, rather than a name."""
    return source != BUNDLED and source not in NAMED


def open_data(
    source: str | Path,
    *,
    edits: Path | None = None,
    ink: Ink | None = None,
    on_progress: OnProgress = no_progress,
    fetched: Dataset | None = None,
) -> Dataset:
    """Open a data set, whatever its form, with the corrections that lie beside it.

    Parameters
    ----------
    source : str or path
        ``bundled``; a folder with one sub-folder a digit, a folder of IDX files or one of them, an .npz of
        pictures or of pen strokes, a .csv; or a name in `NAMED`.
    edits : path, optional
        The file of corrections; the one beside the source if not given.
    ink : str, optional
        A key of `model.data.reading.INKS`; as the file of corrections has it if not given.
    on_progress : callable
        As `model.data.reading.OnProgress`.
    fetched : Dataset, optional
        What the source holds, for whoever has read it already.

    Returns
    -------
    Dataset
        Its ``reading`` says what was found, and what had to be left out.

    Raises
    ------
    DataFormatError
        If it is none of these, or is damaged.
    """
    file = edits or (edits_beside(source) if has_path(source) else None)
    saved = load_edits(file) if file else SavedEdits()
    dataset = fetched or _read(source, ink or saved.ink, on_progress)
    found, lost = saved.edits_of(dataset)
    if lost:
        number = "1 correction has" if len(lost) == 1 else f"{len(lost):,} corrections have"
        remark = f"{number} lost the picture, and stays in {file.name if file else ''} for when it comes back"
        dataset = replace(dataset, reading=replace(dataset.reading, remarks=(*dataset.reading.remarks, remark)))
    return dataset.edited(found)


def _read(source: str | Path, ink: Ink, on_progress: OnProgress) -> Dataset:
    """Read a source without its corrections."""
    if source == BUNDLED:
        import resources  # noqa: PLC0415  `import model` needs none of its files

        return load_npz(resources.BUNDLED_DIGITS, name="MNIST 5,000", source=BUNDLED)
    if source in NAMED:
        return NAMED[str(source)](on_progress=on_progress)
    path = Path(source)
    try:
        if path.suffix.lower() == ".npz" and path.is_file() and holds_strokes(path):
            return load_stroke_digits(path, on_progress=on_progress)
        return _reader_of(path)(path, ink=ink, on_progress=on_progress)
    except OSError as error:
        raise DataFormatError(f"{path} cannot be read: {error.strerror or error}") from error


def _reader_of(path: Path) -> Callable[..., Dataset]:
    """Choose what reads a file or folder of pictures."""
    if path.is_dir():
        return load_folder if holds_digit_folders(path) else load_idx
    if not path.exists():
        raise DataFormatError(f"{path}: there is no such file or folder")
    by_ending = {".npz": load_npz, ".csv": load_csv}
    if path.suffix.lower() in by_ending:
        return by_ending[path.suffix.lower()]
    if is_idx_of_pictures(path):
        return load_idx
    raise DataFormatError(
        f"{path.name}: expected a folder of digits, a folder of IDX files, an .npz or a .csv,"
        f" found a file {f'ending in {path.suffix}' if path.suffix else 'without an ending'}"
    )
