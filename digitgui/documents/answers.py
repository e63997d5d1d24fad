"""What the open network makes of every picture of the open data set."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from model import Network
from model.errors import CancelledError
from model.network.arrays import ImageArray, IndexArray

__all__ = ["UNSURE", "Answers", "answer_all"]

UNSURE = 0.9
"""An answer whose probability is below this is unsure."""
PICTURES_AT_ONCE = 250


def answer_all(
    network: Network, images: ImageArray, cancelled: Sequence[threading.Event], tell: Callable[[float], None]
) -> npt.NDArray[np.float32]:
    """Ask a network for all pictures, a few at a time.

    Parameters
    ----------
    network : Network
        Used by nobody else meanwhile.
    images : ndarray of uint8, shape (n, 28, 28)
    cancelled : sequence of threading.Event
        Looked at now and then.
    tell : callable
        Is given the share done so far.

    Returns
    -------
    ndarray of float32, shape (n, 10)

    Raises
    ------
    CancelledError
        If one of the events is set.
    """
    rows = np.empty((len(images), network.classes), np.float32)
    for start in range(0, len(images), PICTURES_AT_ONCE):
        if any(event.is_set() for event in cancelled):
            raise CancelledError("nobody waits for the answers")
        rows[start : start + PICTURES_AT_ONCE] = network.predict_proba(images[start : start + PICTURES_AT_ONCE])
        tell(start / len(images))
    return rows


class Answers(QObject):
    """Computes the probabilities of all pictures in the background, when somebody asks for them.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 10), or None
        None before they have been computed.
    is_current : bool
        Whether the network still gives these answers.
    share : float or None
        How much is done of what is being computed; None if nothing is.

    Signals
    -------
    changed()
        There are others, they no longer hold, or they are being computed now.
    progressed()
        Computing has come further.
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    progressed = Signal()
    failed = Signal(str)
    _advanced = Signal(object, float)

    def __init__(
        self, model: ModelDocument, data: DataDocument, tasks: BackgroundTasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._data, self._tasks = model, data, tasks
        self.probabilities: npt.NDArray[np.float32] | None = None
        self.is_current = False
        self.share: float | None = None
        self._images = data.dataset.images
        self._cancelled = threading.Event()
        self._still_holds = False  # whether the network is still the one that is being asked
        model.weights_changed.connect(self._mark_old)
        data.changed.connect(self._see_data)
        self._advanced.connect(self._advance)

    def request(self) -> None:
        """Compute them unless they are known, or being computed."""
        if self.is_current or self.share is not None:
            return
        network, images, cancelled = self._model.network.copy(), self._images, threading.Event()
        self._cancelled, self.share, self._still_holds = cancelled, 0.0, True
        tell: Callable[[float], None] = lambda share: self._advanced.emit(cancelled, share)  # noqa: E731

        def compute() -> npt.NDArray[np.float32]:
            return answer_all(network, images, (cancelled, self._tasks.cancelled), tell)

        def done(rows: npt.NDArray[np.float32]) -> None:
            if not cancelled.is_set():
                self.probabilities, self.is_current, self.share = rows, self._still_holds, None
                self.changed.emit()

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                self.share = None
                self.failed.emit(f"The network cannot be asked: {sentence_of(error)}")
                self.changed.emit()

        self._tasks.start(compute, done, failed)
        self.changed.emit()

    def cancel(self) -> None:
        """Ask no further; what was known before stays."""
        if self.share is not None:
            self._cancelled.set()
            self.share = None
            self.changed.emit()

    def answers(self) -> IndexArray:
        """The most probable digit of each picture; only where there are `probabilities`."""
        assert self.probabilities is not None
        return self.probabilities.argmax(axis=1)

    def confidence(self) -> npt.NDArray[np.float32]:
        """The probability of each answer."""
        assert self.probabilities is not None
        best: npt.NDArray[np.float32] = self.probabilities.max(axis=1)
        return best

    def losses(self) -> npt.NDArray[np.float32]:
        """The loss of each picture, in nats, by its label as it is now."""
        assert self.probabilities is not None
        of_label = self.probabilities[np.arange(len(self.probabilities)), self._data.dataset.labels]
        losses: npt.NDArray[np.float32] = -np.log(np.maximum(of_label, np.float32(1e-12)))
        return losses

    def _advance(self, cancelled: threading.Event, share: float) -> None:
        if cancelled is self._cancelled and self.share is not None:
            self.share = share
            self.progressed.emit()

    def _mark_old(self) -> None:
        """Note that the network is another now; what it has begun to answer is finished, or it never would be."""
        self._still_holds = False
        if self.is_current:
            self.is_current = False
            self.changed.emit()

    def _see_data(self) -> None:
        if self._data.dataset.images is not self._images:
            self._cancelled.set()
            self._images = self._data.dataset.images
            self.probabilities, self.is_current, self.share = None, False, None
            self.changed.emit()
