"""What came of one call: its results beside the right ones."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.layer_check.cases import Case
from model.layer_check.functions import Array, Results

__all__ = ["Outcome", "agree", "outcome_of"]

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How far results may be off: rounding in float64 is far below, and any bug above."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One call and what came of it.

    Attributes
    ----------
    case : Case
    found : dict of str to ndarray
        The results as float64, by name; those that are no arrays are missing.
    dtypes : dict of str to str
        Their dtypes as the function returned them.
    problem : str
        What happened instead, in words, such as ``IndexError in line 12: …``; empty if the call returned what it
        should in kind.
    advice : str
        What to do about that.
    changed : tuple of str
        Arguments that the call changed in place.
    """

    case: Case
    found: Results = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    advice: str = ""
    changed: tuple[str, ...] = ()

    def has_right_numbers(self, result: str) -> bool:
        """Whether the numbers of a result, and its shape, are right."""
        return agree(self.found[result], self.case.expected[result])

    def is_right(self, result: str) -> bool:
        """Whether a result is right, its dtype too."""
        return self.has_right_numbers(result) and self.dtypes[result] == "float64"


def agree(one: Array, other: Array) -> bool:
    """Tell whether two results are the same but for rounding; NaN agrees with NaN."""
    return one.shape == other.shape and np.allclose(one, other, RELATIVE, ABSOLUTE, equal_nan=True)


def outcome_of(case: Case, answer: dict[str, Any]) -> Outcome:
    """Read the answer of the other process, as `FileProcess.call` returns it."""
    function = case.function
    if "raised" in answer:
        raised = answer["raised"]
        where = f" in line {raised['line']}" if raised["line"] else ""
        problem = f"{raised['kind']}{where}: {raised['text']}".rstrip(": ")
        if raised["kind"] == "SystemExit":
            return Outcome(case, problem=f"it ends the program{where}", advice="Return instead of calling exit.")
        return Outcome(case, problem=problem)
    if "takes" in answer:
        problem = f"it takes {answer['takes']}"
        return Outcome(case, problem=problem, advice=f"Expected {function.call}, called by position.")
    results, several = answer["results"], answer["several"]
    if several and len(function.results) == 1:
        results = results[:1]  # many courses return what the backward pass needs as well
    if len(results) != len(function.results):
        wanted = ", ".join(function.results)
        found = f"{len(results)} results" if several else f"one result, {_kind(results[0])}"
        return Outcome(case, problem=f"it returned {found}", advice=f"Return {wanted}, in this order.")
    for name, result in zip(function.results, results, strict=True):
        if "type" in result:
            problem = f"it returned {_kind(result)} as {name}"
            advice = (
                "The return statement is missing." if result["type"] == "NoneType" else "Return a NumPy array."
            )
            return Outcome(case, problem=problem, advice=advice)
    named = dict(zip(function.results, results, strict=True))
    arguments = tuple(case.inputs)
    return Outcome(
        case,
        {name: np.array(result["numbers"]).reshape(result["shape"]) for name, result in named.items()},
        {name: result["dtype"] for name, result in named.items()},
        changed=tuple(arguments[index] for index in answer["changed"]),
    )


def _kind(result: dict[str, Any]) -> str:
    """Write what a result is: ``None``, ``a list``, ``an array``."""
    kind = result.get("type", "array")
    if kind == "NoneType":
        return "None"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
