"""Paper without rules is straightened by what is written on it."""

import numpy as np
import pytest

from model.sheets.flat_paper import Plane
from model.sheets.perspective import Points, map_of_slopes, moved
from model.sheets.written_lines import inked_pixels, slopes_of_writing

SHAPE = 900, 800
SIDES = 1.0, 800 / 900
MARKS: Points = np.array([(x, y) for y in range(150, 800, 70) for x in range(150, 700, 90)], float)


def ink_at(places: Points) -> Plane:
    ink = np.zeros(SHAPE, np.float32)
    for x, y in np.rint(places).astype(int):
        ink[y - 9 : y + 9, x - 8 : x + 8] = 1
    return ink


@pytest.mark.parametrize(
    ("across", "down"),
    [
        ((0.0, 0.0), (0.0, 0.0)),
        ((0.08, 0.0), (-0.08, 0.0)),
        ((-0.1, 0.0), (0.05, 0.0)),
        ((0.03, 0.2), (0.0, -0.16)),
    ],
)
def test_lines_become_level_and_columns_upright(across: tuple[float, float], down: tuple[float, float]) -> None:
    flat = map_of_slopes(across, down, SHAPE)
    assert flat is not None
    leaning = moved(MARKS, np.asarray(np.linalg.inv(flat), np.float64))
    pixels = inked_pixels(ink_at(leaning))
    assert pixels is not None
    found = [slopes_of_writing(*parts) for parts in zip(pixels, SIDES, strict=True)]
    matrix = map_of_slopes(found[0], found[1], SHAPE)
    assert matrix is not None
    straight = moved(leaning, matrix).reshape(10, 7, 2)
    assert np.ptp(straight[:, :, 1], axis=1).max() < 7
    assert np.ptp(straight[:, :, 0], axis=0).max() < 7


def test_rules_are_believed_unless_the_writing_is_sharper_otherwise() -> None:
    pixels = inked_pixels(ink_at(MARKS))
    assert pixels is not None
    assert slopes_of_writing(pixels[0], SIDES[0], (0.001, 0.004)) == (0.001, 0.004)
    slope, change = slopes_of_writing(pixels[0], SIDES[0], (0.03, 0.1))
    assert abs(slope) < 0.004
    assert abs(change) < 0.02


def test_an_empty_sheet_says_nothing() -> None:
    assert inked_pixels(np.zeros((300, 200), np.float32)) is None
