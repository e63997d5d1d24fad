"""Asks before it shows: a view behind questions on the number that has just been pinned."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

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
    """

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__()
        self._session = session
        self._questions: list[Question] = []
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

    def _see_wish(self) -> None:
        self._session.settings.set(SETTING, self.wanted.isChecked())
        if not self.wanted.isChecked():
            self._stack.setCurrentIndex(SHOWING)

    def _see_pin(self) -> None:
        inspection = self._session.inspection
        if not self.wanted.isChecked() or inspection.trace is None or inspection.unit is None:
            return
        self._questions = questions_of(inspection.trace, inspection.unit)
        self._go_on()

    def _go_on(self) -> None:
        """Ask the next question; show the view after the last."""
        if self._questions:
            self.question.ask(self._questions.pop(0), is_last=not self._questions)
        self._stack.setCurrentIndex(ASKING if self.question.is_open else SHOWING)


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
        self._answers = QWidget()
        self._row = FlowLayout(spacing=8)
        self._answers.setLayout(self._row)
        self._verdict = label(wrap=True)
        self._reason = label(name="muted", wrap=True)
        self.go_on = button("Show the numbers", "Go on", self._leave, look="primary")
        self._verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = row_of(self.go_on, STRETCH)
        column_of(self._text, self._answers, self._verdict, self._reason, row, STRETCH, inside=self, spacing=12)

    def ask(self, question: Question, *, is_last: bool) -> None:
        """Ask a question in the place of the one before."""
        self._question, self.is_open = question, True
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
