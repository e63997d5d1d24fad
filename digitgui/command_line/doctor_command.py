"""The sub-command ``doctor``: say what is missing here, what is installed, and where files lie.

It is the one that works where NumPy, or any other package, is missing; `digitgui.__main__` calls it by itself.
"""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from digitgui.installation.doctor import as_text, facts

__all__ = ["add_options", "main", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: there is nothing to choose."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Print what there is to know, and return it."""
    found = facts(imported=True)
    if not options.json:
        print(as_text(found))
    return found


def main(arguments: Sequence[str]) -> int:
    """Do so with nothing but Python; return 1 if something that is needed is missing."""
    text = "say what is missing here, what is installed, and where files lie"
    parser = argparse.ArgumentParser(prog="digitgui doctor", description=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    options = parser.parse_args(arguments)
    found = run(options)
    if options.json:
        print(json.dumps(found))
    return 1 if found["missing"] else 0
