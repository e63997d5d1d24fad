"""How a data set is cut into parts."""

import numpy as np
import pytest
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from model.data.splitting import PARTS, SplitRule, split_into_parts


def labels_of(counts) -> np.ndarray:
    return np.random.default_rng(0).permutation(np.repeat(np.arange(10), counts)).astype(np.uint8)


@thorough
@given(
    counts=st.lists(st.integers(0, 30), min_size=10, max_size=10).filter(lambda counts: sum(counts) > 0),
    seed=st.integers(0, 2**32 - 1),
    stratified=st.booleans(),
    own_parts=st.booleans(),
    start=st.none() | st.integers(1, 20),
)
def test_every_picture_is_in_exactly_one_part(counts, seed, stratified, own_parts, start) -> None:
    labels = labels_of(counts)
    if start is not None and start >= len(labels):
        start = None
    split = split_into_parts(labels, start, SplitRule(seed, stratified, own_parts))
    together = np.concatenate([split.part(name) for name in PARTS])
    assert sorted(together) == list(range(len(labels)))
    assert len(split.train) > 0
    if start is not None and own_parts:
        np.testing.assert_array_equal(split.test, np.arange(start, len(labels)))


@thorough
@given(count=st.integers(8, 300), seed=st.integers(0, 2**32 - 1))
def test_parts_are_those_of_scikit_learn(count, seed) -> None:
    labels = np.zeros(count, np.uint8)
    train, held_out = train_test_split(np.arange(count), test_size=0.15, random_state=seed)
    validation, test = train_test_split(held_out, test_size=0.5, random_state=seed)
    split = split_into_parts(labels, None, SplitRule(seed))
    for found, expected in ((split.train, train), (split.validation, validation), (split.test, test)):
        np.testing.assert_array_equal(found, expected)


def test_another_seed_holds_out_other_pictures() -> None:
    labels = labels_of([100] * 10)
    first, again, other = (split_into_parts(labels, None, SplitRule(seed)) for seed in (42, 42, 43))
    np.testing.assert_array_equal(first.test, again.test)
    assert set(first.test) != set(other.test)


@pytest.mark.parametrize("start", [None, 900])
def test_stratified_parts_have_the_same_shares(start) -> None:
    labels = labels_of([40, 400, 60, 100, 100, 100, 50, 50, 50, 50])
    split = split_into_parts(labels, start, SplitRule(stratified=True))
    for name in ("train", "validation") if start else PARTS:
        part = split.part(name)
        whole = np.bincount(labels[: start or 1000]) / (start or 1000)
        shares = np.bincount(labels[part], minlength=10) / len(part)
        np.testing.assert_allclose(shares, whole, atol=1.01 / len(part))
    plain = split_into_parts(labels, None, SplitRule())
    assert not np.allclose(np.bincount(labels[plain.test], minlength=10) / 75, whole, atol=2.01 / 75)


def test_a_digit_too_rare_to_be_shared_out_is_trained_on() -> None:
    labels = labels_of([1, 0, 2, 100, 100, 100, 100, 100, 100, 100])
    split = split_into_parts(labels, None, SplitRule(stratified=True))
    assert np.bincount(labels[split.train])[:3].tolist() == [1, 0, 2]


def test_mixing_the_parts_of_a_source_ignores_its_test_part() -> None:
    labels = labels_of([20] * 10)
    mixed = split_into_parts(labels, 150, SplitRule(own_parts=False))
    np.testing.assert_array_equal(mixed.test, split_into_parts(labels, None, SplitRule()).test)


def test_pictures_left_out_leave_the_others_where_they_were() -> None:
    split = split_into_parts(labels_of([20] * 10), None, SplitRule())
    excluded = np.array([split.train[0], split.test[3], split.validation[1]])
    smaller = split.without(excluded)
    for name in PARTS:
        expected = [index for index in split.part(name) if index not in excluded]
        np.testing.assert_array_equal(smaller.part(name), expected)
