import math
from itertools import pairwise

import numpy as np
import pytest
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from digitgui.drawings.raster import Raster, View
from digitgui.drawings.strokes import PIECE, Stroke

VIEW = View(0, 0, 200, 200, 200)


def stroke_of(
    points: list[tuple[float, float]], pressures: list[float] | None = None, width: float = 0.08
) -> Stroke:
    stroke = Stroke(width, False)
    for index, point in enumerate(points):
        stroke.add(QPointF(*point), pressures[index] if pressures else 1.0, 10.0 * index)
    return stroke


def painted(*strokes: Stroke, view: View = VIEW) -> np.ndarray:
    return Raster().gray(view, list(strokes), None, None)


def circle(count: int, radius: float = 0.3) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * math.pi, count + 1)
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def walk(count: int, seed: int = 0) -> list[tuple[float, float]]:
    steps = np.random.default_rng(seed).normal(0, 0.02, (count, 2)).cumsum(axis=0)
    return [tuple(point) for point in 0.4 * steps / np.abs(steps).max()]


def test_eight_points_of_a_circle_are_painted_as_a_circle() -> None:
    few = painted(stroke_of(circle(8))).astype(float)
    many = painted(stroke_of(circle(400))).astype(float)
    chords = painted(*(stroke_of(list(pair)) for pair in pairwise(circle(8)))).astype(float)
    assert np.abs(few - many).sum() < 0.15 * np.abs(chords - many).sum()


def test_a_corner_stays_a_corner() -> None:
    corner = painted(stroke_of([(-0.3, 0.3), (0.0, -0.3), (0.3, 0.3)]))
    lines = painted(stroke_of([(-0.3, 0.3), (0.0, -0.3)]), stroke_of([(0.0, -0.3), (0.3, 0.3)]))
    assert np.abs(corner.astype(float) - lines).mean() < 0.5


def test_the_curve_goes_through_every_point_and_joins_its_pieces() -> None:
    stroke = stroke_of(walk(5 * PIECE))
    places = [piece.places for piece in stroke.pieces(0)]
    for before, after in pairwise(places):
        assert np.allclose(before[-1], after[0])
    curve = np.concatenate(places)
    for point in stroke.points:
        assert np.hypot(*(curve - (point.x(), point.y())).T).min() < 1e-9


@few
@given(st.integers(1, 3 * PIECE), st.integers(0, 5), st.booleans())
def test_what_is_painted_while_the_pen_moves_has_the_pixels_of_what_is_painted_at_once(
    step: int, seed: int, with_pressure: bool
) -> None:
    points = walk(3 * PIECE, seed)
    pressures = [0.6 + 0.4 * math.sin(i / 5) for i in range(len(points))] if with_pressure else [1.0] * len(points)
    raster, stroke = Raster(), Stroke(0.08, False)
    for index, point in enumerate(points):
        stroke.add(QPointF(*point), pressures[index], 0.0)
        if index % step == 0:
            raster.gray(VIEW, [], stroke, None)
    at_work = raster.gray(VIEW, [], stroke, None)
    ended = raster.gray(VIEW, [stroke], None, None)
    at_once = painted(stroke_of(points, pressures))
    assert np.array_equal(at_work, at_once)
    assert np.array_equal(ended, at_once)


def test_pressure_changes_the_width_smoothly() -> None:
    points = [(x, 0.0) for x in np.linspace(-0.4, 0.4, 9)]
    gray = painted(stroke_of(points, list(np.linspace(0.2, 1.0, 9)), width=0.2)).astype(float) / 255
    widths = gray.sum(axis=0)[25:165]
    expected = 200 * 0.2 * np.linspace(0.25, 0.95, 150)[:140]
    assert np.abs(widths - expected).max() < 2
    assert np.abs(np.diff(widths)).max() < 0.6  # no steps from point to point


def test_a_line_whose_width_changes_has_no_holes() -> None:
    curl = [
        (0.25 * math.exp(-i / 60) * math.cos(i / 3), 0.25 * math.exp(-i / 60) * math.sin(i / 3)) for i in range(90)
    ]
    pressures = [0.7 + 0.3 * math.sin(i) for i in range(90)]
    stroke = stroke_of(curl, pressures)
    gray = painted(stroke)
    for point in stroke.points:
        assert gray[round(100 + 200 * point.y()) - 1, round(100 + 200 * point.x()) - 1] > 200


def test_points_that_have_hardly_moved_are_not_kept() -> None:
    stroke = stroke_of([(0.0, 0.0), (0.0005, 0.0005), (0.1, 0.0)])
    assert len(stroke.points) == len(stroke.pressures) == len(stroke.times) == 2


@pytest.mark.parametrize("count", [1, 2, 3, PIECE, PIECE + 1, PIECE + 2, PIECE + 3, 2 * PIECE + 2])
def test_any_number_of_points_is_painted_to_its_end(count: int) -> None:
    points = [(-0.4 + 0.8 * i / 200, 0.0) for i in range(count)]
    columns = np.flatnonzero(painted(stroke_of(points)).any(axis=0))
    assert columns[0] == pytest.approx(100 + 200 * (-0.44), abs=1)
    assert columns[-1] == pytest.approx(100 + 200 * (points[-1][0] + 0.04), abs=1)


def test_a_long_stroke_stays_cheap() -> None:
    from time import thread_time

    raster, stroke, seconds = Raster(), Stroke(0.08, False), []
    for index, point in enumerate(walk(3000)):
        stroke.add(QPointF(*point), 1.0, 0.0)
        if index > 2800:
            began = thread_time()
            raster.gray(View(0, 0, 280, 280, 280), [], stroke, None)
            seconds.append(thread_time() - began)
    assert np.percentile(seconds, 50) < 0.008
