"""What the open network would answer, and how well, wherever the line of doubt is drawn."""

from PySide6.QtCore import QObject, Signal

from digitgui.background import BackgroundTasks
from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.wording import sentence_of
from model.calibration import CoverageCurve, coverage_curve

__all__ = ["DoubtCurve"]


class DoubtCurve(QObject):
    """Reads the curve from the network's file, or computes it from the open data's held-out pictures.

    Attributes
    ----------
    curve : CoverageCurve or None
        None while it is being computed.
    source : str
        Which pictures it is about, for people.

    Signals
    -------
    changed()
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
        self.source = ""
        self._is_current = self._is_computing = False
        model.weights_changed.connect(self._mark_old)
        data.changed.connect(self._mark_old)

    def request(self) -> None:
        """Find the curve of the network as it is now, unless it is known."""
        if self._is_current or self._is_computing:
            return
        network, dataset = self._model.network, self._data.dataset
        calibration = network.provenance.get("calibration")
        saved = CoverageCurve.from_dict(calibration.get("curve")) if isinstance(calibration, dict) else None
        if saved is not None:
            self._take(saved, f"{saved.pictures:,} pictures that it was calibrated with")
            return
        images, labels = dataset.part(dataset.monitor_part)
        twin = network.copy()
        self._is_computing = self._is_current = True

        def done(curve: CoverageCurve) -> None:
            self._is_computing = False
            if self._is_current:
                self._take(
                    curve, f"the {dataset.monitor_part} part of {dataset.name}, {curve.pictures:,} pictures"
                )
            else:
                self.changed.emit()  # whoever looks asks again

        def failed(error: Exception) -> None:
            self._is_computing = self._is_current = False
            self.failed.emit(f"The curve of doubt cannot be computed: {sentence_of(error)}")

        self._tasks.start(lambda: coverage_curve(twin.predict_proba(images), labels), done, failed)

    def _take(self, curve: CoverageCurve, source: str) -> None:
        self.curve, self.source, self._is_current = curve, source, True
        self.changed.emit()

    def _mark_old(self) -> None:
        if self._is_current:
            self._is_current, self.curve = False, None
            self.changed.emit()
