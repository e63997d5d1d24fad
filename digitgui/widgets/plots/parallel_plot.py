"""Parallel coordinates: a line for each run, across an axis for each setting, to its accuracy."""

from collections.abc import Collection

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from digitgui.looks.theme import tabular
from digitgui.runs.parallel_axes import Axis, Parallels
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

SIDE, TOP, BOTTOM = 56, 34, 16
MANY_LINES = 200
"""More are painted in a plainer way, which is fast."""
SHADES = 16
NEAR = 12.0
"""A click so many pixels from a line chooses it."""


class ParallelPlot(Painted):
    """Shows `Parallels`; the worst accuracy has one colour of the theme, the best the other.

    Signals
    -------
    chosen(str)
        The run whose line was clicked, or reached by the arrow keys.
    """

    accessible_role = Role.Chart

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._parallels = Parallels([], [], [])
        self._emphasised: Collection[str] = ()
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 160)
        self.setAccessibleName("Parallel coordinates of the runs")

    def sizeHint(self) -> QSize:
        """Ask for a comfortable rectangle."""
        return QSize(600, 300)

    def table_rows(self) -> list[list[str]]:
        """Return a line for each run, with what it has on each axis, the head first."""
        axes = self._parallels.axes
        return [
            ["run", *(axis.title for axis in axes)],
            *([name, *(axis.texts[number] for axis in axes)] for number, name in enumerate(self._parallels.names)),
        ]

    def show_parallels(self, parallels: Parallels) -> None:
        """Draw other lines."""
        self._parallels, self._hovered = parallels, -1
        self.setAccessibleDescription(f"{len(parallels.runs)} runs, {len(parallels.axes)} axes")
        self.update()

    def emphasise(self, runs: Collection[str]) -> None:
        """Draw some lines strongly."""
        self._emphasised = runs
        self.update()

    def point_of(self, run: str, axis: int) -> QPointF:
        """Tell where the line of a run crosses an axis, in pixels."""
        return self._place(axis, float(self._parallels.axes[axis].heights[self._parallels.runs.index(run)]))

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the lines, the chosen ones last, and the axes over them."""
        with QPainter(self) as painter:
            if not self._parallels.axes:
                painter.setPen(QColor(self._theme.muted))
                text = "Runs that differ in their settings appear here as lines"
                painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self._parallels.runs) <= MANY_LINES)
            strong = {number for number, run in enumerate(self._parallels.runs) if run in self._emphasised}
            self._paint_faint(painter, 110 if strong else 190)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in sorted(strong):
                self._paint_line(painter, number, 3)
            if self._hovered >= 0:
                self._paint_line(painter, self._hovered, 3)
            for number, axis in enumerate(self._parallels.axes):
                self._paint_axis(painter, number, axis)
            if self._hovered >= 0:
                self._paint_name(painter)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_faint(self, painter: QPainter, opacity: int) -> None:
        """Paint all lines, those of about one colour at once, which is fast however many they are."""
        axes = self._parallels.axes
        heights = np.array([axis.heights for axis in axes]).T
        x = SIDE + np.arange(len(axes)) * self._distance()
        y = TOP + (1 - heights) * (self.height() - TOP - BOTTOM)
        shade = np.round(heights[:, -1] * (SHADES - 1))
        joins = np.ones(len(axes), np.int32)
        joins[-1] = 0  # the end of one line is not the beginning of the next
        for number in np.unique(shade):
            rows = y[shade == number]
            path = pg.arrayToQPath(np.tile(x, len(rows)), rows.ravel(), np.tile(joins, len(rows)))
            painter.setPen(QPen(self._shade(float(number) / (SHADES - 1), opacity), 1))
            painter.drawPath(path)

    def _paint_line(self, painter: QPainter, number: int, width: float) -> None:
        color = self._shade(float(self._parallels.axes[-1].heights[number]))
        painter.setPen(QPen(color, width, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(self._points(number)))

    def _paint_axis(self, painter: QPainter, number: int, axis: Axis) -> None:
        theme, metrics = self._theme, QFontMetricsF(self.font())
        painter.setFont(tabular(self.font()))
        top, bottom = self._place(number, 1.0), self._place(number, 0.0)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(top, bottom)
        painter.setPen(QColor(theme.text))
        title = metrics.elidedText(axis.title, Qt.TextElideMode.ElideRight, self._distance() - 6)
        box = QRectF(top.x() - self._distance() / 2, 4, self._distance(), 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, title)
        ground = QColor(theme.card)
        ground.setAlpha(215)
        is_last = number == len(self._parallels.axes) - 1
        for height, text in axis.ticks:
            place = self._place(number, height)
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.drawLine(place - QPointF(3, 0), place + QPointF(3, 0))
            short = metrics.elidedText(
                text, Qt.TextElideMode.ElideMiddle, self._distance() * 0.55
            )  # journal-8 and -16
            width = metrics.horizontalAdvance(short) + 6
            left = place.x() - 6 - width if is_last else place.x() + 6
            behind = QRectF(left, place.y() - 8, width, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(behind, 3, 3)
            painter.setPen(QColor(theme.muted))
            painter.drawText(behind, Qt.AlignmentFlag.AlignCenter, short)

    def _paint_name(self, painter: QPainter) -> None:
        """Write whose line lies under the mouse."""
        name = self._parallels.names[self._hovered]
        metrics = QFontMetricsF(self.font())
        box = QRectF(0, 0, metrics.horizontalAdvance(name) + 16, 24)
        box.moveCenter(QPointF(self.width() / 2, self.height() - BOTTOM - 6))
        painter.setPen(QColor(self._theme.line))
        painter.setBrush(QColor(self._theme.card))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _shade(self, share: float, opacity: int = 255) -> QColor:
        """Mix the two colours of the theme by how good a run is among the others."""
        low, high = QColor(self._theme.second), QColor(self._theme.accent)
        pairs = ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
        red, green, blue = (round(worst + share * (best - worst)) for worst, best in pairs)
        return QColor(red, green, blue, opacity)

    # geometry

    def _distance(self) -> float:
        return (self.width() - 2 * SIDE) / max(1, len(self._parallels.axes) - 1)

    def _place(self, axis: int, height: float) -> QPointF:
        space = self.height() - TOP - BOTTOM
        return QPointF(SIDE + axis * self._distance(), TOP + (1 - height) * space)

    def _points(self, number: int) -> list[QPointF]:
        return [self._place(axis, float(entry.heights[number])) for axis, entry in enumerate(self._parallels.axes)]

    def _line_at(self, place: QPointF) -> int:
        """Find the line nearest to a place; -1 if none is near."""
        axes = self._parallels.axes
        if not axes or not self._parallels.runs:
            return -1
        along = (place.x() - SIDE) / max(1.0, self._distance())
        left = min(max(0, int(along)), max(0, len(axes) - 2))
        share = min(max(0.0, along - left), 1.0)
        right = min(left + 1, len(axes) - 1)
        heights = axes[left].heights * (1 - share) + axes[right].heights * share
        distances = np.abs(TOP + (1 - heights) * (self.height() - TOP - BOTTOM) - place.y())
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= NEAR else -1

    # mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the line under the mouse."""
        hovered = self._line_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Name no line any more."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the run whose line is near."""
        number = self._line_at(event.position())
        if number >= 0:
            self.chosen.emit(self._parallels.runs[number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next better run upwards, to the next worse one downwards."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or not self._parallels.axes:
            super().keyPressEvent(event)
            return
        order = np.argsort(self._parallels.axes[-1].heights, kind="stable").tolist()
        chosen = [place for place, number in enumerate(order) if self._parallels.runs[number] in self._emphasised]
        place = chosen[0] + step if chosen else len(order) - 1
        self.chosen.emit(self._parallels.runs[order[min(max(0, place), len(order) - 1)]])
