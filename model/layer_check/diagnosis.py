"""What is likely wrong: the known bug that gives the numbers found, in all cases at once.

A bug is named only if it gives what was found in wrong cases, and changes nothing in right ones. So a case of one
number, in which many bugs look alike, is told apart by the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from model.layer_check.bugs_of_convolution import CONVOLUTION_BUGS
from model.layer_check.bugs_of_other_layers import OTHER_BUGS
from model.layer_check.bugs_of_pooling import POOLING_BUGS
from model.layer_check.cases import Plan
from model.layer_check.functions import LayerFunction
from model.layer_check.known_bug import GENERAL_BUGS, GeneralBug, KnownBug
from model.layer_check.outcomes import Outcome, agree

__all__ = ["KNOWN_BUGS", "Finding", "findings", "where_it_fails"]

KNOWN_BUGS = CONVOLUTION_BUGS | POOLING_BUGS | OTHER_BUGS
"""By function and result."""
LEAST_SHARE = 1 / 3
"""A bug that gives fewer of the wrong numbers is no explanation."""

Explains = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One thing that is wrong with a result.

    Attributes
    ----------
    likely : str
    smallest : Outcome
        Of those that show it.
    shows : callable
        Tells of any outcome with this result whether it shows the same.
    is_known : bool
        Whether it is a known bug.
    """

    likely: str
    smallest: Outcome
    shows: Explains
    is_known: bool = False


def findings(function: LayerFunction, result: str, outcomes: Sequence[Outcome]) -> list[Finding]:
    """Say what is wrong with one result of a function.

    Parameters
    ----------
    function : LayerFunction
    result : str
    outcomes : sequence of Outcome
        Of the calls that returned what they should in kind, the smallest first.

    Returns
    -------
    list of Finding
        Empty if the result is right everywhere.
    """
    wrong = [outcome for outcome in outcomes if not outcome.has_right_numbers(result)]
    if not wrong:
        return _wrong_dtype(result, outcomes)
    right = [outcome for outcome in outcomes if outcome.has_right_numbers(result)]
    possible = [bug for bug in _hypotheses(function, result) if all(bug[1](outcome) for outcome in right)]
    found = []
    left = wrong
    while left and possible:
        explained = [[outcome for outcome in left if gives(outcome)] for _, gives in possible]
        best = max(range(len(possible)), key=lambda index: len(explained[index]))
        if len(explained[best]) < max(1, LEAST_SHARE * len(left)):
            break
        likely, gives = possible.pop(best)
        found.append(Finding(likely, explained[best][0], _both(gives, result), is_known=True))
        left = [outcome for outcome in left if outcome not in explained[best]]
    return found or [_unexplained(result, wrong, outcomes)]


def _hypotheses(function: LayerFunction, result: str) -> Iterator[tuple[str, Explains]]:
    """Yield each bug that this result may have, and what tells whether it gives what was found."""
    for bug in KNOWN_BUGS[function.name, result]:
        yield bug.likely, partial(_gives_known, bug, result)
    for general in GENERAL_BUGS:
        yield general.likely, partial(_gives_general, general, result)


def _gives_known(bug: KnownBug, result: str, outcome: Outcome) -> bool:
    return _gives(outcome, result, lambda: bug.compute(**outcome.case.inputs))


def _gives_general(bug: GeneralBug, result: str, outcome: Outcome) -> bool:
    return _gives(outcome, result, lambda: bug.compute(outcome.case.expected, result, outcome.case.plan.n))


def _gives(outcome: Outcome, result: str, compute: Callable[[], object]) -> bool:
    """Tell whether a bug gives what was found; it does not where it fails."""
    try:
        with np.errstate(all="ignore"):
            return agree(outcome.found[result], np.asarray(compute(), np.float64))
    except (ValueError, IndexError, ZeroDivisionError):  # shapes that the bug cannot deal with
        return False


def _both(gives: Explains, result: str) -> Explains:
    return lambda outcome: not outcome.has_right_numbers(result) and gives(outcome)


def _wrong_dtype(result: str, outcomes: Sequence[Outcome]) -> list[Finding]:
    wrong = [outcome for outcome in outcomes if outcome.dtypes[result] != "float64"]
    if not wrong:
        return []
    likely = (
        f"The numbers are right, but {result} is an array of {wrong[0].dtypes[result]}: for arrays of float64"
        " return float64, as np.zeros(shape, x.dtype) makes them."
    )
    return [Finding(likely, wrong[0], lambda outcome: not outcome.is_right(result))]


def _unexplained(result: str, wrong: Sequence[Outcome], outcomes: Sequence[Outcome]) -> Finding:
    """Say in which cases it is wrong, where no known bug gives these numbers."""
    smallest = wrong[0]
    found, expected = smallest.found[result], smallest.case.expected[result]
    if found.shape != expected.shape:
        what = f"The shape is wrong: expected {expected.shape}, found {found.shape}."
    elif not np.isfinite(found).all():
        what = "There are numbers that are not finite (NaN or infinity)."
    elif smallest.dtypes[result] != "float64":
        what = f"The array is one of {smallest.dtypes[result]}: make it with the dtype of x, float64."
    else:
        what = "The numbers fit no mistake that is known here: compare them with the expected ones."
    where = where_it_fails(wrong, outcomes)
    return Finding(f"{what} {where}".strip(), smallest, lambda outcome: not outcome.has_right_numbers(result))


FEATURES: tuple[tuple[str, Callable[[Plan], bool]], ...] = (
    ("the padding is above 0", lambda plan: plan.pad > 0),
    ("the stride is above 1", lambda plan: plan.stride > 1),
    ("windows overlap", lambda plan: plan.stride < max(plan.rows, plan.columns)),
    ("the stride is not the size of the window", lambda plan: plan.stride != plan.rows),
    ("there is more than one channel, or input", lambda plan: plan.channels > 1),
    ("there is more than one output", lambda plan: plan.filters > 1),
    ("there is more than one picture", lambda plan: plan.n > 1),
    ("pictures are not square", lambda plan: plan.height != plan.width),
    ("the kernel is not square", lambda plan: plan.rows != plan.columns),
    ("rows or columns are left that no window reaches", lambda plan: plan.has_rest),
    ("the window is larger than one number", lambda plan: plan.rows * plan.columns > 1),
    ("numbers of a window are equal", lambda plan: plan.values == "ties"),
    ("the numbers are no whole numbers", lambda plan: plan.values == "fractions"),
    ("logits are as large as 1,000", lambda plan: plan.values in ("thousand", "far apart")),
)
"""What a case may have, in words that follow "where"."""


def where_it_fails(wrong: Sequence[Outcome], outcomes: Sequence[Outcome]) -> str:
    """Say what the wrong cases have in common, and the right ones have not; empty if there is no such thing."""
    right = [outcome for outcome in outcomes if outcome not in wrong]
    if not right:
        return "It is wrong in every case."
    common = [(words, has) for words, has in FEATURES if all(has(outcome.case.plan) for outcome in wrong)]
    for words, has in common:
        if not any(has(outcome.case.plan) for outcome in right):
            return f"It is wrong in every case where {words}, and in no other."
    for words, has in common:
        if not all(has(outcome.case.plan) for outcome in right):
            return f"It is wrong only where {words}."
    return ""
