"""Some pictures of each class, beside its name."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from digitgui.looks.class_looks import elided
from digitgui.looks.gray_images import gray_image, squared, tiled
from digitgui.looks.sizes import by_text
from digitgui.widgets.painted import Painted
from model.data.dataset import Dataset

__all__ = ["ClassSamples"]

ROWS = 10, 13, 16
"""The most rows; some classes are left out where there are too many."""
PICTURES = 9, 3, 2
NAME_WIDTH = 72, 52, 40
SIDE = 26, 24, 20
"""Of each picture. All three for one column, for two, and for three, in pixels of a usual window."""
GAP = 8


class ClassSamples(Painted):
    """Shows the first classes of a data set, each with its name and a few of its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._strips: list[QImage] = []
        self._kind = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """How many classes are shown."""
        return len(self._strips)

    def show_classes(self, dataset: Dataset) -> None:
        """Show some pictures of each class, evenly from the first to the last."""
        names = dataset.task.class_names
        enough = [kind for kind, rows in enumerate(ROWS) if (kind + 1) * rows >= len(names)]
        self._kind = enough[0] if enough else len(ROWS) - 1
        shown = min(len(names), (self._kind + 1) * ROWS[self._kind])
        self._names = names
        self._strips = [gray_image(_strip(dataset, label, PICTURES[self._kind])) for label in range(shown)]
        self.setAccessibleDescription(f"{PICTURES[self._kind]} pictures of each: {', '.join(names[:shown])}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for all names and pictures."""
        columns, cell = self._kind + 1, self._cell()
        rows = -(-len(self._strips) // columns)
        return QSize(columns * (cell.width() + GAP) - GAP, max(1, rows) * cell.height())

    def minimumSizeHint(self) -> QSize:
        """Ask for no less."""
        return self.sizeHint()

    def _cell(self) -> QSize:
        """Return how large a name with its pictures is."""
        side = self._side()
        return QSize(self._name_width() + PICTURES[self._kind] * side, side)

    def _name_width(self) -> int:
        longest = max(map(self.fontMetrics().horizontalAdvance, self._names), default=0)
        return min(longest + GAP, by_text(NAME_WIDTH[self._kind]))

    def _side(self) -> int:
        return max(round(SIDE[self._kind] * self._room), self.fontMetrics().height())

    def place_of(self, label: int) -> QRect:
        """Return where a class is: first its name, then its pictures."""
        cell, rows = self._cell(), -(-len(self._strips) // (self._kind + 1))
        column, row = divmod(label, rows)
        return QRect(QPoint(column * (cell.width() + GAP), row * cell.height()), cell)

    def event(self, event: QEvent) -> bool:
        """Tell the whole name of a class, which may have no room for it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = [label for label in range(len(self._strips)) if self.place_of(label).contains(event.pos())]
            QToolTip.showText(event.globalPos(), self._names[found[0]] if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint each name, and its pictures beside it."""
        with QPainter(self) as painter:
            painter.setPen(QColor(self._theme.text))
            width, left = (
                self._name_width(),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            )
            for label, strip in enumerate(self._strips):
                place = self.place_of(label)
                name = elided(painter.fontMetrics(), self._names[label], width - GAP)
                painter.drawText(QRect(place.topLeft(), QSize(width, place.height())), left, name)
                painter.drawImage(place.adjusted(width, 0, 0, 0), strip)


def _strip(dataset: Dataset, label: int, count: int) -> np.ndarray:
    """Lay some pictures of a class out in a row, on black where there are fewer."""
    found = np.flatnonzero(dataset.labels == label)
    chosen = found[:: max(1, len(found) // count)][:count]
    pictures = np.zeros((count, *dataset.images.shape[1:]), np.uint8)
    pictures[: len(chosen)] = dataset.images[chosen]
    return tiled(squared(pictures), count)
