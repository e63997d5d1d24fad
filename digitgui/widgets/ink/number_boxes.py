"""The digits of a number beside each other, and frames for where they were found."""

from collections.abc import Sequence
from itertools import groupby, zip_longest

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QImage, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.gray_images import gray_image
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.painted import Painted
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.wording import percent
from model.handwriting.segmentation import ReadDigit

USUAL_COLUMN, NARROWEST_COLUMN = 96, 48
GAP = 8
LINE = 18
"""Pixels of a line of text where it has 100 %."""
DIGIT_SHARE, PICTURE_SHARE, BARS_SHARE = 0.42, 0.4, 1.2
"""The height of the digit, as a share of a column's width; of the picture, as a share of the whole height, at
most; and of the bars, in widths of a column, at most."""
LEAST_BARS = 40
WIDEST_SHARE = 1.6
"""How wide a column may be, in heights of its picture and its digit."""


class NumberBoxes(Painted):
    """Shows the digits of a number in columns: the 28×28, the digit, its ten bars from 0 to 9, its confidence.

    Columns become narrower until there is room for a row of the number; then it goes on in another line. What
    holds this widget scrolls where there is no room for all lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self._digits: list[ReadDigit] = []
        self._pictures: list[QImage] = []
        self.setAccessibleName("Digits of the number")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Ask for room for the digits there are."""
        lines = self._lines()
        if len(lines) > 1:
            return self.minimumSizeHint()
        return QSize(max(1, len(self._digits)) * USUAL_COLUMN, self._height_of(USUAL_COLUMN))

    def minimumSizeHint(self) -> QSize:
        """Make do with narrow columns, in as many lines as they take in the width that there is."""
        return QSize(4 * self._narrow, max(1, len(self._lines())) * self._height_of(self._narrow))

    def set_digits(self, digits: Sequence[ReadDigit]) -> None:
        """Show the digits of a number, row by row, each from left to right."""
        self._digits = list(digits)
        self._pictures = [gray_image(digit.picture) for digit in digits]
        said = ", ".join(f"{digit.digit}: {percent(digit.confidence)}" for digit in digits)
        self.setAccessibleDescription(said or "The canvas is empty")
        self.updateGeometry()
        self.update()

    def column_of(self, index: int) -> QRectF:
        """Return where the digit with this index is painted."""
        lines = self._lines()
        line = next(number for number, one in enumerate(lines) if index in one)
        height = self.height() / len(lines)
        widest = WIDEST_SHARE * max(NARROWEST_COLUMN, self._largest_side(height))
        width = min(self.width() / max(map(len, lines)), widest)
        left = (index - lines[line].start) * width
        return QRectF(left, line * height, width, height).adjusted(GAP / 2, 0, -GAP / 2, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the width is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the columns that are seen."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, (digit, picture) in enumerate(zip(self._digits, self._pictures, strict=True)):
                column = self.column_of(index)
                if column.intersects(QRectF(event.rect())):
                    self._paint_column(painter, column, digit, picture)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _lines(self) -> list[range]:
        """Share the digits out to lines, by their indices: a row of the number begins a line."""
        most = max(1, self.width() // self._narrow)
        rows = [[index for index, _ in row] for _, row in groupby(enumerate(self._digits), lambda one: one[1].row)]
        return [
            range(start, min(start + most, row[-1] + 1))
            for row in rows
            for start in range(row[0], row[-1] + 1, most)
        ]

    def _largest_side(self, height: float) -> float:
        """How high the picture of a digit may be in a line of this height."""
        return (height - 2 * self._line - LEAST_BARS) / (1 + DIGIT_SHARE)

    @property
    def _line(self) -> int:
        """Height of a line of small text: it grows half as much as the pictures do."""
        return round(by_text(LINE) * (1 + self._room) / 2)

    @property
    def _narrow(self) -> int:
        """Width of a column that has room for its small text."""
        return round(NARROWEST_COLUMN * self._line / LINE)

    def _height_of(self, side: int) -> int:
        return round((1 + DIGIT_SHARE) * side) + LEAST_BARS + 2 * self._line

    def _paint_column(self, painter: QPainter, column: QRectF, digit: ReadDigit, picture: QImage) -> None:
        side, line, middle = column.width(), self._line, Qt.AlignmentFlag.AlignCenter
        height = min(side, max(float(NARROWEST_COLUMN), PICTURE_SHARE * column.height()))
        square = QRectF(column.center().x() - height / 2, column.top(), height, height)
        painter.drawImage(square, picture)
        large = QRectF(column.left(), square.bottom(), side, DIGIT_SHARE * height)
        painter.setFont(_bold(tabular(self.font()), large.height() * 0.8))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(large, middle, str(digit.digit))
        figure = QRectF(column.left(), large.bottom(), side, line)
        painter.setFont(_small(tabular(self.font()), self._line / by_text(LINE)))
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(figure.adjusted(-GAP / 2, 0, GAP / 2, 0), middle, percent(digit.confidence))
        bars = min(column.bottom() - figure.bottom() - line, BARS_SHARE * side)
        self._paint_bars(painter, QRectF(column.left(), figure.bottom(), side, bars), digit)

    def _paint_bars(self, painter: QPainter, room: QRectF, digit: ReadDigit) -> None:
        """Paint ten bars, and the digits that they mean under them where these have room."""
        step, are_named = room.width() / 10, room.width() / 10 >= painter.fontMetrics().horizontalAdvance("00")
        for value, probability in enumerate(digit.probabilities):
            painter.setPen(Qt.PenStyle.NoPen)
            height = max(1.0, room.height() * float(probability))
            bar = QRectF(room.left() + value * step, room.bottom() - height, step - 2, height)
            track = QRectF(bar.center().x() - bar.width() / 6, room.top(), bar.width() / 3, room.height())
            painter.fillRect(track, QColor(self._theme.track))
            painter.fillRect(bar, QColor(DIGIT_COLORS[value]))
            if are_named:
                painter.setPen(QColor(self._theme.muted))
                name = QRectF(bar.left(), room.bottom(), bar.width(), self._line)
                painter.drawText(name, Qt.AlignmentFlag.AlignCenter, str(value))


class NumberArea(ScrollColumn):
    """Scrolls the digits of a number, also by keys, where there is no room for all of them."""

    def __init__(self, boxes: NumberBoxes) -> None:
        super().__init__(boxes)
        self.verticalScrollBar().rangeChanged.connect(
            lambda _least, most: boxes.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if most else Qt.FocusPolicy.NoFocus
            )
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height of digits that came while this was hidden."""
        super().showEvent(event)
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))


def paint_frames(
    painter: QPainter, canvas: QRectF, boxes: Sequence[QRectF], digits: Sequence[int], color: str
) -> None:
    """Paint a thin frame around each digit of a number, with the digit over it.

    Parameters
    ----------
    painter : QPainter
        In pixels of the canvas.
    canvas : QRectF
        Where the drawing is shown.
    boxes : sequence of QRectF
        From the middle of the canvas, in units of its shorter side, as `ReadNumber.boxes` are.
    digits : sequence of int
        None on a page, where they would lie on one another.
    color : str
        As ``#RRGGBB``.
    """
    unit, font = min(canvas.width(), canvas.height()), _bold(painter.font(), 14)
    painter.setPen(QPen(QColor(color), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(font)
    for box, digit in zip_longest(boxes, digits):
        frame = QRectF(box.topLeft() * unit + canvas.center(), box.size() * unit).adjusted(-3, -3, 3, 3)
        painter.drawRect(frame)
        over = QRectF(frame.left(), frame.top() - 18, max(16.0, frame.width()), 18)
        if over.top() < canvas.top():  # no room over it: inside
            over.moveTop(frame.top())
        painter.drawText(over, Qt.AlignmentFlag.AlignCenter, "" if digit is None else str(digit))


def _bold(font: QFont, pixels: float) -> QFont:
    font.setPixelSize(round(pixels))
    font.setBold(True)
    return font


def _small(font: QFont, room: float) -> QFont:
    font.setPixelSize(round(by_text(11) * room))
    return font
