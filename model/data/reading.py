"""How a data set was read: what a user has to know before it replaces another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["INKS", "Ink", "OnProgress", "Reading", "no_progress"]

Ink: TypeAlias = Literal["auto", "bright", "dark"]
INKS: dict[Ink, str] = {
    "auto": "as the rim of the pictures tells, which is paper",
    "bright": "bright on dark, as MNIST has it",
    "dark": "dark on bright, as on paper",
}
"""How the ink of a source may be, and one sentence about it."""

OnProgress: TypeAlias = Callable[[int, int], object]
"""Called now and then with the number of pictures read and of all (0 if not known); whoever wants to cancel raises
`CancelledError` in it."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a source, and what was made of it.

    Attributes
    ----------
    sizes : tuple of ((int, int), int)
        Width and height in pixels, and how many pictures had them; the most frequent first.
    ink : str
        What was asked for: a key of `INKS`.
    dark : int
        Pictures whose ink was taken to be dark, and which were inverted.
    unreadable : tuple of str
        Files that are damaged or no pictures, and so are not in the data set.
    remarks : tuple of str
        What else was left out or changed, one sentence each, without a full stop.
    """

    sizes: tuple[tuple[tuple[int, int], int], ...] = ()
    ink: Ink = "auto"
    dark: int = 0
    unreadable: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many pictures were read."""
        return sum(count for _, count in self.sizes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should hear of, one sentence each, without a full stop."""
        return tuple(filter(None, (*self.remarks, self._of_ink(), self._of_unreadable())))

    def sentence_of_sizes(self) -> str:
        """Tell the sizes: ``28 × 28`` or ``28 × 28 (60), 100 × 80 (3) and 4 other sizes``."""
        if len(self.sizes) == 1:
            return "{} × {}".format(*self.sizes[0][0])
        shown = ", ".join(f"{width} × {height} ({count:,})" for (width, height), count in self.sizes[:3])
        more = len(self.sizes) - 3
        return shown + (f" and {more} other {'size' if more == 1 else 'sizes'}" if more > 0 else "")

    def sentence_of_fitting(self) -> str:
        """Tell how the pictures were brought to 28×28."""
        exact = dict(self.sizes).get((28, 28), 0)
        fitted = self.count - exact
        how = "the ink cut out, scaled into 20 × 20, and centred by its mass, as MNIST was made"
        if not fitted:
            return "taken pixel by pixel"
        return f"{fitted:,} fitted: {how}" + (f"; {exact:,} taken pixel by pixel" if exact else "")

    def sentence_of_ink(self) -> str:
        """Tell how the ink was."""
        bright = self.count - self.dark
        if not self.dark:
            return "bright on dark, as the network wants it"
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
        return f"{number} could not be read and {'was' if count == 1 else 'were'} left out: {shown}"
