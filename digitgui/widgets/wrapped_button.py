"""A button whose words take several lines where they need them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy

from digitgui.widgets.building import column_of, label

__all__ = ["WrappedButton"]


class WrappedButton(QPushButton):
    """Stays down when it is chosen, alone among those beside it.

    Parameters
    ----------
    text : str
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("chip", True)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        words = label(text, wrap=True)
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column_of(words, inside=self).setContentsMargins(10, 6, 10, 6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        """Ask for the room of the words."""
        layout = self.layout()
        assert layout
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for no less than all lines."""
        layout = self.layout()
        assert layout
        return layout.minimumSize()
