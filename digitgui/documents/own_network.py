"""A network of one's own: its layers as they are edited, remembered, and kept in files."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from digitgui.settings import Settings
from digitgui.work.teller import Teller
from model.atomic_files import write_atomically
from model.errors import ConfigError, ModelError
from model.network.architecture import Architecture, LayerEntry, read_architecture
from model.network.architectures import as_own, check_is_own

KEY = "train/own"
FIRST = "lenet"
"""Whose layers one begins with."""
MOST_STEPS = 200
"""That can be undone."""
BEGUN: dict[str, dict[str, Any]] = {
    "Conv2D": {"filters": 32, "kernel_size": 3, "padding": 1},
    "Dropout": {"rate": 0.25},
    "Dense": {"outputs": 128},
}
"""Numbers that a new layer begins with, where its kind has none of its own."""


class OwnNetwork(Teller):
    """The architecture that is edited on the Train page.

    Attributes
    ----------
    architecture : Architecture

    Signals
    -------
    changed()
        `architecture` is another.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._before: list[Architecture] = []
        self._typed: tuple[int, str] | None = None
        self.architecture = as_own(FIRST)
        with suppress(ConfigError):
            remembered = Architecture.from_json(settings.text(KEY))
            check_is_own(remembered)
            self.architecture = remembered

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._before)

    def take(self, architecture: Architecture) -> None:
        """Edit another architecture; `undo` brings the former back."""
        if architecture != self.architecture:
            self._before = [*self._before[1 - MOST_STEPS :], self.architecture]
            self._typed = None
            self._show(architecture)

    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._typed = None
            self._show(self._before.pop())

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        self._try(lambda: Architecture(name, self.architecture.layers))

    def add(self, place: int, kind: str) -> None:
        """Put a layer of a kind in before the one at this place."""
        self._try(lambda: self.architecture.with_layer(place, new_layer(kind)))

    def remove(self, place: int) -> None:
        """Leave a layer out."""
        self._try(lambda: self.architecture.without_layer(place))

    def move(self, place: int, step: int) -> None:
        """Move a layer towards the end, or with a negative step towards the beginning."""
        self._try(lambda: self.architecture.with_moved(place, step))

    def set_kind(self, place: int, kind: str) -> None:
        """Put a new layer of a kind in the place of another."""
        if kind != self.architecture.layers[place].kind:
            self._try(lambda: self.architecture.with_other(place, new_layer(kind)))

    def set_number(self, place: int, name: str, number: float) -> None:
        """Give a layer another number, which holds for rows and columns; several in turn are one step to undo."""
        entry = self.architecture.layers[place]
        config = entry.config | {name: number}
        if name == "window" and entry.config["stride"] == entry.config["window"]:
            config["stride"] = number  # windows side by side stay so
        entries = {"kind": entry.kind, "config": config}
        goes_on, count = self._typed == (place, name), len(self._before)
        self._try(lambda: self.architecture.with_other(place, LayerEntry.from_dict(entries)))
        if goes_on:
            del self._before[count:]
        self._typed = place, name

    def open(self, path: Path) -> None:
        """Edit the architecture in a file."""
        self._try(lambda: read_architecture(path))

    def save(self, path: Path) -> None:
        """Write it to a file."""
        try:
            write_atomically(path, self.architecture.to_json().encode() + b"\n")
        except ModelError as error:
            self.report(error)

    def _try(self, make: Callable[[], Architecture]) -> None:
        try:
            architecture = make()
            check_is_own(architecture)
        except ModelError as error:
            self.report(error)
            self.changed.emit()  # so that what is shown is what there is
            return
        self.take(architecture)

    def _show(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self._settings.set(KEY, architecture.to_json())
        self.changed.emit()


def new_layer(kind: str) -> LayerEntry:
    """Make a layer of a kind with usual numbers."""
    return LayerEntry.from_dict({"kind": kind, "config": BEGUN.get(kind, {})})
