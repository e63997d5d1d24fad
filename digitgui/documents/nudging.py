"""What comes of nudging a number of the network that is looked into."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from digitgui.documents.inspection import Inspection
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from model.inspection.nudging import Nudged, Nudger, Place
from model.inspection.trace import Unit
from model.network.arrays import ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

__all__ = ["BIAS", "UNIT", "WEIGHT", "NudgeAnswer", "Nudging"]

UNIT, WEIGHT, BIAS = range(3)
"""What is nudged: the pinned number, a weight that makes it, or its bias."""


@dataclass(frozen=True, eq=False, slots=True)
class NudgeAnswer:
    """What came of it.

    Attributes
    ----------
    nudger : Nudger
        Both passes, for the next question.
    nudged : Nudged
    shape : tuple of int
        Of the array that the number is in.
    unit : Unit
        The pinned number.
    is_made : bool
        Whether a kernel or a weight matrix makes it, which a pixel's is not.
    """

    nudger: Nudger
    nudged: Nudged
    shape: tuple[int, ...]
    unit: Unit
    is_made: bool


class Nudging(QObject):
    """Nudges the pinned number, or one that makes it, in a thread of its own.

    Signals
    -------
    changed()
        There is another answer, or the one there was holds no longer: what is seen calls `request`.
    """

    changed = Signal()

    def __init__(self, inspection: Inspection, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._what, self._amount = UNIT, 0.05
        self._at: tuple[int, ...] | None = None
        self._nudger: Nudger | None = None
        self._asking = Computation[NudgeAnswer](
            "", InThread(BackgroundTasks(activity)), activity, failure="The number cannot be nudged"
        )
        self._asking.done.connect(self._take)
        self._asking.failed.connect(self.changed)
        inspection.changed.connect(self._see_inspection)
        inspection.pinned.connect(self._see_pin)

    @property
    def unit(self) -> Unit | None:
        """The pinned number."""
        return self._inspection.unit

    @property
    def what(self) -> int:
        """Which number is nudged."""
        return self._what

    @property
    def answer(self) -> NudgeAnswer | None:
        """What came of the last nudge; None while nothing is pinned."""
        answer = self._asking.answer
        return answer if answer is not None and self.unit == answer.unit else None

    @property
    def problem(self) -> str:
        """Why there is no answer, in a sentence."""
        return self._asking.problem

    @property
    def is_current(self) -> bool:
        """Whether `answer` is that of what is asked now."""
        return self._asking.is_current

    def choose(self, what: int) -> None:
        """Nudge the pinned number, the weight with the largest gradient of those that make it, or its bias."""
        self._what, self._at = what, None
        self._outdate()

    def choose_weight(self, at: tuple[int, ...]) -> None:
        """Nudge the weight at this place in the kernel, or the row of the weight matrix, of the number."""
        self._at = at
        self._outdate()

    def set_amount(self, amount: float) -> None:
        """Nudge by so much."""
        self._amount = amount
        self._outdate()

    def request(self) -> None:
        """Find out what comes of it, unless that is known."""
        inspection, unit = self._inspection, self.unit
        if self._asking.is_under_way:
            if self._asking.is_outdated:
                self._asking.afterwards(self.request)
        elif (
            unit is not None and inspection.picture is not None and self._is_there(unit) and not self._asking.holds
        ):
            base = self._nudger or (inspection.network.copy(), inspection.picture.copy(), inspection.label)
            self._asking.ask_anew(_nudged, base, unit, self._what, self._at, self._amount)

    def _is_there(self, unit: Unit) -> bool:
        """Whether the network has such a number: it is pinned until both passes of another network are known."""
        network = self._inspection.network
        shapes = dict(zip(("input", *network.layer_names), network.shapes, strict=True))
        shape = shapes.get(unit.layer, ())
        return len(shape) == len(unit.index) and all(
            place < size for place, size in zip(unit.index, shape, strict=True)
        )

    def _see_inspection(self) -> None:
        self._nudger = None
        self._outdate()

    def _see_pin(self) -> None:
        self._at = None
        self._outdate()

    def _outdate(self) -> None:
        self._asking.outdate()
        self.changed.emit()

    def _take(self, answer: NudgeAnswer) -> None:
        if self._asking.holds:  # else it may be of a network or a picture before
            self._nudger = answer.nudger
        self.changed.emit()


Base = Nudger | tuple[Network, ImageArray, int | None]


@one_blas_thread()
def _nudged(base: Base, unit: Unit, what: int, at: tuple[int, ...] | None, amount: float) -> NudgeAnswer:
    nudger = base if isinstance(base, Nudger) else Nudger(*base)
    strongest, bias = nudger.strongest_weight(unit), nudger.bias_of(unit)
    place: Place = unit
    if what == WEIGHT and strongest is not None:
        chosen = (strongest.index[0], *(at or strongest.index[1:]))
        shape = nudger.shape_of(strongest)
        is_there = len(chosen) == len(shape) and all(i < size for i, size in zip(chosen, shape, strict=True))
        place = type(strongest)(strongest.parameter, chosen) if is_there else strongest
    elif what == BIAS and bias is not None:
        place = bias
    return NudgeAnswer(
        nudger, nudger.nudge(place, amount), nudger.shape_of(place), unit, is_made=strongest is not None
    )
