"""``start.py`` where something is missing that it must not install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Debian and Ubuntu keep a part of Python apart")
def test_what_a_bare_debian_lacks_is_named_in_one_command_before_anything_is_made(tmp_path: Path) -> None:
    clone, programs, python = tmp_path / "clone", tmp_path / "bin", tmp_path / "python"
    for folder in (clone, programs, python):
        folder.mkdir()
    for name in ("digitgui", "model", "resources"):
        (clone / name).symlink_to(ROOT / name)
    (clone / "start.py").write_bytes((ROOT / "start.py").read_bytes())
    (python / "ensurepip.py").write_text("raise ImportError", encoding="utf-8")
    refusing = programs / "apt-get"  # as where its index cannot be reached; without sudo beside it
    refusing.write_text("#!/bin/sh\nexit 100\n", encoding="utf-8")
    refusing.chmod(0o755)
    environment = {**os.environ, "PATH": str(programs), "PYTHONPATH": str(python)}
    command = [sys.executable, clone / "start.py"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt-get update && sudo apt-get install python{version}-venv" in done.stdout
    assert (done.returncode, done.stderr.strip()) == (
        1, "This Python lacks `venv` or `ensurepip`: install what is missing, then run start.py again.",
    )  # fmt: skip
    assert not (clone / ".venv").exists()
