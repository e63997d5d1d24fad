"""Pictures that come with the program, and a run on some of them with its report."""

import numpy as np
import pytest
from helpers.reports import CONFIG, Page, Ran, run_once

import resources
from model import Dataset
from model.readers.npz_files import load_npz
from model.reports.report import report_on_run


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


@pytest.fixture(scope="session")
def ran() -> Ran:
    """Train for two epochs."""
    return run_once(CONFIG)


@pytest.fixture(scope="session")
def page(ran) -> Page:
    """Report on that training."""
    return Page(report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train"))


@pytest.fixture
def some(mnist) -> Dataset:
    """Take three pictures of each digit, in a mixed order."""
    return mnist.limited(30)
