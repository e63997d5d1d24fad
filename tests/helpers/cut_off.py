"""Whether every text can be read, and every field used."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QScrollArea, QWidget

__all__ = ["assert_nothing_is_cut_off"]

ARROW = 32
"""Pixels of a choice beside its text."""


def assert_nothing_is_cut_off(window: QWidget) -> None:
    """Assert that texts and fields are whole; those in something that scrolls may lie further down or up."""
    for part in window.findChildren(QWidget):
        if not part.isVisible() or not isinstance(part, QLabel | QAbstractButton | QAbstractSpinBox | QComboBox):
            continue
        text = part.text() if isinstance(part, QLabel | QAbstractButton) else part.accessibleName() or "field"
        if not text or part.parent().objectName() == "qt_spinbox_lineedit":
            continue
        _assert_it_has_its_place(part, window, text)
        if isinstance(part, QAbstractSpinBox):
            line = part.lineEdit()
            assert line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - line.textMargins().left(), (
                text
            )
        elif isinstance(part, QComboBox):
            assert part.fontMetrics().horizontalAdvance(part.currentText()) <= part.width() - ARROW, text
        elif not isinstance(part, QLabel) or not part.wordWrap():
            assert part.width() >= part.minimumSizeHint().width(), text
            assert part.height() >= part.minimumSizeHint().height(), text
        elif part.hasHeightForWidth():
            assert part.height() >= part.heightForWidth(part.width()), text


def _assert_it_has_its_place(part: QWidget, window: QWidget, text: str) -> None:
    """Assert that a part is inside the window, or beside the scroll bar of each area that it scrolls with."""
    outer, scrolls = part.parentWidget(), False
    while outer is not None and outer is not window:
        area = outer.parentWidget()
        if isinstance(area, QScrollArea) and outer is area.viewport():
            left = part.mapTo(outer, QPoint()).x() + area.horizontalScrollBar().value()
            whole = area.widget().width() if area.horizontalScrollBar().isVisible() else outer.width()
            assert 0 <= left <= left + part.width() <= whole, f"{text}: under a scroll bar"
            scrolls = scrolls or area.verticalScrollBar().isVisible() or area.horizontalScrollBar().isVisible()
        outer = area
    place = part.rect().translated(part.mapTo(window, QPoint(0, 0)))
    assert scrolls or window.rect().contains(place), text
