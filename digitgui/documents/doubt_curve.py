"""What the open network would answer, and how well, wherever the line of doubt is drawn."""

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.work.background import InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model import Dataset
from model.judging.belonging import check_belongs, misfit_of
from model.judging.calibration import CoverageCurve, coverage_curve
from model.judging.ensemble import AnyNetwork

REST_MILLISECONDS = 5000
"""Between two measurements: a network that is being trained is another one many times a second."""


class DoubtCurve(Teller):
    """Reads the curve from the network's file, or computes it from the open data's validation pictures.

    Signals
    -------
    changed()
        There is another, it no longer holds, or it may be asked for again.
    """

    changed = Signal()

    def __init__(
        self, model: ModelDocument, data: DataDocument, activity: Activity, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._data = model, data
        self._told = ""  # the last problem: said once, however often it is tried
        self._measuring = Computation[tuple[CoverageCurve, str]](
            "Measuring doubtful answers",
            InThread(activity.tasks),
            activity,
            failure="The doubtful answers cannot be measured",
        )
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.changed)
        self._measuring.done.connect(self._see_answer)
        self._measuring.failed.connect(self._fail)
        self._measuring.changed.connect(self.changed)
        model.weights_changed.connect(self._measuring.outdate)
        data.changed.connect(self._measuring.outdate)

    @property
    def curve(self) -> CoverageCurve | None:
        """None before it has been computed."""
        return self._measuring.answer[0] if self._measuring.answer and not self.problem else None

    @property
    def source(self) -> str:
        """Which pictures it is about, for people."""
        return self._measuring.answer[1] if self._measuring.answer else ""

    @property
    def problem(self) -> str:
        """Why there is none, in a sentence; empty if there is, or will be."""
        return self._measuring.problem or self._mismatch

    @property
    def _mismatch(self) -> str:
        """Why it cannot be measured on the open data; empty if it can, or need not be."""
        problem = None if self._saved else misfit_of(self._model.network, self._data.dataset)
        return f"These data cannot be used to measure it: {problem}." if problem else ""

    @property
    def _saved(self) -> CoverageCurve | None:
        """The curve in the network's file, if it has one."""
        calibration = self._model.network.card.provenance.get("calibration")
        return CoverageCurve.from_dict(calibration.get("curve")) if isinstance(calibration, dict) else None

    @property
    def is_current(self) -> bool:
        """Whether `curve` is that of network and data as they are."""
        return self._measuring.is_current

    def request(self) -> None:
        """Find the curve of the network as it is now, unless it is known, or one has been found just now."""
        if self._measuring.holds or self._measuring.is_under_way:
            return
        network, dataset = self._model.network, self._data.dataset
        saved = self._saved
        if self._mismatch:
            return
        if saved is not None:
            self._measuring.put((saved, f"{saved.pictures:,} calibration pictures"))
        elif not self._rest.isActive():
            self._measuring.ask(_measured, network.copy(), dataset)

    def _see_answer(self) -> None:
        self._told = ""
        self._rest.start()

    def _fail(self, problem: str) -> None:
        self._rest.start()
        if problem != self._told:
            self._told = problem
            self.failed.emit(problem)


def _measured(network: AnyNetwork, dataset: Dataset) -> tuple[CoverageCurve, str]:
    check_belongs(network, dataset)
    images, labels = dataset.part("validation")
    curve = coverage_curve(network.predict_proba(images), labels)
    return curve, f"the validation part of {dataset.name}, {curve.pictures:,} pictures"
