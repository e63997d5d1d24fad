"""Every number of both passes of one picture through the plain layers, under names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.errors import ConfigError
from model.network.arrays import FloatArray, ImageArray, Shape
from model.network.layers import Layer
from model.network.losses import sigmoid_cross_entropy, softmax, softmax_cross_entropy
from model.network.network import Network

__all__ = ["Trace", "TracedLayer", "Unit", "trace"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One number in a network.

    Attributes
    ----------
    layer : str
        The layer whose output it belongs to; or ``input``.
    index : tuple of int
        Its place there: (map, row, column), or (unit,), from 0.
    """

    layer: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TracedLayer:
    """What is known of a layer besides its numbers.

    Attributes
    ----------
    name, kind : str
        As in ``conv1`` and ``Conv2D``.
    config : dict
        Its hyper-parameters, in the words of its constructor.
    input_shape, output_shape : tuple of int
        (channels, height, width), or (units,).
    source : str
        Name of the array that it takes: ``input``, or the output of the layer before it.
    """

    name: str
    kind: type[Layer]
    config: dict[str, Any]
    input_shape: Shape
    output_shape: Shape
    source: str


@dataclass(frozen=True, eq=False)
class Trace(Mapping[str, FloatArray]):
    """The arrays of both passes by name, as `trace` computes them.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width), or (height, width, channels)
        The picture.
    label : int
        The class that the loss is measured against.
    layers : tuple of TracedLayer
        In their order.
    arrays : dict of str to ndarray
        ``input``, ``input.gradient``; for each layer ``conv1.output`` and ``conv1.gradient``; for each parameter
        ``conv1.kernel`` and ``conv1.kernel.gradient``; statistics such as ``norm1.mean``; ``logits``,
        ``probabilities``, ``loss``. Gradients are derivatives of the loss.
    input_mean, input_deviation : float
        ``input`` is ``(image / 255 - input_mean) / input_deviation``.
    class_names : tuple of str
        Of what the network tells apart; their numbers, if not given.

    Examples
    --------
    >>> import model
    >>> data = model.open_data("bundled")
    >>> traced = model.trace(model.build("journal-8"), data.images[0], label=int(data.labels[0]))
    >>> list(traced)[:4]
    ['input', 'input.gradient', 'conv1.output', 'conv1.gradient']
    >>> traced["conv1.output"].shape
    (8, 26, 26)
    """

    image: ImageArray
    label: int
    layers: tuple[TracedLayer, ...]
    arrays: dict[str, FloatArray]
    input_mean: float = 0.0
    input_deviation: float = 1.0
    class_names: tuple[str, ...] = ()

    def class_name(self, number: int) -> str:
        """Return what a class is called."""
        return self.class_names[number] if self.class_names else str(number)

    @property
    def loss(self) -> float:
        """Cross-entropy of the answer and the label, in nats."""
        return float(self.arrays["loss"])

    @property
    def answer(self) -> int:
        """The most probable class."""
        return int(self.arrays["probabilities"].argmax())

    def layer(self, name: str) -> TracedLayer:
        """Return the layer of this name."""
        return next(layer for layer in self.layers if layer.name == name)

    def has(self, unit: Unit) -> bool:
        """Whether there is such a number."""
        shape = self.arrays[self.name_of(unit.layer)].shape if self.name_of(unit.layer) in self.arrays else ()
        return len(shape) == len(unit.index) > 0 and all(
            0 <= place < size for place, size in zip(unit.index, shape, strict=True)
        )

    def value(self, unit: Unit) -> float:
        """Return a number of the forward pass."""
        return float(self.arrays[self.name_of(unit.layer)][unit.index])

    def gradient(self, unit: Unit) -> float:
        """Return the derivative of the loss with respect to that number."""
        return float(self.arrays[f"{unit.layer}.gradient"][unit.index])

    @staticmethod
    def name_of(layer: str) -> str:
        """Return the name of the array that comes out of a layer, or of the input."""
        return "input" if layer == "input" else f"{layer}.output"

    def __getitem__(self, name: str) -> FloatArray:
        """Return the array of this name."""
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the arrays."""
        return iter(self.arrays)

    def __len__(self) -> int:
        """How many arrays there are."""
        return len(self.arrays)


def trace(network: Network, image: ImageArray, label: int | None = None) -> Trace:
    """Compute every output and every gradient of the plain layers for one picture.

    The network computes as it answers: with the statistics that batch normalisation has learned, and without
    dropout. Its weights stay as they are; the gradients of its parameters are overwritten.

    Parameters
    ----------
    network : Network
    image : ndarray of uint8, shape (height, width), or (height, width, channels) if several
        White ink on black, 0 to 255, of the size that the network takes.
    label : int, optional
        The class that the loss is measured against; the network's own answer if not given.

    Returns
    -------
    Trace
        A mapping from names to arrays of the network's dtype, without the batch axis: (channels, height, width),
        or (units,). All are copies. ``probabilities`` has an entry for each class, also where one logit decides
        between two. Pass it to ``numpy.savez`` as ``**trace(...)``.

    Raises
    ------
    ShapeError
        If the picture has another shape or dtype than the network takes.
    ConfigError
        If there is no such class.

    Examples
    --------
    >>> import model
    >>> traced = model.trace(model.build("journal-8"), np.zeros((28, 28), np.uint8), label=4)
    >>> traced["probabilities"].round(2)[:3]  # a network that has not learned, and a blank picture
    array([0.1, 0.1, 0.1], dtype=float32)
    """
    if label is not None and not 0 <= label < network.classes:
        raise ConfigError(f"must be a class from 0 to {network.classes - 1}, got {label}", "label")
    with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged answers with nan
        x = network.to_input(image[np.newaxis])
        arrays = {"input": x[..., 0].copy()}
        outputs = network.activations(x, remember=True)
        logits = list(outputs.values())[-1]
        rows = np.vstack([np.zeros_like(logits), logits]) if network.is_binary else logits
        probabilities = softmax(rows)[:, 0]
        of = int(probabilities.argmax()) if label is None else int(label)
        loss_of = sigmoid_cross_entropy if network.is_binary else softmax_cross_entropy
        loss, grad_logits = loss_of(logits, np.array([of]))
        gradients = network.activation_gradients(grad_logits)
    arrays["input.gradient"] = gradients.pop("input")[..., 0]
    for name, output in outputs.items():
        arrays[f"{name}.output"], arrays[f"{name}.gradient"] = output[..., 0], gradients[name][..., 0]
    arrays |= network.weights()
    arrays |= {f"{name}.gradient": one.grad.copy() for name, one in network.named_parameters().items()}
    arrays |= {"logits": logits[:, 0], "probabilities": probabilities, "loss": np.array(loss, logits.dtype)}
    return Trace(
        image, of, _layers(network), arrays, network.input_mean, network.input_deviation, network.class_names
    )


def _layers(network: Network) -> tuple[TracedLayer, ...]:
    sources = ["input", *(f"{name}.output" for name in network.layer_names)]
    return tuple(
        TracedLayer(name, type(layer), layer.config(), network.shapes[index], network.shapes[index + 1], source)
        for index, (name, layer, source) in enumerate(
            zip(network.layer_names, network.layers, sources, strict=False)
        )
    )
