"""The answer to the drawing: always that of the drawing, the network and the steps as they are now."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.number_reading import NumberReader
from digitgui.drawings.photo import Photo
from digitgui.drawings.prediction import Prediction, answer, answer_photo, takes_drawings
from digitgui.drawings.read_number import ReadNumber
from digitgui.work.computation import Activity
from model.handwriting.preprocessing import USUAL_STEPS, Steps


class Answering(QObject):
    """Lets the open network answer the drawing, when it is asked for and the answer is not known yet.

    A network that takes no drawings answers the photograph in its place.

    Widgets that show the answer ask for it at every `changed`. Movements of the pen that have arrived together are
    told of once, so that they share one answer; everything else is told of at once.

    Attributes
    ----------
    steps : Steps
        Which steps a drawing goes through on its way to the network.

    Signals
    -------
    changed()
        The answer is another one, or may be.
    reading_ended()
        It is known whether the drawing holds several digits.
    """

    changed = Signal()
    reading_ended = Signal()

    def __init__(
        self,
        drawing: Drawing,
        photo: Photo,
        model: ModelDocument,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._photo, self._model = drawing, photo, model
        self.steps = USUAL_STEPS
        self._prediction: Prediction | None = None
        self._of_steps: npt.NDArray[np.float32] | None = None
        self._is_known, self._was_empty = False, True
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)
        self._numbers = NumberReader(drawing, model, activity, self)
        self._numbers.changed.connect(self.changed)
        self._numbers.ended.connect(self.reading_ended)
        drawing.changed.connect(self._see_movement)
        for change in (
            photo.changed,
            drawing.stroke_ended,
            model.weights_changed,
            model.changed,
        ):  # the last: the line of doubt
            change.connect(self._see_change)

    @property
    def prediction(self) -> Prediction | None:
        """What the network makes of the drawing as one digit, or of the photograph; None if there is nothing."""
        if not self._is_known:
            network = self._model.network
            if takes_drawings(network.task):
                self._prediction = answer(self._drawing, network, self.steps)
            else:
                self._prediction = answer_photo(self._photo, network)
            self._of_steps, self._is_known = None, True
        return self._prediction

    @property
    def step_probabilities(self) -> npt.NDArray[np.float32] | None:
        """What the network would answer after each step, shape (5, classes); costs as much as four answers."""
        prediction = self.prediction
        if self._of_steps is None and prediction is not None and prediction.drawing is not None:
            earlier = np.stack(prediction.drawing.pictures[:-1])
            self._of_steps = np.vstack([self._model.network.predict_proba(earlier), prediction.probabilities])
        return self._of_steps

    @property
    def number(self) -> ReadNumber | None:
        """The digits of the drawing, if it has been found to hold several when it was last read."""
        return self._numbers.number

    @property
    def number_is_current(self) -> bool:
        """Whether nothing has changed since the number was read; reading takes a moment, in another thread."""
        return self._numbers.is_current

    @property
    def is_reading(self) -> bool:
        """Whether it is still to be found out if the drawing holds several digits."""
        return self._numbers.is_under_way

    def clear(self) -> None:
        """Remove what is answered: the drawing, or the photograph."""
        if takes_drawings(self._model.task):
            self._drawing.clear()
        else:
            self._photo.clear()

    def set_steps(self, steps: Steps) -> None:
        """Let drawings go through other steps, as long as the program runs."""
        self.steps = steps
        self._see_change()

    def shut_down(self) -> None:
        """Tell of nothing more."""
        self._soon.stop()
        self._numbers.stop()

    def _see_movement(self) -> None:
        self._is_known = False
        if not self._soon.isActive():
            self._soon.start()

    def _see_change(self) -> None:
        self._is_known = False
        self._tell()

    def _tell(self) -> None:
        self._soon.stop()
        is_drawn = takes_drawings(self._model.task)
        is_empty = self._drawing.is_empty if is_drawn else self._photo.opened is None
        if not (is_empty and self._was_empty):  # a training goes on for hours beside an empty canvas
            self.changed.emit()
        self._was_empty = is_empty
