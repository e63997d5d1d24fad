"""How often each digit was misread before and after: a column a digit, and one for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

ROW_HEIGHT = 22
SWATCH_HEIGHT = 3
NARROWEST, GAP = 22, 10
"""Pixels of a column, and between the numbers of two."""
HEAD = (*map(str, range(10)), "All")


@dataclass(frozen=True, slots=True)
class Misread:
    """One kind of digits, counted digit by digit.

    Attributes
    ----------
    name : str
        Whose digits they are.
    counts, before, after : sequence of int
        For 0 to 9: all digits, those that were misread, and those that are misread now.
    """

    name: str
    counts: Sequence[int]
    before: Sequence[int]
    after: Sequence[int]

    @property
    def columns(self) -> list[tuple[int, int, int]]:
        """Count, before and after of each digit, and then of all."""
        whole = sum(self.counts), sum(self.before), sum(self.after)
        return [*zip(self.counts, self.before, self.after, strict=True), whole]

    @property
    def sentence(self) -> str:
        """What is to be seen, for those who do not see it."""
        names = [*(f"{digit}s" for digit in range(10)), "all"]
        parts = [
            f"{name} {before} then {after} of {count}"
            for name, (count, before, after) in zip(names, self.columns, strict=True)
            if count
        ]
        return f"{self.name}: {', '.join(parts)}"


class DigitChanges(Painted):
    """A small table of the digits that are misread: a count that fell is green, one that rose is amber."""

    accessible_role = Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Misread] = ()
        self.setAccessibleName("Misread digits, before and after")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a head and the rows there are."""
        return QSize(self._names_width() + sum(self._needed()), (1 + len(self._rows)) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Ask for the same: a number that is cut off tells nothing."""
        return self.sizeHint()

    def show_rows(self, *rows: Misread) -> None:
        """Show these kinds of digits, one below the other."""
        self._rows = rows
        self.setAccessibleDescription("; ".join(row.sentence for row in rows))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the head, and a row for each kind."""
        with QPainter(self) as painter:
            for column, name in enumerate(HEAD):
                room = self._cell(0, column)
                self._write(painter, room, name, self._theme.muted)
                if column < len(DIGIT_COLORS):
                    middle = QRectF(room.center().x() - 8, room.bottom() - SWATCH_HEIGHT, 16, SWATCH_HEIGHT)
                    painter.fillRect(middle, QColor(DIGIT_COLORS[column]))
            for number, row in enumerate(self._rows, 1):
                height = self._row_height()
                place = QRectF(0, number * height, self._names_width(), height)
                self._write(painter, place, row.name, self._theme.text, Qt.AlignmentFlag.AlignLeft)
                for column, values in enumerate(row.columns):
                    self._paint_cell(painter, self._cell(number, column), *values)

    def _paint_cell(self, painter: QPainter, room: QRectF, count: int, before: int, after: int) -> None:
        if not count or before == after:
            self._write(painter, room, _told(count, before, after), self._theme.muted)
        else:
            color = self._theme.good if after < before else self._theme.warning
            self._write(painter, room, _told(count, before, after), color, is_bold=True)

    def _write(
        self,
        painter: QPainter,
        room: QRectF,
        text: str,
        color: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
        *,
        is_bold: bool = False,
    ) -> None:
        painter.setFont(self._font(is_bold=is_bold))
        painter.setPen(QColor(color))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _cell(self, row: int, column: int) -> QRectF:
        left, needed, height = self._names_width(), self._needed(), self._row_height()
        more = (self.width() - left - sum(needed)) / len(needed)
        return QRectF(left + sum(needed[:column]) + column * more, row * height, needed[column] + more, height)

    def _needed(self) -> list[int]:
        """Return how wide each column must be: where nothing has changed, less."""
        width = QFontMetrics(self._font(is_bold=True)).horizontalAdvance
        told = [[head, *(_told(*row.columns[column]) for row in self._rows)] for column, head in enumerate(HEAD)]
        return [max(NARROWEST, *(width(text) + GAP for text in texts)) for texts in told]

    def _font(self, *, is_bold: bool) -> QFont:
        font = QFont(tabular(self.font()))
        font.setBold(is_bold)
        return font

    def _row_height(self) -> int:
        return max(ROW_HEIGHT, self.fontMetrics().height() + 6)

    def _names_width(self) -> int:
        return max((self.fontMetrics().horizontalAdvance(row.name) for row in self._rows), default=0) + 12


def _told(count: int, before: int, after: int) -> str:
    if not count:
        return "–"
    return str(before) if before == after else f"{before}→{after}"
