"""Fetching MNIST from OpenML in a process of its own, which can be ended at any moment."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.separate_process import SeparateProcess
from model.library_data import OPENML_BYTES, fetch_openml_mnist, openml_bytes_fetched

__all__ = ["OpenMLFetch"]

LOOK_MILLISECONDS = 250


class OpenMLFetch(QObject):
    """Fetches, and tells how far it is.

    Signals
    -------
    progressed(int, int, str)
        Kilobytes that have arrived, and of all, and what they are; 0 of 0 when all of them have.
    """

    progressed = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = SeparateProcess(self)
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    def start(self, on_done: Callable[[], object], on_failed: Callable[[Exception], object]) -> None:
        """Fetch; then call ``on_done``, or ``on_failed`` with the error."""

        def done(_nothing: object) -> None:
            self._timer.stop()
            on_done()

        def failed(error: Exception) -> None:
            self._timer.stop()
            on_failed(error)

        self._process.start(fetch_openml_mnist, on_done=done, on_failed=failed)
        self._timer.start()

    def cancel(self) -> None:
        """End it; what has arrived is fetched again the next time."""
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
