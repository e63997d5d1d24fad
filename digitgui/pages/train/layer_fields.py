"""The numbers of one layer, as fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from digitgui.pages.train.layer_list import size_text
from digitgui.widgets.building import column_of, label, row_of, show_text
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.number_fields import RealField, WholeField
from model.network.architecture import LayerEntry


@dataclass(frozen=True, slots=True)
class _Told:
    """What a number of a layer is called, and its limits here; files may go beyond them."""

    title: str
    minimum: int
    maximum: int
    tip: str


WINDOW = _Told("Window", 1, 32, "Rows and columns of a window")
STRIDE = _Told("Stride", 1, 32, "Rows and columns from one window to the next")
FIELDS: Mapping[str, Mapping[str, _Told]] = {
    "Conv2D": {
        "filters": _Told("Filters", 1, 512, "How many feature maps come out: each filter looks for one feature"),
        "kernel_size": _Told("Kernel", 1, 32, "Rows and columns that a filter sees at once"),
        "stride": _Told("Stride", 1, 32, "Rows and columns from one place of the filter to the next"),
        "padding": _Told(
            "Padding", 0, 32, "Rows and columns of zeros around the picture; 1 keeps its size for 3×3"
        ),
    },
    "MaxPool2D": {"window": WINDOW, "stride": STRIDE},
    "AveragePool2D": {"window": WINDOW, "stride": STRIDE},
    "Dense": {"outputs": _Told("Outputs", 1, 10_000, "How many numbers come out")},
}
RATE = "rate"
ABOUT = {
    "Conv2D": "Convolution: slides small filters over the picture.",
    "MaxPool2D": "Max-pooling: keeps the largest number of each window.",
    "AveragePool2D": "Average pooling: keeps the mean of each window.",
    "ReLU": "ReLU: numbers below 0 become 0. Without one, two layers are no more than one.",
    "BatchNorm": "Batch normalisation: gives each map mean 0 and deviation 1, which lets learning go faster.",
    "Dropout": "Dropout: leaves a random share out while learning, which helps with few pictures.",
    "Flatten": "Flatten: lays all maps out as one row of numbers, as Dense takes them.",
    "Dense": "Dense: connects every number with every output.",
}


class LayerFields(QWidget):
    """Shows a layer and lets its numbers be set.

    Signals
    -------
    number_changed(str, int or float)
        Name and value of a number that the user has set.
    """

    number_changed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        self._about = label(name="muted", wrap=True)
        self._content = QWidget()
        column_of(self._about, self._content, inside=self, spacing=6)
        self.fields: dict[str, WholeField | RealField] = {}

    def show_layer(self, entry: LayerEntry | None) -> None:
        """Show another layer, or none."""
        kind = entry.kind if entry else ""
        if kind != self._kind:
            self._build(kind)
        if entry:
            for name, field in self.fields.items():
                self._show_number(field, entry.config[name])

    def commit(self) -> str:
        """Take what is being typed; where that is no number, go there and say what it takes."""
        for name, field in self.fields.items():
            if field.isEnabled() and not field.commit():
                field.setFocus()
                return f"{name.replace('_', ' ').capitalize()}: {field.expected}."
        return ""

    def _show_number(self, field: WholeField | RealField, value: float | tuple[int, int]) -> None:
        """Show a number; rows and columns that differ, as only files have them, are shown and stay."""
        if isinstance(value, tuple):
            differ = value[0] != value[1]
            field.setSpecialValueText(size_text(value) if differ else "")
            field.setEnabled(not differ)
            value = field.minimum() if differ else value[0]
        if isinstance(field, WholeField):
            field.setMaximum(max(field.maximum(), int(value)))
        if field.value() != value:
            with QSignalBlocker(field):
                field.setValue(value)  # type: ignore[arg-type] # whole for whole fields

    def _build(self, kind: str) -> None:
        """Make the fields for another kind of layer."""
        self._kind = kind
        self.fields = {}
        old, self._content = self._content, QWidget()
        flow = FlowLayout(spacing=6)
        self._content.setLayout(flow)
        for name, told in FIELDS.get(kind, {}).items():
            self._add(flow, name, told.title, WholeField(told.minimum, told.maximum, told.tip))
        if kind == "Dropout":
            self._add(
                flow, RATE, "Rate", RealField(0, 0.99, "Share of the numbers that are left out, from 0 to 0.99")
            )
        layout = self.layout()
        assert layout
        layout.replaceWidget(old, self._content)
        self._content.setVisible(bool(self.fields))
        show_text(self._about, "" if self.fields else ABOUT.get(kind, ""))
        old.hide()
        old.deleteLater()

    def _add(self, flow: FlowLayout, name: str, title: str, field: WholeField | RealField) -> None:
        field.setAccessibleName(title)
        field.valueChanged.connect(lambda value: self.number_changed.emit(name, value))
        pair = QWidget()
        row_of(label(title, "muted"), field, inside=pair, spacing=4)
        flow.addWidget(pair)
        self.fields[name] = field
