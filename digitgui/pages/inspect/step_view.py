"""One training step as a film: take it on a copy, look at it frame by frame, take it back or keep it."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QPushButton, QSizePolicy, QWidget

from digitgui.documents.stepping import Told
from digitgui.pages.inspect.film_bar import FilmBar
from digitgui.pages.inspect.frame_view import FrameView
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, progress_bar, row_of, set_look, stack_of
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.focus import keeping_focus
from digitgui.widgets.number_fields import RealField
from model.inspection.step_film import Frame, epoch_film, step_film
from model.inspection.training_step import BATCH, Recipe, TrainingStep
from model.wording import signed

OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adam": "Adam",
    "adamw": "AdamW",
}
RATES = {"adam": 0.001, "adamw": 0.001}
"""What is usual; 0.01 for the others."""
USUAL_RATE = 0.01
LEAST_RATE, MOST_RATE = 0.000001, 100.0
AT_REST, GOING = 0, 1
BEGIN = Frame(
    "No step yet",
    "Take one: you see how the loss of this picture becomes a gradient in each layer, and how that changes the"
    " weights. It happens on a copy of the network; the open one stays as it is until you press Keep.",
)
BACK = Frame("Taken back", "The copy is again what it was before that step. The next step begins here.")


class StepView(QWidget):
    """Buttons that take steps, the loss before and after, and the film of the last step."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.stepping = stepping = session.stepping
        self._inspection = session.inspection
        self._shown: Told | None = None
        self._frames: tuple[Frame, ...] = ()
        self.loss = label(name="figure")
        self.loss.setAccessibleName("Loss before and after")
        self._bar = progress_bar("Progress of the epoch")
        self._cancel = button("Cancel", "Stop the epoch; the copy stays as it was before", stepping.cancel)
        self.film = FilmBar()
        self.frame = FrameView()
        self._state = stack_of(QWidget(), QWidget())  # of the height of the higher one
        row_of((self.loss, 1), *self._decisions(), inside=self._state.widget(AT_REST), spacing=6)
        row_of((self._bar, 1), self._cancel, inside=self._state.widget(GOING), spacing=6)
        self._state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column_of(
            self._choices(),
            self._state,
            self.film,
            (self.frame, 1),
            inside=self,
            spacing=8,
        )
        self.film.moved.connect(self._show_frame)
        stepping.changed.connect(self._show)
        stepping.progressed.connect(lambda _detail: self._bar.setValue(round(1000 * (stepping.share or 0.0))))
        self._inspection.changed.connect(self._show)
        self._inspection.traced.connect(lambda: self._show_loss(stepping.told))
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the film by the left and right arrow."""
        moves = {Qt.Key.Key_Left: self.film.back, Qt.Key.Key_Right: self.film.forward}
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            move()

    def _choices(self) -> QLayout:
        """Lay out optimiser, rate and the buttons."""
        stepping = self.stepping
        self.optimizer = ChoiceBox(dict.fromkeys(OPTIMIZERS, ""), "Optimiser", OPTIMIZERS)
        self.optimizer.setToolTip("How the gradients change the weights")
        self.rate = RealField(LEAST_RATE, MOST_RATE, "Learning rate: how far a step goes")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setValue(USUAL_RATE)
        self.optimizer.chosen_changed.connect(self._choose_optimizer)
        self.rate.valueChanged.connect(self._choose)
        self.step = button("+1 step", "Train a copy by one step on this picture", stepping.step, look="primary")
        self.batch = button(
            f"+1 step on {BATCH}",
            f"Train a copy by one step on {BATCH} pictures of the open data's training part",
            stepping.step_on_batch,
        )
        self.epoch = button(
            "+1 epoch", "Train a copy by one pass through the open data's training part", stepping.epoch
        )
        self._begins = self.step, self.batch, self.epoch
        self._pressed = self.step  # gets the focus back when the step is done
        flow = FlowLayout(spacing=6)
        for part in (self.optimizer, label("Learning rate"), self.rate, *self._begins):
            flow.addWidget(part)
        return flow

    def _decisions(self) -> tuple[QPushButton, ...]:
        """Make the buttons that decide what becomes of the copy."""
        stepping = self.stepping
        tip = "Go back to the copy before the last step"
        self.take_back = button("Take back", tip, stepping.take_back, look="small")
        tip = "Put the copy in the place of the open network; can be undone"
        self.keep = button("Keep", tip, stepping.keep, look="small")
        tip = "Drop the copy, and look into the network that it was made of"
        self.discard = button("Discard", tip, stepping.discard, look="small")
        return self.take_back, self.keep, self.discard

    def _choose_optimizer(self, name: str) -> None:
        self.rate.setValue(RATES.get(name, USUAL_RATE))
        self._choose()

    def _choose(self) -> None:
        self.stepping.choose(Recipe(self.optimizer.chosen, self.rate.value()))

    def _show(self) -> None:
        told = self.stepping.told
        with keeping_focus(self, self._cancel, self._pressed):
            self._show_possible(told)
        self._show_loss(told)
        if told is not self._shown or (told is None and self._frames != self._no_film()):
            self._shown = told
            self._show_film(told)

    def _show_possible(self, told: Told | None) -> None:
        """Enable what can be done now."""
        stepping = self.stepping
        going, has_picture = stepping.is_under_way, self._inspection.picture is not None
        if going and (pressed := next((one for one in self._begins if one.hasFocus()), None)):
            self._pressed = pressed
        for chosen in (self.step, self.epoch):
            chosen.setEnabled(not going and has_picture)
        self.batch.setEnabled(not going)
        self.take_back.setEnabled(stepping.can_take_back and not going)
        self.discard.setEnabled(stepping.steps > 0 and not going)
        is_lost = told is not None and not math.isfinite(told.loss_after)
        self.keep.setEnabled(stepping.steps > 0 and not going and not is_lost)
        self._state.setCurrentIndex(GOING if going else AT_REST)

    def _show_loss(self, told: Told | None) -> None:
        if told is None:
            trace = self._inspection.trace
            self.loss.setText(f"Loss: {trace.loss:.4f}" if trace and self._inspection.is_current else "")
            set_look(self.loss, "tone", "")
            return
        changed = told.loss_after - told.loss_before
        of = f"Loss of {told.count}" if isinstance(told, TrainingStep) and told.count > 1 else "Loss"
        self.loss.setText(f"{of}: {told.loss_before:.4f} → {told.loss_after:.4f} ({signed(changed)})")
        tone = "good" if changed < 0 else "" if changed == 0 else "warning"
        set_look(self.loss, "tone", tone)

    def _no_film(self) -> tuple[Frame, ...]:
        return (BACK,) if self.stepping.steps else (BEGIN,)

    def _show_film(self, told: Told | None) -> None:
        if told is None:
            self._frames = self._no_film()
        else:
            self._frames = step_film(told) if isinstance(told, TrainingStep) else epoch_film(told)
        self.film.set_count(len(self._frames))
        self._show_frame(0)

    def _show_frame(self, number: int) -> None:
        self.frame.show_frame(self._frames[number])
