"""The forms of columns choose among readings, with what a person decided; and are guessed from them."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pytest
from helpers.sheet_projects import known_sheet
from hypothesis import given
from hypothesis import strategies as st

from model.sheets.cell import NOT_READ, CellReading
from model.sheets.cell_reading import CROSSED_OUT, UNREADABLE
from model.sheets.column_forms import ColumnForm
from model.sheets.form_choice import fit_cells, fitted
from model.sheets.form_search import Choice, fit_sum
from model.sheets.form_words import in_words, likely_form


def reading(text: str, *others: tuple[str, float]) -> CellReading:
    return CellReading(text, 0.95, "", others)


def test_readings_are_chosen_or_doubted_and_decisions_stay() -> None:
    cells = [[reading("259")], [reading("81", ("31", 0.04))], [reading("77")], [reading("66")]]
    fit = fit_cells(cells, {0: ColumnForm(after=1, largest=35)}, {(2, 0): "99", (3, 0): "."})
    assert fit.chosen[0, 0].text == "25.9"
    assert fit.chosen[1, 0].text == "8.1"
    assert fit.broken == {(2, 0): "0 digits after the point, not 1", (3, 0): "no number"}
    assert not {(2, 0), (3, 0)} & fit.chosen.keys()


def test_a_crossed_out_text_that_breaks_its_form_counts_until_it_is_decided() -> None:
    cells = [[replace(reading(text), why=CROSSED_OUT)] for text in ("32", "3.2", "", "99.5", "99.5")]
    forms = {0: ColumnForm(after=1, largest=35, sum_rows=(4,))}
    fit = fit_cells(cells, forms)
    told = {(0, 0): "0 digits after the point, not 1", (3, 0): "more than 35", (4, 0): "does not add up"}
    assert fit.broken == told
    assert all(one.why == CROSSED_OUT for one in fit.chosen.values())
    assert (0, 0) not in fit_cells(cells, forms, {(0, 0): "3.1"}).broken
    assert (0, 0) not in fit_cells(cells, forms, left_out={(0, 0)}).broken


def test_a_decision_makes_a_sum_right_and_what_follows_from_it_too() -> None:
    cells = [[reading("1", ("7", 0.04)), reading("2"), reading("12")]]
    forms = {2: ColumnForm(sum_of=(0, 1))}
    assert fit_cells(cells, forms).broken == {(0, 2): "does not add up"}
    assert fit_cells(cells, forms, {(0, 1): "11"}).broken == {}
    assert fit_cells(cells, forms, {(0, 1): "5"}).chosen[0, 0].text == "7"
    left = fit_cells([[reading("1"), reading("5"), reading("1")]], forms, left_out={(0, 1)})
    assert left.broken == {}


def test_a_record_knows_whether_its_forms_have_been_asked(tmp_path: Path) -> None:
    record = known_sheet(tmp_path / "scan.png")
    assert not record.needs_fit
    record = replace(record, layout=replace(record.layout, forms={0: ColumnForm(largest=9)}))
    assert record.needs_fit
    asked = fitted(record)
    assert not asked.needs_fit
    assert asked.broken.keys() == {(0, 0), (2, 0)}
    assert asked.reading((0, 0)).why == "more than 9"
    assert asked.doubtful == [(0, 0), (0, 1), (1, 2), (2, 0), (3, 0)]
    assert asked.cells is record.cells  # as the network read them: without the form they are as before
    assert asked.with_decision((0, 0), "3").needs_fit
    freed = fitted(replace(asked, layout=replace(asked.layout, forms={})))
    assert freed.doubtful == known_sheet(tmp_path / "scan.png").doubtful


def unsure(text: str, share: float, *others: tuple[str, float]) -> CellReading:
    return CellReading(text, share, "" if share >= 0.9 else f"{share:.0%} sure", others)


def test_a_sum_that_holds_after_an_exchange_alone_takes_no_doubt_away() -> None:
    """47 was read as 41: 18 in place of 12 makes the sum right, and two cells wrong."""
    cells = [[unsure("41", 0.3), unsure("12", 0.6, ("18", 0.3)), unsure("20", 0.55), unsure("79", 0.99)]]
    chosen = fit_cells(cells, {3: ColumnForm(sum_of=(0, 1, 2))}).chosen
    assert all(chosen[0, column].is_doubtful for column in range(3))
    likely = [[unsure("41", 0.97), unsure("12", 0.5, ("18", 0.45)), unsure("20", 0.97), unsure("79", 0.99)]]
    sure = fit_cells(likely, {3: ColumnForm(sum_of=(0, 1, 2))}).chosen[0, 1]
    assert (sure.text, sure.is_doubtful) == ("18", False)


def test_rows_that_rise_make_sure_what_the_others_say_and_no_exchange() -> None:
    column = [[unsure(text, 0.8)] for text in ("1", "2", "3")]
    column += [[unsure("9", 0.9, ("4", 0.0005))], [unsure("5", 0.99)], [unsure("7", 0.8)]]
    fit = fit_cells(column, {0: ColumnForm(rises=True)})
    assert not any(fit.chosen[row, 0].is_doubtful for row in (0, 1, 2))
    assert (fit.chosen[3, 0].text, fit.chosen[3, 0].is_doubtful) == ("4", True)
    assert fit.broken == {(5, 0): "does not rise by one"}
    lone = [[unsure(text, 0.8)] for text in ("7", "3", "9")]  # each says something else
    assert all(cell.is_doubtful for cell in fit_cells(lone, {0: ColumnForm(rises=True)}).chosen.values())
    assert not fit_cells([[unsure("7", 0.8)]], {0: ColumnForm(rises=True)}).chosen


@pytest.mark.parametrize("part", [NOT_READ, CellReading("", 0.0, UNREADABLE), CellReading('"', 0.98)])
def test_a_sum_is_not_judged_while_one_of_its_cells_is_not_known(part: CellReading) -> None:
    """Without the cell, 8 would be right."""
    row = [unsure("3", 0.8), part, unsure("5", 0.97), unsure("18", 0.93, ("8", 0.07))]
    forms = {3: ColumnForm(sum_of=(0, 1, 2))}
    assert (fit_cells([row], forms).chosen, fit_cells([row], forms).broken) == ({}, {})
    assert fit_cells([row], forms, {(0, 1): "?"}).broken == {(0, 1): "no number"}
    assert fit_cells([row], forms, {(0, 1): "10"}).broken == {}
    assert fit_cells([row], forms, {(0, 1): "-"}).chosen[0, 3].text == "8"


def test_ditto_marks_count_as_what_stands_above_them() -> None:
    cells = [
        [unsure("10", 0.6, ("70", 0.3)), unsure("5", 0.99), unsure("75", 0.99)],
        [unsure('"', 0.98), unsure("6", 0.8), unsure("76", 0.99)],
        [unsure('"', 0.98), unsure("7", 0.8), unsure('"', 0.99)],
        [unsure("210", 0.8), unsure("18", 0.97), unsure("228", 0.99)],
    ]
    forms = {0: ColumnForm(last_row="sum"), 2: ColumnForm(sum_of=(0, 1))}
    fit = fit_cells(cells, forms)
    assert fit.broken == {(2, 2): "does not add up"}  # 70 + 7 are not 76
    assert fit.chosen[0, 0].text == "70"
    assert not fit.chosen[1, 1].is_doubtful
    assert not fit.chosen[3, 0].is_doubtful  # three times 70
    assert {fit.chosen.get(cell, cells[cell[0]][cell[1]]).text for cell in ((1, 0), (2, 0), (2, 2))} == {'"'}


def misread(text: str, rng: np.random.Generator) -> str:
    place = rng.integers(len(text))
    return f"{text[:place]}{(int(text[place]) + rng.integers(1, 10)) % 10}{text[place + 1 :]}"


def read_as(right: str, share: float, rng: np.random.Generator) -> CellReading:
    """Read a number as probably rightly as the reading says; if it is wrong, its other reading is mostly right."""
    first, other = misread(right, rng), misread(right, rng)
    chance = rng.random()
    if chance < share:
        first = right
    elif chance < 0.9:
        other = right
    return unsure(first, share, *([(other, (1 - share) / 2)] if other != first else []))


def test_sums_do_not_add_to_what_is_silently_wrong() -> None:
    """Half of the cells are hardly read: some of their readings add up by chance."""
    rng = np.random.default_rng(0)
    parts = rng.integers(10, 100, (1200, 3))
    texts = [[str(value) for value in (*row, row.sum())] for row in parts]
    cells = [[read_as(text, rng.choice([0.3, 0.99]), rng) for text in row] for row in texts]
    fit = fit_cells(cells, {3: ColumnForm(sum_of=(0, 1, 2))})
    before = after = sure = 0
    for (row, line), column in product(enumerate(cells), range(4)):
        old, new = line[column], fit.chosen.get((row, column), line[column])
        before += not old.is_doubtful and old.text != texts[row][column]
        after += not new.is_doubtful and (row, column) not in fit.broken and new.text != texts[row][column]
        sure += old.is_doubtful and not new.is_doubtful
    assert before > 10
    assert after < 1.15 * before
    assert sure > 800


def test_the_checks_of_a_large_table_are_quick() -> None:
    rng = np.random.default_rng(0)
    cells = [
        [
            reading(f"{value / 10:.1f}", *((f"{other / 10:.1f}", 0.01) for other in rng.integers(50, 999, 5)))
            for value in row
        ]
        for row in rng.integers(50, 350, (45, 25))
    ]
    forms = {column: ColumnForm(after=1, smallest=5, largest=35, last_row="sum") for column in range(24)}
    forms[24] = ColumnForm(sum_of=tuple(range(24)))
    seconds = []
    for _ in range(3):  # the docs say 0.4 s; others at work on the machine take some of its cache
        begun = time.process_time()
        fit = fit_cells(cells, forms)
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 0.7
    assert fit.broken


number = st.integers(0, 9).map(str)
options = st.lists(number, min_size=1, max_size=3, unique=True)


@given(st.lists(options, min_size=1, max_size=4), options, st.booleans())
def test_readings_are_exchanged_for_the_likeliest_that_add_up(
    parts: list[list[str]], total: list[str], is_mean: bool
) -> None:
    def holds(texts: Sequence[str]) -> bool:
        added = sum(map(int, texts[:-1]))
        return (
            abs(2 * (added - int(texts[-1]) * (len(texts) - 1))) <= len(texts) - 1
            if is_mean
            else added == int(texts[-1])
        )

    every = [*parts, total]
    cells = [Choice(tuple((text, 0.9 * 0.1**at) for at, text in enumerate(texts))) for texts in every]
    found, last = fit_sum(cells[:-1], cells[-1], is_mean=is_mean)
    texts = tuple(cell.text for cell in (*found, last))

    def chance(way: Sequence[str]) -> float:
        return prod(dict(cell.readings)[text] for cell, text in zip(cells, way, strict=True))

    ways = [way for way in product(*every) if holds(way)]
    if last.broken:
        assert not holds([cell.text for cell in cells])
        assert all(chance(way) < 0.1 for way in ways)
    else:
        assert holds(texts)
        assert chance(texts) == pytest.approx(max(map(chance, ways)))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([f"{value / 10:.1f}" for value in range(53, 332, 12)], "5 to 35, one decimal"),
        ([*(f"{value / 10:.1f}" for value in range(53, 332, 12)), "259"], "5 to 35, one decimal"),
        ([str(day) for day in range(1, 32)], "whole numbers, rising by one"),
        (["3", "1", "4", "1", "5", "9", "2", "6"], "1 to 9, whole numbers"),
        (["-4", "3", "-2", "0", "1", "-5", "2", "4"], "-5 to 4, whole numbers"),
        (["1", "2.5", "3", "4.25", "5", "6.5", "7", "8"], "1 to 8"),
        (["1", "2"], None),
        (["", "-"], None),
    ],
)
def test_a_form_is_guessed_that_nearly_all_readings_have(texts: list[str], words: str | None) -> None:
    guess = likely_form([texts])
    assert (in_words(guess) if guess is not None else None) == words


def test_every_part_of_a_form_has_its_words() -> None:
    form = ColumnForm(before=2, after=2, smallest=0, mean_of=(0, 3), last_row="sum", sum_rows=(5, 11))
    told = "0 or more, two decimals, at most 2 digits before the point, mean of c0, c3, sum in the last row"
    assert in_words(form, lambda column: f"c{column}") == f"{told}, sums in rows 6, 12"
    assert in_words(ColumnForm(choices=("1", "2"), largest=9)) == "one of 1, 2, 9 or less"
