"""The settings of a training, as controls."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from digitgui.documents.own_network import OwnNetwork
from digitgui.settings import Settings
from digitgui.widgets.building import button, capitalised, label, wrapped
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.number_fields import RealField, WholeField
from digitgui.wording import with_journal
from model.data.augmentation import Pipeline
from model.data.dataset import SplitRule
from model.data.reading import FIND_OUT, Asked
from model.network.architectures import Arch, as_plain, name_of
from model.runs.epoch_weights import BOUND, USUAL_MEGABYTES, as_option
from model.sweeps.train_again import arch_option, train_command
from model.training.settings import SETTINGS, Choice, Number
from model.training.training_config import USUAL, TrainingConfig

CUSTOM = "custom"
OWN = "own"
"""In the place of a network's name: the layers that are edited beside the form."""
START, FRESH, OPEN = "start", "fresh", "open"
STARTS = {
    FRESH: "Random weights, drawn by the seed",
    OPEN: "The layers and weights of the open network; its last layer is made anew for other classes",
}
FIRST_OF_MORE = "schedule"
"""This setting and those after it are hidden until they are asked for."""
KEEP_EPOCHS = "keep_epochs"
START_SETTING = Choice("Start from", "init", "Which weights the training begins with.", STARTS)
OFFERED = {**SETTINGS, START: START_SETTING, KEEP_EPOCHS: BOUND}
USUALLY = {**USUAL, START: FRESH, KEEP_EPOCHS: USUAL_MEGABYTES}


class TrainingForm(QWidget):
    """The controls of a `TrainingConfig` and of the architecture; remembers what was chosen.

    Parameters
    ----------
    settings : Settings
    own : OwnNetwork, optional
        The network that is chosen by `OWN`, also an attribute; remembered in the settings if not given.
    """

    def __init__(self, settings: Settings, own: OwnNetwork | None = None) -> None:
        super().__init__()
        self._settings, self.own = settings, own or OwnNetwork(settings, self)
        self.arch = self._choice(
            "arch",
            {OWN: "Layers of your own, which you change under Layers"},
            {OWN: "Own…"},
            remembered_as="network",
        )
        self.start = self._choice(START, titles={FRESH: "Fresh weights", OPEN: "The open network"})
        self.learning_rate = self._real("learning_rate")
        self.learning_rate.setKeyboardTracking(False)  # a run follows what is typed when Enter is pressed
        self.learning_rate.setObjectName("learningRate")
        self.batch_size = self._whole("batch_size")
        self.epochs = self._whole("epochs")
        self.epochs.setObjectName("epochCount")
        self.optimizer = self._choice("optimizer")
        self._custom = self._offered = Pipeline(CUSTOM, ())  # what a run has, and what the next one will have
        self.augmentation = self._choice("augmentation", {CUSTOM: "The pipeline set on the Data page"})
        self.seed = self._whole("seed")
        self.schedule = self._choice("schedule")
        self.standardize = QCheckBox("Input")
        self.standardize.setToolTip(SETTINGS["standardize"].help)
        self.standardize.setChecked(self._settings.flag("train/standardize", USUAL["standardize"]))
        self.standardize.toggled.connect(self._remember("standardize"))
        self._numbers: dict[str, WholeField | RealField] = {
            "patience": self._whole("patience"),
            **{name: self._real(name) for name in ("label_smoothing", "l1", "l2", "weight_decay", "clip_norm")},
        }
        self.keep_epochs = self._whole(KEEP_EPOCHS)
        self.keep_epochs.setSuffix(" MB")
        for field in (self._numbers["patience"], self._numbers["clip_norm"], self.keep_epochs):
            field.setSpecialValueText("Off")  # in the place of 0
        self._controls = self._named_controls()
        self._tips = {name: control.toolTip() for name, control in self._controls.items()}
        self._captions: dict[str, QLabel] = {}
        self._lay_out()
        self._locked = False
        self._show_more(self._settings.flag("train/more", False))
        for box in (self.start, self.optimizer):
            box.chosen_changed.connect(lambda _name: self.lock(self._locked))
        self.lock(False)

    def _named_controls(self) -> dict[str, QWidget]:
        """Return every control by its setting, in their order."""
        return {
            "arch": self.arch,
            START: self.start,
            "learning_rate": self.learning_rate,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "optimizer": self.optimizer,
            "augmentation": self.augmentation,
            "seed": self.seed,
            "schedule": self.schedule,
            **self._numbers,
            "standardize": self.standardize,
            KEEP_EPOCHS: self.keep_epochs,
        }

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, control in self._controls.items():
            if name == FIRST_OF_MORE:
                self._more = button("", "Show or hide the finer settings", self._toggle_more, look="small")
                line = QHBoxLayout()
                line.addWidget(self._more)
                line.addStretch(1)
                form.addRow(line)
            control.setAccessibleName(OFFERED[name].title)
            caption = self._captions[name] = label(OFFERED[name].title, "muted")
            caption.setMinimumHeight(32)
            form.addRow(caption, control)

    @property
    def starts_from_open(self) -> bool:
        """Whether a training begins with the open network instead of a fresh one."""
        return self.start.chosen == OPEN

    @property
    def architecture(self) -> Arch:
        """The network that is chosen, by its name or with its layers."""
        return self.own.architecture if self.arch.chosen == OWN else self.arch.chosen

    def config(self) -> TrainingConfig:
        """Return the settings as they stand."""
        chosen = self.augmentation.chosen
        return TrainingConfig(
            learning_rate=self.learning_rate.value(),
            batch_size=self.batch_size.value(),
            epochs=self.epochs.value(),
            seed=self.seed.value(),
            optimizer=self.optimizer.chosen,
            augmentation=self._custom if chosen == CUSTOM else chosen,
            schedule=self.schedule.chosen,
            label_smoothing=self._numbers["label_smoothing"].value(),
            l1=self._numbers["l1"].value(),
            l2=self._numbers["l2"].value(),
            weight_decay=self._numbers["weight_decay"].value() if self._decays() else 0.0,
            clip_norm=self._numbers["clip_norm"].value(),
            patience=int(self._numbers["patience"].value()),
            standardize=self.standardize.isChecked(),
        )

    def commit(self) -> str:
        """Take what is being typed into a field; where that is no number, go there and say what it takes."""
        for name, control in self._controls.items():
            if isinstance(control, WholeField | RealField) and control.isEnabled() and not control.commit():
                control.setFocus()
                return f"{OFFERED[name].title}: {control.expected}."
        return ""

    def usual(self) -> dict[str, Any]:
        """Return all settings as they stand, in plain values, by the names of `SETTINGS`."""
        return USUAL | self.config().as_dict() | {"arch": as_plain(self.architecture)}

    def show_config(self, arch: Arch, config: TrainingConfig) -> None:
        """Set every control as a configuration has it; what begins next begins with fresh weights."""
        augmentation = config.augmentation
        if isinstance(augmentation, Pipeline):
            self._custom, augmentation = augmentation, CUSTOM
        if not isinstance(arch, str):
            self.own.take(arch)
            arch = OWN
        for box, value in (
            (self.arch, arch),
            (self.start, FRESH),
            (self.optimizer, config.optimizer),
            (self.augmentation, augmentation),
            (self.schedule, config.schedule),
        ):
            box.choose(value)
        self.learning_rate.setValue(config.learning_rate)
        self.batch_size.setValue(config.batch_size)
        self.epochs.setValue(config.epochs)
        self.seed.setValue(config.seed)
        self.standardize.setChecked(config.standardize)
        for name, number_box in self._numbers.items():
            number_box.setValue(getattr(config, name))

    def set_custom_pipeline(self, pipeline: Pipeline) -> None:
        """Take the pipeline that ``custom`` trains with; a run that goes on keeps its own."""
        self._offered = pipeline
        if not self._locked:
            self._custom = pipeline
        told = "\n".join(pipeline.sentences()) or "No changes: every operation is off"
        self.augmentation.explain(CUSTOM, told)

    def command(self, source: str, rule: SplitRule, asked: Asked = FIND_OUT, *, init: str = "") -> str:
        """Return the command line that trains with these settings on a source that is read and split like this.

        It begins with the model ``init``, if there is one, and else with fresh weights.
        """
        arch = self.architecture
        name = Path(init).stem if init else name_of(arch)
        out = [*as_option(self.keep_epochs.value()), "--out", f"{name}{'-on' * bool(init)}.safetensors"]
        begun = ["--init", init] if init else arch_option(arch)
        return train_command(source, rule, begun, self.config().as_dict(), out, asked.choices)

    def lock(self, locked: bool) -> None:
        """Forbid changes while a run goes on, but to the learning rate, and say so."""
        if self._locked and not locked:
            self._custom = self._offered
        self._locked = locked
        for name, control in self._controls.items():
            control.setEnabled(not locked)
            self._explain(name, "Locked while a network is being trained" if locked else self._tips[name])
        self.learning_rate.setEnabled(True)
        if not locked and self.starts_from_open:
            self.arch.setEnabled(False)
            self._explain("arch", "The open network brings its own layers")
        if locked:
            tip = "Press Enter to continue with this learning rate; the run records it"
            self._explain("learning_rate", tip)
        elif not self._decays():
            self._numbers["weight_decay"].setEnabled(False)
            self._explain("weight_decay", "Only for adamw; with the other optimisers, use L2")

    def _explain(self, name: str, tip: str) -> None:
        """Say what a setting means, over its field and over its name."""
        self._controls[name].setToolTip(wrapped(tip))
        self._captions[name].setToolTip(wrapped(tip))

    def _decays(self) -> bool:
        return self.optimizer.chosen == "adamw"

    def _toggle_more(self) -> None:
        self._show_more(not self._settings.flag("train/more", False))

    def _show_more(self, shown: bool) -> None:
        self._settings.set("train/more", shown)
        self._more.setText("Fewer settings ▴" if shown else "More settings ▾")
        form = self.layout()
        assert isinstance(form, QFormLayout)
        names = list(self._controls)
        for name in names[names.index(FIRST_OF_MORE) :]:
            form.setRowVisible(self._controls[name], shown)

    def _choice(
        self,
        name: str,
        more: Mapping[str, str] | None = None,
        titles: Mapping[str, str] | None = None,
        *,
        remembered_as: str = "",
    ) -> ChoiceBox:
        setting, key = OFFERED[name], remembered_as or name
        assert isinstance(setting, Choice)
        told = {value: _about(value, sentence) for value, sentence in setting.names.items()}
        box = ChoiceBox(told | dict(more or {}), with_journal(setting.help), titles)
        box.choose(USUALLY[name])
        box.choose(self._settings.text(f"train/{key}"))
        if name != START:  # which is asked anew each time
            box.chosen_changed.connect(self._remember(key))
        return box

    def _whole(self, name: str) -> WholeField:
        setting, tip, value = self._number(name)
        field = WholeField(int(setting.minimum), int(setting.maximum), tip)
        field.setValue(round(value))
        field.valueChanged.connect(self._remember(name))
        return field

    def _real(self, name: str) -> RealField:
        setting, tip, value = self._number(name)
        field = RealField(setting.minimum, setting.maximum, tip)
        field.setValue(value)
        field.valueChanged.connect(self._remember(name))
        return field

    def _number(self, name: str) -> tuple[Number, str, float]:
        """Return a setting, what is told of it beside its field, and the value that is remembered."""
        setting = OFFERED[name]
        assert isinstance(setting, Number)
        tip = f"{with_journal(setting.help)} From {_plain(setting.minimum)} to {_plain(setting.maximum)}."
        value = self._settings.number(f"train/{name}", USUALLY[name], setting.minimum, setting.maximum)
        return setting, tip, value

    def _remember(self, key: str) -> Callable[[object], None]:
        return lambda value: self._settings.set(f"train/{key}", value)  # type: ignore[arg-type]


def _plain(number: float) -> str:
    """Write a limit without an exponent: ``0.000001``, ``4,096``."""
    return f"{number:,.6f}".rstrip("0").rstrip(".")


def _about(value: str, sentence: object) -> str:
    """Say what a choice is; of the journal's ones, what the journal is too."""
    return with_journal(capitalised(sentence) if isinstance(sentence, str) else "", value)
