"""A map of a data set: each picture a point in the colour of its class."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from digitgui.looks.class_looks import class_colors
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.painted import Painted
from digitgui.widgets.plots.map_decorations import paint_legend, paint_picture, paint_rectangle, paint_ring
from digitgui.widgets.plots.map_points import MapPoints
from digitgui.widgets.plots.map_view import MapView, Points
from digitgui.widgets.plots.point_painting import PointPicture
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.task import DIGITS, Task

MARGIN = 20
LEGEND_HEIGHT = 28
FAINT = 0.15
"""Opacity of the points that are not among the visible ones."""
ZOOM_STEP = 1.25


class ScatterMap(Painted):
    """Shows pictures as points, and lets one look around and choose.

    The wheel zooms; the middle button, or the left one with the space bar held, moves; a double click shows
    everything again. A click selects the nearest picture, a rectangle drawn with the left button chooses all in
    it, and the arrow keys go from picture to picture.

    Signals
    -------
    selected(int)
        The index, in the data set, of the picture that was clicked or reached by the arrow keys.
    region_chosen(ndarray of int)
        The rising indices, in the data set, of the pictures in the rectangle; none after a click on empty ground,
        which means all.
    """

    accessible_role = Role.Chart

    selected = Signal(int)
    region_chosen = Signal(object)

    def __init__(self, message: str = "") -> None:
        super().__init__()
        self._message = message
        self._view = MapView()
        self._picture: QImage | None = None  # the points as they lie now; None if they have moved
        self._points = MapPoints(np.zeros((0, 2), np.float32), np.zeros(0, np.intp), np.zeros(0, np.uint8))
        self._given: Points = np.zeros((0, 2), np.float32)  # coordinates as they came
        self._images: ImageArray = np.zeros((0, 28, 28), np.uint8)
        self._task = DIGITS
        self._current = self._hovered = -1  # numbers of points; -1 for none
        self._pressed_at: QPointF | None = None
        self._panned_from: QPointF | None = None
        self._rectangle = QRectF()
        self._space_is_down = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 160)
        self.setAccessibleName("Map of the data set")
        self._describe()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable rectangle."""
        return QSize(560, 420)

    def set_message(self, message: str) -> None:
        """Say this where there are no points."""
        self._message = message
        self._describe()
        self.update()

    def set_points(
        self,
        coordinates: Points,
        indices: IndexArray,
        labels: LabelArray,
        images: ImageArray,
        task: Task = DIGITS,
    ) -> None:
        """Show other points, all of them; where only labels are other ones, the view stays.

        Parameters
        ----------
        coordinates : ndarray of float32, shape (n, 2)
            No points show the message.
        indices : ndarray of int, shape (n,)
            Which picture of the data set each is.
        labels : ndarray of uint8, shape (n,)
            The class of each point.
        images : ndarray of uint8
            All pictures of the data set.
        task : Task
            What they are about.
        """
        current, moved = self.current, not np.array_equal(coordinates, self._given)
        self._given = coordinates
        self._points, self._images, self._task = MapPoints(coordinates, indices, labels), images, task
        if moved:
            self._view.fit(self._points.coordinates)
        self._lay_out()
        self.set_current(current)

    def table_rows(self) -> list[list[str]]:
        """Return a line for each picture that is not faint, in the order of the data set, the head first."""
        points, names = self._points, self._task.class_names
        shown = np.flatnonzero(points.visible)
        rows = [["picture", "x", "y", "class"]]
        for number in shown[np.argsort(points.indices[shown])]:
            x, y = points.coordinates[number]
            rows.append([str(points.indices[number]), f"{x:.6g}", f"{y:.6g}", names[points.labels[number]]])
        return rows

    @property
    def current(self) -> int:
        """The index, in the data set, of the picture with the ring; -1 if there is none."""
        return int(self._points.indices[self._current]) if self._current >= 0 else -1

    def set_current(self, index: int) -> None:
        """Draw a ring around a picture of the data set, if it is on the map."""
        self._current = self._points.number_of(index)
        self._describe()
        self.update()

    def set_visible_indices(self, mask: npt.NDArray[np.bool_] | None) -> None:
        """Draw only some points in full colour, and no others can be chosen.

        Parameters
        ----------
        mask : ndarray of bool, shape (pictures of the data set,), optional
            None for all.
        """
        self._points.show(mask)
        self._repaint_points()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw a rectangle, or to move the map."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space_is_down):
            self._panned_from = event.position()
        elif left:
            self._pressed_at = event.position()
        self._hover(None)
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun, or show the picture under the mouse."""
        place = event.position()
        if self._panned_from is not None:
            self._view.pan(place - self._panned_from)
            self._panned_from = place
            self._lay_out()
        elif self._pressed_at is not None:
            far = (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
            if far or not self._rectangle.isNull():
                self._rectangle = QRectF(self._pressed_at, place).normalized()
                self.update()
        else:
            self._hover(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked, or what lies in the rectangle."""
        self._panned_from = None
        pressed_at, rectangle = self._pressed_at, self._rectangle
        if event.button() == Qt.MouseButton.LeftButton and pressed_at is not None and len(self._points):
            self._pressed_at, self._rectangle = None, QRectF()
            if rectangle.isNull():
                self._click(pressed_at)
            else:
                self.region_chosen.emit(self._points.within(rectangle))
        self._show_cursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Show everything again."""
        self._view.reset()
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse."""
        self._view.zoom_at(event.position(), ZOOM_STEP ** (event.angleDelta().y() / 120))
        self._lay_out()
        self._hover(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the picture under the mouse away."""
        self._hover(None)
        super().leaveEvent(event)

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next picture by the arrows; space lets the left button move the map."""
        direction = ARROWS.get(Qt.Key(event.key()))
        if direction is not None:
            self._go(direction)
        elif event.key() == Qt.Key.Key_Space:
            self._space_is_down = True
            self._show_cursor()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of the map."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_is_down = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the map: the release of the space bar will not be seen here."""
        self._space_is_down = False
        self._show_cursor()
        super().focusOutEvent(event)

    # the picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the points out anew."""
        self._view.area = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - LEGEND_HEIGHT)
        self._lay_out()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the points as they were painted before, and on them what follows the mouse."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.card))
            if len(self._points):
                self._paint(painter)
            else:
                painter.setPen(QColor(self._theme.muted))
                words = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._theme.accent), 4))
                painter.drawRect(self.rect())

    def _paint(self, painter: QPainter) -> None:
        theme = self._theme
        painter.drawImage(0, 0, self._painted_points())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strip = QRectF(0, self.height() - LEGEND_HEIGHT, self.width(), LEGEND_HEIGHT)
        paint_legend(painter, strip, theme, self._task)
        if self._current >= 0:
            paint_ring(painter, self._points.place(self._current), self._radius() + 5, theme)
        if not self._rectangle.isNull():
            paint_rectangle(painter, self._rectangle, theme)
        if self._hovered >= 0:
            number, place = self._hovered, self._points.place(self._hovered)
            paint_ring(painter, place, self._radius() + 2, theme)
            index = int(self._points.indices[number])
            words = f"Picture {index:,} · label {self._label(number)}"
            paint_picture(painter, place, QRectF(self.rect()), self._images[index], words, theme)

    def _painted_points(self) -> QImage:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            size, points = self.size() * ratio, self._points
            colors = class_colors(self._task.count)
            picture = PointPicture(size.width(), size.height(), self._radius() * ratio)
            for shown, opacity in ((~points.visible, FAINT), (points.visible, 1.0)):
                if shown.any():
                    picture.stamp(points.positions[shown] * ratio, points.labels[shown], colors, opacity)
            self._picture = picture.image()
            self._picture.setDevicePixelRatio(ratio)
        return self._picture

    def _label(self, number: int) -> str:
        return self._task.class_names[self._points.labels[number]]

    def _radius(self) -> float:
        """Radius of a point in pixels: the more there are the smaller, and a little larger from near."""
        return float(np.clip(2.2 * (5000 / len(self._points)) ** 0.25, 1.2, 4) * min(self._view.zoom**0.25, 2.5))

    def _lay_out(self) -> None:
        self._points.lay_out(self._view)
        self._repaint_points()

    def _repaint_points(self) -> None:
        self._picture = None
        self._hovered = -1
        self.update()

    def _click(self, place: QPointF) -> None:
        number = self._points.at(place)
        if number >= 0:
            self._choose(number)
        else:
            self.region_chosen.emit(np.zeros(0, np.intp))

    def _go(self, direction: tuple[int, int]) -> None:
        """Select the next picture in a direction; from nowhere, the one in the middle."""
        if self._current < 0:
            number = self._points.nearest_to(self._view.area.center())
        else:
            number = self._points.nearest_to(self._points.place(self._current), direction)
        if number >= 0:
            self._choose(number)

    def _choose(self, number: int) -> None:
        self._current = number
        place, area = self._points.place(number), self._view.area
        if not area.contains(place):
            self._view.pan(area.center() - place)
            self._lay_out()
        self._describe()
        self.update()
        self.selected.emit(self.current)

    def _hover(self, place: QPointF | None) -> None:
        hovered = -1 if place is None else self._points.at(place)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def _show_cursor(self) -> None:
        if self._panned_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_is_down:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _describe(self) -> None:
        count, current = len(self._points), self._current
        chosen = f"; picture {self.current:,}, label {self._label(current)}" if current >= 0 else ""
        self.setAccessibleDescription(f"{count:,} pictures{chosen}" if count else self._message)
