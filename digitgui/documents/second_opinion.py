"""What another network makes of every picture of the open data set."""

import operator
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from digitgui.documents.answers import answer_all
from digitgui.documents.data_document import DataDocument
from digitgui.installation.shipped import DEFAULT, open_model
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.separate_process import SeparateProcess
from model.errors import CancelledError
from model.judging.comparison import Comparison, compare
from model.network.arrays import IndexArray

__all__ = ["SecondOpinion"]

Probabilities = npt.NDArray[np.float32]


class SecondOpinion(QObject):
    """Asks a network beside the open one, and compares the two; all of it is dropped when other data opens.

    Attributes
    ----------
    name : str
        What the other network is called; empty if there is none.
    source : str
        ``default``, or its file; empty if there is none.
    probabilities : ndarray of float32, shape (n, 10), or None
        None before they have been computed.
    comparison : Comparison or None
        Of the answers and pictures that were last handed to `compare_with`; its indices count these pictures.
    share : float or None
        How much is done of what is being computed; None if nothing is.

    Signals
    -------
    changed()
        There is another network, it has answered, or it has been compared.
    progressed()
        It has come further.
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    progressed = Signal()
    failed = Signal(str)
    _advanced = Signal(object, float)

    def __init__(self, data: DataDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._tasks, self._process = BackgroundTasks(self), SeparateProcess(self)
        self._cancelled = threading.Event()
        self._images = data.dataset.images
        self._compared: tuple[object, ...] = ()
        self.name = self.source = ""
        self.probabilities: Probabilities | None = None
        self.comparison: Comparison | None = None
        self.share: float | None = None
        self._advanced.connect(self._advance)
        data.changed.connect(self._see_data)

    def ask(self, source: str, name: str = "") -> None:
        """Open ``default`` or a model file, and ask it for every picture, in the background.

        Parameters
        ----------
        source : str
        name : str, optional
            What to call it; as the file if not given.
        """
        has_answered = self.probabilities is not None
        before = (self.name, self.source, self.probabilities) if has_answered else ("", "", None)
        self.drop()
        images, cancelled = self._images, threading.Event()
        self._cancelled, self.share = cancelled, 0.0

        def compute() -> Probabilities:
            events = cancelled, self._tasks.cancelled
            return answer_all(open_model(source), images, events, lambda share: self._tell(cancelled, share))

        def done(rows: Probabilities) -> None:
            if not cancelled.is_set():
                self.probabilities, self.share = rows, None
                self.changed.emit()

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                self.drop()
                self.name, self.source, self.probabilities = before  # what was shown is compared again
                self.changed.emit()
                if not isinstance(error, CancelledError):
                    self.failed.emit(sentence_of(error))

        self.source = source
        self.name = name or (DEFAULT if source == DEFAULT else Path(source).stem)
        self._tasks.start(compute, done, failed)
        self.changed.emit()

    def drop(self) -> None:
        """Forget the other network, or ask it no further."""
        self._cancelled.set()
        self._process.cancel()
        self._compared = ()
        self.name = self.source = ""
        self.probabilities = self.comparison = self.share = None
        self.changed.emit()

    def compare_with(self, answers: IndexArray, indices: IndexArray, key: tuple[object, ...]) -> None:
        """Compare with the answers of the open network; nothing happens if ``key`` has been compared already.

        Parameters
        ----------
        answers : ndarray of int, shape (n,)
            The most probable digit of each picture.
        indices : ndarray of int
            Which pictures.
        key : tuple
            The same objects for the same question.
        """
        same = len(key) == len(self._compared) and all(map(operator.is_, key, self._compared))
        if self.probabilities is None or same:
            return
        self._compared, self.comparison = key, None
        labels = self._data.dataset.labels[indices]
        mine, other = answers[indices], self.probabilities[indices].argmax(axis=1)
        self._process.start(compare, mine, other, labels, on_done=self._take, on_failed=self._fail)
        self.changed.emit()

    def shut_down(self) -> None:
        """Return when threads and processes are gone."""
        self._cancelled.set()
        self._process.shut_down()
        self._tasks.shut_down()

    def _take(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.drop()
        self.failed.emit(f"The networks cannot be compared: {sentence_of(error)}")

    def _tell(self, cancelled: threading.Event, share: float) -> None:
        self._advanced.emit(cancelled, share)

    def _advance(self, cancelled: threading.Event, share: float) -> None:
        if cancelled is self._cancelled and self.share is not None:
            self.share = share
            self.progressed.emit()

    def _see_data(self) -> None:
        if self._data.dataset.images is not self._images:
            self._images = self._data.dataset.images
            self.drop()
