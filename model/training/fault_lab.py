"""Evidence of a planted fault: a short training with it, one without, and what can be looked at."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset
from model.network.architectures import build
from model.network.arrays import ImageArray, LabelArray
from model.network.network import Network
from model.training.faults import plant, pool_and_relu
from model.training.learner import Learner
from model.training.measurements import Gauge, sample_of
from model.training.training import TrainingState, train
from model.training.training_config import TrainingConfig
from model.training.training_events import BatchDone, EpochDone, RunStarted

__all__ = ["CONFIG", "CURVES", "SEEN_STEPS", "VIEWS", "Evidence", "GradientCheck", "curves_of", "investigate"]

ARCH = "journal-8"
CONFIG = TrainingConfig(learning_rate=0.02, batch_size=16, epochs=4)
PICTURES = 1500
SEEN_STEPS = (1, 10, 100)
"""The steps that are looked at."""
SHOWN = 8
"""Pictures of each part that are looked at, and that gradients are checked on."""
NUDGE = 1e-6

CURVES: Mapping[str, str] = {
    "usual": "Much like the healthy training",
    "guessing": "Training stays near guessing, 2.30",
    "jumps": "Training falls, then rises or jumps",
    "gap": "Training learns, validation does not",
    "twin": "Validation stays below training",
}
"""What curves may show, as answers to choose."""

VIEWS: Mapping[str, tuple[str, str]] = {
    "pictures": ("Pictures", "Pictures and labels as the network gets them"),
    "input": ("Input", "The numbers that enter the network"),
    "steps": ("Steps", "How far a step moves each parameter, against learning rate times gradient"),
    "gradients": ("Gradients", "Whether the backward pass is right: compared with nudging each parameter"),
    "parts": ("Parts", "Whether the parts of the data have pictures in common"),
}
"""Where one may look: name and sentence."""


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The derivative of the loss along one random direction of one parameter, or that of one layer alone.

    Attributes
    ----------
    backward, nudged : float
        By the backward pass; and by the central difference of the loss itself, or what it should be.
    """

    backward: float
    nudged: float

    @property
    def agrees(self) -> bool:
        """Whether the two are the same up to a thousandth."""
        return abs(self.backward - self.nudged) <= 1e-3 * max(abs(self.backward), abs(self.nudged))


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that there is to see of a training with a fault.

    Attributes
    ----------
    epochs, healthy : list of EpochDone
        Of the training with the fault, and of the same without.
    pictures : dict of str to (ndarray, ndarray)
        The first training and validation pictures, and their labels.
    input_ranges : dict of str to (float, float)
        The smallest and the largest number that enters the network, by parts.
    steps : dict of str to list of float
        For each parameter the length of its step, against learning rate times gradient, in `SEEN_STEPS`; nan where
        the gradient is zero.
    gradients : dict of str to GradientCheck
        By parameters; and of pooling and ReLU alone.
    shared, counts : dict of str to int
        How many validation and test pictures are training pictures too, and how many there are.
    classes : int
        How many the network tells apart.
    """

    epochs: list[EpochDone]
    healthy: list[EpochDone]
    pictures: dict[str, tuple[ImageArray, LabelArray]]
    input_ranges: dict[str, tuple[float, float]]
    steps: dict[str, list[float]]
    gradients: dict[str, GradientCheck]
    shared: dict[str, int]
    counts: dict[str, int]
    classes: int = 10


def investigate(
    name: str, dataset: Dataset, on_progress: Callable[[float], object] = lambda _share: None
) -> Evidence:
    """Train twice for a short time, with a fault and without, and gather what can be seen of it.

    Parameters
    ----------
    name : str
        A key of `model.training.faults.FAULTS`.
    dataset : Dataset
        Before the fault; 1,500 pictures of it are used.
    on_progress : callable
        Is given the share that is done.
    """
    dataset = dataset.limited(PICTURES)
    network, steps = build(ARCH, task=dataset.task), _Steps(dataset)
    state = TrainingState(network, CONFIG)
    faulty = plant(name, network, dataset, state)
    state.gauge = steps
    epochs = _train(network, faulty, state, lambda share: on_progress(share / 2))
    plain = build(ARCH, task=dataset.task)
    healthy = _train(plain, dataset, TrainingState(plain, CONFIG), lambda share: on_progress((1 + share) / 2))
    parts = {part: faulty.part(part) for part in ("train", "validation", "test")}
    known = {image.tobytes() for image in parts["train"][0]}
    return Evidence(
        epochs,
        healthy,
        {part: (images[:SHOWN], labels[:SHOWN]) for part, (images, labels) in parts.items() if part != "test"},
        {part: _range(network, images) for part, (images, _) in parts.items()},
        steps.ratios,
        _check_gradients(name, dataset),
        {part: sum(image.tobytes() in known for image in parts[part][0]) for part in ("validation", "test")},
        {part: len(labels) for part, (_, labels) in parts.items()},
        dataset.task.count,
    )


def curves_of(evidence: Evidence) -> str:
    """Tell what the curves show: a key of `CURVES`."""
    train = [epoch.train_loss for epoch in evidence.epochs]
    validation = [epoch.validation_loss for epoch in evidence.epochs]
    guessing = float(np.log(evidence.classes))
    if not train or min(train) > 0.95 * guessing:
        return "guessing"
    if train[-1] > 1.5 * min(train) or train[-1] > 3 * evidence.healthy[-1].train_loss:
        return "jumps"
    if validation[-1] > max(2 * train[-1], 0.7 * guessing):
        return "gap"
    return "twin" if all(map(float.__lt__, validation, train)) else "usual"


class _Steps(Gauge):
    """Compares the length of some steps with the learning rate times the gradient."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(sample_of(dataset))
        self.ratios: dict[str, list[float]] = {}

    def watch(self, network: Network, step: Callable[[], object], number: int) -> None:
        if number not in SEEN_STEPS:
            step()
            return
        before = network.weights()
        wanted = {name: CONFIG.learning_rate * _norm(one.grad) for name, one in network.named_parameters().items()}
        step()
        for name, parameter in network.named_parameters().items():
            moved = _norm(parameter.value - before[name])
            self.ratios.setdefault(name, []).append(moved / wanted[name] if wanted[name] else math.nan)


def _train(
    network: Network, dataset: Dataset, state: TrainingState, on_progress: Callable[[float], object]
) -> list[EpochDone]:
    epochs, total = [], 1
    for event in train(network, dataset, state=state):
        match event:
            case RunStarted():
                total = event.batches_per_epoch * event.epochs
            case BatchDone():
                on_progress(event.step / total)
            case EpochDone():
                epochs.append(event)
    return epochs


def _check_gradients(name: str, dataset: Dataset) -> dict[str, GradientCheck]:
    """Compare the backward pass with the loss itself, in float64, on a fresh network.

    Its biases are random, so that no number lies on the kink of a ReLU.
    """
    network, rng = build(ARCH, task=dataset.task, dtype=np.float64), np.random.default_rng(0)
    for parameter in network.parameters():
        if parameter.value.ndim == 1:
            parameter.value[...] = rng.uniform(0.01, 0.1, parameter.value.shape)
    faulty = plant(name, network, dataset, TrainingState(network, CONFIG))
    images, labels = (array[:SHOWN] for array in faulty.training_pictures())
    checks = {}
    with Learner(network) as learner:
        for key, parameter in network.named_parameters().items():
            direction = rng.standard_normal(parameter.value.shape)
            learner.train_batch(images, labels)
            backward = float(np.vdot(parameter.grad, direction))
            losses = []
            for sign in (1, -1):
                parameter.value += sign * NUDGE * direction
                losses.append(learner.train_batch(images, labels)[0])
                parameter.value -= sign * NUDGE * direction
            checks[key] = GradientCheck(backward, (losses[0] - losses[1]) / (2 * NUDGE))
    return checks | _check_layers(name)


def _check_layers(name: str) -> dict[str, GradientCheck]:
    """Hand a gradient of 1 to a window of four equal cells, and to a ReLU at −1; say what should come back."""
    pool, relu = pool_and_relu(name)
    pool.forward(np.ones((1, 2, 2, 1)), remember=True)
    relu.forward(np.full((1, 1), -1.0), remember=True)
    of_tie, of_negative = pool.backward(np.ones((1, 1, 1, 1))), relu.backward(np.ones((1, 1)))
    assert of_tie is not None
    assert of_negative is not None
    return {
        "pool1 of a tie": GradientCheck(float(of_tie.sum()), 1.0),
        "relu1 at −1": GradientCheck(float(of_negative.sum()), 0.0),
    }


def _range(network: Network, images: ImageArray) -> tuple[float, float]:
    x = network.to_input(images)
    return float(x.min()), float(x.max())


def _norm(array: npt.NDArray[np.floating]) -> float:
    return float(np.linalg.norm(array))
