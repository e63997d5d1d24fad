"""Own layers against ours: right ones pass, and every planted bug is found and named."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers import own_layers
from helpers.planted_bugs import PLANTED, Planted, with_bug

from model.layer_check.cases import cases_of
from model.layer_check.checking import check_file
from model.layer_check.diagnosis import KNOWN_BUGS
from model.layer_check.finite_differences import is_own_gradient
from model.layer_check.functions import FUNCTIONS
from model.layer_check.outcomes import agree
from model.layer_check.results import CheckResult, Failure

SOURCE = Path(own_layers.__file__)


def check(folder: Path, source: str) -> CheckResult:
    file = folder / "layers.py"
    file.write_text(source, encoding="utf-8")
    return check_file(file)


def test_right_layers_pass_every_case_in_time() -> None:
    result = check_file(SOURCE, seconds=1)
    assert result.passed, result.failures
    assert [function.name for function in result.functions] == list(FUNCTIONS)
    assert {function.state for function in result.functions} == {"passed"}
    assert all(function.cases == len(cases_of(FUNCTIONS[function.name])) for function in result.functions)
    assert result.notes == ()


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: f"{bug.function}: {bug.name}")
def test_every_planted_bug_is_found_and_named(bug: Planted, tmp_path: Path) -> None:
    result = check(tmp_path, with_bug(bug))
    assert not result.passed
    named = [failure for failure in result.failures if re.search(bug.said, failure.likely)]
    assert bug.result in [failure.result for failure in named], result.failures
    assert len(named) == len(result.failures), "one bug has one name"
    assert {failure.function for failure in result.failures} == {bug.function}
    for failure in result.failures:
        assert_shows_what_happens(bug, failure)


def assert_shows_what_happens(bug: Planted, failure: Failure) -> None:
    """Of the input shown, the right layers give what was expected, and those with the bug what was found."""
    names: dict[str, object] = {}
    exec(compile(with_bug(bug), "planted", "exec"), names)
    function, right = names[bug.function], getattr(own_layers, bug.function)
    assert callable(function)
    results = FUNCTIONS[bug.function].results
    index = results.index(failure.result or results[0])
    wanted = right(*failure.input.values())
    assert agree(np.asarray(wanted[index] if len(results) > 1 else wanted), failure.expected)
    if isinstance(failure.found, np.ndarray):
        copies = [value.copy() if isinstance(value, np.ndarray) else value for value in failure.input.values()]
        with np.errstate(all="ignore"):
            found = function(*copies)
        assert agree(np.asarray(found[index] if len(results) > 1 else found, np.float64), failure.found)


def test_the_smallest_case_is_shown(tmp_path: Path) -> None:
    source = SOURCE.read_text(encoding="utf-8")
    both = source.replace("total + b[f]", "total + b[f] + (stride > 1 and pad > 0)")
    failure = check(tmp_path, both).failures[0]
    assert failure.case == "1 picture, 1 channel of 1 × 1, 1 kernel of 1 × 1, stride 2, padding 1"
    assert failure.likely.startswith("The numbers fit no mistake that is known here")
    assert "only where" in failure.likely


def test_what_wrong_cases_have_in_common_is_said_where_no_known_bug_fits(tmp_path: Path) -> None:
    source = SOURCE.read_text(encoding="utf-8").replace("total + b[f]", "total + b[f] + (pad > 0)")
    (failure,) = check(tmp_path, source).failures
    assert "in every case where the padding is above 0, and in no other" in failure.likely


def test_a_bug_that_would_make_right_cases_wrong_is_not_named(tmp_path: Path) -> None:
    source = SOURCE.read_text(encoding="utf-8").replace("total + b[f]", "(total + b[f]) / (n if n == 3 else 1)")
    (failure,) = check(tmp_path, source).failures
    assert "no mistake that is known" in failure.likely, "of two pictures the results are right"


def test_a_gradient_of_ones_own_wrong_forward_pass_is_recognised(tmp_path: Path) -> None:
    source = SOURCE.read_text(encoding="utf-8").replace("w[f, c, r, s]", "w[f, c, rows - 1 - r, columns - 1 - s]")
    source = source.replace("dw[f, c, r, s]", "dw[f, c, rows - 1 - r, columns - 1 - s]")
    failures = {failure.result: failure.likely for failure in check(tmp_path, source).failures}
    assert "kernel is flipped" in failures["out"]
    assert "gradient of your own conv_forward" in failures["dx"]
    assert "gradient of your own conv_forward" in failures["dw"]
    assert "db" not in failures


def test_two_bugs_in_different_results_are_both_named(tmp_path: Path) -> None:
    bug = next(bug for bug in PLANTED if bug.name == "only dx")
    source = with_bug(bug._replace(new="return dx, np.zeros(w.shape), dout.sum(axis=0)"))
    failures = {failure.result: failure.likely for failure in check(tmp_path, source).failures}
    assert list(failures) == ["dw", "db"]
    assert "Every number is 0" in failures["dw"]
    assert "not summed over the positions" in failures["db"]


def test_short_names_a_cache_and_weights_in_the_other_layout_are_accepted(tmp_path: Path) -> None:
    source = (
        "import numpy as np\n"
        "relu = lambda x: (np.maximum(x, 0), x)\n"
        "def dense(x, w, b): return x @ w.T + b\n"
        "def dense_backward(dout, x, w, b): return dout @ w, dout.T @ x, dout.sum(axis=0)\n"
    )
    result = check(tmp_path, source)
    assert result.passed, result.failures
    assert result.notes == ("dense_forward and dense_backward: w is taken as (outputs, features)",)


def test_a_failure_in_the_other_layout_is_shown_in_that_layout(tmp_path: Path) -> None:
    source = "def dense_backward(dout, x, w, b): return dout @ w, dout.T @ x / len(x), dout.sum(axis=0)\n"
    (failure,) = check(tmp_path, source).failures
    assert failure.expected.shape == failure.input["w"].shape == failure.found.shape
    assert agree(failure.expected, failure.input["dout"].T @ failure.input["x"])
    assert "averaged over the batch" in failure.likely


@pytest.mark.parametrize(
    ("forward", "gradients", "wrong"),
    [
        ("x @ w.T + b", "dout @ w.T, x.T @ dout, dout.sum(axis=0)", "dense_forward"),
        ("x @ w + b", "dout @ w, dout.T @ x, dout.sum(axis=0)", "dense_backward"),
    ],
)
def test_weights_transposed_in_one_function_alone_are_a_bug(
    forward: str, gradients: str, wrong: str, tmp_path: Path
) -> None:
    source = f"def dense_forward(x, w, b): return {forward}\n"
    result = check(tmp_path, f"{source}def dense_backward(dout, x, w, b): return {gradients}\n")
    (failure,) = result.failures
    assert failure.function == wrong
    assert "w is transposed" in failure.likely


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.forward])
def test_expected_gradients_are_the_slopes_of_the_forward_pass(name: str) -> None:
    """Against loops that know nothing of our layers, away from ties and kinks."""
    forward = getattr(own_layers, FUNCTIONS[name].forward)
    for case in cases_of(FUNCTIONS[name]):
        if case.plan.values == "ties" or name == "relu_backward":
            continue
        for result, expected in case.expected.items():
            argument, wrong = result[1:], expected.copy()
            wrong.flat[-1] += 0.1 + abs(wrong).max() / 100
            assert is_own_gradient(lambda given: forward(*given.values()), case.inputs, argument, expected)
            assert not is_own_gradient(lambda given: forward(*given.values()), case.inputs, argument, wrong)


@pytest.mark.parametrize(("function", "result"), KNOWN_BUGS)
def test_every_known_bug_can_be_computed_and_differs_from_the_right_result(function: str, result: str) -> None:
    """A bug that always raised, or that no case shows, would never be named."""
    for bug in KNOWN_BUGS[function, result]:
        shown = 0
        for case in cases_of(FUNCTIONS[function]):
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                try:
                    found = np.asarray(bug.compute(**case.inputs), np.float64)
                except (ValueError, IndexError, ZeroDivisionError):
                    continue
            shown += not agree(found, case.expected[result])
        assert shown, bug.likely
