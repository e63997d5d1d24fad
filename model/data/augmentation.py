"""Changed copies of pictures, so that a network learns what does not matter.

A `Pipeline` says which operations change a picture, how strongly and how often; `augment` draws an amount of each
for every picture on its own, from an explicit generator, and `model.data.image_operations` does the rest.
"""

from pathlib import Path

import numpy as np

from model.data.image_operations import change
from model.data.pipeline import OPERATIONS, Operation, Pipeline, Step, read_pipeline
from model.errors import ConfigError
from model.network.arrays import FloatArray, ImageArray, Shape
from model.network.task import DIGITS, Task

__all__ = [
    "AUGMENTATIONS",
    "OPERATIONS",
    "PRESETS",
    "Operation",
    "Pipeline",
    "Step",
    "amounts",
    "augment",
    "augmentation_from",
    "label_warning",
    "pipeline_of",
    "shares_shape",
]

PRESETS = {
    "none": Pipeline("none", ()),
    "journal": Pipeline(
        "journal",
        (Step("flip", 1.0), Step("rotation", 10.0), Step("translation", 5.0), Step("noise", 10.0)),
        one_per_picture=True,
    ),
    "handwriting": Pipeline(
        "handwriting",
        (
            Step("thickness", 2.0, 0.75),
            Step("rotation", 12.0),
            Step("shear", 0.25),
            Step("scale", 0.15),
            Step("translation", 2.0, 0.65),
            Step("elastic", 1.0),
            Step("contrast", 0.3, 0.5),
            Step("noise", 10.0, 0.5),
        ),
    ),
    "photo": Pipeline("photo", (Step("flip", 1.0, 0.5), Step("crop", 4.0))),
}
"""The pipelines that come with the program, by name."""

AUGMENTATIONS = {
    "none": "the pictures as they are",
    "journal": "flip, rotation, translation or noise, one for each picture; flipping makes non-digits",
    "handwriting": "rotation, slant, size, place, bends, pen, ink and noise together, mild enough to be read",
    "photo": "mirror images and other parts of the scene: for photographs, not for digits and letters",
}
"""Name and one sentence of each preset."""

TURNED_TOO_FAR = 45
MARGIN = 4
GROWN_TOO_FAR = 0.4
"""Degrees, empty pixels around a digit of MNIST, and the share by which it grows to fill its picture."""


def pipeline_of(augmentation: str | Pipeline) -> Pipeline:
    """Return the preset of that name, or the pipeline itself.

    Raises
    ------
    ConfigError
        If there is no preset of that name.
    """
    if isinstance(augmentation, Pipeline):
        return augmentation
    if augmentation not in PRESETS:
        raise ConfigError(f"there is no augmentation {augmentation!r}; there are {', '.join(PRESETS)}")
    return PRESETS[augmentation]


def augmentation_from(text: str) -> str | Pipeline:
    """Read the name of a preset, a .json file with a pipeline, or the JSON itself.

    Raises
    ------
    ConfigError
        If it is none of these.
    """
    if text in AUGMENTATIONS:
        return text
    if text.lstrip().startswith("{"):
        return Pipeline.from_json(text)
    if text.endswith(".json"):
        return read_pipeline(Path(text))
    known = ", ".join(AUGMENTATIONS)
    raise ConfigError(f"expected {known}, a file that ends in .json, or JSON in {{}}, got {text!r}")


def augment(images: ImageArray, augmentation: str | Pipeline, rng: np.random.Generator) -> ImageArray:
    """Change pictures as a pipeline does.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    augmentation : str or Pipeline
        A key of `PRESETS`, or a custom pipeline.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of uint8, as ``images``
        The input itself if the pipeline does nothing.

    Raises
    ------
    ConfigError
        If there is no preset of that name.
    """
    pipeline = pipeline_of(augmentation)
    if pipeline.is_identity:
        return images
    n = len(images)
    enabled = [step for step in pipeline.steps if step.enabled]
    chosen = rng.integers(len(enabled), size=n)
    drawn = {}
    for index, step in enumerate(enabled):
        applied = rng.random(n) < step.probability
        if pipeline.one_per_picture:
            applied &= chosen == index
        shares = rng.uniform(-1, 1, shares_shape(step.operation, n))
        drawn[step.operation] = amounts(step, (shares.T * applied).T)
    return change(images, drawn, rng)


def shares_shape(operation: str, n: int) -> Shape:
    """Return the shape of the shares for ``n`` pictures in `amounts`: (n, 2) where the axes are independent."""
    return (n, 2) if OPERATIONS[operation].per_axis else (n,)


def amounts(step: Step, shares: FloatArray) -> FloatArray:
    """Turn shares of a step's strength into what `model.data.image_operations.change` takes.

    Parameters
    ----------
    step : Step
    shares : ndarray, shape as returned by `shares_shape`
        From -1 to 1; where it is 0, nothing happens. A uniform draw gives uniform amounts, of whole pixels too.
    """
    match step.operation:
        case "flip":
            return ((shares != 0) & (step.strength > 0)).astype(np.float64)
        case "thickness":
            return step.strength * np.where(shares < 0, shares / 4, shares)
        case "translation" | "crop":
            return np.clip(np.rint(shares * (step.strength + 0.5)), -step.strength, step.strength)
        case "elastic" | "noise":
            return step.strength * np.abs(shares)
    return step.strength * shares


def label_warning(step: Step, task: Task = DIGITS) -> str | None:
    """Say why a step may turn a picture into one of another class, or of none; None if it should not.

    Only characters have a right way up, and only those that were made like MNIST's digits have its margin.
    """
    if step.is_identity or not task.are_characters:
        return None
    return _warning_of_digits(step) if task.speaks_of_digits else _warning_of_characters(step)


def _warning_of_digits(step: Step) -> str | None:
    match step.operation:
        case "flip":
            return "A mirrored 2 looks like a 5, and most others are no digits at all: leave it off for digits."
        case "rotation" if step.strength > TURNED_TOO_FAR:
            return "Beyond 45° a digit can become another: a 6 upside down is a 9, a 7 on its side is an L."
        case "translation" | "crop" if step.strength > MARGIN:
            return "Beyond 4 px, the margin around MNIST's digits, moving cuts off ink."
        case "scale" if step.strength > GROWN_TOO_FAR:
            return "Beyond 40 %, a digit of MNIST, 20 px high, no longer fits its picture."
    return None


def _warning_of_characters(step: Step) -> str | None:
    match step.operation:
        case "flip":
            return (
                "Most characters are none when they are mirrored, and some become others: leave it off for them."
            )
        case "rotation" if step.strength > TURNED_TOO_FAR:
            return "Beyond 45° a character can become another: a Z on its side is an N, an M upside down is a W."
    return None
