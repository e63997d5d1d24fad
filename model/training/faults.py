"""Faults that are planted into a training for a lesson: nine mistakes that people make.

Each takes hold of the training alone, in its data, its gradients or its steps. The layers of the network stay the
plain ones, so that its file opens everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from model.data.dataset import Dataset
from model.data.splitting import Split
from model.errors import ConfigError
from model.large_arrays import ArrayWriter, in_pieces
from model.network.arrays import FloatArray
from model.network.fusion import fuse
from model.network.layers import Layer, MaxPool2D, ReLU
from model.network.network import Network
from model.network.optimizers import Optimizer
from model.network.patches import tap, windows
from model.training.training import TrainingState

__all__ = ["FAULTS", "Fault", "plant", "pool_and_relu"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake, and where it shows.

    Attributes
    ----------
    cause : str
        The mistake itself, as an answer to choose.
    curves : str
        What the curves show: a key of `model.training.fault_lab.CURVES`.
    view : str
        Where it can be seen: a key of `model.training.fault_lab.VIEWS`.
    sign : str
        What is to be seen there, in a sentence that begins with the evidence.
    """

    cause: str
    curves: str
    view: str
    sign: str


FAULTS: Mapping[str, Fault] = {
    "rate-100": Fault(
        "Learning rate 100 times too high",
        "guessing",
        "steps",
        "From the first step on, each parameter moves 100 times as far as learning rate times gradient.",
    ),
    "shuffled-labels": Fault(
        "Labels are shuffled",
        "guessing",
        "pictures",
        "The labels under the training pictures are not the digits that one sees; those of validation are.",
    ),
    "inverted": Fault(
        "Training pictures are inverted",
        "gap",
        "pictures",
        "The training pictures have black ink on white, those of validation white ink on black.",
    ),
    "no-bias": Fault(
        "Biases do not learn",
        "usual",
        "steps",
        "The weights move by the learning rate times the gradient, but the biases do not move at all.",
    ),
    "pool-ties": Fault(
        "Pooling gives to every tied cell",
        "usual",
        "gradients",
        "Of a gradient of 1 for a window of four equal cells, the pooling hands 4 back; so the gradient of the"
        " biases before it is several times too large on the even ground of a picture.",
    ),
    "relu-mask": Fault(
        "ReLU has no mask backwards",
        "usual",
        "gradients",
        "Where its input is −1 and its output 0, ReLU hands back a gradient of 1 instead of 0; so the gradients of"
        " the convolution before it are wrong, and those of the dense layer behind it right.",
    ),
    "kept-gradients": Fault(
        "Gradients are never reset",
        "jumps",
        "steps",
        "The first step is right, and each later one longer against its gradient: it contains those before.",
    ),
    "test-on-training": Fault(
        "Tested on training pictures",
        "twin",
        "parts",
        "All validation and test pictures are training pictures too, so the figures say nothing about new ones.",
    ),
    "scaled-225": Fault(
        "Divided by 225, not by 255",
        "usual",
        "input",
        "The largest number that enters the network is 1.13 = 255/225 instead of 1. The curves cannot show it.",
    ),
}
"""All faults by their names on the command line."""

SCALING = 225 / 255


def plant(name: str, network: Network, dataset: Dataset, state: TrainingState) -> Dataset:
    """Let a training that has not begun make a mistake.

    Parameters
    ----------
    name : str
        A key of `FAULTS`.
    network : Network
        What will be trained; its layers, and so its file, stay plain.
    dataset : Dataset
    state : TrainingState
        Its optimizer may be replaced.

    Returns
    -------
    Dataset
        What to train on: ``dataset``, or another with a mistake in it.

    Raises
    ------
    ConfigError
        If there is no such fault, or it would not show with these settings.
    """
    if name not in FAULTS:
        raise ConfigError(f"there is no fault {name!r}; there are {', '.join(FAULTS)}")
    if name == "scaled-225":
        if state.config.standardize:
            raise ConfigError("the fault scaled-225 does not show where the input is standardised")
        network.input_deviation = SCALING
    elif name in STEPS:
        network.compute_by(partial(_with_mistake, STEPS[name]))
    elif name in OPTIMIZERS:
        state.optimizer = OPTIMIZERS[name](state.optimizer)
    return DATA[name](dataset, state.config.seed) if name in DATA else dataset


# in the data


def _shuffled(dataset: Dataset, seed: int) -> Dataset:
    train, labels = dataset.split.train, dataset.labels.copy()
    labels[train] = np.random.default_rng((seed, 1)).permutation(labels[train])
    return _in_same_parts(dataset, replace(dataset, labels=labels))


def _inverted(dataset: Dataset, seed: int) -> Dataset:  # noqa: ARG001
    writer, is_learned = ArrayWriter(dataset.images.shape), np.zeros(len(dataset), bool)
    is_learned[dataset.split.train] = True
    for piece in in_pieces(dataset.images):
        inverted = piece.copy()
        inverted[is_learned[writer.count :][: len(piece)]] ^= 255  # v becomes 255 - v
        writer.add(inverted)
    images = writer.array()
    return _in_same_parts(dataset, replace(dataset, images=images))


def _tested_on_training(dataset: Dataset, seed: int) -> Dataset:  # noqa: ARG001
    split = dataset.split
    train = split.train
    same = replace(dataset)
    _set_split(same, Split(train, train[: len(split.validation)], train[len(train) - len(split.test) :]))
    return same


def _in_same_parts(before: Dataset, after: Dataset) -> Dataset:
    """Keep the parts, which may have been chosen by the labels."""
    _set_split(after, before.split)
    return after


def _set_split(dataset: Dataset, split: Split) -> None:
    vars(dataset)["split"] = split  # where the cached property keeps it


DATA: Mapping[str, Callable[[Dataset, int], Dataset]] = {
    "shuffled-labels": _shuffled,
    "inverted": _inverted,
    "test-on-training": _tested_on_training,
}


# in the backward pass


class _UnmaskedReLU(ReLU):
    """Hands the whole gradient back."""

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        self._take_context()
        return grad_out if need_grad_in else None


class _GenerousMaxPool2D(MaxPool2D):
    """Hands the gradient of a window to each cell that has its largest value."""

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        out = super().forward(x, remember=False, training=training)
        self._context = (x, windows(x, self.window, self.stride), out) if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        x, views, out = self._take_context()
        if not need_grad_in:
            return None
        grad_in = self._workspace.zeros("grad_in", x.shape, grad_out.dtype)
        for i, j in np.ndindex(self.window):
            grad_in[:, *tap(i, j, self.stride, out.shape[1:])] += grad_out * (views[i, j] == out)
        return grad_in


STEPS: Mapping[str, type[Layer]] = {"relu-mask": _UnmaskedReLU, "pool-ties": _GenerousMaxPool2D}


def pool_and_relu(name: str) -> tuple[MaxPool2D, ReLU]:
    """Make the two layers as they compute under a fault, to look at each alone."""
    kind = STEPS.get(name)
    return (
        _GenerousMaxPool2D(2) if kind is _GenerousMaxPool2D else MaxPool2D(2),
        _UnmaskedReLU() if kind is _UnmaskedReLU else ReLU(),
    )


def _with_mistake(kind: type[Layer], layers: Sequence[Layer]) -> list[Layer]:
    """Replace the layers that a faulty kind stands for; they have no parameters that could be lost."""
    right = kind.__bases__[0]
    return fuse([kind(**layer.config()) if type(layer) is right else layer for layer in layers])


# in the step


class _FaultyOptimizer(Optimizer):
    """Changes what another optimizer does."""

    def __init__(self, inner: Optimizer) -> None:
        super().__init__(inner.parameters, learning_rate=inner.learning_rate)
        self._inner = inner

    def state(self) -> dict[str, FloatArray]:
        """Return that of the other one."""
        return self._inner.state()

    def step(self) -> None:
        """Let the other one make its step."""
        self._inner.learning_rate = self.learning_rate
        self._inner.step()


class _HundredTimes(_FaultyOptimizer):
    def step(self) -> None:
        self._inner.learning_rate = 100 * self.learning_rate
        self._inner.step()


class _NeverReset(_FaultyOptimizer):
    def __init__(self, inner: Optimizer) -> None:
        super().__init__(inner)
        self._sums = self._slots()

    def step(self) -> None:
        for parameter, total in zip(self.parameters, self._sums, strict=True):
            total += parameter.grad
            np.copyto(parameter.grad, total)
        super().step()


class _StillBiases(_FaultyOptimizer):
    def step(self) -> None:
        for parameter in self.parameters:
            if parameter.value.ndim == 1:
                parameter.grad.fill(0)
        super().step()


OPTIMIZERS: Mapping[str, Callable[[Optimizer], Optimizer]] = {
    "rate-100": _HundredTimes,
    "kept-gradients": _NeverReset,
    "no-bias": _StillBiases,
}
