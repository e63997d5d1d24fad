"""Whether every text can be read, and every field used."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QStatusBar,
    QWidget,
)

__all__ = ["assert_nothing_is_cut_off", "faults"]

ARROW = 32
"""Pixels of a choice beside its text."""
INSET = 3
"""Pixels from the edge of a control to where it is looked for."""


def assert_nothing_is_cut_off(window: QWidget) -> None:
    """Assert that texts and fields are whole; those in something that scrolls may lie further down or up."""
    found = list(faults(window))
    assert not found, found


def faults(window: QWidget) -> Iterator[str]:
    """Yield what is cut off, too small for its text, or covered by something else."""
    for part in window.findChildren(QWidget):
        if not part.isVisible():
            continue
        if isinstance(part, QHeaderView):
            yield from _faults_of_head(part)
        elif isinstance(part, QLabel | QAbstractButton | QAbstractSpinBox | QComboBox):
            text = part.text() if isinstance(part, QLabel | QAbstractButton) else part.accessibleName() or "field"
            if text and part.parent().objectName() != "qt_spinbox_lineedit":
                yield from _faults_of_place(part, window, text)
                if not isinstance(part.parent(), QStatusBar):  # where a long text is cut, and whole in its tooltip
                    yield from _faults_of_size(part, text)


def _faults_of_size(part: QWidget, text: str) -> Iterator[str]:
    metrics = part.fontMetrics()
    if isinstance(part, QAbstractSpinBox):
        line = part.lineEdit()
        needed = metrics.horizontalAdvance(line.text())
        if needed > line.width() - line.textMargins().left() or metrics.height() > line.height():
            yield f"{text}: the field is too small"
    elif isinstance(part, QComboBox):
        if metrics.horizontalAdvance(part.currentText()) > part.width() - ARROW:
            yield f"{text}: the choice is too narrow"
        if metrics.height() > part.height() - 4:
            yield f"{text}: the choice is too low"
    elif isinstance(part, QLabel) and part.wordWrap():
        if part.height() < part.heightForWidth(part.width()):
            yield f"{text}: {part.height()} of {part.heightForWidth(part.width())} pixels of its height"
    else:
        needed = part.sizeHint() if isinstance(part, QPushButton | QCheckBox) else part.minimumSizeHint()
        if part.width() < needed.width() or part.height() < needed.height():
            yield f"{text}: {part.size().toTuple()} of {needed.toTuple()}"


def _faults_of_head(head: QHeaderView) -> Iterator[str]:
    """Compare each title of a table with the room that it has."""
    model, metrics = head.model(), head.fontMetrics()
    if head.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(head.count()):
        title = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        if title and not head.isSectionHidden(section):
            if metrics.horizontalAdvance(title) > head.sectionSize(section) - 4:
                yield f"{title}: {head.sectionSize(section)} of {metrics.horizontalAdvance(title)} pixels"
            if metrics.height() > head.height():
                yield f"{title}: the head is too low"


def _faults_of_place(part: QWidget, window: QWidget, text: str) -> Iterator[str]:
    """Tell whether a part is inside the window, or beside the scroll bar of each area that it scrolls with."""
    outer, scrolls = part.parentWidget(), False
    seen = QRect(part.mapTo(window, QPoint()), part.size())
    while outer is not None and outer is not window:
        area = outer.parentWidget()
        if isinstance(area, QScrollArea) and outer is area.viewport():
            left = part.mapTo(outer, QPoint()).x() + area.horizontalScrollBar().value()
            whole = area.widget().width() if area.horizontalScrollBar().isVisible() else outer.width()
            if not 0 <= left <= left + part.width() <= whole:
                yield f"{text}: under a scroll bar"
            scrolls = scrolls or area.verticalScrollBar().isVisible() or area.horizontalScrollBar().isVisible()
            seen &= QRect(outer.mapTo(window, QPoint()), outer.size())
        outer = area
    place = QRect(part.mapTo(window, QPoint()), part.size())
    if not scrolls and not window.rect().contains(place):
        yield f"{text}: outside of the window"
    if isinstance(part, QAbstractButton | QAbstractSpinBox | QComboBox) and min(seen.size().toTuple()) > 4 * INSET:
        inner = seen.adjusted(INSET, INSET, -INSET, -INSET)
        for corner in (inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight()):
            there = window.childAt(corner)
            if there is not part and not part.isAncestorOf(there):
                yield f"{text}: covered by {there.metaObject().className()} {there.objectName()}"
                return
