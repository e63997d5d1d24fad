"""Operations on a copy of the network that is looked into, until it is kept or they are undone."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.data_document import DataDocument
from digitgui.documents.inspected_copy import InspectedCopy, problem_of_replacing
from digitgui.documents.inspection import Inspection
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.replacement import Replacement
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.turns import Turns, Wish
from model.errors import ModelError
from model.inspection.surgery import Operation, Surgery, in_words
from model.inspection.time_machine import MOST_PICTURES, some_of
from model.judging.belonging import misfit_of
from model.network.arrays import ImageArray, LabelArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread
from model.runs.provenance import describe_surgery

MOST_MULTIPLICATIONS = 9_000_000_000
"""A slow network answers fewer pictures: it takes no more than about half a second on one core of a laptop."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the network is right before and after the operations.

    Attributes
    ----------
    pictures : int
        Of the validation part.
    before, after : int
        Right answers.
    """

    pictures: int
    before: int
    after: int


class Operating(Computation[Accuracy]):
    """Knows the operations and the copy, and measures its accuracy.

    What `digitgui.documents.inspection.Inspection` looks into is operated on, and it looks into the copy then.

    Signals
    -------
    operated()
        There are other operations, or the accuracy is to be measured on other data.
    kept(str)
        One sentence that the user should read; what it tells of can be undone.
    """

    operated = Signal()
    kept = Signal(str)

    def __init__(
        self,
        inspection: Inspection,
        model: ModelDocument,
        data: DataDocument,
        undo_stack: QUndoStack,
        turns: Turns,
        activity: Activity,
    ) -> None:
        super().__init__(
            "Measuring the changed network",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The changed network cannot be measured",
        )
        self._inspection, self._model, self._data = inspection, model, data
        self._undo_stack, self._turns = undo_stack, turns
        self._surgery: Surgery | None = None
        self._copy = InspectedCopy(inspection)
        inspection.changed.connect(self._see_inspection)
        data.opened.connect(self._see_data)
        data.changed.connect(self._see_data)

    @property
    def operations(self) -> tuple[str, ...]:
        """What has been done to the copy, in words, in its order."""
        surgery = self._surgery
        return tuple(in_words(one, surgery.original) for one in surgery.operations) if surgery else ()

    @property
    def count(self) -> int:
        """How many operations there are."""
        return len(self._surgery.operations) if self._surgery else 0

    @property
    def original(self) -> Network | None:
        """The network before all operations; None if there are none."""
        return self._surgery.original if self._surgery else None

    @property
    def name(self) -> str:
        """What the copy is called."""
        return f"{self._copy.plain_name}, changed"

    @property
    def origin(self) -> str:
        """What the network was called that the copy was made of."""
        return self._copy.origin_name

    @property
    def accuracy(self) -> Accuracy | None:
        """Of the copy as it is; None while it is not known."""
        return self.answer if self._surgery and self.is_current else None

    def operate(self, operation: Operation) -> None:
        """Change the copy, or make one of the network that is looked into."""
        if self._is_hindered():
            return
        surgery = self._surgery or Surgery(self._inspection.network)
        try:
            surgery.apply(operation)
        except ModelError as error:
            self.failed.emit(sentence_of(error))
            return
        if self._surgery is None:
            self._copy.begin()
            self._surgery = surgery
        self._look()

    def undo(self) -> None:
        """Take the last operation back."""
        if not self._surgery or self.count == 1:
            self.discard()
        elif not self._is_hindered():
            self._surgery.undo()
            self._look()

    def discard(self) -> None:
        """Take all operations back, and look into the network that the copy was made of."""
        if self._surgery and not self._is_hindered():
            self._drop()
            self._copy.leave()

    def keep(self) -> None:
        """Put the copy in the place of the open network; can be undone."""
        surgery = self._surgery
        if surgery is None or self._is_hindered() or self._turns.refuses(Wish.KEEP_COPY):
            return
        if problem := problem_of_replacing(self._model):
            self.failed.emit(problem)
            return
        name, network = self.name, surgery.changed.copy()
        network.card.provenance = describe_surgery(network, self._copy.origin_name, self.operations)
        self._drop()
        self._inspection.look_at(None)
        self._undo_stack.push(
            Replacement("keeping the changed network", self._model, network, name, self.failed.emit)
        )
        self.kept.emit(f"Now using {name}.")

    def request(self) -> None:
        """Measure the copy unless that is known; a view that is seen calls this at every `operated`."""
        surgery, dataset = self._surgery, self._data.dataset
        if surgery is None or misfit_of(surgery.original, dataset):
            return
        before = self.answer.before if self.answer and self.basis[1:] == (dataset, surgery) else None
        images, labels = _measured_on(surgery.original, *dataset.part("validation"))
        networks = surgery.original.copy(), surgery.changed.copy()
        self.ask(_accuracy, *networks, images, labels, before, basis=(surgery.changed, dataset, surgery))

    def _look(self) -> None:
        assert self._surgery is not None
        self.outdate()
        self._copy.look(self._surgery.changed, self.name)
        self.operated.emit()

    def _drop(self) -> None:
        self._surgery = None
        self.forget()
        self.operated.emit()

    def _see_inspection(self) -> None:
        """Drop the operations where another network has been put in the place of the copy."""
        if self._surgery and self._copy.is_gone:
            self._drop()

    @property
    def is_seen(self) -> bool:
        """Whether there is a copy, and the page looks into it."""
        return bool(self._surgery) and self._copy.is_seen

    def _is_hindered(self) -> bool:
        """Tell whether another copy, made of this one, has to be kept or discarded first; the user hears so."""
        hindrance = self._copy.hindrance if self._surgery else ""
        if hindrance:
            self.failed.emit(hindrance)
        return bool(hindrance)

    def _see_data(self) -> None:
        if self._surgery:
            self.outdate()
            self.operated.emit()


def _measured_on(network: Network, images: ImageArray, labels: LabelArray) -> tuple[ImageArray, LabelArray]:
    most = max(1, MOST_MULTIPLICATIONS // max(1, network.multiplications))
    return some_of(images, labels, min(MOST_PICTURES, most))


@one_blas_thread()
def _accuracy(
    original: Network, changed: Network, images: ImageArray, labels: LabelArray, before: int | None
) -> Accuracy:
    """Count right answers; those before the operations only if they are not known."""
    if before is None:
        before = _right(original, images, labels)
    return Accuracy(len(images), before, _right(changed, images, labels))


def _right(network: Network, images: ImageArray, labels: LabelArray) -> int:
    return int((network.predict_proba(images).argmax(axis=1) == labels).sum())
