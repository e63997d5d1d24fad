"""Stages of an answer: layers that can be computed for some rows of their output alone."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from model.network.layers import AveragePool2D, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.patches import output_length

__all__ = ["Stage", "length_written", "places_read", "stages_of"]

Stage: TypeAlias = Sequence[Layer]


def stages_of(layers: Sequence[Layer]) -> list[Stage]:
    """Part layers before each that needs whole maps, with a margin or in another order.

    `Dropout` does nothing in an answer and is left out; max-pooling comes before a `ReLU` that it follows: the
    result is the same, from a quarter of the numbers.
    """
    active = [layer for layer in layers if not isinstance(layer, Dropout)]
    for index, (layer, following) in enumerate(pairwise(active)):
        if isinstance(layer, ReLU) and isinstance(following, MaxPool2D):
            active[index : index + 2] = following, layer
    stages: list[list[Layer]] = [[]]
    for layer in active:
        if isinstance(layer, Conv2D | Flatten | Dense):
            stages.append([])
        stages[-1].append(layer)
    return [stage for stage in stages if stage]


def length_written(stage: Stage, length: int, axis: int) -> int:
    """Return the height (axis 0) or the width (1) of a stage's output.

    Parameters
    ----------
    stage : sequence of Layer
    length : int
        Of its input, with the margin that its convolution needs.
    axis : int
    """
    for layer in stage:
        length = output_length(length, *_window_and_stride(layer, axis))
    return length


def places_read(stage: Stage, places: slice, axis: int) -> slice:
    """Return the rows (axis 0) or columns (1) of a stage's input that some of its output are computed from."""
    start, stop = places.start, places.stop
    for layer in reversed(stage):
        window, stride = _window_and_stride(layer, axis)
        start, stop = start * stride, (stop - 1) * stride + window
    return slice(start, stop)


def _window_and_stride(layer: Layer, axis: int) -> tuple[int, int]:
    match layer:
        case Conv2D():
            return layer.kernel_size[axis], layer.stride[axis]
        case MaxPool2D() | AveragePool2D():
            return layer.window[axis], layer.stride[axis]
    return 1, 1
