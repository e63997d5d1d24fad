"""What a step may ask one to do: conditions that the window sees by itself."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from model.errors import ConfigError

__all__ = ["GOALS", "Goal", "GoalKind", "read_goal"]

SHARE = re.compile(r"\d{1,3}(\.\d+)?")
LONGEST = 60
"""Letters of what stands behind the name of a goal."""


@dataclass(frozen=True, slots=True)
class GoalKind:
    """One kind of goal.

    Attributes
    ----------
    words : str
        What the user is asked to do; ``{}`` is what stands behind the name of the goal.
    alone : str
        The same where nothing stands there; empty if something must.
    """

    words: str
    alone: str = ""


GOALS: Mapping[str, GoalKind] = {
    "drawn": GoalKind("Draw until the network reads “{}”", "Draw something"),
    "doubted": GoalKind("", "Draw something that the network doubts"),
    "trained": GoalKind("", "Train to the end"),
    "accuracy": GoalKind("Train until more than {} % of the validation pictures are right"),
    "measured": GoalKind("", "Measure the changes to the end"),
    "evaluated": GoalKind("", "Evaluate the network"),
    "pinned": GoalKind("Click a number of the layer {}", "Click a number of a layer"),
    "page": GoalKind("Show the page {}"),
    "tab": GoalKind("Show the tab {}"),
    "fault begun": GoalKind("", "Press Begin and wait for the curves"),
    "fault curves": GoalKind("", "Say what the curves show"),
    "fault view": GoalKind("", "Find the view that shows what is wrong"),
    "fault found": GoalKind("", "Name the cause"),
}
"""All goals by their names."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be done: the name of a goal, and what stands behind it."""

    kind: str
    detail: str = ""

    @property
    def words(self) -> str:
        """What the user is asked to do."""
        kind = GOALS[self.kind]
        return kind.words.format(self.detail) if self.detail else kind.alone

    @property
    def share(self) -> float:
        """The detail as a number of per cent, from 0 to 1."""
        return float(self.detail) / 100


def read_goal(text: str, pages: Mapping[str, tuple[str, ...]]) -> Goal:
    """Read a goal.

    Parameters
    ----------
    text : str
        ``drawn 7``.
    pages : mapping
        The pages there are, with their tabs.

    Raises
    ------
    ConfigError
        If there is no such goal, or something else must stand behind its name.
    """
    name = next((name for name in GOALS if text == name or text.startswith(f"{name} ")), None)
    if name is None:
        raise ConfigError(f"expected one of {', '.join(GOALS)}, found {text!r:.{LONGEST}}")
    kind, detail = GOALS[name], text[len(name) :].strip()
    if detail and not kind.words:
        raise ConfigError(f"expected {name} alone, found {text!r:.{LONGEST}}")
    if not detail and not kind.alone:
        raise ConfigError(f"expected something behind {name}, found nothing")
    if len(detail) > LONGEST:
        raise ConfigError(f"expected at most {LONGEST} letters behind {name}, found {len(detail)}")
    if name == "accuracy" and not (
        SHARE.fullmatch(detail) and math.isfinite(float(detail)) and float(detail) < 100
    ):
        raise ConfigError(f"expected per cent below 100 behind {name}, found {detail!r}")
    allowed = {"page": list(pages), "tab": [tab for tabs in pages.values() for tab in tabs]}.get(name)
    if allowed is not None and detail not in allowed:
        raise ConfigError(f"expected one of {', '.join(dict.fromkeys(allowed))} behind {name}, found {detail!r}")
    return Goal(name, detail)
