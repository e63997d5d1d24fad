"""Sheets that lie on their side or on their head are turned upright, and those with titles know them."""

import numpy as np
import pytest
from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet, scanned

from model.judging.ensemble import AnyNetwork
from model.readers.npz_files import load_npz
from model.runs.ensemble_files import load_digit_reader
from model.sheets.cell_places import place_cells
from resources import BUNDLED_DIGITS, DEFAULT_MODEL


@pytest.fixture(scope="module")
def network() -> AnyNetwork:
    return load_digit_reader(DEFAULT_MODEL)


def sheet(plan: SheetPlan) -> MadeSheet:
    known = load_npz(BUNDLED_DIGITS)
    rng = np.random.default_rng(11)
    return scanned(make_sheet(plan, hand_of_pictures(known.images, known.labels), rng), rng)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_sheet_is_turned_upright(network: AnyNetwork, quarters: int) -> None:
    made = sheet(SheetPlan(rows=5, columns=3, digits=(1, 2)))
    gray = np.asarray(made.picture)
    height, width = gray.shape
    x, y = made.corners[0, 2].mean(axis=0)
    there = [(x, y), (y, width - 1 - x), (width - 1 - x, height - 1 - y), (height - 1 - y, x)][quarters]
    layout = place_cells(network, np.ascontiguousarray(np.rot90(gray, quarters))).layout
    assert (layout.rows, layout.columns) == (5, 3)
    assert layout.corners(0, 2).mean(axis=0) == pytest.approx(there, abs=4)


@pytest.mark.parametrize("header", [False, True])
def test_titles_are_no_numbers(network: AnyNetwork, header: bool) -> None:
    made = sheet(SheetPlan(rows=6, columns=4, digits=(1, 2), header=header))
    placed = place_cells(network, np.asarray(made.picture))
    assert placed.layout.header_rows == header
    assert len(placed.nodes) == 7
