"""Finds the table on flat paper: between its rules, and where there are none, between what is written."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.sheets.flat_paper import FlatPaper, Plane
from model.sheets.layout import Layout
from model.sheets.perspective import Points
from model.sheets.rule_removal import RulesAndWriting, tell_apart
from model.sheets.rules import Rule
from model.sheets.table_borders import completed, crossing, edges_of, joined
from model.sheets.writing_in_rows import Boxes, Region, boxes_of_writing, with_written_columns, with_written_lines

__all__ = ["FoundTable", "find_table"]

LONG_ENOUGH = 0.55
"""A rule of a table goes along this share of its width or height."""
REACH = 12.0
"""Pixels between the end of a rule and the rule that it meets."""
DOUBLE = 0.22
"""Rules that are nearer than this share of the usual distance are one border."""
LOWEST_ROW = 0.8
"""Heights of a digit; rules that are nearer are one border, too."""


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


def find_table(paper: FlatPaper, known: RulesAndWriting | None = None) -> FoundTable:
    """Find the rows and columns of the largest table; its rules are not looked for if they are known.

    Raises
    ------
    DataFormatError
        If there is none.
    """
    across, down, writing = known or tell_apart(paper.ink)
    across, down = joined(across), joined(down)
    boxes = boxes_of_writing(writing, across, down)
    height = float(np.median(boxes[:, 3])) if len(boxes) else 20.0
    across, down = _largest_table(across, down, height)
    across, down = _as_long_as_writing(across, down, boxes)
    region = _region(across, down, boxes, paper.ink.shape)
    inside = boxes[_are_inside(boxes, region)] if len(boxes) else boxes
    rows = completed(edges_of(across), _reach(down), (region[0] + region[2]) / 2)
    columns = completed(edges_of(down), _reach(across), (region[1] + region[3]) / 2)
    rows = with_written_lines(rows, inside, region, height)
    columns = with_written_columns(columns, inside, rows, region, height)
    if len(rows) < 2 or len(columns) < 2 or (len(rows) - 1) * (len(columns) - 1) < 2:
        found = (
            "a single cell" if len(rows) == len(columns) == 2 else "neither rules nor numbers in rows and columns"
        )
        raise DataFormatError(f"expected a table of numbers, found {found}")
    nodes = np.array([[crossing(row, column) for column in columns] for row in rows])
    return FoundTable(nodes, writing, height)


def _reach(rules: list[Rule]) -> tuple[float, float] | None:
    """Return from where to where most rules of the other direction go: the table's outline."""
    if len(rules) < 2:
        return None
    return float(np.median([rule.begin for rule in rules])), float(np.median([rule.end for rule in rules]))


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


def _as_long_as_writing(across: list[Rule], down: list[Rule], boxes: Boxes) -> tuple[list[Rule], list[Rule]]:
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


def _region(across: list[Rule], down: list[Rule], boxes: Boxes, shape: tuple[int, ...]) -> Region:
    """Return left, top, right and bottom of the table: where its rules end, or around all writing."""
    left, top, right, bottom = 0.0, 0.0, float(shape[1]), float(shape[0])
    if len(boxes):
        left, top = boxes[:, 0].min() - 2, boxes[:, 1].min() - 2
        right, bottom = (boxes[:, 0] + boxes[:, 2]).max() + 2, (boxes[:, 1] + boxes[:, 3]).max() + 2
    if len(down) > 1:
        left, right = down[0].middle, down[-1].middle
        top, bottom = min(rule.begin for rule in down), max(rule.end for rule in down)
    if len(across) > 1:
        begin, end = _reach(across) or (left, right)
        left, right = (min(left, begin), max(right, end)) if len(down) > 1 else (begin, end)
        begin, end = _reach(down) or (across[0].middle, across[-1].middle)
        top, bottom = min(across[0].middle, begin), max(across[-1].middle, end)
    return left, top, right, bottom


def _are_inside(boxes: Boxes, region: Region) -> npt.NDArray[np.bool_]:
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    return (x >= region[0]) & (x <= region[2]) & (y >= region[1]) & (y <= region[3])
