"""A function in another process: its result comes here, and it can be killed."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import elsewhere
from pytestqt.qtbot import QtBot

from digitgui.work.separate_process import SeparateProcess
from model.errors import ConfigError
from model.judging.embedding import tsne_map

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="asks POSIX whether a process is alive")


@pytest.fixture
def process(qtbot: QtBot) -> Iterator[SeparateProcess]:
    process = SeparateProcess()
    yield process
    process.shut_down()


@pytest.fixture
def outcome(qtbot: QtBot, process: SeparateProcess) -> Callable[..., Any]:
    """Run a function elsewhere and return its result or its error."""

    def run(function: Callable[..., object], *arguments: object) -> Any:
        seen: list[tuple[object, threading.Thread]] = []

        def take(result: object) -> None:
            seen.append((result, threading.current_thread()))

        process.start(function, *arguments, on_done=take, on_failed=take)
        assert process.is_running
        qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
        assert not process.is_running
        assert seen[0][1] is threading.main_thread()
        return seen[0][0]

    return run


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start_sleeping(process: SeparateProcess, note: Path, qtbot: QtBot) -> int:
    """Start what takes a minute; return its process, once it is at work."""
    process.start(elsewhere.sleep_long, note, on_done=pytest.fail, on_failed=pytest.fail)
    qtbot.waitUntil(lambda: note.exists() and bool(note.read_text()), timeout=20_000)
    return int(note.read_text())


def test_results_come_back_one_after_the_other(outcome: Callable[..., Any]) -> None:
    assert outcome(elsewhere.add, 2, 3) == 5
    numbers = np.arange(1_000_000)
    whole, first = outcome(elsewhere.total, numbers)
    assert whole == numbers.sum()
    np.testing.assert_array_equal(first, [0, 1, 2])


def test_errors_come_back(outcome: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "digitgui"):
        error = outcome(elsewhere.refuse)
        assert isinstance(error, ConfigError)
        assert str(error) == "expected more"
        assert not caplog.text
        assert "1 and 2" in str(outcome(elsewhere.surprise))
        assert "ended unexpectedly" in str(outcome(elsewhere.die))
        assert isinstance(outcome(lambda: 0), Exception)  # cannot be pickled
    assert "ended unexpectedly" in caplog.text


def test_no_window_is_loaded_there(outcome: Callable[..., Any]) -> None:
    assert not outcome(elsewhere.loaded_modules) & {"PySide6", "shiboken6", "pyqtgraph", "pytest"}


def test_progress_is_heard_in_order_and_not_too_often(process: SeparateProcess, qtbot: QtBot) -> None:
    shares: list[float] = []
    results: list[object] = []
    process.start(
        elsewhere.work_in_steps, on_done=results.append, on_failed=pytest.fail, on_progress=shares.append
    )
    qtbot.waitUntil(lambda: bool(results), timeout=20_000)
    assert results == ["ready"]
    assert shares == sorted(shares)
    assert 10 < len(shares) <= 101


@on_posix
def test_cancelling_kills_at_once(process: SeparateProcess, qtbot: QtBot, tmp_path: Path) -> None:
    pid = start_sleeping(process, tmp_path / "pid", qtbot)
    started = time.perf_counter()
    process.cancel()
    assert time.perf_counter() - started < 0.05
    assert not process.is_running
    qtbot.waitUntil(lambda: not is_alive(pid), timeout=2000)
    qtbot.wait(50)  # nothing may be heard of it


@on_posix
def test_what_is_started_next_takes_the_place(
    process: SeparateProcess, outcome: Callable[..., Any], qtbot: QtBot, tmp_path: Path
) -> None:
    pid = start_sleeping(process, tmp_path / "pid", qtbot)
    assert outcome(elsewhere.add, 1, 1) == 2
    assert not is_alive(pid)


@on_posix
def test_shutting_down_leaves_neither_process_nor_thread(qtbot: QtBot, tmp_path: Path) -> None:
    process = SeparateProcess()
    pid = start_sleeping(process, tmp_path / "pid", qtbot)
    process.shut_down()
    assert not is_alive(pid)
    process.start(elsewhere.add, 1, 1, on_done=pytest.fail, on_failed=pytest.fail)
    process.shut_down()  # before it has begun
    assert not [thread for thread in threading.enumerate() if thread.name == "separate process"]
    qtbot.wait(50)


def test_starting_with_a_large_data_set_does_not_hold_up_the_window(process: SeparateProcess) -> None:
    images = np.zeros((60_000, 28, 28), np.uint8)
    started = time.perf_counter()
    process.start(elsewhere.total, images, on_done=pytest.fail, on_failed=pytest.fail)
    assert time.perf_counter() - started < 0.05


def test_a_map_is_computed_there(outcome: Callable[..., Any]) -> None:
    features = np.random.default_rng(0).standard_normal((20, 5)).astype(np.float32)
    assert outcome(tsne_map, features, 0).shape == (20, 2)


SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from digitgui.work.separate_process import SeparateProcess
from helpers.elsewhere import {function} as function

with open({log!r}, "a") as log:
    log.write("started ")
application = QCoreApplication([])
process = SeparateProcess()
process.start(function, *{arguments}, on_done=lambda r: print(r) or application.quit(), on_failed=print)
application.exec()
process.shut_down()
"""


def run_script(function: str, arguments: str, log: Path) -> "subprocess.Popen[str]":
    path = os.pathsep.join(filter(None, sys.path))
    script = log.with_name("script.py")
    script.write_text(SCRIPT.format(function=function, log=str(log), arguments=arguments))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, script], env=os.environ | {"PYTHONPATH": path}, text=True, **pipes)


def test_a_script_without_a_guard_is_not_run_again_there(tmp_path: Path) -> None:
    with run_script("add", "(2, 3)", tmp_path / "log") as script:
        out, err = script.communicate(timeout=30)
    assert (out, err) == ("5\n", "")
    assert (tmp_path / "log").read_text() == "started "


@on_posix
def test_the_process_ends_when_the_program_is_killed(tmp_path: Path, qtbot: QtBot) -> None:
    note = tmp_path / "pid"
    with run_script("sleep_long", f"(Path({str(note)!r}),)", tmp_path / "log") as script:
        qtbot.waitUntil(lambda: note.exists() and bool(note.read_text()), timeout=20_000)
        script.kill()
    qtbot.waitUntil(lambda: not is_alive(int(note.read_text())), timeout=5000)
