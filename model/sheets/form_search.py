"""Chooses among the readings of cells by the forms of their columns: a small search over probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import log, prod

import numpy as np

from model.sheets.column_forms import NOTHING, ColumnForm

__all__ = ["Choice", "fit_sum", "fit_table", "fit_to_form", "fit_to_rising"]

Readings = tuple[tuple[str, float], ...]

ELSE = 0.05
"""Of the probability of readings that break a form, what stays for texts that are not among them."""
VARIANT = 0.8
"""A missed point or sign is as probable as its reading, times this."""
UNREAD = 1e-4
"""Probability of a text that is not among the readings."""
BY_CHANCE = 0.1
"""A wrong reading leaves a sum right as often."""
MOST_CHANGED = 2
"""Readings that are exchanged at most to make a sum right: one or two."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The readings of a cell, the likeliest first, and how it breaks a form: empty if it does not."""

    readings: Readings
    broken: str = ""

    @property
    def text(self) -> str:
        """The likeliest reading."""
        return self.readings[0][0]


def fit_table(table: Sequence[Sequence[Choice]], forms: Mapping[int, ColumnForm]) -> list[list[Choice]]:
    """Choose among the readings of a table, row by row, by the forms of its columns; others are ignored."""
    rows = [list(row) for row in table]
    known = {column: form for column, form in sorted(forms.items()) if rows and column < len(rows[0])}
    for column, form in known.items():
        cells = [fit_to_form(form, row[column]) for row in rows]
        last = [cells.pop()] if form.last_row and len(cells) > 2 else []
        cells = fit_to_rising(cells) if form.rises else cells
        if last:
            cells, total = fit_sum(cells, last[0], is_mean=form.last_row == "mean")
            last = [total]
        for row, cell in zip(rows, [*cells, *last], strict=True):
            row[column] = cell
    for column, form in known.items():
        parts = [one for one in form.sum_of or form.mean_of if one < len(rows[0]) and one != column]
        for row in rows if parts else ():
            fitted, row[column] = fit_sum([row[one] for one in parts], row[column], is_mean=bool(form.mean_of))
            for one, cell in zip(parts, fitted, strict=True):
                row[one] = cell
    return rows


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
    kept = sum(fitting.values())
    whole = kept + ELSE * max(0.0, 1 - kept)
    ordered = sorted(fitting.items(), key=lambda one: -one[1])
    return Choice(tuple((text, share / whole) for text, share in ordered))


def fit_to_rising(column: Sequence[Choice]) -> list[Choice]:
    """Choose readings that rise by one from row to row; what does not is said to break that."""
    starts = {int(text) - row for row, cell in enumerate(column) for text, _ in cell.readings if _is_whole(text)}
    if not starts:
        return list(column)

    def weight(start: int) -> float:
        return sum(
            log(max(_share(cell, start + row), UNREAD))
            for row, cell in enumerate(column)
            if cell.text not in NOTHING
        )

    best = max(starts, key=weight)
    return [_as_number(cell, best + row) for row, cell in enumerate(column)]


def fit_sum(parts: Sequence[Choice], total: Choice, *, is_mean: bool = False) -> tuple[list[Choice], Choice]:
    """Choose the likeliest readings whose sum, or rounded mean, is the total.

    Where one or two readings have to be exchanged for that, those are; where that does not help, the total is said
    to break it. Where the best readings add up, all become more certain.
    """
    cells = [*parts, total]
    used = [index for index, cell in enumerate(cells) if cell.text not in NOTHING]
    if len(parts) not in used or len(used) < 2:
        return list(parts), total
    found = _exchanges(cells, used, is_mean)
    if found is None:
        return list(parts), replace(total, broken="not the mean" if is_mean else "does not add up")
    exchanged, certainty = found
    for index in used:
        cells[index] = (
            _exchanged(cells[index], exchanged[index], certainty) if index in exchanged else _surer(cells[index])
        )
    return cells[:-1], cells[-1]


def _exchanges(cells: list[Choice], used: list[int], is_mean: bool) -> tuple[dict[int, int], float] | None:
    """Find which reading of which cell makes the sum right, and the share of that among all that do."""
    *parts, total = [_number(cells[index].text) for index in used]
    added = sum(parts, Decimal(0))
    if _adds_up(added, total, len(parts), is_mean=is_mean):
        return {}, 1.0
    others = [
        _Exchange.of(cells, index, place) for index in used for place in range(1, len(cells[index].readings))
    ]
    divisor = len(parts) if is_mean else None
    for count in range(1, MOST_CHANGED + 1):
        ways = []
        for chosen in _likely_to_help(others, count, used[-1], added, total, divisor):
            more = sum((one.more for one in chosen if one.index != used[-1]), Decimal(0))
            new_total = total + sum((one.more for one in chosen if one.index == used[-1]), Decimal(0))
            is_one_each = len({one.index for one in chosen}) == count
            if is_one_each and _adds_up(added + more, new_total, len(parts), is_mean=is_mean):
                ways.append((prod(one.weight for one in chosen), chosen))
        if ways:
            weight, best = max(ways, key=lambda way: way[0])
            return {one.index: one.place for one in best}, weight / (sum(way[0] for way in ways) + UNREAD)
    return None


def _likely_to_help(
    others: list["_Exchange"], count: int, at_total: int, added: Decimal, total: Decimal, divisor: int | None
) -> list[tuple["_Exchange", ...]]:
    """Find the one or two exchanges that may make a sum right: tens of thousands of pairs are tried at once."""
    times, slack = divisor or 1, 1e-6 + 0.5 * (divisor or 0)  # a mean is rounded
    effects = np.array([float(one.more) * (-times if one.index == at_total else 1) for one in others])
    away = effects + float(added - total * times)
    if count == 1:
        return [(others[one],) for one in np.flatnonzero(np.abs(away) <= slack).tolist()]
    pairs = np.argwhere(np.triu(np.abs(away[:, np.newaxis] + effects) <= slack, 1))
    return [(others[one], others[two]) for one, two in pairs.tolist()]


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Another reading of a cell: how much more it is, and how much less probable."""

    index: int
    place: int
    more: Decimal
    weight: float

    @classmethod
    def of(cls, cells: list[Choice], index: int, place: int) -> "_Exchange":
        (text, share), (other, less) = cells[index].readings[0], cells[index].readings[place]
        return cls(index, place, _number(other) - _number(text), less / max(share, UNREAD))


def _adds_up(added: Decimal, total: Decimal, count: int, *, is_mean: bool) -> bool:
    if not is_mean:
        return added == total
    half = Decimal(10) ** int(total.as_tuple().exponent) / 2
    return abs(added / count - total) <= half


def _number(text: str) -> Decimal:
    return Decimal(0) if text in NOTHING else Decimal(text)


def _is_whole(text: str) -> bool:
    return text.lstrip("-").isdecimal()


def _share(cell: Choice, number: int) -> float:
    return max((share for text, share in cell.readings if _is_whole(text) and int(text) == number), default=0.0)


def _as_number(cell: Choice, number: int) -> Choice:
    if cell.text in NOTHING:
        return cell
    place = next(
        (at for at, (text, _) in enumerate(cell.readings) if _is_whole(text) and int(text) == number), None
    )
    if place is None:
        return replace(cell, broken="does not rise by one")
    return _surer(_exchanged(cell, place, 1.0) if place else cell)


def _exchanged(cell: Choice, place: int, certainty: float) -> Choice:
    """Put another reading first, as certain as the way to it."""
    chosen = cell.readings[place]
    rest = tuple(one for at, one in enumerate(cell.readings) if at != place)
    left = max(sum(share for _, share in rest), 1e-9)
    confidence = certainty * chosen[1] / (chosen[1] + ELSE * left)
    return Choice(((chosen[0], confidence), *((text, share * (1 - confidence) / left) for text, share in rest)))


def _surer(cell: Choice) -> Choice:
    (text, share), *rest = cell.readings
    return replace(
        cell, readings=((text, 1 - (1 - share) * BY_CHANCE), *((other, one * BY_CHANCE) for other, one in rest))
    )
