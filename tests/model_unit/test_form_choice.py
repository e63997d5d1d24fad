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

from model.sheets.cell import CellReading
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
    begun = time.process_time()
    fit = fit_cells(cells, forms)
    assert time.process_time() - begun < 1.0
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
