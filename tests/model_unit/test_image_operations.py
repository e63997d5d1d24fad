"""Single changes of pictures: pure, exact, and nothing where the amount is 0."""

import numpy as np
import pytest
from helpers.pictures import centre_of_mass, noise_pictures
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st

from model.data.image_operations import change, elastic_displacements, warp

IDENTITY = np.eye(2)
LIMITS = {
    "thickness": (-0.5, 2),
    "flip": (0, 1),
    "rotation": (-180, 180),
    "shear": (-1, 1),
    "scale": (-0.5, 0.5),
    "translation": (-14, 14),
    "elastic": (0, 3),
    "crop": (-8, 8),
    "contrast": (-0.9, 0.9),
    "brightness": (-0.5, 0.5),
    "saturation": (-1, 1),
    "noise": (0, 100),
}
COLOUR = (7, 9, 3)
every_operation = pytest.mark.parametrize("name", LIMITS)


def drawn(name: str, n: int, seed: int = 0) -> np.ndarray:
    """Draw amounts over the whole range, in the shape that the operation takes."""
    shape = (n, 2) if name in ("scale", "translation", "crop") else n
    amounts = np.random.default_rng(seed).uniform(*LIMITS[name], shape)
    return np.rint(amounts) if name in ("translation", "crop", "flip") else amounts


def changed(images: np.ndarray, seed: int = 0, **amounts: object) -> np.ndarray:
    return change(images, {k: np.asarray(v, float) for k, v in amounts.items()}, np.random.default_rng(seed))


@every_operation
@given(n=st.integers(0, 6), seed=st.integers(0, 1000), height=st.integers(1, 12), width=st.integers(1, 12))
@few
def test_shape_and_dtype_stay_the_input_is_untouched_and_a_seed_gives_the_same_bits(
    name, n, seed, height, width
) -> None:
    images = noise_pictures(n, seed, (height, width))
    before, amounts = images.copy(), drawn(name, n, seed)
    result = changed(images, seed, **{name: amounts})
    assert result.shape == images.shape
    assert result.dtype == np.uint8
    assert not np.shares_memory(result, images)
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(changed(images, seed, **{name: amounts}), result)


@every_operation
@given(seed=st.integers(0, 1000), which=st.lists(st.booleans(), min_size=1, max_size=6))
@few
def test_a_picture_whose_amount_is_0_stays_bit_for_bit_beside_others(name, seed, which) -> None:
    images = noise_pictures(len(which), seed, COLOUR if seed % 2 else (28, 28))
    amounts = drawn(name, len(which), seed)
    amounts[which] = 0
    result = changed(images, seed, **{name: amounts})
    np.testing.assert_array_equal(result[which], images[which])


@every_operation
def test_the_largest_amount_changes_every_picture(name) -> None:
    images = noise_pictures(5, shape=COLOUR)
    amounts = np.full_like(drawn(name, 5), LIMITS[name][1])
    assert (changed(images, **{name: amounts}) != images).any(axis=(1, 2, 3)).all()


@given(seed=st.integers(0, 1000))
@few
def test_all_operations_together_at_0_are_the_identity(seed) -> None:
    images = noise_pictures(3, seed)
    amounts = {name: np.zeros_like(drawn(name, 3)) for name in LIMITS}
    np.testing.assert_array_equal(changed(images, seed, **amounts), images)


@every_operation
def test_black_stays_black_but_for_noise(name) -> None:
    result = changed(np.zeros((20, 28, 28), np.uint8), **{name: drawn(name, 20)})
    assert result.any() == (name in ("noise", "brightness"))


@pytest.mark.parametrize("name", ["thickness", "flip", "rotation", "scale", "translation", "crop", "contrast"])
@given(seed=st.integers(0, 1000))
@few
def test_each_channel_of_a_colour_picture_is_changed_as_a_grey_one_is(name, seed) -> None:
    images, amounts = noise_pictures(4, seed, COLOUR), drawn(name, 4, seed)
    result = changed(images, **{name: amounts})
    for channel in range(3):
        alone = changed(np.ascontiguousarray(images[..., channel]), **{name: amounts})
        np.testing.assert_array_equal(result[..., channel], alone)


def test_bends_move_all_channels_alike_and_noise_does_not() -> None:
    grey = np.repeat(noise_pictures(3, shape=(20, 20))[..., np.newaxis], 3, axis=3)
    bent = changed(grey, elastic=[2] * 3)
    assert (bent == bent[..., :1]).all()
    noisy = changed(grey, noise=[20] * 3)
    assert (noisy != noisy[..., :1]).any()


@given(right=st.integers(-8, 8), down=st.integers(-8, 8), shape=st.sampled_from([(12, 10), (12, 10, 3), (4, 4)]))
@few
def test_a_crop_moves_whole_pixels_and_mirrors_the_edge_as_numpy_does(right, down, shape) -> None:
    images = noise_pictures(2, 1, shape)
    around = [(0, 0), (8, 8), (8, 8), *[(0, 0)] * (len(shape) - 2)]
    expected = np.pad(images, around, mode="reflect")[:, 8 - down :, 8 - right :][:, : shape[0], : shape[1]]
    np.testing.assert_array_equal(changed(images, crop=[(right, down), (0, 0)])[0], expected[0])


def test_brightness_adds_white_and_saturation_moves_colours_from_grey() -> None:
    pixels = np.array([[[[200, 100, 0], [50, 50, 50]]]], np.uint8).repeat(2, axis=0)
    brighter = changed(pixels, brightness=[0.2, -0.4])
    assert brighter[:, 0].tolist() == [[[251, 151, 51], [101, 101, 101]], [[98, 0, 0], [0, 0, 0]]]
    grey = round(0.299 * 200 + 0.587 * 100)
    paler = changed(pixels, saturation=[-1, 0.5])[:, 0]
    assert paler[0].tolist() == [[grey] * 3, [50] * 3]
    assert paler[1].tolist() == [
        [min(255, round(grey + 1.5 * (v - grey))) if v else 0 for v in (200, 100, 0)],
        [50] * 3,
    ]


@given(right=st.integers(-14, 14), down=st.integers(-14, 14), seed=st.integers(0, 99))
@few
def test_a_translation_moves_right_and_down_exactly(right, down, seed) -> None:
    images = noise_pictures(2, seed)
    padded = np.pad(images, ((0, 0), (14, 14), (14, 14)))
    expected = padded[:, 14 - down : 42 - down, 14 - right : 42 - right]
    np.testing.assert_array_equal(changed(images, translation=[(right, down)] * 2), expected)


def test_a_flip_mirrors_left_to_right() -> None:
    images = noise_pictures(3)
    result = changed(images, flip=[1, 0, 1])
    np.testing.assert_array_equal(result, np.stack([images[0, :, ::-1], images[1], images[2, :, ::-1]]))
    np.testing.assert_array_equal(changed(result, flip=[1, 0, 1]), images)


@pytest.mark.parametrize(("degrees", "turns"), [(90, -1), (-90, 1), (180, 2), (-180, 2)])
def test_a_rotation_is_clockwise_and_a_quarter_turn_equals_that_of_numpy(degrees, turns) -> None:
    images = noise_pictures(2)
    expected = np.rot90(images, turns, axes=(1, 2)).astype(int)
    assert np.abs(changed(images, rotation=[degrees] * 2) - expected).max() <= 1  # the sine of 180° is not quite 0


def test_a_shear_leans_to_the_right_and_leaves_the_middle() -> None:
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, :, 4] = 255
    leaning = changed(image, shear=[0.5])
    assert np.argwhere(leaning[0] == 255).tolist() == [[0, 6], [2, 5], [4, 4], [6, 3], [8, 2]]


def test_a_scale_stretches_width_and_height_apart() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 10:18, 10:18] = 255
    wide = changed(image, scale=[(0.5, -0.5)])[0] > 127
    assert (wide.any(axis=0).sum(), wide.any(axis=1).sum()) == (12, 4)


@pytest.mark.parametrize(("pixels", "width"), [(-1, 2), (-0.5, 2.5), (0.5, 3.5), (1, 4), (1.5, 4.5), (2, 5)])
def test_a_stroke_gets_as_much_thicker_as_asked(pixels, width) -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :, 10:13] = 200
    ink = changed(image, thickness=[pixels])[0, 14].sum() / 200
    assert ink == pytest.approx(width, abs=0.01)


def test_thickness_makes_a_picture_nowhere_brighter_or_nowhere_darker(mnist) -> None:
    pixels = np.linspace(-0.5, 2, 200)
    difference = changed(mnist.images[:200], thickness=pixels).astype(int) - mnist.images[:200]
    assert (difference[pixels < 0] <= 0).all()
    assert (difference[pixels > 0] >= 0).all()


def test_contrast_multiplies_ink_and_ends_at_white() -> None:
    image = np.array([[[0, 40, 100, 200]]], np.uint8).repeat(2, axis=0)
    np.testing.assert_array_equal(
        changed(image, contrast=[0.5, -0.5])[:, 0], [[0, 60, 150, 255], [0, 20, 50, 100]]
    )


def test_noise_has_the_spread_that_was_asked_for_and_no_bias() -> None:
    sigmas = np.array([2.0, 10.0, 30.0]).repeat(100)
    difference = changed(np.full((300, 28, 28), 128, np.uint8), noise=sigmas).astype(float) - 128
    np.testing.assert_allclose(difference.std(axis=(1, 2)), np.hypot(sigmas, 12**-0.5), rtol=0.12)
    assert np.abs(difference.mean()) < 0.15


def test_noise_does_not_wrap_around_at_black_and_white() -> None:
    assert changed(np.zeros((50, 28, 28), np.uint8), noise=[10] * 50).max() < 80
    assert changed(np.full((50, 28, 28), 255, np.uint8), noise=[10] * 50).min() > 175


def test_rotation_comes_before_translation_and_a_move_is_in_pixels_of_the_result() -> None:
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 4, 6] = 255
    result = changed(image, rotation=[90], translation=[(1, -1)])
    assert np.argwhere(result[0] > 250).tolist() == [[5, 5]]


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


def test_bends_move_ink_but_hardly_the_whole_digit(mnist) -> None:
    images = mnist.images[:100]
    bent = changed(images, elastic=[1.0] * 100)
    moved = np.array([centre_of_mass(one) for one in bent]) - [centre_of_mass(one) for one in images]
    assert np.abs(moved).mean() < 1
    assert (bent != images).any(axis=(1, 2)).all()


# warp


@given(n=st.integers(0, 4), height=st.integers(1, 12), width=st.integers(1, 12), seed=st.integers(0, 99))
@few
def test_the_identity_changes_nothing(n, height, width, seed) -> None:
    images = noise_pictures(n, seed, (height, width))
    np.testing.assert_array_equal(warp(images, np.tile(IDENTITY, (n, 1, 1)), np.zeros((n, 2))), images)


@given(right=st.integers(-9, 9), down=st.integers(-9, 9), height=st.integers(3, 9), width=st.integers(3, 9))
@few
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


def test_a_displacement_of_nothing_changes_nothing_and_one_pixel_moves_by_one(mnist) -> None:
    images = mnist.images[:5]
    same = np.repeat(np.eye(2)[np.newaxis], 5, axis=0)
    fields = np.zeros((5, 2, 28, 28), np.float32)
    np.testing.assert_array_equal(warp(images, same, np.zeros((5, 2)), fields), images)
    fields[:, 0] = 1  # what is read lies one pixel to the right
    moved = warp(images, same, np.zeros((5, 2)), fields)
    np.testing.assert_array_equal(moved[:, :, :-1], images[:, :, 1:])
