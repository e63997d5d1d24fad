"""One cell of a scan, large and upright."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPolygonF, QTransform
from PySide6.QtWidgets import QSizePolicy

from digitgui.documents.sheet_scan import Scan
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT
from digitgui.widgets.painted import Painted

__all__ = ["CellView"]

USUAL_SIZE, LEAST_SIZE = QSize(230, 118), QSize(120, 72)
"""In a usual window and in a small one, where text has 100 %."""
FLAT = LEAST_SIZE.height() / LEAST_SIZE.width()
"""Height by width, where there is little room: as most cells."""
AROUND = 0.12
"""Of the cell, seen beyond each of its sides."""


class CellView(Painted):
    """Shows a cell as if it lay straight under the eye, with a little of what is around it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cellView")
        self.setAccessibleName("The cell, large")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._part: QImage | None = None
        self._corners = QPolygonF()

    def sizeHint(self) -> QSize:
        """Follow the room that there is."""
        return QSize(by_text(USUAL_SIZE.width()), by_text(USUAL_SIZE.height())) * self._room

    def minimumSizeHint(self) -> QSize:
        """Be smaller where there is little room."""
        return LEAST_SIZE

    def hasHeightForWidth(self) -> bool:
        """Be lower where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Leave out what is above and below a cell, where its width does not let it be larger."""
        return min(self.sizeHint().height(), max(LEAST_SIZE.height(), round(FLAT * width)))

    def show_cell(self, scan: Scan | None, corners: list[tuple[float, float]]) -> None:
        """Show a cell.

        Parameters
        ----------
        scan : Scan or None
            Nothing is shown without.
        corners : list of (float, float)
            In pixels of the scan, from the upper left one of someone who reads it, clockwise.
        """
        self._part = None
        if scan is not None and corners:
            polygon = QPolygonF([QPointF(x, y) for x, y in corners])
            bounds = polygon.boundingRect()
            around = 2 * AROUND * max(bounds.width(), bounds.height())
            box = bounds.adjusted(-around, -around, around, around).toAlignedRect() & scan.levels[0].rect()
            if not box.isEmpty():
                self._part = scan.levels[0].copy(box)
                self._corners = polygon.translated(QPointF(-box.topLeft()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cell over all there is."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, on=True
        )
        place = QRectF(self.rect())
        edge = QPainterPath()
        edge.addRoundedRect(place, 4, 4)
        painter.fillPath(edge, QColor(self._theme.field if self._part is None else LIGHT.card))
        if self._part is not None:
            painter.setClipPath(edge)
            transform = self._transform(place)
            if transform is not None:
                painter.setTransform(transform, combine=True)
                painter.drawImage(QPointF(0, 0), self._part)
        painter.end()

    def _transform(self, place: QRectF) -> QTransform | None:
        """Return what takes the corners to a rectangle with the proportions of the cell."""
        top, side = self._corners.at(1) - self._corners.at(0), self._corners.at(3) - self._corners.at(0)
        width, height = max(1.0, top.manhattanLength()), max(1.0, side.manhattanLength())
        scale = min(place.width() / width, place.height() / height) / (1 + 2 * AROUND)
        target = QRectF(0, 0, width * scale, height * scale)
        target.moveCenter(place.center())
        corners = [target.topLeft(), target.topRight(), target.bottomRight(), target.bottomLeft()]
        result = QTransform()
        return result if QTransform.quadToQuad(self._corners, QPolygonF(corners), result) else None
