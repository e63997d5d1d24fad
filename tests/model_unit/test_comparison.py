"""Two networks on the same pictures."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

from model.errors import DataFormatError, ShapeError
from model.judging.comparison import Comparison, compare


def compared(both: int = 0, only_a: int = 0, only_b: int = 0, neither: int = 0) -> Comparison:
    """Compare two networks of which so many pictures are right; the label is always 3."""
    counts = [both, only_a, only_b, neither]
    answers_a, answers_b = np.repeat([3, 3, 5, 5], counts), np.repeat([3, 5, 3, 6], counts)
    return compare(answers_a, answers_b, np.full(sum(counts), 3, np.uint8))


@pytest.mark.parametrize(
    ("only_a", "only_b", "p_value"),
    [
        (9, 1, 22 / 1024),  # 2 * (1 + 10) / 2**10
        (1, 9, 22 / 1024),
        (0, 5, 2 / 32),
        (8, 2, 112 / 1024),  # 2 * (1 + 10 + 45) / 2**10
        (4, 4, 1),
        (1, 0, 1),
        (0, 0, 1),
    ],
)
def test_the_p_value_equals_that_worked_by_hand(only_a, only_b, p_value) -> None:
    assert compared(30, only_a, only_b, 2).p_value == pytest.approx(p_value)


@given(answers=st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=30))
@thorough
def test_every_picture_is_in_the_group_where_it_belongs(answers) -> None:
    a, b, labels = np.array(answers).T
    comparison = compare(a, b, labels.astype(np.uint8))
    groups = {
        (True, True): comparison.both,
        (True, False): comparison.only_a,
        (False, True): comparison.only_b,
        (False, False): comparison.neither,
    }
    for rights, pictures in groups.items():
        expected = [i for i, (x, y, label) in enumerate(answers) if (x == label, y == label) == rights]
        assert pictures.tolist() == expected


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {"only_a": 1, "only_b": 9},
            "new is better: new alone gets 9 pictures right, old alone 1,"
            " which is unlikely to be chance (McNemar's test, p = 0.0215).",
        ),
        (
            {"only_a": 1200, "only_b": 2},
            "old is better: old alone gets 1,200 pictures right, new alone 2,"
            " which is unlikely to be chance (McNemar's test, p < 0.001).",
        ),
        (
            {"both": 5, "only_a": 1},
            "Neither is proven to be better: old alone gets 1 picture right, new alone 0,"
            " which may be chance (McNemar's test, p = 1).",
        ),
        (
            {"only_a": 0, "only_b": 5},
            "Neither is proven to be better: new alone gets 5 pictures right, old alone 0,"
            " which may be chance (McNemar's test, p = 0.0625).",
        ),
        ({"both": 3, "neither": 1}, "old and new are right on exactly the same pictures."),
    ],
)
def test_the_test_in_words(counts, sentence) -> None:
    assert compared(**counts).sentence("old", "new") == sentence


def test_what_cannot_be_compared_is_refused() -> None:
    three, none = np.zeros(3, int), np.zeros(0, int)
    error_of(ShapeError, lambda: compare(three, three[:2], np.zeros(3, np.uint8)))
    error_of(ShapeError, lambda: compare(three, three, np.zeros(2, np.uint8)))
    assert "another part" in error_of(DataFormatError, lambda: compare(none, none, np.zeros(0, np.uint8)))
