"""Several readings of numbers, and how they become texts that one may trust or not."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.made_sheets import SheetPlan, hand_of_pictures, make_sheet, scanned
from threadpoolctl import threadpool_limits

import resources
from model import Network, load_network, open_data
from model.handwriting.number_readings import DigitInNumber, NumberReading, readings_of
from model.handwriting.segmentation import number_of, read_number
from model.network.arrays import ImageArray
from model.sheets.cell_ink import CellInk
from model.sheets.cell_reading import LINE_OF_DOUBT, CellReading, read_cells, text_of
from model.sheets.certainty import evidence_of, probability_of, unlike_their_column
from model.sheets.sheet_reading import read_sheet


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(resources.DEFAULT_MODEL)


@pytest.fixture(scope="module")
def digits() -> tuple[ImageArray, np.ndarray]:
    return open_data("bundled").part("test")


def number(digits: tuple[ImageArray, np.ndarray], wanted: str, gap: int = 6) -> ImageArray:
    """Write a number with the first pictures of its digits."""
    images, labels = digits
    inks = [images[np.flatnonzero(labels == int(one))[0]] for one in wanted]
    inks = [ink[:, np.flatnonzero(ink.max(axis=0) > 40)] for ink in inks]
    return np.hstack([np.pad(ink, ((2, 2), (0, gap))) for ink in inks])


def test_the_best_of_several_readings_is_that_of_one(network: Network, digits) -> None:
    grays = [number(digits, wanted, gap) for wanted in ("7", "304", "1592", "68") for gap in (6, 0)]
    for gray, readings in zip(grays, readings_of(network, grays), strict=True):
        assert readings[0].text == number_of(read_number(network, gray))
        scores = [reading.score for reading in readings]
        assert scores == sorted(scores, reverse=True)
        assert len({reading.text for reading in readings}) == len(readings) > 1


def test_nothing_has_no_reading(network: Network) -> None:
    assert readings_of(network, [np.zeros((1, 1), np.uint8), np.zeros((30, 40), np.uint8)]) == [[], []]
    assert readings_of(network, []) == []


def test_the_network_is_asked_for_all_numbers_together(network: Network, digits) -> None:
    class Counting:
        asked = 0

        def logits(self, images: ImageArray) -> np.ndarray:
            self.asked += 1
            return network.logits(images)

        def predict_proba(self, images: ImageArray) -> np.ndarray:
            return network.predict_proba(images)

    counting = Counting()
    readings_of(counting, [number(digits, "304")] * 20)
    assert counting.asked <= 2


def reading(text: str, score: float = 0.0, probability: float = 0.999, likeness: float = 1.0) -> NumberReading:
    return NumberReading(
        tuple(
            DigitInNumber(int(one), 20 * at, 0, 20 * at + 15, 30, probability, likeness)
            for at, one in enumerate(text)
        ),
        score,
    )


INK = CellInk(np.full((30, 60), 255, np.uint8), 0, 0)


def test_signs_and_points_become_text() -> None:
    assert text_of(INK, reading("304")) == "304"
    assert text_of(CellInk(INK.gray, 0, 0, minus=True, point=17.0), reading("304")) == "-3.04"
    assert text_of(CellInk(INK.gray, 0, 0, point=-3.0), reading("304")) == "304"


def test_what_speaks_against_a_reading_makes_it_less_probable() -> None:
    def probability(ink: CellInk, *readings: NumberReading, unlike: bool = False) -> float:
        return probability_of(evidence_of(ink, readings, unlike=unlike))

    usual = probability(INK, reading("30"), reading("38", -8))
    assert usual > LINE_OF_DOUBT
    assert probability(INK, reading("30"), reading("38", -0.5)) < usual
    assert probability(INK, reading("30", probability=0.7), reading("38", -8)) < usual
    assert probability(INK, reading("30", likeness=0.3), reading("38", -8)) < usual
    assert probability(INK, reading("30"), reading("38", -8), unlike=True) < LINE_OF_DOUBT
    parted = CellInk(INK.gray, 0, 0, parted=0.4)
    assert probability(parted, reading("30"), reading("38", -8)) < LINE_OF_DOUBT


def test_decimals_unlike_those_of_the_column() -> None:
    column = ["1.5", "12.5", "", "-", "3.5", "0.1", "75"]
    assert unlike_their_column(column) == [False] * 6 + [True]
    assert not any(unlike_their_column(["1.5", "2", "3.5", "4"]))
    assert not any(unlike_their_column(["", ""]))


def test_cells_become_a_table(network: Network, digits) -> None:
    blank = CellInk(np.zeros((1, 1), np.uint8), 0, 0)
    inks = [
        [CellInk(number(digits, "304"), 0, 0), blank],
        [CellInk(blank.gray, 0, 0, minus=True), CellInk(blank.gray, 0, 0, is_ditto=True)],
        [CellInk(number(digits, "15"), 0, 0, is_crossed_out=True), CellInk(number(digits, "15"), 0, 0)],
    ]
    shares: list[float] = []
    cells = read_cells(network, inks, {(0, 1): CellReading("5", 0.9)}, shares.append)
    assert [[cell.text for cell in row] for row in cells] == [["304", "5"], ["-", '"'], ["15", "15"]]
    assert [[cell.why for cell in row] for row in cells] == [["", ""], ["", ""], ["crossed out", ""]]
    assert shares[-1] == 1.0
    for cell in (cells[0][0], cells[2][1]):
        assert cell.confidence + sum(share for _, share in cell.others) == pytest.approx(1.0, abs=0.2)


def test_a_made_sheet_is_read(network: Network, digits) -> None:
    rng = np.random.default_rng(3)
    plan = SheetPlan(rows=5, columns=3, cell=(120, 64), digits=(1, 3), blank=0.1)
    sheet = scanned(make_sheet(plan, hand_of_pictures(*digits), rng), rng)
    read = read_sheet(network, np.asarray(sheet.picture.convert("L")))
    pairs = [pair for rows in zip(sheet.texts, read.cells, strict=True) for pair in zip(*rows, strict=True)]
    assert sum(text == cell.text for text, cell in pairs) >= 14
    assert all(text == cell.text or cell.is_doubtful for text, cell in pairs)
    assert sum(cell.is_doubtful for _, cell in pairs) <= 2
