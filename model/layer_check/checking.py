"""The check of a file: its functions are called in another process, and compared with our layers here."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from model.errors import DataFormatError
from model.layer_check.checked_file import CheckedFile
from model.layer_check.dense_layout import keeps_outputs_first
from model.layer_check.function_check import FunctionCheck
from model.layer_check.functions import FUNCTIONS
from model.layer_check.results import CheckResult, Failure, FunctionResult

__all__ = ["LOADING_SECONDS", "SECONDS", "check_file", "template_text"]

SECONDS = 10.0
"""For all cases of one function, together."""
LOADING_SECONDS = 30.0
"""For loading the file, which may import large libraries."""
DENSE = ("dense_forward", "dense_backward")
LAYOUTS_DIFFER = (
    "w is transposed: this function takes it as (outputs, features), the other dense function as (features,"
    " outputs). Use one layout in both."
)
OnProgress: TypeAlias = Callable[[float], object]


def template_text() -> str:
    """Return a Python file with all functions to be written, and what each must return."""
    return (Path(__file__).parent / "template.py").read_text(encoding="utf-8")


def check_file(
    path: Path,
    *,
    seconds: float = SECONDS,
    loading_seconds: float = LOADING_SECONDS,
    on_progress: OnProgress = lambda _share: None,
) -> CheckResult:
    """Compare the layers in a Python file with ours.

    The file runs in another process, with the rights of the user who asked for it.

    Parameters
    ----------
    path : Path
        A Python file with some of the functions in `model.layer_check.functions.FUNCTIONS`.
    seconds : float
        How long all cases of one function may take, together.
    loading_seconds : float
        How long loading the file may take.
    on_progress : callable, optional
        Is called with the share that is done. If it raises, the other process is ended.

    Returns
    -------
    CheckResult
        Also where the file cannot be loaded, never ends, or crashes: its ``problem`` or a failure says so.

    Raises
    ------
    DataFormatError
        If there is no such file, or it is no Python file.
    """
    _refuse_other_files(path)
    with CheckedFile(path, loading_seconds) as file:
        problem = file.load()
        if problem:
            file.end_process()
            return CheckResult(path.name, problem=problem, notes=_notes(file, []))
        results: list[FunctionResult] = []
        failures: list[Failure] = []
        turned = _with_outputs_first(file, seconds)
        layouts_differ = len(turned) == 1 and set(DENSE) <= set(file.names)
        for done, function in enumerate(FUNCTIONS.values()):
            on_progress(done / len(FUNCTIONS))
            if function.name not in file.names:
                results.append(FunctionResult(function.name, "not there"))
                continue
            check = FunctionCheck(
                file,
                function,
                seconds,
                outputs_first=function.name in turned and not layouts_differ,
                own_forward_is_wrong=(function.forward, "failed") in [(one.name, one.state) for one in results],
                known_cause=LAYOUTS_DIFFER if layouts_differ and function.name in turned else "",
            )
            results.append(check.run())
            failures += check.failures
        file.end_process()
        if all(result.state in ("not there", "not written") for result in results):
            problem = f"{path.name}: no function is written yet: all that are there raise NotImplementedError"
        return CheckResult(
            path.name, tuple(results), tuple(failures), problem, _notes(file, [] if layouts_differ else turned)
        )


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing of that name"
        raise DataFormatError(f"{path}: expected a Python file, found {found}")
    if path.suffix != ".py":
        hint = ": save the notebook as a Python script first" if path.suffix == ".ipynb" else ""
        raise DataFormatError(
            f"{path}: expected the name of a Python file, which ends in .py, found {path.name}{hint}"
        )


def _with_outputs_first(file: CheckedFile, seconds: float) -> list[str]:
    """List the dense functions that take their weights as (outputs, features)."""
    return [name for name in DENSE if name in file.names and keeps_outputs_first(file, name, seconds)]


def _notes(file: CheckedFile, turned: list[str]) -> tuple[str, ...]:
    """Say what else a person should know."""
    notes = [f"{' and '.join(turned)}: w is taken as (outputs, features)"] if turned else []
    if file.printed:
        notes.append(f"{file.path.name} prints; its output is left out here. It begins with: {file.printed}")
    return tuple(notes)
