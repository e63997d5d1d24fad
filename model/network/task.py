"""What a data set and a network are about: which classes there are, and what their pictures are like."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from model.errors import ConfigError
from model.network.arrays import Shape
from model.wording import listed

__all__ = ["DIGITS", "LARGEST_SIDE", "PREPARATIONS", "SMALLEST_SIDE", "Preparation", "Task", "numbered"]

Preparation: TypeAlias = Literal["ink", "photo", "unchanged"]
PREPARATIONS: dict[Preparation, str] = {
    "ink": "cropped to the ink, scaled and centred, like a drawing",
    "photo": "scaled to cover the picture, and its middle cut out",
    "unchanged": "scaled only",
}
"""How a picture from outside is brought to a network, with a description."""

SMALLEST_SIDE, LARGEST_SIDE = 8, 64
"""Of pictures, in pixels."""
FEWEST_CLASSES, MOST_CLASSES = 2, 200
LONGEST_NAME = 80
NAMED = 8
"""So many classes are named in a sentence; more are counted."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a data set and a network are about.

    Attributes
    ----------
    class_names : tuple of str
        2 to 200 different names; the number of a label is the place of its name.
    picture_shape : (int, int, int)
        Height and width of a picture, from 8 to 64 pixels, and channels: 1 for grey, 3 for colour.
    preparation : str
        How a picture from outside is brought to the network: a key of `PREPARATIONS`.

    Raises
    ------
    ConfigError
        If one of them is outside its limits, or ink is to be read in colour.

    Examples
    --------
    >>> Task(("cat", "dog"), (32, 32, 3), "photo").sentence()
    '2 classes (cat and dog), 32 × 32 pixels in colour'
    """

    class_names: tuple[str, ...]
    picture_shape: tuple[int, int, int] = (28, 28, 1)
    preparation: Preparation = "ink"

    def __post_init__(self) -> None:
        check_names(self.class_names)
        if not FEWEST_CLASSES <= self.count <= MOST_CLASSES:
            raise ConfigError(f"expected {FEWEST_CLASSES} to {MOST_CLASSES} classes, found {self.count}")
        shape = self.picture_shape
        is_shape = isinstance(shape, tuple) and len(shape) == 3 and all(type(length) is int for length in shape)
        if not is_shape or not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in shape[:2]):
            raise ConfigError(
                f"expected pictures of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side, found a height, width and"
                f" channels of {shape}"
            )
        if shape[2] not in (1, 3):
            raise ConfigError(f"expected pictures of 1 channel or 3, found {shape[2]}")
        if self.preparation not in PREPARATIONS:
            raise ConfigError(f"must be one of {', '.join(PREPARATIONS)}, got {self.preparation!r}", "preparation")
        if self.preparation == "ink" and shape[2] != 1:
            raise ConfigError("ink is grey: expected pictures of 1 channel, or another preparation, found 3")

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    @property
    def is_digits(self) -> bool:
        """Whether this is MNIST's: ten digits as ink, on 28×28."""
        return self == DIGITS

    @property
    def speaks_of_digits(self) -> bool:
        """Whether its classes are called digits: all ten, as ink; photographs with numbers for names are not."""
        return self.class_names == numbered(10) and self.preparation == "ink"

    @property
    def are_characters(self) -> bool:
        """Whether each name is one character, which can be typed, and has a right way up."""
        return all(len(name) == 1 for name in self.class_names)

    @property
    def is_numbered(self) -> bool:
        """Whether the classes have their numbers for names."""
        return self.class_names == numbered(self.count)

    @property
    def is_grey(self) -> bool:
        """Whether pictures have one channel."""
        return self.picture_shape[2] == 1

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width: as a network takes a picture."""
        height, width, channels = self.picture_shape
        return channels, height, width

    @property
    def array_shape(self) -> Shape:
        """Shape of the array of a picture: (height, width) for grey, (height, width, 3) for colour."""
        return self.picture_shape[:2] if self.is_grey else self.picture_shape

    def problem_of(self, data: "Task") -> str | None:
        """Say why a network with this task and data with another do not belong together; None if they do.

        Where both only number their classes, the preparation of pictures tells digits from numbered photographs,
        and the numbers of the labels are looked at where they are used. Where names agree, the preparation is no
        reason: they are the same classes then.
        """
        if self.picture_shape != data.picture_shape:
            return (
                f"the network takes pictures of {self.words_of_shape()}, the data have {data.words_of_shape()}:"
                " choose data like those it learned from, or train a new network"
            )
        if self.class_names != data.class_names and not (self.is_numbered and data.is_numbered):
            return (
                f"the network knows {self.words_of_classes()}, the data have {data.words_of_classes()}:"
                " choose data of the same classes in the same order, or train a new network"
            )
        if self.is_numbered and self.preparation != data.preparation:
            return (
                f"the network takes pictures as {self.preparation}, the data have them as {data.preparation}, and"
                f" their classes are only numbered: open the data with the preparation {self.preparation}, or"
                " train a new network"
            )
        return None

    def words_of_shape(self) -> str:
        """Describe pictures: ``32 × 32 pixels in colour``; width first."""
        height, width, _ = self.picture_shape
        return f"{width} × {height} pixels in {'grey' if self.is_grey else 'colour'}"

    def words_of_classes(self) -> str:
        """Name the classes, a few of many: ``the digits 0 to 9``, ``2 classes (A and B)``."""
        names = self.class_names
        if self.speaks_of_digits:
            return "the digits 0 to 9"
        shown = names if self.count <= NAMED else (*names[: NAMED - 2], "…", names[-1])
        return f"{self.count} classes ({listed(shown) if shown == names else ', '.join(shown)})"

    def sentence(self) -> str:
        """Describe all: ``2 classes (cat and dog), 32 × 32 pixels in colour``."""
        return f"{self.words_of_classes()}, {self.words_of_shape()}"

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values, for JSON."""
        return {
            "class_names": list(self.class_names),
            "picture_shape": list(self.picture_shape),
            "preparation": self.preparation,
        }

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> "Task":
        """Read what `as_dict` returned.

        Raises
        ------
        ConfigError
            If it is something else.
        """
        try:
            names, shape, preparation = (entries[key] for key in ("class_names", "picture_shape", "preparation"))
            return cls(tuple(names), tuple(shape), preparation)
        except (KeyError, TypeError) as error:
            raise ConfigError(f"expected the classes and the form of pictures, found {entries!r:.80}") from error

    @classmethod
    def from_json(cls, text: str) -> "Task":
        """Read what `to_json` wrote; raise `ConfigError` for anything else."""
        try:
            entries = json.loads(text)
        except ValueError as error:
            raise ConfigError(
                f"expected the classes and the form of pictures as JSON, found {text:.80}"
            ) from error
        return cls.from_dict(entries)


def check_names(names: Sequence[str]) -> None:
    """Raise `ConfigError` unless these can name classes: different texts in one line, none of them empty."""
    for name in names:
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise ConfigError(
                f"expected the name of a class as 1 to {LONGEST_NAME} characters, found {name!r:.90}"
            )
    if not isinstance(names, tuple) or len({*names}) != len(names):
        raise ConfigError(f"expected different names of classes, found {', '.join(names):.200}")


def numbered(count: int) -> tuple[str, ...]:
    """Name classes by their numbers: ``0``, ``1`` and so on."""
    return tuple(map(str, range(count)))


DIGITS = Task(numbered(10))
"""What MNIST is about: the ten digits, white ink on black, 28×28."""
