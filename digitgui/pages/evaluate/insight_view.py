"""Why the network answers a picture so: which pixels speak for a class, and which against it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.widgets.building import STRETCH, chips, column_of, label, row_of, show_text
from digitgui.widgets.pictures.heat_map import HeatMap
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.wording import worded
from digitgui.work.background import InThread
from digitgui.work.computation import Computation
from model.inspection.attribution import gradient_times_input, occlusion
from model.judging.ensemble import AnyNetwork, members_of
from model.network.arrays import ImageArray

ANSWER, LABEL = 0, 1
SIDE = 140
CAPTION_LINES = 4
LONGEST_NAME = 16
"""Letters of a name on a chip."""
GRADIENT_TIP = "Gradient × input: the gradient of the digit's logit, times the picture"
OCCLUSION_TIP = "Occlusion: how much the digit's probability falls when a patch is blacked out"
Found = tuple[ImageArray, str, npt.NDArray[np.float32], npt.NDArray[np.float32]]


class InsightView(QWidget):
    """Shows two maps over the picture, for the answer or for the label; computed when it is seen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._index, self._classes = 0, (0, 0)
        self._changed = ""
        self._looking = Computation[Found](
            "Explaining the answer",
            InThread(session.activity.tasks),
            session.activity,
            failure="The answer cannot be explained",
        )
        self._looking.done.connect(self._show)
        self.gradient, self.occlusion = HeatMap("Gradient times input", SIDE), HeatMap("Occlusion", SIDE)
        self._captions = [SteadyLabel(name="muted", lines=CAPTION_LINES) for _ in range(2)]
        self._sentence = label(name="muted", wrap=True)
        self._looking.failed.connect(self._fail)
        tips = ("", "What speaks for the answer"), ("", "What speaks for the label")
        self.chips = chips(self, tips, lambda _number: self._request())
        row = row_of(*self.chips.buttons(), STRETCH, spacing=3)
        middle = Qt.AlignmentFlag.AlignHCenter
        maps = zip((self.gradient, self.occlusion), self._captions, strict=True)
        columns = ((column_of((one, 0, middle), words, STRETCH, spacing=4), 1) for one, words in maps)
        for words in self._captions:
            words.setAlignment(middle | Qt.AlignmentFlag.AlignTop)
        column_of(row, row_of(*columns, spacing=12), self._sentence, STRETCH, inside=self, spacing=6)

    def show_picture(self, index: int, answer: int, truth: int) -> None:
        """Show the picture with this index, by its answer and its label."""
        self._index, self._classes = index, (answer, truth)
        task = self._session.evaluation.task
        self.gradient.setToolTip(worded(GRADIENT_TIP, task))
        self.occlusion.setToolTip(worded(OCCLUSION_TIP, task))
        for number, one, what in ((ANSWER, answer, "answer"), (LABEL, truth, "label")):
            name = task.class_names[one].replace("&", "&&")
            self.chips.button(number).setText(f"Why {name[:LONGEST_NAME]} ({what})")
        self.chips.button(LABEL).setVisible(answer != truth)
        if answer == truth:
            self.chips.button(ANSWER).setChecked(True)
        self._request()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what has been asked for out of sight."""
        super().showEvent(event)
        self._request()

    def _request(self) -> None:
        """Compute the maps of the network as it is now, unless they are shown."""
        session, number = self._session, self._classes[self.chips.checkedId()]
        if not self.isVisible() or session.answers.misfit:
            return
        network, picture = session.model.network.copy(), session.data.dataset.images[self._index]
        basis = self._index, number, session.data.dataset.images, session.evaluation.probabilities
        if self._looking.ask(_maps, network, picture, number, basis=basis):
            changed = not session.evaluation.is_current
            self._changed = "The network has changed since it answered." if changed else ""
            self.gradient.show_values(picture, None)
            self.occlusion.show_values(picture, None)
            for words in self._captions:
                words.clear()
            show_text(self._sentence, "Looking…")

    def _show(self, found: Found) -> None:
        picture, name, of_gradient, of_occlusion = found
        self.gradient.show_values(picture, of_gradient)
        self.occlusion.show_values(picture, of_occlusion)
        for words, text in zip(self._captions, _captions(name, is_ink=picture.ndim == 2), strict=True):
            words.setText(text)
        show_text(self._sentence, self._changed)

    def _fail(self, why: str) -> None:
        show_text(self._sentence, why)


def _maps(network: AnyNetwork, picture: ImageArray, number: int) -> Found:
    of_members = [gradient_times_input(one, picture, number) for one in members_of(network)]
    of_gradient, of_occlusion = np.mean(of_members, axis=0), occlusion(network, picture, number)
    return picture, network.task.class_names[number], of_gradient, of_occlusion


def _captions(name: str, *, is_ink: bool) -> tuple[str, str]:
    """Say what the colours of either map mean."""
    speaks = f"orange ink speaks for {name}, blue ink against it"
    speak = f"orange pixels speak for {name}, blue ones against it"
    return (
        f"Gradient × input: {speaks if is_ink else speak}.",
        f"Occlusion: hiding an orange place makes {name} less likely, a blue one more.",
    )
