"""A pen that the keyboard moves, over a canvas of 28 × 28 cells."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitgui.widgets.arrow_keys import ARROWS

CELLS = 28
FAR = 4
"""Cells that an arrow key goes with Shift."""


class KeyPen:
    """Where the pen of the keyboard is.

    Attributes
    ----------
    column, row : int
        The cell that it is over, from 0 to 27.
    is_shown : bool
        Whether the keyboard is in use.
    is_down : bool
        Whether moving draws.
    """

    def __init__(self) -> None:
        self.column = self.row = CELLS // 2
        self.is_shown = self.is_down = False

    @property
    def place(self) -> QPointF:
        """The middle of the cell, in the coordinates of a drawing."""
        return QPointF((self.column + 0.5) / CELLS - 0.5, (self.row + 0.5) / CELLS - 0.5)

    @property
    def description(self) -> str:
        """What a screen reader says about it."""
        state = "Pen down" if self.is_down else "Pen up"
        return f"{state}, column {self.column + 1}, row {self.row + 1} of {CELLS}"

    def move(self, arrow: int, *, far: bool) -> None:
        """Go one cell in the direction of an arrow key, or several; the canvas is where it ends."""
        steps = FAR if far else 1
        across, down = ARROWS[Qt.Key(arrow)]
        self.column = min(CELLS - 1, max(0, self.column + steps * across))
        self.row = min(CELLS - 1, max(0, self.row + steps * down))
        self.is_shown = True

    def paint(self, painter: QPainter, color: QColor) -> None:
        """Paint it in the coordinates of a drawing: a frame, filled while the pen is down."""
        cell = QRectF(0, 0, 1 / CELLS, 1 / CELLS)
        cell.moveCenter(self.place)
        filling = QColor(color)
        filling.setAlpha(150 if self.is_down else 0)
        painter.setBrush(filling)
        for width, line in ((4, QColor(Qt.GlobalColor.black)), (2, color)):  # to be seen on ink and on black
            pen = QPen(line, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(cell)
