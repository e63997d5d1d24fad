"""The files that all runs of a sweep share: extra data to learn from, and the model to begin with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.data.extra_pictures import ExtraPictures
from model.errors import ConfigError, DataFormatError
from model.handwriting.hands import extra_pictures
from model.network.network import Network
from model.runs.storage import load_network

__all__ = ["DEFAULT", "SharedFiles"]

DEFAULT = "default"
"""Stands for the model that comes with the program."""


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """Paths; empty for none.

    Attributes
    ----------
    strokes : str
        Digits as pen strokes, from which the runs learn too.
    refuse : str
        Letters as pen strokes, from which they learn to doubt; only with ``strokes``.
    init : str
        A model whose weights they begin with, or `DEFAULT`.

    Raises
    ------
    ConfigError
        If there are letters but no digits to tell them from.
    """

    strokes: str = ""
    refuse: str = ""
    init: str = ""

    def __post_init__(self) -> None:
        if self.refuse and not self.strokes:
            raise ConfigError("--refuse needs --strokes: digits as pen strokes, to tell the letters from")

    @property
    def named(self) -> dict[str, str]:
        """Those that are set, by the names of the attributes."""
        every = {"strokes": self.strokes, "refuse": self.refuse, "init": self.init}
        return {name: file for name, file in every.items() if file}

    def as_dict(self) -> dict[str, dict[str, str]]:
        """Return paths and fingerprints (``sha256``), for JSON.

        Raises
        ------
        DataFormatError
            If a file cannot be read.
        """
        return {name: {"file": file, "sha256": _sha256(file)} for name, file in self.named.items()}

    @classmethod
    def from_dict(cls, known: Mapping[str, Mapping[str, Any]]) -> "SharedFiles":
        """Read what `as_dict` returned."""
        return cls(*(str(known[name]["file"]) if name in known else "" for name in cls.__slots__))

    def extra(self, seed: int) -> ExtraPictures | None:
        """Paint the extra pictures for a run with this seed, as ``digitgui train`` does."""
        return extra_pictures(self.strokes, self.refuse or None, seed) if self.strokes else None

    def network(self) -> Network | None:
        """Open the network to begin with."""
        return load_network(_path(self.init)) if self.init else None


def _path(file: str) -> Path:
    if file != DEFAULT:
        return Path(file)
    import resources  # noqa: PLC0415  `import model` needs none of its files

    return resources.DEFAULT_MODEL


def _sha256(file: str) -> str:
    try:
        return hashlib.sha256(_path(file).read_bytes()).hexdigest()
    except OSError as error:
        raise DataFormatError(f"{file} cannot be read: {error.strerror or error}") from error
