"""Training pictures that explain: the nearest to this one for the network, and those that excite a map most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer

from digitgui.pages.inspect.why_panel import WhyPanel
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, column_of, label, show_text
from digitgui.widgets.pictures.captioned_pictures import CaptionedPictures
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Computation
from model.data.dataset import Dataset
from model.inspection.receptive_field import receptive_field
from model.inspection.sampled_pictures import (
    Excitement,
    excitement,
    feature_layer,
    features_in,
    hidden_features,
    training_sample,
)
from model.inspection.trace import Trace, Unit
from model.judging.embedding import Features, nearest_to
from model.network.arrays import ImageArray, IndexArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

COUNT = 8
SIDE = 60
REST_MILLISECONDS = 500
"""While the network is trained, all pictures are not asked anew: only once it has not changed for so long."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """What a network makes of many pictures.

    Attributes
    ----------
    dataset : Dataset
    indices : ndarray of int
        Which of its pictures.
    layer : str
        Where it was looked.
    found : Features or Excitement
        What was computed, picture by picture.
    """

    dataset: Dataset
    indices: IndexArray
    layer: str
    found: Any

    @property
    def extent(self) -> str:
        """How many pictures were searched, in a sentence."""
        count = len(self.dataset.indices("train"))
        if len(self.indices) == count:
            return f"All {count:,} training pictures were searched."
        return f"{len(self.indices):,} of the {count:,} training pictures were searched."


class SamplePanel(WhyPanel):
    """Computes something of many training pictures once for each network, and picks some of them.

    Attributes
    ----------
    pictures : CaptionedPictures
    """

    def __init__(self, session: Session, tasks: BackgroundTasks, title: str, sampling: str, name: str) -> None:
        super().__init__(session, tasks, title)
        self._sampling = Computation[Sampled](
            sampling,
            InThread(BackgroundTasks(session.activity)),
            session.activity,
            failure="The training pictures cannot be compared",
            tells=True,
        )
        self._sampling.done.connect(lambda _sampled: self.request())
        self._sampling.failed.connect(self._fail)
        self._version = 0  # of the weights of the open network
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.request)
        session.model.weights_changed.connect(self._see_weights)
        self.pictures = CaptionedPictures(COUNT, SIDE, name)
        self._told, self._stale = label(wrap=True), label(name="muted", wrap=True)
        column_of(self.pictures, self._told, self._stale, self._sentence, STRETCH, inside=self, spacing=6)

    def _sample(self, trace: Trace, layer: str, numbers: int, compute: Callable[..., Any]) -> Sampled | None:
        """Return what was computed of all; ask for it where it is not known, or is that of another network.

        Parameters
        ----------
        trace : Trace
        layer : str
            Where it is looked.
        numbers : int
            How many numbers are kept of each picture.
        compute : callable
            Given the network, pictures, the layer and what tells the progress.
        """
        network, dataset = self._inspection.network, self._session.data.dataset
        version = self._version if self._inspection.is_of_open_network else 0
        basis = network, version, dataset, layer, *trace.layer(layer).output_shape
        sampling = self._sampling
        is_known = sampling.answer is not None and sampling.basis[2:] == basis[2:]
        is_same = is_known and sampling.basis == basis
        is_asked = sampling.is_under_way and sampling.asked[2:] == basis[2:]  # it asks again when that is done
        if not (is_same or is_asked or (is_known and self._rest.isActive())):
            indices = training_sample(dataset, numbers)
            sampling.ask(_sampled, compute, network.copy(), dataset, indices, layer, basis=basis)
        if not is_known:
            self._say_only("Asking the network about the training pictures…")
            return None
        show_text(self._stale, "" if is_same else "The network has changed since: this is how it was before.")
        return sampling.answer

    def _say_only(self, text: str) -> None:
        """Show a sentence and no pictures."""
        self.pictures.show_pictures((), ())
        for words in (self._told, self._stale):
            show_text(words, "")
        show_text(self._sentence, text)

    def _see_weights(self) -> None:
        self._version += 1
        self._rest.start()


class NearestPanel(SamplePanel):
    """Shows the training pictures whose features, for the network, are nearest to those of the picture."""

    def __init__(self, session: Session, tasks: BackgroundTasks) -> None:
        name = "Nearest training picture"
        super().__init__(session, tasks, "Searching for pictures", "Asking about the training pictures", name)

    def _explain(self, trace: Trace) -> None:
        layer = feature_layer(self._inspection.network)
        sampled = self._sample(trace, layer, len(features_in(trace)), _features)
        if sampled is not None:
            self._ask(_nearest, sampled, trace, self._inspection.index, basis=(trace, sampled))

    def _show(self, found: tuple[Sampled, int, IndexArray, list[float]]) -> None:
        sampled, answer, chosen, distances = found
        labels, names = sampled.dataset.labels[chosen], sampled.dataset.task.class_names
        captions = [f"{names[digit]} · {distance:.1f}" for digit, distance in zip(labels, distances, strict=True)]
        self.pictures.show_pictures(list(sampled.dataset.images[chosen]), captions)
        name = self._inspection.network.class_names[answer]
        same, width = int((labels == answer).sum()), sampled.found.shape[1]
        text = (
            f"{same} of the {len(chosen)} nearest training pictures have the label {name}, which is the answer."
            f" Below each: its label, and how far it is from this picture in the {width:,} numbers that"
            f" {sampled.layer} hands to the last layer. {sampled.extent}"
        )
        show_text(self._told, text if len(chosen) else "There is no other training picture.")


class ExcitingPanel(SamplePanel):
    """Shows the training pictures that excite the map of the pinned number most."""

    def __init__(self, session: Session, tasks: BackgroundTasks) -> None:
        name = "Exciting training picture"
        super().__init__(session, tasks, "Searching for pictures", "Asking about the training pictures", name)
        self._inspection.pinned.connect(self.request)

    def _explain(self, trace: Trace) -> None:
        unit = self._inspection.unit
        if unit is None or unit.layer == "input" or not trace.has(unit):
            self._say_only("Pin a number of a layer to see which pictures excite its map most.")
            return
        sampled = self._sample(trace, unit.layer, 2 * trace.layer(unit.layer).output_shape[0], excitement)
        if sampled is not None:
            show_text(self._sentence, "")
            self._show_strongest(sampled, trace, unit)

    def _show_strongest(self, sampled: Sampled, trace: Trace, unit: Unit) -> None:
        found, kind = sampled.found, "map" if len(unit.index) > 1 else "unit"
        assert isinstance(found, Excitement)
        chosen = found.strongest(unit.index[0], COUNT)
        values, pictures = found.values[chosen, unit.index[0]], sampled.indices[chosen]
        labels, names = sampled.dataset.labels[pictures], sampled.dataset.task.class_names
        captions = [f"{names[digit]} · {value:.2f}" for digit, value in zip(labels, values, strict=True)]
        places = (
            [(unit.index[0], *found.place(int(one), unit.index[0])) for one in chosen] if kind == "map" else []
        )
        fields = [receptive_field(trace.layers, Unit(unit.layer, place)) for place in places]
        frames = [(rows, columns) for _, rows, columns in fields]
        self.pictures.show_pictures(list(sampled.dataset.images[pictures]), captions, frames)
        show_text(
            self._told,
            f"These excite {unit.layer}, {kind} {unit.index[0]} most. Below each: its label, and the largest"
            f" number of the {kind}{', framed with what it can see' * bool(frames)}. {sampled.extent}",
        )

    def _show(self, found: Any) -> None:
        """Do nothing: of one picture, nothing is computed."""


@one_blas_thread()
def _sampled(
    compute: Callable[..., Any],
    network: Network,
    dataset: Dataset,
    indices: IndexArray,
    layer: str,
    on_progress: Callable[[float], object],
) -> Sampled:
    return Sampled(dataset, indices, layer, compute(network, dataset.images[indices], layer, on_progress))


def _features(
    network: Network,
    images: ImageArray,
    layer: str,  # noqa: ARG001  always the last hidden one
    on_progress: Callable[[float], object],
) -> Features:
    return hidden_features(network, images, on_progress)


def _nearest(sampled: Sampled, trace: Trace, own: int | None) -> tuple[Sampled, int, IndexArray, list[float]]:
    """Return the answer, the nearest pictures, without the picture itself, and how far they are."""
    point = features_in(trace)
    itself = np.flatnonzero(sampled.indices == own)
    chosen = nearest_to(sampled.found, point, COUNT, left_out=int(itself[0]) if len(itself) else None)
    distances = np.sqrt(((sampled.found[chosen] - point) ** 2).sum(axis=1))
    return sampled, trace.answer, sampled.indices[chosen], distances.tolist()
