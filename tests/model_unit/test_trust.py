"""No code from files, no shell, and no network that was not asked for: by the sources, and by running."""

import ast
import pickle
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of

import digitgui
import model
from model.errors import DataFormatError
from model.readers.sources import open_data

PACKAGES = (Path(model.__file__).parent, Path(digitgui.__file__).parent)
SOURCES = sorted(file for folder in PACKAGES for file in folder.rglob("*.py"))
PIPE = "digitgui/work/child_process.py"
"""Talks to the window's own process, through a pipe that no other program can open."""
OPENML = "model/readers/library_data.py"
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "socket", "urllib", "http", "requests"}


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGES[0].parent).as_posix()


def imports_in(tree: ast.AST) -> set[str]:
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in found}


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_no_source_runs_code_from_elsewhere_or_opens_a_connection(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    assert not names & FORBIDDEN_CALLS
    words = {word.arg: word.value for node in calls for word in node.keywords}
    assert "shell" not in words
    assert not isinstance(words.get("allow_pickle"), ast.Constant) or words["allow_pickle"].value is False
    allowed = {"pickle"} if name_of(file) == PIPE else set()
    assert not (imports_in(tree) & FORBIDDEN_MODULES) - allowed


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.target, "ran"))


def test_a_data_file_that_holds_code_is_refused_and_nothing_runs(tmp_path: Path) -> None:
    target = tmp_path / "ran.txt"
    np.savez(tmp_path / "bomb.npz", images=np.array([Bomb(target)], object), labels=np.array([1]))
    np.save(tmp_path / "images.npy", np.array([Bomb(target)], object))
    for name in ("data.pkl", "data.csv", "data.npz", "data.mat"):
        (tmp_path / name).write_bytes(pickle.dumps(Bomb(target)))
    for file in sorted(tmp_path.iterdir()):
        assert error_of(DataFormatError, lambda file=file: open_data(file))
    assert not target.exists()


def test_the_tests_that_the_threat_model_names_are_there() -> None:
    root = PACKAGES[0].parent
    named = set(re.findall(r"`(test_\w+\.py)`", (root / "docs" / "threat-model.md").read_text(encoding="utf-8")))
    there = {file.name for file in (root / "tests").rglob("test_*.py")}
    assert named
    assert named <= there


def test_nothing_connects_to_anywhere_by_itself(tmp_path: Path) -> None:
    script = (
        "import socket, sys\n"
        "def refused(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.create_connection = refused\n"
        "from digitgui.command_line.commands import run\n"
        "run(['train', '--arch', 'journal-8', '--epochs', '1', '--limit', '50', '--out', sys.argv[1]])\n"
        "run(['evaluate', sys.argv[1], '--json'])\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "m.safetensors")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "a connection was opened" not in done.stderr + done.stdout
    assert (tmp_path / "m.safetensors").exists(), done.stderr
    assert socket.socket.connect
