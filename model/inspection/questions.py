"""Questions to answer before a number is shown, with the reason for the right answer.

Looking alone teaches little; predicting what one is about to see does more (T. Naps et al.: Exploring the role of
visualization and engagement in computer science education, ACM SIGCSE Bulletin 35, 2003).
"""

from dataclasses import dataclass

import numpy as np

from model.inspection.backward_terms import backward_terms, layer_after
from model.inspection.forward_terms import Pooled, forward_terms
from model.inspection.trace import Trace, TracedLayer, Unit
from model.network.arrays import FloatArray
from model.network.layers import Conv2D, Dense, Layer, MaxPool2D, ReLU

__all__ = ["Question", "question_of_rate", "questions_of"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with a few answers, of which one is right.

    Attributes
    ----------
    text : str
    answers : tuple of str
    right : int
        Place of the right one among `answers`.
    reason : str
        Why it is right, in a sentence or two with the numbers.
    """

    text: str
    answers: tuple[str, ...]
    right: int
    reason: str


def questions_of(found: Trace, unit: Unit) -> list[Question]:
    """Ask about the value of a number, where its layer makes that worth it, and about the sign of its gradient."""
    questions = []
    layer = None if unit.layer == "input" else found.layer(unit.layer)
    if layer is not None and layer.kind is MaxPool2D:
        questions.append(_question_of_winner(found, unit))
    elif layer is not None and layer.kind is ReLU:
        questions.append(_question_of_relu(found, layer, unit))
    elif layer is not None and layer.kind in (Conv2D, Dense):
        questions.append(_question_of_sum(found, unit))
    return [*questions, _question_of_slope(found, layer, unit)]


def question_of_rate(before: float, after: float, after_ten: float) -> Question:
    """Ask what ten times the learning rate does.

    Parameters
    ----------
    before, after, after_ten : float
        The loss before a step, after it, and after one from the same weights with ten times the learning rate.
    """
    answers = ("The loss falls further", "The loss falls less", "The loss grows")
    right = 2 if not after_ten <= before else 0 if after_ten < after else 1
    why = (
        "Ten times as far along the slope is still downhill here.",
        "Ten times as far leads past the lowest point, and up again on the other side.",
        "Ten times as far leads past the lowest point, to a place higher than before.",
    )[right]
    return Question(
        "The loss is to be lowered by one step. What does a step with ten times the learning rate do?",
        answers,
        right,
        f"{why} Loss before {before:.4f}, after the step {after:.4f}, after the tenfold one {after_ten:.4f}.",
    )


def _question_of_winner(found: Trace, unit: Unit) -> Question:
    terms = forward_terms(found, unit)
    assert isinstance(terms, Pooled)
    window, (_, top, left) = terms.window, terms.corner
    right, ties = int(window.argmax()), len(terms.winners)
    tie = f" {ties} cells tie; the first one wins." if ties > 1 else ""
    return Question(
        f"The window of {unit.layer} here holds {_numbers(window)}. Which cell is passed on?",
        tuple(f"row {top + i}, column {left + j}" for i, j in np.ndindex(*window.shape)),
        right,
        f"Max pooling passes the largest number on: {window.max():.3f}.{tie} Its cell alone gets the gradient.",
    )


def _question_of_relu(found: Trace, layer: TracedLayer, unit: Unit) -> Question:
    came = float(found[layer.source][unit.index])
    others = sorted({came, -came, 1.0} - {0.0})
    answers = ("0", *(f"{number:.4g}" for number in others))
    if came > 0:
        right, reason = 1 + others.index(came), "above 0, so ReLU passes it on as it is"
    else:
        right, reason = 0, "not above 0, so ReLU puts 0 in its place"
    return Question(
        f"{came:.4g} comes in. What comes out of the ReLU?", answers, right, f"{came:.4g} is {reason}."
    )


def _question_of_sum(found: Trace, unit: Unit) -> Question:
    value = found.value(unit)
    return Question(
        "All products and the bias are added. Is the sum above or below 0?",
        ("Above 0", "Below 0", "Exactly 0"),
        2 if value == 0 else int(value < 0),
        f"The sum is {value + 0.0:.4g}. The numbers show which products decide it.",
    )


def _question_of_slope(found: Trace, layer: TracedLayer | None, unit: Unit) -> Question:
    slope = found.gradient(unit)
    answers = ("The loss grows", "The loss falls", "The loss stays the same")
    right = 2 if slope == 0 else int(slope < 0)
    if slope:
        verb = "grows" if slope > 0 else "falls"
        why = f"The gradient here is {slope:+.3g}: for each unit that this number grows, the loss {verb} so much."
    else:
        why = f"The gradient here is 0: {_why_nothing(found, unit)}."
    if layer is found.layers[-1] and slope:
        probability = float(found["probabilities"][-len(found["logits"]) :][unit.index])
        target = int(unit.index[0] == found.label)
        why += f" For a logit it is p − y = {probability:.3f} − {target}." if len(found["logits"]) > 1 else ""
    label = found.class_name(found.label)
    return Question(
        f"If this number grew a little, what would happen to the loss, if {label} is right?",
        answers,
        right,
        why,
    )


def _why_nothing(found: Trace, unit: Unit) -> str:
    """Say what stops the gradient of a number: follow it through layers that hand it on to one that does not."""
    passed: list[str] = []
    here, reason = unit, ""
    while not reason:
        reason, later = _stopped(found, here)
        if later is not None:
            passed.append(later.layer)
            here = later
    if not passed:
        return reason
    return f"{' and '.join(passed)} {'pass' if len(passed) > 1 else 'passes'} the number on, but {reason}"


def _stopped(found: Trace, unit: Unit) -> tuple[str, Unit | None]:
    """Say why no gradient comes from the next layer; or name the next number, where that has none itself."""
    layer, terms = layer_after(found, unit.layer), backward_terms(found, unit)
    if layer is None or terms is None:
        return "its probability is exactly that of the right answer", None
    if not terms.count:
        return f"no window of {layer.name} reaches it", None
    if layer.kind in (Conv2D, Dense):
        all_zero = f"the gradient of every number of {layer.name} that uses it is 0"
        return f"what comes back from {layer.name} adds up to 0" if terms.values.any() else all_zero, None
    used = np.argwhere(terms.weights)
    if len(used):
        return "", terms.unit(*used[0].tolist())
    how: dict[type[Layer], str] = {
        ReLU: "makes 0 of what is not above 0",
        MaxPool2D: "passes another number of its window on",
    }
    return f"{layer.name} {how.get(layer.kind, 'multiplies it by 0')}", None


def _numbers(window: FloatArray) -> str:
    return ", ".join(f"{number:.3f}" for number in window.ravel())
