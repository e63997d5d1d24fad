"""Chooses among the readings of cells by the forms of their columns: a small search over probabilities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import log, prod

from model.sheets.cell import DITTO, Cell
from model.sheets.column_forms import NOTHING, ColumnForm
from model.sheets.sums import adding_up

__all__ = ["Choice", "fit_sum", "fit_table", "fit_to_form", "fit_to_rising"]

Readings = tuple[tuple[str, float], ...]

ELSE = 0.05
"""Of the probability of readings that break a form, what stays for texts that are not among them."""
HALF = 0.5
"""Of the texts that are not among the readings, those that have the form."""
VARIANT = 0.8
"""A missed point or sign is as probable as its reading, times this."""
UNREAD = 1e-4
"""Probability of a text that is not among the readings."""
BY_CHANCE = 0.1
"""A wrong reading leaves a sum right as often."""
LISTED = 0.9
"""Probability that one of the readings of a cell is right, at least, where a sum tells which."""
MOST_SUPPOSED = 10.0
"""Factor by which the other readings are taken for more probable, at most."""
MOST_KEPT = 12
"""Readings of a cell."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The readings of a cell, the likeliest first, and how it breaks a form: empty if it does not."""

    readings: Readings
    broken: str = ""

    @property
    def text(self) -> str:
        """The likeliest reading."""
        return self.readings[0][0]

    @property
    def is_unread(self) -> bool:
        """Whether it is not known at all what stands there."""
        return self.text == DITTO or self.readings[0] == ("", 0.0)


def fit_table(table: Sequence[Sequence[Choice]], forms: Mapping[int, ColumnForm]) -> list[list[Choice]]:
    """Choose among the readings of a table, row by row, by the forms of its columns; others are ignored."""
    rows = [list(row) for row in table]
    known = {column: form for column, form in sorted(forms.items()) if rows and column < len(rows[0])}
    for column, form in known.items():
        for place, row in enumerate(rows):
            row[column] = fit_to_form(form.of_sums if place in form.sum_rows else form, row[column])
    for column, form in known.items():
        if form.rises:
            places = range(len(rows) - bool(form.last_row and len(rows) > 2))
            for place, cell in zip(places, fit_to_rising([rows[one][column] for one in places]), strict=True):
                rows[place][column] = cell
    for column, form in known.items():
        parts = [one for one in form.sum_of or form.mean_of if one < len(rows[0]) and one != column]
        for place in range(len(rows)):
            _fit_sum_at(rows, [(place, one) for one in parts], (place, column), is_mean=bool(form.mean_of))
    for column, form in known.items():
        _fit_column(rows, column, form)
    return rows


def _fit_column(rows: list[list[Choice]], column: int, form: ColumnForm) -> None:
    """Choose what makes the sums and means of rows above right."""
    if form.last_row and len(rows) > 2:
        above = [(row, column) for row in range(len(rows) - 1)]
        _fit_sum_at(rows, above, (len(rows) - 1, column), is_mean=form.last_row == "mean")
    for block, sums, means in form.blocks(len(rows)):
        for row in sums + means:
            _fit_sum_at(rows, [(one, column) for one in block], (row, column), is_mean=row in means)


def _fit_sum_at(rows: list[list[Choice]], parts: Sequence[Cell], total: Cell, *, is_mean: bool) -> None:
    """Choose what makes a sum or mean right; ditto marks count as what stands above, and stay."""
    fitted, end = fit_sum([_meant(rows, cell) for cell in parts], _meant(rows, total), is_mean=is_mean)
    for (row, column), choice in zip((*parts, total), (*fitted, end), strict=True):
        before = rows[row][column]
        is_ditto = before.text == DITTO
        rows[row][column] = replace(before, broken=choice.broken or before.broken) if is_ditto else choice


def _meant(rows: Sequence[Sequence[Choice]], cell: Cell) -> Choice:
    """Return the readings of a cell; of ditto marks the likeliest one above, which was chosen in its own row."""
    row, column = cell
    while row > 0 and rows[row][column].text == DITTO:
        row -= 1
    found = rows[row][column]
    return found if row == cell[0] else Choice(found.readings[:1])


def fit_to_form(form: ColumnForm, choice: Choice) -> Choice:
    """Keep the readings of a cell that have the form; if none has, say how the likeliest breaks it.

    A reading that is certain (1.0) was decided by a person, and is not exchanged.
    """
    if choice.readings[0][1] == 1:
        return replace(choice, broken=form.broken_by(choice.text))
    every = dict(choice.readings)
    for text, share in choice.readings:
        for variant in form.variants_of(text):
            every[variant] = max(every.get(variant, 0.0), VARIANT * share)
    fitting = {text: share for text, share in every.items() if not form.broken_by(text)}
    if not fitting:
        return replace(choice, broken=form.broken_by(choice.text))
    if choice.text in fitting and len(fitting) == len(every):
        return choice
    broken = sum(share for text, share in choice.readings if text not in fitting)
    kept = sum(fitting.values())
    whole = kept + ELSE * broken + HALF * max(0.0, 1 - kept - broken)
    ordered = sorted(fitting.items(), key=lambda one: -one[1])[:MOST_KEPT]
    return Choice(tuple((text, share / whole) for text, share in ordered))


def fit_to_rising(column: Sequence[Choice]) -> list[Choice]:
    """Choose readings that rise by one from row to row; what does not is said to break that.

    A reading becomes surer if the other rows alone say the same.
    """
    starts = {int(text) - row for row, cell in enumerate(column) for text, _ in cell.readings if _is_whole(text)}
    if not starts:
        return list(column)
    written = [row for row, cell in enumerate(column) if cell.text not in NOTHING]
    likely = {
        start: {row: log(max(_share(column[row], start + row), UNREAD)) for row in written} for start in starts
    }
    whole = {start: sum(rows.values()) for start, rows in likely.items()}
    best = max(starts, key=lambda start: whole[start])

    def is_backed(row: int) -> bool:
        others = [whole[start] - likely[start][row] for start in starts - {best}]
        least = max([*others, log(UNREAD) * (len(written) - 1)])
        return whole[best] - likely[best][row] > least + 1e-9

    fitted = list(column)
    for row in written:
        fitted[row] = _as_number(column[row], best + row, is_backed=is_backed(row))
    return fitted


def fit_sum(parts: Sequence[Choice], total: Choice, *, is_mean: bool = False) -> tuple[list[Choice], Choice]:
    """Weigh readings by whether their sum, or rounded mean, is the total.

    Readings that add up become more certain, and take the place of likelier ones that do not. If none add up, or
    it is likelier that something stands there that was not read, the total is said to break it. Nothing is said
    if it is not known what stands in one of the cells.
    """
    cells = [*parts, total]
    used = [index for index, cell in enumerate(cells) if cell.text not in NOTHING]
    if len(parts) not in used or len(used) < 2 or any(cell.is_unread for cell in cells):
        return list(parts), total
    numbers = [_numbers(cells[index]) for index in used]
    found = adding_up(numbers, is_mean=is_mean)
    broken = "not the mean" if is_mean else "does not add up"
    if not found.best:
        return list(parts), replace(total, broken=broken)
    read = prod(sum(share for _, share in one) for one in numbers)
    read *= prod(cell.readings[0][1] for cell in cells if cell.text in NOTHING)
    unread = BY_CHANCE * max(UNREAD, 1 - read)
    is_chosen = found.together >= unread or not any(found.best)
    for index, shares, best in zip(used, found.shares, found.best, strict=True):
        first = best if is_chosen else None
        cells[index] = _reweighed(cells[index], shares, first, unread, found.together + unread)
    if not is_chosen:
        cells[-1] = replace(cells[-1], broken=broken)
    return cells[:-1], cells[-1]


def _numbers(cell: Choice) -> list[tuple[Decimal, float]]:
    """Return the readings of a cell as numbers, supposing that one of them is right, more probably than not.

    What is supposed goes to those after the first one: that is as probable as it says.
    """
    (first, share), *others = [(Decimal(text), share) for text, share in cell.readings if text not in NOTHING]
    left = sum(one for _, one in others)
    more = min(MOST_SUPPOSED, max(1.0, (LISTED - share) / left)) if left > 0 else 1.0
    whole = max(1.0, share + more * left)
    return [(first, share / whole), *((number, more * one / whole) for number, one in others)]


def _reweighed(cell: Choice, shares: Iterable[float], first: int | None, unread: float, whole: float) -> Choice:
    """Give readings the probability with which they add up, or stand beside something that was not read."""
    if cell.readings[0][1] == 1:
        return cell
    written = [one for one in cell.readings if one[0] not in NOTHING]
    readings = [
        (text, (float(weight) + unread * share) / whole)
        for (text, share), weight in zip(written, shares, strict=True)
    ]
    chosen = [readings.pop(first)] if first is not None else []
    return replace(cell, readings=(*chosen, *sorted(readings, key=lambda one: -one[1])))


def _is_whole(text: str) -> bool:
    return text.lstrip("-").isdecimal()


def _share(cell: Choice, number: int) -> float:
    return max((share for text, share in cell.readings if _is_whole(text) and int(text) == number), default=0.0)


def _as_number(cell: Choice, number: int, *, is_backed: bool) -> Choice:
    place = next(
        (at for at, (text, _) in enumerate(cell.readings) if _is_whole(text) and int(text) == number), None
    )
    if place is None:
        return replace(cell, broken="does not rise by one")
    if place:
        return _exchanged(cell, place)
    return _surer(cell) if is_backed else cell


def _exchanged(cell: Choice, place: int) -> Choice:
    """Put another reading first."""
    chosen = cell.readings[place]
    rest = tuple(one for at, one in enumerate(cell.readings) if at != place)
    left = max(sum(share for _, share in rest), 1e-9)
    confidence = chosen[1] / (chosen[1] + ELSE * left)
    return Choice(((chosen[0], confidence), *((text, share * (1 - confidence) / left) for text, share in rest)))


def _surer(cell: Choice) -> Choice:
    (text, share), *rest = cell.readings
    return replace(
        cell, readings=((text, 1 - (1 - share) * BY_CHANCE), *((other, one * BY_CHANCE) for other, one in rest))
    )
