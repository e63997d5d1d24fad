"""One training step of a network, with every number that it consists of; the network itself stays as it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from model.errors import ConfigError, ShapeError
from model.network.arrays import FloatArray, ImageArray, IndexArray, LabelArray
from model.network.layers import Conv2D, Dense
from model.network.losses import sigmoid_cross_entropy, softmax, softmax_cross_entropy
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread
from model.network.optimizers import OPTIMIZERS, Optimizer
from model.network.patches import windows
from model.training.learner import check_labels

__all__ = ["BATCH", "Change", "Epoch", "Moment", "Recipe", "TrainingStep", "batch_of", "take_epoch", "take_step"]

BATCH = 32
"""Pictures in a step on the data, and in each step of an epoch."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the gradients change the weights.

    Attributes
    ----------
    optimizer : str
        A key of `model.network.optimizers.OPTIMIZERS`.
    learning_rate : float

    Raises
    ------
    ConfigError
        If there is no such optimiser, or the rate is not above 0.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.01

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise ConfigError(f"must be one of {', '.join(OPTIMIZERS)}, got {self.optimizer!r}", "optimizer")
        if not self.learning_rate > 0:
            raise ConfigError(f"must be above 0, got {self.learning_rate}", "learning_rate")


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A network between two training steps. Nothing changes it: a step returns another one.

    Attributes
    ----------
    network : Network
        Its weights are read only.
    recipe : Recipe
    memory : dict of str to ndarray
        What the optimiser remembers, by the names of `Optimizer.state`; empty before its first step.
    steps : int
        How many there have been.
    """

    network: Network
    recipe: Recipe = field(default_factory=Recipe)
    memory: dict[str, FloatArray] = field(default_factory=dict)
    steps: int = 0

    def with_recipe(self, recipe: Recipe) -> "Moment":
        """Return the moment with another optimiser, which remembers nothing yet, or another learning rate."""
        memory = self.memory if recipe.optimizer == self.recipe.optimizer else {}
        return Moment(self.network, recipe, memory, self.steps)

    @property
    def size(self) -> int:
        """How many numbers it keeps."""
        return self.network.parameter_count + sum(array.size for array in self.memory.values())

    def optimizer_for(self, network: Network) -> Optimizer:
        """Make the optimiser, with what it remembers, for a copy of the network."""
        optimizer = OPTIMIZERS[self.recipe.optimizer](
            network.parameters(), learning_rate=self.recipe.learning_rate
        )
        state = optimizer.state()
        for name, array in self.memory.items():
            np.copyto(state[name], array)
        return optimizer

    def after(self, network: Network, optimizer: Optimizer, steps: int = 1) -> "Moment":
        """Return the moment that so many steps have led to."""
        memory = {name: array.copy() for name, array in optimizer.state().items()}
        return Moment(network.copy(), self.recipe, memory, self.steps + steps)


@dataclass(frozen=True, eq=False, slots=True)
class Change:
    """What a step did to one parameter.

    Attributes
    ----------
    before, gradient, after : ndarray
        Its values, and the derivative of the loss with respect to them, all of its shape.
    memory_before, memory_after : dict of str to ndarray
        What the optimiser remembers of it: ``velocity``, or ``mean`` and ``square``; the first all zero before
        the first step.
    """

    before: FloatArray
    gradient: FloatArray
    after: FloatArray
    memory_before: dict[str, FloatArray]
    memory_after: dict[str, FloatArray]

    @property
    def moved(self) -> FloatArray:
        """How far each number has moved."""
        return self.after - self.before

    @property
    def farthest(self) -> tuple[int, ...]:
        """The index of the number that has moved most."""
        return index_of_largest(self.moved)


@dataclass(frozen=True, eq=False, slots=True)
class TrainingStep:
    """Every number of one step.

    Attributes
    ----------
    before, after : Moment
    count : int
        Pictures that the loss is the mean of.
    followed : int
        Which of them `outputs` and `gradients` are of: the one with the largest loss.
    image, label
        That picture and its label.
    outputs : dict of str to ndarray
        Of each plain layer by name, and ``input``, for the picture that is followed.
    gradients : dict of str to ndarray
        Derivatives of the mean loss with respect to them.
    probabilities_before, probabilities_after : ndarray, shape (classes,)
        Of the picture that is followed.
    loss_before, loss_after : float
        Mean over the pictures, in nats.
    changes : dict of str to Change
        By the names of the parameters.
    strongest : dict of str to tuple of int
        For each convolution and dense layer, the index of the weight with the largest gradient.
    terms : dict of str to ndarray
        What the gradient of that weight is the sum of. Of a convolution a product for each position, (height,
        width), summed over the pictures; of a dense layer a product for each picture, shape (count,).
    """

    before: Moment
    after: Moment
    count: int
    followed: int
    image: ImageArray
    label: int
    outputs: dict[str, FloatArray]
    gradients: dict[str, FloatArray]
    probabilities_before: FloatArray
    probabilities_after: FloatArray
    loss_before: float
    loss_after: float
    changes: dict[str, Change]
    strongest: dict[str, tuple[int, ...]]
    terms: dict[str, FloatArray]

    @property
    def loss_of_followed(self) -> float:
        """The loss before the step of the picture that is followed, from the logits: a probability may be 0."""
        network = self.before.network
        logits = self.outputs[network.layer_names[-1]]
        return _loss(network, logits[:, np.newaxis], np.array([self.label]))[0]

    @property
    def promised(self) -> float:
        """How the loss would change if its slopes stayed the same: the sum of gradient times move."""
        products = (np.vdot(one.gradient, one.moved.astype(np.float64)) for one in self.changes.values())
        return float(sum(products))


@dataclass(frozen=True, eq=False, slots=True)
class Epoch:
    """What one pass through the training part did.

    Attributes
    ----------
    before, after : Moment
    count : int
        Pictures in the training part.
    losses : ndarray of float64, shape (steps,)
        Mean loss of each batch before its step.
    image, label
        The picture that is looked at.
    probabilities_before, probabilities_after : ndarray, shape (classes,)
        Of that picture.
    loss_before, loss_after : float
        Of that picture.
    """

    before: Moment
    after: Moment
    count: int
    losses: FloatArray
    image: ImageArray
    label: int
    probabilities_before: FloatArray
    probabilities_after: FloatArray
    loss_before: float
    loss_after: float


def take_step(moment: Moment, images: ImageArray, labels: LabelArray | None) -> TrainingStep:
    """Train a copy of a network by one step, and keep every number on the way.

    The network computes as it answers, through its plain layers: with the statistics that batch normalisation has
    learned, and without dropout. So the step begins with the numbers of `model.inspection.trace.trace`.

    Parameters
    ----------
    moment : Moment
        Stays as it is.
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of int, shape (n,), or None
        None for the network's own answers.

    Raises
    ------
    ShapeError
        If the network does not take these pictures or labels, or there are none.
    """
    network = moment.network.copy()
    if len(images) == 0:
        raise ShapeError("a training step needs at least one picture, and there are none")
    with np.errstate(all="ignore"):  # a network that has diverged computes with nan
        labels = network.predict_proba(images).argmax(axis=1) if labels is None else labels
        check_labels(network, labels)
        inputs = network.to_input(images).copy()
        outputs = {"input": inputs, **network.activations(inputs, remember=True)}
        logits = list(outputs.values())[-1]
        loss, grad_logits = _loss(network, logits, labels)
        gradients = network.activation_gradients(grad_logits)
        optimizer = moment.optimizer_for(network)
        changes = _changes(network, optimizer)
        strongest, terms = _terms(network, outputs, gradients)
        after = list(network.activations(inputs).values())[-1]
        loss_after, _ = _loss(network, after, labels)
    followed = int(np.argmax(-_probabilities(network, logits)[labels, np.arange(len(labels))]))
    return TrainingStep(
        before=moment,
        after=moment.after(network, optimizer),
        count=len(images),
        followed=followed,
        image=images[followed].copy(),
        label=int(labels[followed]),
        outputs={name: array[..., followed].copy() for name, array in outputs.items()},
        gradients={name: array[..., followed].copy() for name, array in gradients.items()},
        probabilities_before=_probabilities(network, logits)[:, followed],
        probabilities_after=_probabilities(network, after)[:, followed],
        loss_before=loss,
        loss_after=loss_after,
        changes=changes,
        strongest=strongest,
        terms=terms,
    )


def take_epoch(
    moment: Moment,
    images: ImageArray,
    labels: LabelArray,
    image: ImageArray,
    label: int | None,
    *,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> Epoch:
    """Train a copy of a network by steps of `BATCH` pictures until each has been seen once, in a random order.

    It computes as in `take_step`, but through the fused layers, which are quicker.

    Parameters
    ----------
    moment : Moment
        Stays as it is.
    images, labels
        The training part: uint8 of shape (n, 28, 28), and whole numbers of shape (n,).
    image : ndarray of uint8, shape (28, 28)
        A picture whose answer before and after is told.
    label : int or None
        Its class; None for the network's own answer.
    on_progress : callable
        Is given the share that is done after each step; may raise.
    """
    network = moment.network.copy()
    if len(images) == 0:
        raise ShapeError("the training part of the open data is empty: split the data on the Data page")
    check_labels(network, labels)
    with np.errstate(all="ignore"), one_blas_thread():
        before = network.predict_proba(image[np.newaxis])[0]
        of = int(before.argmax()) if label is None else label
        loss_before = _loss_of_picture(network, image, of)
        optimizer = moment.optimizer_for(network)
        order = _generator(moment).permutation(len(images))
        losses = []
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            logits = network.forward(network.to_input(images[chosen]), remember=True)
            loss, grad_logits = _loss(network, logits, labels[chosen])
            network.backward(grad_logits)
            optimizer.step()
            losses.append(loss)
            on_progress(min(1.0, (start + BATCH) / len(order)))
        return Epoch(
            before=moment,
            after=moment.after(network, optimizer, len(losses)),
            count=len(images),
            losses=np.array(losses),
            image=image,
            label=of,
            probabilities_before=before,
            probabilities_after=network.predict_proba(image[np.newaxis])[0],
            loss_before=loss_before,
            loss_after=_loss_of_picture(network, image, of),
        )


def batch_of(moment: Moment, indices: IndexArray) -> IndexArray:
    """Draw the pictures of the next step out of these: at a moment always the same ones."""
    return _generator(moment).choice(indices, min(BATCH, len(indices)), replace=False)


def index_of_largest(array: FloatArray) -> tuple[int, ...]:
    """Return the index of the number that is farthest from 0; of the first nan, if there is one."""
    return tuple(int(i) for i in np.unravel_index(int(np.abs(array).argmax()), array.shape))


def _generator(moment: Moment) -> np.random.Generator:
    return np.random.default_rng((moment.network.card.seed, moment.steps))


def _loss(network: Network, logits: FloatArray, labels: LabelArray) -> tuple[float, FloatArray]:
    return (sigmoid_cross_entropy if network.is_binary else softmax_cross_entropy)(logits, labels)


def _loss_of_picture(network: Network, image: ImageArray, label: int) -> float:
    return _loss(network, network.forward(network.to_input(image[np.newaxis])), np.array([label]))[0]


def _probabilities(network: Network, logits: FloatArray) -> FloatArray:
    """Return the probability of each class, shape (classes, n), also where one logit decides between two."""
    return softmax(np.vstack([np.zeros_like(logits), logits]) if network.is_binary else logits)


def _changes(network: Network, optimizer: Optimizer) -> dict[str, Change]:
    """Let the optimiser take its step, and note what it does to each parameter."""
    names, parameters = network.named_parameters().keys(), network.parameters()
    before = [parameter.value.copy() for parameter in parameters]
    known = {name: array.copy() for name, array in optimizer.state().items()}
    optimizer.step()
    return {
        name: Change(
            before[place],
            parameter.grad.copy(),
            parameter.value.copy(),
            _of_parameter(known, place),
            _of_parameter(optimizer.state(), place),
        )
        for place, (name, parameter) in enumerate(zip(names, parameters, strict=True))
    }


def _of_parameter(state: dict[str, FloatArray], place: int) -> dict[str, FloatArray]:
    """Choose what is remembered of one parameter; `Optimizer.state` numbers them."""
    parts = {name: name.split(".") for name in state}
    return {part[0]: state[name].copy() for name, part in parts.items() if part[1:] == [str(place)]}


def _terms(
    network: Network, outputs: dict[str, FloatArray], gradients: dict[str, FloatArray]
) -> tuple[dict[str, tuple[int, ...]], dict[str, FloatArray]]:
    """Take the largest gradient of each kernel and weight matrix apart into the products that it is the sum of."""
    strongest, terms = {}, {}
    sources = ["input", *network.layer_names]
    for layer, name, source in zip(network.layers, network.layer_names, sources, strict=False):
        x, grad_out = outputs[source], gradients[name]
        if isinstance(layer, Conv2D):
            f, c, i, j = strongest[name] = index_of_largest(layer.parameters()["kernel"].grad)
            seen = windows(layer.padded(x), layer.kernel_size, layer.stride)[i, j, c]
            terms[name] = (seen * grad_out[f]).sum(axis=-1)
        elif isinstance(layer, Dense):
            unit, at = strongest[name] = index_of_largest(layer.parameters()["weight"].grad)
            terms[name] = x[at] * grad_out[unit]
    return strongest, terms
