"""The packages that are published: built, installed where there was nothing, and used."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import digitgui
import resources
from model.version import __version__

ROOT = Path(digitgui.__file__).parents[1]
WINDOW = """
from pathlib import Path
from PySide6.QtWidgets import QApplication
application = QApplication([])
import digitgui, model, resources
from digitgui import MainWindow
window = MainWindow()
window.show()
window.show_page("inspect")
assert window.close()
print(Path(digitgui.__file__).parents[1], Path(model.__file__).parents[1], Path(resources.__file__).parents[1])
"""


def output_of(*command: object, cwd: Path) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_of_the_source_package_works_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output_of(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    with tarfile.open(tmp_path / f"digitgui-{__version__}.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    source = tmp_path / f"digitgui-{__version__}"
    assert (source / "start.py").exists()
    output_of(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=source)

    monkeypatch.delenv("PYTHONPATH", raising=False)
    # an empty environment, which sees the packages of this one, but not the clone that is installed there
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    [wheel] = tmp_path.glob("*.whl")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    output_of(*pip, wheel, cwd=tmp_path)
    where = output_of(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    Path(where, "here.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    Image.fromarray(np.load(resources.BUNDLED_DIGITS)["images"][16]).save(tmp_path / "digit.png")
    command = scripts / "digitgui"
    assert output_of(command, "--version", cwd=tmp_path) == f"digitgui {__version__}\n"
    [answer] = json.loads(output_of(command, "predict", "default", "digit.png", "--json", cwd=tmp_path))[
        "predictions"
    ]
    assert answer["digit"] == np.load(resources.BUNDLED_DIGITS)["labels"][16]
    assert output_of(python, "-c", WINDOW, cwd=tmp_path).split() == [where] * 3
    found = json.loads(output_of(command, "doctor", "--json", cwd=tmp_path))
    assert (found["missing"], found["packages"]["numpy"]) == ([], np.__version__)
    assert (folder / "share" / "applications" / "digitgui.desktop").exists()
