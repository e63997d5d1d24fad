"""Which packages the program needs, and which of them are there; needs only Python itself."""

import re
import tomllib
from dataclasses import dataclass
from importlib import import_module, metadata

from digitgui.installation.own_packages import HOME

__all__ = ["Package", "packages"]

IMPORTED_AS = {
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "pyside6-essentials": "PySide6.QtWidgets",
    "scikit-learn": "sklearn",
}
"""What is imported of a package, by its name in lower case, unless it has that name itself."""
NAME = re.compile(r"[A-Za-z0-9._-]+")
EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
DEVELOPMENT = ("dev", "docs", "test")
"""Extras that a user does without."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the program uses.

    Attributes
    ----------
    name : str
        As the package index has it.
    version : str
        Empty if it is not installed.
    extra : str
        The extra of digitgui that asks for it; empty if the program does not do without.
    problem : str
        Why it cannot be used, in a sentence; empty if it can.
    """

    name: str
    version: str
    extra: str
    problem: str


def packages(*, imported: bool = False) -> list[Package]:
    """List the packages that the program uses: what it needs first, then what some things need.

    Parameters
    ----------
    imported : bool
        Whether to import what is needed, too, which takes seconds: a file of a package, or a library of the
        system, may be missing.
    """
    found: dict[str, Package] = {}
    for line in _requirements():
        extra = _extra(line)
        if extra not in DEVELOPMENT and _holds_here(line):
            package = _looked_up(line, extra, imported and not extra)
            found.setdefault(package.name, package)
    return sorted(found.values(), key=lambda package: bool(package.extra))


def _requirements() -> list[str]:
    """Return the lines of a clone's pyproject.toml, or those that were noted at installation.

    Beside an installed package, there may be the pyproject.toml of another one.
    """
    try:
        project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        is_own = project["name"] == "digitgui"
    except (OSError, KeyError, TypeError, ValueError):
        is_own = False
    if not is_own:
        return metadata.requires("digitgui") or []
    extras = project["optional-dependencies"].items()
    return project["dependencies"] + [f"{line}; extra == '{extra}'" for extra, lines in extras for line in lines]


def _extra(line: str) -> str:
    found = EXTRA.search(line)
    return found[1] if found else ""


def _looked_up(line: str, extra: str, imported: bool) -> Package:
    name = NAME.match(line)
    assert name, line
    try:
        version = metadata.version(name[0])
    except metadata.PackageNotFoundError:
        wanted = line.partition(";")[0].strip()
        return Package(name[0], "", extra, "" if extra else f"{name[0]} is not installed (pip install '{wanted}')")
    problem = _outside_bounds(line, name[0], version) or (_failure(name[0]) if imported else "")
    return Package(name[0], version, extra, problem)


def _holds_here(line: str) -> bool:
    """Tell whether a line is for this version of Python; without `packaging`, take it that it is."""
    try:
        from packaging.requirements import Requirement  # noqa: PLC0415  it may be missing itself
    except ImportError:
        return True
    marker = Requirement(line).marker
    return marker is None or marker.evaluate({"extra": _extra(line)})


def _outside_bounds(line: str, name: str, version: str) -> str:
    try:
        from packaging.requirements import Requirement  # noqa: PLC0415
    except ImportError:
        return ""
    wanted = Requirement(line).specifier
    fits = wanted.contains(version, prereleases=True)
    return "" if fits else f"{name} {version} is installed, digitgui needs another (pip install '{name}{wanted}')"


def _failure(name: str) -> str:
    """Import a package; say why that fails."""
    try:
        import_module(IMPORTED_AS.get(name.lower(), name.replace("-", "_")))
    except Exception as error:  # whatever a broken package raises
        return f"{name} is installed, but cannot be imported: {error}"
    return ""
