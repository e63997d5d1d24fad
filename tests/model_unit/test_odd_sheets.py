"""Sheets that are like no others: read rightly, or told of in a sentence, and never made up."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.sheet_projects import small_sheet
from PIL import Image, ImageDraw, ImageFont

from model.errors import DataFormatError
from model.judging.ensemble import AnyNetwork
from model.runs.ensemble_files import load_digit_reader
from model.sheets.cell import CellReading
from model.sheets.cell_reading import CROSSED_OUT, CUT_OFF, TWO_LINES
from model.sheets.column_forms import ColumnForm
from model.sheets.flat_paper import ink_is_bright
from model.sheets.form_choice import fit_cells
from model.sheets.layout import Layout
from model.sheets.layout_matching import matched
from model.sheets.sheet_doubts import doubted
from model.sheets.sheet_reading import read_sheet
from resources import DEFAULT_MODEL

LETTERS = "therainbeganbeforenoonandnoonesawthekeeper"


@pytest.fixture(scope="module")
def network() -> AnyNetwork:
    return load_digit_reader(DEFAULT_MODEL)


def inked(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> np.ndarray:
    """Make a sheet in two colours, as its brightness."""
    share = np.asarray(small_sheet(3, 2).picture, np.float32)[:, :, np.newaxis] / 255
    colours = np.array(ink) * (1 - share) + np.array(paper) * share
    return np.asarray(Image.fromarray(np.uint8(colours)).convert("L"))


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((240, 240, 230), (20, 25, 20)), ((235, 235, 225), (40, 80, 60)), ((250, 150, 60), (250, 250, 250))],
    ids=["white on black", "chalk on green", "orange"],
)
def test_ink_of_any_colour_is_read(
    network: AnyNetwork, ink: tuple[int, int, int], paper: tuple[int, int, int]
) -> None:
    expected = small_sheet(3, 2).texts
    read = read_sheet(network, inked(ink, paper))
    assert read.texts == expected


def test_a_dark_desk_and_a_deep_shadow_make_no_bright_ink() -> None:
    sheet = np.asarray(small_sheet().picture)
    desk = np.full((2 * sheet.shape[0], 2 * sheet.shape[1]), 30, np.uint8)
    desk[: sheet.shape[0], : sheet.shape[1]] = sheet
    assert not ink_is_bright(desk)
    assert not ink_is_bright(np.uint8(sheet * 0.25))
    assert ink_is_bright(255 - desk)


def test_letters_become_no_table(network: AnyNetwork) -> None:
    page = Image.new("L", (460, 460), 245)
    font, draw = ImageFont.load_default(36), ImageDraw.Draw(page)
    for line in range(6):
        draw.text((50, 50 + 56 * line), LETTERS[line : line + 15], fill=30, font=font)
    with pytest.raises(DataFormatError, match="cannot be read as numbers"):
        read_sheet(network, np.asarray(page))
    sure = CellReading("1" * 13, 0.99)
    (cells,) = doubted([[sure, CellReading("1" * 12, 0.99)]], 40.0, 2600)
    assert [cell.is_doubtful for cell in cells] == [True, False]


def test_digits_that_are_too_small_are_doubtful(network: AnyNetwork) -> None:
    picture = small_sheet().picture
    small = picture.resize((picture.width * 16 // 56, picture.height * 16 // 56), Image.Resampling.LANCZOS)
    cells = [cell for row in read_sheet(network, np.asarray(small)).cells for cell in row]
    assert len(cells) >= 9
    assert all(cell.is_doubtful for cell in cells if cell.text)
    assert any("pixels tall" in cell.why for cell in cells)


def test_a_right_sum_makes_digits_no_larger() -> None:
    read = [CellReading("1", 0.7, "70% sure"), CellReading("2", 0.99), CellReading("3", 0.99, CROSSED_OUT)]
    for side, advice in (
        (800, "only 10 pixels tall: scan it larger"),
        (2600, "only 10 pixels tall: scan the paper in parts"),
    ):
        (cells,) = doubted([read], 10.0, side)
        assert [cell.why for cell in cells] == [advice, advice, CROSSED_OUT]
        chosen = fit_cells([cells], {2: ColumnForm(sum_of=(0, 1))}).chosen
        assert chosen[0, 0].confidence > 0.9
        assert [chosen[0, column].why for column in range(3)] == [advice, advice, CROSSED_OUT]
    (large,) = doubted([read], 40.0, 2600)
    assert not fit_cells([large], {2: ColumnForm(sum_of=(0, 1))}).chosen[0, 0].is_doubtful


def test_two_numbers_in_a_cell_are_doubtful_and_stay_so(network: AnyNetwork) -> None:
    sheet = small_sheet()
    picture = np.asarray(sheet.picture)
    single = read_sheet(network, picture)
    assert TWO_LINES not in {cell.why for row in single.cells for cell in row}
    nodes = single.layout.nodes
    joined = read_sheet(network, picture, replace(single.layout, nodes=nodes[::2], found=nodes))
    assert {cell.why for row in joined.cells for cell in row} == {TWO_LINES}
    for why in (TWO_LINES, CUT_OFF):
        chosen = fit_cells([[CellReading("259", 0.95, why)]], {0: ColumnForm(after=1)}).chosen[0, 0]
        assert (chosen.text, chosen.why) == ("25.9", why)


@pytest.mark.parametrize(("turns", "tilt"), [(0, 0), (1, 0), (2, 0), (0, 2)])
def test_numbers_that_the_edge_of_the_picture_cuts_are_doubtful(
    network: AnyNetwork, turns: int, tilt: float
) -> None:
    whole = np.asarray(small_sheet().picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255))
    for end, is_cut in ((whole.shape[1], False), (343, True)):  # through the last digit of each row
        picture = np.ascontiguousarray(np.rot90(whole[:, :end], turns))
        whys = [[cell.why == CUT_OFF for cell in row] for row in read_sheet(network, picture).cells]
        assert whys == [[False, False, is_cut]] * 4


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (12, 12)])
def test_a_picture_of_a_few_pixels_is_told_of(network: AnyNetwork, shape: tuple[int, int]) -> None:
    with pytest.raises(DataFormatError, match="expected a sheet of at least 40 × 40 pixels"):
        read_sheet(network, np.full(shape, 200, np.uint8))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_paper_without_anything_is_told_of(network: AnyNetwork, value: int) -> None:
    with pytest.raises(DataFormatError, match="expected a table of numbers"):
        read_sheet(network, np.full((700, 500), value, np.uint8))


def test_one_cell_is_no_table_but_one_row_and_one_column_are(network: AnyNetwork) -> None:
    with pytest.raises(DataFormatError, match="found a single cell"):
        read_sheet(network, np.asarray(small_sheet(1, 1).picture))
    for rows, columns in ((1, 4), (4, 1)):
        sheet = small_sheet(rows, columns)
        assert np.shape(read_sheet(network, np.asarray(sheet.picture)).texts) == (rows, columns)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("odd", [lambda nodes: nodes * 0, lambda nodes: nodes * [1, 0], lambda nodes: nodes + 1e9])
def test_a_layout_without_an_area_is_told_of(odd) -> None:
    y, x = np.mgrid[0:5, 0:4].astype(float)
    found = np.stack([60 * (1 + x), 40 * (1 + y)], axis=2)
    layout = Layout(found, (300, 240))
    assert matched(layout, found, (240, 300)) == pytest.approx(found)
    for nodes in (found, found[1:]):
        with pytest.raises(DataFormatError, match="expected"):
            matched(replace(layout, nodes=odd(found), found=odd(found[:, :3])), nodes, (240, 300))
