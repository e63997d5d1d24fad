"""What a person says of cells becomes pictures of digits with their labels."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet, scanned
from threadpoolctl import threadpool_limits

import resources
from model import Network, load_network, open_data
from model.handwriting.known_numbers import digits_of_known
from model.sheets.cell_digits import digits_of_cells
from model.sheets.cell_ink import CellInk, ink_of_cells
from model.sheets.cell_places import PlacedCells, place_cells

PLAN = SheetPlan(rows=10, columns=4, cell=(120, 60), digits=(1, 4), decimals=1, minus=0.2, blank=0.1, dash=0.1)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(resources.DEFAULT_MODEL)


@pytest.fixture(scope="module")
def sheet() -> MadeSheet:
    rng = np.random.default_rng(5)
    return scanned(make_sheet(PLAN, hand_of_pictures(*open_data("bundled").part("test")), rng), rng)


@pytest.fixture(scope="module")
def placed(network: Network, sheet: MadeSheet) -> PlacedCells:
    return place_cells(network, np.asarray(sheet.picture.convert("L")))


@pytest.fixture(scope="module")
def inks(placed: PlacedCells) -> list[list[CellInk]]:
    return ink_of_cells(placed.writing, placed.nodes, placed.digit_height)


def digits_in(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def test_every_digit_is_cut_out_where_it_was_written(
    network: Network, sheet: MadeSheet, placed: PlacedCells, inks: list[list[CellInk]]
) -> None:
    cells = [(row, column) for row in range(PLAN.rows) for column in range(PLAN.columns)]
    flat = [inks[row][column] for row, column in cells]
    numbers = [digits_in(sheet.texts[row][column]) for row, column in cells]
    missing = 0
    for cell, ink, number, found in zip(
        cells, flat, numbers, digits_of_known(network, [ink.gray for ink in flat], numbers), strict=True
    ):
        if not found:
            missing += bool(number)
            continue
        assert len(found) == len(number)
        written = sheet.digit_corners[[index for index, place in enumerate(sheet.digits) if place == cell]]
        middles = [[(one.box.left + one.box.right) / 2, (one.box.top + one.box.bottom) / 2] for one in found]
        places = placed.paper.in_picture(np.array(middles) + np.array([ink.left, ink.top]))
        assert ((written.min(axis=1) < places) & (places < written.max(axis=1))).all(), (cell, number)
    assert missing <= 1


def test_they_are_what_the_network_sees_when_it_reads(
    network: Network, sheet: MadeSheet, inks: list[list[CellInk]]
) -> None:
    flat = [ink for row in inks for ink in row]
    texts = [text for row in sheet.texts for text in row]
    pictures = digits_of_cells(network, flat, texts)
    labels = np.array(
        [int(digit) for text, own in zip(texts, pictures, strict=True) if len(own) for digit in digits_in(text)]
    )
    answers = network.logits(np.concatenate(pictures)).argmax(axis=1)
    assert (answers == labels).mean() > 0.95
    assert pictures[0].dtype == np.uint8
    assert {own.shape[1:] for own in pictures} == {(28, 28)}


def test_what_the_ink_cannot_say_gives_no_pictures(
    network: Network, sheet: MadeSheet, inks: list[list[CellInk]]
) -> None:
    row, column = next(cell for cell in sheet.digits if 10 <= float(sheet.texts[cell[0]][cell[1]]) < 100)
    ink, text = inks[row][column], digits_in(sheet.texts[row][column])
    assert not ink.minus
    blank = CellInk(np.zeros((1, 1), np.uint8), 0, 0)
    cases = [
        (ink, text, 3),
        (ink, f"-{text[0]}.{text[1:]}", 3),
        (ink, "", 0),
        (ink, "-", 0),
        (ink, text[:1], 0),
        (ink, text * 3, 0),
        (blank, text, 0),
        (CellInk(ink.gray, 0, 0, is_crossed_out=True), text, 0),
        (CellInk(ink.gray, 0, 0, minus=True), text, 0),
        (CellInk(ink.gray, 0, 0, minus=True), f"-{text}", 3),
    ]
    found = digits_of_cells(network, [one[0] for one in cases], [one[1] for one in cases])
    assert [len(pictures) for pictures in found] == [count for _, _, count in cases]
    assert digits_of_cells(network, [], []) == []
