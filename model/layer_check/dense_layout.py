"""In which layout a person keeps the weights of a dense layer: (features, outputs), or (outputs, features).

Courses and libraries do either. Cases and known bugs have the first; for a file with the second, ``w`` and ``dw``
are transposed on their way there and back.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.layer_check.cases import Plan, make_case
from model.layer_check.checked_file import CheckedFile
from model.layer_check.functions import FUNCTIONS
from model.layer_check.other_process import EndedError

__all__ = ["keeps_outputs_first", "turned"]

PROBE = Plan(n=2, channels=3, filters=4)
"""A case whose shapes tell the layouts apart."""


def turned(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Transpose the weights, and their gradient, among arguments or results."""
    turn = {name: arrays[name].T.copy() for name in ("w", "dw") if np.ndim(arrays.get(name, 0)) == 2}
    return {**arrays, **turn}


def keeps_outputs_first(file: CheckedFile, name: str, seconds: float) -> bool:
    """Tell whether a dense function takes ``w`` as (outputs, features).

    It does if it returns the right shapes with that, and does not with (features, outputs).
    """
    case = make_case(FUNCTIONS[name], PROBE)
    try:
        if _shapes(file.call(name, case.inputs, seconds)) == [value.shape for value in case.expected.values()]:
            return False
        expected = [value.shape for value in turned(case.expected).values()]
        return _shapes(file.call(name, turned(case.inputs), seconds)) == expected
    except EndedError:  # which the check itself will tell
        return False


def _shapes(answer: dict[str, Any]) -> list[tuple[int, ...]]:
    return [tuple(result.get("shape", ())) for result in answer.get("results", [])]
