"""The borders of rows and columns, each as a polynomial of the place along it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.sheets.perspective import Points
from model.sheets.rules import Rule

__all__ = ["Border", "completed", "crossing", "edges_of", "joined", "mixed", "moved_by"]

UNEVEN = 0.1
"""Of the usual distance, by which evenly spaced borders differ at most."""
MOST_HIDDEN = 3
FEWEST_FOR_FOLDS, NEARLY_ALL = 20, 0.9
"""Places where a rule has been seen, and its share of the longest one, that tell how paper is folded."""
ALIGNED = 12.0
"""Pixels between the ends of two parts of one rule, across it."""
WIDEST_GAP, OVERLAP = 0.15, 0.25
"""Between two parts, along the rule, and how much they may overlap: of the length of both, and of the shorter."""


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """A border between rows, or between columns.

    Attributes
    ----------
    bend : ndarray of float64
        Coefficients of its place across, as numpy.polyval takes them.
    """

    bend: npt.NDArray[np.float64]

    def at(self, along: float) -> float:
        """Return its place at a place along it."""
        return float(np.polyval(self.bend, along))

    def at_all(self, along: Points) -> Points:
        """Return its place at many places along it."""
        return np.asarray(np.polyval(self.bend, along), np.float64)


def _edge(rule: Rule, longest: float) -> Border:
    """Return the border along a rule, where the longest of its direction is as long as that.

    Paper that was folded is bent in more than one way; beyond the ends of a rule that is not guessed at.
    """
    if len(rule.along) >= FEWEST_FOR_FOLDS and rule.length >= NEARLY_ALL * longest:
        return Border(np.polyfit(rule.along, rule.place, 4))
    ends = np.linspace(rule.begin, rule.end, 20)
    return Border(np.polyfit(ends, rule.at(ends), 2 if len(rule.along) >= 10 else 1))


def edges_of(rules: list[Rule]) -> list[Border]:
    """Return the borders along rules."""
    longest = max((rule.length for rule in rules), default=0.0)
    return [_edge(rule, longest) for rule in rules]


def mixed(upper: Border, lower: Border, share: float) -> Border:
    """Return a border between two: the first for a share of 0, the second for 1."""
    one, other = (np.concatenate([np.zeros(5 - len(border.bend)), border.bend]) for border in (upper, lower))
    return Border((1 - share) * one + share * other)


def moved_by(border: Border, distance: float) -> Border:
    """Return a border of the same shape beside it."""
    bend = border.bend.copy()
    bend[-1] += distance
    return Border(bend)


def crossing(row: Border, column: Border) -> tuple[float, float]:
    """Return where a row and a column cross: x and y."""
    y = row.at(0.0)
    for _ in range(4):
        x = column.at(y)
        y = row.at(x)
    return x, y


def joined(rules: list[Rule]) -> list[Rule]:
    """Make one rule of its parts: where paper is folded, or a rule is broken, one begins as another ends."""
    whole: list[Rule] = []
    for rule in sorted(rules, key=lambda one: one.begin):
        before = [one for one in whole if _goes_on(one, rule)]
        if not before:
            whole.append(rule)
            continue
        one = min(before, key=lambda part: abs(float(part.at(part.end)) - float(rule.at(part.end))))
        whole.remove(one)
        after = rule.along > one.end
        whole.append(
            Rule(
                np.concatenate([one.along, rule.along[after]]),
                np.concatenate([one.place, rule.place[after]]),
                max(one.thickness, rule.thickness),
            )
        )
    return sorted(whole, key=lambda one: one.middle)


def _goes_on(one: Rule, rule: Rule) -> bool:
    gap = rule.begin - one.end
    if rule.end <= one.end or gap > WIDEST_GAP * (one.length + rule.length):
        return False
    if gap < -OVERLAP * min(one.length, rule.length):
        return False
    between = (one.end + rule.begin) / 2
    return bool(abs(float(one.at(between)) - float(rule.at(between))) < ALIGNED)


def completed(
    borders: list[Border], reach: tuple[float, float] | None, middle: float, uneven: float = UNEVEN
) -> list[Border]:
    """Add the borders that are hidden by writing, or too faint, where the others are evenly spaced.

    Parameters
    ----------
    borders : list of Border
    reach : (float, float) or None
        From where to where the table goes, by the rules of the other direction.
    middle : float
        Where, along the borders, distances are measured.
    uneven : float
        Of the usual distance, by which evenly spaced borders differ at most.
    """
    if len(borders) < 2:
        return []
    places = np.array([border.at(middle) for border in borders])
    gaps = np.diff(places)
    usual = float(np.median(gaps))
    if (
        len(gaps) > 1
        and (np.abs(gaps / usual - np.rint(gaps / usual)) < uneven * np.rint(gaps / usual)).mean() < 0.8
    ):
        return borders
    full = [borders[0]]
    for (one, other), gap in zip(pairwise(borders), gaps, strict=True):
        count = max(1, round(gap / usual))
        if count <= MOST_HIDDEN and abs(gap / count - usual) < uneven * usual:
            full += [mixed(one, other, share / count) for share in range(1, count)]
        full.append(other)
    if reach is None:
        return full
    before, after = ((places[0] - reach[0]) / usual, (reach[1] - places[-1]) / usual)
    full = [*(moved_by(borders[0], -usual * step) for step in range(_whole(before), 0, -1)), *full]
    return full + [moved_by(borders[-1], usual * step) for step in range(1, _whole(after) + 1)]


def _whole(count: float) -> int:
    """Return how many borders are missing beyond the last: a whole number, or none."""
    return round(count) if count > 0.5 and abs(count - round(count)) < 0.15 and count < MOST_HIDDEN + 0.5 else 0
