"""Whether every text can be read."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

__all__ = ["assert_nothing_is_cut_off"]


def assert_nothing_is_cut_off(window: QWidget) -> None:
    area = window.rect()
    for part in window.findChildren(QLabel) + window.findChildren(QAbstractButton):
        if not part.isVisible() or not part.text() or part.parent().objectName() == "qt_spinbox_lineedit":
            continue
        place = part.rect().translated(part.mapTo(window, QPoint(0, 0)))
        assert area.contains(place), part.text()
        if not isinstance(part, QLabel) or not part.wordWrap():
            assert part.width() >= part.minimumSizeHint().width(), part.text()
            assert part.height() >= part.minimumSizeHint().height(), part.text()
        elif part.hasHeightForWidth():
            assert part.height() >= part.heightForWidth(part.width()), part.text()
