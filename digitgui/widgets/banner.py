"""What the user should read, over the lower edge of the window: errors, and what has just happened."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

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
    """Shows errors until they are closed, and notices for some seconds below them; never in the way of work.

    An error goes too when `forget_error` says that it is mended, when three newer ones have come, or when
    `forget_old_errors` tells that somebody who had the time to read it has turned to something else.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        parent.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        words = QVBoxLayout()
        words.setSpacing(4)
        self._errors, self._notice = label(wrap=True), label(wrap=True)
        for one in (self._errors, self._notice):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(one)
        self._notice.setProperty("tone", "muted")
        layout.addLayout(words, 1)
        self._offer = button(UNDO, "", self._do_offered, look="flat", name="bannerUndo")
        layout.addWidget(self._offer)
        layout.addWidget(button("Close", "Close this message", self.hide, look="flat"))
        self._error_shown_at = 0.0
        self._offered: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._end_notice)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, or was shown last: the errors, and the notice below them."""
        return "\n".join(filter(None, (self._errors.text(), self._notice.text())))

    def show_error(self, text: str) -> None:
        """Show what went wrong, below the last two errors that stand; a notice keeps its time."""
        self._error_shown_at = time.monotonic()
        others = [line for line in self._standing_errors() if line != text]
        notice = "" if self.isHidden() else self._notice.text()
        self._show([*others[-2:], text], notice, self._offered if notice else None, self._offer.text())

    def show_notice(self, text: str, do: Callable[[], object] | None = None, word: str = UNDO) -> None:
        """Show what has happened, below the errors that stand.

        With ``do``, a button of this ``word`` calls it: until another notice, and to undo, until `forget_undo`.
        """
        self._show(self._standing_errors(), text, do, word)
        self._timer.start(NOTICE_MILLISECONDS)

    def forget_undo(self) -> None:
        """Take a notice with Undo away: it is undone by now, or something else would be."""
        if self._offered and self._offer.text() == UNDO:
            self._end_notice()

    def forget_error(self, text: str) -> None:
        """Take an error away: what went wrong has gone well since."""
        errors = [line for line in self._standing_errors() if line != text]
        self._show_or_hide(errors, self._notice.text())

    def forget_old_errors(self) -> None:
        """Take errors away that have been there for a while: somebody has turned to something else."""
        if time.monotonic() - self._error_shown_at >= ERROR_STAYS_SECONDS:
            self._show_or_hide([], self._notice.text())

    def _standing_errors(self) -> list[str]:
        return [] if self.isHidden() or not self._errors.text() else self._errors.text().split("\n")

    def _end_notice(self) -> None:
        self._show_or_hide(self._standing_errors(), "")

    def _show_or_hide(self, errors: list[str], notice: str) -> None:
        """Show what is left; where that is nothing, the last words stay for whoever asks what they were."""
        if self.isHidden():
            return
        if errors or notice:
            self._show(errors, notice, self._offered if notice else None, self._offer.text())
        else:
            self._offered = None
            self.hide()

    def _do_offered(self) -> None:
        offered = self._offered
        self._end_notice()
        if offered:
            offered()

    def _show(
        self, errors: list[str], notice: str, do: Callable[[], object] | None = None, word: str = UNDO
    ) -> None:
        self._offered = do
        self._offer.setText(word)
        self._offer.setToolTip("Take it back" if word == UNDO else "")
        self._offer.setVisible(do is not None)
        self._errors.setText("\n".join(errors))
        self._errors.setVisible(bool(errors))
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
        self.setProperty("tone", "bad" if errors else "notice")
        self._notice.setProperty("tone", "muted" if errors else "")
        for one in (self, self._notice):
            repolish(one)
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
