"""The ``digitgui`` command: without an argument, with a file alone, or with a lesson, it opens the window."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, or the window if nothing is asked for; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    path, lesson = _file_to_open(arguments), _lesson_in(arguments)
    if arguments and arguments[0] == "doctor":  # also where a package is missing that all others need
        from digitgui.command_line import doctor_command  # noqa: PLC0415

        return doctor_command.main(arguments[1:])
    if arguments and not path and not lesson:
        from digitgui.command_line import commands  # noqa: PLC0415  NumPy reads what is set below when it is imported

        return commands.run(arguments)
    # Training shares the cores out by itself. Threads of BLAS wait for each other busily: beside another program
    # that needs the cores, a window that answers with two of them may stand still for seconds.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from digitgui.installation import display  # noqa: PLC0415

    problem = display.problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    gc.disable()  # nothing that is imported and built now is garbage; `GarbageCollection` sees to all later
    from digitgui.frame import app  # noqa: PLC0415  only the window needs Qt

    return app.run(path, lesson)


def _lesson_in(arguments: Sequence[str]) -> Path | None:
    """Return the folder after ``lesson``, if nothing else is asked for."""
    is_lesson = len(arguments) == 2 and arguments[0] == "lesson" and not arguments[1].startswith("-")
    return Path(arguments[1]) if is_lesson else None


def _file_to_open(arguments: Sequence[str]) -> Path | None:
    """Return the file or folder that the window is to open, as the desktop asks by a double-click; or None.

    A bare word is a sub-command, even where there is a folder of that name.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        return None
    path = Path(arguments[0])
    return path if path.exists() and (path.suffix or len(path.parts) > 1) else None


if __name__ == "__main__":
    sys.exit(main())
