"""One evaluated picture: its label, the answer, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitgui.pages.evaluate.insight_view import InsightView
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, set_look, stack_of, switch
from digitgui.widgets.pictures.pixel_view import PixelView
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import PART_NAMES, percent

PIXELS_SIDE = 140
VIEWS_HEIGHT = 240
"""Pixels in a usual window: the same for both, so that nothing moves when the one takes the place of the other."""
BARS, WHY = 0, 1
DRAW_TIP = (
    "Put the picture on the canvas and go there. The answer may differ there: drawings are resized and centred"
    " first, data pictures are not."
)


class JudgedCard(QWidget):
    """Shows a picture beside the probabilities, or why the network answers so.

    Parameters
    ----------
    session : Session
    draw, find : callable
        Given the index of a picture: put it on the canvas; show it on the Data page.
    """

    def __init__(self, session: Session, draw: Callable[[int], object], find: Callable[[int], object]) -> None:
        super().__init__()
        self._session = session
        self._index: int | None = None
        self._name = label(name="strong")
        self._verdict, self._second = label(), label(name="muted")
        for line in (self._verdict, self._second):
            line.setMinimumWidth(1)  # names may be long
        self.pixels = PixelView(PIXELS_SIDE)
        self.bars = ProbabilityBars()
        self.insight = InsightView(session)
        self.why = switch("Why", "Show which pixels speak for the answer or the label", self._show_view)
        self._buttons = (
            button("Draw it", DRAW_TIP, lambda: self._with_index(draw)),
            self.why,
            button("In the data", "Show the picture on the Data page", lambda: self._with_index(find)),
        )
        self._answer = QWidget()
        left = column_of(self.pixels, STRETCH)
        row_of(left, (self.bars, 1), inside=self._answer, spacing=12)
        self._views = stack_of(self._answer, self.insight)
        self.set_room(1.0)
        column_of(self._head(), self._views, inside=self, spacing=8)
        session.second.changed.connect(self._show_second)

    def set_room(self, room: float) -> None:
        """Show larger pictures and bars where there is room."""
        needed = max(part.minimumSizeHint().height() for part in (self._answer, self.insight))
        self._views.setFixedHeight(max(round(VIEWS_HEIGHT * room), needed))

    def _show_second(self) -> None:
        """Say what the network answers that is compared with the open one, if there is one."""
        second, index = self._session.second, self._index
        known = second.probabilities is not None and index is not None
        self._second.setVisible(known)
        if second.probabilities is not None and index is not None:
            row, names = second.probabilities[index], self._session.evaluation.task.class_names
            self._second.setText(f"{second.name}: {names[row.argmax()]}, {percent(row.max())}")

    def show_picture(self, index: int | None) -> None:
        """Show the picture with this index, by the answers that were scored; or none."""
        probabilities, dataset = self._session.evaluation.probabilities, self._session.data.dataset
        if probabilities is None or (index is not None and index >= len(dataset)):
            index = None
        self._index = index
        task = self._session.evaluation.task
        self.bars.set_task(task)
        self._buttons[0].setVisible(task.preparation == "ink" and task.is_grey)  # others cannot be drawn
        self._show_second()
        for part in self._buttons:
            part.setEnabled(index is not None)
        if index is None or probabilities is None:
            self._name.setText("No picture selected")
            self._verdict.clear()
            self.pixels.set_image(None)
            self.bars.set_probabilities(None)
            self.why.setChecked(False)
            self._show_view()
            return
        answer, truth = int(probabilities[index].argmax()), int(dataset.labels[index])
        self._name.setText(f"Picture {index:,}{self._part_of(index)}")
        verdict = "right" if answer == truth else "wrong"
        confidence = percent(probabilities[index, answer])
        names = task.class_names
        self._verdict.setText(f"Label {names[truth]} · answer {names[answer]}, {confidence} · {verdict}")
        set_look(self._verdict, "tone", "good" if answer == truth else "warning")
        self.pixels.set_image(dataset.images[index])
        self.bars.set_probabilities(probabilities[index])
        self.insight.show_picture(index, answer, truth)

    def _part_of(self, index: int) -> str:
        dataset = self._session.data.dataset
        if index in dataset.edits.excluded:
            return " · excluded"
        return next((f" · {name}" for part, name in PART_NAMES.items() if index in dataset.split.part(part)), "")

    def _head(self) -> QVBoxLayout:
        words = column_of(self._name, self._verdict, self._second, spacing=2)
        row = row_of(*self._buttons, STRETCH, spacing=8)
        return column_of(words, row, spacing=8)

    def _show_view(self) -> None:
        self._views.setCurrentIndex(WHY if self.why.isChecked() else BARS)

    def _with_index(self, act: Callable[[int], object]) -> None:
        if self._index is not None:
            act(self._index)
