"""Parts side by side, or in rows of fewer where there is not the width for all of them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

__all__ = ["EvenGrid", "EvenStack", "tell_around"]


class EvenGrid(QWidget):
    """Lays parts out in one row, which becomes rows of fewer rather than be wider than there is room.

    Parameters
    ----------
    parts : sequence of QWidget
    fewest : int
        Parts in a row where not all fit.
    spacing : int
        Pixels between parts.
    stretches : sequence of int
        How the width is shared out in one row; evenly if not given, as it is in rows of fewer.
    """

    def __init__(
        self, parts: Sequence[QWidget], *, fewest: int, spacing: int, stretches: Sequence[int] = ()
    ) -> None:
        super().__init__()
        self._parts, self._fewest = parts, fewest
        self._stretches = stretches or [1] * len(parts)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)
        self._lay_out(len(parts))

    @property
    def columns(self) -> int:
        """How many parts stand in a row now."""
        return self._columns

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of rows of fewer, and for the height of those there are."""
        return QSize(self._needed(self._fewest), self._grid.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as long a row as fits."""
        super().resizeEvent(event)
        self.fit_width(self.width())

    def event(self, event: QEvent) -> bool:
        """Take as long a row as fits once a part asks for more or less."""
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit_width(self.width())
        return result

    def fit_width(self, width: int) -> None:
        """Take as long a row as fits into a width."""
        every = len(self._parts)
        self._lay_out(every if width >= self._needed(every) else self._fewest)

    def _needed(self, columns: int) -> int:
        """Width of so many columns, in pixels."""
        widths = [self._least(part) for part in self._parts]
        widest = [max(widths[column::columns]) for column in range(columns)]
        return sum(widest) + (columns - 1) * self._grid.spacing()

    @staticmethod
    def _least(part: QWidget) -> int:
        return max(part.minimumSizeHint().width(), part.minimumWidth())

    def _lay_out(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for part in self._parts:
            self._grid.removeWidget(part)
        is_row = columns == len(self._parts)
        for number, part in enumerate(self._parts):
            self._grid.addWidget(part, number // columns, number % columns)
            self._grid.setColumnStretch(number, 0)
        for column in range(columns):
            self._grid.setColumnStretch(column, self._stretches[column] if is_row else 1)
        tell_around(self)


def tell_around(part: QWidget) -> None:
    """Tell all around a part that it asks for another size: what is hidden does not by itself."""
    around: QWidget | None = part
    while around is not None and not around.isVisible():
        layout = around.layout()
        if layout is not None:
            layout.invalidate()
        around = around.parentWidget()
    (around or part).updateGeometry()


class EvenStack(QStackedWidget):
    """Shows one of its parts, each as wide as itself.

    All that has a ``fit_width`` is told of the width, also while it is not seen, so that the height stays.
    """

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let what is not seen fit, too."""
        super().resizeEvent(event)
        for part in self.findChildren(QWidget):
            fit = getattr(part, "fit_width", None)
            if fit is not None:
                fit(event.size().width())
