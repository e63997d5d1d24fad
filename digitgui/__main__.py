"""The ``digitgui`` command: without an argument it opens the window, and with ``lesson FOLDER`` a lesson in it."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, or the window if nothing is asked for; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    lesson = _lesson_in(arguments)
    if arguments and not lesson:
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

    return app.run(lesson)


def _lesson_in(arguments: Sequence[str]) -> Path | None:
    """Return the folder after ``lesson``, if nothing else is asked for."""
    is_lesson = len(arguments) == 2 and arguments[0] == "lesson" and not arguments[1].startswith("-")
    return Path(arguments[1]) if is_lesson else None


if __name__ == "__main__":
    sys.exit(main())
