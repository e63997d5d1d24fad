"""What PyInstaller's program begins with: the window, the command line, or Python for a process of their own.

The program begins other processes with ``sys.executable``, as ``python -c CODE``, ``python -m MODULE`` or
``python FILE``: to compute, to check layers, and for joblib. Once built, that is the program itself.
"""

import multiprocessing
import runpy
import sys

WITH_VALUE = ("-W", "-X")


def main() -> int:
    """Do what the arguments ask for; return the exit status."""
    multiprocessing.freeze_support()
    rest = _without_python_options(sys.argv[1:])
    if rest[:1] == ["-c"]:
        sys.argv = ["-c", *rest[2:]]
        exec(rest[1], {"__name__": "__main__"})  # what the program itself has written
        return 0
    if rest[:1] == ["-m"]:
        sys.argv = rest[1:]
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
        return 0
    if rest and rest[0].endswith("loaded_file.py"):
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")
        return 0
    from digitgui.__main__ import main as digitgui  # noqa: PLC0415  the processes above do without

    return digitgui()


def _without_python_options(arguments: list[str]) -> list[str]:
    """Leave out what Python itself would take, before a `-c`, a `-m` or a file."""
    rest = list(arguments)
    while rest and rest[0].startswith("-") and not rest[0].startswith("--") and rest[0] not in ("-c", "-m", "-h"):
        del rest[: 2 if rest[0] in WITH_VALUE else 1]
    return rest


if __name__ == "__main__":
    sys.exit(main())
