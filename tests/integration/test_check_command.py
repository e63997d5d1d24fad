"""``digitgui check`` as a person or a script runs it."""

import json
from pathlib import Path

import pytest
from helpers import own_layers
from helpers.command_line import digitgui, digitgui_process
from helpers.planted_bugs import PLANTED, with_bug

from model.layer_check.functions import FUNCTIONS


def test_right_layers_pass() -> None:
    done = digitgui_process("check", own_layers.__file__, "--json")
    result = done.json
    assert result["passed"] is True
    assert result["failures"] == []
    assert {function["state"] for function in result["functions"]} == {"passed"}
    text = digitgui("check", own_layers.__file__)
    assert text.status == 0
    assert text.out.endswith("own_layers.py: 11 functions checked, all right\n")
    assert "conv_backward     passed, 30 cases" in text.out


def test_a_bug_is_told_with_its_case_and_exits_with_1(tmp_path: Path) -> None:
    bug = next(bug for bug in PLANTED if bug.name == "stride ignored, larger output")
    file = tmp_path / "mine.py"
    file.write_text(with_bug(bug))
    done = digitgui_process("check", file)
    assert done.status == 1
    assert done.err == "digitgui: mine.py: 1 of 1 function wrong: conv_forward\n"
    assert "conv_forward, out: 1 picture, 1 channel of 1 × 2, 1 kernel of 1 × 1, stride 2, padding 0" in done.out
    for line in ("x         [[[[-1.  2.]]]]", "expected  [[[[7.]]]]", "found     [[[[ 7. 16.]]]]"):
        assert f"\n  {line}\n" in done.out
    assert "\n  likely    The stride is ignored" in done.out


def test_json_is_one_object_also_of_a_failure_with_nan(tmp_path: Path) -> None:
    bug = next(bug for bug in PLANTED if bug.name == "not shifted")
    file = tmp_path / "mine.py"
    file.write_text("print('noise')\n" + with_bug(bug))
    done = digitgui("check", file, "--json")
    assert done.status == 1
    result = json.loads(done.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert result["passed"] is False
    assert {failure["function"] for failure in result["failures"]} == {"softmax_loss"}
    for failure in result["failures"]:
        assert set(failure) == {"function", "result", "case", "expected", "found", "input", "likely"}
        assert list(failure["input"]) == ["logits", "labels"]
    assert "inf" in json.dumps(result["failures"][0]["found"])
    assert result["notes"]


def test_a_file_that_cannot_be_checked_says_why(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("1 / 0\n")
    done = digitgui("check", file, "--json")
    assert done.status == 1
    assert done.err == "digitgui: mine.py cannot be loaded: ZeroDivisionError in line 1: division by zero\n"
    assert json.loads(done.out)["problem"] == done.err.strip().removeprefix("digitgui: ")
    gone = digitgui("check", tmp_path / "gone.py")
    assert (gone.status, gone.out) == (1, "")
    assert "expected a Python file, found nothing of that name" in gone.err


def test_the_template_has_every_function_and_nothing_written(tmp_path: Path) -> None:
    done = digitgui_process("check", "--template")
    assert done.status == 0
    file = tmp_path / "mine.py"
    file.write_text(done.out, encoding="utf-8")
    assert all(f"def {name}(" in done.out for name in FUNCTIONS)
    checked = digitgui("check", file)
    assert checked.status == 1
    assert "no function is written yet" in checked.err
    assert checked.out.count("not written") == len(FUNCTIONS)
    assert digitgui("check", "--template", "--json").json == {"template": done.out}


@pytest.mark.parametrize("arguments", [(), ("mine.py", "--template"), ("mine.py", "--seconds", "3")])
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert digitgui("check", *arguments).status == 2
