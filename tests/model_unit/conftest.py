"""Pictures that come with the program."""

import numpy as np
import pytest

import resources
from model import Dataset
from model.readers.npz_files import load_npz


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """Open the bundled 5,000 digits; their arrays may not be written to."""
    dataset = load_npz(resources.BUNDLED_DIGITS)
    dataset.images.flags.writeable = False
    dataset.labels.flags.writeable = False
    return dataset


@pytest.fixture(scope="session")
def digits(mnist) -> Dataset:
    """Take 60 digits: 51 to train on, 4 to test, 5 to validate."""
    return mnist.limited(60)


@pytest.fixture
def rng() -> np.random.Generator:
    """Make the same random numbers in every test."""
    return np.random.default_rng(2024)
