"""The Train page: settings, start and stop, the curves as they grow, and what is wrong with them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from digitgui.documents.kept_pipelines import remembered_pipelines
from digitgui.installation.shipped import DEFAULT
from digitgui.pages.page import Page, Surroundings
from digitgui.pages.train.ask_button import AskButton
from digitgui.pages.train.curves_view import CurvesView
from digitgui.pages.train.doctor_card import DoctorCard, goes_on
from digitgui.pages.train.fault_card import FaultCard
from digitgui.pages.train.fitted_form import FittedForm
from digitgui.pages.train.held_back_line import HeldBackLine
from digitgui.pages.train.layers_card import LayersCard
from digitgui.pages.train.progress_words import headline, speed, words_of_open
from digitgui.pages.train.training_form import FRESH, OWN, TrainingForm
from digitgui.runs.curves import RunCurves
from digitgui.runs.run_status import RunStatus
from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    action_button,
    aside,
    button,
    card_of,
    chips,
    column_of,
    keep_width,
    label,
    progress_bar,
    row_of,
    stack_of,
    with_shortcut,
    wrapped,
)
from digitgui.widgets.later import Later
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.work.training_worker import RunState
from digitgui.work.turns import Wish
from model import ARCHITECTURES
from model.errors import ConfigError
from model.judging.ensemble import Ensemble
from model.network.architecture import Architecture
from model.network.architectures import as_own, name_of
from model.readers.sources import has_path
from model.training.diagnosis import Finding
from model.training.history import History
from model.training.settings import SETTING_NAMES
from model.wording import learning_rates

REDRAW_MILLISECONDS = 40
SETTINGS_WIDTH = 268
"""Pixels at the least, inside the card."""
TABS = (
    ("Curves", "Loss and accuracy as they grow"),
    ("Doctor", "What is wrong with this training, what helps, and how strong its steps are"),
    ("Find the fault", "A lesson: find out what is wrong with a training"),
    ("Layers", "The layers of the network, what they cost, and those of your own"),
)
CURVES, DOCTOR, FAULT, LAYERS = range(4)


class TrainPage(Page):
    """Train a network and watch it learn."""

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self.form = TrainingForm(session.settings)
        self.form.set_custom_pipeline(remembered_pipelines(session.settings)[0])
        surroundings.pipeline_set.connect(self.form.set_custom_pipeline)
        self._parameters = label(name="muted", wrap=True)
        self._head = label("No training yet", "strong", wrap=True)
        self._speed = label("The curves grow here while a network learns.", "muted", wrap=True)
        self._bar = progress_bar("Progress of the training")
        self.curves, self.doctor = CurvesView(), DoctorCard()
        self._fault = Later(lambda: FaultCard(session))
        self.loss, self.accuracy = self.curves.loss, self.curves.accuracy
        self.layers = LayersCard(self.form.own, session.settings)
        self._views = stack_of(self.curves, self.doctor, self._fault, self.layers)
        self.tabs = chips(self, TABS, self.show_tab, look="tab")
        tabs = row_of(*self.tabs.buttons(), STRETCH, spacing=3)
        right = column_of(HeldBackLine(session.settings), self._progress_card(), tabs, (self._views, 1), spacing=8)
        row_of(self._settings_card(), (right, 1), inside=self, margin=16, spacing=16)

        self._fitted = FittedForm(self.form, session)
        self._awaited: Finding | None = None  # its remedy begins as soon as the run has ended
        self._redraw = QTimer(self, singleShot=True, interval=REDRAW_MILLISECONDS)
        self._redraw.timeout.connect(self._show_progress)
        self.doctor.wanted.connect(self.apply)
        self.doctor.data_wanted.connect(partial(surroundings.page_wanted.emit, "data"))
        self.layers.own_wanted.connect(self._choose_own)
        self.form.arch.chosen_changed.connect(self._describe_network)
        self.form.start.chosen_changed.connect(self._describe_network)
        session.model.changed.connect(self._describe_network)
        self.form.arch.activated.connect(self._show_own_layers)
        self.form.own.changed.connect(self._describe_network)
        self.form.own.failed.connect(session.failed)
        session.data.opened.connect(self._describe_network)
        self.form.epochs.valueChanged.connect(self._show_planned)
        self.form.learning_rate.valueChanged.connect(session.trainings.run.change_learning_rate)
        session.trainings.run.state_changed.connect(self._show_state)
        session.trainings.progressed.connect(self._see_progress)
        session.model.changed.connect(self._redraw_soon)
        session.trainings.runs_changed.connect(self._redraw_soon)
        session.data_match.changed.connect(self._redraw_soon)
        self._describe_network()
        self._show_planned()
        self._show_state(session.trainings.run.state)

    @property
    def fault(self) -> FaultCard:
        """The lesson on a training with a fault."""
        return self._fault.part

    def main_parts(self) -> Sequence[QWidget]:
        """Return what begins a training, or halts it."""
        return self.train_button, self.pause_button

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what has come while the page was hidden."""
        super().showEvent(event)
        self._show_progress()

    def show_tab(self, number: int) -> None:
        """Show the curves, what the doctor says, or the lesson."""
        self.tabs.button(number).setChecked(True)
        self._views.setCurrentIndex(number)

    def show_fault(self) -> None:
        """Show the lesson on a training with a fault."""
        self.show_tab(FAULT)

    def start(self) -> None:
        """Train with the settings of the form, as they stand there now."""
        if self._is_right():
            form = self.form
            begun_with = self._session.model.network if form.starts_from_open else None
            keep = form.keep_epochs.value()
            words = self._parameters.text()
            self._session.trainings.start(form.architecture, form.config(), keep, begun_with)
            if begun_with and self._session.trainings.run.is_active:
                self._parameters.setText(words)  # of the network that was open; the one in training is open now

    def train_on_these(self) -> None:
        """Train with settings that fit the open data; they stand in the form then."""
        session = self._session
        if not (session.turns.refuses(Wish.TRAIN_AGAIN) or session.turns.refuses(Wish.TRAIN)):
            self._fitted.fit()
            self.show_tab(CURVES)
            self.start()

    def apply(self, finding: Finding) -> None:
        """Set what helps: a run that can take it goes on; any other is stopped, and another begins."""
        run = self._session.trainings.run
        if goes_on(finding) and run.is_active:
            self.form.learning_rate.setValue(finding.changes["learning_rate"])
        elif run.is_active:
            self._awaited = finding
            run.stop()
        else:
            self._begin_with(finding)

    def _begin_with(self, finding: Finding) -> None:
        changes = finding.changes
        self.form.show_config(self.form.architecture, replace(self.form.config(), **changes))
        told = ", ".join(f"{SETTING_NAMES[name].lower()} {value}" for name, value in changes.items())
        self.start()
        if self._session.trainings.run.is_active:
            self._session.noticed.emit(f"A fresh training has begun: {told}.")

    def _is_right(self) -> bool:
        """Take what is being typed; where it is no number, say so."""
        problem = self.form.commit() or self.layers.commit() or self._problem_of_layers()
        if problem:
            self._session.failed.emit(problem)
        return not problem

    def pause_or_resume(self) -> None:
        """Pause or resume the run; without one, continue the run that was stopped."""
        run = self._session.trainings.run
        if not run.is_active:
            self._session.trainings.continue_()
        elif run.state is RunState.PAUSED:
            run.resume()
        else:
            run.pause()

    def copy_command(self) -> None:
        """Put the command that trains the same network into the clipboard."""
        if not self._is_right():
            return
        dataset = self._session.data.dataset
        init = self._init_of_command() if self.form.starts_from_open else ""
        if init is None:
            self._session.failed.emit("Save the open network first: the command begins with its file.")
            return
        command = self.form.command(dataset.source, dataset.split_rule, dataset.reading.asked, init=init)
        QGuiApplication.clipboard().setText(command)
        own = dataset.edits and not has_path(dataset.source)
        told = f"Copied{', without the corrections made here' if own else ''}: {command}"
        status = self._session.trainings.status
        if status and status.curves.rates_set:
            rates = learning_rates(status.config.learning_rate, status.curves.rates_set)
            told += f"\nThe command keeps one learning rate; the run shown here changed it: {rates}."
        self._session.noticed.emit(told)

    def _init_of_command(self) -> str | None:
        """Return the file of the open network, or the name of the shipped one; None if there is none."""
        model = self._session.model
        if model.is_dirty or not (model.path or model.name == DEFAULT):
            return None
        return str(model.path or DEFAULT)

    def _settings_card(self) -> QFrame:
        rest = (label("Train", "heading"), (ScrollColumn(self.form), 1), self._parameters, self._buttons())
        frame = card_of(*rest, spacing=12)
        keep_width(frame, SETTINGS_WIDTH)
        return frame

    def _buttons(self) -> QVBoxLayout:
        run = self._session.trainings.run
        self.train_button = action_button("Train", "train", self.start, look="primary", name="trainButton")
        self.pause_button = button(
            "Pause", "Pause or resume", self.pause_or_resume, shortcut="F6", name="pauseButton"
        )
        self.stop_button = action_button("Stop", "stop", run.stop, name="stopButton")
        copy = action_button("Copy command", "copyCommand", self.copy_command)
        row = row_of((self.train_button, 1), (self.pause_button, 1), (self.stop_button, 1))
        return column_of(row, aside((copy, 0, Qt.AlignmentFlag.AlignLeft)))

    def _progress_card(self) -> QFrame:
        self.ask_button = ask = AskButton(self._session, self._surroundings.page_wanted.emit)
        card = card_of(row_of((self._head, 1), ask), self._bar, self._speed, spacing=10)
        ask.refresh()
        return card

    def _show_planned(self) -> None:
        """Let empty plots have the scale of the run to come."""
        if self._session.trainings.status is None and self._session.trainings.stopped is None:
            self.curves.show_epochs(self.form.epochs.value())

    def _choose_own(self) -> None:
        """Let the layers of one's own be those that are trained."""
        self.form.start.choose(FRESH)
        self.form.arch.choose(OWN)

    def _show_own_layers(self) -> None:
        """Go where layers are edited, if those of one's own have been chosen."""
        if self.form.arch.chosen == OWN:
            self.show_tab(LAYERS)

    def _describe_network(self) -> None:
        """Say what the chosen network is like, and show its layers."""
        arch, task = self.form.architecture, self._session.data.task
        is_own = not isinstance(arch, str) and not self.form.starts_from_open
        self.layers.show_layers(self._chosen_layers(), task.input_shape, task.count, is_own=is_own)
        about = ARCHITECTURES[arch].split(":")[0] if isinstance(arch, str) else arch.name
        self._enable_train()
        if self.form.starts_from_open:
            if not self._session.trainings.run.is_active:
                self._parameters.setText(words_of_open(self._session.model.network, task))
            return
        size = "Cannot be built" if self.layers.problem else f"{self.layers.parameters:,} parameters"
        self._parameters.setText(f"{size} · {about}")

    def _enable_train(self) -> None:
        """Let a training begin where none goes on and the network can be built."""
        problem = self._problem_of_layers()
        self.train_button.setEnabled(not (self._session.trainings.run.is_active or problem))
        self.train_button.setToolTip(
            wrapped(problem or with_shortcut("Start training a network as the form says", "F5"))
        )

    def _problem_of_layers(self) -> str:
        if not self.layers.problem or self.form.starts_from_open:
            return ""
        return f"{name_of(self.form.architecture)} cannot be built: {self.layers.problem}."

    def _chosen_layers(self) -> Architecture:
        """Return the layers that a training begins with, but for the last one."""
        arch, network = self.form.architecture, self._session.model.network
        if self.form.starts_from_open and not isinstance(network, Ensemble):
            with suppress(ConfigError):  # which is said when it is to be trained
                return as_own(network)
        return as_own(arch) if isinstance(arch, str) else arch

    def _show_state(self, state: RunState) -> None:
        idle = state is RunState.IDLE
        focus_was_here = self.isAncestorOf(QApplication.focusWidget() or self)
        self.form.lock(not idle)
        self.layers.lock(not idle)
        self._describe_network()
        self._show_pause_button()
        self.stop_button.setEnabled(state in (RunState.RUNNING, RunState.PAUSED))
        if idle and self._awaited:
            finding, self._awaited = self._awaited, None
            QTimer.singleShot(0, partial(self._begin_with, finding))  # when all have heard of the end
        if focus_was_here:  # what had the focus may be disabled now
            (self.train_button if idle else self.pause_button).setFocus()
        self._show_progress()

    def _show_pause_button(self) -> None:
        state, can_continue = self._session.trainings.run.state, self._session.trainings.can_continue
        self.pause_button.setEnabled(can_continue or state in (RunState.RUNNING, RunState.PAUSED))
        stopped = self._session.trainings.stopped
        word = "Continue" if can_continue else "Resume" if state is RunState.PAUSED else "Pause"
        tips = {
            "Pause": "Pause training; it resumes where it was",
            "Resume": "Resume training",
            "Continue": f"{stopped.sentence if stopped else 'A run was stopped early'}: resume from there",
        }
        self.pause_button.setText(word)
        self.pause_button.setToolTip(with_shortcut(tips[word], "F6"))

    def _data_since(self, status: RunStatus) -> str:
        """Say so if the curves belong to other data than are open."""
        if not self._session.data_match.of_curves:
            return ""
        same_source = status.dataset.source == self._session.data.dataset.source
        return " · the data has changed since" if same_source else " · other data is open now"

    def _redraw_soon(self) -> None:
        if not self._redraw.isActive():
            self._redraw.start()

    def _see_progress(self) -> None:
        """Say at once how far the run has come, as the line of state does; curves take longer."""
        status = self._session.trainings.status
        if status:
            self._head.setText(headline(status, self._session.trainings.run.state))
        self._redraw_soon()

    def _show_progress(self) -> None:
        """Draw the run as far as it has come; only on screen, since the next call draws everything."""
        self._show_pause_button()
        status = self._session.trainings.status
        if not self.isVisible():
            return
        self._show_doctor(status)
        if status is None:
            self._show_stopped()
            return
        self._head.setText(headline(status, self._session.trainings.run.state))
        self._speed.setText(self._words(status))
        difference = self._session.data_match.of_curves
        self._speed.setToolTip(
            f"The curves are from {status.dataset.name} as it was: {difference}" if difference else ""
        )
        self._bar.setValue(round(1000 * status.progress))
        self.curves.show_curves(status.curves)

    def _show_doctor(self, status: RunStatus | None) -> None:
        """Let the doctor look, and the tab say how much was found."""
        runs = self._session.trainings.run.is_active
        count = self.doctor.show_course(status.course if status else None, runs=runs)
        text = f"{TABS[DOCTOR][0]} ({count})" if count else TABS[DOCTOR][0]
        if self.tabs.button(DOCTOR).text() != text:
            self.tabs.button(DOCTOR).setText(text)

    def _words(self, status: RunStatus) -> str:
        session, state = self._session, self._session.trainings.run.state
        can_resume = session.trainings.can_continue and session.trainings.continuable == status.run
        resumes = "Continue resumes from there. " if can_resume and status.finished else ""
        is_open = status.is_of(session.model.network)
        other = "" if is_open else " · another network is open now"
        return resumes + speed(status, state) + other + self._data_since(status)

    def _show_stopped(self) -> None:
        """Show the run that may be continued, of which this window has not seen anything yet."""
        stopped, can_continue = self._session.trainings.stopped, self._session.trainings.can_continue
        head, words = "No training yet", "The curves grow here while a network learns."
        if can_continue or stopped:
            head = stopped.sentence if stopped else "A run was stopped early"
            words = (stopped and stopped.problem) or "Continue resumes from there."
        self._head.setText(head)
        self._speed.setText(words)
        self._bar.setValue(round(1000 * stopped.epochs_done / stopped.curves.epochs) if stopped else 0)
        if stopped:
            self.curves.show_curves(stopped.curves)
        else:
            self.curves.show_curves(RunCurves(History(), epochs=self.form.epochs.value()))
