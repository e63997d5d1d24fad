"""The program of the other process: it loads a person's file, calls its functions, and answers in lines of JSON.

It runs as a script of its own, with nothing but NumPy and what the file itself imports.
"""

import importlib.util
import inspect
import json
import os
import queue
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import IO, Any

import numpy as np

__all__ = ["main"]

MOST_NUMBERS = 100_000
"""A larger result is not sent: no case has so many."""


def main(file: str, names: list[str]) -> None:
    """Say which of the functions are there, then answer one call after the other until the parent ends.

    The lines go to a copy of standard output. What the file prints goes to standard error; it reads nothing.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    calls: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(requests, calls), daemon=True).start()
    warnings.simplefilter("ignore")
    functions: dict[str, Callable[..., Any]] = {}

    def load() -> dict[str, Any]:
        functions.update(_functions_of(_load(file), names))
        return {"functions": list(functions)}

    _answer(answers, _guarded(load, file))
    while True:
        request = json.loads(calls.get())
        _answer(answers, _guarded(partial(_call, functions[request["name"]], request["arguments"]), file))


def _read(requests: IO[str], calls: "queue.Queue[str]") -> None:
    """Pass the requests on; end with the parent, even in the middle of a function that never ends."""
    for line in requests:
        calls.put(line)
    os._exit(1)


def _answer(answers: IO[str], content: dict[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


def _load(file: str) -> Any:
    """Run the file as a module that can import its neighbours; write nothing beside it."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path(file).parent))
    loader = SourceFileLoader("own_layers", file)
    spec = importlib.util.spec_from_loader("own_layers", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules["own_layers"] = module
    loader.exec_module(module)
    return module


def _functions_of(module: Any, names: list[str]) -> dict[str, Callable[..., Any]]:
    found = {name: getattr(module, name, None) for name in names}
    return {name: it for name, it in found.items() if callable(it) and not inspect.isclass(it)}


def _guarded(work: Callable[[], dict[str, Any]], file: str) -> dict[str, Any]:
    """Do something with the file's code, and tell what it raised, whatever that is."""
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return {"raised": _told(error, file)}


def _told(error: BaseException, file: str) -> dict[str, Any]:
    """Tell an error by its kind, its text, and the last line of the file that it passed."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return {"kind": type(error).__name__, "text": str(error.msg), "line": error.lineno}
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return {"kind": type(error).__name__, "text": str(error)[:300], "line": lines[-1] if lines else None}


def _call(function: Callable[..., Any], arguments: list[Any]) -> dict[str, Any]:
    """Call a function with fresh arrays; tell what it returned, and which of the arrays it changed."""
    given = [_array(argument) if isinstance(argument, dict) else argument for argument in arguments]
    kept = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in given]
    if not _fits(function, given):
        return {"takes": str(inspect.signature(function))}
    returned = function(*given)
    pairs = enumerate(zip(given, kept, strict=True))
    changed = [index for index, (one, other) in pairs if not np.array_equal(one, other)]
    several = isinstance(returned, tuple)
    return {
        "several": several,
        "results": [_portable(value) for value in (returned if several else [returned])],
        "changed": changed,
    }


def _fits(function: Callable[..., Any], given: list[Any]) -> bool:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of a function that is not written in Python
        return True
    try:
        signature.bind(*given)
    except TypeError:
        return False
    return True


def _array(content: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array(content["numbers"], content["dtype"]).reshape(content["shape"])


def _portable(value: Any) -> dict[str, Any]:
    """Describe one result: its numbers, if it is an array or a number."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = np.float64(value)  # a Python number is as good as one of NumPy's
    if not isinstance(value, np.ndarray | np.generic):
        return {"type": type(value).__name__}
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return {"type": f"array of {array.dtype}"}
    if array.size > MOST_NUMBERS:
        return {"type": f"array of shape {array.shape}"}
    numbers = array.astype(np.float64).ravel().tolist()
    return {"dtype": str(array.dtype), "shape": array.shape, "numbers": numbers}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
