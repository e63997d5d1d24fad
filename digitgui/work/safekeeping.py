"""Keeps what the user made until it is on the disk, however often that fails."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.teller import Teller
from model.errors import ModelError

__all__ = ["Change", "Safekeeping"]

AGAIN_MILLISECONDS = 5_000
"""How long a disk that was full or read-only is given before it is tried again."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Something of the user's on its way to the disk.

    Attributes
    ----------
    what : str
        As a sentence names it, such as ``corrections of mine.npz``.
    write : callable, optional
        Writes it where it belongs, in another thread; None where its owner does that.
    write_into : callable
        Writes it into another folder, under a name that is free there.
    """

    what: str
    write: Callable[[], object] | None
    write_into: Callable[[Path], object]


class Safekeeping(Teller):
    """Writes changes in the background; what could not be written is tried again, and asked about at the end.

    Parameters
    ----------
    tasks : BackgroundTasks
        Do the writing, one after the other.
    """

    def __init__(self, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, Change] = {}
        self._failed: dict[Hashable, str] = {}
        self._told: set[Hashable] = set()
        self._resting: set[Hashable] = set()
        self._again = QTimer(self, interval=AGAIN_MILLISECONDS)
        self._again.timeout.connect(self.try_again)

    @property
    def waiting(self) -> dict[str, str]:
        """What is not on the disk yet, and why; without a reason it has not been tried."""
        with self._lock:
            return {change.what: self._failed.get(key, "") for key, change in self._waiting.items()}

    def keep(self, key: Hashable, change: Change, rest: int = 0) -> None:
        """Write a change soon. It takes the place of an earlier one with the same key.

        Parameters
        ----------
        key : hashable
        change : Change
        rest : int
            Milliseconds until it is written: what takes long need not be written for each change.
        """
        with self._lock:
            self._waiting[key] = change
        if not rest:
            self._start(key)
        elif key not in self._resting:
            self._resting.add(key)
            QTimer.singleShot(rest, self, lambda: self._end_rest(key))

    def write_now(self, key: Hashable, change: Change) -> None:
        """Write a change at once, in this thread, since the window closes; hold it if that fails."""
        assert change.write is not None
        try:
            change.write()
        except ModelError as error:
            self.hold(key, replace(change, write=None), str(error))
        else:
            self.drop(key)

    def hold(self, key: Hashable, change: Change, reason: str) -> None:
        """Hold a change that its owner could not write, and tries again by itself."""
        with self._lock:
            self._waiting[key], self._failed[key] = change, reason

    def drop(self, key: Hashable) -> None:
        """Forget a change: its owner has written it."""
        with self._lock:
            self._waiting.pop(key, None)
            self._failed.pop(key, None)

    def try_again(self) -> None:
        """Try to write everything that waits."""
        for key in list(self._waiting):
            self._start(key)

    def write_elsewhere(self, folder: Path) -> None:
        """Write everything that waits into a folder, here and now.

        Raises
        ------
        ModelError, OSError
            If something cannot be written there either; what has been written waits no longer.
        """
        for key, change in list(self._waiting.items()):
            change.write_into(folder)
            self._done(key, change)
            with self._lock:
                self._failed.pop(key, None)

    def give_up(self) -> None:
        """Forget what waits: the user has been asked."""
        with self._lock:
            self._waiting.clear()
            self._failed.clear()

    def shut_down(self) -> None:
        """Try nothing again."""
        self._again.stop()

    def _end_rest(self, key: Hashable) -> None:
        self._resting.discard(key)
        self._start(key)

    def _start(self, key: Hashable) -> None:
        if self._tasks.cancelled.is_set():
            return  # the window has closed
        self._tasks.start(
            lambda: self._write(key), lambda _done: self._see(key), lambda error: self._fail(key, error)
        )

    def _write(self, key: Hashable) -> None:
        with self._lock:
            change = self._waiting.get(key)
        if change is None or change.write is None:
            return  # it went with an earlier one, or is another's to write
        try:
            change.write()
        except Exception as error:
            with self._lock:
                self._failed.setdefault(key, sentence_of(error))  # here, for questions before the window hears
            raise
        self._done(key, change)

    def _done(self, key: Hashable, change: Change) -> None:
        with self._lock:
            if self._waiting.get(key) is change:
                del self._waiting[key]

    def _see(self, key: Hashable) -> None:
        with self._lock:
            recovered = key not in self._waiting and self._failed.pop(key, None) is not None
            is_left = bool(self._failed)
        if recovered:
            self._told.discard(key)
            if not is_left:
                self.noticed.emit("The disk is writable again: everything that waited is saved.")
        if not is_left:
            self._again.stop()

    def _fail(self, key: Hashable, error: Exception) -> None:
        change = self._waiting.get(key)
        if change is None:  # it has been dropped meanwhile
            return
        if key not in self._told:
            self._told.add(key)
            self.failed.emit(
                f"Not saved yet: {change.what} ({sentence_of(error)}). Saving is tried again every few seconds."
            )
        self._again.start()
