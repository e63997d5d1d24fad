"""Data that scikit-learn brings or fetches, got in a process of its own, which can be ended at any moment."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.work.separate_process import SeparateProcess
from model import Dataset
from model.readers.library_data import (
    OPENML_BYTES,
    OPENML_MNIST,
    SCIKIT_LEARN_DIGITS,
    fetch_openml_mnist,
    load_scikit_learn_digits,
    openml_bytes_fetched,
    openml_mnist_is_kept,
)

__all__ = ["Fetching"]

LOOK_MILLISECONDS = 250


class Fetching(QObject):
    """Gets what would have to import scikit-learn here, which holds up the window.

    Signals
    -------
    progressed(int, int, str)
        How much has arrived, and of all (0 if that is not known), and what is counted.
    """

    progressed = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = SeparateProcess(self)
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @staticmethod
    def is_needed(source: str) -> bool:
        """Tell whether a source has to be got before it can be read here."""
        return source == SCIKIT_LEARN_DIGITS or (source == OPENML_MNIST and not openml_mnist_is_kept())

    def start(
        self, source: str, on_done: Callable[[Dataset | None], object], on_failed: Callable[[Exception], object]
    ) -> None:
        """Get it; then call ``on_done``, with None where it now lies on the disk, or ``on_failed``."""

        def done(dataset: Dataset | None) -> None:
            self._timer.stop()
            on_done(dataset)

        def failed(error: Exception) -> None:
            self._timer.stop()
            on_failed(error)

        if source == SCIKIT_LEARN_DIGITS:
            self._process.start(load_scikit_learn_digits, on_done=done, on_failed=failed)
        else:
            self._process.start(fetch_openml_mnist, on_done=done, on_failed=failed)
            self._timer.start()

    def cancel(self) -> None:
        """End it; what has arrived of a file is fetched again the next time."""
        self._timer.stop()
        self._process.cancel()

    def shut_down(self) -> None:
        """Return when the process is gone."""
        self._timer.stop()
        self._process.shut_down()

    def _look(self) -> None:
        arrived = openml_bytes_fetched()
        if arrived < OPENML_BYTES:
            self.progressed.emit(arrived // 1000, OPENML_BYTES // 1000, "kB from openml.org")
        else:
            self.progressed.emit(0, 0, "Unpacking 70,000 pictures, half a minute …")
