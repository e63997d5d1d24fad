"""How many pictures there are of each class, as bars."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from digitgui.looks.class_looks import class_color, elided
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import tabular
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted
from digitgui.wording import pictures, worded
from model.network.arrays import IndexArray
from model.network.task import DIGITS, Task

TEXT_HEIGHT, BARS_HEIGHT = 18, 76
"""Pixels in a usual window; the first grows with the text, the second with the room."""
LEAST_COLUMNS = 6
"""So many have room, or the bars of a few classes would be as wide as the page."""
OVERLAP = 2
"""Pixels by which a name may be wider than its column."""
SHORTEST_NAME = 3
"""A longer name is left out where there is no room for so many letters of it."""


class LabelHistogram(Painted):
    """Shows label counts; a click on a bar asks for that class.

    Signals
    -------
    digit_chosen(int)
        A class.
    """

    accessible_role = Role.Chart

    digit_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._task = DIGITS
        self._counts: IndexArray = np.zeros(DIGITS.count, np.intp)
        self._name_the_task()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return QSize(by_text(400), 2 * by_text(TEXT_HEIGHT) + round(BARS_HEIGHT * self._room))

    def minimumSizeHint(self) -> QSize:
        """Keep room for the names."""
        return QSize(by_text(200), self.sizeHint().height())

    def table_rows(self) -> list[list[str]]:
        """Return a line for each class, the head first."""
        names = self._task.class_names
        return [
            ["class", "pictures"],
            *([name, str(count)] for name, count in zip(names, self._counts, strict=True)),
        ]

    def set_counts(self, counts: IndexArray, task: Task = DIGITS) -> None:
        """Show a count for each class of a task."""
        self._counts, self._task = counts, task
        self._name_the_task()
        named = zip(task.class_names, counts, strict=True)
        self.setAccessibleDescription(", ".join(f"{name}: {count}" for name, count in named))
        self.update()

    def _name_the_task(self) -> None:
        self.setAccessibleName(worded("Number of pictures of each digit", self._task))
        self.setToolTip(worded("Pictures of each digit: click a bar to see only that digit", self._task))

    def event(self, event: QEvent) -> bool:
        """Tell name and count of the bar under the mouse, which may have no room for them."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self._task.is_digits:
            label = self._label_at(event.pos().x())
            text = f"{self._task.class_names[label]}: {pictures(int(self._counts[label]))}"
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the class under the mouse."""
        self.digit_chosen.emit(self._label_at(event.position().x()))

    def _label_at(self, x: float) -> int:
        left, column = self._columns()
        return min(len(self._counts) - 1, max(0, int((x - left) / column)))

    def _columns(self) -> tuple[float, float]:
        """Where the first column begins, and how wide each is, in pixels."""
        column = self.width() / max(len(self._counts), LEAST_COLUMNS)
        return (self.width() - len(self._counts) * column) / 2, column

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint count, bar and name of each column."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font()))
        metrics = painter.fontMetrics()
        left, column_width = self._columns()
        highest = max(1, int(self._counts.max()))
        text_height = by_text(TEXT_HEIGHT)
        room = self.height() - 2 * text_height
        for number, count in enumerate(self._counts):
            height = room * int(count) / highest
            gap = min(6.0, column_width / 6)
            column = QRectF(left + number * column_width + gap, 0, column_width - 2 * gap, self.height())
            bar = QRectF(column.left(), text_height + room - height, column.width(), height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(class_color(number)))
            painter.drawRoundedRect(bar, min(3, gap), min(3, gap))
            painter.setPen(QColor(self._theme.muted))
            above = QRectF(column.left() - gap, bar.top() - text_height, column_width, text_height)
            if metrics.horizontalAdvance(f"{count:,}") < column_width:
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
            painter.setPen(QColor(self._theme.text))
            below = QRectF(column.left() - gap, self.height() - text_height, column_width, text_height)
            name = self._task.class_names[number]
            if metrics.horizontalAdvance(name[:SHORTEST_NAME]) < column_width + OVERLAP:
                painter.drawText(
                    below, Qt.AlignmentFlag.AlignCenter, elided(metrics, name, column_width + OVERLAP)
                )
