"""The networks that can be chosen by name, and those of one's own beside them."""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError, ShapeError
from model.network.architecture import Architecture, is_name, read_architecture
from model.network.arrays import Shape
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.task import Task

__all__ = [
    "ARCHITECTURES",
    "Arch",
    "architecture_from",
    "architecture_of",
    "as_own",
    "as_plain",
    "build",
    "check_is_own",
    "name_of",
]

Arch: TypeAlias = str | Architecture
"""A network to build: the name of one in `ARCHITECTURES`, or one of the user's own."""

ARCHITECTURES = {
    "journal-8": "one 3×3 convolution with 8 filters: the smallest, 13,610 parameters",
    "journal-16": "one 3×3 convolution with 16 filters: 27,210 parameters",
    "journal-24": "one 3×3 convolution with 24 filters: the journal's best, 40,810 parameters",
    "lenet": "two convolutions and two dense layers: slower, and better at handwriting",
    "deep": "five convolutions with batch normalisation: the most accurate, fifteen times as slow as lenet",
    "colour": "seven convolutions, wider and wider, with batch normalisation: for photographs, the slowest",
}
"""Name and one sentence of each network."""


def build(
    arch: Arch,
    seed: int = 0,
    task: Task | None = None,
    *,
    dtype: npt.DTypeLike = np.float32,
    initializer: str = "he",
    input_shape: Shape = (1, 28, 28),
    classes: int = 10,
) -> Network:
    """Build a network with fresh weights, for pictures of 28×28 and ten digits or for others.

    Parameters
    ----------
    arch : str or Architecture
        A key of `ARCHITECTURES`, or a network of one's own.
    seed : int
        Seed of the initial weights; the same seed gives the same bits.
    task : Task, optional
        What it is about, as in ``dataset.task``: it gives the input shape and the classes, which have names then.
    dtype : dtype
        float32, or float64 to check gradients.
    initializer : str
        A key of `model.network.initializers.INITIALIZERS`.
    input_shape : (int, int, int)
        Channels, height and width of one picture.
    classes : int
        At least 2.

    Raises
    ------
    ConfigError
        If there is no network of that name.
    ShapeError
        If the pictures are too small, or too large, for its layers.

    Examples
    --------
    >>> build("lenet", seed=1).parameter_count
    108618
    >>> build("lenet", task=Task(("cat", "dog"), (32, 32, 3), "photo")).class_names
    ('cat', 'dog')
    """
    name = name_of(arch)
    card = ModelCard(name, seed)
    if task is not None:
        input_shape, classes = task.input_shape, task.count
        card = ModelCard(name, seed, class_names=task.class_names, preparation=task.preparation)
    if isinstance(arch, Architecture):
        arch.check(input_shape, classes)
    layers = _layers(arch, classes)
    try:
        return Network(layers, input_shape, card, dtype, initializer)
    except ShapeError as error:
        _, height, width = input_shape
        raise ShapeError(f"{name} takes no pictures of {width} × {height} pixels: {error}") from None


def name_of(arch: Arch) -> str:
    """Return what a network is called."""
    return arch.name if isinstance(arch, Architecture) else arch


def as_plain(arch: Arch) -> str | dict[str, Any]:
    """Return it in plain values, for JSON."""
    return arch.as_dict() if isinstance(arch, Architecture) else arch


def architecture_of(value: object) -> Arch:
    """Read what `as_plain` returned.

    Raises
    ------
    ConfigError
        If there is no such network, or one of one's own is called like one of the program.
    """
    arch = Architecture.from_dict(value) if isinstance(value, dict) else value
    if isinstance(arch, Architecture):
        check_is_own(arch)
        return arch
    if isinstance(arch, str) and arch in ARCHITECTURES:
        return arch
    raise ConfigError(f"must be one of {', '.join(ARCHITECTURES)}, got {arch!r:.60}", "arch")


def check_is_own(architecture: Architecture) -> None:
    """Raise `ConfigError` if a network of one's own is called like one of the program."""
    if architecture.name in ARCHITECTURES:
        raise ConfigError(f"{architecture.name} is a network of the program: give yours another name")


def as_own(network: str | Network) -> Architecture:
    """Return the layers of a network, of the program or another, to be changed: ``my lenet``.

    Raises
    ------
    ConfigError
        If it does not end in `Dense`.
    """
    name = network if isinstance(network, str) else network.card.name
    layers = _layers(network, 2) if isinstance(network, str) else network.layers
    return Architecture.of(f"my {name}" if is_name(f"my {name}") else "my network", layers)


def architecture_from(text: str) -> Arch:
    """Read the name of a network, a .json file with an architecture, or the JSON itself.

    Raises
    ------
    ConfigError
        If it is none of these.
    """
    if text.lstrip().startswith("{"):
        return architecture_of(Architecture.from_json(text).as_dict())
    if text.endswith(".json"):
        return architecture_of(read_architecture(Path(text)).as_dict())
    if text in ARCHITECTURES:
        return text
    raise ConfigError(
        f"expected {', '.join(ARCHITECTURES)}, a file that ends in .json, or JSON in {{}}, got {text!r:.60}"
    )


def _layers(arch: Arch, classes: int) -> list[Layer]:
    match arch:
        case Architecture():
            return arch.layers_for(classes)
        case "journal-8" | "journal-16" | "journal-24":
            return _journal(int(arch.removeprefix("journal-")), classes)
        case "lenet":
            return _lenet(classes)
        case "deep":
            return _deep(classes)
        case "colour":
            return _colour(classes)
    raise ConfigError(f"there is no network {arch!r}; there are {', '.join(ARCHITECTURES)}")


def _journal(filters: int, classes: int) -> list[Layer]:
    return [Conv2D(filters, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(classes)]


def _lenet(classes: int) -> list[Layer]:
    return [
        *(Conv2D(16, 3), ReLU(), MaxPool2D(2)),
        *(Conv2D(32, 3), ReLU(), MaxPool2D(2)),
        *(Flatten(), Dense(128), ReLU(), Dense(classes)),
    ]


def _deep(classes: int) -> list[Layer]:
    return [
        *(Conv2D(32, 3, padding=1), ReLU()),
        *(Conv2D(32, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(64, 3, padding=1), ReLU()),
        *(Conv2D(64, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(128, 3, padding=1), ReLU(), BatchNorm()),
        *(Flatten(), Dropout(0.4), Dense(128), ReLU(), BatchNorm(), Dropout(0.4), Dense(classes)),
    ]


def _colour(classes: int) -> list[Layer]:
    return [
        *(Conv2D(32, 3, padding=1), ReLU()),
        *(Conv2D(48, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(96, 3, padding=1), ReLU(), BatchNorm()),
        *(Conv2D(96, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(192, 3, padding=1), ReLU(), BatchNorm()),
        *(Conv2D(192, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(256, 3, padding=1), ReLU(), BatchNorm(), AveragePool2D(2)),  # fewer numbers bear a larger step
        *(Flatten(), Dropout(0.2), Dense(classes)),
    ]
