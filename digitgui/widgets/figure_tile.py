"""A figure with its name, which tells what it means when one points at it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from digitgui.looks.theme import tabular
from digitgui.widgets.building import capitalised, column_of, label, wrapped


class FigureTile(QFrame):
    """Shows a name and a figure under it.

    Parameters
    ----------
    name : str
    meaning : str
        One sentence.

    Signals
    -------
    pointed(str)
        The meaning, when the mouse or the focus comes; empty when it leaves.
    """

    pointed = Signal(str)

    def __init__(self, name: str, meaning: str) -> None:
        super().__init__()
        self.setObjectName("figureTile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(wrapped(meaning))
        self.setAccessibleName(name)
        self._name, self._meaning, self._details = name, meaning, ""
        self._figure = label("–", "strong")
        self._figure.setFont(tabular(self._figure.font()))
        self._note = label(name="muted")
        self._note.setFont(tabular(self._note.font()))
        self._note.hide()
        layout = column_of(label(capitalised(name), "cardTitle"), self._figure, self._note, inside=self, spacing=0)
        layout.setContentsMargins(6, 3, 6, 3)

    @property
    def text(self) -> str:
        """The figure, as it is written."""
        return self._figure.text()

    def explain(self, meaning: str) -> None:
        """Say what the figure means, before another is shown."""
        self._meaning = meaning

    def show_figure(self, text: str, details: str = "") -> None:
        """Write the figure; ``details`` are told after its meaning."""
        self._figure.setText(text)
        self._details = details
        self.setToolTip(wrapped(self.words))
        self.setAccessibleName(f"{self._name} {text}")
        self.setAccessibleDescription(self.words)

    def show_note(self, text: str) -> None:
        """Write something small under the figure."""
        self._note.setText(text)
        self._note.show()

    @property
    def words(self) -> str:
        """What the figure means."""
        return f"{self._meaning} {self._details}".strip()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell what it means."""
        self.pointed.emit(self.words)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell no longer."""
        self.pointed.emit("")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the focus, and with it the sentence stays."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell what it means."""
        self.pointed.emit(self.words)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell no longer."""
        self.pointed.emit("")
        super().focusOutEvent(event)
