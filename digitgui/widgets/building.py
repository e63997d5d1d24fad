"""The few shapes that every page is built of: cards, labels, buttons."""

from collections.abc import Callable, Iterable
from functools import partial
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

__all__ = [
    "SquareFrame",
    "button",
    "card",
    "chips",
    "label",
    "repolish",
    "typed_digit",
    "with_shortcut",
    "wrapped",
]

DIGITS = tuple("0123456789")
LONGEST_LINE = 80
"""Letters in one line of a tooltip."""


def card(title: str = "", *, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """Make a surface with a line around it, and the layout inside."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(spacing)
    if title:
        layout.addWidget(label(title, "cardTitle"))
    return frame, layout


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """Make a text; ``name`` chooses its look in the style sheet."""
    result = QLabel(text)
    result.setObjectName(name)
    result.setWordWrap(wrap)
    result.setTextFormat(Qt.TextFormat.PlainText)
    return result


def button(
    text: str, tip: str, on_click: Callable[[], object], *, shortcut: str = "", look: str = "", name: str = ""
) -> QPushButton:
    """Make a button with a tooltip that names its shortcut.

    Parameters
    ----------
    shortcut : str
        Named in the tooltip; the key itself belongs to a menu entry.
    look : str
        ``primary``, ``flat``, ``chip``, or nothing for the ordinary one.
    name : str
        Object name.
    """
    result = QPushButton(text)
    result.setToolTip(wrapped(with_shortcut(tip, shortcut)))
    result.setAccessibleDescription(tip)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
    result.clicked.connect(lambda _checked=False: on_click())
    if look:
        result.setProperty(look, True)
    if name:
        result.setObjectName(name)
    return result


def chips(
    parent: QWidget, row: QLayout, entries: Iterable[tuple[str, str]], choose: Callable[[int], object]
) -> QButtonGroup:
    """Put a row of chips into a layout, of which one is chosen: the first, at first.

    Parameters
    ----------
    parent : QWidget
        Whose they are.
    row : QLayout
    entries : iterable of (str, str)
        Text and tooltip of each.
    choose : callable
        Is given the number of the chip that was pressed.
    """
    group = QButtonGroup(parent)
    for number, (text, tip) in enumerate(entries):
        chip = button(text, tip, partial(choose, number), look="chip")
        chip.setCheckable(True)
        chip.setChecked(number == 0)
        group.addButton(chip, number)
        row.addWidget(chip)
    return group


def with_shortcut(tip: str, shortcut: str) -> str:
    """Add a key, as this platform writes it, to a tooltip."""
    if not shortcut:
        return tip
    return f"{tip} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"


def typed_digit(event: QKeyEvent) -> int | None:
    """Return the digit whose key was pressed without any other; None if it was another key."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return int(event.text()) if plain and event.text() in DIGITS else None


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class SquareFrame(QWidget):
    """Keeps one widget square, as large as fits, in the middle."""

    def __init__(self, content: QWidget, *, minimum: int) -> None:
        super().__init__()
        self._content = content
        content.setParent(self)
        self.setMinimumSize(minimum, minimum)

    def sizeHint(self) -> QSize:
        """Prefer the minimum; the layout gives more where there is more."""
        return self.minimumSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the square."""
        side = min(self.width(), self.height())
        self._content.setGeometry((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        super().resizeEvent(event)


def wrapped(tip: str) -> str:
    """Make a tooltip of several lines out of a long one: Qt breaks the lines of HTML only."""
    return f"<p>{escape(tip, quote=False)}</p>" if len(tip) > LONGEST_LINE else tip
