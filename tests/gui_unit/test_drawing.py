import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from digitgui.drawings.drawing import RASTER_SIDE, Drawing


@pytest.fixture
def drawing(qtbot: QtBot) -> Drawing:
    return Drawing()


def stroke(drawing: Drawing, *points: tuple[float, float], width: float = 0.1, **options: object) -> None:
    drawing.begin_stroke(QPointF(*points[0]), width=width, **options)
    for point in points[1:]:
        drawing.extend_stroke(QPointF(*point))
    drawing.end_stroke()


def test_an_empty_drawing_is_black(drawing: Drawing) -> None:
    gray = drawing.to_gray()
    assert drawing.is_empty
    assert gray.shape == (RASTER_SIDE, RASTER_SIDE)
    assert gray.dtype == np.uint8
    assert not gray.any()


def test_a_stroke_has_its_width_and_place(drawing: Drawing) -> None:
    stroke(drawing, (-0.25, 0.0), (0.25, 0.0), width=0.1)
    gray = drawing.to_gray()
    column = gray[:, RASTER_SIDE // 2].astype(float) / 255
    assert column.sum() == pytest.approx(0.1 * RASTER_SIDE, abs=1)
    rows = np.flatnonzero(column)
    assert (rows[0] + rows[-1]) / 2 == pytest.approx((RASTER_SIDE - 1) / 2, abs=1)
    columns = np.flatnonzero(gray.any(axis=0))
    assert columns[0] == pytest.approx(0.2 * RASTER_SIDE, abs=2)  # the line begins at -0.25 and has a round end
    assert columns[-1] == pytest.approx(0.8 * RASTER_SIDE, abs=2)


def test_a_single_click_leaves_a_dot(drawing: Drawing) -> None:
    stroke(drawing, (0.0, 0.0), width=0.2)
    ink = drawing.to_gray().astype(float).sum() / 255
    assert ink == pytest.approx(np.pi * (0.1 * RASTER_SIDE) ** 2, rel=0.15)


def test_pressure_makes_the_line_thinner(drawing: Drawing) -> None:
    stroke(drawing, (-0.3, 0.0), (0.3, 0.0), width=0.1)
    full = drawing.to_gray().astype(float).sum()
    drawing.clear()
    drawing.begin_stroke(QPointF(-0.3, 0), width=0.1, pressure=0.5)
    drawing.extend_stroke(QPointF(0.3, 0), 0.5)
    drawing.end_stroke()
    assert drawing.to_gray().astype(float).sum() == pytest.approx(full / 2, rel=0.1)


def test_the_eraser_takes_ink_away(drawing: Drawing) -> None:
    stroke(drawing, (-0.3, 0.0), (0.3, 0.0), width=0.1)
    stroke(drawing, (-0.4, 0.0), (0.4, 0.0), width=0.3, erases=True)
    assert not drawing.to_gray().any()


def test_undo_redo_and_clear_walk_through_the_strokes(drawing: Drawing) -> None:
    stroke(drawing, (-0.3, 0.0), (0.3, 0.0))
    one = drawing.to_gray()
    stroke(drawing, (0.0, -0.3), (0.0, 0.3))
    two = drawing.to_gray()
    drawing.clear()
    assert drawing.is_empty
    drawing.undo_stack.undo()
    assert np.array_equal(drawing.to_gray(), two)
    drawing.undo_stack.undo()
    assert np.array_equal(drawing.to_gray(), one)
    drawing.undo_stack.undo()
    assert drawing.is_empty
    for _ in range(2):
        drawing.undo_stack.redo()
    assert np.array_equal(drawing.to_gray(), two)


def test_clearing_an_empty_drawing_leaves_nothing_to_undo(drawing: Drawing) -> None:
    drawing.clear()
    assert not drawing.undo_stack.canUndo()


def test_strokes_beyond_the_square_are_kept(drawing: Drawing) -> None:
    stroke(drawing, (-0.9, 0.0), (0.9, 0.0), width=0.1)
    gray = drawing.to_gray()
    assert gray.shape[1] > 1.8 * RASTER_SIDE
    assert np.flatnonzero(gray.any(axis=0)).size == pytest.approx(1.9 * RASTER_SIDE, abs=3)


def test_moving_without_pressing_draws_nothing(drawing: Drawing) -> None:
    drawing.extend_stroke(QPointF(0, 0))
    drawing.end_stroke()
    assert drawing.is_empty


def test_signals_tell_of_every_change_and_of_every_end(drawing: Drawing, qtbot: QtBot) -> None:
    with qtbot.waitSignals([drawing.changed] * 3 + [drawing.stroke_ended], order="strict"):
        stroke(drawing, (-0.3, 0.0), (0.3, 0.0))
