"""A person's file: loaded in another process, and again in a new one where that has ended."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from model.layer_check.functions import FUNCTIONS, Inputs
from model.layer_check.other_process import EndedError, FileProcess

__all__ = ["CheckedFile"]

MAIN_GUARD = 'put what is not a function under if __name__ == "__main__":'


class CheckedFile:
    """The functions of a file, ready to be called; the process ends with the ``with`` block.

    Parameters
    ----------
    path : Path
    loading_seconds : float
        How long loading it may take.

    Attributes
    ----------
    names : dict of str to str
        The functions that are there: by the names of `FUNCTIONS`, those in the file.
    printed : str
        The first line that the file printed.
    """

    def __init__(self, path: Path, loading_seconds: float) -> None:
        self.path = path.absolute()
        self.names: dict[str, str] = {}
        self.printed = ""
        self._loading_seconds = loading_seconds
        self._process: FileProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_process()

    def load(self) -> str:
        """Load the file, and find its functions.

        Returns
        -------
        str
            Why they cannot be called, in a sentence; empty if they can.
        """
        name = self.path.name
        try:
            answer = self._begin()
        except EndedError as error:
            if error.timed_out:
                return f"{name} takes longer than {self._loading_seconds:g} s to load: {MAIN_GUARD}"
            return f"{name} cannot be loaded: {error}: {MAIN_GUARD}"
        if "raised" in answer:
            return f"{name} cannot be loaded: {_raised(answer['raised'])}"
        there = answer["functions"]
        for function in FUNCTIONS.values():
            found = [one for one in (function.name, function.short_name) if one in there]
            if found:
                self.names[function.name] = found[0]
        if self.names:
            return ""
        calls = ", ".join(function.call for function in FUNCTIONS.values())
        return f"{name} has none of the functions that are checked: expected some of {calls}"

    def call(self, function: str, inputs: Inputs, seconds: float) -> dict[str, Any]:
        """Call a function, as `FileProcess.call`; begin a new process if the last has ended.

        Raises
        ------
        EndedError
            If the process ends, or does not answer in time.
        """
        try:
            if self._process is None:
                self._begin()
            assert self._process
            return self._process.call(self.names[function], list(inputs.values()), seconds)
        except EndedError:
            self.end_process()
            raise

    def end_process(self) -> None:
        """End the process, if there is one, and keep what it printed."""
        if self._process:
            self._process.close()
            self.printed = self.printed or self._process.printed.strip().partition("\n")[0]
            self._process = None

    def _begin(self) -> dict[str, Any]:
        self._process = FileProcess(self.path, _names_to_look_for())
        return self._process.loaded(self._loading_seconds)


def _names_to_look_for() -> Sequence[str]:
    return [name for one in FUNCTIONS.values() for name in (one.name, one.short_name) if name]


def _raised(raised: dict[str, Any]) -> str:
    """Say what loading the file raised."""
    where = f" in line {raised['line']}" if raised["line"] else ""
    if raised["kind"] == "SystemExit":
        return f"it ends the program{where}: {MAIN_GUARD}"
    return f"{raised['kind']}{where}: {raised['text']}".rstrip(": ")
