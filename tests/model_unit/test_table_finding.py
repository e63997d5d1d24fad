"""Tables on made sheets of every kind, scanned and photographed: their cells are found where they are."""

from functools import partial

import cv2
import numpy as np
import pytest
from helpers import made_sheets
from helpers.made_sheets import Hand, MadeSheet, SheetPlan, hand_of_pictures, make_sheet, photographed, scanned

from model.errors import DataFormatError
from model.readers.npz_files import load_npz
from model.sheets.flat_paper import flatten
from model.sheets.layout import Layout
from model.sheets.orientation import turned_paper
from model.sheets.table_finding import find_table
from resources import BUNDLED_DIGITS

PLANS = {
    "grid": SheetPlan(),
    "thick": SheetPlan(rule=5, darkness=0.9, rows=8, columns=4),
    "faint": SheetPlan(rule=1, darkness=0.2, cell=(90, 45)),
    "broken": SheetPlan(style="broken", darkness=0.3, rule=1, crossed=0.05, dash=0.1),
    "double": SheetPlan(style="double"),
    "boxes": SheetPlan(kind="boxes", digits=(4, 4), rows=6, columns=3),
    "columns": SheetPlan(kind="columns", rows=14),
    "blocks": SheetPlan(kind="blocks", rows=15, columns=6, cell=(90, 40), decimals=1, digits=(2, 3), marks=0.15),
    "unruled": SheetPlan(kind="unruled", rows=12, columns=5, digits=(2, 3), cell=(120, 56)),
}


@pytest.fixture(scope="module")
def hand() -> Hand:
    known = load_npz(BUNDLED_DIGITS)
    return hand_of_pictures(known.images, known.labels)


def layout_of(picture: np.ndarray) -> Layout:
    paper = flatten(picture)
    return find_table(paper).layout(paper, picture.shape[::-1])


def share_found(sheet: MadeSheet, layout: Layout, parts: int = 1) -> float:
    """Return which share of the cells, or of their parts, has a found cell with the same middle."""
    upper, lower = sheet.corners[:, :, :2], sheet.corners[:, :, [3, 2]]
    shares = (np.arange(parts) + 0.5)[:, np.newaxis] / parts
    sides = [(side[:, :, [0]] * (1 - shares) + side[:, :, [1]] * shares) for side in (upper, lower)]
    wanted = ((sides[0] + sides[1]) / 2).reshape(-1, 2)
    cells = [layout.corners(row, column) for row in range(layout.rows) for column in range(layout.columns)]
    found = np.array([cell.mean(axis=0) for cell in cells])
    width, height = np.ptp(sheet.corners[0, 0], axis=0) / (parts, 1)
    near = np.abs(wanted[:, np.newaxis] - found) < (0.25 * width, 0.25 * height)
    return float(near.all(axis=2).any(axis=1).mean())


@pytest.mark.parametrize("take", [scanned, photographed])
@pytest.mark.parametrize("kind", PLANS)
def test_the_cells_are_found(hand: Hand, kind: str, take) -> None:
    rng = np.random.default_rng(7)
    plan = PLANS[kind]
    sheet = take(make_sheet(plan, hand, rng), rng)
    layout = layout_of(np.asarray(sheet.picture))
    parts = plan.digits[1] if kind == "boxes" else 1
    assert (layout.rows, layout.columns) == (plan.rows, plan.columns * parts)
    assert share_found(sheet, layout, parts) >= 0.98


@pytest.mark.parametrize("number", [9, 15])
def test_strokes_of_digits_are_no_rules_that_a_photo_is_straightened_by(hand: Hand, number: int) -> None:
    rng = np.random.default_rng([100, number])
    sheet = photographed(make_sheet(SheetPlan(20, 6, (120, 60), "unruled", (2, 3)), hand, rng), rng)
    assert share_found(sheet, layout_of(np.asarray(sheet.picture))) == 1


def test_paper_without_rules_or_edges_is_taken_out_of_perspective(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table lies on other paper, as bright as its own."""
    monkeypatch.setattr(made_sheets, "_warped", partial(made_sheets._warped, around=250))
    rng = np.random.default_rng([500, 1])
    sheet = photographed(make_sheet(SheetPlan(20, 6, (120, 60), "unruled", (2, 3)), hand, rng), rng)
    assert share_found(sheet, layout_of(np.asarray(sheet.picture))) == 1


@pytest.mark.parametrize("number", [3, 8])
def test_lines_and_columns_with_few_numbers_are_found_without_rules(hand: Hand, number: int) -> None:
    rng = np.random.default_rng([100, number])
    sheet = scanned(make_sheet(SheetPlan(15, 5, (140, 60), "unruled", (1, 3), blank=0.5), hand, rng), rng)
    layout = layout_of(np.asarray(sheet.picture))
    assert (layout.rows, layout.columns) == (15, 5)
    assert share_found(sheet, layout) == 1


def test_an_empty_line_between_lines_without_rules_is_a_row(hand: Hand) -> None:
    table = [["12", "7", "345"]] * 4 + [["", "", ""]] + [["12", "7", "345"]] * 4
    sheet = make_sheet(SheetPlan(9, 3, (140, 60), "unruled", (1, 3)), hand, np.random.default_rng(4), table)
    assert layout_of(np.asarray(sheet.picture)).rows == 9


def test_a_low_last_row_is_no_double_rule(hand: Hand) -> None:
    rng = np.random.default_rng(1)
    plan = SheetPlan(kind="blocks", rows=16, columns=6, cell=(90, 44), digits=(2, 3))
    assert layout_of(np.asarray(scanned(make_sheet(plan, hand, rng), rng).picture)).rows == 16


def test_the_largest_of_several_tables_is_found(hand: Hand) -> None:
    rng = np.random.default_rng(2)
    large, small = make_sheet(PLANS["grid"], hand, rng), make_sheet(SheetPlan(rows=3, columns=3), hand, rng)
    picture = np.full((large.picture.height + small.picture.height, large.picture.width), 255, np.uint8)
    picture[: small.picture.height, : small.picture.width] = np.asarray(small.picture)
    picture[small.picture.height :] = np.asarray(large.picture)
    layout = layout_of(picture)
    assert (layout.rows, layout.columns) == (10, 5)
    assert layout.corners(0, 0)[0, 1] > small.picture.height


def test_a_scan_that_is_cut_at_the_numbers_keeps_all_its_lines(hand: Hand) -> None:
    """Three of the first block's five rows are on it, two of the last block's, and half a digit of margin."""
    rng = np.random.default_rng(8)
    plan = SheetPlan(kind="blocks", rows=20, columns=6, cell=(90, 40), decimals=1, digits=(2, 3), blank=0)
    sheet = make_sheet(plan, hand, rng)
    (left, top), (right, bottom) = sheet.corners[2, 0, 0].astype(int), sheet.corners[16, 5, 2].astype(int)
    layout = layout_of(np.asarray(sheet.picture)[top:bottom, left - 4 : right + 4])
    assert (layout.rows, layout.columns) == (15, 6)
    found = np.array([[layout.corners(row, column).mean(axis=0) for column in range(6)] for row in range(15)])
    wanted = sheet.corners[2:17].mean(axis=2) - (left - 4, top)
    assert (np.abs(found - wanted) < (0.25 * 90, 0.3 * 40)).all()


def test_lines_are_found_on_paper_that_is_folded(hand: Hand) -> None:
    """Rows fall to the fold and rise behind it, by a third of a row, and the rules are cut there."""
    rng = np.random.default_rng(9)
    plan = SheetPlan(kind="blocks", rows=20, columns=12, cell=(90, 40), decimals=1, digits=(2, 3), blank=0)
    sheet = make_sheet(plan, hand, rng)
    picture = np.asarray(sheet.picture)
    height, width = picture.shape
    bend = 12 * (1 - np.abs(np.linspace(-1, 1, width)))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    folded = cv2.remap(picture, x, (y - bend).astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    folded[:, width // 2 - 20 : width // 2 - 8] = 255
    moved = sheet.corners.copy()
    moved[..., 1] += np.interp(moved[..., 0], np.arange(width), bend)
    layout = layout_of(folded)
    assert (layout.rows, layout.columns) == (20, 12)
    assert share_found(MadeSheet(sheet.picture, sheet.texts, corners=moved), layout) == 1


def test_a_shadow_does_not_cut_the_paper(hand: Hand) -> None:
    rng = np.random.default_rng(3)
    sheet = photographed(make_sheet(PLANS["grid"], hand, rng), rng)
    picture = np.asarray(sheet.picture, np.float32)
    shadow = 1 / (1 + np.exp(-np.linspace(-4, 4, picture.shape[0]) * 3))[:, np.newaxis]
    layout = layout_of(np.asarray(picture * (1 - 0.45 * shadow), np.uint8))
    assert share_found(sheet, layout) == 1


@pytest.mark.parametrize("thing", ["nothing", "a line", "noise"])
def test_without_a_table_there_is_a_sentence(thing: str) -> None:
    picture = np.full((600, 500), 240, np.uint8)
    if thing == "a line":
        cv2.line(picture, (50, 300), (450, 300), 20, 3)
    if thing == "noise":
        picture = np.random.default_rng(0).integers(225, 255, picture.shape).astype(np.uint8)
    with pytest.raises(DataFormatError, match="expected a table of numbers"):
        layout_of(picture)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turned_paper_knows_where_it_was_in_the_picture(quarters: int) -> None:
    picture = np.full((300, 400), 255, np.uint8)
    picture[40:60, 100:130] = 0
    paper = turned_paper(flatten(picture), quarters)
    rows, columns = np.nonzero(paper.gray < 100)
    there = paper.in_picture(np.array([[columns.mean(), rows.mean()]]))[0]
    assert there == pytest.approx((114.5, 49.5), abs=1.5)


def test_a_scan_of_600_dots_to_the_inch_is_read_as_one_of_300(hand: Hand) -> None:
    rng = np.random.default_rng(5)
    sheet = scanned(make_sheet(SheetPlan(rule=1, rows=12, columns=5), hand, rng), rng)
    large = cv2.resize(np.asarray(sheet.picture), None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    layout = layout_of(large)
    assert flatten(large).gray.shape[0] < 3000
    wanted = sheet.corners[11, 4] * 5 + 2
    assert (layout.rows, layout.columns) == (12, 5)
    assert np.abs(layout.corners(11, 4) - wanted).max() < 12


def test_a_tilted_sheet_without_rules_is_straightened_by_its_numbers(hand: Hand) -> None:
    rng = np.random.default_rng(6)
    made = make_sheet(PLANS["unruled"], hand, rng)
    turned = made.picture.rotate(6, expand=True, fillcolor=255)
    layout = layout_of(np.asarray(turned))
    assert (layout.rows, layout.columns) == (12, 5)
    turn = cv2.getRotationMatrix2D(((made.picture.width - 1) / 2, (made.picture.height - 1) / 2), 6, 1.0)
    shift = (np.array(turned.size) - made.picture.size) / 2
    wanted = made.corners.mean(axis=2) @ turn[:, :2].T + turn[:, 2] + shift
    found = np.array([[layout.corners(row, column).mean(axis=0) for column in range(5)] for row in range(12)])
    assert (np.abs(found - wanted) < (0.25 * 120, 0.25 * 56)).all()
