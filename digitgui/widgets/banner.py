"""One sentence over the lower edge of the window, until the user closes it."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from digitgui.widgets.building import button, label, repolish

__all__ = ["Banner"]

NOTICE_MILLISECONDS = 8000
ERROR_STAYS_SECONDS = 10
UNDO = "Undo"
MARGIN = 16
LIFT = 4
"""Pixels below it: in one line it covers the line of state and the rim of a page, but none of its buttons."""
WIDEST = 800


class Banner(QFrame):
    """Shows errors until they are closed, and notices for some seconds; never in the way of work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        parent.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._text, 1)
        self._offer = button(UNDO, "", self._do_offered, look="flat", name="bannerUndo")
        layout.addWidget(self._offer)
        layout.addWidget(button("Close", "Close this message", self.hide, look="flat"))
        self._error_shown_at = 0.0
        self._offered: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, or was shown last."""
        return self._text.text()

    def show_error(self, text: str) -> None:
        """Show what went wrong."""
        self._timer.stop()
        self._error_shown_at = time.monotonic()
        standing = self.text.split("\n") if self.isVisible() and self.property("tone") == "bad" else []
        others = [line for line in standing if line != text]
        self._show("\n".join([*others[-2:], text]), "bad")

    def show_notice(self, text: str, do: Callable[[], object] | None = None, word: str = UNDO) -> None:
        """Show what has happened; an error that has only just come stays, with this below it.

        With ``do``, a button of this ``word`` calls it: until another notice, and to undo, until `forget_undo`.
        """
        age = time.monotonic() - self._error_shown_at
        if self.isVisible() and self.property("tone") == "bad" and age < ERROR_STAYS_SECONDS:
            self._show(f"{self.text}\n{text}", "bad")
        else:
            self._show(text, "notice", do, word)
            self._timer.start(NOTICE_MILLISECONDS)

    def forget_undo(self) -> None:
        """Take the button away: something else would be undone by now."""
        if self._offer.text() == UNDO:
            self._offered = None
            self._offer.hide()

    def _do_offered(self) -> None:
        offered = self._offered
        self.hide()
        if offered:
            offered()

    def _show(self, text: str, tone: str, do: Callable[[], object] | None = None, word: str = UNDO) -> None:
        self._offered = do
        self._offer.setText(word)
        self._offer.setToolTip("Take it back" if word == UNDO else "")
        self._offer.setVisible(do is not None)
        self._text.setText(text)
        self.setProperty("tone", tone)
        repolish(self)
        self.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window, layout = self.parentWidget(), self.layout()
        if window is None or layout is None:
            return
        width = min(window.width() - 2 * MARGIN, WIDEST)
        height = max(layout.totalHeightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry((window.width() - width) // 2, window.height() - height - LIFT, width, height)
        self.raise_()
