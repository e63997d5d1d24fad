"""What a lesson is: steps, each with a text, with what sets up the window, and with a question or a goal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from digitgui.lessons.goals import Goal

__all__ = ["PAGES", "Answer", "Lesson", "SetUp", "Step"]

PAGES: Mapping[str, tuple[str, ...]] = {
    "draw": ("Step by step", "My hand and the data", "When to doubt"),
    "inspect": (
        *("Maps and kernels", "Pinned number", "Training step", "Check gradients"),
        *("Why this answer", "Surgery", "Time machine", "Own layers"),
    ),
    "sheets": (),
    "hand": (),
    "data": ("Picture", "Map", "Augmentation"),
    "train": ("Curves", "Doctor", "Find the fault", "Layers"),
    "evaluate": ("Confusion matrix", "Figures", "Curves", "Compare"),
    "runs": ("Curves", "Differences", "Parallel coordinates", "Sweep"),
}
"""The pages that a step may show, with the tabs of each; a test compares them with those of the window."""

NETWORK_PAGES = ("draw", "inspect", "sheets", "hand", "data", "evaluate")
"""Those that tell something about the open network."""
BEGUN_FAULTS = ("fault curves", "fault view", "fault found")
"""Goals for which a fault must have been begun."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question, and what is said to those who choose it."""

    text: str
    is_right: bool
    reply: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """How the window is to be; what is not said stays as it was.

    Attributes
    ----------
    page, tab : str
        Keys and tabs of `PAGES`.
    network : str
        ``default``, or the path of a file in the folder.
    data : str
        ``bundled``, or a path in the folder.
    settings : dict
        Of the form on the Train page, by the names of `model.training.settings.SETTINGS`.
    drawing : Path or None
        Ink or a picture, which becomes the drawing.
    picture : int or None
        Number of a picture of the data, counted from 1.
    layer : str
        Of the network: its largest number is pinned on the Inspect page.
    fault : str
        What is chosen under Find the fault.
    """

    page: str = ""
    tab: str = ""
    network: str = ""
    data: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    drawing: Path | None = None
    picture: int | None = None
    layer: str = ""
    fault: str = ""

    def after(self, earlier: "SetUp") -> "SetUp":
        """Return what holds when this follows an earlier one."""
        return SetUp(
            page=self.page or earlier.page,
            tab=self.tab if self.page else self.tab or earlier.tab,
            network=self.network or earlier.network,
            data=self.data or earlier.data,
            settings={**earlier.settings, **self.settings},
            drawing=self.drawing or earlier.drawing,
            picture=self.picture if self.page else self.picture or earlier.picture,
            layer=self.layer if self.page else self.layer or earlier.layer,
            fault=self.fault or earlier.fault,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title : str
    text : str
        Markdown without HTML and pictures.
    set_up : SetUp
    answers : tuple of Answer
        None, or at least two, of which one or more are right.
    goal : Goal or None
        What is to be done in the window.
    """

    title: str
    text: str
    set_up: SetUp = SetUp()
    answers: tuple[Answer, ...] = ()
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as it stands in its folder."""

    folder: Path
    title: str
    steps: tuple[Step, ...]

    def set_up_at(self, number: int) -> SetUp:
        """Return what a step itself says, with the settings of those before it where it says some."""
        own = self.steps[number].set_up
        return replace(own, settings=self.set_up_until(number).settings) if own.settings else own

    def resumed_at(self, number: int) -> int:
        """Return where the lesson goes on for those who stopped at a step, both counted from 0.

        What they trained, and the fault that they began with, went when the lesson was closed: it goes on with the
        step in which that is made.
        """
        goal = self.steps[number].goal
        if goal and goal.kind in BEGUN_FAULTS and not self.steps[number].set_up.fault:
            return max((at for at in range(number) if self.steps[at].set_up.fault), default=number)
        trained = [at for at in range(number) if self._is_trained(at) and not self._opens_network(at + 1, number)]
        is_asked = any(
            self.set_up_until(at).page in NETWORK_PAGES and not self._opens_network(number, at)
            for at in range(number, self._next_trained(number))
        )
        return trained[-1] if trained and is_asked else number

    def set_up_until(self, number: int) -> SetUp:
        """Return what holds at a step, counted from 0, after all steps before it."""
        result = SetUp()
        for step in self.steps[: number + 1]:
            result = step.set_up.after(result)
        return result

    def _is_trained(self, number: int) -> bool:
        goal = self.steps[number].goal
        return goal is not None and goal.kind in ("trained", "accuracy")

    def _next_trained(self, number: int) -> int:
        """Return the first step from this one on that trains; the number of steps if there is none."""
        return next((at for at in range(number, len(self.steps)) if self._is_trained(at)), len(self.steps))

    def _opens_network(self, first: int, last: int) -> bool:
        return any(step.set_up.network for step in self.steps[first : last + 1])
