"""A number of a network is changed a little: what its slope promises, and what the loss really does."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from model.errors import ConfigError
from model.inspection.plain_pass import in_float64, loss_of, losses_of, switches, winners
from model.inspection.trace import Unit
from model.network.arrays import FloatArray, ImageArray
from model.network.layers import Conv2D, Dense, Flatten, MaxPool2D
from model.network.network import Network

__all__ = ["Kink", "Nudged", "Nudger", "Place", "Weight"]

STOPS = 4
"""The way to the changed value is looked at in so many places for kinks, its end included."""
CLOSE = 0.05
"""Up to this share of itself, the change of the loss counts as what the slope promised."""
NOTHING = 1e-12
"""A change of the loss that is smaller than this is rounding."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One number that training changes.

    Attributes
    ----------
    parameter : str
        Such as ``conv1.kernel``.
    index : tuple of int
        Its place there, from 0.
    """

    parameter: str
    index: tuple[int, ...]


Place: TypeAlias = Unit | Weight


@dataclass(frozen=True, slots=True)
class Kink:
    """Slopes that jump on the way, in one layer.

    Attributes
    ----------
    layer : str
    kind : {"ReLU", "winner"}
        Whether ReLUs switch on or off, or windows of a max pool get other winners.
    count : int
        How many.
    ties : int
        In how many of these windows several numbers were equal before.
    """

    layer: str
    kind: Literal["ReLU", "winner"]
    count: int
    ties: int = 0


@dataclass(frozen=True, slots=True)
class Nudged:
    """What came of changing one number; computed in float64.

    Attributes
    ----------
    place : Unit or Weight
    amount : float
        By how much it was changed.
    value, slope : float
        What it was, and the derivative of the loss with respect to it.
    loss, loss_after : float
        In nats.
    kinks : tuple of Kink
        From the layer of the number on; where there are any, slope and change may differ.
    """

    place: Place
    amount: float
    value: float
    slope: float
    loss: float
    loss_after: float
    kinks: tuple[Kink, ...]

    @property
    def promised(self) -> float:
        """By how much the loss should change: slope times amount."""
        return self.slope * self.amount

    @property
    def real(self) -> float:
        """By how much it does change."""
        return self.loss_after - self.loss

    @property
    def agrees(self) -> bool:
        """Whether the two are close to each other."""
        difference = abs(self.real - self.promised)
        return difference <= max(NOTHING, CLOSE * max(abs(self.real), abs(self.promised)))


class Nudger:
    """Holds both passes of a picture in float64, and changes one number after the other.

    It is used by one thread at a time.

    Parameters
    ----------
    network : Network
        Is copied.
    image : ndarray of uint8, shape (28, 28)
    label : int, optional
        The class that the loss is measured against; the network's own answer if not given.
    """

    def __init__(self, network: Network, image: ImageArray, label: int | None = None) -> None:
        self.network = network = in_float64(network)
        with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged answers with nan
            x = network.to_input(image[np.newaxis]).copy()
            self.outputs = {"input": x, **network.activations(x, remember=True)}
            logits = list(self.outputs.values())[-1]
            answer = int(logits[0, 0] > 0) if network.is_binary else int(logits.argmax())
            self.label = answer if label is None else label
            self.loss, grad_logits = loss_of(network, logits, np.array([self.label]))
            self.gradients = network.activation_gradients(grad_logits)
        self._weight_gradients = {name: one.grad.copy() for name, one in network.named_parameters().items()}

    def nudge(self, place: Place, amount: float) -> Nudged:
        """Change a number, compute on from its layer, and put it back.

        Parameters
        ----------
        place : Unit or Weight
        amount : float
            Of a pixel, in the unit that the first layer takes: 1 is from black to white.

        Raises
        ------
        ConfigError
            If there is no such number.
        """
        self._check(place)
        amounts = amount * np.arange(1, STOPS + 1) / STOPS
        with np.errstate(over="ignore", invalid="ignore"):
            first, columns = self._changed(place, amounts)
            logits, kinks = self._go_on(first, columns)
            loss_after = losses_of(self.network, logits, self.label)[-1]
        return Nudged(place, amount, *self.slope_of(place), self.loss, float(loss_after), kinks)

    def slope_of(self, place: Place) -> tuple[float, float]:
        """Return a number, and the derivative of the loss with respect to it."""
        self._check(place)
        if isinstance(place, Weight):
            value = self.network.named_parameters()[place.parameter].value[place.index]
            return float(value), float(self._weight_gradients[place.parameter][place.index])
        at = (*place.index, 0)
        return float(self.outputs[place.layer][at]), float(self.gradients[place.layer][at])

    def strongest_weight(self, unit: Unit) -> Weight | None:
        """Return the weight that makes this number and has the largest gradient of those; None for a pixel.

        A number behind a ReLU or a pool is made by the kernel of the convolution before it.
        """
        maker = self._maker(unit)
        if maker is None:
            return None
        layer, output = maker
        kind = "kernel" if isinstance(self._layer(layer), Conv2D) else "weight"
        gradient = np.abs(self._weight_gradients[f"{layer}.{kind}"][output])
        at = np.unravel_index(int(gradient.argmax()), gradient.shape)
        return Weight(f"{layer}.{kind}", (output, *(int(i) for i in at)))

    def bias_of(self, unit: Unit) -> Weight | None:
        """Return the bias that makes this number; None for a pixel."""
        maker = self._maker(unit)
        return Weight(f"{maker[0]}.bias", (maker[1],)) if maker else None

    def shape_of(self, place: Place) -> tuple[int, ...]:
        """Return the shape of the array that a number is in."""
        if isinstance(place, Weight):
            return self.network.named_parameters()[place.parameter].value.shape
        return self.outputs[place.layer].shape[:-1]

    def _maker(self, unit: Unit) -> tuple[str, int] | None:
        """Find the convolution or dense layer that makes a number, and which of its outputs that is."""
        output, names = unit.index[0], self.network.layer_names
        for k in range(names.index(unit.layer) if unit.layer in names else -1, -1, -1):
            layer = self.network.layers[k]
            if isinstance(layer, Conv2D | Dense):
                return names[k], output
            if isinstance(layer, Flatten):
                _, height, width = self.network.shapes[k]
                output //= height * width
        return None

    def _layer(self, name: str) -> object:
        return self.network.layers[self.network.layer_names.index(name)]

    def _check(self, place: Place) -> None:
        is_weight = isinstance(place, Weight)
        name = place.parameter if isinstance(place, Weight) else place.layer
        if name not in (self.network.named_parameters() if is_weight else self.outputs):
            raise ConfigError(f"there is no {name} in this network")
        shape, index = self.shape_of(place), place.index
        if len(shape) != len(index) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            raise ConfigError(f"there is no number {index} in {name}, which is of shape {shape}")

    def _changed(self, place: Place, amounts: FloatArray) -> tuple[int, FloatArray]:
        """Return the layer to go on with, and what it takes: a column for each amount."""
        names = self.network.layer_names
        if isinstance(place, Unit):
            first = 0 if place.layer == "input" else names.index(place.layer) + 1
            columns = np.repeat(self.outputs[place.layer], len(amounts), axis=-1)
            columns[place.index] += amounts
            return first, columns
        at = names.index(place.parameter.split(".")[0])
        layer, x = self.network.layers[at], self.outputs[["input", *names][at]]
        value = self.network.named_parameters()[place.parameter].value
        before, results = value[place.index], []
        for amount in amounts:
            value[place.index] = before + amount
            results.append(layer.forward(x).copy())
        value[place.index] = before
        return at + 1, np.concatenate(results, axis=-1)

    def _go_on(self, first: int, x: FloatArray) -> tuple[FloatArray, tuple[Kink, ...]]:
        """Compute the rest of the network for several columns, and compare its switches with those before."""
        kinks = []
        sources = ["input", *self.network.layer_names]
        for k in range(first, len(self.network.layers)):
            layer, name, before = self.network.layers[k], sources[k + 1], self.outputs[sources[k]]
            now, then = switches(layer, x), switches(layer, before)
            if now is not None and then is not None:
                moved = (now != then).any(axis=-1)
                if isinstance(layer, MaxPool2D):
                    ties = int((moved & winners(layer, before)[1][..., 0]).sum())
                    kinks.append(Kink(name, "winner", int(moved.sum()), ties))
                else:
                    kinks.append(Kink(name, "ReLU", int(moved.sum())))
            x = layer.forward(x).copy()
        return x, tuple(kink for kink in kinks if kink.count)
