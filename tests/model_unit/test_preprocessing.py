"""The one way from a drawing to 28×28."""

import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import STROKES, centre_of_mass, draw_digit
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw
from scipy import ndimage

import resources
from model import load_network
from model.errors import ShapeError
from model.handwriting.preprocessing import (
    Steps,
    crop,
    drawing_in_steps,
    drawing_to_digit,
    drawing_to_picture,
    slant,
)
from model.handwriting.stroke_width import NORMAL_WIDTH, THINNEST_USUAL, _distance, stroke_width
from model.handwriting.strokes import paint

AS_INKED = Steps(even_pen=False)
NOTHING = Steps(crop=False, even_pen=False, deskew=False, centre=False)
drawings = arrays(
    np.uint8,
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    elements=st.sampled_from([0, 0, 0, 20, 40, 200, 255]),
)


def cut_out(gray: np.ndarray) -> np.ndarray:
    found = crop(gray)
    assert found is not None
    return found[0]


def box_of(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Find the first row and the one after the last, and the same of the columns."""
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Measure the mean distance of pixels; a row or a column that rounding has moved them by does not count."""
    shifted = [np.roll(first.astype(float), (row, column), (0, 1)) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return float(min(np.abs(one - second).mean() for one in shifted))


def slanting_line(lean: float = 0.5) -> np.ndarray:
    """Draw a thin line that moves so many columns to the right with every row downwards, off the middle."""
    sheet = Image.new("L", (400, 300))
    ImageDraw.Draw(sheet).line([(120 - 50 * lean, 100), (120 + 50 * lean, 200)], fill=255, width=4)
    return np.asarray(sheet)


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
        steps = drawing_in_steps(drawing)
        assert steps is not None
        boxed = np.argwhere(steps.upright > 0)  # the box in the middle, before its mass is
        off = np.abs(centre_of_mass(digit) - 13.5)
        reach = np.argwhere(digit > 0)
        for axis in (0, 1):
            size = max(20, np.ptp(boxed[:, axis]) + 1)
            at_an_edge = reach[:, axis].min() <= 28 - size or 27 - reach[:, axis].max() <= 28 - size
            assert off[axis] <= 0.51 or at_an_edge


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (1, 1), (3, 500), (0, 7)])
def test_an_empty_drawing_becomes_zeros(shape) -> None:
    for brightness in (0, 31):  # pixels below 32 are no ink
        digit = drawing_to_digit(np.full(shape, brightness, np.uint8))
        assert digit.shape == (28, 28)
        assert not digit.any()
        assert drawing_in_steps(np.full(shape, brightness, np.uint8)) is None


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
    usual = 0
    for image in mnist.images[:40]:
        once = drawing_to_digit(image)  # its longer side is 20, as after a first pass
        enlarged = np.kron(once, np.ones((factor, factor), np.uint8))
        np.testing.assert_array_equal(drawing_to_digit(enlarged, steps=AS_INKED), once)
        if stroke_width(cut_out(once)) > 1.4 * THINNEST_USUAL:  # edges without blur count as thinner
            usual += 1
            np.testing.assert_array_equal(drawing_to_digit(enlarged), once)
    assert usual > 20


@pytest.mark.parametrize("digit", STROKES)
def test_how_large_a_digit_is_drawn_hardly_matters(digit) -> None:
    for steps, pen in ((AS_INKED, 1 / 14), (Steps(), 1 / 11)):
        large, *others = (
            drawing_to_digit(draw_digit(digit, side, round(side * pen)), steps=steps) for side in (700, 100, 280)
        )
        for other in others:
            assert difference(other, large) < 6  # of 255; unlike digits differ by 40


@pytest.mark.parametrize("pen", [3, 8, 20])
@pytest.mark.parametrize("digit", STROKES)
def test_a_drawing_twice_as_large_is_the_same_within_a_grey_level(digit, pen) -> None:
    drawing = draw_digit(digit, 280, pen)
    twice = np.kron(drawing, np.ones((2, 2), np.uint8))
    assert difference(drawing_to_digit(twice), drawing_to_digit(drawing)) < 1


def test_the_longer_side_becomes_20_pixels_and_proportions_stay() -> None:
    for height, width, expected in ((40, 10, (20, 5)), (10, 40, (5, 20)), (7, 7, (20, 20)), (600, 3, (20, 1))):
        digit = drawing_to_digit(np.full((height, width), 255, np.uint8), steps=AS_INKED)
        rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
        assert (len(rows), len(columns)) == expected
        assert np.ptp(rows) == expected[0] - 1
        assert np.ptp(columns) == expected[1] - 1
        assert digit.max() == 255


def test_each_pixel_is_the_mean_of_those_it_covers() -> None:
    drawing = np.full((60, 60), 255, np.uint8)
    drawing[:30] = 255 * (np.indices((30, 60)).sum(axis=0) % 3 == 0)  # a third of the pixels are lit
    steps = drawing_in_steps(drawing)
    assert steps is not None
    assert (steps.cropped[4:14, 4:24] == 85).all()
    assert (steps.cropped[14:24, 4:24] == 255).all()
    assert np.count_nonzero(steps.cropped) == 400


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
    line = np.pad(np.full(shape, 255, np.uint8), 40)
    digit = drawing_to_digit(line, steps=AS_INKED)
    assert np.count_nonzero(digit == 255) == 20
    assert digit.astype(int).sum() == 20 * 255
    wider = drawing_to_digit(line)
    assert np.count_nonzero(wider == 255) >= 18  # but for its round ends
    width = np.median(wider.sum(axis=1 if shape[0] > 1 else 0)[4:24])
    assert width / 255 == pytest.approx(20 * NORMAL_WIDTH / (1 + NORMAL_WIDTH), abs=0.2)


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
    steps = drawing_in_steps(drawing)
    assert steps is not None
    np.testing.assert_array_equal(steps.drawn, drawing_to_digit(drawing, steps=NOTHING))
    np.testing.assert_array_equal(steps.cropped, drawing_to_digit(drawing, steps=Steps(centre=False)))
    assert box_of(steps.cropped) == (4, 24, 8, 19)  # 20×11, in the middle
    np.testing.assert_array_equal(steps.centred, drawing_to_digit(drawing))
    top, bottom, left, right = box_of(steps.centred)
    np.testing.assert_array_equal(steps.centred[top:bottom, left:right], steps.cropped[4:24, 8:19])
    assert (top, left) != (4, 8)  # moved by the centre of mass


@given(drawing=drawings, steps=st.builds(Steps, st.booleans(), st.booleans(), st.booleans(), st.booleans()))
@thorough
def test_any_steps_give_28_by_28_bytes_of_which_the_last_is_seen(drawing, steps) -> None:
    digit, on_its_way = drawing_to_digit(drawing, steps=steps), drawing_in_steps(drawing, steps=steps)
    assert (digit.shape, digit.dtype) == ((28, 28), np.uint8)
    if on_its_way is None:
        assert not digit.any()
        return
    assert len(on_its_way.pictures) == 5
    for picture in on_its_way.pictures:
        assert (picture.shape, picture.dtype) == ((28, 28), np.uint8)
        assert picture.any()
    np.testing.assert_array_equal(on_its_way.pictures[-1], digit)


def test_a_step_that_is_off_changes_nothing_at_its_place() -> None:
    drawing = slanting_line()
    off = drawing_in_steps(drawing, steps=NOTHING)
    assert off is not None
    for picture in off.pictures:
        np.testing.assert_array_equal(picture, off.drawn)
    for name, place in (("crop", 1), ("even_pen", 2), ("deskew", 3), ("centre", 4)):
        before = Steps(even_pen=False, deskew=False, centre=False, crop=name != "crop")
        one = drawing_in_steps(drawing, steps=replace(before, **{name: True}))
        assert one is not None
        changes = [not np.array_equal(*pair) for pair in pairwise(one.pictures)]
        assert changes == [place == 1 or before.crop, *(place == step for step in (2, 3, 4))], name


def test_without_crop_the_whole_sheet_is_scaled_and_place_and_size_matter() -> None:
    sheet = np.zeros((280, 280), np.uint8)
    sheet[20:60, 30:70] = 255
    digit = drawing_to_digit(sheet, steps=NOTHING)
    assert box_of(digit) == (2, 6, 3, 7)
    centred = drawing_to_digit(sheet, steps=replace(NOTHING, centre=True))
    assert box_of(centred) == (12, 16, 12, 16)
    wide = np.zeros((140, 280), np.uint8)
    wide[:, 10:20] = 255
    assert box_of(drawing_to_digit(wide, steps=NOTHING)) == (7, 21, 1, 2)


@pytest.mark.parametrize("lean", [-0.8, -0.3, 0.3, 0.8])
def test_deskew_sets_a_slanting_digit_upright_without_breaking_it(lean) -> None:
    drawing = slanting_line(lean)
    found = cut_out(drawing)
    assert slant(found) == pytest.approx(lean, abs=0.12)
    steps = drawing_in_steps(drawing, steps=Steps(deskew=True))
    assert steps is not None
    assert abs(slant(steps.upright)) < 0.03
    height, width = (
        end - start for start, end in zip(box_of(steps.upright)[::2], box_of(steps.upright)[1::2], strict=True)
    )
    assert (height, width < 6) == (20, True)


def test_deskew_makes_the_slant_of_mnist_small_and_its_answers_hardly_change(mnist) -> None:
    upright = []
    for image in mnist.images[:200]:
        steps = drawing_in_steps(image, steps=Steps(deskew=True))
        assert steps is not None
        upright.append(steps)
    before = np.array([abs(slant(steps.even)) for steps in upright])
    after = np.array([abs(slant(steps.upright)) for steps in upright])
    assert before.mean() > 0.2
    assert after.mean() < 0.02
    assert after.max() < 0.1
    network = load_network(resources.DEFAULT_MODEL)
    seen = np.stack([steps.centred for steps in upright])
    assert (network.predict_proba(seen).argmax(axis=1) == mnist.labels[:200]).mean() > 0.9


def test_whoever_knows_the_strokes_gives_them_inked_anew() -> None:
    strokes = [np.array([(0, 0), (8, 0), (3, 12)], np.float32)]
    thin, thick, usual = (paint(strokes, width) for width in (0.02, 0.3, NORMAL_WIDTH))
    expected = drawing_to_digit(usual, steps=AS_INKED)
    for sheet in (thin, thick):
        np.testing.assert_array_equal(drawing_to_digit(sheet, inked=np.pad(usual, 9)), expected)
        np.testing.assert_array_equal(
            drawing_to_digit(sheet, inked=usual, steps=AS_INKED), drawing_to_digit(sheet, steps=AS_INKED)
        )
    assert difference(drawing_to_digit(thick), expected) > 20  # a thick pen is made no thinner by itself


@pytest.mark.parametrize("pen", [0.01, 0.03, 0.06])
def test_a_thin_pen_is_made_as_wide_as_usual(pen) -> None:
    strokes = [np.array([(0, 0), (8, 0), (3, 12)], np.float32)]
    thin, usual = paint(strokes, pen), drawing_to_digit(paint(strokes, NORMAL_WIDTH))
    mended, as_it_was = (difference(drawing_to_digit(thin, steps=steps), usual) for steps in (Steps(), AS_INKED))
    assert mended < 4
    assert as_it_was > 2 * mended


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


@pytest.mark.parametrize(("side", "thin", "thick"), [(2000, 3, 3), (3000, 4, 4), (1000, 2, 14), (600, 2, 8)])
def test_thin_strokes_of_large_pictures_are_not_lost(side, thin, thick) -> None:
    sheet = Image.new("L", (side, side))
    draw = ImageDraw.Draw(sheet)
    draw.line([(side * 0.3, side * 0.2), (side * 0.7, side * 0.2)], fill=255, width=thick)
    draw.line([(side * 0.7, side * 0.2), (side * 0.45, side * 0.8)], fill=255, width=thin)
    seven = drawing_to_digit(np.asarray(sheet))
    stem = seven[10:22].max(axis=1)
    assert stem.min() > 100, "the stem of the 7 must be there in every row"


@given(drawing=drawings, margin=st.integers(1, 3), grown=st.integers(0, 12))
@thorough
def test_distances_are_exact_to_the_last_bit(drawing, margin, grown) -> None:
    mask = np.pad(ndimage.uniform_filter(drawing, grown) if grown else drawing, margin) >= 20
    np.testing.assert_array_equal(_distance(mask), ndimage.distance_transform_edt(mask))


def test_the_steps_of_any_size_end_in_what_the_network_sees() -> None:
    gray = np.zeros((280, 280), np.uint8)
    gray[60:200, 100:112] = 255
    gray[60:72, 100:190] = 255
    for height, width in ((28, 28), (32, 32), (20, 24)):
        steps = drawing_in_steps(gray, inked=gray, size=(height, width))
        assert steps is not None
        assert [picture.shape for picture in steps.pictures] == [(height, width)] * 5
        np.testing.assert_array_equal(steps.centred, drawing_to_picture(gray, height, width, inked=gray))
