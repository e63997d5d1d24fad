"""The check of one function: all its cases, what is wrong in them, and the smallest case that shows it."""

import time
from collections.abc import Sequence

from model.layer_check.cases import Case, Plan, cases_of, make_case, smaller_plans
from model.layer_check.checked_file import CheckedFile
from model.layer_check.dense_layout import turned
from model.layer_check.diagnosis import Finding, findings, where_it_fails
from model.layer_check.finite_differences import is_own_gradient
from model.layer_check.functions import FUNCTIONS, Array, Inputs, LayerFunction
from model.layer_check.other_process import EndedError
from model.layer_check.outcomes import Outcome, outcome_of
from model.layer_check.results import Failure, FunctionResult

__all__ = ["FunctionCheck"]

NOT_WRITTEN = "NotImplementedError"


class FunctionCheck:
    """The check of one function of a file.

    Parameters
    ----------
    file : CheckedFile
    function : LayerFunction
    seconds : float
        How long all calls may take, together.
    outputs_first : bool
        Whether the file keeps the weights of a dense layer as (outputs, features).
    own_forward_is_wrong : bool
        Whether the forward pass of this backward pass is in the file, and is wrong.
    known_cause : str
        What is known to be wrong already; it is said once, in place of all else.

    Attributes
    ----------
    failures : list of Failure
    """

    def __init__(
        self,
        file: CheckedFile,
        function: LayerFunction,
        seconds: float,
        *,
        outputs_first: bool = False,
        own_forward_is_wrong: bool = False,
        known_cause: str = "",
    ) -> None:
        self.failures: list[Failure] = []
        self._file, self._function, self._seconds = file, function, seconds
        self._deadline = time.monotonic() + seconds
        self._outputs_first, self._own_forward_is_wrong = outputs_first, own_forward_is_wrong
        self._known_cause = known_cause

    def run(self) -> FunctionResult:
        """Call the function with all cases, and say what is wrong."""
        outcomes: list[Outcome] = []
        for case in cases_of(self._function):
            try:
                outcome = self._outcome(case)
            except EndedError as error:
                self._add_end(case, error)
                break
            if not outcomes and outcome.problem.startswith(NOT_WRITTEN):
                return FunctionResult(self._function.name, "not written")
            outcomes.append(outcome)
        returned = [outcome for outcome in outcomes if not outcome.problem]
        found = [
            (result, finding)
            for result in self._function.results
            for finding in findings(self._function, result, returned)
        ]
        for result, finding in found:
            self._add_finding(result, finding)
        if not any(finding.is_known for _, finding in found):  # which most likely makes other calls fail as well
            self._add_problems(outcomes)
        self._add_changed(returned)
        return FunctionResult(self._function.name, "failed" if self.failures else "passed", len(outcomes))

    def _outcome(self, case: Case) -> Outcome:
        """Call the function with a case; raise `EndedError` if there is no answer."""
        inputs = turned(case.inputs) if self._outputs_first else case.inputs
        answer = self._file.call(self._function.name, inputs, self._deadline - time.monotonic())
        outcome = outcome_of(case, answer)
        if self._outputs_first:
            outcome.found.update(turned(outcome.found))
        return outcome

    def _add(self, outcome: Outcome, result: str, found: Array | str, likely: str) -> None:
        """Add a failure, in the layout of the file."""
        if self._known_cause and self.failures:
            return
        case = outcome.case
        inputs, expected, arrays = case.inputs, case.expected, {result: found}
        if self._outputs_first:
            inputs, expected, arrays = turned(inputs), turned(expected), turned(arrays)
        wanted = expected[result or self._function.results[0]]
        self.failures.append(
            Failure(
                self._function.name,
                result,
                case.title,
                inputs,
                wanted,
                arrays[result],
                self._known_cause or likely,
            )
        )

    def _add_finding(self, result: str, finding: Finding) -> None:
        outcome = self._smallest(finding)
        likely = finding.likely
        if self._own_forward_is_wrong and self._is_own_gradient(outcome, result):
            likely = (
                f"It is the gradient of your own {self._function.forward}, by finite differences. That differs"
                " from ours: correct it first."
            )
        self._add(outcome, result, outcome.found[result], likely)

    def _add_problems(self, outcomes: Sequence[Outcome]) -> None:
        """Add one failure for each place where the function stops, and for what it returns instead."""
        told = set()
        for outcome in outcomes:
            kind = outcome.problem.partition(":")[0]
            if not kind or kind in told:
                continue
            told.add(kind)
            alike = [other for other in outcomes if other.problem.partition(":")[0] == kind]
            where = where_it_fails(alike, outcomes) or "It does so in this case and perhaps in others."
            self._add(outcome, "", outcome.problem, outcome.advice or f"The call fails. {where}")

    def _add_changed(self, outcomes: Sequence[Outcome]) -> None:
        changing = [outcome for outcome in outcomes if outcome.changed]
        if changing:
            names, first = " and ".join(changing[0].changed), changing[0].changed[0]
            self._add(
                changing[0],
                "",
                f"{names} changed in place",
                f"The call changes {names}, which the caller still needs: work on a copy, as in {first}.copy().",
            )

    def _add_end(self, case: Case, error: EndedError) -> None:
        """Add what is said of a call that never returned."""
        if error.timed_out:
            found = f"no answer: its calls took longer than {self._seconds:g} s"
            likely = "It is very slow, or loops forever: look at the conditions of its while loops."
        else:
            found, likely = f"{error}", "The call ends the whole process: return instead."
            if "crashed" in found:
                likely = "The process crashed in the call: look at compiled code and very deep recursion in it."
        self._add(Outcome(case), "", found, likely)

    def _smallest(self, finding: Finding) -> Outcome:
        """Make the smallest case that was found smaller still, as long as it shows the same."""
        smallest, tried = finding.smallest, set[Plan]()
        while True:
            for plan in smaller_plans(self._function, smallest.case.plan):
                if plan in tried or not plan.fits:
                    continue
                tried.add(plan)
                case = make_case(self._function, plan)
                if case.size >= smallest.case.size:
                    continue
                try:
                    outcome = self._outcome(case)
                except EndedError:
                    return smallest
                if not outcome.problem and finding.shows(outcome):
                    smallest = outcome
                    break
            else:
                return smallest

    def _is_own_gradient(self, outcome: Outcome, result: str) -> bool:
        """Tell whether a wrong gradient is right for the file's own forward pass."""
        forward = FUNCTIONS[self._function.forward]
        if outcome.case.plan.values == "ties" or forward.name == "relu_forward":  # kinks have no slope
            return False

        def own_forward(inputs: Inputs) -> Array | None:
            case = Case(forward, outcome.case.plan, inputs, {})
            answer = self._file.call(
                forward.name,
                turned(inputs) if self._outputs_first else inputs,
                self._deadline - time.monotonic(),
            )
            return outcome_of(case, answer).found.get("out")

        try:
            return is_own_gradient(own_forward, outcome.case.inputs, result[1:], outcome.found[result])
        except EndedError:
            return False
