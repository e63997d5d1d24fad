"""Thickness, slant, size and position of a drawing, and what is said about them."""

import numpy as np
import pytest
from helpers.pictures import STROKES, draw_digit
from PIL import Image, ImageDraw

from model.handwriting.handwriting_style import (
    TRAITS,
    Style,
    measure_style,
    measure_styles,
    sentence_of,
    share_below,
)


def line(lean: float = 0.0, *, height: int = 150, pen: int = 16, right: int = 0, down: int = 0) -> np.ndarray:
    """Draw one line on a sheet of 300×300 that leans to the right by so many columns for every row upwards."""
    sheet = Image.new("L", (300, 300))
    x, y, reach = 150 + right, 150 + down, height / 2
    ImageDraw.Draw(sheet).line([(x + lean * reach, y - reach), (x - lean * reach, y + reach)], fill=255, width=pen)
    return np.asarray(sheet)


def style(gray: np.ndarray) -> Style:
    measured = measure_style(gray)
    assert measured is not None
    return measured


def test_an_empty_sheet_has_no_style() -> None:
    assert measure_style(np.zeros((28, 28), np.uint8)) is None
    assert measure_style(np.full((28, 28), 31, np.uint8)) is None


@pytest.mark.parametrize("degrees", [-35, -10, 0, 10, 35])
def test_the_slant_is_in_degrees_to_the_right(degrees) -> None:
    assert style(line(np.tan(np.radians(degrees)))).slant == pytest.approx(degrees, abs=2.5)


@pytest.mark.parametrize("pen", [6, 16, 40])
def test_the_thickness_is_a_share_of_the_longer_side(pen) -> None:
    assert style(line(pen=pen)).thickness == pytest.approx(pen / 150, rel=0.15)


def test_size_and_position_are_shares_of_the_sheet() -> None:
    small = style(line(height=60, right=60, down=-80))
    assert small.size == pytest.approx(0.2, abs=0.01)
    assert small.position == pytest.approx(1 / 3, abs=0.01)
    assert style(line(height=240)).size == pytest.approx(0.8, abs=0.01)
    assert style(line()).position == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("digit", STROKES)
def test_thickness_and_slant_do_not_depend_on_where_and_how_large(digit) -> None:
    small, large = (style(draw_digit(digit, side, side // 12)) for side in (120, 480))
    moved = style(np.roll(draw_digit(digit, 480, 40), (30, -40), (0, 1)))
    assert small.thickness == pytest.approx(large.thickness, rel=0.1)
    assert small.slant == pytest.approx(large.slant, abs=2)
    assert (moved.thickness, moved.slant, moved.size) == (large.thickness, large.slant, large.size)
    assert moved.position > large.position + 0.05


def test_pictures_are_measured_row_by_row_but_for_empty_ones(mnist) -> None:
    images = np.concatenate([mnist.images[:20], np.zeros((1, 28, 28), np.uint8), mnist.images[20:30]])
    styles = measure_styles(images)
    assert styles.shape == (30, 4)
    first = style(images[0])
    np.testing.assert_array_equal(styles[0], [first.thickness, first.slant, first.size, first.position])
    assert list(TRAITS) == list(Style.__slots__)
    assert 0.08 < np.median(styles[:, 0]) < 0.16
    assert np.median(styles[:, 2]) == pytest.approx(20 / 28, abs=0.02)
    assert measure_styles(images[:0]).shape == (0, 4)


def test_the_share_below_counts_equals_by_half() -> None:
    training = np.array([1.0, 2, 2, 3])
    for mine, expected in ((0, 0), (1, 0.125), (2, 0.5), (2.5, 0.75), (3, 0.875), (9, 1)):
        assert share_below(training, mine) == expected


def test_sentences_name_the_direction_the_share_and_a_remedy() -> None:
    for name, trait in TRAITS.items():
        unit = 1000 * trait.unseen
        training = np.linspace(0, unit, 101)
        assert sentence_of(name, training, 0.5 * unit) == "Typical of the training digits."
        more = sentence_of(name, training, 0.97 * unit)
        assert more == f"{trait.more} than 97 % of the training digits. {trait.remedy}"
        assert "than all of the training" in sentence_of(name, training, 7 * unit)
        if name != "position":
            less = sentence_of(name, training, 0.05 * unit)
            assert less == f"{trait.less} than 95 % of the training digits. {trait.remedy}"
            assert "than all of the training" in sentence_of(name, training, -7 * unit)


def test_nearer_to_the_middle_than_others_is_no_fault() -> None:
    assert sentence_of("position", np.linspace(0.1, 1, 100), 0.0) == "Typical of the training digits."


def test_what_nearly_all_training_digits_share_is_usual() -> None:
    for size in (0.7, 0.714, 0.75):
        assert sentence_of("size", np.full(100, 0.714), size) == "Typical of the training digits."
    assert "smaller than all" in sentence_of("size", np.full(100, 0.714), 0.6)
