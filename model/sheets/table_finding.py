"""Finds the table on flat paper: between its rules, and where there are none, between what is written."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.sheets.flat_paper import FlatPaper, Plane, Points
from model.sheets.layout import Layout
from model.sheets.rule_removal import without_rules
from model.sheets.rules import Rule, find_rules

__all__ = ["FoundTable", "find_table"]

LONG_ENOUGH = 0.55
"""A rule of a table goes along this share of its width or height."""
REACH = 12.0
"""Pixels between the end of a rule and the rule that it meets."""
DOUBLE = 0.22
"""Rules that are nearer than this share of the usual distance are one border."""
LOWEST_ROW = 0.8
"""Heights of a digit; rules that are nearer are one border, too."""
UNEVEN = 0.1
"""Of the usual distance, by which evenly spaced borders differ at most."""
MOST_HIDDEN = 3
INK = 0.35
"""What is darker is writing."""
RIM = 0.006
"""Of the longer side: what is nearer to the edge of the picture is the edge of the paper."""
LINE_OF_WRITING = 1.15
"""Heights of a digit that a line of writing takes, at least."""
WORD_GAP = 0.4
"""Heights of a digit between two numbers, at least."""
LOW = 0.6
"""Between two columns without a rule there is ink in less than this share of the rows beside."""


@dataclass(frozen=True, eq=False)
class FoundTable:
    """A table on flat paper.

    Attributes
    ----------
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
        Where borders cross, x and y in pixels of the flat paper.
    writing : ndarray of float32, shape (height, width)
        The ink without the rules.
    digit_height : float
        Of a usual digit, in pixels.
    """

    nodes: Points
    writing: Plane
    digit_height: float

    def layout(self, paper: FlatPaper, size: tuple[int, int]) -> Layout:
        """Return where the cells lie in the picture, of this width and height."""
        return Layout(paper.in_picture(self.nodes), size)


def find_table(paper: FlatPaper) -> FoundTable:
    """Find the rows and columns of the largest table.

    Raises
    ------
    DataFormatError
        If there is none.
    """
    across, down = find_rules(paper.ink)
    writing = without_rules(paper.ink, across, down)
    boxes = _boxes_of_writing(writing)
    height = float(np.median(boxes[:, 3])) if len(boxes) else 20.0
    across, down = _largest_table(across, down, height)
    across, down = _as_long_as_writing(across, down, boxes)
    region = _region(across, down, boxes, paper.ink.shape)
    inside = boxes[_are_inside(boxes, region)] if len(boxes) else boxes
    rows = _complete([_edge(rule) for rule in across], _reach(down), (region[0] + region[2]) / 2)
    columns = _complete([_edge(rule) for rule in down], _reach(across), (region[1] + region[3]) / 2)
    rows = _with_written_lines(rows, inside, region, height)
    columns = columns or _columns_of_writing(inside, rows, height)
    if len(rows) < 2 or len(columns) < 2 or (len(rows) - 1) * (len(columns) - 1) < 2:
        found = (
            "a single cell" if len(rows) == len(columns) == 2 else "neither rules nor numbers in rows and columns"
        )
        raise DataFormatError(f"expected a table of numbers, found {found}")
    nodes = np.array([[_crossing(row, column) for column in columns] for row in rows])
    return FoundTable(nodes, writing, height)


@dataclass(frozen=True, slots=True, eq=False)
class _Border:
    """A border as a polynomial of the place along it."""

    bend: npt.NDArray[np.float64]  # coefficients, as numpy.polyval takes them

    def at(self, along: float) -> float:
        return float(np.polyval(self.bend, along))


def _edge(rule: Rule) -> _Border:
    ends = np.linspace(rule.begin, rule.end, 20)
    return _Border(np.polyfit(ends, rule.at(ends), 2 if len(rule.along) >= 10 else 1))


def _reach(rules: list[Rule]) -> tuple[float, float] | None:
    """Return from where to where most rules of the other direction go: the table's outline."""
    if len(rules) < 2:
        return None
    return float(np.median([rule.begin for rule in rules])), float(np.median([rule.end for rule in rules]))


def _complete(borders: list[_Border], reach: tuple[float, float] | None, middle: float) -> list[_Border]:
    """Add the borders that are hidden by writing, or too faint, where the others are evenly spaced.

    Parameters
    ----------
    borders : list of _Border
    reach : (float, float) or None
        From where to where the table goes, by the rules of the other direction.
    middle : float
        Where, along the borders, distances are measured.
    """
    if len(borders) < 2:
        return []
    places = np.array([border.at(middle) for border in borders])
    gaps = np.diff(places)
    usual = float(np.median(gaps))
    if (
        len(gaps) > 1
        and (np.abs(gaps / usual - np.rint(gaps / usual)) < UNEVEN * np.rint(gaps / usual)).mean() < 0.8
    ):
        return borders
    full = [borders[0]]
    for (one, other), gap in zip(pairwise(borders), gaps, strict=True):
        count = max(1, round(gap / usual))
        if count <= MOST_HIDDEN and abs(gap / count - usual) < UNEVEN * usual:
            full += [_Border(_mixed(one, other, share / count)) for share in range(1, count)]
        full.append(other)
    if reach is None:
        return full
    before, after = ((places[0] - reach[0]) / usual, (reach[1] - places[-1]) / usual)
    full = [*(_moved(borders[0], -usual * step) for step in range(_whole(before), 0, -1)), *full]
    return full + [_moved(borders[-1], usual * step) for step in range(1, _whole(after) + 1)]


def _whole(count: float) -> int:
    """Return how many borders are missing beyond the last: a whole number, or none."""
    return round(count) if count > 0.5 and abs(count - round(count)) < 0.15 and count < MOST_HIDDEN + 0.5 else 0


def _moved(border: _Border, distance: float) -> _Border:
    bend = border.bend.copy()
    bend[-1] += distance
    return _Border(bend)


def _crossing(row: _Border, column: _Border) -> tuple[float, float]:
    y = row.at(0.0)
    for _ in range(4):
        x = column.at(y)
        y = row.at(x)
    return x, y


def _largest_table(across: list[Rule], down: list[Rule], height: float) -> tuple[list[Rule], list[Rule]]:
    """Keep the rules that cross each other most, and of these the long ones; doubles become one."""
    if not across or not down:
        return _alike(across, height), _alike(down, height)
    meets = np.array([[_meet(row, column) for column in down] for row in across])
    best: tuple[list[int], list[int]] = ([], [])
    left = set(range(len(across)))
    while left:
        rows, columns = {left.pop()}, set[int]()
        while True:
            more = {int(c) for r in rows for c in np.flatnonzero(meets[r])}
            wider = {int(r) for c in more for r in np.flatnonzero(meets[:, c])} | rows
            if more == columns and wider == rows:
                break
            rows, columns = wider, more
        left -= rows
        if len(rows) * len(columns) > len(best[0]) * len(best[1]):
            best = sorted(rows), sorted(columns)
    if len(best[0]) * len(best[1]) == 0:
        return _alike(across, height), _alike(down, height)
    return _long([across[r] for r in best[0]], height), _long([down[c] for c in best[1]], height)


def _as_long_as_writing(
    across: list[Rule], down: list[Rule], boxes: npt.NDArray[np.float64]
) -> tuple[list[Rule], list[Rule]]:
    """Of rules that meet no others, keep those that go along most of what is written: others are underlines."""
    if not len(boxes):
        return across, down
    width, height = (boxes[:, :2] + boxes[:, 2:]).max(axis=0) - boxes[:, :2].min(axis=0)
    if len(down) < 2:
        across = [rule for rule in across if rule.end - rule.begin >= LONG_ENOUGH * width]
    if len(across) < 2:
        down = [rule for rule in down if rule.end - rule.begin >= LONG_ENOUGH * height]
    return across, down


def _meet(row: Rule, column: Rule) -> bool:
    x = float(column.at(row.middle))
    y = float(row.at(x))
    return row.begin - REACH <= x <= row.end + REACH and column.begin - REACH <= y <= column.end + REACH


def _long(rules: list[Rule], height: float) -> list[Rule]:
    whole = max(rule.end for rule in rules) - min(rule.begin for rule in rules)
    return _single([rule for rule in rules if rule.end - rule.begin >= LONG_ENOUGH * whole], height)


def _alike(rules: list[Rule], height: float) -> list[Rule]:
    """Of rules in one direction alone, keep those that are about as long as the longest."""
    longest = max((rule.end - rule.begin for rule in rules), default=0.0)
    return _single([rule for rule in rules if rule.end - rule.begin >= LONG_ENOUGH * longest], height)


def _single(rules: list[Rule], height: float) -> list[Rule]:
    if len(rules) < 3:
        return rules
    places = np.array([rule.middle for rule in rules])
    usual = float(np.median(np.sort(np.diff(places))[len(places) // 3 :]))
    kept = [rules[0]]
    for rule in rules[1:]:
        if rule.middle - kept[-1].middle >= max(6.0, min(DOUBLE * usual, LOWEST_ROW * height)):
            kept.append(rule)
        elif rule.end - rule.begin > kept[-1].end - kept[-1].begin:
            kept[-1] = rule
    return kept


def _boxes_of_writing(writing: Plane) -> npt.NDArray[np.float64]:
    """Return left, top, width and height of every piece of ink that may be a digit or a part of one."""
    seen = (writing > INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
    boxes = stats[1:, :4].astype(np.float64)
    areas = stats[1:, 4]
    large = (boxes[:, 3] >= 8) & (areas >= 12) & (boxes[:, 3] < writing.shape[0] / 5)
    rim = RIM * max(writing.shape)
    ends = boxes[:, :2] + boxes[:, 2:]
    inside = (boxes[:, :2] > rim).all(axis=1) & (ends < np.array(writing.shape[::-1]) - rim).all(axis=1)
    boxes = boxes[large & inside]
    if len(boxes) > 3:
        usual = float(np.median(boxes[boxes[:, 3] >= 0.5 * np.percentile(boxes[:, 3], 80), 3]))
        boxes = boxes[(boxes[:, 3] > 0.4 * usual) & (boxes[:, 3] < 2.6 * usual)]
    return boxes


Region = tuple[float, float, float, float]


def _region(
    across: list[Rule], down: list[Rule], boxes: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> Region:
    """Return left, top, right and bottom of the table: between its outermost rules, or around all writing."""
    left, top, right, bottom = 0.0, 0.0, float(shape[1]), float(shape[0])
    if len(boxes):
        left, top = boxes[:, 0].min() - 2, boxes[:, 1].min() - 2
        right, bottom = (boxes[:, 0] + boxes[:, 2]).max() + 2, (boxes[:, 1] + boxes[:, 3]).max() + 2
    if len(down) > 1:
        left, right = down[0].middle, down[-1].middle
        top, bottom = min(rule.begin for rule in down), max(rule.end for rule in down)
    if len(across) > 1:
        top, bottom = across[0].middle, across[-1].middle
        if len(down) < 2:
            left, right = min(rule.begin for rule in across), max(rule.end for rule in across)
    return left, top, right, bottom


def _are_inside(boxes: npt.NDArray[np.float64], region: Region) -> npt.NDArray[np.bool_]:
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return (x >= region[0]) & (x <= region[2]) & (y >= region[1]) & (y <= region[3])


def _with_written_lines(
    rows: list[_Border], boxes: npt.NDArray[np.float64], region: Region, height: float
) -> list[_Border]:
    """Add borders between lines of writing where no rule is."""
    middle = (region[0] + region[2]) / 2
    if not rows:
        ends = _Border(np.array([region[1]])), _Border(np.array([region[3]]))
        return [ends[0], *_between_lines(*ends, boxes, middle, height), ends[1]]
    full = [rows[0]]
    for upper, lower in pairwise(rows):
        if lower.at(middle) - upper.at(middle) > 2 * LINE_OF_WRITING * height:
            full += _between_lines(upper, lower, boxes, middle, height)
        full.append(lower)
    return full


def _between_lines(
    upper: _Border, lower: _Border, boxes: npt.NDArray[np.float64], middle: float, height: float
) -> list[_Border]:
    """Find how many lines are written between two borders, and put a border between each two."""
    top, bottom = upper.at(middle), lower.at(middle)
    centres = boxes[:, 1] + boxes[:, 3] / 2
    inside = boxes[(centres > top) & (centres < bottom)]
    if len(inside) < 2:
        return []
    length = int(bottom - top) + 1
    covered = np.zeros(length)
    for _, y, width, tall in inside:
        begin, end = int(y + 0.15 * tall - top), int(y + 0.85 * tall - top)
        covered[max(0, begin) : max(0, end)] += width
    smooth = cv2.GaussianBlur(covered.reshape(-1, 1), (1, 0x1F), height / 6).ravel()
    valleys = _valleys(np.asarray(smooth, np.float64), height)
    return [_Border(_mixed(upper, lower, valley / length)) for valley in valleys]


def _valleys(profile: npt.NDArray[np.float64], height: float) -> list[int]:
    """Find the lowest place between each two lines of writing."""
    level = 0.15 * float(np.percentile(profile, 90))
    high = np.concatenate([[False], profile > level, [False]])
    edges = np.flatnonzero(np.diff(high.astype(np.int8)))
    lines = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.3 * height]
    return [(one[1] + other[0]) // 2 if other[0] > one[1] else one[1] for one, other in pairwise(lines)]


def _mixed(upper: _Border, lower: _Border, share: float) -> npt.NDArray[np.float64]:
    one, other = (np.concatenate([np.zeros(3 - len(border.bend)), border.bend]) for border in (upper, lower))
    return (1 - share) * one + share * other


def _columns_of_writing(boxes: npt.NDArray[np.float64], rows: list[_Border], height: float) -> list[_Border]:
    """Find gaps without writing that go down the whole table."""
    if not len(boxes):
        return []
    left, right = int(boxes[:, 0].min()), int((boxes[:, 0] + boxes[:, 2]).max()) + 1
    covered = _covered_by_numbers(boxes, rows, left, right, height)
    gaps = _low_places(covered)
    places = [left - 0.4 * height, *(left + place for place in gaps), right + 0.4 * height]
    return [_Border(np.array([place])) for place in places]


def _covered_by_numbers(
    boxes: npt.NDArray[np.float64], rows: list[_Border], left: int, right: int, height: float
) -> npt.NDArray[np.float64]:
    """Count at each place in how many rows it lies in a number, the gaps between its digits included."""
    covered = np.zeros(right - left + 1)
    lines = np.array([row.at((left + right) / 2) for row in rows])
    line_of = np.searchsorted(lines, boxes[:, 1] + boxes[:, 3] / 2)
    for line in np.unique(line_of):
        inked = np.zeros_like(covered, dtype=np.uint8)
        for x, _, width, _ in boxes[line_of == line]:
            inked[int(x - left) : int(x + width - left) + 1] = 1
        reach = max(1, int(WORD_GAP * height)) | 1
        covered += cv2.morphologyEx(inked[np.newaxis], cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))[0]
    return covered


def _low_places(covered: npt.NDArray[np.float64]) -> list[float]:
    """Find the middle of each place that is covered much less than there is on both sides of it."""
    found: list[float] = []
    peak, low, begin, end = covered[0], covered[0], 0, 0
    for place, value in enumerate(covered):
        if value < low:
            low, begin, end = value, place, place
        elif value == low and end == place - 1:
            end = place
        elif value > low and low <= LOW * min(peak, value) and value >= 0.5 * covered.max():
            found.append((begin + end) / 2)
            peak, low, begin, end = value, value, place, place
        if value > peak:
            peak, low, begin, end = value, value, place, place
    return found
