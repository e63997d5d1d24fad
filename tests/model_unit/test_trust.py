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
OWN_LAYERS = "model/layer_check/loaded_file.py"
"""Loads the Python file that `digitgui check` is asked to run, in a process of its own."""
FORBIDDEN_CALLS = {
    *(f"{where}{name}" for where in ("", "builtins.") for name in ("eval", "exec", "compile", "__import__")),
    *("os.system", "os.popen", "os.startfile", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("asyncio.create_subprocess_shell", "joblib.load", "torch.load", "runpy.run_path", "runpy.run_module"),
}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "socket", "urllib", "http", "requests"}
FORBIDDEN_ENDINGS = (".exec_module", ".load_module")
FORBIDDEN_BEGINNINGS = ("os.exec", "os.spawn")
MUST_BE_FALSE = {"shell", "allow_pickle"}
"""Words of a call."""


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGES[0].parent).as_posix()


def dotted(node: ast.expr) -> str:
    """Write a function as it is called, such as ``os.system``; what a call returns is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def dangers_in(source: str) -> list[str]:
    """Name what could run code from elsewhere, use a shell, or open a connection."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            beginning_or_end = called.startswith(FORBIDDEN_BEGINNINGS) or called.endswith(FORBIDDEN_ENDINGS)
            if called in FORBIDDEN_CALLS or beginning_or_end:
                found.append(called)
            found += [str(word.arg) for word in node.keywords if word.arg in MUST_BE_FALSE and not is_false(word)]
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{name.name}" for name in node.names]
            is_module = node.module.split(".")[0] in FORBIDDEN_MODULES
            found += [name for name in whole if is_module or name in FORBIDDEN_CALLS]
    return found


def is_false(word: ast.keyword) -> bool:
    return isinstance(word.value, ast.Constant) and word.value.value is False


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_no_source_runs_code_from_elsewhere_or_opens_a_connection(file: Path) -> None:
    allowed = {PIPE: {"pickle"}, OWN_LAYERS: {"loader.exec_module"}}.get(name_of(file), set())
    assert set(dangers_in(file.read_text(encoding="utf-8"))) <= allowed


def test_only_the_check_of_own_layers_starts_what_runs_a_file() -> None:
    """It is a script of its own: what imports it needs its path, and never calls it."""
    starting = [
        name_of(file)
        for file in SOURCES
        if "loaded_file" in file.read_text(encoding="utf-8") and name_of(file) != OWN_LAYERS
    ]
    assert starting == ["model/layer_check/other_process.py"]
    users = [
        name_of(file)
        for file in SOURCES
        if re.search(r"from model\.layer_check\.checking import", file.read_text(encoding="utf-8"))
    ]
    own = ["digitgui/command_line/check_command.py", "digitgui/pages/inspect/check_view.py"]
    assert users == own, "nothing but what a person asks for runs a file"


@pytest.mark.parametrize(
    ("source", "danger"),
    [
        ("eval(text)", "eval"),
        ("import os\nos.system(text)", "os.system"),
        ("os.popen(text).read()", "os.popen"),
        ("from os import system", "os.system"),
        ("builtins.exec(text)", "builtins.exec"),
        ("joblib.load(file)", "joblib.load"),
        ("from joblib import load", "joblib.load"),
        ("spec.loader.exec_module(module)", "spec.loader.exec_module"),
        ("runpy.run_path(file)", "runpy.run_path"),
        ("np.load(file, allow_pickle=True)", "allow_pickle"),
        ("np.load(one, allow_pickle=True)\nnp.load(two, allow_pickle=False)", "allow_pickle"),
        ("np.load(file, allow_pickle=wanted)", "allow_pickle"),
        ("subprocess.run(text, shell=True)\nsubprocess.run(text, shell=False)", "shell"),
        ("asyncio.create_subprocess_shell(text)", "asyncio.create_subprocess_shell"),
        ("import urllib.request", "urllib.request"),
        ("from http import client", "http.client"),
        ("def f():\n    import pickle", "pickle"),
        ("import pickle as harmless", "pickle"),
    ],
)
def test_what_is_looked_for_would_be_found(source: str, danger: str) -> None:
    assert danger in dangers_in(source)


def test_what_is_harmless_is_not_found() -> None:
    source = (
        "import re\nre.compile(text)\nnp.load(file, allow_pickle=False)\nsubprocess.run(words, shell=False)\n"
        "layer.exec()\nfile.open().load()\njson.load(file)"
    )
    assert not dangers_in(source)


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
