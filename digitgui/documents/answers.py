"""What the open network makes of every picture of the open data set."""

from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.work.background import InThread
from digitgui.work.computation import Activity, Computation
from model.data.dataset import Dataset
from model.judging.belonging import check_belongs, misfit_of
from model.judging.ensemble import AnyNetwork, answer_alike
from model.large_arrays import release
from model.network.arrays import ImageArray, IndexArray
from model.network.task import Task

Probabilities = npt.NDArray[np.float32]

UNSURE = 0.9
"""An answer whose probability is below this is unsure."""
PICTURES_AT_ONCE = 250


def answer_all(network: AnyNetwork, images: ImageArray, on_progress: Callable[[float], object]) -> Probabilities:
    """Ask a network for all pictures, a few at a time.

    Parameters
    ----------
    network : Network or Ensemble
        Nothing else uses it meanwhile.
    images : ndarray of uint8, as the network takes them
    on_progress : callable
        Is given the share done so far.

    Returns
    -------
    ndarray of float32, shape (n, classes)
    """
    rows = np.empty((len(images), network.classes), np.float32)
    for start in range(0, len(images), PICTURES_AT_ONCE):
        on_progress(start / len(images))
        rows[start : start + PICTURES_AT_ONCE] = network.predict_proba(images[start : start + PICTURES_AT_ONCE])
        release(images)
    return rows


def answer_data(network: AnyNetwork, dataset: Dataset, on_progress: Callable[[float], object]) -> Probabilities:
    """Ask a network for all pictures of a data set: as `answer_all`.

    Raises
    ------
    DataFormatError
        If the two do not belong together.
    """
    check_belongs(network, dataset)
    return answer_all(network, dataset.images, on_progress)


class Answers(Computation[Probabilities]):
    """Computes the probabilities of all pictures in the background, when they are asked for."""

    def __init__(self, model: ModelDocument, data: DataDocument, activity: Activity) -> None:
        super().__init__(
            "Asking the network",
            InThread(activity.tasks),
            activity,
            failure="The network cannot answer",
            tells=True,
            can_cancel=True,
        )
        self._model, self._data = model, data
        self._network: AnyNetwork | None = None  # a copy of the one that was asked last
        model.weights_changed.connect(self._see_weights)
        data.opened.connect(self.forget)

    @property
    def name(self) -> str:
        """What the network was called that gave them."""
        return cast(str, self.basis[0]) if self.basis else ""

    @property
    def probabilities(self) -> Probabilities | None:
        """An array of shape (n, classes); None before they have been computed for the open pictures.

        While other data are being opened, some listeners hear of it before these answers are forgotten.
        """
        return self.answer if self.basis and self.basis[1] is self._data.dataset.images else None

    @property
    def task(self) -> Task:
        """What the network is about that gave them; as the data are if there are none."""
        return cast(Task, self.basis[2]) if self.basis else self._data.dataset.task

    @property
    def misfit(self) -> str:
        """Why the open network cannot answer the open pictures, in a sentence; empty if it can."""
        problem = misfit_of(self._model.network, self._data.dataset)
        return f"{problem[:1].upper()}{problem[1:]}." if problem else ""

    def request(self) -> None:
        """Compute them unless they are known, or being computed; anew after those of an earlier network."""
        if self.is_under_way:
            if self.is_outdated:
                self.afterwards(self.request)
        elif not self.is_current:
            model, dataset = self._model, self._data.dataset
            basis = model.name, dataset.images, model.task
            self._network = model.network.copy()
            self.ask_anew(answer_data, self._network, dataset, basis=basis)

    def _see_weights(self) -> None:
        """Hold again where the same network has come back: a lesson was left, a step was undone."""
        if self._network is not None and answer_alike(self._network, self._model.network):
            self.renew()
        else:
            self.outdate()

    def answers(self) -> IndexArray:
        """The most probable class of each picture; only where there are `probabilities`."""
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
