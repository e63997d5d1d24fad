"""The digits of a number beside each other, and frames for where they were found."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.gray_images import gray_image
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.painted import Painted
from digitgui.wording import percent
from model.handwriting.segmentation import ReadDigit

USUAL_COLUMN, NARROWEST_COLUMN = 96, 44
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

    Columns become narrower until there is room for all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._digits: list[ReadDigit] = []
        self._pictures: list[QImage] = []
        self.setAccessibleName("Digits of the number")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Ask for room for the digits there are."""
        return QSize(max(1, len(self._digits)) * USUAL_COLUMN, self._height_of(USUAL_COLUMN))

    def minimumSizeHint(self) -> QSize:
        """Make do with narrow columns."""
        return QSize(4 * NARROWEST_COLUMN, self._height_of(NARROWEST_COLUMN))

    def set_digits(self, digits: Sequence[ReadDigit]) -> None:
        """Show the digits of a number, from left to right."""
        self._digits = list(digits)
        self._pictures = [gray_image(digit.picture) for digit in digits]
        said = ", ".join(f"{digit.digit}: {percent(digit.confidence)}" for digit in digits)
        self.setAccessibleDescription(said or "The canvas is empty")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the columns."""
        if not self._digits:
            return
        height = self.height() - 2 * self._line - LEAST_BARS
        widest = WIDEST_SHARE * max(NARROWEST_COLUMN, height / (1 + DIGIT_SHARE))
        width = min(self.width() / len(self._digits), widest)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, (digit, picture) in enumerate(zip(self._digits, self._pictures, strict=True)):
                column = QRectF(index * width, 0, width, self.height()).adjusted(GAP / 2, 0, -GAP / 2, 0)
                self._paint_column(painter, column, digit, picture)

    @property
    def _line(self) -> int:
        """Height of a line of small text: it grows half as much as the pictures do."""
        return round(by_text(LINE) * (1 + self._room) / 2)

    def _height_of(self, side: int) -> int:
        return round((1 + DIGIT_SHARE) * side) + LEAST_BARS + 2 * self._line

    def _paint_column(self, painter: QPainter, column: QRectF, digit: ReadDigit, picture: QImage) -> None:
        side, line, middle = column.width(), self._line, Qt.AlignmentFlag.AlignCenter
        height = max(float(NARROWEST_COLUMN), min(side, PICTURE_SHARE * column.height()))
        square = QRectF(column.center().x() - height / 2, 0, height, height)
        painter.drawImage(square, picture)
        large = QRectF(column.left(), square.bottom(), side, DIGIT_SHARE * height)
        painter.setFont(_bold(tabular(self.font()), large.height() * 0.8))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(large, middle, str(digit.digit))
        figure = QRectF(column.left(), large.bottom(), side, line)
        painter.setFont(_small(tabular(self.font()), self._line / by_text(LINE)))
        painter.setPen(QColor(self._theme.muted))
        text = percent(digit.confidence) if side > 60 * self._line / LINE else f"{100 * digit.confidence:.0f} %"
        painter.drawText(figure, middle, text)
        bars = min(column.height() - figure.bottom() - line, BARS_SHARE * side)
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
    color : str
        As ``#RRGGBB``.
    """
    unit, font = min(canvas.width(), canvas.height()), _bold(painter.font(), 14)
    painter.setPen(QPen(QColor(color), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(font)
    for box, digit in zip(boxes, digits, strict=True):
        frame = QRectF(box.topLeft() * unit + canvas.center(), box.size() * unit).adjusted(-3, -3, 3, 3)
        painter.drawRect(frame)
        over = QRectF(frame.left(), frame.top() - 18, max(16.0, frame.width()), 18)
        if over.top() < canvas.top():  # no room over it: inside
            over.moveTop(frame.top())
        painter.drawText(over, Qt.AlignmentFlag.AlignCenter, str(digit))


def _bold(font: QFont, pixels: float) -> QFont:
    font.setPixelSize(round(pixels))
    font.setBold(True)
    return font


def _small(font: QFont, room: float) -> QFont:
    font.setPixelSize(round(by_text(11) * room))
    return font
