"""A formula in a line of its own."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.formula_outlines import Outline
from digitgui.looks.sizes import by_text
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

LETTER = 15.0
"""Pixels where text has 100 %."""
MARGIN = 3
MOVE, LINE, QUADRATIC, CUBIC = 1, 2, 3, 4


class Formula(Painted):
    """Paints the outlines of formulas, one below the other, smaller where there is too little room."""

    accessible_role = Role.Equation

    def __init__(self) -> None:
        super().__init__()
        self._paths: list[QPainterPath] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_formulas(self, outlines: list[Outline], words: str) -> None:
        """Show formulas; ``words`` is what assistive technology reads."""
        self._paths = [_path_of(outline) for outline in outlines]
        self.setAccessibleName("Formula")
        self.setAccessibleDescription(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the height of all lines, and for no width."""
        letter = by_text(LETTER)
        height = sum(path.boundingRect().height() * letter + 2 * MARGIN for path in self._paths)
        return QSize(0, round(height))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Fill the outlines."""
        widest = max((path.boundingRect().width() for path in self._paths), default=1.0)
        letter = min(by_text(LETTER), (self.width() - 2 * MARGIN) / widest)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top = 0.0
            for path in self._paths:
                box = path.boundingRect()
                painter.save()
                painter.translate(MARGIN, top + MARGIN)
                painter.scale(letter, letter)
                painter.translate(-box.topLeft())
                painter.fillPath(path, QColor(self._theme.text))
                painter.restore()
                top += box.height() * letter + 2 * MARGIN


def _path_of(outline: Outline) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    points: Iterator[QPointF] = (QPointF(x, y) for x, y in outline.points)
    codes = iter(outline.codes.tolist())
    for code in codes:
        point = next(points)
        if code == MOVE:
            path.moveTo(point)
        elif code == LINE:
            path.lineTo(point)
        elif code == QUADRATIC:
            next(codes)
            path.quadTo(point, next(points))
        elif code == CUBIC:
            next(codes), next(codes)
            path.cubicTo(point, next(points), next(points))
        else:
            path.closeSubpath()
    return path
