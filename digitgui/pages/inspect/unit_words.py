"""Sentences on a pinned number: how it is computed, what becomes of it, where its gradient comes from and goes."""

from collections.abc import Sequence

from digitgui.widgets.tables.term_lines import single_text
from digitgui.wording import unit_name
from model.inspection.backward_terms import Share, backward_terms, layer_after
from model.inspection.forward_terms import (
    Forward,
    Normalised,
    Pooled,
    Rectified,
    WeightedSum,
    forward_terms,
)
from model.inspection.products import Products
from model.inspection.trace import Trace, TracedLayer, Unit
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU

__all__ = ["goes_to", "gradient_source", "made_of", "name_of", "used_by"]


def name_of(unit: Unit) -> str:
    """Name a number, all counted from 0."""
    return unit_name(unit.layer, unit.index)


def made_of(trace: Trace, unit: Unit, terms: Forward) -> str:
    """Say how a number is computed."""
    kind: type[Layer] | None = trace.layer(unit.layer).kind if unit.layer != "input" else None
    if isinstance(terms, WeightedSum):
        if kind is Conv2D:
            return "= what it sees × its kernel, map by map, plus its bias"
        return f"= each of {terms.products.count:,} inputs × its weight, plus its bias"
    if isinstance(terms, Pooled):
        return _of_window(terms)
    if isinstance(terms, Rectified):
        return f"= max(0, x): a ReLU {'keeps what is above 0' if terms.x > 0 else 'makes 0 of the rest'}"
    if isinstance(terms, Normalised):
        return "= how far it is from the mean, in deviations, × scale + shift"
    passes: dict[type[Layer] | None, str] = {
        Flatten: "= the same number, in one row with all others",
        Dropout: "= the same number: dropout acts only in training",
    }
    return passes.get(kind, "= the pixel, as the network takes it in")


def used_by(trace: Trace, unit: Unit) -> str:
    """Say what the next layer makes of a number."""
    layer, terms = layer_after(trace, unit.layer), backward_terms(trace, unit)
    if layer is None or terms is None:
        return "This is a logit: the softmax makes probabilities of all of them."
    if not terms.count:
        return f"{layer.name} does not use it: none of its windows reaches here."
    if layer.kind is Dense:
        return f"Next, all {terms.count} units of {layer.name} use it, each with a weight of its own."
    if layer.kind is Conv2D:
        return f"Next, {layer.name} uses it {terms.values[0].size} times for each of its {len(terms)} maps."
    later = [terms.unit(0, row, column) for row, column in _cells(terms)]
    found = [one for one in later if one is not None]
    if len(found) > 1:
        return f"Next, it lies in {len(found)} windows of {layer.name}."
    return f"Next, {_became(trace, layer, found[0], unit)}"


def gradient_source(trace: Trace, unit: Unit) -> str:
    """Say where the gradient of a number comes from."""
    layer, terms = layer_after(trace, unit.layer), backward_terms(trace, unit)
    if layer is None or terms is None:
        return "A logit's gradient is its probability, less 1 if it is the right answer."
    if not terms.count:
        return "It is 0: the number is not used."
    if layer.kind in (Conv2D, Dense):
        return (
            f"It comes from {terms.count:,} numbers of {layer.name}: the gradient of each × the weight that joins"
            " the two."
        )
    if layer.kind is MaxPool2D:
        return _of_prize(layer, terms)
    passes = "lets it through" if terms.weights.any() else "stops it: what comes out is 0"
    how: dict[type[Layer], str] = {
        ReLU: f", which {passes}.",
        AveragePool2D: ": an equal share of the gradient of each window that holds it.",
        BatchNorm: ": the gradient there × scale / deviation.",
    }
    return f"It comes from {layer.name}{how.get(layer.kind, ', unchanged.')}"


def goes_to(trace: Trace, unit: Unit, given: Sequence[Share]) -> str:
    """Say what the gradient of a number goes to."""
    if not given:
        return "It goes no further: this is the picture."
    layer, gradient = trace.layer(unit.layer), trace.gradient(unit)
    if layer.kind is ReLU and gradient and not given[0].own:
        return f"It stops here: x is not above 0, so nothing of it reaches {given[0].name}."
    if layer.kind is MaxPool2D and gradient:
        return f"It goes to the largest number of its window of {given[0].name} alone."
    *parts, last = (_counted(share) for share in given)
    listed = f"{', '.join(parts)} and {last}" if parts else last
    adders = given[0].adders
    whole = (
        f" A parameter's whole gradient is the sum over the {adders:,} numbers of this map." if adders > 1 else ""
    )
    if gradient == 0:
        return f"It would go to {listed}, but it is 0 and changes none of them.{whole}"
    return f"It goes to {listed}.{whole}"


def _of_window(terms: Pooled) -> str:
    if not terms.is_largest:
        return f"= the mean of a window of {terms.layer}"
    if len(terms.winners) < 2:
        return f"= the largest number of a window of {terms.layer}, framed"
    first = name_of(terms.unit(*terms.winners[0])).split(", ", 2)[-1]
    return (
        f"= the largest of a window of {terms.layer}: {len(terms.winners)} tie, and the gradient goes to {first}"
    )


def _became(trace: Trace, layer: TracedLayer, later: Unit, unit: Unit) -> str:
    terms = forward_terms(trace, later)
    value = single_text(trace.value(later))
    if isinstance(terms, Pooled):
        return f"{layer.name} {_taken(terms, unit)} of its window: {value}."
    if isinstance(terms, Rectified):
        return f"{layer.name} {'keeps it' if terms.x > 0 else 'makes 0 of it'}, since it is {_side(terms.x)}."
    if isinstance(terms, Normalised):
        return f"{layer.name} normalises it to {value}."
    return f"{layer.name} hands it on as it is."


def _taken(terms: Pooled, unit: Unit) -> str:
    if not terms.is_largest:
        return "takes the mean"
    if unit not in [terms.unit(*place) for place in terms.winners]:
        return "takes a larger number"
    return "takes it as the largest" if len(terms.winners) == 1 else "takes it, or one that ties with it,"


def _side(x: float) -> str:
    return "above 0" if x > 0 else "below 0" if x < 0 else "0"


def _of_prize(layer: TracedLayer, terms: Products) -> str:
    winner = int(terms.weights.sum())
    if terms.count == 1:
        if winner:
            return f"It comes from {layer.name}, where this number is the largest of its window."
        return f"It is 0: in its window of {layer.name}, another number takes the gradient."
    return f"It comes from {layer.name}: this number takes the gradient of {winner} of its {terms.count} windows."


def _counted(share: Share) -> str:
    """Count what a gradient goes to: ``144 weights``, ``1 bias``, ``144 numbers of pool1``."""
    count, kind = share.own.size, share.name.rpartition(".")[2]
    word = {"kernel": "weight"}.get(kind, kind) if share.adders else "number"
    of = "" if share.adders else f" of {'the picture' if share.name == 'input' else share.name}"
    return f"{count:,} {word}{'s' if count != 1 else ''}{of}"


def _cells(terms: Products) -> list[tuple[int, int]]:
    rows, columns = terms.values.shape[1:]
    return [(row, column) for row in range(rows) for column in range(columns)]
