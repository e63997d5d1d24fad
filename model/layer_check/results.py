"""What a check finds: for each function, and for each thing that is wrong."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.layer_check.functions import Array, Inputs

__all__ = ["CheckResult", "Failure", "FunctionResult", "State"]

State = str
"""``passed``, ``failed``, ``not written`` (it raises NotImplementedError), or ``not there``."""


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """One thing that is wrong, with the smallest case found that shows it.

    Attributes
    ----------
    function : str
    result : str
        Which of its results is wrong, such as ``dw``; empty if it is about the whole call.
    case : str
        The case in words.
    input : dict
        The arguments of the call.
    expected : ndarray
        What the call must return for this result. Of a whole call it is the first result.
    found : ndarray or str
        What it returned, or in words what happened instead.
    likely : str
        What is likely wrong, and what to do.
    """

    function: str
    result: str
    case: str
    input: Inputs
    expected: Array
    found: Array | str
    likely: str

    def as_text(self) -> str:
        """Write it in lines: the case, its input, what was expected and found, and what is likely wrong."""
        result = f", {self.result}" if self.result else ""
        lines = [f"{self.function}{result}: {self.case}"]
        lines += [_aligned(name, value) for name, value in self.input.items()]
        lines += [_aligned("expected", self.expected), _aligned("found", self.found)]
        return "\n".join([*lines, _aligned("likely", self.likely)])

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON, which has no word for NaN and infinity: they are written as text."""
        return {
            "function": self.function,
            "result": self.result,
            "case": self.case,
            "input": {name: _plain(value) for name, value in self.input.items()},
            "expected": _plain(self.expected),
            "found": _plain(self.found),
            "likely": self.likely,
        }


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """How one function did.

    Attributes
    ----------
    name : str
    state : str
        See `State`.
    cases : int
        With how many cases it was called.
    """

    name: str
    state: State
    cases: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of the check of a file.

    Attributes
    ----------
    file : str
    functions : tuple of FunctionResult
        All that could be there, in the order of the template; empty if the file could not be loaded.
    failures : tuple of Failure
    problem : str
        Why nothing could be checked, in a sentence; empty if something was.
    notes : tuple of str
        What else a person should know, in sentences.
    """

    file: str
    functions: tuple[FunctionResult, ...] = ()
    failures: tuple[Failure, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether there was something to check, and all of it was right."""
        return not self.problem and not self.failures

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        if self.problem:
            return self.problem
        checked = [function for function in self.functions if function.state in ("passed", "failed")]
        failed = [function.name for function in checked if function.state == "failed"]
        functions = f"{len(checked)} function{'s' * (len(checked) != 1)}"
        if failed:
            return f"{self.file}: {len(failed)} of {functions} wrong: {', '.join(failed)}"
        return f"{self.file}: {functions} checked, all right"

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "passed": self.passed,
            "file": self.file,
            "functions": [
                {"name": function.name, "state": function.state, "cases": function.cases}
                for function in self.functions
            ],
            "failures": [failure.as_dict() for failure in self.failures],
            "problem": self.problem,
            "notes": list(self.notes),
        }


def _plain(value: Any) -> Any:
    """Turn arrays into lists, and numbers that JSON does not have into text."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _aligned(name: str, value: Any) -> str:
    """Write a value, with the lines of an array below one another."""
    beginning = f"  {name:<8}  "
    text = (
        np.array2string(value, precision=6, suppress_small=True) if isinstance(value, np.ndarray) else str(value)
    )
    lines = [line for line in text.split("\n") if line.strip()]
    return beginning + f"\n{' ' * len(beginning)}".join(lines)
