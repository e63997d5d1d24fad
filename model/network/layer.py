"""What every layer has: named parameters, a shape known before data, a forward and a backward pass."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError, ShapeError
from model.network.arrays import FloatArray, Shape, Workspace
from model.network.initializers import Initializer, he_normal
from model.network.patches import output_length

__all__ = ["Layer", "LayerRow", "Parameter", "at_least", "pair", "rectify", "show", "slide"]

MOST_PIXELS = 10_000
"""No kernel, window, stride or padding is longer than this."""


@dataclass(eq=False, slots=True)
class Parameter:
    """An array that training changes.

    Attributes
    ----------
    value, grad : ndarray
        The weights, and the derivative of the loss with respect to them; both are changed in place.
    """

    value: FloatArray
    grad: FloatArray

    @classmethod
    def of(cls, value: FloatArray) -> "Parameter":
        """Make a parameter with this value and a gradient of zeros."""
        return cls(value, np.zeros_like(value))


class Layer(ABC):
    """One step of a network.

    A layer is made with its hyper-parameters only. `initialize` allocates its parameters once the shape of its
    input is known, so a network that cannot be built says so before any data is touched.
    """

    BEGIN_AT_ONE: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._statistics: dict[str, FloatArray] = {}
        self._workspace = Workspace()
        self._context: Any = None

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the output shape, without the batch axis.

        Raises
        ------
        ShapeError
            If this layer cannot take ``input_shape``.
        """

    @abstractmethod
    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        """Compute the output of a batch.

        Parameters
        ----------
        x : ndarray
            As the layer before gave it.
        remember : bool
            Keep what `backward` needs.
        training : bool
            Compute as in training: with the statistics of this batch, and with dropout. False is how a network
            answers; most layers do the same either way.
        """

    @abstractmethod
    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        """Fill the gradients of the parameters and return that of the input.

        Parameters
        ----------
        grad_out : ndarray
            Derivative of the loss with respect to the output of the last ``forward(x, remember=True)``.
        need_grad_in : bool
            False lets the first layer of a network skip a gradient that is not needed; it then returns None.
        """

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:  # noqa: ARG002
        """Return the names and shapes of the parameters for an input of this shape."""
        return {}

    def statistic_shapes(self, input_shape: Shape) -> dict[str, Shape]:  # noqa: ARG002
        """Return the names and shapes of the statistics, which no gradient changes."""
        return {}

    def working_size(self, input_shape: Shape) -> int:
        """Return how many numbers the layer needs for one picture besides its parameters."""
        return math.prod(self.output_shape(input_shape))

    def initialize(
        self,
        input_shape: Shape,
        rng: np.random.Generator,
        dtype: npt.DTypeLike,
        initializer: Initializer = he_normal,
    ) -> None:
        """Allocate the parameters for an input of this shape and draw the first values of the weights.

        Parameters with one axis begin at zero, except those in `BEGIN_AT_ONE`.
        """

        def first(name: str, shape: Shape) -> FloatArray:
            if len(shape) == 1:
                return np.full(shape, float(name in self.BEGIN_AT_ONE), dtype)
            fan_in, fan_out = math.prod(shape[1:]), shape[0] * math.prod(shape[2:])
            return initializer(shape, fan_in=fan_in, fan_out=fan_out, rng=rng, dtype=dtype)

        parameters, statistics = self.parameter_shapes(input_shape), self.statistic_shapes(input_shape)
        self._parameters = {name: Parameter.of(first(name, shape)) for name, shape in parameters.items()}
        self._statistics = {name: first(name, shape) for name, shape in statistics.items()}
        self._context = None

    def parameters(self) -> dict[str, Parameter]:
        """Return the parameters by name."""
        return self._parameters

    def statistics(self) -> dict[str, FloatArray]:
        """Return by name what the layer has learned from data without a gradient; changed in place."""
        return self._statistics

    def config(self) -> dict[str, Any]:
        """Return the hyper-parameters, in the words of the constructor."""
        return {}

    def _take_context(self) -> Any:
        if self._context is None:
            raise ShapeError(f"{self!r}: backward needs a forward pass with remember=True just before it")
        context, self._context = self._context, None
        return context

    def __repr__(self) -> str:
        """Show the layer as a constructor call."""
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in self.config().items())})"


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of an architecture table.

    Attributes
    ----------
    name, description : str
        As in ``conv1`` and ``Conv2D(filters=8, ...)``.
    output_shape : tuple of int
        Without the batch axis.
    parameters : int
        How many numbers training changes.
    """

    name: str
    description: str
    output_shape: Shape
    parameters: int


def at_least(minimum: int, name: str, number: int) -> int:
    """Check a hyper-parameter that is a whole number."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < minimum:
        raise ConfigError(f"must be a whole number of at least {minimum}, got {number!r}", name)
    return int(number)


def pair(name: str, size: int | tuple[int, int], *, minimum: int) -> tuple[int, int]:
    """Check a hyper-parameter that is rows and columns, or one number for both."""
    rows, columns = size if isinstance(size, tuple | list) and len(size) == 2 else (size, size)
    if isinstance(rows, tuple | list | str):
        raise ConfigError(f"must be a whole number, or a pair of them for rows and columns, got {size!r}", name)
    found = at_least(minimum, name, rows), at_least(minimum, name, columns)
    if max(found) > MOST_PIXELS:
        raise ConfigError(f"must be at most {MOST_PIXELS}, got {max(found)}", name)
    return found


def slide(
    layer: Layer,
    input_shape: Shape,
    window: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
) -> tuple[int, int]:
    """Count the rows and columns of positions of a window, or say why there are none."""
    if len(input_shape) != 3:
        raise ShapeError(
            f"{layer!r} takes maps, but a row of {input_shape[0]:,} numbers comes in: put it before Flatten"
        )
    height = output_length(input_shape[1], window[0], stride[0], padding[0])
    width = output_length(input_shape[2], window[1], stride[1], padding[1])
    if height < 1 or width < 1:
        around = f" with padding {padding[0]}×{padding[1]}" if any(padding) else ""
        raise ShapeError(
            f"{layer!r}: a window of {window[0]}×{window[1]} does not fit into maps of"
            f" {input_shape[1]}×{input_shape[2]}{around}: make it smaller, or pool less before it"
        )
    return height, width


def rectify(x: FloatArray, out: FloatArray, workspace: Workspace) -> None:
    """Write ``max(0, x)`` to ``out``, which may be ``x``.

    Compared with zeros in an array, whole vectors of numbers run through the processor at once; with the number
    zero they do not.
    """
    np.maximum(x, workspace.constant_zeros("zeros", (1, *x.shape[1:]), x.dtype), out=out)


def show(shape: Shape) -> str:
    """Write a shape as in ``(8, 13, 13)``."""
    return "(" + ", ".join(map(str, shape)) + ")"
