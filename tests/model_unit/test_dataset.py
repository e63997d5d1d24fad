"""Labelled pictures, and which of them belong to which part."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from model import Dataset
from model.data.dataset import PARTS
from model.data.reading import Reading
from model.errors import ConfigError, DataFormatError

JOURNAL_COUNTS = [300, 312, 306, 306, 294, 318, 324, 300, 318, 300]


def dataset(labels, *, official_test_start: int | None = None) -> Dataset:
    """Make a data set in which the first two pixels of a picture tell its index."""
    labels = np.asarray(labels, np.uint8)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.arange(len(labels)) // 256, np.arange(len(labels)) % 256
    return Dataset(images, labels, "drawn", "nowhere", official_test_start, Reading(remarks=("a note.",)))


def indices(images: np.ndarray) -> np.ndarray:
    return images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]


def test_the_pictures_of_the_journal_are_cut_as_scikit_learn_cuts_them() -> None:
    data = dataset(np.repeat(np.arange(10), JOURNAL_COUNTS))
    assert len(data) == 3078
    x_train, x_rest, y_train, y_rest = train_test_split(data.images, data.labels, test_size=0.15, random_state=42)
    x_validation, x_test, y_validation, y_test = train_test_split(x_rest, y_rest, test_size=0.5, random_state=42)
    assert len(x_test) == len(x_validation) == 231
    expected = {"train": (x_train, y_train), "test": (x_test, y_test), "validation": (x_validation, y_validation)}
    for part, (images, labels) in expected.items():
        np.testing.assert_array_equal(data.part(part)[0], images)
        np.testing.assert_array_equal(data.part(part)[1], labels)


@given(count=st.integers(1, 300), official=st.none() | st.integers(0, 300))
@thorough
def test_every_picture_is_in_exactly_one_part(count, official) -> None:
    start = None if official is None else min(official, count)
    split = dataset(np.arange(count) % 10, official_test_start=start).split
    everything = np.concatenate([split.part(part) for part in PARTS])
    np.testing.assert_array_equal(np.sort(everything), np.arange(count))
    if start is not None:
        np.testing.assert_array_equal(split.test, np.arange(start, count))


@pytest.mark.parametrize("count", [8, 20, 100])
def test_no_part_of_a_small_data_set_is_empty(count) -> None:
    assert all(len(dataset(np.arange(count) % 10).split.part(part)) for part in PARTS)


@pytest.mark.parametrize("count", [1, 7])
def test_a_handful_of_pictures_is_all_for_training(count) -> None:
    split = dataset(np.arange(count)).split
    assert [len(split.part(part)) for part in PARTS] == [count, 0, 0]


def test_an_official_test_part_is_for_the_last_word_only() -> None:
    data = dataset(np.arange(200) % 10, official_test_start=160)
    assert [len(data.split.part(part)) for part in PARTS] == [148, 12, 40]


def test_the_split_is_the_same_in_every_run() -> None:
    first, again = dataset(np.arange(99) % 10).split, dataset(np.arange(99) % 10).split
    for part in PARTS:
        np.testing.assert_array_equal(first.part(part), again.part(part))


def test_all_means_every_picture_in_its_order() -> None:
    data = dataset(np.arange(30) % 10)
    images, labels = data.part("all")
    np.testing.assert_array_equal(indices(images), np.arange(30))
    np.testing.assert_array_equal(labels, data.labels)


def test_an_unknown_part_is_refused() -> None:
    message = error_of(ConfigError, lambda: dataset([1]).part("exam"))
    assert "exam" in message
    assert all(part in message for part in PARTS)


def test_labels_are_counted_for_all_ten_digits() -> None:
    np.testing.assert_array_equal(dataset([1, 1, 8]).label_counts(), [0, 2, 0, 0, 0, 0, 0, 0, 1, 0])
    np.testing.assert_array_equal(dataset(np.repeat(np.arange(10), JOURNAL_COUNTS)).label_counts(), JOURNAL_COUNTS)


@given(count=st.integers(1, 250), seed=st.integers(0, 50))
@thorough
def test_a_limited_data_set_is_balanced_ordered_and_part_of_the_original(count, seed) -> None:
    data = dataset(np.random.default_rng(7).permutation(np.repeat(np.arange(10), 20)))
    limited = data.limited(count, seed)
    assert len(limited) == min(count, 200)
    kept = indices(limited.images)
    assert (np.diff(kept) > 0).all()
    np.testing.assert_array_equal(limited.labels, data.labels[kept])
    counts = limited.label_counts()
    assert counts.max() - counts.min() <= 1


def test_a_rare_digit_is_kept_whole_and_the_others_share_the_rest() -> None:
    limited = dataset(np.repeat(np.arange(10), [2, *[50] * 9])).limited(29)
    np.testing.assert_array_equal(limited.label_counts(), [2, *[3] * 9])


def test_the_seed_decides_which_pictures_are_kept() -> None:
    data = dataset(np.arange(200) % 10)
    kept = [indices(data.limited(50, seed).images) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(kept[0], kept[1])
    assert not np.array_equal(kept[0], kept[2])


def test_a_limit_leaves_an_official_test_part_whole() -> None:
    data = dataset(np.arange(200) % 10, official_test_start=150)
    limited = data.limited(30)
    assert len(limited) == 80
    assert limited.official_test_start == 30
    np.testing.assert_array_equal(indices(limited.part("test")[0]), np.arange(150, 200))
    np.testing.assert_array_equal(limited.label_counts(), [8] * 10)
    assert indices(limited.images[:30]).max() < 150


def test_a_limited_data_set_says_so_and_keeps_source_and_notes() -> None:
    limited = dataset(np.arange(200) % 10).limited(30)
    assert limited.name == "drawn, 30 of 200"
    assert (limited.source, limited.notes) == ("nowhere", ("a note.",))


@pytest.mark.parametrize("count", [200, 1000])
def test_a_limit_beyond_what_there_is_changes_nothing(count) -> None:
    data = dataset(np.arange(200) % 10)
    assert data.limited(count) is data


@pytest.mark.parametrize("count", [0, -5])
def test_a_limit_of_nothing_is_refused(count) -> None:
    assert str(count) in error_of(ConfigError, lambda: dataset([1, 2]).limited(count))


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.uint8), ["float32", "uint8"]),
        (np.zeros((2, 784), np.uint8), np.zeros(2, np.uint8), ["(2, 784)", "(n, 28, 28)"]),
        (np.zeros((2, 32, 32), np.uint8), np.zeros(2, np.uint8), ["(2, 32, 32)"]),
        (np.zeros((28, 28), np.uint8), np.zeros(28, np.uint8), ["(28, 28)"]),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8), ["2 pictures", "(3,)"]),
        (np.zeros((2, 28, 28), np.uint8), np.zeros((2, 10), np.uint8), ["(2, 10)"]),
        (np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8), ["no pictures"]),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10], np.uint8), ["0 to 9", "10"]),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 2], np.int64), ["int64"]),
        (np.zeros((2, 28, 28), np.uint8), np.array([1.0, 2.0]), ["float64"]),
    ],
)
def test_pictures_and_labels_of_another_form_are_refused(images, labels, words) -> None:
    message = error_of(DataFormatError, lambda: Dataset(images, labels, "mine.npz", ""))
    assert all(word in message for word in ["mine.npz", *words]), message


def test_the_fingerprint_tells_pictures_and_labels_apart_and_nothing_else() -> None:
    data = dataset([1, 2, 3])
    same = Dataset(np.asfortranarray(data.images), data.labels.copy(), "another name", "elsewhere")
    assert data.fingerprint == same.fingerprint
    assert len(data.fingerprint) == 64
    assert data.fingerprint != dataset([1, 2, 4]).fingerprint
    images = data.images.copy()
    images[2, 27, 27] = 1
    assert data.fingerprint != Dataset(images, data.labels, "", "").fingerprint


def test_the_fingerprint_tells_where_the_official_test_part_begins() -> None:
    starts = (None, 1, 2, 12)
    assert len({dataset([1, 2, 3] * 5, official_test_start=start).fingerprint for start in starts}) == len(starts)
