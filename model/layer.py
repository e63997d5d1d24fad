"""What every layer has: named parameters, a shape known before data, a forward and a backward pass."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.arrays import FloatArray, Shape, Workspace
from model.errors import ShapeError

__all__ = ["Layer", "Parameter"]


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

    def __init__(self) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._workspace = Workspace()
        self._context: Any = None

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Tell the shape that comes out, without the batch axis.

        Raises
        ------
        ShapeError
            If this layer cannot take ``input_shape``.
        """

    @abstractmethod
    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        """Compute the output of a batch; with ``training``, keep what `backward` needs."""

    @abstractmethod
    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        """Fill the gradients of the parameters and return that of the input.

        Parameters
        ----------
        grad_out : ndarray
            Derivative of the loss with respect to the output of the last ``forward(x, training=True)``.
        need_grad_in : bool
            False lets the first layer of a network leave out what nobody reads; it then returns None.
        """

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:  # noqa: ARG002
        """Tell the names and shapes of the parameters for an input of this shape."""
        return {}

    def working_size(self, input_shape: Shape) -> int:
        """Tell how many numbers the layer needs for one picture besides its parameters."""
        return math.prod(self.output_shape(input_shape))

    def initialize(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:  # noqa: ARG002
        """Allocate the parameters for an input of this shape and draw their first values."""
        self._context = None

    def parameters(self) -> dict[str, Parameter]:
        """Return the parameters by name."""
        return self._parameters

    def config(self) -> dict[str, Any]:
        """Return the hyper-parameters, in the words of the constructor."""
        return {}

    def _take_context(self) -> Any:
        if self._context is None:
            raise ShapeError(f"{self!r}: backward needs a forward pass with training=True just before it")
        context, self._context = self._context, None
        return context

    def __repr__(self) -> str:
        """Show the layer as one would write it."""
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in self.config().items())})"
