"""Reads what a user chose, such as an augmentation or the layers of a network, from a file of JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import ConfigError

__all__ = ["read_settings"]

Read = TypeVar("Read")


def read_settings(path: Path, most_bytes: int, from_json: Callable[[str], Read]) -> Read:
    """Read a file of at most so many bytes.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds something else.
    """
    try:
        with told_as(ConfigError, f"{path.name} cannot be used: {{error}}"):
            return from_json(read_text(path, most_bytes))
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror or error}") from error
