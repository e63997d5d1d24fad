"""The sub-command ``check``: compare layers that someone else wrote with ours."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import UnfinishedError, say
from model.errors import ConfigError
from model.layer_check.checking import check_file, template_text
from model.layer_check.results import CheckResult


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "file",
        metavar="FILE.py",
        type=Path,
        nargs="?",
        help="a Python file with functions such as conv_forward and conv_backward; the check runs it",
    )
    parser.add_argument(
        "--template", action="store_true", help="print a file to begin with, which describes every function"
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the options do not fit together."""
    if options.template == (options.file is not None):
        raise ConfigError("expected either a Python file to check, or --template")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Check the file, and return what was found."""
    if options.template:
        if not options.json:
            print(template_text(), end="")
        return {"template": template_text()}
    result = check_file(options.file)
    for note in result.notes:
        say(note)
    if not options.json:
        _print(result)
    if not result.passed:
        raise UnfinishedError(result.sentence, result.as_dict())
    return result.as_dict()


def _print(result: CheckResult) -> None:
    """Print a line for each function, then what is wrong."""
    for function in result.functions:
        cases = f", {function.cases} cases" if function.state in ("passed", "failed") else ""
        print(f"{function.name:<17} {function.state}{cases}")
    for failure in result.failures:
        print(f"\n{failure.as_text()}")
    if result.passed:
        print(f"\n{result.sentence}")
