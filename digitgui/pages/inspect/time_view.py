"""The time machine: the network of a run as it was after each epoch."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QSlider, QVBoxLayout, QWidget

from digitgui.looks.sizes import by_text
from digitgui.runs.kept_epochs import Past
from digitgui.runs.run_wording import begun_locally
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, show_text, stack_of
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.plots.probability_plot import ProbabilityPlot
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.widgets.scrolling import ScrollColumn, leave_wheel
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.widgets.tables.small_confusion import SmallConfusion
from digitgui.wording import worded
from model.inspection.time_machine import CONFUSED, hardest_pair, pair
from model.network.task import DIGITS, Task

BESIDE_FROM = 820
"""Pixels where text has 100 %: from this width on, the curves stand beside bars and matrix, not above them."""
PLAY_SECONDS = 8
FASTEST, SLOWEST = 60, 500
"""Milliseconds from one epoch to the next when they are played, so that all take about `PLAY_SECONDS`."""
NOTHING_YET = (
    "Train a network, and see here how it learned: what it answered to your picture after each epoch, what it"
    " confused then, and when it learned to tell a 4 from a 9."
)
RULE = f"Told apart: less than {100 * CONFUSED:.0f} % taken for the other, then and at all later epochs."


class TimeView(QWidget):
    """A slider over the epochs of a run, and what it answered and confused after each.

    Signals
    -------
    train_wanted()
        There is nothing to show, and the page that trains is to be shown.
    """

    train_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._machine = machine = session.time_machine
        self.runs = ChoiceBox({}, "The run whose epochs are shown")
        self.runs.setObjectName("timeRun")
        self.runs.setMinimumContentsLength(12)
        self.runs.chosen_changed.connect(machine.choose)
        self.slider = self._make_slider()
        self.where = SteadyLabel("", "strong", longest=["epoch 1000 of 1000"])
        self.play = button(
            "Play", "Go through the epochs one after the other", self._toggle_play, name="playEpochs"
        )
        self.back = button(
            "Back to the open network",
            "Look at the open network again",
            machine.leave,
            look="small",
            name="leavePast",
        )
        self.plot, self.bars, self.matrix = ProbabilityPlot(), ProbabilityBars(), SmallConfusion()
        self._names: tuple[str, ...] = ()
        self.first, self.second = ChoiceBox({}, "The one digit"), ChoiceBox({}, "The other digit")
        self._name_classes(DIGITS)
        self.sentence, self._hardest = label(wrap=True), label(wrap=True)
        self._measured, self._problem = label(name="muted", wrap=True), label(name="muted", wrap=True)
        for box in (self.first, self.second):
            box.chosen_changed.connect(self._tell_pair)
        self._nothing = label("", "muted", wrap=True)
        self._stack = stack_of(self._empty(), ScrollColumn(self._content()))
        column_of((self._stack, 1), inside=self)
        self._steps = QTimer(self)
        self._steps.timeout.connect(self._step)
        machine.changed.connect(self._see_change)
        machine.answered.connect(self._show_answers)
        machine.moved.connect(self._show_epoch)
        session.runs.changed.connect(self._show_runs)

    # what is built

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("epochSlider")
        slider.setAccessibleName("Network as of epoch")
        slider.setToolTip("Choose an epoch: all views of Inspect show the network as it was then")
        slider.setPageStep(5)
        leave_wheel(slider)
        slider.valueChanged.connect(self._go_to)
        slider.sliderPressed.connect(self._stop_playing)
        return slider

    def _name_classes(self, task: Task) -> None:
        """Speak of the classes of the run that is shown."""
        self._task = task
        self.bars.set_task(task)
        names = task.class_names
        if names == self._names:
            return
        self._names = names
        self.plot.set_names(names)
        pair = (4, 9) if task.count > 9 else (0, 1)
        for box, number in zip((self.first, self.second), pair, strict=True):
            with QSignalBlocker(box):
                box.clear()
                for label_, name in enumerate(names):
                    box.addItem(name, str(label_))
                box.choose(str(number))
            box.setAccessibleName(worded(box.toolTip(), task))

    def _empty(self) -> QWidget:
        to_train = self.train_wanted.emit
        train = button("Train a network", "Go to the Train page", to_train, look="primary", name="trainForPast")
        empty = QWidget()
        column_of(STRETCH, self._nothing, row_of(train, STRETCH), STRETCH, inside=empty, spacing=12)
        return empty

    def _content(self) -> QWidget:
        content = QWidget()
        head = row_of(label("Run", "muted"), (self.runs, 1), self.back, spacing=8)
        way = row_of(label("Network as of", "muted"), (self.slider, 1), self.where, self.play, spacing=8)
        bars = column_of(label("Its answer then", "strong"), (self.bars, 2), STRETCH, spacing=4)
        axes = label("Row: label. Column: answer.", "muted")
        matrix = column_of(label("What it confused then", "strong"), axes, self.matrix, STRETCH, spacing=4)
        curves = column_of(label("Its answer over the epochs", "strong"), (self.plot, 1), spacing=4)
        self._charts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._charts.setSpacing(16)
        self._charts.addLayout(curves, 1)
        self._charts.addLayout(row_of((bars, 1), matrix, spacing=16))
        column_of(head, way, self._problem, (self._charts, 1), self._words(), inside=content, spacing=12)
        return content

    def _words(self) -> QVBoxLayout:
        asked = FlowLayout(spacing=6)
        for part in (
            label("When did it learn to tell", "strong"),
            self.first,
            label("from", "strong"),
            self.second,
        ):
            asked.addWidget(part)
        return column_of(asked, self.sentence, self._hardest, self._measured, spacing=4)

    # what Qt calls

    def showEvent(self, event: QShowEvent) -> None:
        """Read what there is, now that it is seen."""
        super().showEvent(event)
        if not self._session.runs.has_read:
            self._session.runs.refresh()  # for their names
        self._see_change()

    def hideEvent(self, event: QHideEvent) -> None:
        """Play nothing that is not seen."""
        super().hideEvent(event)
        self._stop_playing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the curves beside the rest where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= by_text(BESIDE_FROM)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if direction != self._charts.direction():
            self._charts.setDirection(direction)
            self._charts.setStretch(1, 1 if beside else 0)

    # what is shown

    def _see_change(self) -> None:
        if not self.isVisible():
            return
        machine = self._machine
        machine.request()
        self._stack.setCurrentIndex(0 if machine.past is None else 1)
        reading = "Reading the runs…" if not machine.has_read else NOTHING_YET
        self._nothing.setText(machine.problem or reading)
        show_text(self._problem, machine.problem)
        self._show_runs()
        if machine.past is not None:
            self._name_classes(machine.past.bare.task)
            with QSignalBlocker(self.slider):
                self.slider.setRange(0, len(machine.past.kept) - 1)
            self._show_epoch()
        self._show_answers()

    def _show_runs(self) -> None:
        past = self._machine.past
        if past is None or not self.isVisible():
            return
        named = {run: self._name(run) for run in self._machine.runs}
        known = {self.runs.itemData(row): self.runs.itemText(row) for row in range(self.runs.count())}
        with QSignalBlocker(self.runs):
            if list(named.items()) != list(known.items()):
                self.runs.clear()
                for run, name in named.items():
                    self.runs.addItem(name, run)
            self.runs.choose(past.run)

    def _name(self, run: str) -> str:
        record = self._session.runs.record(run)
        return f"{record.name} · {begun_locally(record)}" if record else run

    def _show_epoch(self) -> None:
        machine, past = self._machine, self._machine.past
        self.back.setEnabled(machine.is_looking)
        if past is None:
            return
        epoch = machine.epoch
        with QSignalBlocker(self.slider):
            self.slider.setValue(past.epochs.index(epoch))
        self.where.setText(told(epoch, past))
        self.slider.setAccessibleDescription(self.where.text())
        self.plot.show_epoch(epoch)
        self._show_answer(epoch)

    def _show_answer(self, epoch: int) -> None:
        """Show bars and matrix of an epoch, if they are known."""
        answers, measured = self._machine.answers, self._machine.measured
        self.bars.set_probabilities(answers.at(epoch) if answers else None)
        counts = measured.at(epoch) if measured else None
        self.matrix.setVisible(counts is not None or measured is None or bool(measured.counts))
        if counts is not None:
            self.matrix.show_counts(counts, self._names)

    def _show_answers(self) -> None:
        if not self.isVisible():
            return
        answers = self._machine.answers
        if answers is not None and answers.probabilities.shape[1] == len(self._names):
            self.plot.show_answers(answers.epochs, answers.probabilities)
        self._tell_pair()
        self._show_epoch()

    def _tell_pair(self) -> None:
        measured = self._machine.measured
        if measured is None or not measured.counts:
            self.sentence.setText("" if measured else "Measuring…")
            show_text(self._hardest, "")
            show_text(self._measured, measured.told if measured else "")
            return
        show_text(self._measured, f"{measured.told} {RULE}")
        epochs, confusions = measured.epochs, measured.confusions
        asked, hardest = {int(self.first.chosen), int(self.second.chosen)}, hardest_pair(epochs, confusions)
        if len(asked) == 1:
            digits = "digits" if self._task.speaks_of_digits else "classes"
            self.sentence.setText(f"Choose two different {digits}.")
        else:
            self.sentence.setText(pair(epochs, confusions, *sorted(asked)).told(self._names))
        is_other = asked != {hardest.first, hardest.second}
        first, second = self._names[hardest.first], self._names[hardest.second]
        hardest_told = f"Hardest pair: {first} and {second}. {hardest.told(self._names)}"
        show_text(self._hardest, hardest_told if is_other else "")

    # what the user does

    def _go_to(self, place: int) -> None:
        past = self._machine.past
        if past is not None:
            self._machine.go_to(past.epochs[place])

    def _toggle_play(self) -> None:
        if self._steps.isActive():
            self._stop_playing()
            return
        last = self.slider.maximum()
        if self.slider.value() == last:
            self.slider.setValue(0)
        self._steps.start(min(SLOWEST, max(FASTEST, round(1000 * PLAY_SECONDS / max(1, last)))))
        self.play.setText("Pause")

    def _stop_playing(self) -> None:
        self._steps.stop()
        self.play.setText("Play")

    def _step(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == self.slider.maximum():
            self._stop_playing()


def told(epoch: int, past: Past) -> str:
    """Name an epoch of a run: ``epoch 9 of 20``, ``before training``."""
    return f"epoch {epoch} of {past.planned}" if epoch else "before training"
