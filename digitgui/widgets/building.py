"""The few shapes that every page is built of: cards, labels, buttons."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from typing import Any, TypeAlias, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

Part: TypeAlias = QWidget | QLayout | int | tuple[Any, ...]
"""Of a row or a column: a widget or a layout, alone or with its stretch and alignment; or so many free pixels."""
Box = TypeVar("Box", bound=QBoxLayout)
STRETCH = -1
"""In a row or a column: free room, as much as is left over."""
DIGITS = tuple("0123456789")
ASIDE = "aside"
"""Property of what is of no use to a class."""
PERCENT = re.compile(r"(?<=\d) %")
LONGEST_LINE = 80
"""Letters in one line of a tooltip."""


def row_of(
    *parts: Part, spacing: int | None = None, margin: int = 0, inside: QWidget | None = None
) -> QHBoxLayout:
    """Lay parts out from left to right.

    Parameters
    ----------
    *parts : Part
    spacing : int, optional
        Pixels between the parts; as in the layout around it if not given.
    margin : int
        Pixels around all of them.
    inside : QWidget, optional
        Whose layout it becomes.
    """
    return _filled(QHBoxLayout(), parts, spacing, margin, inside)


def column_of(
    *parts: Part, spacing: int | None = None, margin: int = 0, inside: QWidget | None = None
) -> QVBoxLayout:
    """Lay parts out from top to bottom, as `row_of` does from left to right."""
    return _filled(QVBoxLayout(), parts, spacing, margin, inside)


def _filled(layout: Box, parts: Iterable[Part], spacing: int | None, margin: int, inside: QWidget | None) -> Box:
    if inside is not None:
        inside.setLayout(layout)
    layout.setContentsMargins(margin, margin, margin, margin)
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        what, *how = part if isinstance(part, tuple) else (part,)
        if isinstance(what, QWidget):
            layout.addWidget(what, *how)
        elif isinstance(what, QLayout):
            layout.addLayout(what, *how)
        elif what == STRETCH:
            layout.addStretch(1)
        else:
            layout.addSpacing(what)
    return layout


def card_of(*parts: Part, spacing: int = 8) -> QFrame:
    """Lay parts out from top to bottom, as `column_of` does, on a surface with a line around it."""
    frame = QFrame()
    frame.setObjectName("card")
    column_of(*parts, inside=frame, margin=16, spacing=spacing)
    return frame


def aside(part: Part) -> QWidget:
    """Put a part where it is hidden while a class looks on: see `digitgui.frame.projector`."""
    place = QWidget()
    place.setProperty(ASIDE, True)
    column_of(part, inside=place)
    return place


def card(title: str = "", *, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """Make a surface with a line around it, and the layout inside."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = column_of(inside=frame, margin=16, spacing=spacing)
    if title:
        layout.addWidget(label(title, "cardTitle"))
    return frame, layout


def keep_width(frame: QWidget, pixels: int) -> None:
    """Let what lies in a box layout be so wide at the least; more where something in it needs that."""
    layout = frame.layout()
    assert isinstance(layout, QBoxLayout)
    layout.addStrut(pixels)


def stack_of(*parts: QWidget) -> QStackedWidget:
    """Put parts behind one another; the first is seen."""
    stack = QStackedWidget()
    for part in parts:
        stack.addWidget(part)
    return stack


def label(text: str = "", name: str = "", *, wrap: bool = False, tone: str = "") -> QLabel:
    """Make a text; ``name`` and ``tone`` choose its look in the style sheet."""
    result = WrappedLabel(text) if wrap else QLabel(text)
    prepare_label(result, name, wrap=wrap)
    if tone:
        result.setProperty("tone", tone)
    return result


def prepare_label(what: QLabel, name: str, *, wrap: bool) -> None:
    """Let a label show plain text in the look of this name."""
    what.setObjectName(name)
    what.setWordWrap(wrap)
    what.setTextFormat(Qt.TextFormat.PlainText)


def show_text(where: QLabel, text: str) -> None:
    """Write a text; nothing to say takes no room."""
    where.setText(text)
    where.setVisible(bool(text))


def progress_bar(name: str) -> QProgressBar:
    """Make a bar of a thousand steps, without a figure; ``name`` is what assistive technology calls it."""
    bar = QProgressBar()
    bar.setRange(0, 1000)
    bar.setTextVisible(False)
    bar.setAccessibleName(name)
    return bar


def button(
    text: str, tip: str, on_click: Callable[[], object], *, shortcut: str = "", look: str = "", name: str = ""
) -> QPushButton:
    """Make a button with a tooltip that names its shortcut.

    Parameters
    ----------
    shortcut : str
        Named in the tooltip; the key itself belongs to a menu entry.
    look : str
        Of an action: ``primary`` for the strong one, ``small`` in rows of low parts, or nothing. Of a choice:
        ``tab`` for what is seen, ``chip`` for which of it. What is on or off is a `switch`.
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
        result.setProperty("round", look == "chip" and len(text) == 1)
    if name:
        result.setObjectName(name)
    return result


def action_button(text: str, does: str, on_click: Callable[[], object], **looks: str) -> QPushButton:
    """Make a button that does what an action of the menus does, which gives it tooltip, description and key.

    Parameters
    ----------
    does : str
        Name of the action, in `digitgui.frame.actions`.
    **looks : str
        As `button` takes them.
    """
    result = button(text, "", on_click, **looks)
    result.setProperty("does", does)
    return result


def explain_button(what: QAbstractButton, about: str, keys: str) -> None:
    """Let a button tell in its tooltip what it does, with the first of its keys, and to screen readers."""
    what.setToolTip(wrapped(with_shortcut(about.rstrip("."), keys.partition(" ")[0])))
    what.setAccessibleDescription(about.rstrip("."))


def switch(text: str, tip: str, on_change: Callable[[], object], *, name: str = "") -> QCheckBox:
    """Make what is on or off."""
    result = QCheckBox(text)
    result.setToolTip(tip)
    result.setAccessibleDescription(tip)
    result.setObjectName(name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.toggled.connect(lambda _on: on_change())
    return result


def chip(
    group: QButtonGroup,
    number: int,
    text: str,
    tip: str,
    on_click: Callable[[], object],
    *,
    look: str = "chip",
    name: str = "",
) -> QPushButton:
    """Make a button that stays down, alone in its group, which knows it by this number."""
    result = button(capitalised(text), tip, on_click, look=look, name=name)
    result.setCheckable(True)
    group.addButton(result, number)
    return result


def chips(
    parent: QWidget, entries: Iterable[tuple[str, str]], choose: Callable[[int], object], *, look: str = "chip"
) -> QButtonGroup:
    """Make chips of which one is chosen: the first, at first.

    Parameters
    ----------
    parent : QWidget
        Whose they are.
    entries : iterable of (str, str)
        Text and tooltip of each.
    choose : callable
        Is given the number of the chip that was pressed.
    look : str
        ``tab`` where they show one of several views in the same place.
    """
    group = QButtonGroup(parent)
    for number, (text, tip) in enumerate(entries):
        one = chip(group, number, text, tip, partial(choose, number), look=look)
        if look == "tab":
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            one.toggled.connect(partial(_take_tab_key, one))
        one.setChecked(number == 0)
    return group


def _take_tab_key(tab: QPushButton, is_current: bool) -> None:
    """Let the Tab key lead to the current tab; arrow keys lead from there to the others."""
    tab.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_current else Qt.FocusPolicy.NoFocus)


def with_shortcut(tip: str, shortcut: str) -> str:
    """Add a key, as this platform writes it, to a tooltip."""
    if not shortcut:
        return tip
    return f"{tip} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"


def typed_digit(event: QKeyEvent) -> int | None:
    """Return the digit whose key was pressed without any other; None if it was another key."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return int(event.text()) if plain and event.text() in DIGITS else None


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Give a property that the style sheet looks at another value."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        repolish(widget)


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def capitalised(text: str) -> str:
    """Begin with a capital letter, and leave the rest as it is; t-SNE begins with a small one."""
    return text if text[1:2] == "-" else text[:1].upper() + text[1:]


class WrappedLabel(QLabel):
    """A text of several lines, which asks for the height of all of them also where layouts do not ask for it.

    No line ends between a number and its per cent sign.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)

    def setText(self, text: str) -> None:
        """Write another text."""
        super().setText(PERCENT.sub("\N{NO-BREAK SPACE}%", text))

    def text(self) -> str:
        """What is written, as it was given."""
        return super().text().replace("\N{NO-BREAK SPACE}%", " %")

    def minimumSizeHint(self) -> QSize:
        """Ask for the lines that the text takes in the width that there is."""
        least = super().minimumSizeHint()
        if self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            least.setHeight(max(least.height(), self.heightForWidth(max(self.width(), least.width()))))
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask anew where the width is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


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
