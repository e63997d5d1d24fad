"""Data that scikit-learn brings or fetches, got in a process of its own, which can be ended at any moment."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from model import Dataset
from model.readers.library_data import (
    OPENML,
    OPENML_BYTES,
    OPENML_MNIST,
    SCIKIT_LEARN_DIGITS,
    fetch_openml_mnist,
    fetch_openml_set,
    kept_openml_set,
    load_scikit_learn_digits,
    openml_bytes_fetched,
    openml_mnist_is_kept,
)

LOOK_MILLISECONDS = 250


class Fetching(QObject):
    """Gets what would have to import scikit-learn here, which holds up the window.

    Attributes
    ----------
    work : Computation
        Its answer is what was got, or None where it now lies on the disk.

    Signals
    -------
    progressed(int, int, str)
        How much has arrived, and of all (0 if that is not known), and what is counted.
    """

    progressed = Signal(int, int, str)

    def __init__(self, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work = Computation[Dataset | None](
            "Fetching data", SeparateProcess(activity), activity, can_cancel=True
        )
        self._source = OPENML_MNIST
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @staticmethod
    def is_needed(source: str) -> bool:
        """Tell whether a source has to be got before it can be read here."""
        if source == OPENML_MNIST:
            return not openml_mnist_is_kept()
        is_kept = not source.startswith(OPENML) or kept_openml_set(source) is not None
        return source == SCIKIT_LEARN_DIGITS or not is_kept

    def start(self, source: str) -> None:
        """Get it; what has arrived of a file when that is cancelled is fetched again the next time."""
        self._source = source
        if source == SCIKIT_LEARN_DIGITS:
            self.work.ask_anew(load_scikit_learn_digits)
            return
        self.work.ask_anew(fetch_openml_mnist if source == OPENML_MNIST else partial(fetch_openml_set, source))
        self._timer.start()

    def _look(self) -> None:
        arrived = openml_bytes_fetched(self._source)
        if not self.work.is_under_way:
            self._timer.stop()
        elif self._source != OPENML_MNIST:  # how much there is to fetch is not known
            self.progressed.emit(0, 0, f"{arrived // 1000:,} kB from openml.org, then unpacking")
        elif arrived < OPENML_BYTES:
            self.work.share = arrived / OPENML_BYTES
            self.progressed.emit(arrived // 1000, OPENML_BYTES // 1000, "kB from openml.org")
        else:
            self.work.share = None
            self.progressed.emit(0, 0, "Unpacking 70,000 pictures (half a minute)…")
