"""The maps of the chosen layer, large, and the numbers that it multiplies with."""

from math import prod

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.widgets.building import column_of, label, row_of
from digitgui.widgets.pictures.signed_colors import PLANES, scale_of
from digitgui.widgets.pictures.tile_sheet import Tiles, TileSheet
from digitgui.widgets.pictures.tiling import Place
from digitgui.wording import unit_name
from model.inspection.stages import Stage, stage_of, stages_of
from model.inspection.trace import Trace, TracedLayer
from model.network.arrays import FloatArray
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dropout, Flatten, MaxPool2D, ReLU

__all__ = ["MapsView"]

UNIT_SIDE, WEIGHT_SIDE, KERNEL_SIDE = 28, 15, 36
"""Pixels in a usual window: of a unit, of a kernel among many, and of one among few."""
WITHOUT_WEIGHTS = {
    MaxPool2D: "{} has no weights: it keeps the largest number of each window.",
    AveragePool2D: "{} has no weights: it takes the mean of each window.",
    ReLU: "{} has no weights: it lets positive numbers through, and makes the others 0.",
    Flatten: "{} has no weights: it lays the maps out as one row of units.",
    Dropout: "{} has no weights, and does nothing while the network answers.",
}


class MapsView(QWidget):
    """Shows the layer that the pinned number belongs to: what comes out of it, and its kernels or weights."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._inspection = session.inspection
        self._every_layer = self._each_map = False
        self._stage: Stage | None = None
        self._seen_weights: tuple[FloatArray, Stage, int] | None = None  # while they stay, so does their picture
        self._maps_title, self._weights_title = (
            label(name="cardTitle", wrap=True),
            label(name="cardTitle", wrap=True),
        )
        self.maps = TileSheet("Maps of the chosen layer")
        self.weights = TileSheet("Kernels or weights of the chosen layer")
        maps = column_of(self._maps_title, (self.maps, 1), spacing=4)
        weights = column_of(self._weights_title, (self.weights, 1), spacing=4)
        row_of((maps, 1), (weights, 1), inside=self, spacing=16)
        self.maps.chosen.connect(self._choose)
        self._inspection.traced.connect(self._show)
        self._inspection.pinned.connect(self._show)

    def set_every_layer(self, every_layer: bool) -> None:
        """Show a ReLU by itself, or with the layer before it."""
        self._every_layer = every_layer
        self._show()

    def set_each_map(self, each_map: bool) -> None:
        """Give each map a scale of its own, or all the same."""
        self._each_map = each_map
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        trace, unit = self._inspection.trace, self._inspection.unit
        if not self.isVisible() or trace is None or unit is None or not trace.has(unit):
            return
        stages = stages_of(trace.layers, every_layer=self._every_layer)
        self._stage = stage = stages[stage_of(stages, unit.layer)]
        place = stage.place(unit)
        assert place is not None
        values = _as_maps(stage.values(trace))
        dead = tuple(np.flatnonzero(~values.any(axis=(1, 2))).tolist()) if len(stage.shape) == 3 else ()
        scale = scale_of(values)

        def tell(where: Place) -> str:
            found = where if len(stage.shape) == 3 else where[:1]
            return f"{unit_name(stage.source, found)}: {values[where]:.4g}"

        side = 72 if len(stage.shape) == 3 else UNIT_SIDE
        each = self._each_map and len(stage.shape) == 3
        self.maps.show_tiles(Tiles(values, scale, tell, each, side=side, dead=dead), _as_place(place))
        colors = "Each has a scale of its own." if each else _between(scale.ends)
        self._maps_title.setText(f"{stage.title}: {_counted(stage.shape)}. {colors}")
        self._show_weights(trace, stage, place)

    def _show_weights(self, trace: Trace, stage: Stage, place: tuple[int, ...]) -> None:
        if stage.name == "input":
            planes = " Its maps 0, 1 and 2 are its red, green and blue." if trace.image.ndim == 3 else ""
            self._say(f"The input has no weights: it is the picture, as the first layer takes it.{planes}")
            return
        layer, number = trace.layer(stage.name), place[0]
        weights = trace.get(f"{stage.name}.kernel", trace.get(f"{stage.name}.weight"))
        if weights is not None:
            seen = self._seen_weights
            if seen and seen[1:] == (stage, number) and np.array_equal(seen[0], weights):
                return
            self._seen_weights = weights, stage, number
            show = self._show_kernels if layer.kind is Conv2D else self._show_dense
            show(trace, layer, number)
        elif layer.kind is BatchNorm:
            self._say(_normalised(trace, layer, number))
        else:
            self._say(WITHOUT_WEIGHTS[layer.kind].format(layer.name))

    def _show_kernels(self, trace: Trace, layer: TracedLayer, chosen: int) -> None:
        kernel = trace[f"{layer.name}.kernel"]
        filters, channels, rows, columns = kernel.shape
        values = kernel.reshape(-1, rows, columns)
        scale = scale_of(values)
        sees_colours = layer.source == "input" and channels == len(PLANES)

        def tell(where: Place) -> str:
            of, channel = divmod(where[0], channels)
            plane = f" ({PLANES[channel]})" if sees_colours else ""
            return f"kernel {of}, channel {channel}{plane}, row {where[1]}, column {where[2]}: {values[where]:.4g}"

        title = f"{filters} kernels of {rows} × {columns}, one for each map. {_between(scale.ends)}"
        if channels == 1:
            tiles = Tiles(values, scale, tell, side=KERNEL_SIDE)
            self.weights.show_tiles(tiles, (chosen, 0, 0))
        else:
            title = (
                f"Kernels of {rows} × {columns}: a row for each of {filters} maps, a column for each of"
                f" {channels} channels{': red, green and blue' * sees_colours}. {_between(scale.ends)}"
            )
            tiles = Tiles(values, scale, tell, columns=channels, side=WEIGHT_SIDE)
            self.weights.show_tiles(tiles, row=chosen)
        self._weights_title.setText(title)

    def _show_dense(self, trace: Trace, layer: TracedLayer, chosen: int) -> None:
        stages = stages_of(trace.layers)
        before = stages[stage_of(stages, layer.name) - 1]
        weight = trace[f"{layer.name}.weight"][chosen]
        are_maps = len(before.shape) == 3 and prod(before.shape) == weight.size
        values = weight.reshape(before.shape) if are_maps else _as_maps(weight)
        scale = scale_of(values)

        def tell(where: Place) -> str:
            place = where if are_maps else where[:1]
            return f"weight of {unit_name(before.title, place)}: {values[where]:.4g}"

        side = 56 if are_maps else UNIT_SIDE
        self.weights.show_tiles(Tiles(values, scale, tell, side=side))
        self._weights_title.setText(
            f"Weights of unit {chosen}, laid out as what they multiply: {before.title}. {_between(scale.ends)}"
        )

    def _say(self, text: str) -> None:
        self._seen_weights = None
        self.weights.show_tiles(None)
        self._weights_title.setText(text)

    def _choose(self, place: Place) -> None:
        stage = self._stage
        if stage:
            self._inspection.pin(stage.unit(place if len(stage.shape) == 3 else place[:1]))


def _as_maps(values: FloatArray) -> FloatArray:
    """Give units, shape (units,), the shape of maps of one number."""
    return values if values.ndim == 3 else values[:, np.newaxis, np.newaxis]


def _as_place(place: tuple[int, ...]) -> Place:
    return (place[0], place[1], place[2]) if len(place) == 3 else (place[0], 0, 0)


def _counted(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{shape[0]} units"
    return f"{shape[0]} map{'s' if shape[0] > 1 else ''} of {shape[1]} × {shape[2]}"


def _between(ends: tuple[str, str]) -> str:
    low, high = ends
    if low == "not":
        return "Not all numbers are finite."
    return f"Black is 0, white {high}." if low == "0" else f"Blue is {low}, black 0, orange {high}."


def _normalised(trace: Trace, layer: TracedLayer, number: int) -> str:
    """Tell what batch normalisation does with one map or unit."""
    mean, variance, scale, shift = (
        float(trace[f"{layer.name}.{one}"][number])
        for one in ("running_mean", "running_variance", "scale", "shift")
    )
    what = "map" if len(layer.output_shape) == 3 else "unit"
    deviation = float(np.sqrt(variance + layer.config["epsilon"]))
    return (
        f"{layer.name} has no kernels. Of {what} {number} it takes the mean {mean:.4g} away, divides by the"
        f" deviation {deviation:.4g}, multiplies by {scale:.4g} and adds {shift:.4g}."
    )
