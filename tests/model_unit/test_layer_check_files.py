"""Files that do not behave: each gives one clear sentence, and the other functions are checked."""

import inspect
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from helpers import own_layers
from helpers.errors import error_of

from model.errors import DataFormatError
from model.layer_check.checking import check_file, template_text
from model.layer_check.results import CheckResult

RELU = "\ndef relu_forward(x):\n    return x * (x > 0)\n"
SOURCE = f"import numpy as np\n\n\n{inspect.getsource(own_layers.maxpool_forward)}"
POOL = "def maxpool_forward(x, size, stride):\n    {}\n"


def check(folder: Path, source: str, seconds: float = 2) -> CheckResult:
    file = folder / "layers.py"
    file.write_text(source, encoding="utf-8")
    return check_file(file, seconds=seconds, loading_seconds=2)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("def conv_forward(:\n", "layers.py cannot be loaded: SyntaxError in line 1"),
        ("x = 1\ny = x / 0\n" + RELU, "layers.py cannot be loaded: ZeroDivisionError in line 2: division by zero"),
        ("import not_there\n", "ModuleNotFoundError in line 1: No module named 'not_there'"),
        ("import sys\nsys.exit(0)\n" + RELU, "it ends the program in line 2: put what is not a function under"),
        ("import os\nos._exit(3)\n" + RELU, "it ended the program (exit status 3)"),
        ("while True: pass\n" + RELU, "takes longer than 2 s to load"),
        ("input('digit? ')\n" + RELU, "EOFError in line 1"),
        ("def convolution(x): return x\n", "has none of the functions that are checked"),
        ("class conv: pass\nmaxpool = 3\n", "has none of the functions that are checked"),
        ("", "expected some of conv_forward(x, w, b, stride, pad), "),
        (template_text(), "no function is written yet"),
    ],
)
def test_a_file_with_nothing_to_check_gives_a_sentence(source: str, problem: str, tmp_path: Path) -> None:
    result = check(tmp_path, source)
    assert not result.passed
    assert problem in result.problem
    assert result.sentence == result.problem
    assert "\n" not in result.problem


@pytest.mark.parametrize(
    ("body", "found", "likely"),
    [
        ("while True: pass", "no answer: its calls took longer than 0.5 s", "loops forever"),
        ("import os; os._exit(0)", "it ended the program (exit status 0)", "ends the whole process"),
        ("exit()", "it ends the program in line 2", "Return instead of calling exit."),
        ("return 1 / 0", "ZeroDivisionError in line 2: division by zero", "in every case"),
        ("return maxpool_forward(x, size, stride)", "RecursionError in line 2", "in every case"),
        ("pass", "it returned None as out", "return statement is missing"),
        ("return [1, 2]", "it returned a list as out", "Return a NumPy array."),
        ("return x + 1j", "it returned an array of complex128 as out", "Return a NumPy array."),
        ("return __import__('numpy').zeros(10 ** 6)", "it returned an array of shape (1000000,)", "Return"),
    ],
)
def test_a_call_that_gives_no_result_is_one_failure(body: str, found: str, likely: str, tmp_path: Path) -> None:
    result = check(tmp_path, POOL.format(body) + RELU, seconds=0.5)
    (failure,) = result.failures
    assert (failure.function, failure.result) == ("maxpool_forward", "")
    assert found in str(failure.found)
    assert likely in failure.likely
    assert {one.name: one.state for one in result.functions}["relu_forward"] == "passed", "the others are checked"


@pytest.mark.skipif(not hasattr(signal, "SIGSEGV") or os.name == "nt", reason="signals are named on POSIX")
def test_a_crash_is_named_by_its_signal(tmp_path: Path) -> None:
    body = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    (failure,) = check(tmp_path, POOL.format(body)).failures
    assert failure.found == "it crashed (SIGSEGV)"
    result = check(tmp_path, f"{body}\n{RELU}")
    assert "layers.py cannot be loaded: it crashed (SIGSEGV)" in result.problem


def test_other_arguments_are_named(tmp_path: Path) -> None:
    (failure,) = check(tmp_path, "def relu_backward(x):\n    return x\n").failures
    assert failure.found == "it takes (x)"
    assert failure.likely == "Expected relu_backward(dout, x), called by position."


def test_a_function_that_is_not_written_is_no_failure(tmp_path: Path) -> None:
    result = check(tmp_path, POOL.format("raise NotImplementedError") + RELU)
    states = {one.name: one.state for one in result.functions}
    assert result.passed
    assert (states["maxpool_forward"], states["relu_forward"]) == ("not written", "passed")
    assert states["conv_forward"] == "not there"


def test_what_is_not_written_for_some_cases_only_is_a_failure(tmp_path: Path) -> None:
    source = SOURCE.replace("    n, channels", "    if stride != size: raise NotImplementedError\n    n, channels")
    (failure,) = check(tmp_path, source).failures
    assert "NotImplementedError in line " in str(failure.found)
    assert "in every case where the stride is not the size of the window, and in no other" in failure.likely


def test_what_a_file_prints_and_reads_is_left_out_and_noted(tmp_path: Path, capfd) -> None:
    noisy = "import os\nprint('one', flush=True)\nprint('two')\nos.system('echo three')\n"
    result = check(tmp_path, noisy + RELU.replace("    return", "    print('x' * 100_000)\n    return"))
    assert result.passed
    assert result.notes == ("layers.py prints; its output is left out here. It begins with: one",)
    assert capfd.readouterr() == ("", "")


def test_a_file_finds_its_neighbours_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import numpy as np\nrectify = lambda x: np.maximum(x, 0)\n")
    (tmp_path / "cases.py").write_text("here = True\n")
    result = check(tmp_path, "from cases import here\nfrom helper import rectify as relu_forward\n")
    assert result.passed, result.problem
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cases.py", "helper.py", "layers.py"]


def test_what_is_no_python_file_is_an_error(tmp_path: Path) -> None:
    notebook = tmp_path / "layers.ipynb"
    notebook.write_text("{}")
    assert "nothing of that name" in error_of(DataFormatError, lambda: check_file(tmp_path / "gone.py"))
    assert "found a folder" in error_of(DataFormatError, lambda: check_file(tmp_path))
    assert "save the notebook as a Python script" in error_of(DataFormatError, lambda: check_file(notebook))


@pytest.mark.skipif(os.name == "nt", reason="reads /proc")
def test_nothing_is_left_running_when_the_check_is_given_up(tmp_path: Path) -> None:
    """Neither the process, nor what it has begun."""
    pids = tmp_path / "pids"
    source = (
        "import os, subprocess\nother = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{other.pid}}')\n"
    )
    threads = threading.active_count()

    def give_up(_share: float) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "layers.py"
    file.write_text(source + RELU)
    with pytest.raises(KeyboardInterrupt):
        check_file(file, on_progress=give_up)
    for pid in map(int, pids.read_text().split()):
        assert gone(pid)
    assert threading.active_count() == threads


def gone(pid: int) -> bool:
    """Wait until a process has ended; one that nobody has asked how it ended counts."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_progress_is_told(tmp_path: Path) -> None:
    file, told = tmp_path / "layers.py", []
    file.write_text(RELU)
    assert check_file(file, on_progress=told.append).passed
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] < 1
