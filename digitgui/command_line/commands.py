"""The sub-commands, which need no window.

With ``--json`` standard output is one JSON object and nothing else; progress goes to standard error.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from digitgui.command_line.output import UnfinishedError, plain, say, write_any_letter
from digitgui.command_line.usage import Parser
from model.errors import ConfigError, ModelError
from model.version import __version__

__all__ = ["run"]


class _SubCommand(Protocol):
    def add_options(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> dict[str, Any]: ...


COMMANDS = {
    "train": "train a network and save it",
    "evaluate": "measure a network on labelled pictures",
    "sweep": "train with many combinations of settings and compare them",
    "predict": "say what each picture shows: a digit, a number, or another class",
    "sheet": "read tables of handwritten numbers from scans and photos",
    "teach": "teach a network your handwriting",
    "info": "describe a model file",
    "trace": "write every output and gradient of a network for one picture",
    "export": "export a network for other programs",
    "import": "make a model file from another program's network",
    "calibrate": "make probabilities mean what they say",
    "check": "compare your own layers with those of digitgui",
    "lesson": "open the window with a lesson, check a lesson, or write one to change",
    "report": "write a report on a run, a sweep or a network as HTML",
    "doctor": "say what is missing here, what is installed, and where files lie",
}
"""The sub-commands, a file each, with descriptions."""


def run(arguments: Sequence[str]) -> int:
    """Run one sub-command.

    Parameters
    ----------
    arguments : sequence of str
        As after ``digitgui`` on the command line.

    Returns
    -------
    int
        0 done, 1 the work failed (one line on standard error says why); wrong usage exits with 2.
    """
    write_any_letter()
    options = _parser(arguments[0] if arguments else "").parse_args(arguments)
    try:
        options.complete(options)
    except ConfigError as error:
        options.parser.error(str(error))
    status = 0
    try:
        result: dict[str, Any] = options.command(options)
    except UnfinishedError as error:
        say(f"digitgui: {error}")
        result, status = error.result, 1
    except ModelError as error:
        say(f"digitgui: {error}")
        return 1
    except MemoryError:
        say("digitgui: there is not enough memory for this: try a smaller data set or --limit")
        return 1
    except KeyboardInterrupt:
        say("digitgui: stopped")
        return 1
    except BrokenPipeError:  # the reader has closed its end
        sys.stdout = None
        return 1
    except OSError as error:  # such as a name that is too long for any file
        say(f"digitgui: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}")
        return 1
    if options.json:
        print(json.dumps(result, default=plain, allow_nan=False))
    return status


def _parser(asked_for: str) -> argparse.ArgumentParser:
    """Make the parser; of the sub-commands only the one asked for, so that none waits for what another needs."""
    parser = Parser(
        prog="digitgui",
        description="A laboratory for a convolutional network. Without arguments, or with a file alone,"
        " the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"digitgui {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == asked_for:
            module: _SubCommand = importlib.import_module(f"digitgui.command_line.{name}_command")
            command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
            command.set_defaults(command=module.run, complete=lambda _options: None, parser=command)
            module.add_options(command)
    return parser
