"""Where our packages are found: beside one another, whatever else Python would find under their names."""

import sys
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
NAMES = ("model", "resources")


def find_own_packages() -> None:
    """Let Python import our own `model` and `resources`.

    Python looks first in the working folder (``python -m digitgui``), beside the script that it runs, or where
    PYTHONPATH leads, and there may be another model.py. Processes that this one begins look where it does.

    Raises
    ------
    ImportError
        If another module of such a name is imported already.
    """
    for name in NAMES:
        if name in sys.modules:
            _check_own(name, sys.modules[name].__file__)
            continue
        spec = find_spec(name)
        if spec is None or not _is_own(name, spec.origin):
            sys.path.insert(0, str(HOME))


def _check_own(name: str, file: str | None) -> None:
    if not _is_own(name, file):
        raise ImportError(
            f"digitgui needs its own package {name}, in {HOME}, but {file} was imported under that name before:"
            " rename that, or import digitgui in a program without it",
            name=name,
        )


def _is_own(name: str, file: str | None) -> bool:
    return file is not None and Path(file).resolve() == HOME / name / "__init__.py"
