"""What is installed here, what is missing, and where the files lie; needs only Python itself.

NumPy, Qt and everything else may be missing: that is what is to be found out.
"""

import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import resources
from digitgui.installation import display
from digitgui.installation.computer import blas_of_numpy, core_count, memory_bytes, system_name
from digitgui.installation.needed_packages import Package, packages
from model.version import __version__

__all__ = ["as_text", "facts", "without_home"]

TOLD_SETTINGS = re.compile(r"QT_\w+|OPENBLAS_\w+|OMP_NUM_THREADS|MKL_NUM_THREADS|XDG_SESSION_TYPE|LANG|LC_ALL")
"""Of the environment, what changes how the program runs; none is a secret."""


def facts(*, imported: bool = False) -> dict[str, Any]:
    """Find out what there is to know about this installation.

    Parameters
    ----------
    imported : bool
        Whether to import every package that is needed, which takes seconds.

    Returns
    -------
    dict
        Plain values: ``version``; ``missing``, sentences about what is needed and not there; ``notes``, sentences
        about what could be better; ``python``, ``executable``, ``system``, ``cores``, ``memory`` (bytes),
        ``display``, ``settings``, ``packages`` and ``optional`` (name: version, or None), ``blas``, and
        ``places``, each with ``what``, ``path``, ``bytes`` and ``files``.
    """
    known = packages(imported=imported)
    blas, places = blas_of_numpy(), _places(known)
    missing = [package.problem for package in known if package.problem]
    missing += [f"{file} is missing: install digitgui again" for file in _missing_files()]
    notes = []
    problem, libraries = display.problem(), display.missing_sentence()
    if problem == libraries:  # both may be None
        missing += [libraries] if libraries else []
    else:  # a server without a display does without the window
        notes += [sentence for sentence in (problem, libraries) if sentence]
    if blas.get("held_back_by"):
        notes.append(f"{blas['held_back_by']} makes NumPy use only a part of this processor: start without it")
    for place in places:
        if not _can_write(Path(place["path"])):
            missing.append(
                f"There is no permission to write in {place['path']}, where the {place['what']} are kept"
            )
    return {
        "version": __version__,
        "missing": missing,
        "notes": notes,
        "python": platform.python_version(),
        "executable": sys.executable,
        "system": system_name(),
        "cores": core_count(),
        "memory": memory_bytes(),
        "display": "" if problem else display.name(),
        "settings": {name: value for name, value in sorted(os.environ.items()) if TOLD_SETTINGS.fullmatch(name)},
        "packages": {package.name: package.version or None for package in known if not package.extra},
        "optional": {package.name: package.version or None for package in known if package.extra},
        "blas": blas,
        "places": places,
    }


def as_text(found: Mapping[str, Any]) -> str:
    """Write the facts as lines, the user's own folder as ``~``."""
    blas = found["blas"]
    kernel = f" with the kernel {blas['kernel']}" if blas.get("kernel") else ""
    speed = f"{blas['library']} {blas['version']}{kernel}, {blas['gflops']} GFLOP/s on one core" if blas else "–"
    rows = [
        ("Python", f"{found['python']}, {found['executable']}"),
        ("System", f"{found['system']}, {found['cores']} cores, {_size(found['memory'])} of memory"),
        ("Window", f"can open ({found['display']})" if found["display"] else "cannot open"),
        ("BLAS", speed),
        ("Packages", _versions(found["packages"])),
        ("Optional", _versions(found["optional"])),
        ("Settings", ", ".join(f"{name}={value}" for name, value in found["settings"].items()) or "none"),
    ]
    rows += [
        (place["what"].capitalize(), f"{place['path']}, {_size(place['bytes'])}, {place['files']:,} files")
        for place in found["places"]
    ]
    lines = [f"digitgui {found['version']}", *(f"  {name:<9} {text}" for name, text in rows)]
    lines += [f"Note: {sentence}" for sentence in found["notes"]]
    lines += [f"Missing: {sentence}" for sentence in found["missing"]] or ["Nothing is missing."]
    return without_home("\n".join(lines))


def without_home(text: str) -> str:
    """Replace the user's own folder by ``~``, and the user's name in other paths by ``user``."""
    home = Path.home()
    for folder in {str(home), str(home.resolve()), home.as_posix()} - {home.anchor}:
        text = re.sub(re.escape(folder) + r"(?![\w.-])", "~", text)
    if not home.name:
        return text
    return re.sub(rf"(?<=[/\\]){re.escape(home.name)}(?=[/\\]|$)", "user", text)


def _missing_files() -> list[str]:
    files = (resources.DEFAULT_MODEL, resources.BUNDLED_DIGITS, resources.icon("app"))
    missing = [str(file) for file in files if not file.is_file()]
    return missing if resources.FONTS else [*missing, "the typeface of the window"]


def _places(known: list[Package]) -> list[dict[str, Any]]:
    """Tell where files lie, and how large they are; nothing if the package that knows it is missing."""
    if any(package.name == "platformdirs" and not package.version for package in known):
        return []
    from digitgui.installation.folders import cache_folder, data_folder  # noqa: PLC0415

    places = []
    for what, folder in {"data": data_folder(), "cache": cache_folder()}.items():
        count, size = _contents(folder)
        places.append({"what": what, "path": str(folder), "bytes": size, "files": count})
    return places


def _contents(folder: Path) -> tuple[int, int]:
    """Count the files below a folder, and their bytes."""
    count = size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  there may be very many
            except OSError:  # it has just gone
                continue
            count += 1
    return count, size


def _can_write(folder: Path) -> bool:
    """Tell whether a folder can be written to, or made."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK)


def _versions(found: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} {version or 'not installed'}" for name, version in found.items())


def _size(number: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000  # type: ignore[assignment]
    return f"{number:.1f} GB"
