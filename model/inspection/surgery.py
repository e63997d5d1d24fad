"""Surgery: operations on a copy of a network, in a row, each of which can be undone."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.errors import ConfigError
from model.inspection.kernels import known_kernel
from model.inspection.trace import Unit
from model.network.arrays import FloatArray
from model.network.initializers import INITIALIZERS
from model.network.layers import Conv2D, Flatten
from model.network.network import Network

__all__ = [
    "AddNoise",
    "Operation",
    "Part",
    "Prune",
    "Replace",
    "Reset",
    "Scale",
    "Surgery",
    "in_words",
    "part_of",
    "parts_of",
]

WEIGHTS: tuple[Literal["kernel"], Literal["weight"]] = ("kernel", "weight")


@dataclass(frozen=True, slots=True)
class Part:
    """A kernel with its bias, or a unit with its weights and its bias.

    Attributes
    ----------
    layer : str
        A convolution or a dense layer.
    number : int
        Of the map or the unit, from 0.
    """

    layer: str
    number: int


class Operation(ABC):
    """Something that is done to the weights of a network, all of them unless it has a part."""

    @property
    @abstractmethod
    def deed(self) -> str:
        """What is done, in words."""

    @abstractmethod
    def change(self, network: Network, original: Network) -> None:
        """Change the network in place; the original is the one before any operation."""


@dataclass(frozen=True, slots=True)
class Scale(Operation):
    """Multiply a part, with its bias, by a number; by 0, it is switched off.

    Attributes
    ----------
    part : Part
    factor : float
    """

    part: Part
    factor: float

    @property
    def deed(self) -> str:
        """What is done."""
        return f"times {self.factor:g}" if self.factor else "switched off"

    def change(self, network: Network, original: Network) -> None:  # noqa: ARG002
        """Multiply."""
        for _, array in _arrays(network, self.part):
            array[self.part.number] *= array.dtype.type(self.factor)


@dataclass(frozen=True, slots=True)
class Replace(Operation):
    """Put another kernel in the place of one; its bias becomes 0.

    Attributes
    ----------
    part : Part
    kernel : str
        A key of `model.inspection.kernels.KERNELS`, the same for all channels and divided by their number, so that
        the map shows the mean of theirs; or ``random``: drawn as fresh weights are, also for a unit.
    seed : int
        Of that draw.
    """

    part: Part
    kernel: str
    seed: int = 0

    @property
    def deed(self) -> str:
        """What is done."""
        return "random weights" if self.kernel == "random" else f"replaced by {self.kernel}"

    def change(self, network: Network, original: Network) -> None:  # noqa: ARG002
        """Replace."""
        (_, weights), (_, bias) = _arrays(network, self.part)
        if self.kernel == "random":
            rng = np.random.default_rng(self.seed)
            fan_in = int(np.prod(weights.shape[1:]))
            fan_out = weights.shape[0] * int(np.prod(weights.shape[2:]))
            draw, shape = INITIALIZERS[network.initializer], (1, *weights.shape[1:])
            new = draw(shape, fan_in=fan_in, fan_out=fan_out, rng=rng, dtype=weights.dtype)[0]
        elif weights.ndim == 4:
            new = (known_kernel(self.kernel, *weights.shape[2:]) / weights.shape[1]).astype(weights.dtype)
        else:
            raise ConfigError(f"{self.part.layer} has no kernels: expected a convolution, or random weights")
        weights[self.part.number], bias[self.part.number] = new, 0


@dataclass(frozen=True, slots=True)
class Reset(Operation):
    """Give a part the weights and the bias again that it had before all operations.

    Attributes
    ----------
    part : Part
    """

    part: Part

    @property
    def deed(self) -> str:
        """What is done."""
        return "reset"

    def change(self, network: Network, original: Network) -> None:
        """Copy them back."""
        own = dict(_arrays(original, self.part))
        for name, array in _arrays(network, self.part):
            array[self.part.number] = own[name][self.part.number]


@dataclass(frozen=True, slots=True)
class Prune(Operation):
    """Set the smallest weights of the whole network to 0; biases stay.

    Attributes
    ----------
    share : float
        Of all weights, from 0 to 1.
    """

    share: float

    @property
    def deed(self) -> str:
        """What is done."""
        return f"the smallest {100 * self.share:g} % of the weights set to 0"

    def change(self, network: Network, original: Network) -> None:  # noqa: ARG002
        """Prune; of weights of the same size, the earlier ones first."""
        _check_share(self.share, most=1.0)
        arrays = _all_weights(network)
        sizes = np.concatenate([np.abs(array).ravel() for array in arrays])
        count = round(self.share * len(sizes))
        if not count:
            return
        largest = np.partition(sizes, count - 1)[count - 1]
        equal = np.flatnonzero(sizes == largest)
        pruned = sizes < largest
        pruned[equal[: count - int(pruned.sum())]] = True
        ends = np.cumsum([array.size for array in arrays])
        for array, gone in zip(arrays, np.split(pruned, ends[:-1]), strict=True):
            array[gone.reshape(array.shape)] = 0


@dataclass(frozen=True, slots=True)
class AddNoise(Operation):
    """Add normally distributed numbers to all weights; biases stay.

    Attributes
    ----------
    share : float
        The deviation of the noise, as a share of the deviation of the layer's weights.
    seed : int
    """

    share: float
    seed: int = 0

    @property
    def deed(self) -> str:
        """What is done."""
        return f"noise added, {100 * self.share:g} % of the deviation of the weights"

    def change(self, network: Network, original: Network) -> None:  # noqa: ARG002
        """Add the noise."""
        _check_share(self.share, most=100.0)
        rng = np.random.default_rng(self.seed)
        for array in _all_weights(network):
            deviation = float(array.std())
            noise = rng.standard_normal(array.shape, np.float32)
            array += array.dtype.type(self.share * deviation) * noise


class Surgery:
    """A network and the operations on a copy of it.

    Parameters
    ----------
    network : Network
        Stays as it is; a copy of it is held.

    Attributes
    ----------
    original : Network
        As it was before any operation.
    operations : tuple of Operation
        In their order.
    changed : Network
        What has become of it.
    """

    def __init__(self, network: Network) -> None:
        self.original = network.copy()
        self.operations: tuple[Operation, ...] = ()
        self.changed = self.original.copy()
        self._undone: list[dict[str, FloatArray]] = []  # for each operation, the arrays that it changed, as before

    def apply(self, operation: Operation) -> None:
        """Do one more operation.

        Raises
        ------
        ConfigError
            If it does not fit; nothing has changed then.
        """
        changed = self.changed.copy()
        operation.change(changed, self.original)
        after = changed.named_arrays()
        before = self.changed.named_arrays().items()
        # by their bits, since 0 and -0 are equal
        self._undone.append({name: array for name, array in before if array.tobytes() != after[name].tobytes()})
        self.changed, self.operations = changed, (*self.operations, operation)

    def undo(self) -> None:
        """Take the last operation back, if there is one: all bits are as before it, in another network."""
        if self.operations:
            self.changed = self.changed.copy()
            arrays = self.changed.named_arrays()
            for name, array in self._undone.pop().items():
                np.copyto(arrays[name], array)
            self.operations = self.operations[:-1]


def parts_of(network: Network) -> dict[str, int]:
    """Return by name the layers with kernels or units, and how many they have."""
    return {
        name: next(iter(layer.parameters().values())).value.shape[0]
        for name, layer in zip(network.layer_names, network.layers, strict=True)
        if any(weights in layer.parameters() for weights in WEIGHTS)
    }


def part_of(network: Network, unit: Unit) -> Part | None:
    """Return the kernel or the unit that a number comes from.

    Parameters
    ----------
    network : Network
    unit : Unit
        Of a convolution or a dense layer, or of a layer behind it that changes each map on its own.

    Returns
    -------
    Part or None
        None for the input, and before the first layer with weights.
    """
    if unit.layer not in network.layer_names:
        return None
    with_weights, number = parts_of(network), unit.index[0]
    for index in reversed(range(network.layer_names.index(unit.layer) + 1)):
        name, shape = network.layer_names[index], network.shapes[index]
        if name in with_weights:
            return Part(name, number) if number < with_weights[name] else None
        if isinstance(network.layers[index], Flatten):  # from the place in the row to its map
            number //= int(np.prod(shape[1:]))
    return None


def in_words(operation: Operation, network: Network) -> str:
    """Say what an operation does: ``conv2, map 3: switched off``."""
    part: Part | None = getattr(operation, "part", None)
    return f"{_called(part, network) if part else 'All layers'}: {operation.deed}"


def _called(part: Part, network: Network) -> str:
    is_map = isinstance(network.layers[network.layer_names.index(part.layer)], Conv2D)
    return f"{part.layer}, {'map' if is_map else 'unit'} {part.number}"


def _arrays(network: Network, part: Part) -> list[tuple[str, FloatArray]]:
    """Return weights and bias of a layer, by name; they are those of the network."""
    found = {
        name: parameter.value
        for name, parameter in network.named_parameters().items()
        if name.rpartition(".")[0] == part.layer
    }
    if part.layer not in parts_of(network) or not 0 <= part.number < parts_of(network)[part.layer]:
        raise ConfigError(f"there is no map or unit {part.number} of {part.layer} in {network.card.name}")
    return list(found.items())


def _all_weights(network: Network) -> list[FloatArray]:
    """Return the kernels and weights of all layers; they are those of the network."""
    named = network.named_parameters()
    return [one.value for name, one in named.items() if name.rpartition(".")[2] in WEIGHTS]


def _check_share(share: float, *, most: float) -> None:
    if not 0 <= share <= most:
        raise ConfigError(f"must be from 0 to {most:g}, got {share}", "share")
