"""The ``digitgui`` command: without an argument it opens the window."""

import sys
from collections.abc import Sequence

from digitgui import commands, display

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, or the window if nothing is asked for; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments:
        return commands.run(arguments)
    problem = display.problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    from digitgui import app  # noqa: PLC0415  only the window needs Qt

    return app.run()


if __name__ == "__main__":
    sys.exit(main())
