"""Augmentation pipelines: which operations change a picture, how strongly, and how often."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.damaged_files import told_as
from model.errors import ConfigError
from model.settings_files import read_settings

__all__ = ["OPERATIONS", "Operation", "Pipeline", "Step", "read_pipeline"]

MOST_BYTES = 1_000_000
"""Of a file with a pipeline."""
WHOLE = ("translation", "crop")
"""Operations by whole pixels."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of change.

    Attributes
    ----------
    title, unit : str
        As shown to the user.
    maximum : float
        Of the strength.
    interval : float
        Smallest sensible difference between two strengths; 1 where only whole ones make sense.
    sentence : str
        What it is for.
    signed : bool
        Whether an amount goes both ways from 0: from minus the strength to the strength.
    per_axis : bool
        Whether each picture has two amounts, for its width and its height.
    """

    title: str
    unit: str
    maximum: float
    interval: float
    sentence: str
    signed: bool = True
    per_axis: bool = False

    def text(self, strength: float) -> str:
        """Write a strength with its unit: ``12°``, ``15 %``, ``1.5 px``."""
        if self.unit == "%":
            return f"{100 * strength:.4g} %"
        return f"{strength:.4g}{'' if self.unit in ('', '°') else ' '}{self.unit}"


OPERATIONS = {
    "thickness": Operation(
        "Thickness",
        "px",
        2.0,
        0.1,
        "Other pens: strokes up to this much thicker, or up to a quarter of it thinner, which breaks none.",
    ),
    "flip": Operation(
        "Flip",
        "",
        1.0,
        1.0,
        "The mirror image, left to right: good for cats and cars, not for digits.",
        signed=False,
    ),
    "rotation": Operation("Rotation", "°", 180.0, 1.0, "Tilted paper: rotated either way about the centre."),
    "shear": Operation("Shear", "px/row", 1.0, 0.01, "Upright and slanted handwriting: leaning either way."),
    "scale": Operation(
        "Scale",
        "%",
        0.5,
        0.01,
        "Large and small, wide and narrow handwriting: width and height change separately.",
        per_axis=True,
    ),
    "translation": Operation(
        "Translation",
        "px",
        14.0,
        1.0,
        "Off-centre digits: moved by whole pixels along either axis.",
        per_axis=True,
    ),
    "elastic": Operation(
        "Elastic",
        "px sd",
        3.0,
        0.1,
        "An unsteady hand: smooth random bends with this standard deviation.",
        signed=False,
    ),
    "crop": Operation(
        "Crop",
        "px",
        8.0,
        1.0,
        "Another part of the scene: moved by whole pixels along either axis, with mirrored edges.",
        per_axis=True,
    ),
    "contrast": Operation(
        "Contrast", "%", 0.9, 0.01, "Pale and strong ink: brighter or fainter, while black stays black."
    ),
    "brightness": Operation(
        "Brightness", "%", 0.5, 0.01, "More or less light: this share of white added or taken."
    ),
    "saturation": Operation(
        "Saturation", "%", 1.0, 0.01, "Strong and pale colours: farther from grey or closer; grey stays as it is."
    ),
    "noise": Operation(
        "Noise",
        "of 255",
        100.0,
        1.0,
        "Poor scans and cameras: noise with this standard deviation on every pixel.",
        signed=False,
    ),
}
"""Every operation by its name, in the order of application."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a pipeline.

    Attributes
    ----------
    operation : str
        A key of `OPERATIONS`.
    strength : float
        From 0, no change, to the operation's maximum: the farthest that an amount may lie from 0.
    probability : float
        Share of the pictures that it changes, from 0 to 1.
    enabled : bool

    Raises
    ------
    ConfigError
        If the operation is not known or a number outside its limits.
    """

    operation: str
    strength: float
    probability: float = 1.0
    enabled: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.operation, str) or self.operation not in OPERATIONS:
            raise ConfigError(f"an operation must be one of {', '.join(OPERATIONS)}, got {self.operation!r}")
        limits = {"strength": OPERATIONS[self.operation].maximum, "probability": 1.0}
        for name, maximum in limits.items():
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= maximum:
                what = f"the {name} of {self.operation}"
                raise ConfigError(f"{what} must be a number from 0 to {maximum:g}, got {number!r}")
        if self.operation in WHOLE and self.strength % 1:
            raise ConfigError(f"the strength of {self.operation} must be whole pixels, got {self.strength!r}")
        if not isinstance(self.enabled, bool):
            raise ConfigError(f"enabled of {self.operation} must be true or false, got {self.enabled!r}")

    @property
    def is_identity(self) -> bool:
        """Whether it never changes a picture."""
        return not (self.enabled and self.strength and self.probability)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Operations that change pictures one after the other, or one of them each picture.

    Attributes
    ----------
    name : str
    steps : tuple of Step
        In the order of `OPERATIONS`, whatever order they are given in; none twice.
    one_per_picture : bool
        Each picture is changed by one of the steps that are enabled, chosen at random, rather than by all.

    Raises
    ------
    ConfigError
        If an operation occurs twice, or something has another type.
    """

    name: str
    steps: tuple[Step, ...]
    one_per_picture: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip() or not self.name.isprintable():
            raise ConfigError(f"the name of a pipeline must be a line of text, got {self.name!r}")
        if not isinstance(self.one_per_picture, bool):
            raise ConfigError(f"one_per_picture must be true or false, got {self.one_per_picture!r}")
        names = [step.operation for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"{name} occurs twice in the pipeline: remove one of the two")
        in_order = sorted(self.steps, key=lambda step: list(OPERATIONS).index(step.operation))
        object.__setattr__(self, "steps", tuple(in_order))

    @property
    def is_identity(self) -> bool:
        """Whether it never changes a picture."""
        return all(step.is_identity for step in self.steps)

    def sentences(self) -> list[str]:
        """Describe each enabled step in a line, such as ``rotation up to 12°, for 100 % of the pictures``."""
        enabled = [step for step in self.steps if step.enabled]
        share = 100 / len(enabled) if enabled and self.one_per_picture else 100
        return [f"{_what(step)}, for {share * step.probability:.3g} % of the pictures" for step in enabled]

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values, for JSON."""
        return {
            "name": self.name,
            "steps": [asdict(step) for step in self.steps],
            "one_per_picture": self.one_per_picture,
        }

    def to_json(self) -> str:
        """Write it as one line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, entries: object) -> "Pipeline":
        """Read what `as_dict` returned.

        Raises
        ------
        ConfigError
            If it is something else.
        """
        known = _checked(entries, "a pipeline", required=("name", "steps"), optional=("one_per_picture",))
        if not isinstance(known["steps"], list | tuple):
            raise ConfigError(f"the steps of a pipeline must be a list, got {known['steps']!r:.60}")
        keys = {"required": ("operation", "strength"), "optional": ("probability", "enabled")}
        steps = tuple(Step(**_checked(step, "a step", **keys)) for step in known["steps"])
        return cls(**{**known, "steps": steps})

    @classmethod
    def from_json(cls, text: str) -> "Pipeline":
        """Read what `to_json` wrote.

        Raises
        ------
        ConfigError
            If it is something else.
        """
        with told_as(ConfigError, "expected an augmentation pipeline as JSON, but this cannot be read: {error}"):
            entries = json.loads(text)
        return cls.from_dict(entries)


def read_pipeline(path: Path) -> Pipeline:
    """Read a pipeline from a file of JSON.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds something else.
    """
    return read_settings(path, MOST_BYTES, Pipeline.from_json)


def _what(step: Step) -> str:
    operation = OPERATIONS[step.operation]
    return (
        "flip" if step.operation == "flip" else f"{operation.title.lower()} up to {operation.text(step.strength)}"
    )


def _checked(
    entries: object, what: str, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> Mapping[str, Any]:
    """Check the keys of an object from JSON."""
    wanted = f"{', '.join(required)} and optionally {', '.join(optional)}"
    if not isinstance(entries, dict):
        raise ConfigError(f"expected {what} with {wanted}, got {entries!r:.60}")
    for key in required:
        if key not in entries:
            raise ConfigError(f"{what} lacks {key}: expected {wanted}")
    for key in entries:
        if key not in (*required, *optional):
            raise ConfigError(f"{what} does not take {key!r:.40}: expected {wanted}")
    return entries
