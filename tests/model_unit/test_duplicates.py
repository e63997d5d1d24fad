"""Pictures that are there more than once."""

import time

import numpy as np
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

from model.data.duplicates import DIGEST_BYTES, find_duplicates, group_numbers, picture_digests, places_among


def pictures(values) -> np.ndarray:
    """Make pictures that are equal where the values are."""
    images = np.zeros((len(values), 28, 28), np.uint8)
    images[:, 13, 13] = values
    return images


def test_equal_pictures_form_groups_in_the_order_of_their_first() -> None:
    groups = find_duplicates(pictures([5, 9, 7, 9, 5, 1, 9]))
    assert [group.tolist() for group in groups] == [[0, 4], [1, 3, 6]]
    assert all(group.dtype == np.intp for group in groups)


def test_one_pixel_by_one_step_of_grey_makes_another_picture() -> None:
    images = pictures([7, 7])
    assert len(find_duplicates(images)) == 1
    images[1, 27, 27] = 1
    assert find_duplicates(images) == []


def test_real_digits_have_no_duplicates_until_one_is_planted(mnist) -> None:
    assert find_duplicates(mnist.images) == []
    images = mnist.images.copy()
    images[4321] = images[17]
    assert [group.tolist() for group in find_duplicates(images)] == [[17, 4321]]


def test_a_digest_is_short_and_of_the_pixels_alone() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    digests = picture_digests(images)
    assert {len(digest) for digest in digests} == {DIGEST_BYTES}
    assert len(set(digests)) == 3
    assert picture_digests(np.asfortranarray(images)) == digests
    assert picture_digests(images[::-1]) == digests[::-1]


@given(values=st.lists(st.integers(0, 6), max_size=20))
@thorough
def test_groups_are_those_of_a_comparison_one_by_one(values) -> None:
    groups = [np.flatnonzero(np.equal(values, value)).tolist() for value in dict.fromkeys(values)]
    expected = [group for group in groups if len(group) > 1]
    assert [group.tolist() for group in find_duplicates(pictures(values))] == expected


def test_sixty_thousand_pictures_take_well_under_a_second(mnist) -> None:
    images = np.tile(mnist.images, (12, 1, 1))
    started = time.process_time()
    groups = find_duplicates(images)
    assert time.process_time() - started < 1
    assert len(groups) == 5000


def test_groups_are_numbered_and_single_pictures_are_not(mnist) -> None:
    images = mnist.images[:8].copy()
    images[5], images[7] = images[1], images[2]
    assert group_numbers(images).tolist() == [0, 1, 2, 0, 0, 1, 0, 2]


def test_pictures_find_their_places_among_others_and_equal_ones_keep_their_order() -> None:
    before = pictures([5, 9, 7, 9, 4])
    assert places_among(before, pictures([1, 9, 5, 9, 9, 7])).tolist() == [2, 1, 5, 3, -1]
    assert places_among(before, before.copy()).tolist() == [0, 1, 2, 3, 4]
