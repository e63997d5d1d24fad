"""The sub-command ``doctor``: say what is missing here, what is installed, and where files lie.

It is the one that works where NumPy, or any other package, is missing; `digitgui.__main__` calls it by itself.
"""

import argparse
import json
from collections.abc import Sequence

from digitgui.installation.doctor import as_text, facts

__all__ = ["HELP", "main"]

HELP = "say what is missing here, what is installed, and where files lie"


def main(arguments: Sequence[str]) -> int:
    """Print what there is to know; return 1 if something that is needed is missing."""
    parser = argparse.ArgumentParser(prog="digitgui doctor", description=HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    options = parser.parse_args(arguments)
    found = facts(imported=True)
    print(json.dumps(found) if options.json else as_text(found))
    return 1 if found["missing"] else 0
