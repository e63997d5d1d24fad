"""The layers of a network as a person counts them: what only follows another layer is shown with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.inspection.trace import Trace, TracedLayer, Unit
from model.network.arrays import FloatArray, Shape
from model.network.layers import Conv2D, Dropout, Flatten, ReLU

__all__ = ["Stage", "default_unit", "stage_of", "stages_of"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a network: the input, a layer, or a layer with those that follow it and keep its shape.

    Attributes
    ----------
    title : str
        As in ``conv1 + ReLU``.
    layers : tuple of str
        Names of all that are shown here, in their order. The numbers that are pinned are those of the first.
    source : str
        The layer whose output is seen: the last that changes a number.
    shape : tuple of int
        Of that output: (maps, height, width), or (units,).
    """

    title: str
    layers: tuple[str, ...]
    source: str
    shape: Shape

    @property
    def name(self) -> str:
        """The layer whose numbers are pinned here."""
        return self.layers[0]

    def values(self, trace: Trace) -> FloatArray:
        """Return what is seen, of this stage's shape."""
        return trace[Trace.name_of(self.source)]

    def place(self, unit: Unit) -> tuple[int, ...] | None:
        """Return where a number of one of these layers is seen here; None for a number of another layer."""
        if unit.layer not in self.layers:
            return None
        if len(unit.index) == len(self.shape):
            return unit.index
        return tuple(int(place) for place in np.unravel_index(unit.index[0], self.shape))

    def unit(self, place: tuple[int, ...]) -> Unit:
        """Return the number that is pinned at a place."""
        return Unit(self.name, place)


def stages_of(layers: Sequence[TracedLayer], *, every_layer: bool = False) -> tuple[Stage, ...]:
    """Order layers into stages, the input first.

    A ReLU is shown with the layer before it. Flatten, and Dropout, which does nothing while a network answers,
    change no number and are not seen by themselves.

    Parameters
    ----------
    layers : sequence of TracedLayer
    every_layer : bool
        Whether each layer is a stage of its own.
    """
    stages = [Stage("input", ("input",), "input", layers[0].input_shape)]
    is_computed = False  # by the layer just before, so that a ReLU belongs to it
    for layer in layers:
        last, name = stages[-1], layer.name
        if every_layer or not (layer.kind in (Flatten, Dropout) or (layer.kind is ReLU and is_computed)):
            stages.append(Stage(name, (name,), name, layer.output_shape))
        elif layer.kind is ReLU:
            stages[-1] = Stage(f"{last.title} + ReLU", (*last.layers, name), name, layer.output_shape)
        else:
            stages[-1] = Stage(last.title, (*last.layers, name), last.source, last.shape)
        is_computed = layer.kind not in (ReLU, Flatten, Dropout)
    return tuple(stages)


def stage_of(stages: Sequence[Stage], layer: str) -> int:
    """Return the number of the stage that a layer is seen in."""
    return next(number for number, stage in enumerate(stages) if layer in stage.layers)


def default_unit(trace: Trace) -> Unit:
    """Choose a number that is worth a look: the largest that leaves the last convolution.

    The logit of the answer, where there is no convolution.
    """
    convolutions = [layer.name for layer in trace.layers if layer.kind is Conv2D]
    if convolutions:
        output = np.nan_to_num(trace[f"{convolutions[-1]}.output"])
        place = np.unravel_index(output.argmax(), output.shape)
        return Unit(convolutions[-1], tuple(int(axis) for axis in place))
    logits = trace["logits"]
    return Unit(trace.layers[-1].name, (trace.answer if len(logits) > 1 else 0,))
