"""What the open network would answer, and how well, wherever the line of doubt is drawn."""

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from model.judging.calibration import CoverageCurve, coverage_curve

__all__ = ["DoubtCurve"]

REST_MILLISECONDS = 5000
"""Between two measurements: a network that is being trained is another one many times a second."""


class DoubtCurve(QObject):
    """Reads the curve from the network's file, or computes it from the open data's held-out pictures.

    Attributes
    ----------
    curve : CoverageCurve or None
        None before it has been computed.
    source : str
        Which pictures it is about, for people.
    is_current : bool
        Whether `curve`, or the lack of it, is that of network and data as they are.
    problem : str
        Why there is none, in a sentence; empty if there is, or will be.

    Signals
    -------
    changed()
        There is another, it no longer holds, or whoever looks may ask again.
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, model: ModelDocument, data: DataDocument, tasks: BackgroundTasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._data, self._tasks = model, data, tasks
        self.curve: CoverageCurve | None = None
        self.source = self.problem = ""
        self.is_current = False
        self._is_computing = self._still_holds = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.changed)
        model.weights_changed.connect(self._mark_old)
        data.changed.connect(self._mark_old)

    def request(self) -> None:
        """Find the curve of the network as it is now, unless it is known, or one has been found just now."""
        if self.is_current or self._is_computing:
            return
        network, dataset = self._model.network, self._data.dataset
        calibration = network.card.provenance.get("calibration")
        saved = CoverageCurve.from_dict(calibration.get("curve")) if isinstance(calibration, dict) else None
        self._still_holds = True
        if saved is not None:
            self._take(saved, f"{saved.pictures:,} pictures that it was calibrated with")
            return
        if self._rest.isActive():
            return
        images, labels = dataset.part(dataset.monitor_part)
        twin = network.copy()
        self._is_computing = True

        def done(curve: CoverageCurve) -> None:
            self._is_computing = False
            self._rest.start()
            self._take(curve, f"the {dataset.monitor_part} part of {dataset.name}, {curve.pictures:,} pictures")

        def failed(error: Exception) -> None:
            self._is_computing = False
            self._rest.start()
            problem = f"The curve of doubt cannot be computed: {sentence_of(error)}"
            if problem != self.problem:  # said once, however often it is tried
                self.failed.emit(problem)
            self._take(None, "", problem)

        self._tasks.start(lambda: coverage_curve(twin.predict_proba(images), labels), done, failed)

    def _take(self, curve: CoverageCurve | None, source: str, problem: str = "") -> None:
        self.curve, self.source, self.problem = curve, source, problem
        self.is_current = self._still_holds
        self.changed.emit()

    def _mark_old(self) -> None:
        """Note that network or data are others now; what is being measured is finished, or it never would be."""
        self._still_holds = False
        if self.is_current:
            self.is_current = False
            self.changed.emit()
