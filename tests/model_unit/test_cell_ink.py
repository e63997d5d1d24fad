"""Whose ink it is, and which of it is a sign."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from model.sheets.cell_ink import CellInk, ink_of_cells
from model.sheets.rule_removal import without_rules
from model.sheets.rules import Rule

Plane = npt.NDArray[np.float32]
HEIGHT = 30.0
NODES = np.stack(np.meshgrid([0.0, 100.0, 200.0], [0.0, 60.0, 120.0]), axis=2)


def paper() -> Plane:
    return np.zeros((120, 200), np.float32)


def zero(plane: Plane, left: int, top: int = 15, strength: float = 1.0) -> None:
    """Draw a digit 20 wide and 30 high."""
    cv2.ellipse(plane, (left + 10, top + 15), (8, 13), 0, 0, 360, strength, 4)


def stroke(plane: Plane, *ends: tuple[int, int], width: int = 4) -> None:
    cv2.line(plane, *ends, 1.0, width)


def first(plane: Plane) -> CellInk:
    return ink_of_cells(plane, NODES, HEIGHT)[0][0]


def test_each_cell_has_its_own_ink_and_others_are_blank() -> None:
    plane = paper()
    zero(plane, 120, 75)
    cells = ink_of_cells(plane, NODES, HEIGHT)
    assert [[cell.is_blank for cell in row] for row in cells] == [[True, True], [True, False]]
    assert (cells[1][1].left, cells[1][1].top) == pytest.approx((120, 75), abs=2)


def test_a_dash_before_the_digits_is_a_minus() -> None:
    plane = paper()
    stroke(plane, (8, 30), (20, 30))
    assert first(plane).minus
    assert not first(plane).gray.any()
    zero(plane, 30)
    cell = first(plane)
    assert cell.minus
    assert cell.gray.shape[1] > 30  # its place remains, so that the box of the ink stays true
    assert not cell.gray[:, :15].any()


def test_a_point_lies_low_between_digits() -> None:
    plane = paper()
    zero(plane, 10)
    zero(plane, 50)
    assert first(plane).point is None
    cv2.circle(plane, (40, 42), 2, 1.0, -1)
    assert first(plane).point == pytest.approx(28, abs=3)


def test_a_point_may_touch_a_digit_by_faint_ink() -> None:
    plane = paper()
    zero(plane, 10)
    zero(plane, 50)
    cv2.circle(plane, (36, 42), 2, 1.0, -1)
    stroke_ends = (27, 38), (36, 42)
    cv2.line(plane, *stroke_ends, 0.45, 2)
    zero(plane, 10)
    cv2.circle(plane, (36, 42), 2, 1.0, -1)
    assert first(plane).point is not None


def test_ink_high_up_is_no_point() -> None:
    plane = paper()
    zero(plane, 10)
    zero(plane, 50)
    cv2.circle(plane, (40, 18), 2, 1.0, -1)
    assert first(plane).point is None


def test_ditto_marks_stand_alone() -> None:
    plane = paper()
    stroke(plane, (40, 20), (40, 28))
    stroke(plane, (48, 20), (48, 28))
    assert first(plane).is_ditto
    assert not first(plane).is_blank
    zero(plane, 60)
    assert not first(plane).is_ditto


def test_a_long_line_through_a_number_crosses_it_out() -> None:
    plane = paper()
    zero(plane, 10)
    zero(plane, 40)
    zero(plane, 70)
    assert not first(plane).is_crossed_out
    stroke(plane, (5, 25), (95, 36), width=3)
    assert first(plane).is_crossed_out


def test_a_digit_over_the_border_is_of_the_number_that_it_is_near() -> None:
    plane = paper()
    zero(plane, 58)
    zero(plane, 92)  # more of it lies in the second cell
    zero(plane, 160)
    left, right = ink_of_cells(plane, NODES, HEIGHT)[0]
    assert left.gray.shape[1] > 45
    assert right.gray.shape[1] < 25
    assert left.parted == right.parted > 0.1


def test_a_digit_in_its_cell_is_not_parted() -> None:
    plane = paper()
    zero(plane, 40)
    assert not first(plane).parted


def test_what_is_left_of_a_rule_is_no_digit() -> None:
    plane = paper()
    zero(plane, 40)
    stroke(plane, (97, 5), (97, 50), width=2)
    stroke(plane, (20, 57), (70, 57), width=2)
    assert first(plane).gray.shape[1] < 25


def rule(y: float, begin: float = 0.0, end: float = 199.0) -> Rule:
    along = np.linspace(begin, end, 12)
    return Rule(along, np.full(12, y), 2.0)


def test_rules_go_and_strokes_over_them_stay() -> None:
    plane = paper()
    stroke(plane, (0, 60), (199, 60), width=2)
    plane *= 0.6
    zero(plane, 40, 46)  # its foot reaches below the rule
    stroke(plane, (120, 60), (140, 60))  # along the rule, darker
    cleared = without_rules(plane, [rule(60.5)], [])
    assert not cleared[58:63, 80:110].any()
    assert (cleared[60, 123:138] > 0.5).all()
    digit = np.s_[44:78, 38:64]
    assert (cleared[digit] > 0.5).sum() > 0.9 * (plane[digit] > 0.65).sum()


def test_a_short_row_of_feet_is_no_rule() -> None:
    plane = paper()
    stroke(plane, (0, 60), (199, 60), width=2)
    stroke(plane, (40, 100), (80, 100), width=3)
    cleared = without_rules(plane, [rule(60.5), rule(100.0, 40, 80)], [])
    assert (cleared[100, 45:75] > 0.5).all()
    assert not cleared[60, 5:195].any()


def test_check_marks_and_underlines_are_left_out() -> None:
    plane = paper()
    zero(plane, 20)
    alone = first(plane).gray
    stroke(plane, (15, 52), (60, 53), width=2)
    stroke(plane, (70, 20), (75, 27), width=2)
    stroke(plane, (75, 27), (85, 8), width=2)
    cell = first(plane)
    assert np.count_nonzero(cell.gray) == np.count_nonzero(alone)
    assert not cell.is_crossed_out


def test_an_underline_that_touches_digits_of_two_rows_is_taken_off() -> None:
    plane = paper()
    zero(plane, 20, 28)
    zero(plane, 20, 62)
    alone = [ink_of_cells(plane, NODES, HEIGHT)[row][0].gray.sum() for row in (0, 1)]
    stroke(plane, (8, 59), (80, 60), width=5)
    for row, ink in enumerate(alone):
        cell = ink_of_cells(plane, NODES, HEIGHT)[row][0]
        assert cell.gray.shape[1] < 25
        assert 0.8 * ink < cell.gray.sum() < 1.2 * ink
        assert not cell.is_crossed_out


def test_ink_below_and_above_the_line_of_a_number_is_left_out() -> None:
    plane = paper()
    zero(plane, 40, 14)
    zero(plane, 64, 12)
    alone = first(plane).gray
    stroke(plane, (10, 46), (15, 54), width=3)
    stroke(plane, (15, 54), (26, 48), width=3)
    stroke(plane, (52, 2), (60, 6), width=4)
    assert np.count_nonzero(first(plane).gray) == np.count_nonzero(alone)


def test_a_dash_and_the_feet_of_digits_cross_nothing_out() -> None:
    plane = paper()
    stroke(plane, (10, 30), (50, 30))
    assert not first(plane).is_crossed_out
    plane = paper()
    zero(plane, 20)
    zero(plane, 50)
    stroke(plane, (22, 43), (70, 43))
    assert not first(plane).is_crossed_out


@pytest.mark.parametrize(
    "places", [[(30, 0), (60, 0), (34, 32)], [(10, 0), (55, 32)], [(30, 0), (34, 32)], [(5, 0), (30, 0), (60, 22)]]
)
def test_digits_above_one_another_are_two_lines(places: list[tuple[int, int]]) -> None:
    plane = paper()
    for left, top in places:
        zero(plane, left, top)
    assert first(plane).has_second_line


def test_marks_and_a_number_that_climbs_are_one_line() -> None:
    plane = paper()
    for number in range(3):
        zero(plane, 5 + 26 * number, 22 - 8 * number)
    assert not first(plane).has_second_line
    plane = paper()
    zero(plane, 10)
    zero(plane, 36)
    stroke(plane, (8, 53), (70, 51), width=2)  # an underline
    stroke(plane, (66, 34), (72, 48), width=3)  # a check mark below the line
    stroke(plane, (72, 48), (88, 28), width=3)
    stroke(plane, (30, 2), (38, 10), width=4)  # the foot of a digit above
    assert not first(plane).has_second_line
