"""The terms of a pinned number as lines of tables: what it is computed from, and where its gradient comes from."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from digitgui.widgets.tables.term_lines import Grid, Line
from digitgui.wording import unit_name
from model.inspection.answer_terms import AnswerTerms, answer_terms
from model.inspection.backward_terms import Share, backward_terms, layer_after
from model.inspection.forward_terms import (
    Entered,
    Forward,
    Normalised,
    Passed,
    Pooled,
    Rectified,
    WeightedSum,
    forward_terms,
    maps_before,
)
from model.inspection.products import Products
from model.inspection.trace import Trace, Unit
from model.network.arrays import FloatArray
from model.network.layers import Conv2D, Dense

__all__ = ["answer_lines", "backward_lines", "forward_lines", "given_lines", "is_cut", "share_lines"]

FEW_MAPS, FEW_UNITS, FEW_PRODUCTS = 3, 8, 10
"""How many terms are shown, the largest, before the rest is summed: grids, single numbers, inputs of a unit."""
MOST = 400
"""Of all terms no more are shown."""


def forward_lines(trace: Trace, unit: Unit, terms: Forward, *, all_terms: bool) -> list[Line]:
    """Write what a number is computed from."""
    if isinstance(terms, WeightedSum):
        weight = "weight" if trace.layer(unit.layer).kind.__name__ == "Dense" else "kernel"
        captions = ("what it sees", weight, "product")
        if weight == "weight" and not all_terms:
            lines = _largest_lines(terms.products, captions)
        else:
            lines = _product_lines(trace, terms.products, captions, all_terms=all_terms)
        return [*lines, Line("bias", total=terms.bias), Line("sum", total=terms.value, is_sum=True)]
    if isinstance(terms, Rectified):
        return [
            _single("takes", terms.source, terms.x),
            Line("max(0, x)", total=terms.value, is_sum=True),
        ]
    if isinstance(terms, Passed):
        return [_single("takes", terms.source, terms.value), Line("as it is", total=terms.value, is_sum=True)]
    if isinstance(terms, Pooled):
        return _pool_lines(terms)
    if isinstance(terms, Normalised):
        return _normal_lines(terms)
    return _pixel_lines(terms)


def given_lines(trace: Trace, unit: Unit) -> list[Line]:
    """Write what is multiplied and added for a number, without products and sum; nothing if it is no sum."""
    terms = forward_terms(trace, unit)
    if not isinstance(terms, WeightedSum):
        return []
    found = []
    for line in forward_lines(trace, unit, terms, all_terms=False):
        if line.grids:
            parts = [part if isinstance(part, str) else replace(part, target=None) for part in line.parts[:3]]
            found.append(Line(line.name, tuple(parts)))
        elif not line.is_sum:
            found.append(line)
    return found


def backward_lines(trace: Trace, unit: Unit, *, all_terms: bool) -> list[Line]:
    """Write from which later numbers the gradient of a number comes."""
    terms, gradient = backward_terms(trace, unit), trace.gradient(unit)
    total = Line("gradient", total=gradient, is_sum=True)
    if terms is not None:
        joins = layer_after(trace, unit.layer)
        is_weight = joins is not None and joins.kind in (Conv2D, Dense)
        weight = "weight" if is_weight else f"derivative of {terms.layer}"
        captions = (f"gradient after {terms.layer}", weight, "product")
        return [*_product_lines(trace, terms, captions, all_terms=all_terms), total]
    steps = answer_terms(trace)
    place = 1 if steps.is_binary else unit.index[0]
    wanted = "the right answer" if place == steps.label else "not the right answer"
    return [
        Line(f"p of {trace.class_name(place)}", note="its probability", total=float(steps.probabilities[place])),
        Line("− y", note=wanted, total=-float(steps.target[place])),
        total,
    ]


def answer_lines(trace: Trace, unit: Unit) -> list[Line]:
    """Write how the logits become probabilities and the loss."""
    steps = answer_terms(trace)
    here = 1 if steps.is_binary else unit.index[0]
    lines = [_class_line(trace, steps, place, is_pinned=place == here) for place in range(len(steps.logits))]
    return [
        *lines,
        Line("sum", note=f"of the exponentials: {steps.total:.4f}"),
        Line(
            "loss",
            note=f"−ln of the probability of {trace.class_name(steps.label)}",
            total=steps.loss,
            is_sum=True,
        ),
    ]


def share_lines(trace: Trace, unit: Unit, share: Share, *, all_terms: bool) -> list[Line]:
    """Write what a number adds to the gradients of some others, and their whole gradients where they are more."""
    own, whole = (_in_maps(trace, unit, array) for array in (share.own, share.whole))
    scales = _largest(own), _largest(whole)
    order = np.argsort(-np.abs(own).max(axis=(1, 2)), kind="stable")
    shown = order[: _few(own, all_terms=all_terms)]
    lines = []
    for group in shown.tolist():
        name = _group_name(own, group) if len(own) > 1 else share.name.split(".")[-1]
        added = Grid(own[group], "it adds", scales[0])
        all_added = ("of", Grid(whole[group], "whole gradient", scales[1])) if share.adders != 1 else ()
        lines.append(Line(name, (added, *all_added)))
    left = len(own) - len(shown)
    return [*lines, Line(f"{left:,} more", note="to which it adds less", is_rest=True)] if left else lines


def _product_lines(
    trace: Trace, products: Products, captions: tuple[str, str, str], *, all_terms: bool
) -> list[Line]:
    arrays = products.values, products.weights, products.products
    scales = [_largest(array) for array in arrays]
    if not products.values[0].size:
        return []
    shown = min(len(products), _few(products.values, all_terms=all_terms))
    lines = []
    for place in range(shown):
        first = Grid(
            arrays[0][place], captions[0], scales[0], products.inside, target=partial(products.unit, place)
        )
        weights, multiplied = (Grid(arrays[at][place], captions[at], scales[at]) for at in (1, 2))
        name = _name_of(trace, products, place)
        end = () if first.is_single else (multiplied,)  # a single product is the total
        lines.append(Line(name, (first, "×", weights, "=", *end), float(products.totals[place])))
    left = len(products) - shown
    if left:
        kind = "maps" if products.values[0].size > 1 or products.places.shape[-1] > 1 else "units"
        rest = float(products.totals[shown:].sum())
        lines.append(Line(f"{left:,} more {kind}", note="summed", total=rest, is_rest=True))
    return lines


def _largest_lines(products: Products, captions: tuple[str, str, str]) -> list[Line]:
    """Write the largest single products of a dense layer, which has no place on a map; the rest is summed."""
    arrays = products.values, products.weights
    order = np.argsort(-np.abs(products.products), axis=None, kind="stable")
    lines = []
    for flat in order[:FEW_PRODUCTS].tolist():
        place, row, column = (int(at) for at in np.unravel_index(flat, products.products.shape))
        unit = products.unit(place, row, column)
        assert unit is not None
        cells = [
            Grid(array[place, row : row + 1, column : column + 1], caption, _largest(array))
            for caption, array in zip(captions, arrays, strict=False)
        ]
        first = replace(cells[0], target=partial(_always, unit))
        lines.append(
            Line(_short_name(unit), (first, "×", cells[1], "="), float(products.products[place, row, column]))
        )
    left = products.products.size - len(lines)
    if left > 0:
        rest = float(products.products.ravel()[order[FEW_PRODUCTS:]].sum())
        lines.append(Line(f"{left:,} more inputs", note="summed", total=rest, is_rest=True))
    return lines


def _always(unit: Unit, _row: int, _column: int) -> Hashable:
    return unit


def _short_name(unit: Unit) -> str:
    return unit_name(unit.layer, unit.index).partition(", ")[2]


def _name_of(trace: Trace, products: Products, place: int) -> str:
    group = int(products.groups[place])
    if products.layer == "input":
        return "picture" if trace.image.ndim == 2 else f"channel {group}"
    is_map = products.values[0].size > 1 or products.places.shape[-1] > 1
    return f"map {group}" if is_map else f"unit {group}"


def _single(name: str, source: Unit, number: float) -> Line:
    cell = Grid(np.array([[number]]), source.layer, abs(number), None, None, partial(_always, source))
    return Line(name, (cell,), number)


def _pool_lines(terms: Pooled) -> list[Line]:
    marked = np.zeros(terms.window.shape, bool)
    for place in terms.winners:
        marked[place] = True
    window = Grid(terms.window, "its window", _largest(terms.window), None, marked, terms.unit)
    if terms.is_largest:
        return [Line(f"map {terms.corner[0]}", (window,)), Line("largest", total=terms.value, is_sum=True)]
    return [
        Line(f"map {terms.corner[0]}", (window,), float(terms.window.sum(dtype=np.float64))),
        Line("mean", note=f"their sum divided by {terms.window.size}", total=terms.value, is_sum=True),
    ]


def _normal_lines(terms: Normalised) -> list[Line]:
    return [
        _single("x", terms.source, terms.x),
        Line("mean", note="running mean of the training", total=terms.mean),
        Line("deviation", note=f"√(variance {terms.variance:.4g} + {terms.epsilon:g})", total=terms.deviation),
        Line("normalised", note="(x − mean) / deviation", total=terms.normalised),
        Line("scale", note="learned", total=terms.scale),
        Line("shift", note="learned", total=terms.shift),
        Line("result", note="normalised × scale + shift", total=terms.value, is_sum=True),
    ]


def _pixel_lines(terms: Entered) -> list[Line]:
    return [
        Line("pixel", (Grid(np.array([[terms.pixel]], float), "0 to 255", 255.0),)),
        Line("/ 255", total=terms.pixel / 255),
        Line("mean", note="is taken away", total=terms.mean),
        Line("deviation", note="divides what is left", total=terms.deviation),
        Line("result", note="(pixel / 255 − mean) / deviation", total=terms.value, is_sum=True),
    ]


def _class_line(trace: Trace, steps: AnswerTerms, place: int, *, is_pinned: bool) -> Line:
    columns = (
        ("logit", steps.logits),
        ("− largest", steps.shifted),
        ("exponential", steps.exponentials),
        ("÷ sum", steps.probabilities),
    )
    grids = [
        Grid(array[place].reshape(1, 1), caption, _largest(array), marked=np.array([[is_pinned and not index]]))
        for index, (caption, array) in enumerate(columns)
    ]
    name = trace.class_name(place)
    name = f"{name} (right)" if place == steps.label else name
    return Line(name, tuple(grids))


def _in_maps(trace: Trace, unit: Unit, array: FloatArray) -> FloatArray:
    """Bring what a number adds into groups of rows and columns, as the terms of the forward pass are."""
    if array.ndim == 1:
        return array.reshape(maps_before(trace, trace.layer(unit.layer)) or (-1, 1, 1))
    return array.reshape((1,) * (3 - array.ndim) + array.shape)


def _group_name(array: FloatArray, group: int) -> str:
    return f"map {group}" if array[0].size > 1 else f"unit {group}"


def _few(groups: FloatArray, *, all_terms: bool) -> int:
    if all_terms:
        return MOST
    return FEW_MAPS if groups[0].size > 1 else FEW_UNITS


def _largest(array: FloatArray) -> float:
    return float(np.abs(array).max()) if array.size else 0.0


def is_cut(lines: Sequence[Line]) -> bool:
    """Whether some terms are only summed."""
    return any(line.is_rest for line in lines)
