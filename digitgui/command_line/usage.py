"""Wrong usage in one sentence, in the words of this program instead of argparse's."""

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

from model.wording import listed

__all__ = ["Parser"]

KINDS = {"_positive_time": "a number", "number": "a number"}
"""What argparse calls by the names of functions; all others read whole numbers."""


class Parser(argparse.ArgumentParser):
    """Ends with status 2 and one line on standard error if the arguments cannot be understood."""

    def error(self, message: str) -> NoReturn:
        """Say what was expected and found, and where all is described."""
        sentence = " ".join(_in_words(message).split())
        self.exit(2, f"{self.prog}: {sentence}; {self.prog} --help tells more\n")


def _in_words(message: str) -> str:
    """Write a message of argparse as people do; one of this program's, which follows its option, stays."""
    for pattern, words in MESSAGES.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return words(*found.groups())
    return message.removeprefix("argument ")


def _of_choices(name: str, value: str, choices: str) -> str:
    known = listed(choices.replace("'", "").split(", "), "or")
    return f"{'expected' if name == 'command' else f'{name}: expected'} {known}, got {_bare(value)}"


def _bare(value: str) -> str:
    """Take the quotes of ``repr`` off."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] in "'\"" else value


MESSAGES: dict[str, Callable[..., str]] = {
    r"argument (\S+): invalid choice: (.+?) \(choose from (.+)\)": _of_choices,
    r"argument (\S+): invalid (.+?) value: (.+)": lambda name, kind, value: (
        f"{name}: expected {KINDS.get(kind, 'a whole number')}, got {_bare(value)}"
    ),
    r"argument (\S+): expected (?:one|at least one) argument": lambda name: (
        f"{name}: expected a value after it, found none"
    ),
    r"argument (\S+): not allowed with argument (\S+)": lambda name, other: (
        f"expected {other} or {name}, got both"
    ),
    r"the following arguments are required: (.+)": lambda names: f"expected {listed(names.split(', '))}",
    r"unrecognized arguments: (.+)": lambda found: f"{found} is not an option here: check its spelling",
}
"""What argparse says, and how it is said here."""
