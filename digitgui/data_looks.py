"""What can be found out about the open data set, besides what the open network says to it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from model.duplicates import find_duplicates
from model.embedding import TSNE_LIMIT as MAPPED_BY_TSNE
from model.embedding import map_sample, mean_images, principal_components, tsne_map
from model.suspects import label_suspicion, out_of_fold_probabilities, outlier_distances
from PySide6.QtCore import QObject, Signal

from digitgui.background import BackgroundTasks
from digitgui.data_document import DataDocument
from digitgui.separate_process import SeparateProcess
from model.arrays import FloatArray, ImageArray, IndexArray
from model.errors import CancelledError

__all__ = ["MAPPED_BY_TSNE", "DataLooks"]

TELL_SECONDS = 0.1



class DataLooks(QObject):
    """Finds out, in the background and when asked, what takes a while; all of it is dropped when other data opens.

    Attributes
    ----------
    features : ndarray of float32, shape (n, components), or None
        Each picture on the first principal components; its first two are the map.
    means : ndarray of uint8, shape (10, 28, 28), or None
        The mean picture of each digit.
    suspicion : ndarray of float, shape (n,), or None
        How likely the label of each picture is wrong, 0 to 1.
    outliers : ndarray of float32, shape (n,), or None
        How far each picture is from those of the same label.
    repeats : ndarray of int, shape (n,), or None
        A number for each group of equal pictures, from 1; 0 for pictures that are alone.
    tsne : (ndarray of float32, shape (m, 2), ndarray of int, shape (m,)) or None
        Places on a map, and the indices of the pictures that have one.
    busy : str
        What is being computed now; empty if nothing is.
    share : float
        How much of it is done.
    tasks : BackgroundTasks
        Where it is computed, one thing after the other.

    Signals
    -------
    changed()
        Something has been found out, is being computed now, or no longer is.
    progressed()
        Computing has come further.
    failed(str)
        One sentence that the user should read.
    """

    features: FloatArray | None
    means: ImageArray | None
    suspicion: npt.NDArray[np.float64] | None
    outliers: FloatArray | None
    repeats: IndexArray | None
    tsne: tuple[npt.NDArray[np.float32], IndexArray] | None

    changed = Signal()
    progressed = Signal()
    failed = Signal(str)
    _advanced = Signal(object, float)

    def __init__(self, data: DataDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.tasks = BackgroundTasks(self)
        self._process = SeparateProcess(self)
        self._advanced.connect(self._advance)
        self._images = data.dataset.images
        self._cancelled = threading.Event()
        self._forget()
        data.changed.connect(self._see_data)

    def request_features(self) -> None:
        """Find `features` and `means`."""
        dataset = self._data.dataset
        if self.features is not None or self._features_are_coming:
            return
        self._features_are_coming = True

        def done(found: tuple[FloatArray, ImageArray]) -> None:
            if dataset.images is self._images:
                self.features, self.means = found
                self.changed.emit()

        self.tasks.start(
            lambda: (principal_components(dataset.images), mean_images(dataset.images, dataset.labels)),
            done,
            lambda error: self.failed.emit(str(error)),
        )

    def find_suspects(self) -> None:
        """Find `suspicion`, `outliers` and `repeats`."""
        dataset, features = self._data.dataset, self.features

        def compute(tell: Callable[[float], None]) -> tuple[Any, ...]:
            places = principal_components(dataset.images) if features is None else features
            repeats = _group_numbers(find_duplicates(dataset.images), len(dataset))
            distances = outlier_distances(places, dataset.labels, on_progress=lambda share: tell(0.2 * share))
            probabilities = out_of_fold_probabilities(
                dataset.images, dataset.labels, on_progress=lambda share: tell(0.2 + 0.8 * share)
            )
            return places, label_suspicion(probabilities, dataset.labels), distances, repeats

        def take(found: tuple[Any, ...]) -> None:
            self.features, self.suspicion, self.outliers, self.repeats = found

        self._start("Looking for suspects", compute, take)

    def request_tsne(self) -> None:
        """Find `tsne`, in a process of its own, since nothing can interrupt it."""
        if self.features is None or self._process.is_running:
            return
        images, indices = self._images, map_sample(self._data.dataset.labels, MAPPED_BY_TSNE, 0)

        def done(places: npt.NDArray[np.float32]) -> None:
            if images is self._images:
                self.tsne = places, indices
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.failed.emit(f"The map cannot be made: {error}")
            self.changed.emit()

        self._process.start(tsne_map, self.features[indices], on_done=done, on_failed=failed)
        self.changed.emit()

    @property
    def is_mapping(self) -> bool:
        """Whether t-SNE is at work."""
        return self._process.is_running

    def cancel(self) -> None:
        """End what is being computed, but for the features."""
        self._process.cancel()
        if self.busy:
            self._cancelled.set()
            self.busy = ""
        self.changed.emit()

    def shut_down(self) -> None:
        """Return when thread and process are gone."""
        self._cancelled.set()
        self._process.shut_down()
        self.tasks.shut_down()

    def _start(
        self, what: str, compute: Callable[[Callable[[float], None]], Any], take: Callable[[Any], None]
    ) -> None:
        """Compute in the background, unless something else is being computed; show how far it is."""
        if self.busy:
            return
        cancelled = self._cancelled = threading.Event()
        self.busy, self.share = what, 0.0

        told = 0.0

        def tell(share: float) -> None:
            nonlocal told
            if cancelled.is_set() or self.tasks.cancelled.is_set():
                raise CancelledError("nobody waits for this any more")
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                self._advanced.emit(cancelled, share)

        def done(found: Any) -> None:
            if not cancelled.is_set():
                self.busy = ""
                take(found)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                self.busy = ""
                self.failed.emit(str(error) or type(error).__name__)
                self.changed.emit()

        self.tasks.start(lambda: compute(tell), done, failed)
        self.changed.emit()

    def _advance(self, cancelled: threading.Event, share: float) -> None:
        if cancelled is self._cancelled and self.busy:
            self.share = share
            self.progressed.emit()

    def _see_data(self) -> None:
        if self._data.dataset.images is not self._images:
            self._images = self._data.dataset.images
            self.cancel()
            self._forget()
            self.changed.emit()

    def _forget(self) -> None:
        self.features = self.means = self.suspicion = self.outliers = self.repeats = self.tsne = None
        self.busy, self.share = "", 0.0
        self._features_are_coming = False


def _group_numbers(groups: list[IndexArray], count: int) -> IndexArray:
    numbers = np.zeros(count, np.intp)
    for number, group in enumerate(groups, start=1):
        numbers[group] = number
    return numbers
