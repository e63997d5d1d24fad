"""A network: an ordered list of layers whose shapes are known before any data."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from model.arrays import FloatArray, ImageArray, LabelArray, Shape, Workspace
from model.errors import ConfigError, ShapeError
from model.layers import Layer, Parameter
from model.losses import softmax, softmax_cross_entropy

__all__ = ["LayerRow", "Network", "number_layers"]

INFERENCE_BATCH = 64
"""Pictures computed at once by `Network.logits`: their feature maps still fit into the processor's cache."""


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


@dataclass(eq=False)
class Network:
    """Layers that follow one another and end in one logit per class.

    A network is used by one thread at a time, since its layers keep their results; give another thread a
    `copy`.

    Parameters
    ----------
    layers : sequence of Layer
    input_shape : (int, int, int)
        Channels, height and width of one picture.
    name : str
        What the architecture is called, as in ``journal-8``.
    seed : int
        Seed of the initial weights.
    dtype : dtype
        float32, or float64 to check gradients.
    provenance : dict
        Where the weights come from (data, settings, history): shown and saved, never computed with.

    Raises
    ------
    ShapeError
        If a layer cannot take what the one before it gives; the message names it and the shape.
    """

    layers: Sequence[Layer]
    input_shape: Shape = (1, 28, 28)
    name: str = "custom"
    seed: int = 0
    dtype: npt.DTypeLike = np.float32
    provenance: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layers = list(self.layers)
        self.layer_names = number_layers(self.layers)
        self.shapes = [self.input_shape]
        for name, layer in zip(self.layer_names, self.layers, strict=True):
            try:
                self.shapes.append(layer.output_shape(self.shapes[-1]))
            except ShapeError as error:
                raise ShapeError(f"{name} cannot be built: {error}") from None
        if len(self.shapes[-1]) != 1:
            raise ShapeError(f"a network ends in one number per class, but this one ends in {self.shapes[-1]}")
        self._workspace = Workspace()
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) or self.seed < 0:
            raise ConfigError(f"a seed must be a whole number of at least 0, got {self.seed!r}")
        rng = np.random.default_rng(np.random.SeedSequence(self.seed).spawn(1)[0])
        for layer, shape in zip(self.layers, self.shapes, strict=False):
            layer.initialize(shape, rng, self.dtype)

    @property
    def classes(self) -> int:
        """Number of classes, hence of logits."""
        return self.shapes[-1][0]

    def named_parameters(self) -> dict[str, Parameter]:
        """Return every parameter under a name such as ``conv1.kernel``, in the order of the layers."""
        return {
            f"{layer_name}.{name}": parameter
            for layer_name, layer in zip(self.layer_names, self.layers, strict=True)
            for name, parameter in layer.parameters().items()
        }

    def parameters(self) -> list[Parameter]:
        """Return every parameter, in the order of the layers."""
        return list(self.named_parameters().values())

    @property
    def parameter_count(self) -> int:
        """How many numbers training changes."""
        return sum(parameter.value.size for parameter in self.parameters())

    def forward(self, x: FloatArray, *, training: bool = False) -> FloatArray:
        """Compute logits, shape (classes, n), from ``x``, shape (channels, height, width, n), 0 to 1."""
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, grad_logits: FloatArray, *, need_grad_in: bool = False) -> FloatArray | None:
        """Fill every gradient from that of the logits; return that of the input if it is asked for.

        Must follow ``forward(x, training=True)``.
        """
        grad: FloatArray | None = grad_logits
        for index, layer in reversed(list(enumerate(self.layers))):
            assert grad is not None
            grad = layer.backward(grad, need_grad_in=need_grad_in or index > 0)
        return grad

    def loss_and_gradients(self, images: ImageArray, labels: LabelArray) -> float:
        """Compute the mean loss of a batch and fill the gradient of every parameter.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width)
            White ink on black, 0 to 255.
        labels : ndarray of int, shape (n,)

        Returns
        -------
        float
            Mean softmax cross-entropy in nats.
        """
        if len(labels) and (
            labels.ndim != 1 or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= self.classes
        ):
            raise ShapeError(
                f"expected a row of labels as whole numbers from 0 to {self.classes - 1},"
                f" got {labels.dtype} of shape {labels.shape}, from {labels.min()} to {labels.max()}"
            )
        return self.train_batch(images, labels)[0]

    def train_batch(self, images: ImageArray, labels: LabelArray) -> tuple[float, int]:
        """Do as `loss_and_gradients`, and count how many pictures were right."""
        if len(labels) != len(images) or len(labels) == 0:
            raise ShapeError(f"expected one label for each picture, got {len(labels)} for {len(images)}")
        logits = self.forward(self.to_input(images), training=True)
        loss, grad_logits = softmax_cross_entropy(logits, labels)
        self.backward(grad_logits)
        return loss, int(np.count_nonzero(logits.argmax(axis=0) == labels))

    def logits(self, images: ImageArray) -> FloatArray:
        """Compute the logits of pictures, shape (n, classes), a few at a time."""
        result = np.empty((len(images), self.classes), self.dtype)
        with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged answers with nan
            for start in range(0, len(images), INFERENCE_BATCH):
                batch = images[start : start + INFERENCE_BATCH]
                result[start : start + len(batch)] = self.forward(self.to_input(batch)).T
        return result

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Compute the probability of each class.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width)
            White ink on black, 0 to 255.

        Returns
        -------
        ndarray of float32, shape (n, classes)
            Each row has sum 1.
        """
        self._check_images(images)
        probabilities = softmax(self.logits(images).T).T
        return np.ascontiguousarray(probabilities, np.float32)

    def to_input(self, images: ImageArray) -> FloatArray:
        """Bring pictures into the form that the first layer takes: the only scaling there is.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width)

        Returns
        -------
        ndarray, shape (1, height, width, n)
            ``images / 255``, in this network's own memory until the next call.

        Raises
        ------
        ShapeError
            If the pictures have another shape or dtype.
        """
        self._check_images(images)
        x = self._workspace.array("input", (*self.input_shape[1:], len(images)), self.dtype)
        np.multiply(images.transpose(1, 2, 0), x.dtype.type(1 / 255), out=x)
        return x[np.newaxis]

    def copy(self) -> "Network":
        """Return an independent network with the same weights, for another thread to compute with."""
        twin = Network(
            [type(layer)(**layer.config()) for layer in self.layers],
            self.input_shape,
            self.name,
            self.seed,
            self.dtype,
            copy.deepcopy(self.provenance),
        )
        twin.set_weights(self.weights())
        return twin

    def weights(self) -> dict[str, FloatArray]:
        """Return copies of every parameter's value by name."""
        return {name: parameter.value.copy() for name, parameter in self.named_parameters().items()}

    def set_weights(self, weights: dict[str, FloatArray]) -> None:
        """Write back what `weights` returned.

        Raises
        ------
        ShapeError
            If names or shapes are those of another network.
        """
        parameters = self.named_parameters()
        shapes = {name: parameter.value.shape for name, parameter in parameters.items()}
        if shapes != {name: value.shape for name, value in weights.items()}:
            raise ShapeError(f"these weights belong to another network than {self.name}")
        for name, parameter in parameters.items():
            np.copyto(parameter.value, weights[name])

    def table(self) -> list[LayerRow]:
        """Describe every layer, with the shape that comes out and its number of parameters."""
        return [
            LayerRow(name, repr(layer), shape, sum(p.value.size for p in layer.parameters().values()))
            for name, layer, shape in zip(self.layer_names, self.layers, self.shapes[1:], strict=True)
        ]

    def _check_images(self, images: ImageArray) -> None:
        expected = self.input_shape[1:]
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != expected:
            raise ShapeError(
                f"expected pictures as uint8 of shape (n, {expected[0]}, {expected[1]}), 0 to 255,"
                f" got {images.dtype} of shape {images.shape}"
            )


def number_layers(layers: Sequence[Layer]) -> list[str]:
    """Name each layer by its kind and its number among its kind: conv1, relu1, pool1, conv2."""
    short = {"Conv2D": "conv", "MaxPool2D": "pool"}
    counts: dict[str, int] = {}
    names = []
    for layer in layers:
        kind = short.get(type(layer).__name__, type(layer).__name__.lower())
        counts[kind] = counts.get(kind, 0) + 1
        names.append(f"{kind}{counts[kind]}")
    return names
