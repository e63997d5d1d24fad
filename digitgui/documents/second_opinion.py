"""What another network makes of every picture of the open data set."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from digitgui.documents.answers import Probabilities, answer_data
from digitgui.documents.data_document import DataDocument
from digitgui.installation.shipped import DEFAULT, open_reader
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from digitgui.work.teller import Teller
from model.data.dataset import Dataset
from model.judging.comparison import Comparison, compare
from model.network.arrays import IndexArray


class SecondOpinion(Teller):
    """Asks a network beside the open one, and compares the two; all of it is dropped when other data opens.

    Signals
    -------
    changed()
        There is another network, it has answered, or it has been compared.
    progressed()
        It has come further.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, data: DataDocument, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._asking = Computation[Probabilities](
            "", InThread(BackgroundTasks(activity)), activity, tells=True, can_cancel=True
        )
        self._comparing = Computation[Comparison](
            "Comparing two networks",
            SeparateProcess(activity),
            activity,
            failure="The networks cannot be compared",
        )
        for computation in (self._asking, self._comparing):
            computation.changed.connect(self.changed)
        self._asking.progressed.connect(self.progressed)
        self._asking.failed.connect(self.failed)
        self._comparing.failed.connect(self._fail)
        data.opened.connect(self.drop)

    @property
    def name(self) -> str:
        """What the other network is called; empty if there is none."""
        return self._network[0]

    @property
    def source(self) -> str:
        """``default``, or its file; empty if there is none."""
        return self._network[1]

    @property
    def probabilities(self) -> Probabilities | None:
        """An array of shape (n, classes); None before they have been computed."""
        return None if self._asking.is_under_way else self._asking.answer

    @property
    def comparison(self) -> Comparison | None:
        """Of the pictures that were last handed to `compare_with`; its indices count these."""
        rows, basis = self.probabilities, self._comparing.basis
        is_to_come = self._comparing.is_under_way or rows is None or not basis or basis[0] is not rows
        return None if is_to_come else self._comparing.answer

    @property
    def share(self) -> float | None:
        """How much is done of what is being computed; None if nothing is."""
        return self._asking.share

    def ask(self, source: str, name: str = "") -> None:
        """Open ``default`` or a model file, and ask it for every picture, in the background.

        What was shown before is shown again if that fails.

        Parameters
        ----------
        source : str
        name : str, optional
            What to call it; as the file if not given.
        """
        name = name or (DEFAULT if source == DEFAULT else Path(source).stem)
        self._asking.title = f"Comparing with {name}"
        self._comparing.cancel()
        self._asking.ask_anew(_answers_of, source, self._data.dataset, basis=(name, source))

    def drop(self) -> None:
        """Forget the other network, or ask it no further."""
        self._asking.forget()
        self._comparing.forget()

    def compare_with(self, answers: IndexArray, indices: IndexArray, key: tuple[object, ...]) -> None:
        """Compare with the answers of the open network; nothing happens if ``key`` has been compared already.

        Parameters
        ----------
        answers : ndarray of int, shape (n,)
            The most probable digit of each picture.
        indices : ndarray of int
            Which pictures.
        key : tuple
            The same objects for the same question.
        """
        rows = self.probabilities
        if rows is not None:
            labels, other = self._data.dataset.labels[indices], rows[indices].argmax(axis=1)
            self._comparing.ask(compare, answers[indices], other, labels, basis=(rows, *key))

    @property
    def _network(self) -> tuple[str, str]:
        """Name and source of the network that is being asked, or else has answered."""
        basis = self._asking.asked if self._asking.is_under_way else self._asking.basis
        return cast(tuple[str, str], basis or ("", ""))

    def _fail(self, sentence: str) -> None:
        self.drop()
        self.failed.emit(sentence)


def _answers_of(source: str, dataset: Dataset, on_progress: Callable[[float], object]) -> Probabilities:
    return answer_data(open_reader(source), dataset, on_progress)
