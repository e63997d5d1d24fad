"""A training step as a film: frame by frame from the loss back to the first kernel, and on to the loss again."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.inspection.places import layer_place, parameter_place
from model.inspection.training_step import BATCH, Epoch, Moment, TrainingStep
from model.inspection.update_terms import update_lines, update_reason, update_rule
from model.network.arrays import FloatArray
from model.network.layers import (
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
)
from model.wording import pictures, signed

__all__ = ["Frame", "epoch_film", "step_film"]

LOST = "The loss is no longer a number: the learning rate is too high. Take the step back and lower it."


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One frame.

    Attributes
    ----------
    title, sentence : str
        What it is about, and what happens there.
    maps : tuple of (str, ndarray)
        Title and numbers of what is shown as pictures, each of shape (maps, height, width), or (units,).
    bars : tuple of (str, ndarray)
        Title and a number for each class, shape (classes,).
    lines : tuple of (str, str)
        A calculation: names and numbers.
    table : tuple of tuple of str
        Rows of texts, the first with the heads of the columns.
    """

    title: str
    sentence: str
    maps: tuple[tuple[str, FloatArray], ...] = ()
    bars: tuple[tuple[str, FloatArray], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def step_film(step: TrainingStep) -> tuple[Frame, ...]:
    """Tell a training step from its loss to the loss after it."""
    frames = [_loss(step), _answer_gradient(step)]
    network = step.before.network
    sources = ["input", *network.layer_names]
    for layer, name, source in reversed(list(zip(network.layers, network.layer_names, sources, strict=False))):
        frames.extend(_backward(step, layer, name, source))
    with np.errstate(all="ignore"):  # a network that has diverged
        return (*frames, _update(step), _moves(step.before, step.after), _loss_again(step))


def epoch_film(epoch: Epoch) -> tuple[Frame, ...]:
    """Tell what an epoch did: its losses, the weights that moved most, and the answer to the picture."""
    steps = len(epoch.losses)
    with np.errstate(all="ignore"):  # a network that has diverged
        moves = _moves(epoch.before, epoch.after)
    tenth = max(1, steps // 10)
    first, last = float(epoch.losses[:tenth].mean()), float(epoch.losses[-tenth:].mean())
    sentence = (
        f"{pictures(epoch.count)} of the training part in {steps:,} steps of up to {BATCH}: the loss of a batch"
        f" went from {first:.4f} (mean of the first tenth) to {last:.4f} (of the last)."
    )
    return (
        Frame(
            "One epoch", sentence if math.isfinite(last) else LOST, bars=(("loss of each batch", epoch.losses),)
        ),
        moves,
        Frame(
            "This picture",
            f"The loss of this picture went from {epoch.loss_before:.4f} to {epoch.loss_after:.4f}.",
            bars=_before_and_after(epoch),
        ),
    )


def _loss(step: TrainingStep) -> Frame:
    p = float(step.probabilities_before[step.label])
    own, name = step.loss_of_followed, step.before.network.class_names[step.label]
    if step.count == 1:
        text = f"The right answer, {name}, gets the probability {p:.4g}. The loss is -ln {p:.4g} = {own:.4f}."
    else:
        text = (
            f"The loss is the mean over {step.count} pictures: {step.loss_before:.4f}. The film follows the one"
            f" that is farthest off: its right answer, {name}, has the probability {p:.4g},"
            f" a loss of {own:.4f}."
        )
    return Frame("The loss", text, bars=(("probability", step.probabilities_before),))


def _answer_gradient(step: TrainingStep) -> Frame:
    gradient = step.gradients[step.before.network.layer_names[-1]]
    name = step.before.network.class_names[step.label]
    share = "" if step.count == 1 else f", divided by the {step.count} pictures of the mean"
    text = (
        "At the logits, the numbers that softmax turns into probabilities, the derivative of the loss is p - y:"
        f" the probability p minus y, which is 1 for the {name} and 0 for the others{share}."
        f" The {name} is to rise, the others are to fall; together they make 0."
    )
    if step.before.network.is_binary:
        text = f"At the one logit the derivative is p - y: the probability of a 1, minus {step.label}{share}."
    return Frame("p - y", text, bars=(("derivative at the logits", gradient),))


def _backward(step: TrainingStep, layer: Layer, name: str, source: str) -> Iterator[Frame]:
    """Tell how the derivatives go back through one layer, and what its weights get."""
    arrives, leaves = step.gradients[name], step.gradients[source]
    back = (("arrives", arrives), ("goes back", leaves))
    match layer:
        case Conv2D():
            yield _kernel(step, name, back)
        case Dense():
            yield _dense(step, name, source, back)
        case ReLU():
            mask = (step.outputs[name] > 0).astype(arrives.dtype)
            text = (
                "ReLU lets the derivative through where its output was above 0:"
                f" {int(mask.sum()):,} of {mask.size:,} numbers. The others get 0, whatever arrives."
            )
            yield Frame(f"{name}: the mask", text, maps=(back[0], ("mask", mask), back[1]))
        case MaxPool2D():
            text = (
                f"Each of the {arrives.size:,} derivatives goes to the number that won its window;"
                f" the other numbers get 0. Of {leaves.size:,}, {np.count_nonzero(leaves):,} get one."
            )
            yield Frame(f"{name}: unpooling", text, maps=back)
        case AveragePool2D():
            text = "Each derivative is shared out evenly among the numbers of its window."
            yield Frame(f"{name}: unpooling", text, maps=back)
        case Flatten():
            text = f"The {arrives.size:,} derivatives are put back into {layer_place(leaves.shape)}."
            yield Frame(name, text, maps=back)
        case BatchNorm():
            text = "Each map's derivatives are multiplied by its scale and divided by its deviation."
            yield Frame(name, text, maps=back)
        case Dropout():
            return  # drops nothing when a network answers
        case _:
            yield Frame(name, "The derivatives go back through this layer.", maps=back)


def _kernel(step: TrainingStep, name: str, back: tuple[tuple[str, FloatArray], ...]) -> Frame:
    at, terms = step.strongest[name], step.terms[name]
    gradient = step.changes[f"{name}.kernel"].gradient
    over = f"{terms.size:,} positions" + (f" and {step.count} pictures" if step.count > 1 else "")
    text = (
        "A kernel's gradient is a sum over all positions: what the weight saw there times the derivative that"
        f" arrives. The largest is that of {parameter_place(f'{name}.kernel', at, gradient.shape)}:"
        f" {signed(float(gradient[at]))}, from {over}."
    )
    terms_and_sum = ("its terms, by position", terms[np.newaxis]), ("gradient of that kernel", gradient[at[0]])
    return Frame(f"{name}: the kernels", text, maps=(back[0], *terms_and_sum, back[1]))


def _dense(step: TrainingStep, name: str, source: str, back: tuple[tuple[str, FloatArray], ...]) -> Frame:
    at, terms = step.strongest[name], step.terms[name]
    gradient = step.changes[f"{name}.weight"].gradient
    place = parameter_place(f"{name}.weight", at, gradient.shape)
    how = "its input times the derivative that arrives at its output"
    if step.count > 1:
        how += f", summed over {terms.size} pictures"
    text = f"A weight's gradient is {how}. The largest is that of {place}: {signed(float(gradient[at]))}."
    own = ("input", step.outputs[source]), (f"gradients of unit {at[0]}'s weights", gradient[at[0]])
    return Frame(f"{name}: the weights", text, maps=(back[0], *own, back[1]))


def _update(step: TrainingStep) -> Frame:
    """Calculate the new value of the weight that moves most, as the optimiser does."""
    name = max(step.changes, key=lambda one: float(np.abs(step.changes[one].moved).max()))
    change = step.changes[name]
    at = change.farthest
    place = parameter_place(name, at, change.before.shape)
    places = step.gradients[name.partition(".")[0]].shape[1:]
    text = (
        f"{update_rule(step.before.recipe)} The number that moves most: {place}, by"
        f" {signed(float(change.moved[at]))}, because {update_reason(step, change, at)}."
    )
    if places:
        text += f" Its gradient is a sum over the {math.prod(places):,} places of a map."
    if not np.isfinite(change.after).all():
        text = LOST
    return Frame("The update", text, lines=update_lines(step, change, at))


def _moves(before: Moment, after: Moment) -> Frame:
    """List for each array of weights what moves most, and how far all of it moves against its own size.

    What moves most for its size comes first.
    """
    head, new = ("weights", "moves most", "before", "after", "by", "all"), after.network.named_parameters()
    rows = []
    shares = {}
    for name, parameter in before.network.named_parameters().items():
        old, now = parameter.value, new[name].value
        moved = now - old
        at = tuple(int(i) for i in np.unravel_index(int(np.abs(moved).argmax()), moved.shape))
        size = float(np.linalg.norm(old))
        shares[name] = float(np.linalg.norm(moved)) / size if size else math.nan
        place = parameter_place(name, at, old.shape, in_table=True)
        numbers = (f"{old[at]:+.3f}", f"{now[at]:+.3f}", signed(float(moved[at])))
        rows.append((name, place, *numbers, "–" if math.isnan(shares[name]) else f"{100 * shares[name]:.2f} %"))
    rows.sort(key=lambda row: math.inf if math.isnan(shares[row[0]]) else -shares[row[0]])
    table = (head, *rows)
    if not all(np.isfinite(one.value).all() for one in new.values()):
        return Frame("What has moved", LOST, table=table)
    most = rows[0][0]
    text = (
        f"Every array of weights has moved, and {most} most for its size: by {100 * shares[most]:.2f} % of its"
        " length, which is the root of the sum of its squares. The last column has this share for each."
    )
    return Frame("What has moved", text, table=table)


def _loss_again(step: TrainingStep) -> Frame:
    changed = step.loss_after - step.loss_before
    if not math.isfinite(step.loss_after):
        return Frame("The loss again", LOST, bars=_before_and_after(step))
    verdict = "it fell" if changed < 0 else "it rose, so the step was too long" if changed > 0 else "no change"
    text = (
        f"From {step.loss_before:.4f} to {step.loss_after:.4f}, {signed(changed)}: {verdict}. If the gradients"
        f" stayed the same on the way, it would change by {signed(step.promised)}: the sum of gradient × move over"
        " all weights."
    )
    return Frame("The loss again", text, bars=_before_and_after(step))


def _before_and_after(told: TrainingStep | Epoch) -> tuple[tuple[str, FloatArray], ...]:
    return (
        ("probability before", told.probabilities_before),
        ("probability after", told.probabilities_after),
    )
