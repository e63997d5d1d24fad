"""The Inspect page: every number of the open network for one picture, forwards and backwards."""

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from digitgui.drawings.example import example
from digitgui.pages.inspect.check_view import CheckView
from digitgui.pages.inspect.gradient_check_view import GradientCheckView
from digitgui.pages.inspect.question_gate import QuestionGate
from digitgui.pages.inspect.step_view import StepView
from digitgui.pages.inspect.surgery_view import SurgeryView
from digitgui.pages.inspect.time_view import TimeView
from digitgui.pages.inspect.unit_view import UnitView
from digitgui.pages.inspect.why_view import WhyView
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, card_of, chips, column_of, label, row_of, stack_of
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.number_fields import WholeField
from digitgui.wording import percent
from model.inspection.trace import Trace

SOURCES = (
    ("My drawing", "Look into the network while it answers the drawing"),
    ("Picture", "Look into the network while it answers a picture of the open data"),
)
DRAWING, PICTURE = 0, 1


def _pinned(session: Session) -> QWidget:
    """Explain the pinned number, after a question where the user wants that."""
    return QuestionGate(session, UnitView(session))


VIEWS: tuple[tuple[str, str, Callable[[Session], QWidget]], ...] = (
    ("Pinned number", "What the pinned number is computed from, and where its gradient comes from", _pinned),
    ("One training step", "How the loss becomes gradients, and how they change the weights", StepView),
    ("Check gradients", "Compare the gradients with differences of the loss", GradientCheckView),
    ("Why this answer", "What speaks for the answer, and what would change it", WhyView),
    ("Surgery", "Change kernels and units of a copy of the network", SurgeryView),
    ("Time machine", "Look at the network of a run as it was after each epoch of its training", TimeView),
    ("Own layers", "Compare layers that you have written with the program's", CheckView),
)
"""Title and tooltip of each tab, and what makes its view."""
OWN_LABEL = ""
"""The choice of the label of the picture; of the answer, where it has none."""


class InspectPage(Page):
    """Look into the open network."""

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._inspection = inspection = session.inspection
        self._subtitle = label(name="muted", wrap=True)
        self.sources = chips(self, SOURCES, self._choose_source)
        self.number = WholeField(1, 1, "Number of the picture in the open data")
        self.number.setAccessibleName("Number of the picture")
        self.number.valueChanged.connect(self._choose_picture)
        names = {OWN_LABEL: "its label", **{str(digit): f"the digit {digit}" for digit in range(10)}}
        tip = "Which digit is right: the loss and every gradient are measured against it"
        self.label = ChoiceBox(dict.fromkeys(names, ""), tip, names)
        self.label.chosen_changed.connect(lambda chosen: inspection.choose_label(int(chosen) if chosen else None))
        column_of(self._head(), (self._views(), 1), inside=self, margin=16, spacing=16)

        session.answering.changed.connect(self._see_answer)
        inspection.changed.connect(self._see_change)
        inspection.traced.connect(self._show_head)
        session.data.changed.connect(self._see_data)
        self._see_data()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._see_answer()

    def _head(self) -> QVBoxLayout:
        choices = FlowLayout(spacing=4)
        for part in (*self.sources.buttons(), self.number, label("Right answer"), self.label):
            choices.addWidget(part)
        return column_of(label("Inspect", "heading"), self._subtitle, choices, spacing=4)

    def _views(self) -> QFrame:
        """Put the views behind one another, each with its tab."""
        views = [make(self._session) for _, _, make in VIEWS]
        for view in views:
            if isinstance(view, TimeView):
                view.train_wanted.connect(lambda: self._surroundings.page_wanted.emit("train"))
        self.stack = stack_of(*views)
        titles = [(title, tip) for title, tip, _ in VIEWS]
        self.tabs = chips(self, titles, self.stack.setCurrentIndex, look="tab")
        return card_of(row_of(*self.tabs.buttons(), STRETCH, spacing=3), (self.stack, 1), spacing=12)

    def _choose_source(self, source: int) -> None:
        if source == DRAWING:
            self._inspection.choose_drawing()
        else:
            self._inspection.choose_picture(self.number.value() - 1)

    def _choose_picture(self, number: int) -> None:
        """Show the picture of this number, counted from 1 as on the Data page."""
        self._inspection.choose_picture(number - 1)

    def _see_answer(self) -> None:
        """Look at the drawing as it is now, while the page is seen; at an example while nothing is drawn."""
        if self.isVisible():
            prediction = self._session.answering.prediction
            self._inspection.show_drawing(prediction.picture if prediction else example()[1].centred)

    def _see_change(self) -> None:
        source = DRAWING if self._inspection.index is None else PICTURE
        self.sources.button(source).setChecked(True)
        chosen = self._inspection.chosen_label
        self.label.choose(OWN_LABEL if chosen is None else str(chosen))
        if self.isVisible():
            self._inspection.request()

    def _see_data(self) -> None:
        self.number.setMaximum(max(1, len(self._session.data.dataset)))

    def _show_head(self) -> None:
        inspection, found = self._inspection, self._inspection.trace
        self._subtitle.setText(_told(found, inspection.title) if found else "")


def _told(found: Trace, title: str) -> str:
    probability = percent(float(found["probabilities"][found.answer]))
    return (
        f"{title} answers {found.answer} ({probability}). If {found.label} is right, the loss is {found.loss:.4f}."
    )
