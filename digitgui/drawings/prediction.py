"""What the network makes of the drawing."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.photo import Photo
from model.handwriting.mnist_form import is_like_mnist
from model.handwriting.preprocessing import (
    USUAL_STEPS,
    DrawingInSteps,
    Steps,
    drawing_in_steps,
    drawing_to_picture,
)
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.judging.doubt import doubt
from model.judging.ensemble import AnyNetwork
from model.network.arrays import ImageArray
from model.network.one_blas_thread import one_blas_thread
from model.network.task import DIGITS, Task


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer, and how it came about.

    Attributes
    ----------
    picture : ndarray of uint8, shape (height, width), or (height, width, 3)
        What the network sees.
    drawing : DrawingInSteps or None
        The drawing on its way to the network; None where it takes pictures.
    probabilities : ndarray of float32, shape (classes,)
        Of each class, after all steps.
    doubt : str
        Why the answer is doubted; empty if it stands.
    class_names : tuple of str
        Of what the network knows.
    """

    picture: ImageArray
    drawing: DrawingInSteps | None
    probabilities: npt.NDArray[np.float32]
    doubt: str = ""
    class_names: tuple[str, ...] = DIGITS.class_names

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
    if drawing.is_empty:
        return None
    size = network.task.picture_shape[:2]
    on_its_way = drawing_in_steps(drawing.to_read(), inked=_inked(drawing), steps=steps, size=size)
    if on_its_way is None:
        return None
    in_form = _in_form_already(drawing, network.task)
    if in_form is not None and steps == USUAL_STEPS:
        on_its_way = replace(on_its_way, centred=in_form)
    return _answer(network, on_its_way.centred, on_its_way)


def answer_photo(photo: Photo, network: AnyNetwork) -> Prediction | None:
    """Let a network answer a photograph, or whatever picture it is; None if there is none."""
    return None if photo.opened is None else _answer(network, photo.opened.as_taken_by(network.task), None)


def _answer(network: AnyNetwork, picture: ImageArray, on_its_way: DrawingInSteps | None) -> Prediction:
    with one_blas_thread():  # for one picture, several wait for one another longer than they compute
        (probabilities,) = network.predict_proba(picture[np.newaxis])
    why = doubt(probabilities, network.card.refuse_below, network.task)
    return Prediction(picture, on_its_way, probabilities, why, network.class_names)


def takes_drawings(task: Task) -> bool:
    """Whether ink is what a network of this task takes; others take pictures as they are."""
    return task.preparation == "ink"


def usual_picture(drawing: Drawing, task: Task = DIGITS) -> ImageArray:
    """Make a picture for a task, such as 28×28, of a drawing by the usual steps, whichever are switched on."""
    in_form = _in_form_already(drawing, task)
    if in_form is not None:
        return in_form
    return drawing_to_picture(drawing.to_read(), *task.picture_shape[:2], inked=_inked(drawing))


def _in_form_already(drawing: Drawing, task: Task) -> ImageArray | None:
    """Give the picture that nothing is drawn on if it needs no fitting, as one from MNIST."""
    if task.picture_shape != DIGITS.picture_shape:
        return None
    strokes, live = drawing.shown
    picture = drawing.picture
    return picture if picture is not None and not (strokes or live) and is_like_mnist(picture) else None


def _inked(drawing: Drawing) -> ImageArray | None:
    return drawing.to_gray(pen=NORMAL_WIDTH) if drawing.picture is None else None
