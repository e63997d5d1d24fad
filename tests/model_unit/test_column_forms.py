"""The forms of columns, and how they help to choose among readings."""

import json

import pytest

from model.errors import DataFormatError
from model.sheets.column_forms import ColumnForm, forms_from_dict
from model.sheets.form_search import Choice, fit_sum, fit_table, fit_to_form, fit_to_rising


def choice(*readings: tuple[str, float]) -> Choice:
    return Choice(readings)


@pytest.mark.parametrize(
    ("form", "fitting", "breaking"),
    [
        (ColumnForm(after=0), "17", "1.7"),
        (ColumnForm(after=1), "-0.7", "07"),
        (ColumnForm(before=2), "17.5", "175"),
        (ColumnForm(smallest=-5, largest=40), "40.0", "40.1"),
        (ColumnForm(smallest=-5, largest=40), "-5", "-6"),
        (ColumnForm(choices=("1", "2")), "2", "3"),
        (ColumnForm(choices=("-5", "0.5")), "-05.0", "5"),
        (ColumnForm(choices=("x", "0.5")), ".50", "0"),
    ],
)
def test_a_text_breaks_a_form_or_not(form: ColumnForm, fitting: str, breaking: str) -> None:
    assert form.broken_by(fitting) == ""
    assert form.broken_by(breaking) != ""
    assert all(form.broken_by(nothing) == "" for nothing in ("", "-", '"'))


def test_a_reading_that_has_the_form_is_chosen_before_a_likelier_one() -> None:
    fitted = fit_to_form(ColumnForm(largest=50), choice(("81", 0.6), ("31", 0.38)))
    assert fitted.text == "31"
    assert 0.9 < fitted.readings[0][1] < 1
    assert not fitted.broken


def test_what_was_hardly_considered_stays_doubtful() -> None:
    assert fit_to_form(ColumnForm(largest=50), choice(("81", 0.98), ("31", 0.01))).readings[0][1] < 0.5


def test_a_reading_without_another_is_said_to_break_its_form() -> None:
    fitted = fit_to_form(ColumnForm(largest=50), choice(("81", 0.98)))
    assert (fitted.text, fitted.broken) == ("81", "more than 50")


def test_a_missed_point_is_set() -> None:
    assert fit_to_form(ColumnForm(after=1), choice(("215", 0.9))).text == "21.5"
    assert fit_to_form(ColumnForm(after=0), choice(("2.15", 0.9))).text == "215"
    assert fit_to_form(ColumnForm(smallest=0), choice(("-7", 0.9))).text == "7"


def test_numbers_that_rise_by_one() -> None:
    column = [
        choice(("7", 0.9)),
        choice(("3", 0.6), ("8", 0.4)),
        choice(("", 1.0)),
        choice(("10", 0.9)),
        choice(("4", 0.9)),
    ]
    fitted = fit_to_rising(column)
    assert [cell.text for cell in fitted] == ["7", "8", "", "10", "4"]
    assert [bool(cell.broken) for cell in fitted] == [False, False, False, False, True]
    assert fitted[0].readings[0][1] > 0.9


def test_the_reading_that_makes_a_sum_right_is_chosen() -> None:
    parts = [choice(("12", 0.95), ("17", 0.03)), choice(("4.5", 0.7), ("9.5", 0.25))]
    fitted, total = fit_sum(parts, choice(("21.5", 0.9)))
    assert [cell.text for cell in fitted] == ["12", "9.5"]
    assert not total.broken
    assert total.readings[0][1] > 0.9


def test_a_sum_that_cannot_be_right_is_told_at_the_total() -> None:
    parts, total = fit_sum([choice(("12", 0.95)), choice(("4", 0.7))], choice(("99", 0.9)))
    assert total.broken == "does not add up"
    assert not any(cell.broken for cell in parts)


def test_two_readings_may_be_exchanged_for_a_sum() -> None:
    parts = [choice(("1", 0.6), ("7", 0.4)), choice(("4", 0.6), ("9", 0.4)), choice(("5", 0.9))]
    assert [cell.text for cell in fit_sum(parts, choice(("21", 0.9)))[0]] == ["7", "9", "5"]


def test_a_mean_is_rounded() -> None:
    parts = [choice(("1.0", 0.9)), choice(("1.1", 0.9)), choice(("1.1", 0.9))]
    assert not fit_sum(parts, choice(("1.1", 0.9)), is_mean=True)[1].broken
    assert fit_sum(parts, choice(("1.2", 0.9)), is_mean=True)[1].broken == "not the mean"


def test_sums_over_rows_and_columns_of_a_table() -> None:
    table = [
        [choice(("1", 0.6), ("7", 0.4)), choice(("2", 0.9)), choice(("9", 0.9))],
        [choice(("3", 0.9)), choice(("4", 0.9)), choice(("7", 0.9))],
        [choice(("10", 0.9)), choice(("6", 0.9)), choice(("16", 0.9))],
    ]
    by_rows = fit_table(table, {2: ColumnForm(sum_of=(0, 1))})
    by_columns = fit_table(table, {0: ColumnForm(last_row="sum"), 99: ColumnForm(after=1)})
    assert by_rows[0][0].text == by_columns[0][0].text == "7"
    assert table[0][0].text == "1"


def test_blocks_of_rows_end_with_their_sum_and_mean() -> None:
    """The point is the form's: 259 says 25.9. A sum may be larger than any number of the column."""
    column = [
        choice(("259", 0.9)),
        choice(("213", 0.5), ("273", 0.4)),
        choice(("532", 0.9)),
        choice(("266", 0.9)),
        choice(("140", 0.9)),
        choice(("120", 0.9), ("720", 0.05)),
        choice(("260", 0.9)),
    ]
    form = ColumnForm(before=2, after=1, largest=45, sum_rows=(2, 6), mean_rows=(3,))
    fitted = [row[0] for row in fit_table([[cell] for cell in column], {0: form})]
    assert [cell.text for cell in fitted] == ["25.9", "27.3", "53.2", "26.6", "14.0", "12.0", "26.0"]
    assert not any(cell.broken for cell in fitted)
    assert fitted[1].readings[0][1] > 0.9
    assert list(form.blocks(8)) == [([0, 1], [2], [3]), ([4, 5], [6], [])]


def test_a_mean_of_two_columns_chooses_among_unlikely_readings() -> None:
    """All three are misread: only one choice of readings has a mean that was read."""
    row = [
        choice(("359", 0.35), ("259", 0.3), ("253", 0.1)),
        choice(("738", 0.35), ("138", 0.3), ("188", 0.1)),
        choice(("099", 0.35), ("199", 0.3), ("299", 0.1)),
    ]
    forms = {0: ColumnForm(after=1), 1: ColumnForm(after=1), 2: ColumnForm(after=1, mean_of=(0, 1))}
    assert [cell.text for cell in fit_table([row], forms)[0]] == ["25.9", "13.8", "19.9"]


def test_something_that_was_not_read_leaves_a_sum_as_it_is() -> None:
    """That three sure readings are wrong at once is less likely than that the total is."""
    sure = (("1", 0.99), ("7", 0.002)), (("2", 0.99), ("4", 0.002)), (("3", 0.99), ("9", 0.002))
    parts, total = fit_sum([choice(*readings) for readings in sure], choice(("20", 0.9)))
    assert [cell.text for cell in parts] == ["1", "2", "3"]
    assert total.broken == "does not add up"


def test_forms_go_through_json() -> None:
    form = ColumnForm(
        after=1,
        smallest=-40,
        choices=("1", "2"),
        rises=True,
        sum_of=(1, 2),
        last_row="mean",
        sum_rows=(5,),
        mean_rows=(0, 6),
    )
    text = json.dumps({"0": form.as_dict()})
    assert forms_from_dict(json.loads(text), "forms.json") == {0: form}


@pytest.mark.parametrize(
    "content", [[], {"a": {}}, {"0": {"after": "1"}}, {"0": {"colour": 1}}, {"0": {"sum_of": [-1]}}]
)
def test_what_is_no_form_is_told(content: object) -> None:
    with pytest.raises(DataFormatError, match=r"forms\.json: expected"):
        forms_from_dict(content, "forms.json")
