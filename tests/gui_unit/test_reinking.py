"""The drawing as the network sees it: inked anew with a pen of one width."""

from time import thread_time

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from digitgui.drawings.drawing import Drawing
from model.handwriting.preprocessing import drawing_to_digit

SEVEN = [(-0.3, -0.4), (0.3, -0.4), (0.0, 0.4)]


@pytest.fixture
def drawing(qtbot: QtBot) -> Drawing:
    return Drawing()


def stroke(drawing: Drawing, *points: tuple[float, float], width: float = 0.08, **options: object) -> None:
    drawing.begin_stroke(QPointF(*points[0]), width=width, **options)
    for point in points[1:]:
        drawing.extend_stroke(QPointF(*point), options.get("pressure", 1.0))
    drawing.end_stroke()


def width_of(gray: np.ndarray) -> float:
    """Measure the width of an upright line in the middle of a picture, in pixels."""
    return float(gray[gray.shape[0] // 2].sum()) / 255


@pytest.mark.parametrize("size", [1.0, 0.5, 0.2, 0.07])
@pytest.mark.parametrize("pen_width", [0.02, 0.15])
def test_size_and_pen_make_no_difference(drawing: Drawing, size: float, pen_width: float) -> None:
    stroke(drawing, *SEVEN, width=0.08)
    expected = drawing_to_digit(drawing.to_gray(pen=0.1)).astype(float).sum()
    drawing.clear()
    pen_width = min(pen_width, size * 0.6)  # or it would be a dot
    stroke(drawing, *((size * x + 0.05, size * y - 0.03) for x, y in SEVEN), width=pen_width)
    gray = drawing.to_gray(pen=0.1)
    assert max(gray.shape) == pytest.approx(206, abs=8)
    assert drawing_to_digit(gray).astype(float).sum() == pytest.approx(expected, rel=0.1)
    assert drawing_to_digit(drawing.to_gray()).astype(float).sum() != pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("pen", [0.05, 0.1, 0.2])
def test_the_width_is_a_share_of_the_longer_side(drawing: Drawing, pen: float) -> None:
    stroke(drawing, (0.1, -0.2), (0.1, 0.3))
    gray = drawing.to_gray(pen=pen)
    rows = np.flatnonzero(gray.any(axis=1))
    assert width_of(gray) / (np.ptp(rows) + 1) == pytest.approx(pen / (1 + pen), rel=0.04)


def test_pressure_thins_by_less_than_a_third(drawing: Drawing) -> None:
    stroke(drawing, (0.0, -0.3), (0.0, 0.3))
    full = width_of(drawing.to_gray(pen=0.1))
    drawing.clear()
    stroke(drawing, (0.0, -0.3), (0.0, 0.3), pressure=0.25)
    assert 0.7 * full <= width_of(drawing.to_gray(pen=0.1)) < 0.85 * full


def test_a_dot_keeps_its_width(drawing: Drawing) -> None:
    stroke(drawing, (0.2, 0.2), width=0.1)
    gray = drawing.to_gray(pen=0.05)
    assert gray.any()
    rows = np.flatnonzero(gray.any(axis=1))
    assert width_of(gray) / (np.ptp(rows) + 1) == pytest.approx(1, abs=0.05)


def test_the_eraser_keeps_its_width_and_what_it_took_does_not_count(drawing: Drawing) -> None:
    stroke(drawing, *((0.3 * x, 0.3 * y) for x, y in SEVEN))
    alone = drawing.to_gray(pen=0.1)
    drawing.clear()
    stroke(drawing, (-0.4, 0.4), (0.4, 0.4))
    stroke(drawing, (-0.5, 0.4), (0.5, 0.4), width=0.2, erases=True)
    stroke(drawing, *((0.3 * x, 0.3 * y) for x, y in SEVEN))
    assert np.array_equal(drawing.to_gray(pen=0.1), alone)
    stroke(drawing, (-0.5, -0.12), (0.5, -0.12), width=0.05, erases=True)
    assert drawing.to_gray(pen=0.1).astype(float).sum() < 0.8 * alone.astype(float).sum()


def test_an_empty_or_wholly_erased_drawing_is_black(drawing: Drawing) -> None:
    assert not drawing.to_gray(pen=0.1).any()
    stroke(drawing, (0, 0), (0.2, 0), erases=True)
    assert not drawing.to_gray(pen=0.1).any()
    drawing.clear()
    stroke(drawing, (0, 0), (0.2, 0))
    stroke(drawing, (-0.2, 0), (0.4, 0), width=0.3, erases=True)
    assert not drawing.to_gray(pen=0.1).any()


def test_a_picture_is_not_inked_anew(drawing: Drawing) -> None:
    stroke(drawing, *SEVEN)
    drawing.set_picture(np.eye(30, dtype=np.uint8) * 255)
    assert np.array_equal(drawing.to_gray(pen=0.1), drawing.to_gray())


def test_asking_while_the_pen_moves_makes_no_difference(drawing: Drawing) -> None:
    points = np.random.default_rng(3).normal(0, 0.03, (400, 2)).cumsum(axis=0).tolist()
    drawing.begin_stroke(QPointF(*points[0]), width=0.05)
    for point in points[1:]:
        drawing.extend_stroke(QPointF(*point))
        drawing.to_gray(pen=0.1)
    at_work = drawing.to_gray(pen=0.1)
    drawing.end_stroke()
    afresh = Drawing()
    afresh.replace(drawing.strokes)
    assert np.array_equal(at_work, afresh.to_gray(pen=0.1))
    assert np.array_equal(at_work, drawing.to_gray(pen=0.1))


def test_a_scribble_of_3000_points_is_inked_anew_at_every_movement(drawing: Drawing) -> None:
    angles, seconds = np.arange(3000) * 0.05, []
    radii = 0.05 + 0.4 * np.arange(3000) / 3000  # it grows all the time
    drawing.begin_stroke(QPointF(radii[0], 0), width=0.08)
    for angle, radius in zip(angles, radii, strict=True):
        drawing.extend_stroke(QPointF(radius * np.cos(angle), radius * np.sin(angle)))
        began = thread_time()
        drawing.to_gray(pen=0.1)
        seconds.append(thread_time() - began)
    assert np.percentile(seconds, 95) < 0.012
