"""Asks before it shows: a view behind questions on the number that has just been pinned."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from digitgui.pages.inspect.unit_lines import given_lines
from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    button,
    column_of,
    label,
    row_of,
    set_look,
    show_text,
    stack_of,
    switch,
)
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.tables.term_lines import Line
from digitgui.widgets.tables.term_table import TermTable
from model.inspection.questions import Question, questions_of

SETTING = "inspect/asks_first"
ASKING, SHOWING = 0, 1


class QuestionGate(QWidget):
    """Shows a view; if the user wants that, only after questions about each number that is pinned.

    Parameters
    ----------
    session : Session
    view : QWidget
        What shows the pinned number.

    Attributes
    ----------
    wanted : QCheckBox
        Whether to ask.

    Signals
    -------
    asks_or_shows()
        It may be that `is_asking` is another.
    """

    asks_or_shows = Signal()

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__()
        self._session = session
        self._questions: list[Question] = []
        self._given: Sequence[Line] = ()
        self.wanted = switch(
            "Ask me first",
            "Before a number is explained, ask what you expect: that helps to understand it",
            self._see_wish,
        )
        self.question = QuestionView(self._go_on)
        self._stack = stack_of(self.question, view)
        self._stack.setCurrentIndex(SHOWING)
        column_of((self._stack, 1), self.wanted, inside=self, spacing=8)
        self.wanted.setChecked(session.settings.flag(SETTING, False))
        session.inspection.pinned.connect(self._see_pin)

    @property
    def is_asking(self) -> bool:
        """Whether a question is seen, so that nothing else should give its answer away."""
        return self.isVisible() and self._stack.currentIndex() == ASKING

    def showEvent(self, event: QShowEvent) -> None:
        """Say that a question may be seen."""
        super().showEvent(event)
        self.asks_or_shows.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that none is."""
        super().hideEvent(event)
        self.asks_or_shows.emit()

    def _see_wish(self) -> None:
        self._session.settings.set(SETTING, self.wanted.isChecked())
        if self.wanted.isChecked():
            self._see_pin()
        else:
            self._show_part(SHOWING)

    def _see_pin(self) -> None:
        inspection = self._session.inspection
        found, unit = inspection.trace, inspection.unit
        if not self.wanted.isChecked() or found is None or unit is None or not found.has(unit):
            return
        self._questions, self._given = questions_of(found, unit), given_lines(found, unit)
        self._go_on()

    def _go_on(self) -> None:
        """Ask the next question; show the view after the last."""
        if self._questions:
            self.question.ask(self._questions.pop(0), self._given, is_last=not self._questions)
        self._show_part(ASKING if self.question.is_open else SHOWING)

    def _show_part(self, part: int) -> None:
        self._stack.setCurrentIndex(part)
        self.asks_or_shows.emit()


class QuestionView(QWidget):
    """One question: its answers as buttons, then the reason, and the way on.

    Parameters
    ----------
    on_done : callable
        Is called when the user has read the reason and goes on.

    Attributes
    ----------
    is_open : bool
        Whether a question is asked whose reason has not been left yet.
    """

    def __init__(self, on_done: Callable[[], object]) -> None:
        super().__init__()
        self.is_open = False
        self._on_done = on_done
        self._question: Question | None = None
        self._text = label(name="cardTitle", wrap=True)
        self.given = TermTable("What it is computed from", lambda _target: "")
        self._answers = QWidget()
        self._row = FlowLayout(spacing=8)
        self._answers.setLayout(self._row)
        self._verdict = label(wrap=True)
        self._reason = label(name="muted", wrap=True)
        self.go_on = button("Show the numbers", "Go on", self._leave, look="primary")
        self._verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = row_of(self.go_on, STRETCH)
        parts = self._text, self.given, self._answers, self._verdict, self._reason
        column_of(*parts, row, STRETCH, inside=self, spacing=12)

    def ask(self, question: Question, given: Sequence[Line] = (), *, is_last: bool) -> None:
        """Ask a question in the place of the one before; show lines from which one can work the answer out."""
        self._question, self.is_open = question, True
        self.given.show_lines(given)
        self.given.setVisible(bool(given))
        self._text.setText(question.text)
        for old in self._answers.findChildren(QPushButton):
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        for number, answer in enumerate(question.answers):
            self._row.addWidget(button(answer, "Choose this answer", partial(self._judge, number)))
        for words in (self._verdict, self._reason):
            show_text(words, "")
        self.go_on.setText("Show the numbers" if is_last else "Next question")
        self.go_on.hide()

    def _judge(self, chosen: int) -> None:
        """Say whether an answer is right, and why the right one is."""
        assert self._question is not None
        right = self._question.right
        verdict = "✓ Right." if chosen == right else f"✗ Not quite. Right is: {self._question.answers[right]}."
        show_text(self._verdict, verdict)
        set_look(self._verdict, "tone", "good" if chosen == right else "warning")
        show_text(self._reason, self._question.reason)
        for answer in self._answers.findChildren(QPushButton):
            answer.setEnabled(False)
        self.go_on.show()
        self.go_on.setFocus()

    def _leave(self) -> None:
        self.is_open = False
        self._on_done()
