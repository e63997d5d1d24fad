"""Tells rows of printed titles from rows of numbers: the network doubts letters."""

import numpy as np

from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.segmentation import Reader
from model.sheets.loose_ink import LooseInk, find_loose_ink, sureness
from model.sheets.table_finding import FoundTable

__all__ = ["header_rows"]

MOST = 3
"""Header rows that a sheet has."""
OTHERS = 3
"""Rows that they are compared with."""
CELLS = 12
"""Cells of a row that are looked at."""
TALL = 0.4
"""Of a digit's height: smaller pieces are points and commas."""
SURE = 0.8
"""Less probable digits are taken for letters."""
MOSTLY, MORE = 0.5, 0.35
"""Share of the written cells of a header in which something is no digit; and how much more than in other rows."""


def header_rows(network: Reader, table: FoundTable) -> int:
    """Count the rows at the top of a table that hold something else than numbers."""
    count = len(table.nodes) - 1
    most = min(MOST, count - 2)
    ink = find_loose_ink(table.writing)
    odd: list[float] = []
    while len(odd) < most and (share := _odd_share(network, table, ink, len(odd))) >= MOSTLY:
        odd.append(share)
    if not odd:
        return 0
    others = np.linspace(len(odd), count - 1, min(OTHERS, count - len(odd))).astype(int).tolist()
    usual = float(np.median([_odd_share(network, table, ink, row) for row in others]))
    return len(odd) if min(odd) >= usual + MORE else 0


def _odd_share(network: Reader, table: FoundTable, ink: LooseInk, row: int) -> float:
    """Return in which share of the written cells of a row something is no digit."""
    upper, lower = table.nodes[row].mean(axis=0)[1], table.nodes[row + 1].mean(axis=0)[1]
    middles = ink.boxes[:, :2] + ink.boxes[:, 2:] / 2
    tall = ink.boxes[:, 3] >= TALL * table.digit_height
    chosen = np.flatnonzero(tall & (middles[:, 1] > upper) & (middles[:, 1] < lower))
    borders = table.nodes[row : row + 2, :, 0].mean(axis=0)
    columns = np.searchsorted(borders, middles[chosen, 0])
    inside = (columns > 0) & (columns < len(borders))
    written = np.unique(columns[inside])
    written = written[:: -(-max(1, len(written)) // CELLS)]
    kept = inside & np.isin(columns, written)
    if not kept.any():
        return 0.0
    sure = sureness(network, [drawing_to_digit(ink.picture(int(index))) for index in chosen[kept]])
    return len(np.unique(columns[kept][sure < SURE])) / len(written)
