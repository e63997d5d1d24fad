"""What can be found out about the open data set, besides what the open network says to it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.work.background import BackgroundTasks
from digitgui.work.separate_process import SeparateProcess
from model.data.duplicates import group_numbers
from model.judging.embedding import Features, describe_pictures, map_sample, mean_images, tsne_map
from model.network.arrays import ImageArray, IndexArray
from model.training.suspects import Suspects, look_for_suspects

__all__ = ["DataLooks"]


class DataLooks(QObject):
    """Finds out, when asked, what takes a while; all of it is dropped when other data opens.

    Most of it is computed in other processes: importing scikit-learn here would hold up the window for a second.

    Attributes
    ----------
    features : ndarray of float32, shape (n, components), or None
        Each picture on the first principal components; its first two are the map.
    means : ndarray of uint8, shape (10, 28, 28), or None
        The mean picture of each digit.
    repeats : ndarray of int, shape (n,), or None
        As of `model.data.duplicates.group_numbers`.
    suspects : Suspects or None
    share : float
        How much of the search for suspects is done, while it goes on.
    tsne : (ndarray of float32, shape (m, 2), ndarray of int, shape (m,)) or None
        Places on a map, and the indices of the pictures that have one.
    tasks : BackgroundTasks
        Computes what is found in a moment.

    Signals
    -------
    changed()
        Something has been found out, is being looked for now, or no longer is.
    progressed()
        The search for suspects has come further.
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    progressed = Signal()
    failed = Signal(str)

    features: Features | None
    means: ImageArray | None
    repeats: IndexArray | None
    suspects: Suspects | None
    tsne: tuple[npt.NDArray[np.float32], IndexArray] | None
    _is_grouping: bool

    def __init__(self, data: DataDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.tasks = BackgroundTasks(self)
        self._processes = [SeparateProcess(self) for _ in range(3)]
        self._describing, self._search, self._mapping = self._processes
        self.share = 0.0
        self._forget()
        data.changed.connect(self._see_data)

    @property
    def is_searching(self) -> bool:
        """Whether suspects are looked for."""
        return self._search.is_running

    @property
    def is_mapping(self) -> bool:
        """Whether t-SNE is at work."""
        return self._mapping.is_running

    def request_features(self) -> None:
        """Find `features` and `means`."""
        if self.features is not None or self._describing.is_running:
            return
        dataset = self._data.dataset

        def done(found: tuple[Features, ImageArray]) -> None:
            self.features, self.means = found
            self.changed.emit()

        self._describing.start(
            describe_pictures, dataset.images, dataset.labels, on_done=done, on_failed=self._fail
        )

    def request_repeats(self) -> None:
        """Find `repeats`."""
        if self.repeats is not None or self._is_grouping:
            return
        images, self._is_grouping = self._images, True

        def done(found: IndexArray) -> None:
            if images is self._images:
                self.repeats, self._is_grouping = found, False
                self.changed.emit()

        def failed(error: Exception) -> None:
            if images is self._images:
                self._is_grouping = False
                self._fail(error)

        self.tasks.start(lambda: group_numbers(images), done, failed)

    def find_suspects(self) -> None:
        """Find `suspects`, or find them anew where labels have been corrected since."""
        dataset = self._data.dataset
        known = self.suspects is not None and np.array_equal(self.suspects.labels, dataset.labels)
        if known or self.is_searching:
            return
        self.share = 0.0

        def done(found: Suspects) -> None:
            self.suspects = found
            self.changed.emit()

        self._search.start(
            look_for_suspects,
            dataset.images,
            dataset.labels,
            on_done=done,
            on_failed=self._fail,
            on_progress=self._advance,
        )
        self.changed.emit()

    def request_tsne(self) -> None:
        """Find `tsne`."""
        if self.features is None or self.is_mapping:
            return
        indices = map_sample(self._data.dataset.labels)

        def done(places: npt.NDArray[np.float32]) -> None:
            self.tsne = places, indices
            self.changed.emit()

        self._mapping.start(tsne_map, self.features[indices], on_done=done, on_failed=self._fail)
        self.changed.emit()

    def cancel_search(self) -> None:
        """No longer look for suspects."""
        self._search.cancel()
        self.changed.emit()

    def cancel_map(self) -> None:
        """No longer lay out a map."""
        self._mapping.cancel()
        self.changed.emit()

    def shut_down(self) -> None:
        """Return when threads and processes are gone."""
        for process in self._processes:
            process.shut_down()
        self.tasks.shut_down()

    def _advance(self, share: float) -> None:
        self.share = share
        self.progressed.emit()

    def _fail(self, error: Exception) -> None:
        self.failed.emit(f"What was to be found out about the data stays unknown: {error}")
        self.changed.emit()

    def _see_data(self) -> None:
        if self._data.dataset.images is not self._images:
            for process in self._processes:
                process.cancel()
            self._forget()
            self.changed.emit()
        elif self.means is not None:
            self._find_means()

    def _find_means(self) -> None:
        dataset = self._data.dataset

        def done(means: ImageArray) -> None:
            if dataset.images is self._images:  # else they are of data that have been closed
                self.means = means
                self.changed.emit()

        self.tasks.start(lambda: mean_images(*dataset.part("all")), done, self._fail)

    def _forget(self) -> None:
        self._images = self._data.dataset.images
        self._is_grouping = False
        self.features = self.means = self.repeats = self.suspects = self.tsne = None
