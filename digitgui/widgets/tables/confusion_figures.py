"""What is written in the cells of a confusion matrix, and what they mean in words."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from digitgui.wording import percent, pictures

__all__ = ["Cell", "Unit", "figure", "shown", "words"]

Cell = tuple[int, int]
"""Label and answer."""


class Unit(StrEnum):
    """What the figures in the cells are."""

    COUNTS = "counts"
    ROWS = "row %"
    COLUMNS = "column %"


def figure(counts: npt.NDArray[np.int_], cell: Cell, unit: Unit) -> str:
    """Write the figure of a cell: a count, or a share in percent without its sign."""
    if unit is Unit.COUNTS:
        return f"{counts[cell]:,}"
    share = shown(counts, unit)[cell]
    if np.isnan(share):
        return "–"
    return "0" if share == 0 else "100" if share == 1 else f"{100 * share:.1f}"


def shown(counts: npt.NDArray[np.int_], unit: Unit) -> npt.NDArray[np.float64]:
    """Return counts, or shares from 0 to 1; nan where there is nothing to share."""
    if unit is Unit.COUNTS:
        return counts.astype(np.float64)
    totals = counts.sum(axis=1 if unit is Unit.ROWS else 0, keepdims=True)
    return counts / np.where(totals, totals, np.nan)


def words(counts: npt.NDArray[np.int_], cell: Cell, names: tuple[str, ...]) -> str:
    """Say in a sentence what a cell means."""
    label, answer = (names[one] for one in cell)
    count, of_label, of_answer = (
        int(part) for part in (counts[cell], counts[cell[0]].sum(), counts[:, cell[1]].sum())
    )
    if not count:
        return f"Label {label}, answered {answer}: no pictures."
    return (
        f"Label {label}, answered {answer}: {pictures(count)}, {percent(count / of_label)} of those labelled"
        f" {label}, {percent(count / of_answer)} of those answered {answer}."
    )
