"""Tells rows of printed titles from rows of numbers: the network doubts letters."""

import numpy as np
import numpy.typing as npt

from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.segmentation import Reader
from model.sheets.loose_ink import find_loose_ink
from model.sheets.table_finding import FoundTable

__all__ = ["header_rows"]

MOST = 3
"""Header rows that a sheet has."""
OTHERS = 8
"""Rows that the first are compared with."""
TALL = 0.4
"""Of a digit's height: smaller pieces are points and commas."""
SURE = 0.8
"""Less probable digits are taken for letters."""
MOSTLY, MORE = 0.5, 0.35
"""Share of the written cells of a header in which something is no digit; and how much more than in other rows."""


def header_rows(network: Reader, table: FoundTable) -> int:
    """Count the rows at the top of a table that hold something else than numbers."""
    count = len(table.nodes) - 1
    looked_at = min(count, MOST + OTHERS)
    if count < 3:
        return 0
    odd = _odd_shares(network, table, looked_at)
    usual = (
        float(np.nanmedian(odd[min(MOST, count - 2) :])) if np.isfinite(odd[min(MOST, count - 2) :]).any() else 0.0
    )
    header = 0
    for row in range(min(MOST, count - 2)):
        if odd[row] >= max(MOSTLY, usual + MORE):
            header = row + 1
    return header


def _odd_shares(network: Reader, table: FoundTable, rows: int) -> npt.NDArray[np.float64]:
    """Return for each of the first rows in which share of its written cells something is no digit."""
    ink = find_loose_ink(table.writing)
    middles = ink.boxes[:, :2] + ink.boxes[:, 2:] / 2
    middle_column = table.nodes[: rows + 1].mean(axis=1)
    chosen, places = [], []
    for index in np.flatnonzero(ink.boxes[:, 3] >= TALL * table.digit_height):
        row = int(np.searchsorted(middle_column[:, 1], middles[index, 1])) - 1
        if not 0 <= row < rows:
            continue
        column = int(np.searchsorted(table.nodes[row : row + 2, :, 0].mean(axis=0), middles[index, 0])) - 1
        if 0 <= column < table.nodes.shape[1] - 1:
            chosen.append(drawing_to_digit(ink.picture(int(index))))
            places.append((row, column))
    shares = np.full(rows, np.nan)
    if not chosen:
        return shares
    logits = np.asarray(network.logits(np.stack(chosen)), np.float64)
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    sure = exponents.max(axis=1) / exponents.sum(axis=1) >= SURE
    for row in range(rows):
        cells = {place for place in places if place[0] == row}
        odd = {place for place, is_sure in zip(places, sure, strict=True) if place[0] == row and not is_sure}
        shares[row] = len(odd) / len(cells) if cells else np.nan
    return shares
