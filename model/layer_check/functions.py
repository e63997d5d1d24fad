"""The functions that are checked: names, arguments and results, as the template describes them."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy.typing as npt

__all__ = ["FUNCTIONS", "Array", "Inputs", "LayerFunction", "Results"]

Array: TypeAlias = npt.NDArray[Any]
Inputs: TypeAlias = dict[str, Any]
"""Arrays and whole numbers, by the names of the arguments and in their order."""
Results: TypeAlias = dict[str, Array]


@dataclass(frozen=True, slots=True)
class LayerFunction:
    """A function that a file may have.

    Attributes
    ----------
    name : str
    arguments, results : tuple of str
        In the order in which they are passed and returned. The gradient of the argument ``x`` is called ``dx``.
    short_name : str
        By which a forward pass is found too if nothing has its full name; empty if there is none.
    forward : str
        Of a backward pass, the name of its forward pass.
    """

    name: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    short_name: str = ""
    forward: str = ""

    @property
    def call(self) -> str:
        """How it is called: ``relu_backward(dout, x)``."""
        return f"{self.name}({', '.join(self.arguments)})"


def _pair(layer: str, arguments: str, gradients: str) -> list[LayerFunction]:
    """Describe the forward and the backward pass of a layer."""
    forward, words = f"{layer}_forward", tuple(arguments.split())
    return [
        LayerFunction(forward, words, ("out",), short_name=layer),
        LayerFunction(f"{layer}_backward", ("dout", *words), tuple(gradients.split()), forward=forward),
    ]


FUNCTIONS: dict[str, LayerFunction] = {
    function.name: function
    for function in (
        *_pair("conv", "x w b stride pad", "dx dw db"),
        *_pair("maxpool", "x size stride", "dx"),
        *_pair("avgpool", "x size stride", "dx"),
        *_pair("relu", "x", "dx"),
        *_pair("dense", "x w b", "dx dw db"),
        LayerFunction("softmax_loss", ("logits", "labels"), ("loss", "dlogits")),
    )
}
"""All of them, by name."""
