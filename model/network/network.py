"""A network: an ordered list of layers whose shapes are known before any data."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError, ShapeError
from model.network.answering import answer_by_calls, answer_by_layers
from model.network.arrays import FloatArray, ImageArray, Shape, Workspace
from model.network.fusion import fuse
from model.network.initializers import INITIALIZERS, zeros
from model.network.layer import LayerRow
from model.network.layers import Layer, Parameter, copy_arrays, layer_copies, lend_arrays, number_layers
from model.network.losses import softmax
from model.network.model_card import ModelCard
from model.network.network_checks import check_images, check_settings, shapes_through
from model.network.one_blas_thread import one_blas_thread, small_products_are_fast
from model.network.prepared_calls import PreparedCalls, can_prepare
from model.network.task import Preparation, Task, numbered
from model.notebook_html import table

__all__ = ["LayerRow", "Network"]

FEWEST = 4
"""Up to so many pictures are answered one by one on any processor."""
MOST_NUMBERS = 500_000
"""That layers need for one picture; beyond, a block of pictures would take too much memory."""


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
    card : ModelCard
        Its name, the seed that its weights are drawn from, where they come from, and its line of doubt.
    dtype : dtype
        float32, or float64 to check gradients.
    initializer : str
        A key of `model.network.initializers.INITIALIZERS`.
    input_mean, input_deviation : float
        Pictures enter as ``(images / 255 - input_mean) / input_deviation``: 0 and 1 leave them from 0 to 1, the
        mean and deviation of the training pictures standardise them.
    draw_weights : bool
        False leaves the weights zero, for callers that set them afterwards.

    Raises
    ------
    ShapeError
        If a layer cannot take the output of the one before it; the message names it and the shape.

    Examples
    --------
    >>> from model.network.layers import Dense, Flatten
    >>> network = Network([Flatten(), Dense(10)])
    >>> network
    <Network 'custom': 1×28×28 to 10 classes, 2 layers, 7,850 parameters>
    >>> images = np.zeros((3, 28, 28), np.uint8)
    >>> network.predict_proba(images).shape
    (3, 10)
    """

    layers: Sequence[Layer]
    input_shape: Shape = (1, 28, 28)
    card: ModelCard = field(default_factory=ModelCard)
    dtype: npt.DTypeLike = np.float32
    initializer: str = "he"
    input_mean: float = 0.0
    input_deviation: float = 1.0
    draw_weights: InitVar[bool] = True

    def __post_init__(self, draw_weights: bool) -> None:
        self.layers = list(self.layers)
        check_settings(self.layers, self.input_shape, self.input_deviation, self.initializer)
        self.layer_names = number_layers(self.layers)
        self.shapes = shapes_through(self.layer_names, self.layers, self.input_shape)
        names = self.card.class_names
        if names and len(names) != self.classes:
            raise ConfigError(
                f"expected a name for each of {self.classes} classes, found {len(names)} on the card"
            )
        self._workspace = Workspace()
        self._prepared: dict[tuple[int, int], PreparedCalls] = {}
        self._twin: Network | None = None
        initializer = INITIALIZERS[self.initializer] if draw_weights else zeros
        rng = np.random.default_rng(np.random.SeedSequence(self.card.seed).spawn(1)[0])
        for name, layer, shape in zip(self.layer_names, self.layers, self.shapes, strict=False):
            try:
                layer.initialize(shape, rng, self.dtype, initializer)
            except (MemoryError, ValueError) as error:
                raise ShapeError(f"{name} cannot be built: {layer!r} is too large for this machine") from error
        self.compute_by(fuse)

    def __repr__(self) -> str:
        """Say in a line which network it is."""
        shape, layers = "×".join(map(str, self.input_shape)), len(self.layers)
        of = f"{shape} to {self.classes} classes, {layers} layers, {self.parameter_count:,} parameters"
        return f"<Network {self.card.name!r}: {of}>"

    def _repr_html_(self) -> str:
        """Show the layers as a table in a notebook."""
        rows = [
            (row.name, row.description, " × ".join(map(str, row.output_shape)), row.parameters)
            for row in self.table()
        ]
        return table(("layer", "what it is", "output", "parameters"), rows, repr(self)[1:-1])

    def __getstate__(self) -> dict[str, Any]:
        """Leave out of a copy what is kept ready for answers in this network's own memory."""
        return self.__dict__ | {"_prepared": {}, "_twin": None}

    @property
    def classes(self) -> int:
        """Number of classes: that of the logits, or two if there is one logit."""
        return max(2, self.shapes[-1][0])

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class: as on the card, or their numbers."""
        return self.card.class_names or numbered(self.classes)

    @property
    def preparation(self) -> Preparation:
        """How a picture from outside is brought to this network: as on the card, or by its channels."""
        return self.card.preparation or ("ink" if self.input_shape[0] == 1 else "photo")

    @property
    def task(self) -> Task:
        """What this network is about.

        Raises
        ------
        ConfigError
            If its pictures or classes are such as no data set has.
        """
        channels, height, width = self.input_shape
        return Task(self.class_names, (height, width, channels), self.preparation)

    @property
    def is_binary(self) -> bool:
        """Whether one logit, through a sigmoid, decides between two classes."""
        return self.shapes[-1] == (1,)

    @cached_property
    def multiplications(self) -> int:
        """Multiplications in the forward pass of one picture."""
        return sum(
            parameter.value.size * math.prod(shape[1:])
            for layer, shape in zip(self.layers, self.shapes[1:], strict=True)
            for parameter in layer.parameters().values()
            if parameter.value.ndim > 1
        )

    def compute_by(self, steps_of: Callable[[Sequence[Layer]], list[Layer]]) -> None:
        """Choose what is computed in place of the layers, which hold the parameters: by default `fuse` of them.

        Copies keep it; files do not, which contain the layers.
        """
        self.steps_of, self._steps = steps_of, steps_of(self.layers)
        self._can_prepare = steps_of is fuse and can_prepare(self.layers) and self.working_size <= MOST_NUMBERS

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

    @cached_property
    def working_size(self) -> int:
        """Numbers that all layers together need for one picture besides their parameters."""
        return sum(layer.working_size(shape) for layer, shape in zip(self.layers, self.shapes, strict=False))

    def named_arrays(self) -> dict[str, FloatArray]:
        """Return all that training changes by name: the values of the parameters, and statistics."""
        statistics = {
            f"{layer_name}.{name}": array
            for layer_name, layer in zip(self.layer_names, self.layers, strict=True)
            for name, array in layer.statistics().items()
        }
        return {name: parameter.value for name, parameter in self.named_parameters().items()} | statistics

    @property
    def parameter_count(self) -> int:
        """How many numbers training changes."""
        return sum(parameter.value.size for parameter in self.parameters())

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        """Compute logits, shape (classes, n).

        Parameters
        ----------
        x : ndarray, shape (channels, height, width, n)
            As returned by `to_input`.
        remember : bool
            Keep what `backward` needs.
        training : bool
            Compute with the statistics of this batch, and with dropout; False is how the network answers.
        """
        for step in self._steps:
            x = step.forward(x, remember=remember, training=training)
        return x

    def backward(self, grad_logits: FloatArray, *, need_grad_in: bool = False) -> FloatArray | None:
        """Fill every gradient from that of the logits; return that of the input if it is asked for.

        Must follow ``forward(x, remember=True)``.
        """
        grad: FloatArray | None = grad_logits
        for index, step in reversed(list(enumerate(self._steps))):
            assert grad is not None
            grad = step.backward(grad, need_grad_in=need_grad_in or index > 0)
        return grad

    def activations(self, x: FloatArray, *, remember: bool = False) -> dict[str, FloatArray]:
        """Compute the output of every plain layer as the network answers.

        Parameters
        ----------
        x : ndarray, shape (channels, height, width, n)
            As returned by `to_input`.
        remember : bool
            Keep what `activation_gradients` needs.

        Returns
        -------
        dict of str to ndarray
            Copies by the names of the layers, in their order; the last are the logits, shape (classes, n).
        """
        outputs = {}
        for name, layer in zip(self.layer_names, self.layers, strict=True):
            x = layer.forward(x, remember=remember)
            outputs[name] = x.copy()
        return outputs

    def activation_gradients(self, grad_logits: FloatArray) -> dict[str, FloatArray]:
        """Compute the derivative with respect to the input and the output of every plain layer.

        Must follow ``activations(x, remember=True)``; also fills the gradients of the parameters.

        Parameters
        ----------
        grad_logits : ndarray, shape (classes, n)
            Derivative of the loss, or of any other quantity, with respect to the logits.

        Returns
        -------
        dict of str to ndarray
            Copies under ``input`` and the names of the layers, in their order.
        """
        grads, grad = [grad_logits.copy()], grad_logits
        for layer in reversed(self.layers):
            grad_in = layer.backward(grad)
            assert grad_in is not None
            grads.append(grad_in.copy())
            grad = grad_in
        return dict(zip(["input", *self.layer_names], reversed(grads), strict=True))

    def logits(self, images: ImageArray) -> FloatArray:
        """Compute the logits of pictures, shape (n, classes): many of them by two threads.

        Weights may be changed between two calls. Any number of cores computes the same bits. A network of one
        logit has it in the second column, and zero in the first: the softmax of the two is the sigmoid of the one.
        """
        check_images(images, self.input_shape)
        result = np.zeros((len(images), self.classes), self.dtype)
        outputs = result[:, -self.shapes[-1][0] :]
        with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged answers with nan
            if not self._can_prepare:
                answer_by_layers(images, outputs, 0, self._forward_of_now)  # in one thread
                return result
            with one_blas_thread():
                if len(images) > FEWEST and not small_products_are_fast():
                    answer_by_layers(images, outputs, self.multiplications, self._forward_of_now)
                else:
                    answer_by_calls(images, outputs, self.multiplications, self._calls_of_now)
        return result

    def _forward_of_now(self, thread: int) -> Callable[[ImageArray], FloatArray]:
        """Return what answers in the first thread, 0, or in the second: a copy with the weights of now."""
        network = self
        if thread:
            network = self._twin = self._twin or self.copy()
            lend_arrays(self.layers, network.layers)
            network.input_mean, network.input_deviation = self.input_mean, self.input_deviation
        return lambda images: network.forward(network.to_input(images))

    def _calls_of_now(self, count: int, thread: int) -> PreparedCalls:
        """Prepare the calls for so many pictures by the weights of now, or find them prepared."""
        scaling = 1 / (255 * self.input_deviation), self.input_mean / self.input_deviation
        calls = self._prepared.get((count, thread))
        if calls is None or not calls.is_current(*scaling):
            self._prepared.pop((count, thread), None)  # its memory goes before there is other
            calls = PreparedCalls(self.layers, self.input_shape, self.dtype, *scaling, count)
            self._prepared[count, thread] = calls
        return calls

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Compute the probability of each class.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width), or (n, height, width, channels) if several
            White ink on black, 0 to 255.

        Returns
        -------
        ndarray of float32, shape (n, classes)
            Each row has sum 1.
        """
        probabilities = softmax(self.logits(images).T).T
        return np.ascontiguousarray(probabilities, np.float32)

    def to_input(self, images: ImageArray) -> FloatArray:
        """Bring pictures into the form that the first layer takes: the only scaling there is.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width), or (n, height, width, channels) if several

        Returns
        -------
        ndarray, shape (channels, height, width, n)
            ``(images / 255 - input_mean) / input_deviation``, in this network's own memory: the backward pass
            reads it too, so call this again only after that.

        Raises
        ------
        ShapeError
            If the pictures have another shape or dtype.
        """
        check_images(images, self.input_shape)
        x = self._workspace.array("input", (*self.input_shape, len(images)), self.dtype)
        source = images.transpose(3, 1, 2, 0) if images.ndim == 4 else images.transpose(1, 2, 0)
        np.multiply(source, x.dtype.type(1 / (255 * self.input_deviation)), out=x)
        if self.input_mean:
            x -= x.dtype.type(self.input_mean / self.input_deviation)
        return x

    def copy(self) -> "Network":
        """Return an independent network with the same weights, for another thread to compute with."""
        twin = Network(
            layer_copies(self.layers),
            self.input_shape,
            copy.deepcopy(self.card),
            self.dtype,
            self.initializer,
            self.input_mean,
            self.input_deviation,
            draw_weights=False,
        )
        twin.compute_by(self.steps_of)
        copy_arrays(self.layers, twin.layers)
        return twin

    def weights(self) -> dict[str, FloatArray]:
        """Return copies of `named_arrays`."""
        return {name: array.copy() for name, array in self.named_arrays().items()}

    def set_weights(self, weights: dict[str, FloatArray]) -> None:
        """Write back what `weights` returned.

        Raises
        ------
        ShapeError
            If names or shapes are those of another network.
        """
        arrays = self.named_arrays()
        shapes = {name: array.shape for name, array in arrays.items()}
        if shapes != {name: value.shape for name, value in weights.items()}:
            raise ShapeError(f"these weights belong to another network than {self.card.name}")
        for name, array in arrays.items():
            np.copyto(array, weights[name])

    def table(self) -> list[LayerRow]:
        """Describe every layer, with the shape that comes out and its number of parameters."""
        return [
            LayerRow(name, repr(layer), shape, sum(p.value.size for p in layer.parameters().values()))
            for name, layer, shape in zip(self.layer_names, self.layers, self.shapes[1:], strict=True)
        ]
