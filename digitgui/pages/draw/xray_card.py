"""The way of the drawing to the network, step by step, with the answer that each step would give."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from digitgui.drawings.example import example
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, capitalised, column_of, label, row_of
from digitgui.widgets.even_grid import EvenGrid
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.enlargement import Enlargement
from digitgui.widgets.small_bars import SmallBars
from digitgui.wording import percent
from model.network.arrays import ImageArray
from model.network.task import DIGITS, Task

FRAMES = (
    ("", "as drawn", "The drawing itself. Its answer: the whole canvas scaled straight to 28 × 28"),
    ("crop", "cropped", "The empty border cut away, the longer side scaled to 20 pixels"),
    ("even_pen", "even pen", "Redrawn with a pen as wide as in the training digits"),
    (
        "deskew",
        "upright",
        "Sheared until the digit stands upright; off, since it hardly helps this network",
    ),
    ("centre", "centred", "The centre of mass in the middle: this is what the network sees"),
)
"""Of each step its name in `model.handwriting.preprocessing.Steps`, what a user reads, and what it does."""
PICTURE_SIDE = 84
PACE_MILLISECONDS = 100
"""While the pen moves, the answers of the steps, which cost four times the answer itself, come no more often."""
LONGEST_NAME = 4
"""Letters of the name of a class beside a picture."""


class XRayCard(QWidget):
    """A film strip: the drawing, and the 28×28 pictures that become of it; the steps can be switched.

    As long as nothing is drawn, it shows an example.

    Attributes
    ----------
    note : QLabel
        What is to be known of the answers; it stands beside the card's title.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._frames = [_Frame(title, tip, is_step=bool(name)) for name, title, tip in FRAMES]
        for (name, _, _), frame in zip(FRAMES, self._frames, strict=True):
            if name:
                frame.switch.setChecked(getattr(session.answering.steps, name))
                frame.switch.toggled.connect(lambda on, name=name: self._switch(name, on))
        self.enlargement = Enlargement(self)
        for (_, _, tip), frame in zip(FRAMES, self._frames, strict=True):
            self.enlargement.serve(frame.picture, frame.shown, tip)
        self._task = DIGITS
        steps = [_step(frame, leads_on=frame is not self._frames[-1]) for frame in self._frames]
        column_of(EvenGrid(steps, fewest=3, spacing=2), STRETCH, inside=self)
        self.note = label(name="muted")
        self._pace = QTimer(self, singleShot=True, interval=PACE_MILLISECONDS)
        self._pace.timeout.connect(self._refresh)
        session.answering.changed.connect(self._see_answer)

    def set_task(self, task: Task) -> None:
        """Show the answers of a network that knows these classes."""
        if task != self._task:
            self._task = task
            for frame in self._frames:
                frame.set_task(task)
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._refresh()

    def _see_answer(self) -> None:
        drawing = self._session.drawing
        if drawing.live is None and not drawing.is_replayed:
            self._refresh()
        elif not self._pace.isActive():
            self._pace.start()

    def _refresh(self) -> None:
        """Show the steps of the drawing, or that there are none, while the card is seen."""
        self._pace.stop()
        if not self.isVisible():
            return
        answering = self._session.answering
        prediction, probabilities = answering.prediction, answering.step_probabilities
        note = "Each step reads the number as one digit" if answering.number else ""
        if prediction is not None and prediction.drawing is None:  # a photograph, which has other steps
            return
        if not self._task.is_digits and prediction is None:
            self.note.setText("Draw to see the steps here")
            for frame in self._frames:
                frame.set_content(None, None)
            return
        if prediction is None or probabilities is None or prediction.drawing is None:
            self.note.setText("An example: draw to see your own digit here")
            drawn, steps = example()
            for frame, picture in zip(self._frames, (drawn, *steps.pictures[1:]), strict=True):
                frame.set_content(picture, None)
            return
        self.note.setText(note)
        pictures = self._session.drawing.to_gray(), *prediction.drawing.pictures[1:]
        for frame, picture, row in zip(self._frames, pictures, probabilities, strict=True):
            frame.set_content(picture, row)

    def _switch(self, name: str, on: bool) -> None:
        answering = self._session.answering
        answering.set_steps(replace(answering.steps, **{name: on}))


def short_name(name: str) -> str:
    """Leave out the end of a name that is too long to stand beside a picture."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _step(frame: QWidget, *, leads_on: bool) -> QWidget:
    """Put an arrow behind a frame that leads to another."""
    whole = QWidget()
    arrow = (label("›", "figure"), STRETCH) if leads_on else ()
    row_of(frame, STRETCH, *arrow, inside=whole, spacing=2)
    return whole


class _Frame(QWidget):
    """A picture, its name or switch, its answer and its bars."""

    def __init__(self, title: str, tip: str, *, is_step: bool) -> None:
        super().__init__()
        title = capitalised(title)
        self.switch = QCheckBox(title)
        if not is_step:  # as high as the others
            policy = self.switch.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self.switch.setSizePolicy(policy)
            self.switch.setText("")
            self.switch.hide()
        self.switch.setToolTip(tip)
        self.switch.setAccessibleDescription(tip)
        self.picture = DigitPicture(PICTURE_SIDE, smooth=not is_step)
        self.picture.setAccessibleName(title)
        self.picture.setAccessibleDescription(tip)
        self._pixels: ImageArray | None = None
        self._answer = label(name="stepAnswer")
        self._names = DIGITS.class_names
        self.bars = SmallBars(PICTURE_SIDE - 24)
        self.bars.setAccessibleName(f"Answer after: {title}" if is_step else "Answer")
        beside = column_of(self._answer, self.bars, spacing=4)
        row = row_of(self.picture, beside, spacing=5)
        head = row_of(self.switch, STRETCH) if is_step else row_of(label(title), self.switch, STRETCH)
        column_of(head, row, inside=self, spacing=6)

    def set_task(self, task: Task) -> None:
        """Name the classes of a task."""
        self._names = task.class_names
        self.bars.set_task(task)

    def set_content(self, picture: ImageArray | None, probabilities: npt.NDArray[np.float32] | None) -> None:
        """Show a picture with its answer, or nothing."""
        self._pixels = picture
        self.picture.set_pixels(picture)
        self.bars.set_probabilities(probabilities)
        if probabilities is None or len(probabilities) != len(self._names):
            self._answer.setText("")
            return
        best = int(probabilities.argmax())
        name, share = self._names[best], probabilities[best]
        self._answer.setText(
            f"{name} {percent(share)}" if len(name) == 1 else f"{short_name(name)} {100 * share:.0f} %"
        )
        self._answer.setToolTip("" if len(name) == 1 else f"{name}: {percent(share)}")

    def shown(self) -> ImageArray | None:
        """Return the picture as it is, before it is scaled for the strip."""
        return self._pixels
