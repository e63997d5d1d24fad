"""How a line of the palette looks: a tick, the name, where it is or why it cannot be done, and its key."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from digitgui.frame.palette_entries import Entry
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme, icon

__all__ = ["ROW_HEIGHT", "PaletteRow"]

ROW_HEIGHT, TICK, GAP = 28, 16, 8


class PaletteRow(QStyledItemDelegate):
    """Paints the lines in the colours of a theme."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """All lines are alike."""
        return QSize(by_text(200), by_text(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a line."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(rect, 4, 4)
        tick, gap = by_text(TICK), by_text(GAP)
        free = rect.adjusted(gap, 0, -gap, 0)
        if entry.is_on:
            place = QRect(free.left(), free.center().y() - tick // 2, tick, tick)
            icon("tick", theme.accent, theme.accent).paint(painter, place)
        free.setLeft(free.left() + tick + gap)
        muted = QColor(theme.muted)
        free.setRight(free.right() - _written(painter, free, entry.keys, muted, 0.45, right=True))
        name = QColor(theme.muted if entry.why_not else theme.text)
        free.setLeft(free.left() + _written(painter, free, entry.text, name, 1))
        _written(painter, free, entry.why_not or entry.where, muted, 1)
        painter.restore()


def _written(
    painter: QPainter, room: QRect, text: str, color: QColor, share: float, *, right: bool = False
) -> int:
    """Write a text in a share of the room, and return the pixels that it takes with the gap beside it."""
    if not text:
        return 0
    metrics = painter.fontMetrics()
    most = round(room.width() * share)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, most)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setPen(color)
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown) + 2 * by_text(GAP)
