"""What a confusion matrix scrolls in where its cells are enlarged."""

from PySide6.QtCore import QPoint, QSize

from digitgui.widgets.scrolling import StillArea
from digitgui.widgets.tables.confusion_matrix import FEW, ConfusionMatrix

LEAST_SIDE = 240
"""Pixels of the area for a matrix of many classes."""
AROUND = 130
"""Pixels that are kept in sight around a cell that keys have led to: names may lie over them."""


class MatrixArea(StillArea):
    """Shows as much of the matrix as there is room for, and its names in any case."""

    def __init__(self, matrix: ConfusionMatrix) -> None:
        super().__init__()
        self._matrix = matrix
        self.hold(matrix)
        matrix.reached.connect(self._follow)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: matrix.update())  # the names stay where they are

    def minimumSizeHint(self) -> QSize:
        """Ask for all cells where there are few."""
        return self._matrix.minimumSizeHint() if self._matrix.classes <= FEW else QSize(LEAST_SIDE, LEAST_SIDE)

    def sizeHint(self) -> QSize:
        """Ask for comfortable cells where there are few."""
        return self._matrix.sizeHint() if self._matrix.classes <= FEW else QSize(2 * LEAST_SIDE, 2 * LEAST_SIDE)

    def _follow(self, place: QPoint) -> None:
        if self._matrix.classes > FEW:
            self.ensureVisible(place.x(), place.y(), AROUND, AROUND)
