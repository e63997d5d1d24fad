"""One operation of an augmentation pipeline: a switch, its strength, and how often."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QSlider, QSpinBox

from digitgui.widgets.building import row_of, set_look
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.scrolling import leave_wheel
from digitgui.widgets.steady_label import SteadyLabel
from model.data.pipeline import OPERATIONS, Step

OFF = {
    "thickness": Step("thickness", 1.0, enabled=False),
    "flip": Step("flip", 1.0, 0.5, enabled=False),
    "rotation": Step("rotation", 10.0, enabled=False),
    "shear": Step("shear", 0.2, enabled=False),
    "scale": Step("scale", 0.1, enabled=False),
    "translation": Step("translation", 2.0, enabled=False),
    "elastic": Step("elastic", 1.0, enabled=False),
    "crop": Step("crop", 4.0, enabled=False),
    "contrast": Step("contrast", 0.2, enabled=False),
    "brightness": Step("brightness", 0.1, enabled=False),
    "saturation": Step("saturation", 0.3, enabled=False),
    "noise": Step("noise", 10.0, enabled=False),
}
"""How an operation stands that a pipeline does not name: off, and mild when it is switched on."""


class OperationRow(QFrame):
    """The controls of a `Step`.

    Attributes
    ----------
    step : Step
        As the controls stand; a strength between two positions of the slider stays as it was given.

    Signals
    -------
    changed(Step)
        The user has set something.
    selected(str)
        The user turned to this operation.
    """

    changed = Signal(object)
    selected = Signal(str)

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.setObjectName("operationRow")
        self.step = step
        self._operation = OPERATIONS[step.operation]
        self.switch = QCheckBox()
        self.switch.setToolTip("Use this operation")
        self.switch.toggled.connect(self._switch)
        self.title = SteadyLabel(self._operation.title, longest=[one.title for one in OPERATIONS.values()])
        self.slider = self._make_slider()
        self.value = SteadyLabel(
            name="muted", longest=[strength_text(name, one.maximum) for name, one in OPERATIONS.items()]
        )
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.probability = self._make_probability()
        row = row_of(
            self.switch, self.title, (self.slider, 1), self.value, self.probability, inside=self, spacing=6
        )
        row.setContentsMargins(6, 1, 2, 1)
        for part in (self.switch, self.title, self.slider, self.value, self.probability):
            part.installEventFilter(self)
        for part, name in (
            (self.switch, "on"),
            (self.slider, "strength"),
            (self.probability, "share of the pictures"),
        ):
            part.setAccessibleName(f"{self._operation.title}: {name}")
        self.show_step(step)

    def show_step(self, step: Step) -> None:
        """Set every control, without a signal."""
        self.step = step
        blockers = [QSignalBlocker(part) for part in (self.switch, self.slider, self.probability)]
        self.switch.setChecked(step.enabled)
        self.slider.setValue(round(step.strength / self._operation.interval))
        self.probability.setValue(round(100 * step.probability))
        del blockers
        self._show_value()

    def mark(self, *, is_selected: bool, warning: str) -> None:
        """Show whether this is the operation that is told about, and what it is warned of, if it is."""
        self.title.setToolTip(f"{self._operation.sentence} {warning}".strip())
        set_look(self, "selected", is_selected)
        set_look(self.title, "tone", "warning" if warning else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn to this operation."""
        self.selected.emit(self.step.operation)
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn to the operation whose control gets the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress):
            self.selected.emit(self.step.operation)
        return super().eventFilter(watched, event)

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, round(self._operation.maximum / self._operation.interval))
        slider.setPageStep(max(1, slider.maximum() // 10))
        slider.setToolTip(f"Strength, up to {self._operation.text(self._operation.maximum)}")
        policy = slider.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        slider.setSizePolicy(policy)
        if self.step.operation == "flip":  # a picture is mirrored or it is not
            slider.hide()
        slider.setMinimumWidth(64)
        leave_wheel(slider)
        slider.valueChanged.connect(
            lambda position: self._change(replace(self.step, strength=self._strength_at(position)))
        )
        return slider

    def _switch(self, on: bool) -> None:
        strength = 1.0 if on and self.step.operation == "flip" else self.step.strength  # there is no slider for it
        self._change(replace(self.step, enabled=on, strength=strength))

    def _strength_at(self, position: int) -> float:
        return min(round(position * self._operation.interval, 6), self._operation.maximum)

    def _make_probability(self) -> QSpinBox:
        box = WholeField(0, 100, "Share of the pictures that are changed; type it or use the arrow keys")
        box.setSuffix(" %")
        box.setSingleStep(5)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setProperty("bare", True)  # no arrows: nine of them would be all that one sees
        box.lineEdit().setTextMargins(0, 0, 6, 0)
        box.valueChanged.connect(lambda share: self._change(replace(self.step, probability=share / 100)))
        return box

    def _change(self, step: Step) -> None:
        self.step = step
        self._show_value()
        self.selected.emit(step.operation)
        self.changed.emit(step)

    def _show_value(self) -> None:
        self.value.setText(strength_text(self.step.operation, self.step.strength))
        for part in (self.slider, self.value, self.probability):
            part.setEnabled(self.step.enabled)


def strength_text(operation: str, strength: float) -> str:
    """Write how strong an operation is; nothing for one that happens or does not."""
    if operation == "flip":
        return ""
    same_both_ways = OPERATIONS[operation].signed and operation != "thickness"
    return f"{'± ' if same_both_ways and strength else ''}{OPERATIONS[operation].text(strength)}"
