"""What is looked into: a picture, the network that answers it, and one number of it that is pinned."""

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.inspection.trace import Trace, Unit, trace
from model.judging.belonging import misfit_of
from model.judging.ensemble import members_of
from model.network.arrays import ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

__all__ = ["Inspection"]

PACE_MILLISECONDS = 40
"""While the network is trained, it is looked into no more often."""


class Inspection(Teller):
    """Computes both passes of a picture in a thread of its own, when a view that is seen asks for it.

    Signals
    -------
    changed()
        The picture, the label or the network are others: what is seen calls `request`.
    traced()
        There is another `trace`.
    pinned()
        Another number is pinned, or none.
    """

    changed = Signal()
    traced = Signal()
    pinned = Signal()

    def __init__(
        self, model: ModelDocument, data: DataDocument, activity: Activity, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._data = model, data
        self._drawn: ImageArray | None = None
        self._index: int | None = None
        self._chosen_label: int | None = None
        self._other: tuple[Network, str] | None = None
        self.made_of: tuple[Network, ...] = ()
        self._unit: Unit | None = None
        self._copy: Network | None = None  # for the other thread
        self._tracing = Computation[Trace](
            "", InThread(BackgroundTasks(activity)), activity, failure="The network cannot be looked into"
        )
        self._tracing.done.connect(self._take)
        self._tracing.failed.connect(self.failed)
        self._pace = QTimer(self, singleShot=True, interval=PACE_MILLISECONDS)
        self._pace.timeout.connect(self._forget_copy)
        model.weights_changed.connect(self._see_weights)
        data.opened.connect(self._see_data)
        data.changed.connect(self._outdate)

    # what is looked at

    @property
    def index(self) -> int | None:
        """The picture of the open data that is looked at; None for the drawing."""
        return self._index

    @property
    def picture(self) -> ImageArray | None:
        """The picture, as the network takes it; None while there is none, or it is of another form."""
        picture = self._drawn if self._index is None else self._data.dataset.images[self._index]
        fits = picture is not None and picture.shape == self.network.task.array_shape
        return picture if fits else None

    @property
    def problem(self) -> str:
        """Why the picture of the data cannot be looked at, in a sentence; empty if it can."""
        if self._index is None:
            return ""
        task, data = self.network.task, self._data.dataset.task
        if task.picture_shape == data.picture_shape:
            return ""
        return (
            f"The network takes pictures of {task.words_of_shape()}, those of the data have"
            f" {data.words_of_shape()}."
        )

    @property
    def label(self) -> int | None:
        """The class that the loss is measured against: chosen, or that of the data; None for the answer itself."""
        task = self.network.task
        if self._chosen_label is not None and self._chosen_label < task.count:
            return self._chosen_label
        if self._index is None or misfit_of(self.network, self._data.dataset):
            return None
        return int(self._data.dataset.labels[self._index])

    @property
    def chosen_label(self) -> int | None:
        """The class that the user has chosen to measure the loss against, if any."""
        return self._chosen_label

    @property
    def network(self) -> Network:
        """The network that is looked into, which belongs to this thread; the first one of an ensemble."""
        return self._other[0] if self._other else members_of(self._model.network)[0]

    @property
    def title(self) -> str:
        """What that network is called."""
        return self._other[1] if self._other else self._model.name

    @property
    def is_of_open_network(self) -> bool:
        """Whether it is the open network, and no other that a view has put in its place."""
        return self._other is None

    @property
    def trace(self) -> Trace | None:
        """Both passes; None before there are any, or where there is no picture."""
        return None if self.picture is None else self._tracing.answer

    @property
    def is_current(self) -> bool:
        """Whether `trace` is that of picture, label and network as they are."""
        return self._tracing.is_current

    @property
    def unit(self) -> Unit | None:
        """The number that is pinned."""
        return self._unit

    # what can be done

    def show_drawing(self, picture: ImageArray | None) -> None:
        """Take what the network sees of the drawing; it is looked at unless a picture of the data is."""
        self._drawn = picture
        if self._index is None:
            self._outdate()

    def choose_drawing(self) -> None:
        """Look at the drawing."""
        self._choose(None)

    def choose_picture(self, index: int) -> None:
        """Look at a picture of the open data."""
        self._choose(index)

    def choose_label(self, label: int | None) -> None:
        """Measure the loss against a class; against the picture's own, or the answer, for None."""
        self._chosen_label = label
        self._outdate()

    def look_at(self, network: Network | None, title: str = "", made_of: tuple[Network, ...] = ()) -> None:
        """Look into another network, such as that of an earlier epoch; into the open one for None.

        A copy of a copy says which ones it was `made_of`: they are not gone, and come back when it is discarded.
        """
        self._other = (network, title) if network else None
        self.made_of = made_of
        self._forget_copy()

    def pin(self, unit: Unit | None) -> None:
        """Pin a number, or none."""
        if unit != self._unit:
            self._unit = unit
            self.pinned.emit()

    def request(self) -> None:
        """Compute both passes unless they are known; a view that is seen calls this at every `changed`."""
        if self._tracing.is_under_way:
            if self._tracing.is_outdated:
                self._tracing.afterwards(self.request)
        elif self.picture is not None and not self._tracing.is_current:
            if self._copy is None or self._copy.task != self.network.task:  # another may just have been opened
                self._copy = self.network.copy()
            self._tracing.ask_anew(_traced, self._copy, self.picture.copy(), self.label)

    def _choose(self, index: int | None) -> None:
        self._index, self._chosen_label = index, None
        self._outdate()

    def _see_weights(self) -> None:
        if self._other is None and not self._pace.isActive():
            self._pace.start()

    def _see_data(self) -> None:
        if self._index is None:
            self._outdate()
        else:
            self._choose(None)

    def _forget_copy(self) -> None:
        self._copy = None
        self._outdate()

    def _outdate(self) -> None:
        self._tracing.outdate()
        self.changed.emit()

    def _take(self, found: Trace) -> None:
        unit = self._unit
        if unit is not None and not found.has(unit):
            self._unit = None
        self.traced.emit()
        if unit != self._unit:
            self.pinned.emit()


def _traced(network: Network, picture: ImageArray, label: int | None) -> Trace:
    """Trace on one thread of BLAS: for one picture, several wait for one another longer than they compute."""
    with one_blas_thread():
        return trace(network, picture, label)
