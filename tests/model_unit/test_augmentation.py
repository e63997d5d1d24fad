"""Changed copies of pictures: pure, reproducible, and exactly what they say."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import centre_of_mass
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

import resources
from model import augmentation, load_network
from model.augmentation import (
    AUGMENTATIONS,
    add_noise,
    augment,
    elastic_displacements,
    flip,
    rotate,
    translate,
    warp,
)
from model.errors import ConfigError

OPERATIONS = {
    "none": lambda images, rng: augment(images, "none", rng),
    "journal": lambda images, rng: augment(images, "journal", rng),
    "handwriting": lambda images, rng: augment(images, "handwriting", rng),
    "flip": lambda images, rng: flip(images),
    "rotate": rotate,
    "translate": translate,
    "add_noise": add_noise,
    "change_thickness": augmentation.change_thickness,
}
every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
IDENTITY = np.eye(2)


def noise_pictures(n: int, seed: int = 0, shape: tuple[int, int] = (28, 28)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


@every_operation
@given(n=st.integers(0, 6), seed=st.integers(0, 1000))
@thorough
def test_shape_and_dtype_stay_the_input_is_untouched_and_a_seed_gives_the_same_bits(operation, n, seed) -> None:
    images = noise_pictures(n, seed)
    before = images.copy()
    result = operation(images, np.random.default_rng(seed))
    assert result.shape == images.shape
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(operation(images, np.random.default_rng(seed)), result)


@every_operation
def test_black_stays_black_but_for_noise(operation) -> None:
    result = operation(np.zeros((20, 28, 28), np.uint8), np.random.default_rng(0))
    assert result.max() <= 60  # six standard deviations of the strongest noise


@pytest.mark.parametrize("name", ["journal", "handwriting", "rotate", "translate", "add_noise"])
def test_another_seed_and_another_picture_get_other_parameters(name, mnist) -> None:
    images = np.repeat(mnist.images[:1], 30, axis=0)
    first, second = (OPERATIONS[name](images, np.random.default_rng(seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)
    assert len(np.unique(first, axis=0)) >= 8


def test_every_preset_is_known_and_others_are_refused() -> None:
    assert set(AUGMENTATIONS) == {"none", "journal", "handwriting"}
    message = error_of(ConfigError, lambda: augment(noise_pictures(1), "blur", np.random.default_rng(0)))
    assert "blur" in message
    assert all(name in message for name in AUGMENTATIONS)


@given(n=st.integers(0, 4), height=st.integers(1, 12), width=st.integers(1, 12), seed=st.integers(0, 99))
@thorough
def test_the_identity_changes_nothing(n, height, width, seed) -> None:
    images = noise_pictures(n, seed, (height, width))
    np.testing.assert_array_equal(warp(images, np.tile(IDENTITY, (n, 1, 1)), np.zeros((n, 2))), images)


@given(right=st.integers(-9, 9), down=st.integers(-9, 9), height=st.integers(3, 9), width=st.integers(3, 9))
@thorough
def test_whole_pixel_shifts_move_right_and_down_exactly(right, down, height, width) -> None:
    images = noise_pictures(2, right + 10, (height, width))
    expected = np.zeros_like(images)
    for row in range(max(0, down), min(height, height + down)):
        for column in range(max(0, right), min(width, width + right)):
            expected[:, row, column] = images[:, row - down, column - right]
    np.testing.assert_array_equal(warp(images, np.tile(IDENTITY, (2, 1, 1)), [[right, down]] * 2), expected)


def test_half_a_pixel_is_the_mean_of_its_neighbours() -> None:
    image = np.array([[[0, 100, 200, 40]]], np.uint8)
    np.testing.assert_array_equal(warp(image, [IDENTITY], [[0.5, 0]]), [[[0, 50, 150, 120]]])
    np.testing.assert_array_equal(warp(image, [IDENTITY], [[0, 0.25]]), np.rint(image * 0.75))


@pytest.mark.parametrize("side", [7, 28])
def test_a_quarter_turn_equals_that_of_numpy(side) -> None:
    images = noise_pictures(3, shape=(side, side))
    clockwise, counter = np.array([[0, 1], [-1, 0]]), np.array([[0, -1], [1, 0]])
    result = warp(images, [clockwise, counter, -IDENTITY], np.zeros((3, 2)))
    np.testing.assert_array_equal(result[0], np.rot90(images[0], -1))
    np.testing.assert_array_equal(result[1], np.rot90(images[1]))
    np.testing.assert_array_equal(result[2], np.rot90(images[2], 2))


def test_each_picture_follows_its_own_map() -> None:
    images = noise_pictures(2)
    result = warp(images, [IDENTITY, IDENTITY], [[0, 0], [3, 0]])
    np.testing.assert_array_equal(result[0], images[0])
    np.testing.assert_array_equal(result[1, :, 3:], images[1, :, :-3])
    alone = warp(images[1:], [IDENTITY], [[3, 0]])
    np.testing.assert_array_equal(result[1:], alone)


def test_a_shift_is_in_pixels_of_the_result_even_when_turned() -> None:
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 4, 4] = 255
    result = warp(image, [[[0, 1], [-1, 0]]], [[2, 1]])
    np.testing.assert_array_equal(np.argwhere(result[0]), [[5, 6]])


@pytest.mark.parametrize("far", [1e3, -1e3, 1e6])
def test_what_leaves_the_picture_is_black(far) -> None:
    assert not warp(np.full((1, 28, 28), 255, np.uint8), [IDENTITY], [[far, far]]).any()


def test_a_flip_mirrors_left_to_right() -> None:
    images = noise_pictures(2)
    np.testing.assert_array_equal(flip(images), images[:, :, ::-1])
    np.testing.assert_array_equal(flip(flip(images)), images)


def test_rotation_stays_within_its_limit_and_turns_both_ways() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 13:15, 20:24] = 255  # a dash to the right of the centre
    turned = rotate(np.repeat(image, 300, axis=0), np.random.default_rng(0))
    places = np.array([centre_of_mass(one) for one in turned]) - 13.5
    angles = np.degrees(np.arctan2(places[:, 0], places[:, 1]))
    assert np.abs(angles).max() <= 10.6
    assert angles.max() > 8
    assert angles.min() < -8
    assert np.abs(angles.mean()) < 1.5
    np.testing.assert_allclose(np.hypot(*places.T), 8, atol=0.4)
    np.testing.assert_array_equal(rotate(image, np.random.default_rng(0), max_degrees=0), image)


def test_translation_moves_exactly_by_whole_pixels_within_the_limit() -> None:
    images = noise_pictures(600)
    moved = translate(images, np.random.default_rng(1))
    padded = np.pad(images, ((0, 0), (5, 5), (5, 5)))
    found = []
    for index in range(len(images)):
        shifts = [
            (down, right)
            for down in range(-5, 6)
            for right in range(-5, 6)
            if np.array_equal(moved[index], padded[index, 5 - down : 33 - down, 5 - right : 33 - right])
        ]
        assert len(shifts) == 1, "not a whole-pixel move within 5 pixels"
        found += shifts
    for axis in (0, 1):
        assert {shift[axis] for shift in found} == set(range(-5, 6))
    assert len(set(found)) > 90  # rows and columns are drawn apart


def test_noise_has_the_spread_it_was_drawn_with_and_no_bias() -> None:
    gray = np.full((400, 28, 28), 128, np.uint8)
    change = add_noise(gray, np.random.default_rng(0)).astype(float) - 128
    spreads = change.std(axis=(1, 2))
    assert spreads.max() < 11
    assert spreads.max() > 9
    assert spreads.min() < 0.6
    assert spreads.mean() == pytest.approx(5, abs=0.5)
    assert abs(change.mean()) < 0.05


def test_noise_does_not_wrap_around_at_black_and_white() -> None:
    rng = np.random.default_rng(0)
    assert add_noise(np.zeros((50, 28, 28), np.uint8), rng).max() < 80
    assert add_noise(np.full((50, 28, 28), 255, np.uint8), rng).min() > 175


def test_the_preset_of_the_journal_uses_each_of_its_four_operations_about_equally() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 8:12] = 200
    image[10:12, 12:18] = 200  # no turn and no mirror image is the same
    result = augment(np.repeat(image[np.newaxis], 800, axis=0), "journal", np.random.default_rng(3))
    flipped = (result == image[:, ::-1]).all(axis=(1, 2))
    noisy = (result[:, :5, :5] > 0).any(axis=(1, 2)) | ((result > 200).any(axis=(1, 2)))
    moved = ((result == 0) | (result == 200)).all(axis=(1, 2)) & ~flipped
    turned = ~(flipped | noisy | moved)
    for kind in (flipped, noisy, moved, turned):
        assert 0.19 < kind.mean() < 0.31


def test_the_preset_for_handwriting_keeps_most_ink_and_the_digit(mnist) -> None:
    images, labels = mnist.images[:600], mnist.labels[:600]
    changed = augment(images, "handwriting", np.random.default_rng(0))
    ink = changed.sum(axis=(1, 2)) / images.sum(axis=(1, 2))
    assert ink.min() > 0.3
    assert ink.max() < 4
    assert 0.8 < np.median(ink) < 1.25
    moved = np.array([centre_of_mass(one) for one in changed]) - [centre_of_mass(one) for one in images]
    assert np.abs(moved).max() < 6
    network = load_network(resources.DEFAULT_MODEL)
    assert (network.predict_proba(changed).argmax(axis=1) == labels).mean() > 0.93
    assert (network.predict_proba(flip(images)).argmax(axis=1) == labels).mean() < 0.6


def test_thickness_makes_a_picture_nowhere_brighter_or_nowhere_darker(mnist) -> None:
    images = mnist.images[:200].astype(int)
    change = augmentation.change_thickness(mnist.images[:200], np.random.default_rng(0)).astype(int) - images
    thinner, thicker = (change < 0).any(axis=(1, 2)), (change > 0).any(axis=(1, 2))
    assert not (thinner & thicker).any()
    assert thinner.mean() > 0.15
    assert thicker.mean() > 0.3
    assert (~thinner & ~thicker).mean() > 0.15


def test_bends_are_as_strong_as_asked_and_smooth() -> None:
    rng = np.random.default_rng(0)
    fields = elastic_displacements((400, 28, 28), np.full(400, 0.8), rng)
    assert fields.shape == (400, 2, 28, 28)
    assert fields.dtype == np.float32
    np.testing.assert_allclose(fields.std(axis=0), 0.8, rtol=0.2)  # as strong at the edges as in the middle
    neighbours = np.abs(np.diff(fields, axis=3)).mean()
    assert neighbours < 0.25 * np.abs(fields).mean()
    still = elastic_displacements((3, 28, 28), np.array([0.0, 0.5, 0.0]), rng)
    assert not still[[0, 2]].any()
    assert still[1].any()


def test_a_displacement_of_nothing_changes_nothing_and_one_pixel_moves_by_one(mnist) -> None:
    images = mnist.images[:5]
    same = np.repeat(np.eye(2)[np.newaxis], 5, axis=0)
    fields = np.zeros((5, 2, 28, 28), np.float32)
    np.testing.assert_array_equal(warp(images, same, np.zeros((5, 2)), fields), images)
    fields[:, 0] = 1  # what is read lies one pixel to the right
    moved = warp(images, same, np.zeros((5, 2)), fields)
    np.testing.assert_array_equal(moved[:, :, :-1], images[:, :, 1:])
