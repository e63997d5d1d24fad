"""What `digitgui doctor` finds, also where packages are missing that everything else needs."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import digitgui
from digitgui.installation import doctor, needed_packages
from digitgui.installation.needed_packages import IMPORTED_AS, packages
from digitgui.installation.private_paths import without_paths
from model.version import __version__

ROOT = Path(digitgui.__file__).parents[1]


def run_doctor(*options: str, python: tuple[str, ...] = (sys.executable,), **variables: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **variables}
    command = [*python, "-W", "error", "-m", "digitgui", "doctor", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_whole_installation_lacks_nothing_and_tells_where_files_lie(tmp_path: Path) -> None:
    (tmp_path / "digitgui" / "runs").mkdir(parents=True)
    (tmp_path / "digitgui" / "runs" / "one.json").write_bytes(bytes(1234))
    status, out = run_doctor("--json", XDG_DATA_HOME=str(tmp_path), OPENBLAS_CORETYPE="Prescott")
    found = json.loads(out)
    assert (status, found["missing"]) == (0, [])
    assert found["version"] == __version__
    assert found["packages"].keys() >= {"numpy", "PySide6-Essentials", "scikit-learn", "opencv-python-headless"}
    assert all(found["packages"].values())
    assert "pytest" not in found["packages"] | found["optional"]
    assert 0.5 < found["blas"]["gflops"] < 1000
    [data] = [place for place in found["places"] if place["what"] == "data"]
    if sys.platform == "linux":
        assert data == {"what": "data", "path": str(tmp_path / "digitgui"), "bytes": 1234, "files": 1}
    if found["blas"]["kernel"] == "Prescott":
        assert any("OPENBLAS_CORETYPE=Prescott" in note for note in found["notes"])


def test_it_works_where_no_package_is_installed() -> None:
    status, out = run_doctor(python=(sys.executable, "-S"))  # without site-packages
    assert status == 1
    missing = re.findall(r"^Missing: (\S+) is not installed \(pip install '(.+)'\)$", out, re.MULTILINE)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {name for name, _ in missing} == {re.match(r"[\w-]+", line)[0] for line in wanted}
    assert ("numpy", "numpy>=2.0") in missing


def test_it_works_where_qt_cannot_load_and_where_a_package_is_too_old(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object')"
    )
    (tmp_path / "onnx-1.2.dist-info").mkdir()
    (tmp_path / "onnx-1.2.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: onnx\nVersion: 1.2\n")
    status, out = run_doctor(PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert status == 1
    assert "Missing: PySide6-Essentials is installed, but cannot be imported: libEGL.so.1" in out
    assert "Missing: onnx 1.2 is installed, digitgui needs another (pip install 'onnx>=1.16')" in out
    assert out.count("Missing:") == 3, "pyqtgraph wants Qt, too"


def test_every_package_that_is_needed_can_be_imported_by_its_name_here() -> None:
    assert [package.problem for package in packages(imported=True) if not package.extra] == [""] * 16


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lack a display, or a library")
def test_a_missing_library_is_needed_and_a_missing_display_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    found = doctor.facts()
    assert (found["missing"], found["display"]) == ([], "")
    assert "No display was found" in found["notes"][0]
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(doctor.display, "_loads", lambda library: library != "libxcb-cursor.so.0")
    [sentence] = doctor.facts()["missing"]
    assert "libxcb-cursor0" in sentence


def test_no_path_of_the_users_own_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "ann"
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", "/media/ann/stick")
    text = doctor.as_text(doctor.facts())
    assert "ann" not in re.findall(r"\w+", text)
    assert "~/data/digitgui" in text
    assert "/media/user/stick" in text
    assert doctor.without_home(f"{home}a/x {home}/x") == f"{home}a/x ~/x"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("cannot read /media/usb/Klasse 5b/Anna.png", "cannot read …/.png"),
        ("/home/ann/Klasse 5b/Anna.png: expected a picture", "…/.png: expected a picture"),
        ("[Errno 2] No such file: '/media/Klasse 5b/Anna Meier.JPG'", "[Errno 2] No such file: '…/.JPG'"),
        ("D:\\Klasse 5b\\Anna.safetensors is damaged.", "…/.safetensors is damaged."),
        ("~/Klasse 5b/Anna is not writable", "…/"),
        ("1/2 of https://example.org/a/b.html, 3 / 4", "1/2 of https://example.org/a/b.html, 3 / 4"),
        (f'File "{doctor.__file__}", line 5', f'File "{doctor.__file__}", line 5'),
        (f"{doctor.__file__} read /media/Anna.png", f"{doctor.__file__} read …/.png"),
    ],
)
def test_paths_of_users_are_shortened_and_those_of_the_program_stay(told: str, expected: str) -> None:
    assert without_paths(told) == expected


@pytest.mark.parametrize(
    "content", ["[project]\nname = 'other'\ndependencies = ['x']", "[tool", "[project]\n", None]
)
def test_a_pyproject_of_another_package_beside_the_installed_one_is_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    monkeypatch.setattr(needed_packages, "HOME", tmp_path)
    if content is not None:
        (tmp_path / "pyproject.toml").write_text(content, encoding="utf-8")
    assert needed_packages._requirements() == metadata.requires("digitgui")


def imported_names(folder: Path) -> set[str]:
    """Return the packages that the Python files below a folder import anywhere."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def test_every_package_that_is_imported_is_asked_for_at_installation() -> None:
    """An environment that has everything, as that of development, would not notice."""
    asked = {IMPORTED_AS.get(package.name.lower(), package.name).partition(".")[0] for package in packages()}
    come_along = {"shiboken6", "markupsafe", "dask"}  # with PySide6, Jinja2 and distributed
    ours, if_there = {"digitgui", "model", "resources"}, {"onnxruntime"}  # checks what was exported
    found = set.union(*(imported_names(ROOT / name) for name in ours))
    assert found - set(sys.stdlib_module_names) - ours - if_there - come_along == asked
