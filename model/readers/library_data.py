"""Data sets that scikit-learn contains or downloads: its own digits of 8×8, MNIST, and any other from OpenML."""

import io
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from model.atomic_files import write_atomically
from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress, no_progress
from model.errors import DataFormatError
from model.readers.digit_arrays import digits_from_array
from model.readers.npz_files import load_npz, save_npz

__all__ = [
    "OPENML",
    "OPENML_BYTES",
    "OPENML_MNIST",
    "SCIKIT_LEARN_DIGITS",
    "fetch_openml_mnist",
    "fetch_openml_set",
    "kept_openml_set",
    "load_openml_mnist",
    "load_scikit_learn_digits",
    "openml_bytes_fetched",
    "openml_mnist_is_kept",
    "openml_number",
    "openml_title",
]

SCIKIT_LEARN_DIGITS = "scikit-learn-digits"
OPENML_MNIST = "openml-mnist"
"""What opens them as a source."""
OPENML = "openml:"
"""What the number of any other data set at OpenML stands behind."""

OPENML_BYTES = 15_500_000
"""About what is fetched from OpenML, gzipped."""
OFFICIAL_TRAIN = 60_000
"""OpenML's MNIST has the official training pictures first, and then the 10,000 official test pictures."""


def load_scikit_learn_digits(*, on_progress: OnProgress = no_progress) -> Dataset:
    """Read scikit-learn's 1,797 digits of 8×8, whose ink goes from 0 to 16, scaled up as a drawing would be.

    They are a part of E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits, UCI, 1998.
    """
    from sklearn.datasets import load_digits  # noqa: PLC0415  takes a second

    pixels, labels = load_digits(return_X_y=True)
    gray = np.rint(pixels.reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    images, reading = digits_from_array(gray, Asked("bright"), on_progress)
    name = f"scikit-learn digits, {len(images):,}"
    return Dataset(images, labels.astype(np.uint8), name, SCIKIT_LEARN_DIGITS, reading=reading)


def load_openml_mnist(*, on_progress: OnProgress = no_progress) -> Dataset:
    """Read MNIST's 70,000 as fetched from OpenML, and fetch them if that has not been done.

    Raises
    ------
    DataFormatError
        As `fetch_openml_mnist`.
    """
    fetch_openml_mnist()
    return load_npz(_kept(), name="MNIST 70,000 (OpenML)", source=OPENML_MNIST, on_progress=on_progress)


def fetch_openml_mnist() -> None:
    """Fetch MNIST from OpenML into scikit-learn's folder of data, and keep it there as a small .npz.

    Takes half a minute and, for a moment, 1 GB of memory; a second call does nothing.

    Raises
    ------
    DataFormatError
        If OpenML cannot be reached, or its file is not what it was.
    """
    if openml_mnist_is_kept():
        return
    with _fetched("MNIST", OPENML_MNIST, name="mnist_784", version=1) as content:
        _kept().parent.mkdir(parents=True, exist_ok=True)
        images = content.data.astype(np.uint8).reshape(-1, 28, 28)
        labels = content.target.astype(np.uint8)
        del content
        save_npz(Dataset(images, labels, "MNIST", OPENML_MNIST, OFFICIAL_TRAIN), _kept())


@contextmanager
def _fetched(what: str, source: str, **which: Any) -> Iterator[Any]:
    """Fetch a data set into a folder of its own, which is deleted afterwards, also where that has failed."""
    from sklearn.datasets import fetch_openml  # noqa: PLC0415  takes a second

    folder = _fetched_folder(source)
    shutil.rmtree(folder, ignore_errors=True)  # of an interrupted download
    try:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a failure is reported once, below
                content = fetch_openml(**which, as_frame=False, parser="liac-arff", data_home=str(folder))
        except (OSError, EOFError, ValueError) as error:  # among them URLError; incomplete; not the expected file
            reason = getattr(error, "reason", error)
            why = " ".join(str(getattr(reason, "strerror", None) or reason).split())
            raise DataFormatError(
                f"{what} cannot be fetched from openml.org ({why:.300}):"
                f" connect to the internet and try again, or open {what}'s files from a folder"
            ) from error
        yield content
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def openml_number(source: str | Path) -> int | None:
    """Return the number of a data set at OpenML, from ``openml:40996``; None for any other source.

    Raises
    ------
    DataFormatError
        If something else than a number stands there.
    """
    if not str(source).startswith(OPENML):
        return None
    number = str(source).removeprefix(OPENML)
    if not (number.isdecimal() and len(number) < 10):
        raise DataFormatError(f"{source}: expected the number of a data set, as openml.org shows it: openml:40996")
    return int(number)


def fetch_openml_set(source: str) -> None:
    """Fetch a data set of pictures from OpenML into scikit-learn's folder of data, and keep it there as an .npz.

    Takes minutes for large ones, and for a moment twelve times the memory of its pictures; a second call does
    nothing.

    Parameters
    ----------
    source : str
        As ``openml:40996``.

    Raises
    ------
    DataFormatError
        If OpenML cannot be reached, or the set holds no rows of numbers with one label each.
    """
    number = openml_number(source)
    if kept_openml_set(source) is not None:
        return
    with _fetched(f"data set {number}", source, data_id=number) as content:
        pixels, labels = content.data, content.target
        is_dense = isinstance(pixels, np.ndarray) and pixels.dtype.kind == "f"
        if not is_dense or not isinstance(labels, np.ndarray) or labels.shape != (len(pixels),):
            raise DataFormatError(
                f"{source}: expected rows of numbers with one label each, found {type(pixels).__name__} of shape"
                f" {pixels.shape} and labels {getattr(labels, 'shape', 'nowhere')}: choose another data set"
            )
        if not np.isfinite(pixels).all():
            missing = int((~np.isfinite(pixels)).any(axis=1).sum())
            raise DataFormatError(
                f"{source}: expected a number for each pixel, found {missing:,} of {len(pixels):,} rows that lack"
                " some: choose another data set"
            )
        is_bytes = pixels.size and pixels.min() >= 0 and pixels.max() <= 255 and (pixels == np.rint(pixels)).all()
        rows = pixels.astype(np.uint8 if is_bytes else np.float32)
        if labels.dtype == object:
            labels = labels.astype(str)
        stream = io.BytesIO()
        np.savez_compressed(stream, allow_pickle=False, images=rows, labels=labels)
        title = re.sub(r"[^\w.-]+", "_", str(content.details.get("name", "")))[:80]
        file = _home() / f"digitgui-openml-{number}-{title}.npz"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, stream.getvalue())


def kept_openml_set(source: str) -> Path | None:
    """Return the file of a data set that has been fetched from OpenML; None if it has not been."""
    return next(_home().glob(f"digitgui-openml-{openml_number(source)}-*.npz"), None)


def openml_title(file: Path) -> str:
    """Return what a data set that has been fetched is called there."""
    return file.stem.split("-", 3)[-1]


def openml_mnist_is_kept() -> bool:
    """Return whether MNIST has been fetched before."""
    return _kept().exists()


def openml_bytes_fetched(source: str = OPENML_MNIST) -> int:
    """Return how much of OpenML's file has arrived so far."""
    try:
        return sum(file.stat().st_size for file in _fetched_folder(source).rglob("*") if file.is_file())
    except OSError:  # a file has been moved while it was looked at
        return 0


def _fetched_folder(source: str) -> Path:
    return _home() / source.replace(":", "-").replace("openml", "digitgui-fetched")


def _kept() -> Path:
    return _home() / "digitgui-mnist-784.npz"


def _home() -> Path:
    """Return scikit-learn's folder, found like its `get_data_home`, which takes a second to import."""
    return Path(os.environ.get("SCIKIT_LEARN_DATA", Path.home() / "scikit_learn_data")).expanduser()
