"""The rules of a table on flat paper: long thin lines, thick, broken or faint, followed where paper bends."""

from dataclasses import dataclass, field
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.flat_paper import Plane
from model.sheets.perspective import Points

__all__ = ["Rule", "find_rules", "rule_mask"]

STRIPS = 30
SHORTEST_STRIP = 20
"""So many parts of the longer side, or pixels, are looked at together."""
COVERED = 0.7
"""Of a strip, where a rule goes through it."""
THICKEST = 14
JUMP = 2.2
"""Pixels that a rule may move from one strip to the next."""
GAP = 4
"""Strips that it may be hidden in."""
FEWEST = 4
"""Strips that it is seen in."""
INKED, INKED_MORE = 0.72, 0.3
"""Share of a rule that is ink, at least, and by how much more than just beside it."""
BESIDE = 4
AVERAGED, ASIDE = 17, 5
"""Pixels along a faint rule that are looked at together, and how far beside it."""
FAINTEST = 0.022
MOST_UNEVEN = 3.0
"""A rule is about as dark everywhere: of what only looks like one, some is paper and some is strokes."""
LONGER = 1.3
"""A faint rule takes the place of shorter parts of it."""
MOST_LEANING = 0.045
"""Slope of a rule beside that of the others, on flat paper."""


CLEAR = 0.2
"""Less ink beside a rule is none of a stroke that crosses it."""
CLEAR_SHARE = 0.35
"""Of a rule, at least, no stroke crosses."""
CROWDED = 0.2
"""Where there is more ink on both sides, a line with gaps is made of strokes of digits below one another."""

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A line across or down the paper.

    Attributes
    ----------
    along, place : ndarray of float64, shape (n,)
        Where it has been seen: pixels along it, and its place across.
    thickness : float
        In pixels.
    """

    along: Points
    place: Points
    thickness: float
    _bend: np.polynomial.Polynomial = field(init=False)
    _slope: np.polynomial.Polynomial = field(init=False)

    def __post_init__(self) -> None:
        degree = 2 if len(self.along) >= 8 else 1
        bend = np.polynomial.Polynomial.fit(self.along, self.place, degree)
        object.__setattr__(self, "_bend", bend)
        object.__setattr__(self, "_slope", bend.deriv())

    @property
    def begin(self) -> float:
        """Where it begins."""
        return float(self.along[0])

    @property
    def end(self) -> float:
        """Where it ends."""
        return float(self.along[-1])

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.begin

    @property
    def middle(self) -> float:
        """Its place, in the middle."""
        return float(np.median(self.place))

    def at(self, along: Points | float) -> Points:
        """Return its place at places along it; beyond its ends it goes straight on."""
        inside = np.clip(along, self.begin, self.end)
        return np.asarray(self._bend(inside) + self._slope(inside) * (np.asarray(along) - inside), np.float64)


def find_rules(ink: Plane) -> tuple[list[Rule], list[Rule]]:
    """Find the rules across and down.

    Parameters
    ----------
    ink : ndarray of float32, shape (height, width)
        Of a `FlatPaper`.

    Returns
    -------
    across, down : list of Rule
        From the top to the bottom, and from the left to the right.
    """
    strip = max(SHORTEST_STRIP, max(ink.shape) // STRIPS)
    upright = np.asarray(ink.T, np.float32, "C")
    return _parallel(_both(ink, strip)), _parallel(_both(upright, strip))


def rule_mask(
    shape: tuple[int, ...], across: list[Rule], down: list[Rule], wider: float = 1.0
) -> npt.NDArray[np.bool_]:
    """Return which pixels lie on rules."""
    mask = np.zeros(shape, np.uint8)
    for rules, swap in ((across, False), (down, True)):
        for rule in rules:
            ends = np.arange(rule.begin, rule.end + 1, 4.0)
            points = np.column_stack([ends, rule.at(ends)])
            points = points[:, ::-1] if swap else points
            cv2.polylines(
                mask,
                [np.rint(points * 8).astype(np.int32)],
                isClosed=False,
                color=1,
                thickness=max(1, round(rule.thickness + 2 * wider)),
                shift=3,
            )
    return mask.astype(np.bool_)


def _level(ink: Plane) -> float:
    some = ink[::3, ::3]
    return max(0.09, 3 * 1.4826 * float(np.median(np.abs(some - np.median(some)))))


def _ridges(ink: Plane) -> npt.NDArray[np.bool_]:
    """Find thin lines across that are too faint to be seen in one pixel: on average darker than what is beside."""
    smooth = cv2.blur(ink, (AVERAGED, 1))
    aside = 0.5 * (np.roll(smooth, ASIDE, axis=0) + np.roll(smooth, -ASIDE, axis=0))
    ridge = smooth - np.maximum(aside, 0)
    ridge[:ASIDE], ridge[-ASIDE:] = 0, 0
    some = ridge[::3, ::3]
    noise = 1.4826 * float(np.median(np.abs(some - np.median(some))))
    return np.asarray(ridge > max(FAINTEST, 4 * noise), np.bool_)


def _both(ink: Plane, strip: int) -> list[Rule]:
    """Find rules across, and where they are not seen as they are, the faint ones."""
    clear = ink > _level(ink)
    kept = _across(clear, ink, strip)
    for faint in _across(clear | _ridges(ink), ink, strip):
        parts = [rule for rule in kept if _is_same(rule, faint)]
        if faint.length > LONGER * sum(rule.length for rule in parts):
            kept = [rule for rule in kept if rule not in parts] + [faint]
    return sorted(kept, key=lambda rule: rule.middle)


def _is_same(one: Rule, other: Rule) -> bool:
    begin, end = max(one.begin, other.begin), min(one.end, other.end)
    middle = (begin + end) / 2
    return end > begin and abs(float(one.at(middle)) - float(other.at(middle))) < THICKEST / 2


def _parallel(rules: list[Rule]) -> list[Rule]:
    """Leave out what leans more than the others do: strokes of digits below one another, or crossings-out."""
    if len(rules) < 3:
        return rules
    lean = np.array([np.polyfit(rule.along, rule.place, 1)[0] for rule in rules])
    order = np.argsort(lean)
    sums = np.cumsum(np.array([rule.length for rule in rules])[order] ** 2)
    usual = lean[order][np.searchsorted(sums, sums[-1] / 2)]
    return [rule for rule, one in zip(rules, lean, strict=True) if abs(one - usual) < MOST_LEANING]


def _across(mask: npt.NDArray[np.bool_], ink: Plane, strip: int) -> list[Rule]:
    height, width = mask.shape
    count = max(1, width // strip)
    seen = np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 1), np.uint8)), np.uint8)
    covered = seen[:, : count * strip].reshape(height, count, strip).mean(axis=2)
    peaks = [_peaks(covered[:, number]) for number in range(count)]
    soft = np.asarray(cv2.blur(ink, (BESIDE + 1, 1)), np.float32)
    rules = [_to_its_ends(_rule(track, strip), seen) for track in _tracks(peaks)]
    return sorted((rule for rule in rules if _is_rule(rule, seen, soft)), key=lambda rule: rule.middle)


def _is_rule(rule: Rule, seen: npt.NDArray[np.uint8], ink: Plane) -> bool:
    """Tell a rule from a row of writing, which has ink on both sides too, and none between its strokes."""
    along = np.arange(rule.begin, rule.end)
    aside = rule.thickness / 2 + BESIDE
    on, above, below = (_read(seen, along, rule.at(along) + shift).mean() for shift in (0, -aside, aside))
    if on < INKED or on - max(above, below) < INKED_MORE:
        return False
    aside = rule.thickness / 2 + ASIDE
    beside = np.maximum(*(_read(ink, along, rule.at(along) + shift) for shift in (-aside, aside)))
    clear = beside < CLEAR
    if clear.mean() < CLEAR_SHARE:
        return False
    places = along[clear], rule.at(along[clear])
    lines = [_read(ink, places[0], places[1] + shift) - beside[clear] for shift in (-1, 0, 1)]
    gaps, pale, dark = np.quantile(max(lines, key=lambda line: float(np.median(line))), [0.2, 0.35, 0.65])
    if min(above, below) > CROWDED and gaps < FAINTEST:
        return False
    return bool(pale >= FAINTEST and dark <= MOST_UNEVEN * pale + 0.05)


def _to_its_ends(rule: Rule, seen: npt.NDArray[np.uint8]) -> Rule:
    """Follow a rule from the strips where it is seen to where its ink ends."""
    begin, end = rule.begin, rule.end
    reach = (rule.along[1] - rule.along[0]) * 1.5
    before = np.arange(begin, max(0.0, begin - reach), -1.0)
    after = np.arange(end, min(float(seen.shape[1]), end + reach))
    for part, is_first in ((before, True), (after, False)):
        inked = _read(seen, part, rule.at(part)) if len(part) else np.zeros(0)
        run = np.convolve(inked, np.ones(7) / 7, "same") > 0.5
        length = int(np.argmin(run)) if not run.all() else len(run)
        if is_first:
            begin -= max(0, length - 1)
        else:
            end += max(0, length - 1)
    ends = np.array([begin, end])
    return Rule(
        np.concatenate([[begin], rule.along, [end]]),
        np.concatenate([rule.at(ends[:1]), rule.place, rule.at(ends[1:])]),
        rule.thickness,
    )


def _read(seen: npt.NDArray[Value], along: Points, place: Points) -> npt.NDArray[Value]:
    rows = np.clip(np.rint(place).astype(np.intp), 0, seen.shape[0] - 1)
    return seen[rows, np.clip(along.astype(np.intp), 0, seen.shape[1] - 1)]


def _peaks(profile: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
    """Find runs of rows that are covered: the middle of each, and its thickness."""
    high = np.concatenate([[False], profile >= COVERED, [False]])
    edges = np.flatnonzero(np.diff(high.astype(np.int8)))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin <= THICKEST:
            weights = profile[begin:end]
            found.append((float((np.arange(begin, end) * weights).sum() / weights.sum()), float(end - begin - 2)))
    return found


def _tracks(peaks: list[list[tuple[float, float]]]) -> list[list[tuple[int, float, float]]]:
    """Connect the peaks of neighbouring strips: strip, place and thickness of each."""
    open_tracks: list[list[tuple[int, float, float]]] = []
    done: list[list[tuple[int, float, float]]] = []
    for strip, here in enumerate(peaks):
        free = list(here)
        still = []
        for track in sorted(open_tracks, key=len, reverse=True):
            expected = _continued(track, strip)
            near = min(free, key=lambda peak: abs(peak[0] - expected), default=None)
            if near is not None and abs(near[0] - expected) <= JUMP:
                free.remove(near)
                track.append((strip, *near))
            if strip - track[-1][0] > GAP:
                done.append(track)
            else:
                still.append(track)
        open_tracks = still + [[(strip, *peak)] for peak in free]
    return [track for track in done + open_tracks if len(track) >= FEWEST]


def _continued(track: list[tuple[int, float, float]], strip: int) -> float:
    """Return where a track goes on: straight, as its last parts do."""
    if len(track) < 4:
        return track[-1][1]
    strips = np.array([one for one, _, _ in track[-8:]], float)
    places = np.array([place for _, place, _ in track[-8:]])
    away = strips - strips.mean()
    return float(places.mean() + (away @ places) / (away @ away) * (strip - strips.mean()))


def _rule(track: list[tuple[int, float, float]], strip: int) -> Rule:
    strips, places, thicknesses = (np.array(column, float) for column in zip(*track, strict=True))
    return Rule((strips + 0.5) * strip, places, max(1.0, float(np.median(thicknesses))))
