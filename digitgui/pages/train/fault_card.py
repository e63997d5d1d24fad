"""A lesson: a fault is hidden in a training; from the curves over the evidence to its cause."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from digitgui.looks.sizes import by_text
from digitgui.pages.train.evidence_view import NORMAL, EvidenceView
from digitgui.runs.fault_lesson import gather_evidence
from digitgui.runs.run_wording import begun_locally
from digitgui.session import Session
from digitgui.widgets.building import button, card_of, chips, column_of, label, row_of, set_look, show_text
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.plots.curve_plot import CurvePlot
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.work.computation import Computation
from digitgui.work.separate_process import SeparateProcess
from model.training.fault_lab import CURVES, VIEWS, Evidence, curves_of
from model.training.faults import FAULTS
from model.training.training_events import EpochDone

HIDDEN, RUN = "hidden", "run "
PLOT_HEIGHT = 180
"""Pixels where text has 100 %."""
INTRODUCTION = (
    "A fault is hidden in a short training. Say what the curves show, find the evidence, then name the cause."
)


class FaultCard(QFrame):
    """Three questions, one after the other, each answered by a button.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    fault : str
        The one that is planted, a key of `FAULTS`; empty before the first.
    stage : int
        How far one has come: 0 before a training has ended, 1 where its curves are shown, and one more for each of
        the three questions that is answered rightly.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.fault = ""
        self.stage = 0
        self._gathering = Computation[Evidence](
            "Training with a hidden fault",
            SeparateProcess(session.activity),
            session.activity,
            failure="The lesson cannot begin",
            tells=True,
            can_cancel=True,
        )
        self._gathering.done.connect(self._show)
        self._gathering.changed.connect(self._show_state)
        self._gathering.progressed.connect(lambda _detail: self._show_state())
        self.which = self._choice_of_faults()
        self.start = button("Begin", "Train for some seconds with a fault", self.begin, look="primary")
        self._words = label(INTRODUCTION, "muted", wrap=True)
        self.plot = CurvePlot("Loss against epochs, with the fault", top=10.0)
        self._ends = label(name="muted", wrap=True)
        self.evidence = EvidenceView()
        self.verdicts = [label(wrap=True) for _ in range(3)]
        self.questions = [self._first(), self._second(), self._third()]
        choice = FlowLayout(spacing=8)
        for part in (self.which, self.start):
            choice.addWidget(part)
        content = column_of(self._words, choice, self.plot, self._ends, *self.questions, spacing=10)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        column_of((card_of((ScrollColumn(inside), 1)), 1), inside=self)
        session.runs.changed.connect(self._offer_runs)
        self.set_room(1.0)
        self._clear()
        self._offer_runs()
        self._show_state()

    def begin(self) -> None:
        """Train with the chosen fault, or with one that is not told, other than the last."""
        chosen = self.which.chosen
        if chosen.startswith(RUN):
            records = {record.id: record for record in self._session.runs.records}
            chosen = records[chosen.removeprefix(RUN)].extra["fault"]
        elif chosen == HIDDEN:
            others = [name for name in FAULTS if name != self.fault]
            chosen = others[np.random.default_rng().integers(len(others))]
        self.fault = chosen
        self._clear()
        self._gathering.ask_anew(gather_evidence, chosen, basis=(chosen,))

    def prepare(self, fault: str) -> None:
        """Choose which fault comes next, a key of `FAULTS` or `HIDDEN`, and ask nothing any more."""
        self.which.choose(fault)
        self._clear()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Let the curves be high enough to be read."""
        self.plot.setMinimumHeight(by_text(PLOT_HEIGHT))

    def _choice_of_faults(self) -> ChoiceBox:
        sentences = {HIDDEN: "One of nine, which you find out"} | dict.fromkeys(
            FAULTS, "Learn what this one looks like"
        )
        names = {HIDDEN: "A hidden fault"} | {name: fault.cause for name, fault in FAULTS.items()}
        return ChoiceBox(sentences, "Which fault is planted", names)

    def _offer_runs(self) -> None:
        """Let a run that was prepared with a fault be the one to find out about."""
        records = {RUN + one.id: one for one in self._session.runs.records if one.extra.get("fault") in FAULTS}
        for row in reversed(range(self.which.count())):
            if str(self.which.itemData(row)).startswith(RUN) and self.which.itemData(row) not in records:
                self.which.removeItem(row)
        for value, record in records.items():
            if self.which.findData(value) < 0:
                self.which.insertItem(1, f"A run of {begun_locally(record)}", value)
                self.which.explain(value, f"{record.name}, prepared by digitgui train --fault")

    def _first(self) -> QWidget:
        return _question(
            "1 · What do the curves show?", _answers(CURVES.items(), self._answer_curves), self.verdicts[0]
        )

    def _second(self) -> QWidget:
        self.views = chips(self, VIEWS.values(), self._look)
        row = FlowLayout(spacing=3)
        for chip in self.views.buttons():
            row.addWidget(chip)
        here = button("It shows here", "Say that this view shows what is wrong", self._answer_view, look="small")
        self.here = here
        rest = column_of(row, self.evidence, row_of(here, (QWidget(), 1)), spacing=8)
        return _question("2 · Where is the evidence?", rest, self.verdicts[1])

    def _third(self) -> QWidget:
        causes = ((name, fault.cause) for name, fault in FAULTS.items())
        return _question("3 · What is the cause?", _answers(causes, self._answer_cause), self.verdicts[2])

    def _look(self, number: int) -> None:
        self.evidence.show_view(list(VIEWS)[number])
        show_text(self.verdicts[1], "")

    def _clear(self) -> None:
        """Ask nothing any more."""
        self.stage = 0
        for question in self.questions:
            question.hide()
        for verdict in self.verdicts:
            show_text(verdict, "")
        self.plot.hide()
        self._ends.hide()

    def _show_state(self) -> None:
        gathering = self._gathering
        self.start.setEnabled(not gathering.is_under_way)
        self.start.setText("Begin again" if gathering.answer else "Begin")
        words = f"Training with a fault, and without: {100 * (gathering.share or 0):.0f} %"
        self._words.setText(words if gathering.is_under_way else gathering.problem or INTRODUCTION)

    def _show(self, evidence: Evidence) -> None:
        """Show the curves, and ask the first question."""
        epochs = [float(epoch.epoch) for epoch in evidence.epochs]
        train, validation = _losses(evidence.epochs)
        self.plot.show_curves(len(evidence.healthy), (np.array(epochs), np.array(train)), (epochs, validation))
        self._ends.setText(
            f"Plain line: training; with dots: validation. With the fault, {_told(evidence.epochs)}."
            f" Without, {_told(evidence.healthy)}."
        )
        self.evidence.show_evidence(evidence)
        self.views.button(0).setChecked(True)
        self._look(0)
        self.plot.show()
        self._ends.show()
        self._reach(1)

    def _answer_curves(self, key: str) -> None:
        evidence = self._gathering.answer
        assert evidence
        is_right = key == curves_of(evidence)
        text = (
            "Right. Which view shows why?"
            if is_right
            else f"Look again: with the fault, {_told(evidence.epochs)}."
        )
        _show_verdict(self.verdicts[0], text, is_right=is_right)
        if is_right:
            self._reach(2)

    def _answer_view(self) -> None:
        key = list(VIEWS)[self.views.checkedId()]
        is_right = key == FAULTS[self.fault].view
        text = "Right, something is wrong here. What makes it so?" if is_right else f"No: here {NORMAL[key]}."
        _show_verdict(self.verdicts[1], text, is_right=is_right)
        if is_right:
            self._reach(3)

    def _answer_cause(self, name: str) -> None:
        chosen, planted = FAULTS[name], FAULTS[self.fault]
        if chosen is planted:
            text = f"Right. {planted.sign}"
        elif chosen.view == planted.view:
            text = f"Not this one, which would look otherwise here: {_continued(chosen.sign)}"
        else:
            where = VIEWS[chosen.view][0]
            text = f"Not this one, which would show under {where}: {_continued(chosen.sign)} Look there."
        _show_verdict(self.verdicts[2], text, is_right=chosen is planted)
        if chosen is planted:
            self._reach(4)

    def _reach(self, stage: int) -> None:
        """Come to a stage, unless one has been further, and ask what follows."""
        self.stage = max(self.stage, stage)
        for question in self.questions[:stage]:
            question.show()


def _show_verdict(where: QLabel, text: str, *, is_right: bool) -> None:
    """Say what an answer is worth, with a sign and in a colour."""
    show_text(where, f"{'✓' if is_right else '✗'} {text}")
    set_look(where, "tone", "good" if is_right else "warning")


def _question(title: str, answers: QVBoxLayout | FlowLayout, verdict: QLabel) -> QWidget:
    """Put a question over its answers, and what is said of the one that was given below them."""
    question = QWidget()
    column_of(label(title, "strong", wrap=True), answers, verdict, inside=question, spacing=6)
    return question


def _answers(answers: Iterable[tuple[str, str]], answer: Callable[[str], object]) -> FlowLayout:
    """Make a chip for each answer."""
    row = FlowLayout(spacing=4)
    for key, text in answers:
        row.addWidget(button(text, f"Answer: {text}", partial(answer, key), look="chip"))
    return row


def _losses(epochs: list[EpochDone]) -> tuple[list[float], list[float]]:
    return [epoch.train_loss for epoch in epochs], [epoch.validation_loss for epoch in epochs]


def _told(epochs: list[EpochDone]) -> str:
    """Say where the losses begin and end."""
    if not epochs:
        return "the loss becomes infinite in the first epoch"
    train, validation = _losses(epochs)
    return (
        f"training goes from {train[0]:.2f} to {train[-1]:.2f},"
        f" validation from {validation[0]:.2f} to {validation[-1]:.2f}"
    )


def _continued(sentence: str) -> str:
    """Go on after a colon with what was a sentence; names keep their capitals."""
    return sentence[0].lower() + sentence[1:]
