"""How the drawings of this session compare with the training digits."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.drawings.answering import Answering
from digitgui.drawings.drawing import Drawing
from digitgui.work.background import InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.data.splitting import Split
from model.handwriting.handwriting_style import Style, measure_style, measure_styles

SAMPLE = 1000
"""Training digits that are measured: enough for every hundredth."""
REMEMBERED = 20
"""Earlier digits that are kept in mind."""


class Handwriting(Teller):
    """Measures the drawing whenever the pen is lifted, and the training digits once, in the background."""

    changed = Signal()

    def __init__(
        self,
        drawing: Drawing,
        answering: Answering,
        data: DataDocument,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._answering, self._data = drawing, answering, data
        self._measuring = Computation[npt.NDArray[np.float64]](
            "Measuring the training digits",
            InThread(activity.tasks),
            activity,
            failure="The training digits cannot be measured",
        )
        self._measuring.done.connect(self.changed)
        self._measuring.failed.connect(self.failed)
        self._earlier: list[Style] = []
        self._now: Style | None = None
        drawing.stroke_ended.connect(self._measure)
        drawing.clearing.connect(self._remember)
        data.changed.connect(self.changed)

    @property
    def training(self) -> npt.NDArray[np.float64] | None:
        """A row of `Style` for each training digit that was measured; None before `request`."""
        measured = self._measuring
        return measured.answer if measured.basis and measured.basis[0] is self._whole_split else None

    @property
    def styles(self) -> list[Style]:
        """Of the earlier digits, and of the drawing on the canvas as the last."""
        earlier = [style for style in self._earlier if style != self._now]  # undo may have brought it back
        return [*earlier, *([self._now] if self._now else [])]

    def request(self) -> None:
        """Measure the open data's train part, unless it has been."""
        dataset = self._data.dataset
        train = dataset.split.train
        chosen = train[:: max(1, len(train) // SAMPLE)][:SAMPLE]
        self._measuring.ask(measure_styles, dataset.images[chosen], basis=(self._whole_split,))

    def values(self, name: str) -> list[float]:
        """Return one trait of each of `styles`."""
        return [getattr(style, name) for style in self.styles]

    @property
    def _whole_split(self) -> Split:
        """The parts before pictures were left out: these are others only where the data are, or their cut."""
        dataset = self._data.dataset
        return (dataset.unedited or dataset).split

    def _measure(self) -> None:
        self._now = None if self._drawing.is_empty else measure_style(self._drawing.to_gray())
        self.changed.emit()

    def _remember(self) -> None:
        """Keep a digit in mind, once: not a number, whose figures are those of no digit."""
        if self._now and self._answering.number is None:
            self._earlier = self.styles[-REMEMBERED:]
