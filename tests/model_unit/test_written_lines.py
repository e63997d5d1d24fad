"""Paper without rules is straightened by what is written on it."""

import numpy as np
import pytest

from model.sheets.flat_paper import moved
from model.sheets.written_lines import straightening_by_writing


@pytest.mark.parametrize(("across", "down"), [(0.0, 0.0), (0.08, -0.08), (-0.1, 0.05)])
def test_lines_become_level_and_columns_upright(across: float, down: float) -> None:
    ink = np.zeros((900, 800), np.float32)
    marks = np.array([(x, y) for y in range(150, 800, 70) for x in range(150, 700, 90)], float)
    leaning = np.array([[1.0, down, -down * 450], [across, 1.0, -across * 400], [0, 0, 1]])
    for x, y in np.rint(moved(marks, leaning)).astype(int):
        ink[y - 9 : y + 9, x - 8 : x + 8] = 1
    matrix = straightening_by_writing(ink)
    assert matrix is not None
    straight = moved(moved(marks, leaning), matrix).reshape(10, 7, 2)
    assert np.ptp(straight[:, :, 1], axis=1).max() < 7
    assert np.ptp(straight[:, :, 0], axis=0).max() < 7


def test_an_empty_sheet_stays_as_it_is() -> None:
    assert straightening_by_writing(np.zeros((300, 200), np.float32)) is None
