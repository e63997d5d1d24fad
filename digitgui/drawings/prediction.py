"""What the network makes of the drawing."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digitgui.drawings.drawing import Drawing
from model.handwriting.mnist_form import is_like_mnist
from model.handwriting.preprocessing import (
    USUAL_STEPS,
    DrawingInSteps,
    Steps,
    drawing_in_steps,
    drawing_to_digit,
)
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.judging.doubt import doubt
from model.judging.ensemble import AnyNetwork
from model.network.arrays import ImageArray
from model.network.one_blas_thread import one_blas_thread
from model.network.task import DIGITS


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer, and how it came about.

    Attributes
    ----------
    drawing : DrawingInSteps
        The drawing on its way to the network.
    probabilities : ndarray of float32, shape (classes,)
        Of each class, after all steps.
    doubt : str
        Why the answer is doubted; empty if it stands.
    class_names : tuple of str
        Of what the network knows.
    """

    drawing: DrawingInSteps
    probabilities: npt.NDArray[np.float32]
    doubt: str = ""
    class_names: tuple[str, ...] = DIGITS.class_names

    @property
    def picture(self) -> ImageArray:
        """What the network sees: uint8 of shape (28, 28)."""
        return self.drawing.centred

    @property
    def digit(self) -> int:
        """Number of the most probable class."""
        return int(self.probabilities.argmax())

    @property
    def runner_up(self) -> int:
        """Number of the second most probable class."""
        return int(self.probabilities.argsort()[-2])


def answer(drawing: Drawing, network: AnyNetwork, steps: Steps) -> Prediction | None:
    """Let a network answer a drawing as it is now; None if there is nothing to see.

    Strokes are inked anew, so that pen and size of the drawing do not matter; a picture is taken as it is.
    """
    if drawing.is_empty or network.input_shape != DIGITS.input_shape:  # others take no drawing
        return None
    on_its_way = drawing_in_steps(drawing.to_read(), inked=_inked(drawing), steps=steps)
    if on_its_way is None:
        return None
    in_form = _in_form_already(drawing)
    if in_form is not None and steps == USUAL_STEPS:
        on_its_way = replace(on_its_way, centred=in_form)
    with one_blas_thread():  # for one picture, several wait for one another longer than they compute
        (probabilities,) = network.predict_proba(on_its_way.centred[np.newaxis])
    why = doubt(probabilities, network.card.refuse_below, network.class_names)
    return Prediction(on_its_way, probabilities, why, network.class_names)


def usual_picture(drawing: Drawing) -> ImageArray:
    """Make 28×28 of a drawing by the usual steps, whichever are switched on."""
    in_form = _in_form_already(drawing)
    return drawing_to_digit(drawing.to_read(), inked=_inked(drawing)) if in_form is None else in_form


def _in_form_already(drawing: Drawing) -> ImageArray | None:
    """Give the picture that nothing is drawn on if it needs no fitting, as one from MNIST."""
    strokes, live = drawing.shown
    picture = drawing.picture
    return picture if picture is not None and not (strokes or live) and is_like_mnist(picture) else None


def _inked(drawing: Drawing) -> ImageArray | None:
    return drawing.to_gray(pen=NORMAL_WIDTH) if drawing.picture is None else None
