"""Takes the rules of a table off the paper, and leaves what is written on them."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.flat_paper import Plane
from model.sheets.perspective import Points
from model.sheets.rules import Rule, find_rules, rule_mask

__all__ = ["RulesAndWriting", "tell_apart", "without_rules"]

LONG_ENOUGH = 0.4
"""Of the longest in its direction: shorter ones are the feet of digits in a row, and stay."""
ALIGNED = 5.0
"""Pixels between parts of one broken rule."""
WINDOW, STEP = 240, 60
"""Pixels along a rule that its own darkness is taken from, and between two such places."""
HALF = 0.5
"""Pixels between two samples across a rule."""
UNSTEADY = 1.0
"""Pixels that a rule may lie beside its place."""
DARKER = 0.16
"""Ink on a rule is darker than the rule by this, at least."""


class RulesAndWriting(NamedTuple):
    """What is on flat paper: the rules across and down, and the ink without them."""

    across: list[Rule]
    down: list[Rule]
    writing: Plane


def tell_apart(ink: Plane) -> RulesAndWriting:
    """Tell the rules on flat paper from what is written there."""
    across, down = find_rules(ink)
    return RulesAndWriting(across, down, without_rules(ink, across, down))


def without_rules(ink: Plane, across: list[Rule], down: list[Rule]) -> Plane:
    """Take the rules away; what is written over them stays whole.

    A pixel of a rule stays where it is darker than the rule is nearby, or where the ink goes on above and below it
    (left and right of it), as a stroke does that crosses it.
    """
    cleared = ink.copy()
    for rules, is_across in ((_long(across), True), (_long(down), False)):
        mask = rule_mask(ink.shape, rules if is_across else [], [] if is_across else rules)
        if not mask.any():
            continue
        bare = np.where(mask, np.float32(0), cleared)
        widest = max((rule.thickness for rule in rules), default=1.0)
        length = int(widest + 6) | 1
        kernel = np.ones((length, 1) if is_across else (1, length), np.uint8)
        crossing = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, kernel)
        darker = _darker(ink, rules) if is_across else np.ascontiguousarray(_darker(ink.T, rules).T)
        kept = np.where(darker, ink, crossing)
        cleared = np.where(mask, np.minimum(cleared, kept), cleared)
    return cleared


def _long(rules: list[Rule]) -> list[Rule]:
    """Leave out what is too short for a rule, alone or with others on the same line."""
    lengths = np.array([rule.end - rule.begin for rule in rules])
    if not len(lengths):
        return []
    together = [
        sum(
            length
            for other, length in zip(rules, lengths, strict=True)
            for middle in [(rule.begin + rule.end) / 2]
            if abs(float(other.at(middle) - rule.at(middle))) < ALIGNED
        )
        for rule in rules
    ]
    return [rule for rule, length in zip(rules, together, strict=True) if length >= LONG_ENOUGH * lengths.max()]


def _darker(ink: Plane, rules: list[Rule]) -> npt.NDArray[np.bool_]:
    """Find where there is more ink on rules across than they have themselves."""
    found = np.zeros(ink.shape, np.bool_)
    for rule in rules:
        along = np.arange(int(rule.begin), min(int(rule.end) + 1, ink.shape[1]))
        if len(along) < STEP:
            continue
        place = rule.at(along)
        reach = rule.thickness / 2 + 3
        own = _own_darkness(ink, along, place, reach)
        rows = np.rint(place).astype(np.intp) + np.arange(-int(reach), int(reach) + 1)[:, np.newaxis]
        inside = (rows >= 0) & (rows < ink.shape[0])
        rows = np.clip(rows, 0, ink.shape[0] - 1)
        offsets = np.clip(np.rint((rows - place + reach) / HALF).astype(np.intp), 0, len(own) - 1)
        columns = np.arange(len(along))[np.newaxis]
        more = cv2.blur(ink[rows, along] - own[offsets, columns], (3, 1)) > DARKER
        found[rows, along] |= more & inside
    return found


def _own_darkness(ink: Plane, along: npt.NDArray[np.intp], place: Points, reach: float) -> Plane:
    """Return the usual darkness of a rule: at each place along it, at samples across it."""
    offsets = np.arange(-reach, reach + HALF, HALF)
    columns = np.broadcast_to(along.astype(np.float32), (len(offsets), len(along)))
    rows = (place + offsets[:, np.newaxis]).astype(np.float32)
    samples = cv2.remap(
        ink, np.ascontiguousarray(columns), rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    middles = np.arange(0, len(along) + STEP, STEP)
    windows = [samples[:, max(0, at - WINDOW // 2) : at + WINDOW // 2] for at in middles]
    usual = np.stack([np.median(window, axis=1) for window in windows if window.size], axis=1)
    middles = middles[: usual.shape[1]]
    usual = cv2.dilate(usual, np.ones((2 * round(UNSTEADY / HALF) + 1, 1), np.uint8))
    return np.stack([np.interp(np.arange(len(along)), middles, row) for row in usual]).astype(np.float32)
