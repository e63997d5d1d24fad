"""What a network checks: its settings and layers when it is made, and the pictures that it is given."""

from collections.abc import Sequence

import numpy as np

from model.errors import ConfigError, ShapeError
from model.network.arrays import ImageArray, Shape
from model.network.initializers import INITIALIZERS
from model.network.layers import Layer

__all__ = ["check_images", "check_settings", "shapes_through"]


def check_settings(layers: Sequence[Layer], input_shape: Shape, input_deviation: float, initializer: str) -> None:
    """Refuse settings that no network can have.

    Raises
    ------
    ShapeError
        If the input is not (channels, height, width).
    ConfigError
        If something else is no layer, occurs twice, or is out of its range.
    """
    shape = input_shape
    if not isinstance(shape, tuple) or len(shape) != 3 or not all(type(n) is int and n > 0 for n in shape):
        raise ShapeError(f"expected the input as (channels, height, width), each at least 1, got {shape!r}")
    for layer in layers:
        if not isinstance(layer, Layer):
            raise ConfigError(f"expected layers such as ReLU(), got {layer!r}")
    if len({id(layer) for layer in layers}) != len(layers):
        raise ConfigError("a layer occurs twice in this network: make a separate one for each place")
    if not input_deviation > 0:
        raise ConfigError(f"must be above 0, got {input_deviation}", "input_deviation")
    if initializer not in INITIALIZERS:
        raise ConfigError(f"must be one of {', '.join(INITIALIZERS)}, got {initializer!r}", "initializer")


def shapes_through(layer_names: Sequence[str], layers: Sequence[Layer], input_shape: Shape) -> list[Shape]:
    """Follow the shape of a picture through the layers.

    Returns
    -------
    list of tuple of int
        The shape that enters, and the one after each layer, all without the batch axis.

    Raises
    ------
    ShapeError
        If a layer cannot take what the one before it gives, or the last gives more than a number per class.
    """
    shapes = [input_shape]
    for name, layer in zip(layer_names, layers, strict=True):
        try:
            shapes.append(layer.output_shape(shapes[-1]))
        except ShapeError as error:
            raise ShapeError(f"{name} cannot be built: {error}") from None
    if len(shapes[-1]) != 1:
        raise ShapeError(f"a network ends in one number per class, but this one ends in {shapes[-1]}")
    return shapes


def check_images(images: ImageArray, input_shape: Shape) -> None:
    """Refuse pictures that are not uint8 of shape (n, height, width), with the channels last if several.

    Raises
    ------
    ShapeError
        If they have another shape or dtype.
    """
    channels, *expected = input_shape
    if channels > 1:
        expected = [*expected, channels]
    if images.dtype != np.uint8 or images.shape[1:] != tuple(expected):
        raise ShapeError(
            f"expected pictures as uint8 of shape (n, {', '.join(map(str, expected))}), 0 to 255,"
            f" got {images.dtype} of shape {images.shape}"
        )
