"""One sentence at the top of the window, until the user closes it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from digitgui.widgets.building import button, label, repolish

__all__ = ["Banner"]

NOTICE_MILLISECONDS = 8000


class Banner(QFrame):
    """Shows errors until they are closed, and notices for some seconds; never in the way of work."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._text, 1)
        layout.addWidget(button("Close", "Close this message", self.hide, look="flat"))
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
        self._show(text, "bad")

    def show_notice(self, text: str) -> None:
        """Show what has happened; an error that stands there stays, with this below it."""
        if self.isVisible() and self.property("tone") == "bad":
            self._show(f"{self.text}\n{text}", "bad")
        else:
            self._show(text, "notice")
            self._timer.start(NOTICE_MILLISECONDS)

    def _show(self, text: str, tone: str) -> None:
        self._text.setText(text)
        self.setProperty("tone", tone)
        repolish(self)
        self.show()
