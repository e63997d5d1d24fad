"""The digits of a number beside each other, and frames for where they were found."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.gray_images import gray_image
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.painted import Painted
from digitgui.wording import percent
from model.handwriting.segmentation import ReadDigit

WIDEST_COLUMN, NARROWEST_COLUMN = 96, 44
GAP = 4
BARS_HEIGHT = 40
FIGURE_HEIGHT = 18
DIGIT_HEIGHT = 40


class NumberBoxes(Painted):
    """Shows the digits of a number in columns: the 28×28, the digit, its ten bars from 0 to 9, its confidence.

    Columns become narrower until there is room for all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._digits: list[ReadDigit] = []
        self._pictures: list[QImage] = []
        self.setAccessibleName("Digits of the number")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(4 * NARROWEST_COLUMN)

    def sizeHint(self) -> QSize:
        """Ask for room for the digits there are."""
        return QSize(
            max(1, len(self._digits)) * WIDEST_COLUMN, WIDEST_COLUMN + DIGIT_HEIGHT + BARS_HEIGHT + FIGURE_HEIGHT
        )

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
        width = min(WIDEST_COLUMN, self.width() / len(self._digits))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, (digit, picture) in enumerate(zip(self._digits, self._pictures, strict=True)):
                column = QRectF(index * width, 0, width, self.height()).adjusted(GAP / 2, 0, -GAP / 2, 0)
                self._paint_column(painter, column, digit, picture)

    def _paint_column(self, painter: QPainter, column: QRectF, digit: ReadDigit, picture: QImage) -> None:
        side = column.width()
        painter.drawImage(QRectF(column.left(), 0, side, side), picture)
        large = QRectF(column.left(), side, side, DIGIT_HEIGHT)
        painter.setFont(_bold(tabular(self.font()), DIGIT_HEIGHT * 0.8))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(large, Qt.AlignmentFlag.AlignCenter, str(digit.digit))
        self._paint_bars(painter, QRectF(column.left(), large.bottom(), side, BARS_HEIGHT), digit)
        painter.setFont(_small(tabular(self.font())))
        painter.setPen(QColor(self._theme.muted))
        figure = QRectF(column.left(), large.bottom() + BARS_HEIGHT, side, FIGURE_HEIGHT)
        text = percent(digit.confidence) if side > 60 else f"{100 * digit.confidence:.0f} %"
        painter.drawText(figure, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_bars(self, painter: QPainter, room: QRectF, digit: ReadDigit) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.field))
        painter.drawRoundedRect(room, 3, 3)
        step = room.width() / 10
        for value, probability in enumerate(digit.probabilities):
            height = max(1.0, room.height() * float(probability))
            painter.setBrush(QColor(DIGIT_COLORS[value]))
            painter.drawRect(QRectF(room.left() + value * step, room.bottom() - height, step - 1, height))


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


def _small(font: QFont) -> QFont:
    font.setPixelSize(11)
    return font
