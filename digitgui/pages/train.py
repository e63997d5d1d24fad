"""The Train page: settings, start and stop, and the curves as they grow."""

import shlex
from collections.abc import Callable, Mapping

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from digitgui.session import RunStatus, Session
from digitgui.settings import Settings
from digitgui.theme import Theme
from digitgui.training_worker import TrainingState
from digitgui.widgets.building import button, card, label
from digitgui.widgets.curve_plot import CurvePlot
from digitgui.wording import duration
from model import ARCHITECTURES, build
from model.augmentation import AUGMENTATIONS
from model.optimizers import OPTIMIZERS
from model.training import LIMITS, FinishReason, TrainingConfig

__all__ = ["TrainPage"]


class TrainPage(QWidget):
    """Train a network and watch it learn."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session
        self._stale = True
        self.form = _SettingsForm(session.settings)
        self._parameters = label(name="muted", wrap=True)
        self._head = label("No training yet", "strong", wrap=True)
        self._speed = label("The curves grow here while a network learns.", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the training")
        self.loss = CurvePlot("Loss against epochs")
        self.loss.setObjectName("lossCurve")
        self.accuracy = CurvePlot("Accuracy against epochs", top=1.0)
        self.accuracy.setObjectName("accuracyCurve")
        self._legends = [_Legend("Loss"), _Legend("Accuracy")]

        layout = QGridLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._settings_card(), 0, 0, 3, 1)
        layout.addWidget(self._progress_card(), 0, 1)
        for row, (legend, plot) in enumerate(zip(self._legends, (self.loss, self.accuracy), strict=True), start=1):
            frame, inside = card()
            inside.addWidget(legend)
            inside.addWidget(plot, 1)
            layout.addWidget(frame, row, 1)
            layout.setRowStretch(row, 1)
        layout.setColumnStretch(1, 1)

        self.form.arch.currentTextChanged.connect(self._describe_network)
        session.run.state_changed.connect(self._show_state)
        session.run_progressed.connect(self._show_progress)
        self._describe_network(self.form.arch.currentText())
        self._show_state(session.run.state)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.loss.set_theme(theme)
        self.accuracy.set_theme(theme)
        for legend in self._legends:
            legend.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what has come while the page was hidden."""
        super().showEvent(event)
        if self._stale:
            self._show_progress()

    def start(self) -> None:
        """Train with the settings of the form."""
        self._session.start_training(self.form.arch.currentText(), self.form.config())

    def pause_or_resume(self) -> None:
        """Pause the run, or let it go on."""
        run = self._session.run
        if run.state is TrainingState.PAUSED:
            run.resume()
        else:
            run.pause()

    def copy_command(self) -> None:
        """Put the command that trains the same network into the clipboard."""
        command = self.form.command(self._session.dataset.source)
        QGuiApplication.clipboard().setText(command)
        self._session.noticed.emit(f"Copied: {command}")

    def _settings_card(self) -> QFrame:
        frame, layout = card(spacing=12)
        frame.setFixedWidth(300)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.form)
        layout.addWidget(label("Train", "heading"))
        layout.addWidget(scroll, 1)
        layout.addWidget(self._parameters)
        layout.addLayout(self._buttons())
        return frame

    def _buttons(self) -> QVBoxLayout:
        run = self._session.run
        self.train_button = button(
            "Train", "Train a fresh network", self.start, shortcut="F5", look="primary", name="trainButton"
        )
        self.pause_button = button(
            "Pause", "Pause or resume", self.pause_or_resume, shortcut="F6", name="pauseButton"
        )
        self.stop_button = button(
            "Stop", "End the run and keep what was learned", run.stop, shortcut="Shift+F5", name="stopButton"
        )
        copy = button(
            "Copy command", "Copy the command line that trains this network", self.copy_command, look="flat"
        )
        row = QHBoxLayout()
        for part in (self.train_button, self.pause_button, self.stop_button):
            row.addWidget(part, 1)
        column = QVBoxLayout()
        column.addLayout(row)
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        return column

    def _progress_card(self) -> QFrame:
        frame, layout = card(spacing=10)
        layout.addWidget(self._head)
        layout.addWidget(self._bar)
        layout.addWidget(self._speed)
        return frame

    def _describe_network(self, arch: str) -> None:
        network = build(arch)
        self._parameters.setText(f"{network.parameter_count:,} parameters · {ARCHITECTURES[arch].split(':')[0]}")

    def _show_state(self, state: TrainingState) -> None:
        idle = state is TrainingState.IDLE
        self.form.lock(not idle)
        self.train_button.setEnabled(idle)
        self.pause_button.setEnabled(state in (TrainingState.RUNNING, TrainingState.PAUSED))
        self.pause_button.setText("Resume" if state is TrainingState.PAUSED else "Pause")
        self.stop_button.setEnabled(state in (TrainingState.RUNNING, TrainingState.PAUSED))
        self._show_progress()

    def _show_progress(self) -> None:
        """Draw the run as far as it has come; only on screen, since the next call draws everything."""
        self._stale = not self.isVisible()
        status = self._session.run_status
        if self._stale or status is None:
            return
        self._bar.setValue(round(1000 * status.progress))
        self._head.setText(_headline(status, self._session.run.state))
        self._speed.setText(_speed(status))
        curves = status.curves
        x = curves.train_epochs()
        held_out = curves.monitor_epochs
        self.loss.show_curves(curves.epochs, (x, curves.train_losses()), (held_out, curves.monitor_losses))
        self.accuracy.show_curves(
            curves.epochs, (x, curves.train_accuracies()), (held_out, curves.monitor_accuracies)
        )
        for legend in self._legends:
            legend.name_held_out(status.dataset.monitor_part)


class _SettingsForm(QWidget):
    """The controls of a `TrainingConfig` and of the architecture; remembers what was chosen."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        default = TrainingConfig()
        self.arch = self._choice("network", ARCHITECTURES, "journal-24", "Which network to train")
        self.learning_rate = self._real("learning_rate", default.learning_rate)
        self.batch_size = self._whole("batch_size", default.batch_size)
        self.epochs = self._whole("epochs", default.epochs)
        self.epochs.setObjectName("epochCount")
        self.optimizer = self._choice(
            "optimizer", OPTIMIZERS, default.optimizer, "How weights follow their gradients"
        )
        self.augmentation = self._choice(
            "augmentation", AUGMENTATIONS, default.augmentation, "How pictures are changed while training"
        )
        self.seed = self._whole("seed", default.seed)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._controls: dict[str, QWidget] = {
            "Network": self.arch,
            "Learning rate": self.learning_rate,
            "Batch size": self.batch_size,
            "Epochs": self.epochs,
            "Optimiser": self.optimizer,
            "Augmentation": self.augmentation,
            "Seed": self.seed,
        }
        self._tips = {name: control.toolTip() for name, control in self._controls.items()}
        for name, control in self._controls.items():
            control.setAccessibleName(name)
            caption = label(name, "muted")
            caption.setMinimumHeight(32)
            form.addRow(caption, control)

    def config(self) -> TrainingConfig:
        """Return the settings as they stand."""
        return TrainingConfig(
            learning_rate=self.learning_rate.value(),
            batch_size=self.batch_size.value(),
            epochs=self.epochs.value(),
            seed=self.seed.value(),
            optimizer=self.optimizer.currentText(),
            augmentation=self.augmentation.currentText(),
        )

    def command(self, source: str) -> str:
        """Return the command line that trains with these settings."""
        config = self.config()
        return (
            f"digitgui train --data {shlex.quote(source)} --arch {self.arch.currentText()}"
            f" --epochs {config.epochs} --lr {config.learning_rate:g} --batch-size {config.batch_size}"
            f" --optimizer {config.optimizer} --augment {config.augmentation} --seed {config.seed}"
            f" --out {self.arch.currentText()}.safetensors"
        )

    def lock(self, locked: bool) -> None:
        """Forbid changes while a run goes on, and say so."""
        for name, control in self._controls.items():
            control.setEnabled(not locked)
            control.setToolTip("Cannot change while a network is being trained" if locked else self._tips[name])

    def _choice(self, key: str, names: Mapping[str, object], default: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(names))
        for row, sentence in enumerate(names.values()):
            if isinstance(sentence, str):
                box.setItemData(row, sentence, Qt.ItemDataRole.ToolTipRole)
        remembered = self._settings.text(f"train/{key}", default)
        box.setCurrentText(remembered if remembered in names else default)
        box.setToolTip(tip)
        box.currentTextChanged.connect(self._remember(key))
        return box

    def _whole(self, key: str, default: int) -> QSpinBox:
        box = QSpinBox()
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        limits = LIMITS[key]
        box.setRange(int(limits.minimum), int(limits.maximum))
        box.setToolTip(limits.help)
        box.setValue(round(self._settings.number(f"train/{key}", default)))
        box.valueChanged.connect(self._remember(key))
        return box

    def _real(self, key: str, default: float) -> QDoubleSpinBox:
        box = _ShortNumberBox()
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        limits = LIMITS[key]
        box.setDecimals(6)
        box.setRange(limits.minimum, limits.maximum)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setToolTip(limits.help)
        box.setValue(self._settings.number(f"train/{key}", default))
        box.valueChanged.connect(self._remember(key))
        return box

    def _remember(self, key: str) -> Callable[[object], None]:
        return lambda value: self._settings.set(f"train/{key}", value)  # type: ignore[arg-type]


class _ShortNumberBox(QDoubleSpinBox):
    """Shows 0.005 rather than 0.005000."""

    def textFromValue(self, value: float) -> str:
        text = QLocale().toString(value, "f", self.decimals())
        point = QLocale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


class _Legend(QWidget):
    """Title of a plot, and the colours of its curves."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._dots = [label("●"), label("●")]
        self._held_out = label("held out", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(label(title, "cardTitle"))
        layout.addStretch(1)
        layout.addWidget(self._dots[0])
        layout.addWidget(label("train, smoothed", "muted"))
        layout.addSpacing(8)
        layout.addWidget(self._dots[1])
        layout.addWidget(self._held_out)

    def name_held_out(self, part: str) -> None:
        self._held_out.setText(part)

    def set_theme(self, theme: Theme) -> None:
        for dot, color in zip(self._dots, (theme.accent, theme.second), strict=True):
            dot.setStyleSheet(f"color: {color}")


def _headline(status: RunStatus, state: TrainingState) -> str:
    finished = status.finished
    if finished is None:
        words = {TrainingState.PAUSED: " · paused", TrainingState.STOPPING: " · stopping"}
        return f"Epoch {status.epoch} of {status.config.epochs}{words.get(state, '')}"
    ends = {
        FinishReason.COMPLETED: "Done",
        FinishReason.STOPPED: f"Stopped in epoch {status.epoch}",
        FinishReason.DIVERGED: "Ended: the loss became infinite",
    }
    if finished.report is None:
        return ends[finished.reason]
    accuracy = f"{finished.report.accuracy:.1%}".replace("%", " %")
    return f"{ends[finished.reason]} · {accuracy} of the {finished.report_part} part right"


def _speed(status: RunStatus) -> str:
    speed = f"{status.images_per_second:,.0f} images/s"
    if status.finished is not None:
        return f"{duration(status.busy_seconds)} · {speed}"
    return speed if status.seconds_left is None else f"{duration(status.seconds_left)} left · {speed}"
