"""Data sets that scikit-learn contains or downloads: its own digits of 8×8, and MNIST from OpenML."""

import os
import shutil
import warnings
from pathlib import Path

import numpy as np

from model.data.dataset import Dataset
from model.data.reading import Asked, OnProgress, no_progress
from model.errors import DataFormatError
from model.readers.digit_arrays import digits_from_array
from model.readers.npz_files import load_npz, save_npz

__all__ = [
    "OPENML_BYTES",
    "OPENML_MNIST",
    "SCIKIT_LEARN_DIGITS",
    "fetch_openml_mnist",
    "load_openml_mnist",
    "load_scikit_learn_digits",
    "openml_bytes_fetched",
    "openml_mnist_is_kept",
]

SCIKIT_LEARN_DIGITS = "scikit-learn-digits"
OPENML_MNIST = "openml-mnist"
"""What opens them as a source."""

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
    from sklearn.datasets import fetch_openml  # noqa: PLC0415  takes a second

    if openml_mnist_is_kept():
        return
    folder = _fetched_folder()
    shutil.rmtree(folder, ignore_errors=True)  # of an interrupted download
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a failure is reported once, below
            pixels, labels = fetch_openml(
                "mnist_784", version=1, return_X_y=True, as_frame=False, parser="liac-arff", data_home=str(folder)
            )
    except (
        OSError,
        EOFError,
        ValueError,
    ) as error:  # among them URLError; incomplete; not the expected file
        why = getattr(error, "reason", error)
        raise DataFormatError(
            f"MNIST cannot be fetched from openml.org ({getattr(why, 'strerror', None) or why}):"
            " connect to the internet and try again, or open MNIST's files from a folder"
        ) from error
    _kept().parent.mkdir(parents=True, exist_ok=True)
    images = pixels.astype(np.uint8).reshape(-1, 28, 28)
    del pixels
    save_npz(Dataset(images, labels.astype(np.uint8), "MNIST", OPENML_MNIST, OFFICIAL_TRAIN), _kept())
    shutil.rmtree(folder, ignore_errors=True)


def openml_mnist_is_kept() -> bool:
    """Return whether MNIST has been fetched before."""
    return _kept().exists()


def openml_bytes_fetched() -> int:
    """Return how much of OpenML's file has arrived so far."""
    try:
        return sum(file.stat().st_size for file in _fetched_folder().rglob("*") if file.is_file())
    except OSError:  # a file has been moved while it was looked at
        return 0


def _fetched_folder() -> Path:
    return _kept().parent / "digitgui-openml"


def _kept() -> Path:
    """Return the file in scikit-learn's folder, found like its `get_data_home`, which takes a second to import."""
    home = os.environ.get("SCIKIT_LEARN_DATA", Path.home() / "scikit_learn_data")
    return Path(home).expanduser() / "digitgui-mnist-784.npz"
