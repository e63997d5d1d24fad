"""Reads sheets in the background, one after the other, for as long as some are wanted."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_work import Key, ReadOne, Wanted, key_of, read_all
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation

__all__ = ["SheetReader"]


class SheetReader(QObject):
    """Has sheets read with the open network; of each sheet, what was asked last counts.

    Sheets hold digits: a network that knows other classes reads none of them.

    Attributes
    ----------
    reading : Computation
        Is under way while sheets are wanted.

    Signals
    -------
    begun()
        After a rest.
    read(ReadOne)
        A sheet, and it is still wanted.
    done()
        All that was wanted has been read.
    """

    begun = Signal()
    read = Signal(object)
    done = Signal()

    def __init__(self, model: ModelDocument, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._wanted: dict[Key, Wanted] = {}  # shared with the thread, as is what it has read
        self._finished: deque[ReadOne] = deque()
        self._is_taking = False
        self.reading = Computation[None](
            "Reading sheets",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The sheets cannot be read",
            tells=True,
            can_cancel=True,
        )
        self.reading.progressed.connect(self._take_finished)
        self.reading.done.connect(self._see_end)
        self.reading.changed.connect(self._see_change)

    def ask(self, wanted: Sequence[Wanted]) -> None:
        """Read sheets after those that are wanted already."""
        if not self._model.task.is_digits:
            return
        for one in wanted:
            key = key_of(one.before)
            if key not in self._wanted or not self._wanted[key].is_like(one):
                self.drop(key)
                self._wanted[key] = one
        if self._wanted and not self.reading.is_under_way and not self._is_taking:
            self.begun.emit()
            self._start()

    def drop(self, key: Key) -> None:
        """Read a sheet no further as it was to be read."""
        self._wanted.pop(key, None)

    def stop(self) -> None:
        """Read no further; what has been read is told."""
        self.reading.cancel()

    def _start(self) -> None:
        network, name = self._model.network.copy(), self._model.name
        self.reading.ask_anew(read_all, self._wanted, self._finished, network, name)

    def _see_end(self) -> None:
        self._take_finished()
        if self._wanted:  # asked while the thread was about to end, or because of what it has read
            self._start()
        else:
            self.done.emit()

    def _see_change(self) -> None:
        """Want nothing more once it is cancelled; its thread may still hold what was wanted."""
        if not self.reading.is_under_way:
            self._take_finished()
            self._wanted = {}

    def _take_finished(self) -> None:
        self._is_taking = True
        while self._finished:
            one = self._finished.popleft()
            key = key_of(one.wanted.before)
            if self._wanted.get(key) is one.wanted:
                del self._wanted[key]
                self.read.emit(one)
        self._is_taking = False
