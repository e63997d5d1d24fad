"""Bars of the probabilities of the classes: of all digits, or of the largest where there are many classes."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from digitgui.looks.class_looks import class_color, elided
from digitgui.looks.sizes import USUAL_TEXT, by_text
from digitgui.looks.theme import tabular
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted
from digitgui.wording import percent, worded
from model.network.task import DIGITS, Task

ROW_HEIGHT, LOWEST_ROW = 20, 16
"""Pixels where text has 100 %."""
MOST_ROWS = 10
"""Where there are more classes, the last row is for all that have none of their own."""
BAR_SHARE, TEXT_SHARE = 0.56, 0.36
"""Of the height of a row; text is never smaller than elsewhere."""
LARGEST_TEXT = 32
TRACK_SHARE = 0.34
"""Of the height of a bar: what is not filled is thinner."""
NAME_SHARE = 0.42
"""Of the width, that names take at the most."""


class ProbabilityBars(Painted):
    """Shows the probability of each class in their order; of more than ten, the largest, and the rest together."""

    accessible_role = Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self._probabilities: npt.NDArray[np.float32] | None = None
        self._task = DIGITS
        self.setAccessibleName("Probability of each digit")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Ask for a row for each class, or ten."""
        return QSize(by_text(320), self._rows * round(by_text(ROW_HEIGHT) * self._room))

    def minimumSizeHint(self) -> QSize:
        """Make do with low rows."""
        return QSize(by_text(160), self._rows * by_text(LOWEST_ROW))

    @property
    def probabilities(self) -> npt.NDArray[np.float32] | None:
        """What is shown."""
        return self._probabilities

    def set_task(self, task: Task) -> None:
        """Show the classes of a task; there are no probabilities of them yet."""
        if task != self._task:
            self._task = task
            self.setAccessibleName(worded("Probability of each digit", task))
            self.set_probabilities(None)
            self.updateGeometry()

    def set_probabilities(self, probabilities: npt.NDArray[np.float32] | None) -> None:
        """Show a probability for each class, or none."""
        fits = probabilities is not None and len(probabilities) == self._task.count
        self._probabilities = probabilities if fits else None  # the answer of a network that was open before
        if self._probabilities is None:
            empty = self._task.speaks_of_digits
            self.setAccessibleDescription("The canvas is empty" if empty else "There is no answer")
        else:
            self.setAccessibleDescription(", ".join(f"{name}: {share:.1%}" for name, _, share in self.shown()))
        self.update()

    def shown(self) -> list[tuple[str, int | None, float]]:
        """Return name, class and probability of each row; no class for that of the others, nothing without any."""
        rows, names = self._probabilities, self._task.class_names
        if rows is None:
            return []
        chosen = range(len(names))
        if len(names) > MOST_ROWS:
            chosen = np.argsort(-np.nan_to_num(rows), kind="stable")[: MOST_ROWS - 1].tolist()
        found: list[tuple[str, int | None, float]] = [(names[one], one, float(rows[one])) for one in chosen]
        if len(names) > MOST_ROWS:
            rest = max(0.0, float(rows.sum()) - sum(share for _, _, share in found))
            found.append((f"{len(names) - len(found)} others", None, rest))
        return found

    @property
    def _rows(self) -> int:
        return min(self._task.count, MOST_ROWS)

    def _row_height(self) -> float:
        """How high a row is, in pixels: a few are no higher than ten would be, and leave the rest free."""
        every = max(1, self.height()) / self._rows
        return min(every, max(self.height() / MOST_ROWS, by_text(ROW_HEIGHT)))

    def event(self, event: QEvent) -> bool:
        """Tell the whole name of the row under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            rows, place = self.shown(), int(event.pos().y() / self._row_height())
            if rows and not self._task.speaks_of_digits and 0 <= place < len(rows):
                QToolTip.showText(event.globalPos(), f"{rows[place][0]}: {percent(rows[place][2])}", self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the rows."""
        height, shown = self._row_height(), self.shown()
        if not shown:
            names = self._task.class_names if self._task.count <= MOST_ROWS else ("",) * MOST_ROWS
            shown = [(name, None, 0.0) for name in names]
        with QPainter(self) as painter:  # an error inside must not leave it open: Qt would crash
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = self._font(height)
            width = self._name_width(QFontMetrics(font), [name for name, _, _ in shown])
            for number, row in enumerate(shown):
                self._paint_row(painter, row, QRectF(0, number * height, self.width(), height), font, width)

    def _font(self, height: float) -> QFont:
        font = tabular(self.font())
        font.setPixelSize(max(by_text(USUAL_TEXT), min(LARGEST_TEXT, round(TEXT_SHARE * height))))
        font.setBold(True)
        return font

    def _name_width(self, metrics: QFontMetrics, names: list[str]) -> float:
        """How many pixels names take before the bars: as the longest one, within a share of the width."""
        digit = metrics.horizontalAdvance("0")
        longest = max(map(metrics.horizontalAdvance, names))
        return max(2.4 * digit, min(longest + 1.4 * digit, NAME_SHARE * self.width()))

    def _paint_row(
        self, painter: QPainter, shown: tuple[str, int | None, float], row: QRectF, font: QFont, name_width: float
    ) -> None:
        (name, number, share), probabilities, theme = shown, self._probabilities, self._theme
        wins = probabilities is not None and number is not None and int(probabilities.argmax()) == number
        is_rest = probabilities is not None and number is None
        font.setBold(not is_rest)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted if is_rest else theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        fitted = elided(painter.fontMetrics(), name, name_width - 4)
        painter.drawText(row.adjusted(2, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, fitted)

        figure_width = painter.fontMetrics().horizontalAdvance("100.0 %") + 12
        gap = (1 - BAR_SHARE) / 2 * row.height()
        track = row.adjusted(name_width, gap, -figure_width, -gap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.track))
        thin = (1 - TRACK_SHARE) / 2 * track.height()
        painter.drawRoundedRect(track.adjusted(0, thin, 0, -thin), 2, 2)
        if probabilities is None:
            return
        bar = QRectF(track)
        bar.setWidth(max(3.0, track.width() * share))
        painter.setBrush(QColor(theme.muted if number is None else class_color(number)))
        painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)

        font.setBold(wins)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if wins else theme.muted))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, percent(share))
