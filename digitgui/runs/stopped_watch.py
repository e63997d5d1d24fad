"""Knows of the run that may be continued whether it fits the open data, however often these are corrected."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.runs.stopped_run import StoppedRun, compared, read_stopped
from digitgui.work.background import BackgroundTasks
from model import Dataset
from model.runs.run_store import RunStore

__all__ = ["StoppedWatch"]

REST_MILLISECONDS = 300
"""After so long without another correction of the data, the run is compared with them."""


class StoppedWatch(QObject):
    """Reads the checkpoint of a run once, and compares it with the data as they change.

    Parameters
    ----------
    store : RunStore
    data : DataDocument
    tasks : BackgroundTasks
    parent : QObject

    Attributes
    ----------
    stopped : StoppedRun or None
        None as long as the checkpoint is not read, or where it cannot be.

    Signals
    -------
    changed()
        `stopped` is another.
    """

    changed = Signal()

    def __init__(self, store: RunStore, data: DataDocument, tasks: BackgroundTasks, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._data, self._tasks = store, data, tasks
        self._run = ""
        self.stopped: StoppedRun | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self._compare)
        data.changed.connect(self._rest.start)

    def watch(self, run: str) -> None:
        """Read this run, which may have gone on since it was read; none if the name is empty."""
        self._run = run
        if self.stopped and self.stopped.run != run:
            self._take(None)
        dataset = self._data.dataset
        if run:
            self._find_out(lambda: read_stopped(self._store, run, dataset), dataset)

    def _compare(self) -> None:
        stopped, dataset = self.stopped, self._data.dataset
        if stopped and not self._tasks.cancelled.is_set():  # the program may end while the data rest
            self._find_out(lambda: compared(stopped, dataset), dataset)

    def _find_out(self, find_out: Callable[[], StoppedRun], dataset: Dataset) -> None:
        def take(stopped: StoppedRun) -> None:
            if stopped.run != self._run:
                return
            self._take(stopped)
            if dataset is not self._data.dataset:  # which have been corrected, or opened, meanwhile
                self._rest.start()

        self._tasks.start(find_out, take, lambda _error: None)  # why it cannot be is told when it is to go on

    def _take(self, stopped: StoppedRun | None) -> None:
        self.stopped = stopped
        self.changed.emit()
