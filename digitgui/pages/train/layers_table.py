"""How strong the steps of a training are, layer by layer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from digitgui.looks.theme import tabular
from digitgui.widgets.building import label, wrapped
from digitgui.widgets.share_scale import ShareScale
from model.training.diagnosis import HEALTHY_SHARES, update_shares
from model.training.training_events import LayerMeasured, LayersMeasured

HEADS = (
    ("Layer", ""),
    (
        "Gradient",
        "Euclidean norm of the gradient of all weights and biases of the layer, in the last step measured",
    ),
    (
        "Update",
        "How far a step moves the weights, against their size: the median of the last steps measured. The thick"
        " part of the line is the usual range, from 0.03 % to 3 %.",
    ),
    ("Dead", "Maps or units of the ReLU behind the layer that are zero for all pictures of the sample"),
)
SCALE = 2
"""The column of the line; the share in figures stands beside it."""
MARKS = {"small": "▾", "usual": " ", "large": "▴"}


class LayersTable(QWidget):
    """A row for each layer that has weights: its gradient, its update, and its dead units."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(SCALE, 1)
        for column, (title, tip) in zip((0, 1, SCALE, 4), HEADS, strict=True):
            head = label(title, "muted")
            head.setToolTip(wrapped(tip))
            span = 2 if column == SCALE else 1
            align = Qt.AlignmentFlag.AlignLeft if column in (0, SCALE) else Qt.AlignmentFlag.AlignRight
            self._grid.addWidget(head, 0, column, 1, span, align)
        self._rows: list[_Row] = []

    def show_measured(self, measured: Sequence[LayersMeasured]) -> None:
        """Show the last measurement, and of the updates the median of all that are given."""
        self.setVisible(bool(measured))
        if not measured:
            return
        layers, shares = measured[-1].layers, update_shares(measured)
        while len(self._rows) < len(layers):
            self._rows.append(_Row(self._grid, len(self._rows) + 1))
        for number, row in enumerate(self._rows):
            row.show_layer(layers[number] if number < len(layers) else None, shares)

    def texts(self) -> list[list[str]]:
        """Return what is read, row by row."""
        return [row.texts for row in self._rows if row.is_shown]


class _Row:
    """The widgets of one layer."""

    def __init__(self, grid: QGridLayout, number: int) -> None:
        self._cells = [QLabel() for _ in range(4)]
        self._scale = ShareScale(HEALTHY_SHARES)
        self.is_shown = True
        for cell in self._cells[1:]:
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cell.setFont(tabular(cell.font()))
        name, gradient, share, dead = self._cells
        for column, widget in enumerate((name, gradient, self._scale, share, dead)):
            grid.addWidget(widget, number, column)

    @property
    def texts(self) -> list[str]:
        return [cell.text() for cell in self._cells]

    def show_layer(self, layer: LayerMeasured | None, shares: dict[str, float]) -> None:
        self.is_shown = layer is not None
        for widget in (*self._cells, self._scale):
            widget.setVisible(self.is_shown)
        if layer is None:
            return
        share = shares[layer.name]
        dead = f"{layer.dead}/{layer.units}" if layer.units else "–"
        texts = (layer.name, _figure(layer.gradient_norm), f"{_share(share)} {MARKS[_size(share)]}", dead)
        for cell, text in zip(self._cells, texts, strict=True):
            cell.setText(text)
        self._scale.setAccessibleName(f"Update of {layer.name} against its weights")
        self._scale.show_share(share, f"{_share(share)}, {_size(share)}")
        self._cells[2].setToolTip(f"This is {_size(share)}.")


def _figure(number: float) -> str:
    """Write two digits, without an exponent where that is short."""
    return f"{number:,.0f}" if 10 <= number < 1e5 else f"{number:.2g}"


def _share(share: float) -> str:
    """Write a small share: ``0.043 %``."""
    if share < 1e-5:
        return "<0.001 %"
    return f"{100 * share:.2g} %" if share < 1 else f"{100 * share:,.0f} %"


def _size(share: float) -> str:
    """Say in a word what the line shows."""
    low, high = HEALTHY_SHARES
    return "small" if share < low else "large" if share > high else "usual"
