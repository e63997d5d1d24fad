"""Leads from the words of the window to the glossary: the one place that knows how."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from digitgui.frame.glossary_terms import Term, term_named
from digitgui.widgets.building import set_look, wrapped
from digitgui.work.overrides import guard_event_handlers

__all__ = ["Marks", "term_of"]

CAPTIONS = ("muted", "cardTitle")
"""What labels are called that name a field, a figure or a card, and do not change."""


def term_of(widget: QWidget | None) -> Term | None:
    """Return the term that a widget, or the nearest around it, is named by."""
    while widget is not None:
        words = [widget.text()] if isinstance(widget, QLabel | QAbstractButton) else []
        names = widget.accessibleName().split(" ")
        words += [" ".join(names[:end]) for end in range(len(names), 0, -1)]  # a figure's name ends with its value
        found = next((term for term in map(term_named, words) if term), None)
        if found is not None:
            return found
        widget = widget.parentWidget()
    return None


class Marks(QObject):
    """Underlines captions whose words the glossary explains; a click on one opens it there.

    Parameters
    ----------
    explain : callable
        Opens the glossary at the word it is given.
    parent : QObject
    """

    def __init__(self, explain: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        guard_event_handlers()
        self._explain = explain

    def mark(self, page: QWidget) -> None:
        """Mark the captions of a page; those that are marked already stay so."""
        for caption in page.findChildren(QLabel):
            term = term_named(caption.text()) if caption.objectName() in CAPTIONS else None
            if term is None or caption.property("term"):
                continue
            set_look(caption, "term", True)
            caption.setCursor(Qt.CursorShape.PointingHandCursor)
            if not caption.toolTip():
                caption.setToolTip(wrapped(term.text))
            caption.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the glossary when a caption is clicked."""
        is_release = event.type() == QEvent.Type.MouseButtonRelease
        if is_release and isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            assert isinstance(watched, QLabel)
            self._explain(watched.text())
        return super().eventFilter(watched, event)
