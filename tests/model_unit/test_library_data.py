"""Data that scikit-learn brings or fetches."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.openml_server import openml_server
from sklearn.datasets import _openml, load_digits

from model.errors import DataFormatError
from model.readers import library_data
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS, fetch_openml_mnist
from model.readers.sources import open_data


def test_the_digits_of_scikit_learn_are_scaled_up_to_28_by_28() -> None:
    data = open_data(SCIKIT_LEARN_DIGITS)
    pixels, labels = load_digits(return_X_y=True)
    np.testing.assert_array_equal(data.labels, labels)
    assert (len(data), data.source) == (1797, SCIKIT_LEARN_DIGITS)
    assert data.reading.sizes == (((8, 8), 1797),)
    assert data.reading.dark == 0
    assert all(image.max() > 150 for image in data.images)
    # the place of the ink in the box is kept: small pictures of the result look like the originals
    box = data.images[:, 4:24, 4:24].reshape(-1, 5, 4, 5, 4).mean(axis=(2, 4)).reshape(-1, 25)
    small = pixels.reshape(-1, 8, 8)[:, :, 1:7].mean(axis=2)
    assert np.corrcoef(box.sum(axis=1), small.sum(axis=1))[0, 1] > 0.5


@pytest.fixture
def openml(monkeypatch, tmp_path):
    """Let scikit-learn keep its data in a folder of this test, and ask another address."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr(library_data, "OFFICIAL_TRAIN", 12)

    names = ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES")
    urls = {name: getattr(_openml, name) for name in names}

    def ask(address: str) -> None:
        for name, url in urls.items():
            monkeypatch.setattr(_openml, name, url.replace("https://www.openml.org", address))

    return ask


def test_mnist_comes_from_openml_once_and_then_from_the_disk(openml, mnist, tmp_path) -> None:
    with openml_server(mnist.images[:20], mnist.labels[:20]) as address:
        openml(address)
        data = open_data(OPENML_MNIST)
    np.testing.assert_array_equal(data.images, mnist.images[:20])
    np.testing.assert_array_equal(data.labels, mnist.labels[:20])
    assert (data.source, data.official_test_start) == (OPENML_MNIST, 12)
    again = open_data(OPENML_MNIST)  # the server is gone
    assert again.fingerprint == data.fingerprint
    assert [file.name for file in tmp_path.iterdir()] == ["digitgui-mnist-784.npz"]


def test_without_a_network_one_sentence_says_what_to_do(openml) -> None:
    openml("http://127.0.0.1:9")
    message = error_of(DataFormatError, fetch_openml_mnist)
    assert all(words in message for words in ("openml.org", "internet", "folder"))


def test_a_folder_that_cannot_be_made_is_told_without_the_systems_number(openml, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "file"))
    openml("http://127.0.0.1:9")
    assert "Errno" not in error_of(DataFormatError, fetch_openml_mnist)


def test_any_set_of_openml_comes_by_its_number(openml, rng, tmp_path) -> None:
    images = rng.integers(0, 256, (30, 28, 28), np.uint8)
    labels = np.arange(30) % 10
    with openml_server(images, labels, "Fashion-MNIST") as address:
        openml(address)
        data = open_data("openml:40996")
    np.testing.assert_array_equal(data.images, images)
    np.testing.assert_array_equal(data.labels, labels)
    assert data.task.class_names[9] == "Ankle boot"
    assert (data.source, data.name) == ("openml:40996", "Fashion-MNIST, 30 (OpenML)")
    as_ink = open_data("openml:40996", preparation="ink")  # the server is gone
    assert as_ink.task.is_digits
    assert [file.name for file in tmp_path.iterdir()] == ["digitgui-openml-40996-Fashion-MNIST.npz"]
    message = error_of(DataFormatError, lambda: open_data("openml:41039"))
    assert all(words in message for words in ("41039", "openml.org", "internet"))
    assert "a data set" in error_of(DataFormatError, lambda: open_data("openml:fashion"))


def test_what_cannot_be_pictures_is_told_in_one_sentence_and_leaves_nothing(openml, rng, tmp_path) -> None:
    def rows(width: int) -> list[str]:
        return [[*map(str, rng.integers(0, 256, width))] for _ in range(20)]

    cases = {"missing": rows(784), "oblong": rows(301), "cut off": rows(784)}
    cases["missing"][3][5] = "?"
    expected = {"missing": "1 of 20 rows that lack some", "oblong": "(20, 301)", "cut off": "cannot be fetched"}
    for number, (case, pixels) in enumerate(cases.items(), start=1):
        with openml_server(np.array(pixels), np.arange(20) % 10, case, is_cut_off=case == "cut off") as address:
            openml(address)
            message = error_of(DataFormatError, lambda number=number: open_data(f"openml:{number}"))
        assert expected[case] in message
        assert len(message.splitlines()) == 1
        assert [file.name for file in tmp_path.iterdir() if file.is_dir()] == []
