"""Nudge a number: what its gradient promises, and what the loss really does, side by side."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QWidget

from digitgui.documents.nudging import BIAS, UNIT, WEIGHT, NudgeAnswer, Nudging
from digitgui.looks.theme import tabular
from digitgui.session import Session
from digitgui.widgets.building import chips, column_of, label, row_of, set_look, show_text
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.scrolling import leave_wheel
from digitgui.widgets.tables.term_lines import single_text, total_text
from digitgui.wording import unit_name
from model.inspection.nudging import Kink, Nudged, Weight
from model.inspection.places import parameter_place
from model.wording import counted

CHOICES = (
    ("This number", "Nudge the pinned number"),
    ("A weight", "Nudge one of the weights that make it: at first the one with the largest gradient"),
    ("Its bias", "Nudge the bias that is added to it"),
)
STEPS = 200
"""Of the slider, from 0 to the largest nudge."""
MOST = 1.0
FIRST = 0.05
COORDINATES = {"kernel": ("from map", "row", "column"), "weight": ("from input",)}
EMPTY = "Pin a number to nudge it. Its gradient says what the loss should do; here you see what it does."
SURE = "The network is so sure of this answer that the loss is almost 0. Choose another right answer to see more."
SMALL_LOSS = 0.001
"""In nats: below it, hardly anything changes."""


class NudgeCard(QFrame):
    """A slider for the pinned number, or a weight or the bias that makes it, and what comes of it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.nudging = nudging = Nudging(session.inspection, session.activity, self)
        self._is_showing = False
        self._coordinate_count = 0
        self.choices = chips(self, CHOICES, nudging.choose)
        chooser = FlowLayout(spacing=4)
        for chip in self.choices.buttons():
            chooser.addWidget(chip)
        self.place = label(name="muted", wrap=True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-STEPS, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setValue(round(FIRST / MOST * STEPS))
        self.slider.setAccessibleName("Nudge")
        self.slider.setToolTip("How much is added to the number")
        leave_wheel(self.slider, always=True)
        self.slider.valueChanged.connect(self._move)
        self.amount, self.promised, self.real = (_number() for _ in range(3))
        self.verdict = label(wrap=True)
        self._fields = self._weight_fields()
        self._body = QWidget()
        column_of(
            chooser,
            self._fields,
            self.place,
            row_of(label("Nudge it by"), (self.slider, 1), self.amount, spacing=8),
            _row("The loss should change by gradient × nudge", self.promised),
            _row("It does change by", self.real),
            self.verdict,
            inside=self._body,
            spacing=6,
        )
        self._empty = label(EMPTY, "muted", wrap=True)
        column_of(label("Nudge it", "cardTitle"), self._empty, self._body, inside=self, margin=16, spacing=8)
        nudging.changed.connect(self._see_change)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self.nudging.request()
        self._show()

    def _weight_fields(self) -> QWidget:
        """Make the fields that choose one weight of a kernel, or of a row of a weight matrix."""
        self.coordinates: list[WholeField] = []
        self._pairs: list[tuple[QWidget, QLabel]] = []
        fields, flow = QWidget(), FlowLayout(spacing=4)
        fields.setLayout(flow)
        for _ in range(3):
            name, field = label(name="muted"), WholeField(0, 0)
            field.valueChanged.connect(self._choose_weight)
            pair = QWidget()
            row_of(name, field, inside=pair, spacing=4)
            flow.addWidget(pair)
            self.coordinates.append(field)
            self._pairs.append((pair, name))
        return fields

    def _move(self, value: int) -> None:
        self.nudging.set_amount(value / STEPS * MOST)

    def _choose_weight(self) -> None:
        if not self._is_showing:
            self.nudging.choose_weight(
                tuple(field.value() for field in self.coordinates[: self._coordinate_count])
            )

    def _see_change(self) -> None:
        if self.isVisible():
            self.nudging.request()
        self._show()

    def _show(self) -> None:
        nudging, answer = self.nudging, self.nudging.answer
        self.amount.setText(total_text(self.slider.value() / STEPS * MOST, MOST))
        self._body.setVisible(nudging.unit is not None)
        show_text(self._empty, (EMPTY if nudging.unit is None else nudging.problem))
        if answer is None:
            for part in (self.place, self.promised, self.real, self.verdict):
                part.setText("")
            self._fields.hide()
            return
        for number in (WEIGHT, BIAS):
            self.choices.button(number).setEnabled(answer.is_made)
        self.choices.button(nudging.what if answer.is_made else UNIT).setChecked(True)
        if answer.nudged.amount == self.slider.value() / STEPS * MOST:  # else the next is on its way
            self._show_answer(answer)

    def _show_answer(self, answer: NudgeAnswer) -> None:
        nudged = answer.nudged
        self.place.setText(f"{_place(answer)} = {single_text(nudged.value)}, gradient {single_text(nudged.slope)}")
        largest = max(abs(nudged.promised), abs(nudged.real))
        self.promised.setText(total_text(nudged.promised, largest))
        mark = " ✓" if nudged.agrees and not nudged.kinks else ""
        self.real.setText(total_text(nudged.real, largest) + mark)
        text, tone = verdict(nudged)
        self.verdict.setText(f"{text} {SURE}" if nudged.loss < SMALL_LOSS else text)
        set_look(self.verdict, "tone", tone)
        place = nudged.place
        is_weight = isinstance(place, Weight) and not place.parameter.endswith(".bias")
        self._fields.setVisible(is_weight)
        if is_weight and isinstance(place, Weight):
            self._show_coordinates(place, answer.shape)

    def _show_coordinates(self, place: Weight, shape: tuple[int, ...]) -> None:
        self._is_showing = True
        names = COORDINATES[place.parameter.rpartition(".")[2]]
        self._coordinate_count = len(names)
        for k, (field, (pair, name)) in enumerate(zip(self.coordinates, self._pairs, strict=True)):
            pair.setVisible(k < len(names))
            if k < len(names):
                name.setText(names[k])
                field.setAccessibleName(f"Weight {names[k]}")
                field.setMaximum(shape[k + 1] - 1)
                field.setValue(place.index[k + 1])
        self._is_showing = False


def verdict(nudged: Nudged) -> tuple[str, str]:
    """Say whether gradient and change agree, and why not, with the tone of the sentence."""
    if nudged.kinks:
        what = ", and ".join(_kink(kink) for kink in nudged.kinks)
        if nudged.agrees:
            return (
                f"On the way, {what}: there the gradient jumps. It tells the change well all the same.",
                "",
            )
        return f"On the way, {what}: there the gradient jumps, so it does not tell the whole change.", "warning"
    if nudged.agrees:
        return "The gradient does not jump on the way: it tells the change.", "good"
    return "The gradient does not jump on the way, but the loss is curved: it holds for smaller nudges.", ""


def _kink(kink: Kink) -> str:
    one = kink.count == 1
    if kink.kind == "ReLU":
        return f"{counted(kink.count, 'ReLU')} of {kink.layer} {'switches' if one else 'switch'} on or off"
    ties = f" (in {kink.ties:,}, several were equal before)" if kink.ties else ""
    windows = counted(kink.count, "window")
    return f"another number becomes the largest in {windows} of {kink.layer}{ties}"


def _place(answer: NudgeAnswer) -> str:
    place = answer.nudged.place
    if isinstance(place, Weight):
        return parameter_place(place.parameter, place.index, answer.shape)
    return unit_name(place.layer, place.index)


def _number() -> QLabel:
    result = label(name="strong")
    result.setFont(tabular(result.font()))
    result.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return result


def _row(text: str, number: QLabel) -> QHBoxLayout:
    number.setAccessibleName(text)
    return row_of((label(text, wrap=True), 1), number, spacing=8)
