"""How a data set was read: what the user has to know before it replaces another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from model.network.task import PREPARATIONS, Preparation

__all__ = [
    "CHOICES",
    "FIND_OUT",
    "FITS",
    "INKS",
    "PREPARINGS",
    "SCALES",
    "TURNS",
    "Asked",
    "Fit",
    "Ink",
    "OnProgress",
    "Preparing",
    "Reading",
    "Scale",
    "Turn",
    "no_progress",
]

Ink: TypeAlias = Literal["auto", "bright", "dark"]
INKS: dict[Ink, str] = {
    "auto": "detected from the edge of the pictures, which is paper",
    "bright": "bright on dark, as in MNIST",
    "dark": "dark on bright, as on paper",
}
"""What the ink of a source may be, with a description."""

Scale: TypeAlias = Literal["auto", "bytes", "stretched"]
SCALES: dict[Scale, str] = {
    "auto": "detected from the largest value: 1, 16 and the like become 255",
    "bytes": "0 to 255, unchanged",
    "stretched": "the largest value becomes 255",
}
"""How the brightness of a source may be stored, with a description."""

Turn: TypeAlias = Literal["auto", "upright", "transposed", "left", "right", "half", "mirrored"]
TURNS: dict[Turn, str] = {
    "auto": "detected by comparing the digits with MNIST's",
    "upright": "as they are",
    "transposed": "rows and columns swapped, as EMNIST and MATLAB need it",
    "left": "a quarter turn to the left",
    "right": "a quarter turn to the right",
    "half": "upside down",
    "mirrored": "mirrored left to right",
}
"""How the pictures of a source may have to be turned, with a description."""

Fit: TypeAlias = Literal["auto", "always", "never"]
FITS: dict[Fit, str] = {
    "auto": "unless they look like MNIST's digits already",
    "always": "all are scaled and centred like drawings",
    "never": "28 × 28 pictures are used unchanged",
}
"""Which pictures are brought to the form of MNIST's digits, with a description."""

Preparing: TypeAlias = Literal["auto"] | Preparation
PREPARINGS: dict[Preparing, str] = {
    "auto": "detected: ink on paper, or photographs",
    "ink": PREPARATIONS["ink"],
    "photo": PREPARATIONS["photo"],
    "unchanged": PREPARATIONS["unchanged"],
}
"""How the pictures of a source may have to be brought to one form, with a description."""

CHOICES: dict[str, dict[Any, str]] = {
    "ink": INKS,
    "scale": SCALES,
    "turn": TURNS,
    "fit": FITS,
    "preparation": PREPARINGS,
}
"""All choices."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a source is to be read: keys of the tables in `CHOICES`; ``auto`` means detected."""

    ink: Ink = "auto"
    scale: Scale = "auto"
    turn: Turn = "auto"
    fit: Fit = "auto"
    preparation: Preparing = "auto"

    @property
    def choices(self) -> dict[str, str]:
        """The choices that are not ``auto``, by the names of the attributes."""
        return {name: value for name in CHOICES if (value := getattr(self, name)) != "auto"}


FIND_OUT = Asked()

OnProgress: TypeAlias = Callable[[int, int], object]
"""Called now and then with the number of pictures read and of all (0 if unknown); raise `CancelledError` in it to
cancel."""


def no_progress(_done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a source, and how it was converted.

    Attributes
    ----------
    sizes : tuple of ((int, int), int)
        Width and height in pixels, and how many pictures had them; the most frequent first.
    ink, scale, turn, fit, preparation : str
        What was asked for: keys of `INKS`, `SCALES`, `TURNS`, `FITS` and `PREPARINGS`.
    dark : int
        Pictures whose ink was dark, which were inverted.
    values : (float, float), optional
        The smallest and the largest value found, where they were not read as 0 to 255.
    fitted : int
        Pictures that were brought to their form; the others were used unchanged.
    prepared : str
        How that was done: a key of `model.network.task.PREPARATIONS`.
    brought_to : (int, int)
        Width and height of all pictures then.
    turned : str
        What was done: a key of `TURNS`, but not ``auto``.
    unreadable : tuple of str
        Files that are damaged or not pictures, and so are not in the data set.
    remarks : tuple of str
        What else was skipped or changed, one sentence each, without a full stop.
    """

    sizes: tuple[tuple[tuple[int, int], int], ...] = ()
    ink: Ink = "auto"
    dark: int = 0
    scale: Scale = "auto"
    turn: Turn = "auto"
    fit: Fit = "auto"
    values: tuple[float, float] | None = None
    turned: Turn = "upright"
    fitted: int = 0
    unreadable: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    preparation: Preparing = "auto"
    prepared: Preparation = "ink"
    brought_to: tuple[int, int] = (28, 28)

    @property
    def count(self) -> int:
        """How many pictures were read."""
        return sum(count for _, count in self.sizes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know, one sentence each, without a full stop."""
        return tuple(filter(None, (*self.remarks, *self.changes(), self._of_ink(), self._of_unreadable())))

    @property
    def asked(self) -> Asked:
        """What was asked for."""
        return Asked(self.ink, self.scale, self.turn, self.fit, self.preparation)

    def changes(self) -> tuple[str, ...]:
        """Describe unexpected changes to the pictures, one sentence each, without a full stop."""
        changes = []
        if self.values:
            changes.append(
                f"its values range from {self.values[0]:g} to {self.values[1]:g}: {self.sentence_of_scale()}"
            )
        if self.turned != "upright":
            why = "its pictures are not upright" if self.turn == "auto" else "as you chose"
            changes.append(f"{why}: {self.sentence_of_turn()}")
        if (
            self.prepared == "ink"
            and 2 * self.fitted > self.count
            and [size for size, _ in self.sizes] == [(28, 28)]
        ):
            number = "all" if self.fitted == self.count else f"{self.fitted:,}"
            why = "they do not look like MNIST's digits" if self.fit == "auto" else "as you chose"
            changes.append(f"its pictures are 28 × 28, but {why}: {number} were scaled and centred")
        return tuple(changes)

    def sentence_of_scale(self) -> str:
        """Say how the values became 0 to 255."""
        return "scaled to 0 to 255" if self.values else "0 to 255, unchanged"

    def sentence_of_turn(self) -> str:
        """Say how the pictures were turned."""
        return "upright already" if self.turned == "upright" else f"all were turned ({TURNS[self.turned]})"

    def sentence_of_sizes(self) -> str:
        """List the sizes: ``28 × 28`` or ``28 × 28 (60), 100 × 80 (3) and 4 other sizes``."""
        if len(self.sizes) == 1:
            return "{} × {}".format(*self.sizes[0][0])
        shown = ", ".join(f"{width} × {height} ({count:,})" for (width, height), count in self.sizes[:3])
        more = len(self.sizes) - 3
        return shown + (f" and {more} other {'size' if more == 1 else 'sizes'}" if more > 0 else "")

    def sentence_of_fitting(self) -> str:
        """Say how the pictures were brought to one form."""
        fitted, exact = self.fitted, self.count - self.fitted
        width, height = self.brought_to
        if self.prepared != "ink":
            how = f"{PREPARATIONS[self.prepared]}, to {width} × {height}"
            return (
                f"{fitted:,} {how}" + (f"; {exact:,} used unchanged" if exact else "") if fitted else "unchanged"
            )
        how = "cropped to the ink, scaled into 20 × 20 and centred by mass, as MNIST was made"
        if not fitted:
            is_found = self.fit == "auto" and self.sizes
            return "used unchanged" + (", since they look like MNIST's digits already" if is_found else "")
        return f"{fitted:,} fitted: {how}" + (f"; {exact:,} used unchanged" if exact else "")

    def sentence_of_ink(self) -> str:
        """Say whether the ink was dark or bright; photographs have none."""
        if self.prepared != "ink":
            return "none"
        bright = self.count - self.dark
        if not self.dark:
            return "bright on dark, as the network needs it"
        if not bright:
            return "dark on bright: all pictures inverted"
        return f"dark on bright in {self.dark:,} pictures, which were inverted; bright on dark in {bright:,}"

    def _of_ink(self) -> str:
        if self.dark == 0 or self.dark < self.count:
            return ""
        return "its ink was dark on bright paper, so all pictures were inverted"

    def _of_unreadable(self) -> str:
        count = len(self.unreadable)
        if not count:
            return ""
        shown = ", ".join(self.unreadable[:3]) + (f" and {count - 3:,} more" if count > 3 else "")
        number = "1 picture" if count == 1 else f"{count:,} pictures"
        return f"{number} could not be read and {'was' if count == 1 else 'were'} skipped: {shown}"
