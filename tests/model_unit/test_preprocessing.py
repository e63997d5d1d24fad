"""The one way from a drawing to 28×28."""

import warnings

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import STROKES, centre_of_mass, draw_digit
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import resources
from model import load_network
from model.errors import ShapeError
from model.preprocessing import drawing_steps, drawing_to_digit

drawings = arrays(
    np.uint8,
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    elements=st.sampled_from([0, 0, 0, 20, 40, 200, 255]),
)


@given(drawing=drawings)
@thorough
def test_every_drawing_becomes_28_by_28_bytes_and_is_left_as_it_was(drawing) -> None:
    before = drawing.copy()
    digit = drawing_to_digit(drawing)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit.any() == (drawing >= 32).any()
    np.testing.assert_array_equal(drawing, before)


@given(drawing=drawings)
@thorough
def test_the_centre_of_mass_is_in_the_middle_as_far_as_the_frame_allows(drawing) -> None:
    digit = drawing_to_digit(drawing)
    if digit.any():
        steps = drawing_steps(drawing)
        assert steps is not None
        ink = np.argwhere(steps.scaled > 0)
        off = np.abs(centre_of_mass(digit) - 13.5)
        reach = np.argwhere(digit > 0)
        for axis in (0, 1):
            margin = (ink[:, axis].min(), steps.scaled.shape[axis] - 1 - ink[:, axis].max())
            at_an_edge = reach[:, axis].min() == margin[0] or 27 - reach[:, axis].max() == margin[1]
            assert off[axis] <= 0.51 or at_an_edge


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (1, 1), (3, 500), (0, 7)])
def test_an_empty_drawing_becomes_zeros(shape) -> None:
    for brightness in (0, 31):  # pixels below 32 are no ink
        digit = drawing_to_digit(np.full(shape, brightness, np.uint8))
        assert digit.shape == (28, 28)
        assert not digit.any()
        assert drawing_steps(np.full(shape, brightness, np.uint8)) is None


def test_digits_of_mnist_stay_nearly_as_they_are(mnist) -> None:
    """Centre of mass within a pixel of the middle, and at most 1 in 100 answers changed."""
    images, labels = mnist.images[:400], mnist.labels[:400]
    once = np.stack([drawing_to_digit(image) for image in images])
    assert max(np.abs(centre_of_mass(image) - 13.5).max() for image in once) <= 0.51
    network = load_network(resources.DEFAULT_MODEL)
    right_before = (network.predict_proba(images).argmax(axis=1) == labels).mean()
    right_after = (network.predict_proba(once).argmax(axis=1) == labels).mean()
    assert right_after >= right_before - 0.01


def test_a_second_time_changes_nothing(mnist) -> None:
    for image in mnist.images[:400]:
        once = drawing_to_digit(image)
        np.testing.assert_array_equal(drawing_to_digit(once), once)


@given(top=st.integers(0, 90), left=st.integers(0, 60), digit=st.integers(0, 49))
@thorough
def test_where_on_the_sheet_a_digit_is_drawn_does_not_matter(mnist, top, left, digit) -> None:
    sheet = np.zeros((130, 100), np.uint8)
    sheet[top : top + 28, left : left + 28] = mnist.images[digit]
    np.testing.assert_array_equal(drawing_to_digit(sheet), drawing_to_digit(mnist.images[digit]))


@pytest.mark.parametrize("factor", [2, 3, 10])
def test_enlarging_every_pixel_changes_nothing(mnist, factor) -> None:
    for image in mnist.images[:40]:
        once = drawing_to_digit(image)  # its longer side is 20, as after a first pass
        enlarged = np.kron(once, np.ones((factor, factor), np.uint8))
        np.testing.assert_array_equal(drawing_to_digit(enlarged), once)


@pytest.mark.parametrize("digit", STROKES)
def test_how_large_a_digit_is_drawn_hardly_matters(digit) -> None:
    large = drawing_to_digit(draw_digit(digit, 700)).astype(float)
    for side in (100, 280):
        small = drawing_to_digit(draw_digit(digit, side)).astype(float)
        shifted = [np.roll(small, (row, column), (0, 1)) for row in (-1, 0, 1) for column in (-1, 0, 1)]
        assert min(np.abs(one - large).mean() for one in shifted) < 6  # of 255; unlike digits differ by 40


def test_the_longer_side_becomes_20_pixels_and_proportions_stay() -> None:
    for height, width, expected in ((40, 10, (20, 5)), (10, 40, (5, 20)), (7, 7, (20, 20)), (600, 3, (20, 1))):
        digit = drawing_to_digit(np.full((height, width), 255, np.uint8))
        rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
        assert (len(rows), len(columns)) == expected
        assert np.ptp(rows) == expected[0] - 1
        assert np.ptp(columns) == expected[1] - 1
        assert digit.max() == 255


def test_each_pixel_is_the_mean_of_those_it_covers() -> None:
    drawing = np.full((60, 60), 255, np.uint8)
    drawing[:30] = 255 * (np.indices((30, 60)).sum(axis=0) % 3 == 0)  # a third of the pixels are lit
    steps = drawing_steps(drawing)
    assert steps is not None
    assert (steps.scaled[:10] == 85).all()
    assert (steps.scaled[10:] == 255).all()


def test_one_pixel_becomes_a_square_in_the_middle() -> None:
    for drawing in (np.full((1, 1), 255, np.uint8), np.pad(np.full((1, 1), 255, np.uint8), ((5, 300), (17, 3)))):
        expected = np.zeros((28, 28), np.uint8)
        expected[4:24, 4:24] = 255
        np.testing.assert_array_equal(drawing_to_digit(drawing), expected)


def test_a_sheet_of_many_megapixels_is_read_like_a_small_one() -> None:
    huge = np.zeros((3000, 4000), np.uint8)
    huge[500:2500, 1000:1400] = 255
    np.testing.assert_array_equal(drawing_to_digit(huge), drawing_to_digit(np.full((100, 20), 255, np.uint8)))


@pytest.mark.parametrize("shape", [(300, 1), (1, 300)])
def test_a_straight_line_one_pixel_thin_keeps_its_full_brightness(shape) -> None:
    digit = drawing_to_digit(np.pad(np.full(shape, 255, np.uint8), 40))
    assert np.count_nonzero(digit == 255) == 20
    assert digit.astype(int).sum() == 20 * 255


@pytest.mark.parametrize(("side", "pen"), [(280, 2), (500, 4), (1000, 8), (1000, 4)])
def test_a_thin_pen_on_a_large_sheet_keeps_its_contrast(side, pen) -> None:
    for digit in STROKES:
        assert drawing_to_digit(draw_digit(digit, side, pen)).max() >= 192  # as bright as the ink of MNIST


def test_two_specks_on_a_large_sheet_raise_nothing() -> None:
    drawing = np.zeros((600, 600), np.uint8)
    drawing[0, 0] = drawing[-1, -1] = 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert drawing_to_digit(drawing).shape == (28, 28)


def test_the_steps_show_crop_scale_and_centre() -> None:
    drawing = np.zeros((50, 60), np.uint8)
    drawing[10:20, 30:35] = 200
    drawing[9, 29], drawing[20, 35] = 31, 32  # the fainter one is no ink, the other is
    steps = drawing_steps(drawing)
    assert steps is not None
    assert steps.drawn is drawing
    np.testing.assert_array_equal(steps.cropped, drawing[10:21, 30:36])
    assert steps.scaled.shape == (20, 11)
    np.testing.assert_array_equal(steps.centred, drawing_to_digit(drawing))
    found = np.argwhere(steps.centred > 0)
    top, left = found.min(axis=0)
    np.testing.assert_array_equal(steps.centred[top : top + 20, left : left + 11], steps.scaled)


def test_a_lopsided_digit_is_shifted_by_its_centre_of_mass_not_its_box() -> None:
    drawing = np.zeros((20, 20), np.uint8)
    drawing[:, :4], drawing[:4] = 255, 255  # an angle, heavy at the top left
    digit = drawing_to_digit(drawing)
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    np.testing.assert_allclose(centre_of_mass(digit), 13.5, atol=0.51)
    assert (rows[0], columns[0]) == (8, 8)  # the box alone would be put at 4


@pytest.mark.parametrize(
    "gray",
    [
        np.zeros((9, 9)),
        np.zeros((9, 9), np.int64),
        np.zeros((9, 9), bool),
        np.zeros((9, 9, 3), np.uint8),
        np.zeros(9, np.uint8),
    ],
    ids=lambda gray: f"{gray.dtype}{gray.shape}",
)
def test_a_drawing_of_another_shape_or_dtype_is_refused(gray) -> None:
    message = error_of(ShapeError, lambda: drawing_to_digit(gray))
    assert str(gray.dtype) in message
    assert str(gray.shape) in message
