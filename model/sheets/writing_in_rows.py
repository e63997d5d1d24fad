"""Finds lines of writing and columns of writing where no rules part them."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.flat_paper import Plane
from model.sheets.rules import Rule
from model.sheets.table_borders import Border, completed, mixed, moved_by

__all__ = ["Boxes", "Region", "boxes_of_writing", "with_written_columns", "with_written_lines"]

Boxes = npt.NDArray[np.float64]
Region = tuple[float, float, float, float]

INK = 0.35
"""What is darker is writing."""
RIM = 0.006
"""Of the longer side: what is nearer to the edge of the picture is the edge of the paper."""
LINE_OF_WRITING = 1.15
"""Heights of a digit that a line of writing takes, at least."""
CORE, LOWEST, TALLEST = 0.2, 0.65, 1.6
"""A digit counts for its line by the middle of its height, so much to both sides. What is lower, in heights of a
digit, are check marks or pieces; what is taller are digits of two lines that touch."""
WEAKEST = 0.25
"""Of a usual line's writing: less are check marks, or dirt."""
CLOSEST = 0.75
"""Heights of a digit between two lines."""
THINNEST = 0.12
"""On paper without rules, the width of a line's ink in heights of a digit: a 1."""
CLOSEST_STEPS, UNEVEN_LINES = 0.75, 0.2
"""Of the usual distance of lines there: how near one with little writing is, and by how much distances differ."""
WORD_GAP = 0.4
"""Heights of a digit between two numbers, at least."""
LOW = 0.6
"""Between two columns without a rule there is ink in less than this share of the rows beside."""
LOWER, FEWEST_NUMBERS = 0.35, 2
"""If after it so many numbers stand below one another, but less than half of the most, this share."""
MOST_ROWS = 0.5
"""Of the rows are written in, where there is a column beyond the outermost rule."""
WIDE, WIDE_AT_LEAST = 1.6, 4.0
"""A column that is wider than the narrow ones by this factor, and than so many digits are high, may be several
whose rules are not seen."""


def boxes_of_writing(writing: Plane, across: list[Rule], down: list[Rule]) -> Boxes:
    """Return left, top, width and height of every piece of ink that may be a digit or a part of one.

    Along the edges of a picture lies the edge of the paper, which is no writing, but not where rules run into it.
    """
    seen = (writing > INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
    boxes = stats[1:, :4].astype(np.float64)
    areas = stats[1:, 4]
    large = (boxes[:, 3] >= 8) & (areas >= 12) & (boxes[:, 3] < writing.shape[0] / 5)
    rim = RIM * max(writing.shape)
    left, right = _rims(across, writing.shape[1], rim)
    top, bottom = _rims(down, writing.shape[0], rim)
    ends = boxes[:, :2] + boxes[:, 2:]
    inside = (boxes[:, :2] > (left, top)).all(axis=1)
    inside &= (ends < (writing.shape[1] - right, writing.shape[0] - bottom)).all(axis=1)
    boxes = boxes[large & inside]
    if len(boxes) > 3:
        usual = float(np.median(boxes[boxes[:, 3] >= 0.5 * np.percentile(boxes[:, 3], 80), 3]))
        boxes = boxes[(boxes[:, 3] > 0.4 * usual) & (boxes[:, 3] < 2.6 * usual)]
    return boxes


def _rims(rules: list[Rule], length: int, rim: float) -> tuple[float, float]:
    """Return how wide the edges at both ends of rules are: not at all where most of them are cut off there."""
    begins = np.array([rule.begin for rule in rules])
    ends = np.array([rule.end for rule in rules])
    is_cut = [count >= max(2, len(rules) / 2) for count in ((begins <= rim).sum(), (ends >= length - rim).sum())]
    return (-1.0 if is_cut[0] else rim), (-1.0 if is_cut[1] else rim)


def with_written_lines(rows: list[Border], boxes: Boxes, region: Region, height: float) -> list[Border]:
    """Add borders between lines of writing where no rule is, also above and below the outermost rules.

    Parameters
    ----------
    rows : list of Border
        Along the rules.
    boxes : ndarray of float64, shape (n, 4)
        Of the writing in the table.
    region : (float, float, float, float)
        Left, top, right and bottom of the table.
    height : float
        Of a digit.
    """
    middle = (region[0] + region[2]) / 2
    if not rows:
        return _lines_on_plain_paper(boxes, region, height)
    usual = _usual_weight(rows, boxes, middle, height)
    full = [rows[0]]
    for upper, lower in pairwise(rows):
        if lower.at(middle) - upper.at(middle) > 2 * LINE_OF_WRITING * height:
            full += _between(_lines(upper, lower, boxes, middle, height, usual), upper, lower)
        full.append(lower)
    above = moved_by(rows[0], region[1] - rows[0].at(middle))
    below = moved_by(rows[-1], region[3] - rows[-1].at(middle))
    return [
        *_beyond(above, rows[0], boxes, middle, height, usual),
        *full,
        *_beyond(below, rows[-1], boxes, middle, height, usual)[::-1],
    ]


def _lines_on_plain_paper(boxes: Boxes, region: Region, height: float) -> list[Border]:
    """Find the borders of lines where no rules are; those with little writing, or none, by their distances."""
    _, top, _, bottom = region
    profile = _profile(Border(np.array([top])), Border(np.array([bottom])), boxes, 0.0, height)
    found = _peaks(profile, WEAKEST * float(np.percentile(profile, 90)), CLOSEST * height)
    if len(found) < 3:
        lines = [Border(np.array([top + line])) for line in found]
        step = 0.0
    else:
        step = float(np.percentile(np.diff(found), 25))
        found = _peaks(profile, THINNEST * height, max(CLOSEST * height, CLOSEST_STEPS * step), found)
        step = float(np.median(np.diff(found)))
        lines = completed([Border(np.array([top + line])) for line in found], None, 0.0, UNEVEN_LINES)
    if not lines:
        return []
    top, bottom = min(top, lines[0].at(0) - step / 2), max(bottom, lines[-1].at(0) + step / 2)
    between = [mixed(one, other, 0.5) for one, other in pairwise(lines)]
    return [Border(np.array([top])), *between, Border(np.array([bottom]))]


def _beyond(end: Border, rule: Border, boxes: Boxes, middle: float, height: float, usual: float) -> list[Border]:
    """Return the borders of the lines between the end of the table and its outermost rule, from the end."""
    distance = abs(rule.at(middle) - end.at(middle))
    if distance < LINE_OF_WRITING * height:
        return []
    is_above = end.at(middle) < rule.at(middle)
    upper, lower = (end, rule) if is_above else (rule, end)
    lines = _lines(upper, lower, boxes, middle, height, usual)
    if not lines:
        return []
    between = _between(lines, upper, lower)
    farthest = lines[0] * distance if is_above else (1 - lines[-1]) * distance
    step = min(farthest, LINE_OF_WRITING * height)
    outermost = mixed(upper, lower, (farthest - step) / distance if is_above else 1 - (farthest - step) / distance)
    return [outermost, *(between if is_above else between[::-1])]


def _usual_weight(rows: list[Border], boxes: Boxes, middle: float, height: float) -> float:
    """Return how much is written in a usual line: the width of its digits."""
    weights = [_profile(upper, lower, boxes, middle, height).max(initial=0) for upper, lower in pairwise(rows)]
    return float(np.median([weight for weight in weights if weight > 0] or [0.0]))


def _profile(upper: Border, lower: Border, boxes: Boxes, middle: float, height: float) -> npt.NDArray[np.float64]:
    """Sum up the digits between two borders at each height, from 0 at the upper one, as if both were level."""
    length = int(lower.at(middle) - upper.at(middle)) + 1
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    tops, bottoms = upper.at_all(x), lower.at_all(x)
    places = (y - tops) / np.maximum(bottoms - tops, 1)
    chosen = (places > 0) & (places < 1)
    chosen &= (boxes[:, 3] > LOWEST * height) & (boxes[:, 3] < TALLEST * height)
    covered = np.zeros(length)
    for place, width in zip(places[chosen] * length, boxes[chosen, 2], strict=True):
        covered[max(0, int(place - CORE * height)) : int(place + CORE * height) + 1] += width
    smooth = cv2.GaussianBlur(covered.reshape(-1, 1), (1, 0x1F), height / 8).ravel()
    return np.asarray(smooth, np.float64)


def _lines(
    upper: Border, lower: Border, boxes: Boxes, middle: float, height: float, usual: float = 0.0
) -> list[float]:
    """Find the lines that are written between two borders: their middles, from 0 at the upper border to 1."""
    profile = _profile(upper, lower, boxes, middle, height)
    weakest = WEAKEST * max(usual, float(np.percentile(profile, 90)))
    return [place / len(profile) for place in _peaks(profile, weakest, CLOSEST * height)]


def _peaks(
    profile: npt.NDArray[np.float64], weakest: float, closest: float, known: Sequence[int] = ()
) -> list[int]:
    """Find where most is written, the fullest lines first, beside those that are known."""
    found = list(known)
    for place in np.argsort(-profile, kind="stable").tolist():
        if profile[place] <= weakest:
            break
        if all(abs(place - other) >= closest for other in found) and _is_peak(profile, place):
            found.append(place)
    return sorted(found)


def _is_peak(profile: npt.NDArray[np.float64], place: int) -> bool:
    around = profile[max(0, place - 2) : place + 3]
    return bool(profile[place] >= around.max())


def _between(lines: list[float], upper: Border, lower: Border) -> list[Border]:
    return [mixed(upper, lower, (one + other) / 2) for one, other in pairwise(lines)]


def with_written_columns(
    columns: list[Border], boxes: Boxes, rows: list[Border], region: Region, height: float
) -> list[Border]:
    """Add borders between columns where no rule is, and around what is written beyond the outermost rules.

    Parameters
    ----------
    columns : list of Border
        Along the rules.
    boxes : ndarray of float64, shape (n, 4)
        Of the writing in the table.
    rows : list of Border
        As many as are known.
    region : (float, float, float, float)
        Left, top, right and bottom of the table.
    height : float
        Of a digit.
    """
    if not columns or len(rows) < 2:
        return _columns_of_writing(boxes, rows, height)
    middle = (region[1] + region[3]) / 2
    ends = [
        moved_by(columns[0], region[0] - columns[0].at(middle)),
        moved_by(columns[-1], region[2] - columns[-1].at(middle)),
    ]
    narrow = float(np.percentile(np.diff([column.at(middle) for column in columns]), 25))
    full = [columns[0]]
    if _is_written(ends[0], columns[0], boxes, rows, height):
        full = [ends[0], columns[0]]
    for one, other in pairwise(columns):
        width = other.at(middle) - one.at(middle)
        if width > max(WIDE * narrow, WIDE_AT_LEAST * height):
            own = _between_columns(one, other, boxes)
            found = _low_places(_covered_by_numbers(own, rows, 0, int(width), height)) if len(own) else []
            full += [mixed(one, other, place / width) for place in found]
        full.append(other)
    return [*full, ends[1]] if _is_written(columns[-1], ends[1], boxes, rows, height) else full


def _between_columns(one: Border, other: Border, boxes: Boxes) -> Boxes:
    """Return the boxes between two columns, moved as if the first were upright and at 0."""
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    left, right = one.at_all(y), other.at_all(y)
    own = boxes[(x > left) & (x < right)].copy()
    own[:, 0] = np.maximum(0, own[:, 0] - left[(x > left) & (x < right)])
    return own


def _is_written(one: Border, other: Border, boxes: Boxes, rows: list[Border], height: float) -> bool:
    """Return whether most rows have writing between two borders."""
    own = _between_columns(one, other, boxes)
    y = own[:, 1] + own[:, 3] / 2
    lines = np.searchsorted([row.at(float(own[:, 0].mean())) for row in rows], y) if len(own) else np.zeros(0)
    inside = (lines > 0) & (lines < len(rows))
    wide = len(own) and other.at(float(y.mean())) - one.at(float(y.mean())) > height
    return bool(wide and len(np.unique(lines[inside])) > MOST_ROWS * (len(rows) - 1))


def _columns_of_writing(boxes: Boxes, rows: list[Border], height: float) -> list[Border]:
    """Find gaps without writing that go down the whole table."""
    if not len(boxes):
        return []
    left, right = int(boxes[:, 0].min()), int((boxes[:, 0] + boxes[:, 2]).max()) + 1
    covered = _covered_by_numbers(boxes, rows, left, right, height)
    gaps = _low_places(covered, FEWEST_NUMBERS)
    places = [left - 0.4 * height, *(left + place for place in gaps), right + 0.4 * height]
    return [Border(np.array([place])) for place in places]


def _covered_by_numbers(
    boxes: Boxes, rows: list[Border], left: int, right: int, height: float
) -> npt.NDArray[np.float64]:
    """Count at each place in how many rows it lies in a number, the gaps between its digits included."""
    covered = np.zeros(right - left + 1)
    lines = np.array([row.at((left + right) / 2) for row in rows])
    line_of = np.searchsorted(lines, boxes[:, 1] + boxes[:, 3] / 2)
    for line in np.unique(line_of):
        inked = np.zeros_like(covered, dtype=np.uint8)
        for x, _, width, _ in boxes[line_of == line]:
            inked[max(0, int(x - left)) : int(x + width - left) + 1] = 1
        reach = max(1, int(WORD_GAP * height)) | 1
        covered += cv2.morphologyEx(inked[np.newaxis], cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))[0]
    return covered


def _low_places(covered: npt.NDArray[np.float64], fewest: float = np.inf) -> list[float]:
    """Find the middle of each place that is covered much less than there is on both sides of it.

    After it, there is half of the most, or so many numbers at least.
    """
    found: list[float] = []
    many = 0.5 * covered.max()
    peak, low, begin, end = covered[0], covered[0], 0, 0
    for place, value in enumerate(covered):
        if value < low:
            low, begin, end = value, place, place
        elif value == low and end == place - 1:
            end = place
        elif (
            value >= min(many, fewest)
            and low < value
            and low <= (LOW if value >= many else LOWER) * min(peak, value)
        ):
            found.append((begin + end) / 2)
            peak, low, begin, end = value, value, place, place
        if value > peak:
            peak, low, begin, end = value, value, place, place
    return found
