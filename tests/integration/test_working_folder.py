"""The program in a folder where somebody keeps files that are named as our packages are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cluster import cluster

import digitgui

ROOT = Path(digitgui.__file__).parents[1]
PYTHON = (sys.executable, "-W", "error")
GRID = '{"arch": ["journal-8"], "seed": [0, 1]}'
SWEEP = ("sweep", "--data", "bundled", "--grid", "grid.json", "--out", "out", "--epochs", "1", "--limit", "100")


in_files_and_in_folders = pytest.mark.parametrize("folder", ["{}.py", "{}/__init__.py"], indirect=True)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make a folder whose files must not be imported."""
    for name in ("model", "resources", "tests"):
        file = tmp_path / getattr(request, "param", "{}.py").format(name)
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"raise RuntimeError('this {name} is somebody\\'s')")
    (tmp_path / "grid.json").write_text(GRID)
    return tmp_path


def run(folder: Path, *command: str, path: str = str(ROOT)) -> "subprocess.CompletedProcess[str]":
    """Run a command there."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@in_files_and_in_folders
@pytest.mark.parametrize("path", [str(ROOT), os.pathsep.join((".", str(ROOT)))])
def test_a_command_finds_our_own_packages(folder: Path, path: str) -> None:
    done = run(folder, *PYTHON, "-m", "digitgui", "info", "default", path=path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "deep" in done.stdout


def test_the_processes_of_a_sweep_find_them(folder: Path) -> None:
    done = run(folder, *PYTHON, "-m", "digitgui", *SWEEP, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(": accuracy") == 2


WINDOW = """
from PySide6.QtCore import QTimer
from digitgui.frame import app
from digitgui.work.separate_process import SeparateProcess
from model.wording import a_digit

def tell(found):
    print("found", found)
    app.QApplication.closeAllWindows()

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    window.process = SeparateProcess(window)
    window.process.start(a_digit, 7, on_done=tell, on_failed=tell)
app._close_when_asked_to_end = connected
raise SystemExit(app.run())
"""


def test_the_window_and_its_separate_processes_find_them(folder: Path) -> None:
    done = run(folder, sys.executable, "-c", WINDOW)
    assert (done.returncode, done.stdout, done.stderr) == (0, "found a 7\n", "")


def test_a_package_that_was_imported_in_place_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("")
    done = run(tmp_path, *PYTHON, "-c", "import model, digitgui")
    said = done.stderr.splitlines()[-1]
    assert said.startswith(f"ImportError: digitgui needs its own package model, in {ROOT}, but")
    assert str(tmp_path / "model.py") in said


@in_files_and_in_folders
def test_a_worker_of_a_cluster_that_finds_another_is_named_and_runs_nothing(folder: Path) -> None:
    with cluster(folder, 1, path=".") as (address, _):
        done = run(folder, *PYTHON, "-m", "digitgui", *SWEEP, "--dask", address)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert f"finds {folder / 'model'}" in said
    assert "where digitgui has its package model" in said
    assert "somebody's" not in said
