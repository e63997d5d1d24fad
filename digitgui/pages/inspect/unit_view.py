"""A pinned number in both directions: what it is computed from, where its gradient comes from, what it changes."""

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QScrollArea, QWidget

from digitgui.looks.sizes import by_text
from digitgui.pages.inspect.nudge_card import NudgeCard
from digitgui.pages.inspect.source_card import SourceCard
from digitgui.pages.inspect.unit_lines import answer_lines, backward_lines, forward_lines, is_cut, share_lines
from digitgui.pages.inspect.unit_words import goes_to, gradient_source, made_of, name_of, used_by
from digitgui.session import Session
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.building import (
    STRETCH,
    column_of,
    label,
    prepare_label,
    row_of,
    show_text,
    stack_of,
    switch,
)
from digitgui.widgets.scrolling import GrowingColumn
from digitgui.widgets.tables.term_lines import Line
from digitgui.widgets.tables.term_table import TermTable
from model.inspection.backward_terms import Share, shares
from model.inspection.forward_terms import forward_terms
from model.inspection.trace import Trace, Unit

NOTHING = "Choose a number of any layer above, by mouse or arrow keys: here you see what it is computed from."
COUNTED = "Counted from 0, as in NumPy. Click a number below, or press Return on it, to go there."
MOST_SHARES = 3
"""Weights, biases and the numbers of the layer before."""
TWO_COLUMNS = 940
"""Pixels of width, where text has 100 %, from which on both directions stand side by side."""
EMPTY, FULL = 0, 1


class UnitView(QWidget):
    """Shows the number that is pinned, while it is seen: forwards on the left, backwards on the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._inspection = session.inspection
        self.title = PinnedName()
        self.title.moved.connect(self._move)
        self._made_of, self._used_by = label(name="muted", wrap=True), label(wrap=True)
        self._gradient, self._source = label(name="strong", wrap=True), label(name="muted", wrap=True)
        self._goes_to = label(wrap=True)
        self.forward = _Terms("What the pinned number is computed from", self._pin, self._refresh)
        self.answer = _Terms("From logits to the loss", self._pin, self._refresh, "From logits to the loss")
        self.backward = _Terms("Where the gradient comes from", self._pin, self._refresh)
        self.show_shares = switch("Show them", "Show what it adds to each of these gradients", self._refresh)
        self.shares = [
            _Terms(f"What it adds, {index + 1}", self._pin, self._refresh) for index in range(MOST_SHARES)
        ]
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._empty = label(NOTHING, "muted", wrap=True)
        self.nudge, self.source = NudgeCard(session), SourceCard(session)
        self._stack = stack_of(self._empty, self._body())
        column_of(self._stack, inside=self)
        self.set_room(1.0)
        self._inspection.traced.connect(self._refresh)
        self._inspection.pinned.connect(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put both directions side by side where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Take the size of the text as it is now."""
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= by_text(TWO_COLUMNS)
        ways = self._left, self._right
        if ways[is_wide].indexOf(self.source) >= 0:  # the left column has more room for it, where there are two
            ways[is_wide].removeWidget(self.source)
            ways[not is_wide].insertWidget(ways[not is_wide].count() - 1, self.source)
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        )

    def _body(self) -> QWidget:
        body = GrowingColumn()
        left = self._left = column_of(self.forward, self._used_by, self.answer, STRETCH, spacing=8)
        right = self._right = column_of(
            self._gradient,
            self._source,
            self.backward,
            row_of((self._goes_to, 1), (self.show_shares, 0, Qt.AlignmentFlag.AlignTop), spacing=12),
            *self.shares,
            8,
            self.nudge,
            8,
            self.source,
            STRETCH,
            spacing=8,
        )
        self._columns.setSpacing(20)
        self._columns.setContentsMargins(0, 0, 8, 0)
        self._columns.addLayout(left, 11)
        self._columns.addLayout(right, 9)
        head = row_of(self.title, (self._made_of, 1), spacing=8)
        column_of(head, label(COUNTED, "muted", wrap=True), (self._columns, 1), inside=body, spacing=8)
        return body

    def _pin(self, target: Hashable) -> None:
        """Pin a number of a table, and show the beginning of what is said of it."""
        assert isinstance(target, Unit)
        self._inspection.pin(target)
        outer = self.parentWidget()
        while outer is not None and not isinstance(outer, QScrollArea):
            outer = outer.parentWidget()
        if isinstance(outer, QScrollArea):
            outer.ensureWidgetVisible(self.title)

    def _move(self, step: tuple[int, int, int]) -> None:
        """Pin the number so many maps, rows and columns further, where there is one."""
        unit, found = self._inspection.unit, self._inspection.trace
        if unit is None or found is None:
            return
        steps = step if len(unit.index) == len(step) else (sum(step),)
        there = Unit(unit.layer, tuple(place + by for place, by in zip(unit.index, steps, strict=True)))
        if found.has(there):
            self._inspection.pin(there)

    def _refresh(self) -> None:
        """Show the pinned number as it is now, while the view is seen."""
        found, unit = self._inspection.trace, self._inspection.unit
        if not self.isVisible():
            return
        if found is None or unit is None or not found.has(unit):
            self._stack.setCurrentIndex(EMPTY)
            return
        self._show_forward(found, unit)
        self._show_backward(found, unit)
        self._stack.setCurrentIndex(FULL)

    def _show_forward(self, found: Trace, unit: Unit) -> None:
        terms, is_logit = forward_terms(found, unit), unit.layer == found.layers[-1].name
        self.title.setText(name_of(unit))
        self._made_of.setText(made_of(found, unit, terms))
        self._used_by.setText(used_by(found, unit))
        self.forward.show_lines(forward_lines(found, unit, terms, all_terms=self.forward.shows_all))
        self.answer.show_lines(answer_lines(found, unit) if is_logit else [])

    def _show_backward(self, found: Trace, unit: Unit) -> None:
        self._gradient.setText(
            f"Its gradient, from the loss if {found.class_name(found.label)} is the right answer"
        )
        self._source.setText(gradient_source(found, unit))
        self.backward.show_lines(backward_lines(found, unit, all_terms=self.backward.shows_all))
        given = shares(found, unit)
        self._goes_to.setText(goes_to(found, unit, given))
        self.show_shares.setVisible(bool(given))
        shown: tuple[Share, ...] = given if self.show_shares.isChecked() else ()
        for index, terms in enumerate(self.shares):
            lines = []
            if index < len(shown):
                lines = share_lines(found, unit, shown[index], all_terms=terms.shows_all)
                terms.title.setText(shown[index].name)
            terms.show_lines(lines)


class PinnedName(QLabel):
    """Names the pinned number; the arrow keys lead to those beside it, the page keys to other maps.

    Signals
    -------
    moved(object)
        So many maps, rows and columns further, as a tuple.
    """

    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        prepare_label(self, "pinnedName", wrap=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Arrow keys: the numbers beside it. Page Up, Page Down: the map before or after")
        self.setAccessibleDescription(self.toolTip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a number beside this one."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            across, down = ARROWS[key]
            self.moved.emit((0, down, across))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.moved.emit((1 if key == Qt.Key.Key_PageDown else -1, 0, 0))
        else:
            super().keyPressEvent(event)


class _Terms(QWidget):
    """A table of terms, of which the largest are shown, and on request all."""

    def __init__(
        self, name: str, choose: Callable[[Hashable], None], refresh: Callable[[], None], title: str = ""
    ) -> None:
        super().__init__()
        self.title = label(title, "strong")
        self.table = TermTable(name, _described)
        self.table.chosen.connect(choose)
        self.all = switch("Show all terms", "Show the smaller terms too, down to the smallest", refresh)
        column_of(self.title, self.table, row_of(self.all, STRETCH), inside=self, spacing=4)

    @property
    def shows_all(self) -> bool:
        """Whether all terms are wanted."""
        return self.all.isChecked()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these terms; nothing at all if there are none."""
        self.table.show_lines(lines)
        show_text(self.title, self.title.text())
        self.all.setVisible(is_cut(lines) or self.shows_all)
        self.setVisible(bool(lines))


def _described(target: Hashable) -> str:
    assert isinstance(target, Unit)
    return name_of(target)
