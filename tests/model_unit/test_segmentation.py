"""Numbers of several digits."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import STROKES, draw_digit
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from threadpoolctl import threadpool_limits

import resources
from model import Network, build, load_network
from model.errors import ShapeError
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.segmentation import read_number


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(resources.DEFAULT_MODEL)


def beside(pictures: list[np.ndarray], gap: int, rise: int = 0) -> np.ndarray:
    """Lay the ink of pictures beside each other; a negative gap lets them overlap."""
    inks = []
    for picture in pictures:
        rows, columns = (np.flatnonzero((picture >= 32).any(axis=axis)) for axis in (1, 0))
        inks.append(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    width = sum(ink.shape[1] + gap for ink in inks) + 40
    sheet = np.zeros((max(map(len, inks)) + 40 + rise * len(inks), width), np.uint8)
    left = 20
    for index, ink in enumerate(inks):
        top = 20 + rise * (len(inks) - 1 - index)
        view = sheet[top : top + len(ink), left : left + ink.shape[1]]
        np.maximum(view, ink, out=view)
        left += ink.shape[1] + gap
    return sheet


def large(mnist, index: int) -> np.ndarray:
    return np.asarray(Image.fromarray(mnist.images[index]).resize((112, 112), Image.Resampling.BICUBIC))


@given(digits=st.lists(st.sampled_from(sorted(STROKES)), min_size=1, max_size=5), gap=st.integers(12, 60))
@few
def test_clear_numbers_are_read_from_left_to_right(network, digits, gap) -> None:
    found = read_number(network, beside([draw_digit(digit, 150) for digit in digits], gap, rise=4))
    assert [digit.digit for digit in found] == digits
    assert [digit.segment.left for digit in found] == sorted(digit.segment.left for digit in found)
    for digit in found:
        np.testing.assert_array_equal(digit.picture, drawing_to_digit(digit.segment.gray))
        assert digit.confidence == digit.probabilities.max()
        assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)


@given(seed=st.integers(0, 1000), gap=st.integers(-12, 20), count=st.integers(1, 4))
@few
def test_no_ink_is_lost_or_doubled(network, mnist, seed, gap, count) -> None:
    rng = np.random.default_rng(seed)
    sheet = beside([draw_digit(int(rng.choice(sorted(STROKES))), 120) for _ in range(count)], gap)
    segments = [digit.segment for digit in read_number(network, sheet)]
    drawn = np.zeros(sheet.shape, int)
    for segment in segments:
        part = drawn[segment.top : segment.bottom, segment.left : segment.right]
        assert part.shape == segment.gray.shape
        assert segment.gray[0].any()
        assert segment.gray[:, -1].any()
        part += segment.gray
    np.testing.assert_array_equal(drawn, np.where(sheet >= 32, sheet, 0))


def test_a_lone_digit_stays_one(network, mnist) -> None:
    pictures = [large(mnist, index) for index in range(0, 5000, 50)]
    counts = [len(read_number(network, picture)) for picture in pictures]
    assert np.mean(np.array(counts) != 1) <= 0.01


def test_numbers_of_mnist_are_cut_where_digits_end(network, mnist) -> None:
    rng, counts, right = np.random.default_rng(5), 0, 0
    for _ in range(25):
        chosen = rng.integers(0, 5000, 3)
        found = read_number(network, beside([large(mnist, index) for index in chosen], 12))
        counts += len(found) == 3
        right += [digit.digit for digit in found] == mnist.labels[chosen].tolist()
    assert counts >= 24
    assert right >= 23


@pytest.mark.parametrize(("first", "second"), [(0, 7), (2, 4), (7, 0), (7, 2)])
def test_touching_digits_are_separated(network, first, second) -> None:
    sheet = beside([draw_digit(first, 200), draw_digit(second, 200)], -3)
    assert [digit.digit for digit in read_number(network, sheet)] == [first, second]


def test_a_bar_apart_from_its_five_belongs_to_it(network) -> None:
    sheet = Image.new("L", (320, 240), 0)
    draw = ImageDraw.Draw(sheet)
    draw.line([(60, 50), (52, 105), (85, 95), (115, 125), (105, 170), (50, 180)], 255, 14, joint="curve")
    draw.line([(80, 50), (125, 46)], 255, 14)
    assert [digit.digit for digit in read_number(network, np.asarray(sheet))] == [5]


def test_a_decimal_point_is_left_out(network) -> None:
    sheet = beside([draw_digit(2, 150), draw_digit(7, 150)], 50)
    middle = int(np.flatnonzero(~sheet[:, 25:-25].any(axis=0))[10]) + 25
    sheet[140:150, middle : middle + 10] = 255
    found = read_number(network, sheet)
    assert [digit.digit for digit in found] == [2, 7]
    assert max(digit.segment.gray.shape[1] for digit in found) < 130


def test_strokes_tell_overlapping_digits_apart(network) -> None:
    seven, zero = (draw_digit(digit, 200) for digit in (7, 0))
    sheets = [np.pad(seven, ((0, 0), (0, 120))), np.pad(zero, ((0, 0), (120, 0)))]
    sheets[1] = np.roll(sheets[1], -36, axis=1)
    found = read_number(network, np.maximum(*sheets), sheets)
    assert [digit.digit for digit in found] == [7, 0]


@pytest.mark.parametrize("shape", [(50, 60), (1, 1), (0, 4)])
def test_nothing_is_no_number(network, shape) -> None:
    for brightness in (0, 31):
        assert read_number(network, np.full(shape, brightness, np.uint8)) == []


@pytest.mark.parametrize("weight", [np.nan, 1e38, -1e38])
def test_a_network_that_has_diverged_still_gives_segments_and_no_warning(weight) -> None:
    broken = build("journal-8")
    for name, parameter in broken.named_parameters().items():
        parameter.value[...] = weight
        if name.endswith(".bias") and np.isfinite(weight):
            parameter.value[::2] *= -1
    assert read_number(broken, beside([draw_digit(digit, 150) for digit in (4, 2)], 30))


@pytest.mark.parametrize("strokes", [None, [np.zeros((9, 8), np.uint8)]])
def test_pictures_of_another_shape_are_refused(network, strokes) -> None:
    gray = np.zeros((9, 9), np.uint8 if strokes else np.float32)
    message = error_of(ShapeError, lambda: read_number(network, gray, strokes))
    assert "expected" in message
    assert "(9, 8)" in message if strokes else "float32" in message
