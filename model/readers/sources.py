"""Opens data sets: a name or a path in, a `Dataset` with the user's corrections out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.damaged_files import told_as
from model.data.dataset import Dataset
from model.data.reading import FIND_OUT, Asked, Fit, Ink, OnProgress, Preparing, Reading, Scale, Turn, no_progress
from model.errors import DataFormatError
from model.handwriting.strokes import holds_strokes, load_stroke_characters
from model.network.arrays import ImageArray
from model.readers.batch_files import read_batches, read_pickle
from model.readers.class_folders import load_class_folders
from model.readers.csv_files import read_table
from model.readers.digit_arrays import FoundArrays, as_dataset, digits_of
from model.readers.digit_folders import load_digit_folders
from model.readers.edit_files import SavedEdits, edits_beside, load_edits
from model.readers.finding import Place, found_in
from model.readers.forms import form_of
from model.readers.idx_files import read_idx
from model.readers.kept_data import keep_if_large, kept_dataset, state_of
from model.readers.labelled_pictures import load_labelled_pictures
from model.readers.library_data import (
    OPENML,
    OPENML_MNIST,
    SCIKIT_LEARN_DIGITS,
    fetch_openml_set,
    kept_openml_set,
    load_openml_mnist,
    load_scikit_learn_digits,
    openml_number,
    openml_title,
)
from model.readers.mat_files import read_mat
from model.readers.npy_files import read_npy
from model.readers.npz_files import load_npz, read_npz
from model.readers.own_archives import holds_task, load_own_archive
from model.readers.packed_files import is_packed
from model.readers.parquet_files import load_parquet
from model.readers.picture_files import looks_like_picture
from model.readers.turning import TURNED, found_turn, set_upright

__all__ = ["BUNDLED", "NAMED", "has_choices", "has_path", "is_data_file", "open_data", "open_pictures"]

BUNDLED = "bundled"
NAMED = {
    SCIKIT_LEARN_DIGITS: load_scikit_learn_digits,
    OPENML_MNIST: load_openml_mnist,
}
"""Sources that have a name instead of a path, besides `BUNDLED`."""

ARRAY_READERS: dict[str, Callable[[Path, OnProgress], FoundArrays]] = {
    "idx": read_idx,
    "npz": read_npz,
    "npy": read_npy,
    "mat": read_mat,
    "batches": read_batches,
    "pickle": read_pickle,
    "table": read_table,
}
PICTURE_READERS: dict[str, Callable[..., Dataset]] = {
    "digits": load_digit_folders,
    "classes": load_class_folders,
    "pictures": load_labelled_pictures,
    "parquet": load_parquet,
}
"""Readers for the forms that `model.readers.finding` returns."""
MOST_BLANK, FEWEST_LOOKED_AT, LOOKED_AT = 0.5, 8, 1000
"""If a larger share of the pictures has no ink, something is wrong with a source; and how many are checked."""


def has_path(source: str | Path) -> bool:
    """Return whether a source is a file or folder of the user's, rather than a name."""
    return source != BUNDLED and source not in NAMED and not str(source).startswith(OPENML)


def has_choices(source: str | Path) -> bool:
    """Return whether a source can be read in several ways: all but the named ones, whose form is known."""
    return has_path(source) or str(source).startswith(OPENML)


def open_data(
    source: str | Path,
    *,
    edits: Path | None = None,
    ink: Ink | None = None,
    scale: Scale | None = None,
    turn: Turn | None = None,
    fit: Fit | None = None,
    preparation: Preparing | None = None,
    on_progress: OnProgress = no_progress,
    fetched: Dataset | None = None,
) -> Dataset:
    """Open a data set, whatever its form, with the corrections that lie beside it.

    Parameters
    ----------
    source : str or path
        ``bundled``; a folder with one sub-folder a class, or a file or folder in any other form that
        `model.readers.forms` names, packed or not; an .npz of pen strokes; or a name in `NAMED`.
    edits : path, optional
        The file of corrections; the one beside the source if not given.
    ink, scale, turn, fit, preparation : str, optional
        Keys of `model.data.reading.INKS`, `SCALES`, `TURNS`, `FITS` and `PREPARINGS`; as the file of corrections
        has it if not given.
    on_progress : callable
        As `model.data.reading.OnProgress`.
    fetched : Dataset, optional
        The content of the source, if it has been read already.

    Returns
    -------
    Dataset
        Its ``reading`` says what was found, and what had to be skipped.

    Raises
    ------
    DataFormatError
        If it is none of these, or is damaged.

    Examples
    --------
    >>> data = open_data("bundled")
    >>> data.images.shape, data.images.dtype, data.label_counts("train").sum()
    ((5000, 28, 28), dtype('uint8'), np.int64(4250))
    """
    file = edits or (edits_beside(source) if has_path(source) else None)
    saved = load_edits(file) if file else SavedEdits()
    before = saved.asked
    asked = Asked(
        ink or before.ink,
        scale or before.scale,
        turn or before.turn,
        fit or before.fit,
        preparation or before.preparation,
    )
    dataset = fetched or _read(source, asked, on_progress)
    found, lost = saved.edits_of(dataset)
    if lost:
        what = "picture of 1 correction is" if len(lost) == 1 else f"pictures of {len(lost):,} corrections are"
        remark = f"the {what} gone; {file.name if file else ''} keeps the correction in case it comes back"
        dataset = replace(dataset, reading=replace(dataset.reading, remarks=(*dataset.reading.remarks, remark)))
    return dataset.edited(found)


def is_data_file(path: Path) -> bool:
    """Return whether a file holds many pictures, rather than being one."""
    return path.is_file() and not looks_like_picture(path) and (form_of(path) is not None or is_packed(path))


def open_pictures(
    path: Path, asked: Asked = FIND_OUT, *, on_progress: OnProgress = no_progress
) -> tuple[ImageArray, Reading]:
    """Open pictures that need no labels, such as Kaggle's test.csv.

    Parameters
    ----------
    path : path
    asked : Asked
    on_progress : callable

    Returns
    -------
    images : ndarray of uint8, shape (n, 28, 28)
        Turned unasked only if there are labels, by which their direction can be detected.
    reading : Reading

    Raises
    ------
    DataFormatError
        If it is no file or folder of arrays of pictures.
    """
    try:
        with told_as(DataFormatError, _damage(path)), found_in(path, on_progress) as place:
            if place.form not in ARRAY_READERS:
                raise DataFormatError(
                    f"{path.name}: expected one file of many pictures, found pictures one by one"
                )
            found = _arrays_at(place, on_progress)
            digits = digits_of(found, path.name, asked, on_progress=on_progress)
            turned = found_turn(digits.images, digits.labels) if asked.turn == "auto" else asked.turn
            reading = replace(digits.reading, turn=asked.turn, turned=turned)
            return TURNED[turned](digits.images), reading
    except OSError as error:
        raise DataFormatError(f"{path} cannot be read: {error.strerror or error}") from error


def _read(source: str | Path, asked: Asked, on_progress: OnProgress) -> Dataset:
    """Read a source without its corrections, as it is asked for."""
    if source == BUNDLED:
        import resources  # noqa: PLC0415  `import model` needs none of its files

        return load_npz(resources.BUNDLED_DIGITS, name="MNIST 5,000", source=BUNDLED)
    if source in NAMED:
        return NAMED[str(source)](on_progress=on_progress)
    is_of_openml = openml_number(source) is not None
    if is_of_openml:
        fetch_openml_set(str(source))
    path = (kept_openml_set(str(source)) if is_of_openml else None) or Path(source)
    try:
        with told_as(DataFormatError, _damage(path)):
            dataset = _read_path(path, asked, on_progress)
            title = f"{openml_title(path)}, {len(dataset):,} (OpenML)"
            return replace(dataset, name=title, source=str(source)) if is_of_openml else dataset
    except OSError as error:
        raise DataFormatError(f"{path} cannot be read: {error.strerror or error}") from error


def _read_path(path: Path, asked: Asked, on_progress: OnProgress) -> Dataset:
    if path.suffix.lower() == ".npz" and path.is_file() and holds_strokes(path):
        return load_stroke_characters(path, on_progress=on_progress)
    if path.suffix.lower() == ".npz" and path.is_file() and holds_task(path):
        return load_own_archive(path)
    if kept := kept_dataset(path, asked):
        return kept
    before = state_of(path, asked)
    with found_in(path, on_progress) as place:
        start = place.paths[0][1]
        if place.form in PICTURE_READERS:
            dataset = PICTURE_READERS[place.form](start, asked, on_progress=on_progress)
        else:
            found = _arrays_at(place, on_progress)
            dataset = as_dataset(found, start.name, str(path), asked, on_progress=on_progress)
    reading = replace(dataset.reading, remarks=(*place.remarks, *dataset.reading.remarks, *_of_blanks(dataset)))
    dataset = replace(dataset, name=f"{path.name}, {len(dataset):,}", source=str(path), reading=reading)
    return keep_if_large(set_upright(dataset, asked.turn), path, asked, before)


def _damage(path: Path) -> str:
    return f"{path.name}: expected a data set, found something else or damaged files: {{error}}"


def _arrays_at(place: Place, on_progress: OnProgress) -> FoundArrays:
    """Read one file or folder of arrays, or the files of several parts."""
    read = ARRAY_READERS[place.form]
    each = [(part, read(path, on_progress)) for part, path in place.paths]
    if len(each) == 1:
        return each[0][1]
    return FoundArrays(
        [replace(part, part=name) for name, found in each for part in found.parts],
        tuple(remark for _, found in each for remark in found.remarks),
        tuple(row for _, found in each for row in found.unreadable),
    )


def _of_blanks(dataset: Dataset) -> tuple[str, ...]:
    """Warn of a source whose pictures are mostly blank: its form was misunderstood."""
    step = max(1, len(dataset) // LOOKED_AT)
    seen = dataset.images[::step]
    inked = seen.any(axis=tuple(range(1, seen.ndim))).mean()
    if 1 - inked <= MOST_BLANK or len(dataset) < FEWEST_LOOKED_AT:
        return ()
    return (f"{1 - inked:.0%} of its pictures are blank: check them, and how their brightness is stored",)
