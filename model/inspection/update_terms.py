"""How an optimiser makes the new value of one weight, line by line, from what the optimiser really remembers."""

import math

from model.inspection.training_step import Change, Recipe, TrainingStep
from model.network.optimizers import Adam, AdamW, Momentum, Nesterov
from model.wording import signed

__all__ = ["update_lines", "update_reason", "update_rule"]

RULES = {
    "sgd": "SGD takes the rate times the gradient away from each weight.",
    "momentum": "Momentum adds the gradient to a velocity that it keeps, and takes the rate times that away.",
    "nesterov": "Nesterov does as momentum does, and adds the gradient once more, where the velocity leads.",
    "adam": "Adam divides the mean gradient by the root of its mean square: all steps are of similar length.",
    "adamw": "AdamW does as Adam does, and shrinks each weight a little first.",
}


def update_rule(recipe: Recipe) -> str:
    """Say in a sentence what the optimiser does."""
    return RULES[recipe.optimizer]


def update_reason(step: TrainingStep, change: Change, at: tuple[int, ...]) -> str:
    """Say in a clause why this weight moves as far as it does."""
    gradient, rate = float(change.gradient[at]), step.before.recipe.learning_rate
    if "velocity" in change.memory_after:
        velocity = float(change.memory_after["velocity"][at])
        return f"its velocity is {signed(velocity)}, and the rate {rate:g}"
    if "mean" in change.memory_after:
        return (
            f"its gradients so far point the same way (now {signed(gradient)}),"
            f" so that it moves by about the rate, {rate:g}"
        )
    return f"its gradient is {signed(gradient)}, and the rate {rate:g}"


def update_lines(step: TrainingStep, change: Change, at: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Write the calculation of one weight: each line a name and a number.

    Parameters
    ----------
    step : TrainingStep
    change : Change
        Of the parameter that the weight is in.
    at : tuple of int
        Where it is in there.
    """
    rate, gradient = step.before.recipe.learning_rate, float(change.gradient[at])
    optimizer = step.before.optimizer_for(step.before.network)  # for its settings
    lines = [("value before", f"{change.before[at]:+.6f}"), ("gradient", signed(gradient))]
    if isinstance(optimizer, Momentum):
        lines += _momentum(optimizer, change, at)
    elif isinstance(optimizer, Adam):
        lines += _adam(optimizer, change, at, int(step.after.memory["steps"][0]))
    else:
        lines.append((f"rate × gradient = {rate:g} × {signed(gradient)}", signed(rate * gradient)))
    lines.append(("value after", f"{change.after[at]:+.6f}"))
    return tuple(lines)


def _momentum(optimizer: Momentum, change: Change, at: tuple[int, ...]) -> list[tuple[str, str]]:
    before = float(change.memory_before["velocity"][at])
    after, gradient = float(change.memory_after["velocity"][at]), float(change.gradient[at])
    share, rate = optimizer.momentum, optimizer.learning_rate
    lines = [
        ("velocity before", signed(before)),
        (f"velocity = {share:g} × velocity + gradient", signed(after)),
    ]
    if isinstance(optimizer, Nesterov):
        after = gradient + share * after
        lines.append((f"ahead = gradient + {share:g} × velocity", signed(after)))
    return [*lines, (f"step = {rate:g} × {signed(after)}", signed(rate * after))]


def _adam(optimizer: Adam, change: Change, at: tuple[int, ...], steps: int) -> list[tuple[str, str]]:
    mean, square = float(change.memory_after["mean"][at]), float(change.memory_after["square"][at])
    beta1, beta2, rate = optimizer.beta1, optimizer.beta2, optimizer.learning_rate
    corrected, root = mean / (1 - beta1**steps), math.sqrt(square / (1 - beta2**steps))
    lines = [
        (f"mean = {beta1:g} × mean + {1 - beta1:g} × gradient", signed(mean)),
        (f"square = {beta2:g} × square + {1 - beta2:g} × gradient²", f"{square:.3e}"),
        (f"mean, corrected: / (1 - {beta1:g}^{steps})", signed(corrected)),
        (f"root of the square, corrected: / (1 - {beta2:g}^{steps})", f"{root:.3e}"),
        ("step = rate × mean / (root + 1e-8)", signed(rate * corrected / (root + optimizer.epsilon))),
    ]
    if isinstance(optimizer, AdamW) and change.before.ndim > 1:
        shrunk = change.before[at] * (1 - rate * optimizer.weight_decay)
        lines.insert(0, (f"shrunk by {rate:g} × {optimizer.weight_decay:g}", f"{shrunk:+.6f}"))
    return lines
