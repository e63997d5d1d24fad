"""What a map is made of: where its points lie, and how they are painted."""

from collections import Counter

import numpy as np
import pytest
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor

from digitgui.widgets.plots.map_view import LARGEST_ZOOM, MapView
from digitgui.widgets.plots.point_painting import PointPicture

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0, 0]], np.float32)


@given(moves=st.lists(st.tuples(st.floats(0, 600), st.floats(0, 500), st.floats(0.2, 5)), max_size=12))
@few
def test_whatever_is_zoomed_the_middle_stays_on_the_map(moves) -> None:
    view = MapView()
    view.area = QRectF(0, 0, 600, 500)
    view.fit(CORNERS)
    for x, y, factor in moves:
        view.zoom_at(QPointF(x, y), factor)
        view.pan(QPointF(x - 300, y - 250))
        assert 1 <= view.zoom <= LARGEST_ZOOM
        (left, _, right, *_), (below, _, above, *_) = view.positions(CORNERS).T
        assert left <= 301
        assert right >= 299
        assert above <= 251
        assert below >= 249
    view.reset()
    np.testing.assert_allclose(view.positions(CORNERS)[4], [300, 250], atol=0.01)


def test_stamps_equal_discs_drawn_one_by_one() -> None:
    rng = np.random.default_rng(3)
    positions = rng.uniform(-5, 45, (30, 2)).astype(np.float32)
    picture = PointPicture(40, 30, 2.5)
    picture.stamp(positions, np.zeros(30, np.uint8), ("#FF0000",), 1.0)
    image = picture.image()
    assert image.size() == QSize(40, 30)
    centres = np.floor(positions).astype(int)
    centres = centres[((centres >= 0) & (centres < [40, 30])).all(axis=1)]
    for y in range(30):
        for x in range(40):
            covered = np.clip(3 - np.hypot(*(centres - [x, y]).T), 0, 1).max(initial=0)
            assert image.pixelColor(x, y).alphaF() == pytest.approx(covered, abs=0.07)


def test_no_rim_covers_the_core_of_another_point() -> None:
    picture = PointPicture(20, 20, 3)
    picture.stamp(np.array([[8, 10], [11, 10]], np.float32), np.array([0, 1], np.uint8), ("#FF0000", "#0000FF"), 1)
    counts = Counter(QColor(picture.image().pixel(x, y)).name() for x in range(20) for y in range(20))
    assert counts["#ff0000"] > 8
    assert counts["#0000ff"] > 8
    assert picture.image().pixelColor(0, 0).alpha() == 0
