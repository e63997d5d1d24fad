"""What can be found out about the open data set, besides what the open network says to it."""

from functools import partial
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.wording import worded
from digitgui.work.background import InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from digitgui.work.teller import Teller
from model import Dataset
from model.data.duplicates import group_numbers
from model.judging.embedding import Features, map_sample, mean_images, principal_components, tsne_map
from model.large_arrays import Rows
from model.network.arrays import ImageArray, IndexArray
from model.training.suspects import Suspects, look_for_suspects

Found = TypeVar("Found")


class DataLooks(Teller):
    """Finds out, when asked, what takes a while; all of it is dropped when other data opens.

    Most of it is computed in other processes: importing scikit-learn here would hold up the window for a second.

    Attributes
    ----------
    tasks : BackgroundTasks
        Computes what is found in a moment.

    Signals
    -------
    changed()
        Something has been found out, is being looked for now, or no longer is.
    progressed()
        The search for suspects has come further.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, data: DataDocument, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self.tasks = data, activity.tasks
        failure = "The data cannot be analysed"
        self._describing = Computation[Features](
            "Analysing the pictures", SeparateProcess(activity), activity, failure=failure
        )
        self._averaging = Computation[ImageArray](
            "Averaging the digits", InThread(self.tasks), activity, failure=failure
        )
        self._grouping = Computation[IndexArray](
            "Looking for duplicates", InThread(self.tasks), activity, failure=failure
        )
        self._searching = Computation[Suspects](
            "Checking labels",
            SeparateProcess(activity),
            activity,
            failure=failure,
            tells=True,
            can_cancel=True,
        )
        self._mapping = Computation[npt.NDArray[np.float32]](
            "Laying out the map", SeparateProcess(activity), activity, failure=failure, can_cancel=True
        )
        self._all = self._describing, self._averaging, self._grouping, self._searching, self._mapping
        for computation in self._all:
            computation.changed.connect(self.changed)
            computation.failed.connect(self.failed)
        self._searching.progressed.connect(self.progressed)
        data.opened.connect(self._start_anew)
        data.changed.connect(self._see_corrections)

    @property
    def features(self) -> Features | None:
        """Each picture on the first principal components; its first two are the map."""
        return self._of_open_data(self._describing)

    @property
    def means(self) -> ImageArray | None:
        """The mean picture of each digit, uint8 of shape (10, 28, 28)."""
        return self._averaging.answer

    @property
    def repeats(self) -> IndexArray | None:
        """The group of duplicates of each picture: see `model.data.duplicates.group_numbers`."""
        return self._of_open_data(self._grouping)

    @property
    def suspects(self) -> Suspects | None:
        """The labels that are probably wrong, and the pictures that are strangest."""
        return self._of_open_data(self._searching)

    @property
    def tsne(self) -> tuple[npt.NDArray[np.float32], IndexArray] | None:
        """Places on a map, and the indices of the pictures that have one."""
        places = self._of_open_data(self._mapping)
        return None if places is None else (places, cast(IndexArray, self._mapping.basis[1]))

    @property
    def share(self) -> float:
        """How much of the check of labels is done, while it goes on."""
        return self._searching.share or 0.0

    @property
    def is_searching(self) -> bool:
        """Whether labels are being checked."""
        return self._searching.is_under_way

    @property
    def is_mapping(self) -> bool:
        """Whether t-SNE is at work."""
        return self._mapping.is_under_way

    def request_features(self) -> None:
        """Find `features` and `means`."""
        images = self._data.dataset.images
        self._describing.ask(principal_components, images, basis=(images,))
        self._average()

    def request_repeats(self) -> None:
        """Find `repeats`."""
        images = self._data.dataset.images
        self._grouping.ask(group_numbers, images, basis=(images,))

    def find_suspects(self) -> None:
        """Find `suspects`, or find them anew where labels have been corrected since."""
        images, labels = self._data.dataset.images, self._data.dataset.labels
        is_known = self.suspects is not None and np.array_equal(self.suspects.labels, labels)
        if not is_known and not self.is_searching:
            self._searching.ask_anew(
                partial(look_for_suspects, task=self._data.task), images, labels, basis=(images,)
            )

    def request_tsne(self) -> None:
        """Find `tsne`."""
        if self.features is not None and not self.is_mapping:
            indices = map_sample(self._data.dataset.labels)
            basis = (self._data.dataset.images, indices)
            self._mapping.ask_anew(tsne_map, self.features[indices], basis=basis)

    def cancel_search(self) -> None:
        """Stop checking labels."""
        self._searching.cancel()

    def cancel_map(self) -> None:
        """No longer lay out a map."""
        self._mapping.cancel()

    def _of_open_data(self, computation: Computation[Found]) -> Found | None:
        """Return what was found, unless other pictures have been opened since, which not all have heard of yet."""
        basis = computation.basis
        return computation.answer if basis and basis[0] is self._data.dataset.images else None

    def _start_anew(self) -> None:
        for computation in self._all:
            computation.clear()
        self.changed.emit()

    def _see_corrections(self) -> None:
        if self._averaging.asked:
            self._average()

    def _average(self) -> None:
        dataset = self._data.dataset
        self._averaging.title = worded("Averaging the digits", dataset.task)
        self._averaging.ask(_means, dataset, basis=(dataset,))


def _means(dataset: Dataset) -> ImageArray:
    included = dataset.included
    return mean_images(Rows(dataset.images, included), dataset.labels[included], dataset.task.count)
