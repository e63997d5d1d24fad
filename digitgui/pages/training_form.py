"""The settings of a training, as controls."""

import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from digitgui.settings import Settings
from digitgui.widgets.building import label
from model import ARCHITECTURES
from model.augmentation import AUGMENTATIONS
from model.optimizers import OPTIMIZERS
from model.training import LIMITS, TrainingConfig

__all__ = ["TrainingForm"]


class TrainingForm(QWidget):
    """The controls of a `TrainingConfig` and of the architecture; remembers what was chosen."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        default = TrainingConfig()
        self.arch = self._choice(
            "network",
            ARCHITECTURES,
            "journal-24",
            "Which network to train: more filters see more, and take longer",
        )
        self.learning_rate = self._real("learning_rate", default.learning_rate)
        self.batch_size = self._whole("batch_size", default.batch_size)
        self.epochs = self._whole("epochs", default.epochs)
        self.epochs.setObjectName("epochCount")
        self.optimizer = self._choice(
            "optimizer",
            OPTIMIZERS,
            default.optimizer,
            "How weights follow their gradients: sgd as the journal; momentum and adam get there sooner",
        )
        self.augmentation = self._choice(
            "augmentation",
            AUGMENTATIONS,
            default.augmentation,
            "Changed copies of the pictures, so that the network learns what does not matter",
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
            f"digitgui train --data {_quoted(source)} --arch {self.arch.currentText()}"
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
        box.setToolTip(f"{limits.help} From {limits.minimum:g} to {limits.maximum:,.0f}.")
        box.setValue(round(self._settings.number(f"train/{key}", default, limits.minimum, limits.maximum)))
        box.valueChanged.connect(self._remember(key))
        return box

    def _real(self, key: str, default: float) -> QDoubleSpinBox:
        box = _ShortNumberBox()
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        limits = LIMITS[key]
        box.setDecimals(6)
        box.setRange(limits.minimum, limits.maximum)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setToolTip(f"{limits.help} From {limits.minimum:g} to {limits.maximum:,.0f}.")
        box.setValue(self._settings.number(f"train/{key}", default, limits.minimum, limits.maximum))
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


def _quoted(text: str) -> str:
    """Quote a word for the command line of this system."""
    return subprocess.list2cmdline([text]) if sys.platform == "win32" else shlex.quote(text)
