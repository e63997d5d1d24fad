"""Whether the open network, and the curves of the last run, belong to the data as they are now."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_difference import difference
from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.runs.trainings import Trainings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model import Dataset
from model.runs.provenance import describe_data


class DataMatch(Teller):
    """Compares data with data in the background, whenever one of them may have become another.

    Attributes
    ----------
    of_model : str
        How the data that the open network learned from differ from the open data, in a sentence; empty if they do
        not, or come from elsewhere.
    of_curves : str
        The same of the run that is shown on the Train page, wherever its data come from.

    Signals
    -------
    changed()
        One of the two is other than before.
    """

    changed = Signal()

    def __init__(
        self,
        model: ModelDocument,
        data: DataDocument,
        trainings: Trainings,
        tasks: BackgroundTasks,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._data, self._trainings = model, data, trainings
        self._comparing = Computation[tuple[str, str]]("Comparing data", InThread(tasks), activity)
        self._comparing.done.connect(self._take)
        self._comparing.failed.connect(self.failed)
        self.of_model = self.of_curves = ""
        self._soon = QTimer(self, singleShot=True, interval=0)  # what changes together is compared once
        self._soon.timeout.connect(self._compare)
        for change in (model.changed, data.changed, trainings.run.state_changed):
            change.connect(self._soon.start)
        self._soon.start()

    def _compare(self) -> None:
        dataset, status = self._data.dataset, self._trainings.status
        trained_on = status.dataset if status else None
        learned_from: object = self._model.network.card.provenance.get("data")
        if status and status.is_of(self._model.network):
            learned_from = trained_on
        self._comparing.ask_anew(_differences, dataset, learned_from, trained_on)

    def _take(self, found: tuple[str, str]) -> None:
        if found != (self.of_model, self.of_curves):
            self.of_model, self.of_curves = found
            self.changed.emit()


def _differences(dataset: Dataset, learned_from: object, trained_on: Dataset | None) -> tuple[str, str]:
    """Compare for the network and for the curves; takes a moment where a fingerprint is not known yet."""
    known = describe_data(learned_from) if isinstance(learned_from, Dataset) else learned_from
    now = describe_data(dataset)
    of_model = of_curves = ""
    if isinstance(known, Mapping) and known.get("source_sha256") == now["source_sha256"]:
        of_model = difference(known, now)
    if trained_on is not None and trained_on is not dataset:
        of_curves = difference(describe_data(trained_on), now)
    return of_model, of_curves
