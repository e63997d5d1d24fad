"""The Inspect page: every number of the open network for one picture, forwards and backwards."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from digitgui.drawings.example import example
from digitgui.drawings.prediction import takes_drawings
from digitgui.pages.inspect.check_view import CheckView
from digitgui.pages.inspect.gradient_check_view import GradientCheckView
from digitgui.pages.inspect.maps_view import MapsView
from digitgui.pages.inspect.other_network_line import OtherNetworkLine
from digitgui.pages.inspect.question_gate import QuestionGate
from digitgui.pages.inspect.step_view import StepView
from digitgui.pages.inspect.surgery_view import SurgeryView
from digitgui.pages.inspect.time_view import TimeView
from digitgui.pages.inspect.unit_view import UnitView
from digitgui.pages.inspect.unit_words import name_of
from digitgui.pages.inspect.why_view import WhyView
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import card_of, chips, column_of, label, row_of, switch
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.later import Later
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.layer_strip import LayerStrip
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.wording import percent, worded
from model.inspection.stages import default_unit
from model.inspection.trace import Trace, Unit
from model.judging.ensemble import Ensemble
from model.network.arrays import ImageArray
from model.network.task import Task

SOURCES = (
    ("My drawing", "Look into the network while it answers the drawing"),
    ("Picture", "Look into the network while it answers a picture of the open data"),
)
DRAWING, PICTURE = 0, 1


def _pinned(session: Session) -> QWidget:
    """Explain the pinned number, after a question where the user wants that."""
    return QuestionGate(session, UnitView(session))


VIEWS: tuple[tuple[str, str, Callable[[Session], QWidget]], ...] = (
    ("Maps and kernels", "All maps of the chosen layer, large, and its kernels or weights", MapsView),
    ("Pinned number", "What the pinned number is computed from, and where its gradient comes from", _pinned),
    ("Training step", "How the loss becomes gradients, and how they change the weights", StepView),
    ("Check gradients", "Compare the gradients with differences of the loss", GradientCheckView),
    ("Why this answer", "What speaks for the answer, and what would change it", WhyView),
    ("Surgery", "Change kernels and units of a copy of the network", SurgeryView),
    ("Time machine", "Look at the network of a run as it was after each epoch of its training", TimeView),
    ("Own layers", "Compare layers that you have written with the program's", CheckView),
)
"""Title and tooltip of each tab, and what makes its view."""
LABEL_TIP = "Which digit is right: the loss and every gradient are measured against it"
PICTURE_SIDE = 40
OWN_LABEL = ""
"""The choice of the label of the picture; of the answer, where it has none."""
AS_ANSWERED, ITS_LABEL = "As answered", "Its label"
"""How that choice is called for a drawing, and for a picture of the data."""
EXAMPLE = "An example: draw in the dock to see your own digit here"


class InspectPage(Page):
    """Look into the open network.

    Until the user pins a number, one that is worth a look is pinned: another one for each picture that is chosen.
    """

    keys = (
        ("Pin a number in the strip of layers", "click, arrow keys"),
        ("The same number of the map before or after", "Page Up, Page Down"),
        ("The same place of the layer before or after", "Ctrl with the left or right arrow key"),
        ("The input, the last layer", "Home, End"),
    )

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._inspection = inspection = session.inspection
        self._subtitle = SteadyLabel(name="muted", lines=2)  # a longer name moves nothing below
        self.sources = chips(self, SOURCES, self._choose_source)
        self.number = WholeField(1, 1, "Number of the picture in the open data")
        self.number.setAccessibleName("Number of the picture")
        self.number.valueChanged.connect(self._choose_picture)
        self._named: Task | None = None  # whose classes are offered
        self.label = ChoiceBox({OWN_LABEL: ""}, LABEL_TIP, {OWN_LABEL: AS_ANSWERED})
        self._picture = DigitPicture(PICTURE_SIDE)
        self._picture.setAccessibleName("The picture in colour")
        self._picture.hide()
        self.label.chosen_changed.connect(lambda chosen: inspection.choose_label(int(chosen) if chosen else None))
        self.other = OtherNetworkLine(session)
        self.other.maker_wanted.connect(self._show_maker)
        self.strip = LayerStrip()
        self.strip.setObjectName("layerStrip")
        self.every_layer = switch(
            "Every layer",
            "Show ReLU, Flatten and Dropout by themselves; otherwise a ReLU is shown with the layer before it",
            self._show_layers,
        )
        self.each_map = switch(
            "Each map by itself",
            "Stretch the brightness of each map; otherwise all maps of a layer have one scale",
            self._show_scales,
        )
        self._told = SteadyLabel(name="muted", lines=2)
        self._suggested: Unit | None = None  # while it is pinned, another one follows for another picture
        self._seen_layer = ""  # of the pinned number
        self._suggested_for = b""  # the pixels of that picture
        below = column_of(self.other, (self._views(), 1), spacing=4)
        column_of(
            self._head(), column_of(self._strip_card(), (below, 1), spacing=4), inside=self, margin=16, spacing=16
        )

        self.strip.chosen.connect(inspection.pin)
        session.answering.changed.connect(self._see_answer)
        inspection.changed.connect(self._see_change)
        inspection.traced.connect(self._show_trace)
        inspection.pinned.connect(self._see_pin)
        session.data.changed.connect(self._see_data)
        session.model.changed.connect(self._see_answer)
        self._see_data()
        self._name_classes()

    @property
    def chosen_unit(self) -> Unit | None:
        """The number that the user has pinned; None while the page's own suggestion is."""
        return None if self._inspection.unit == self._suggested else self._inspection.unit

    def main_parts(self) -> Sequence[QWidget]:
        """Return the layers."""
        return (self.strip,)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._see_answer()

    def _head(self) -> QVBoxLayout:
        choices = FlowLayout(spacing=6)
        heading = label("Inspect", "heading")
        right = label("Right answer"), self.label
        for part in (heading, *self.sources.buttons(), self.number, *right):
            choices.addWidget(part)
        below = row_of((self._subtitle, 1), self._picture, spacing=12)
        return column_of(choices, below, spacing=4)

    def _strip_card(self) -> QFrame:
        below = row_of((self._told, 1), self.every_layer, self.each_map, spacing=16)
        return card_of(self.strip, below, spacing=4)

    def _views(self) -> QFrame:
        """Put the views behind one another, each with its tab."""
        views = self._made = [self._view(make) for _, _, make in VIEWS]
        self.stack = _Views()
        for view in views:
            self.stack.addWidget(view)
            if isinstance(view, MapsView):
                self.maps = view
            if isinstance(view, QuestionGate):
                self.gate = view
                view.asks_or_shows.connect(self._tell_unit)
        titles = [(title, tip) for title, tip, _ in VIEWS]
        self.tabs = chips(self, titles, self.stack.setCurrentIndex, look="tab")
        row = FlowLayout(spacing=0)
        for tab in self.tabs.buttons():
            row.addWidget(tab)
        card = _Card()
        card.setObjectName("card")
        column_of(row, (self.stack, 1), inside=card, margin=16, spacing=12)
        return card

    def _view(self, make: Callable[[Session], QWidget]) -> QWidget:
        """Make a view; the one that takes as long as all others only when it is first seen."""
        return Later(self._time_view) if make is TimeView else make(self._session)

    def _time_view(self) -> TimeView:
        view = TimeView(self._session)
        view.train_wanted.connect(lambda: self._surroundings.page_wanted.emit("train"))
        return view

    def _choose_source(self, source: int) -> None:
        if source == DRAWING:
            self._inspection.choose_drawing()
        else:
            self._inspection.choose_picture(self.number.value() - 1)

    def _show_maker(self, kind: type[QWidget]) -> None:
        """Show the view whose buttons keep or discard the copy that is looked into."""
        number = next(number for number, view in enumerate(self._made) if isinstance(view, kind))
        self.tabs.button(number).click()
        self.tabs.button(number).setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_picture(self, number: int) -> None:
        """Show the picture of this number, counted from 1 as on the Data page."""
        self._inspection.choose_picture(number - 1)

    def _see_answer(self) -> None:
        """Look at the drawing as it is now, while the page is seen; at an example while nothing is drawn."""
        if self.isVisible():
            prediction = self._session.answering.prediction
            self._inspection.show_drawing(prediction.picture if prediction else self._example())

    def _example(self) -> ImageArray:
        """Return what is looked at before there is anything of the user's: one of the data, or an empty one."""
        task, dataset = self._session.model.task, self._session.data.dataset
        if task.is_digits:
            return example()[1].centred
        if task.picture_shape == dataset.task.picture_shape:
            return np.asarray(dataset.images[0])
        return np.zeros(task.array_shape, np.uint8)

    def _name_classes(self) -> None:
        """Offer the classes of the network that is looked into, and say what one can show it."""
        task = self._inspection.network.task
        is_drawn = takes_drawings(task)
        self.sources.button(DRAWING).setText("My drawing" if is_drawn else "My picture")
        self._picture.setVisible(not task.is_grey)
        if task == self._named:
            return
        self._named = task
        is_of_digits = task.speaks_of_digits
        with QSignalBlocker(self.label):
            while self.label.count() > 1:
                self.label.removeItem(1)
            for number, name in enumerate(task.class_names):
                self.label.addItem(f"the digit {name}" if is_of_digits else name, str(number))
            self.label.setToolTip(worded(LABEL_TIP, task))
            self.label.setAccessibleName(worded(LABEL_TIP, task))

    def _see_change(self) -> None:
        source = DRAWING if self._inspection.index is None else PICTURE
        self.sources.button(source).setChecked(True)
        if self._inspection.index is not None:
            with QSignalBlocker(self.number):
                self.number.setValue(self._inspection.index + 1)
        self._name_classes()
        chosen = self._inspection.chosen_label
        self.label.setItemText(0, AS_ANSWERED if self._inspection.index is None else ITS_LABEL)
        self.label.choose(OWN_LABEL if chosen is None else str(chosen))
        if self.isVisible():
            if self._inspection.picture is None:
                self._subtitle.setText(self._inspection.problem)
                self.strip.set_trace(None)
            self._inspection.request()

    def _see_data(self) -> None:
        with QSignalBlocker(self.number):  # the number of a picture that there is no longer becomes another one
            self.number.setMaximum(max(1, len(self._session.data.dataset)))

    def _show_trace(self) -> None:
        """Show what is known now, and pin a number if the user has not."""
        inspection, found = self._inspection, self._inspection.trace
        if found is None or not self.isVisible():
            return
        is_one_of_several = inspection.is_of_open_network and isinstance(self._session.model.network, Ensemble)
        told = _told(found, f"The first network of {inspection.title}" if is_one_of_several else inspection.title)
        is_example = inspection.index is None and self._session.answering.prediction is None
        if self._picture.isVisibleTo(self):
            self._picture.set_pixels(found.image)
        self._subtitle.setText(f"{self._words_of_example(found)}. {told}" if is_example else told)
        self.strip.set_trace(found)
        is_other = found.image.tobytes() != self._suggested_for and self._session.drawing.live is None
        if inspection.unit is None or (inspection.unit == self._suggested and is_other):
            self._suggested, self._suggested_for = default_unit(found), found.image.tobytes()
            inspection.pin(self._suggested)
        self._tell_unit()

    def _words_of_example(self, found: Trace) -> str:
        task = self._session.model.task
        if task.is_digits:
            return EXAMPLE
        what = "A picture of the open data" if found.image.any() else "An empty picture"
        return (
            f"{what}: {'draw in the dock' if takes_drawings(task) else 'open or paste one'} to see your own here"
        )

    def _see_pin(self) -> None:
        unit = self._inspection.unit
        is_elsewhere = unit is not None and unit.layer != self._seen_layer
        self._seen_layer = unit.layer if unit else ""
        self.strip.set_unit(unit, in_sight=is_elsewhere or unit != self._suggested)
        self._tell_unit()

    def _show_layers(self) -> None:
        for part in (self.strip, self.maps):
            part.set_every_layer(self.every_layer.isChecked())
        self._tell_unit()

    def _show_scales(self) -> None:
        for part in (self.strip, self.maps):
            part.set_each_map(self.each_map.isChecked())

    def _tell_unit(self) -> None:
        words, unit = self.strip.words(), self._inspection.unit
        if self.gate.is_asking and unit is not None:
            words = name_of(unit)  # the value would answer the question
        self._told.setText(f"Pinned: {words}" if words else "")


class _Views(QStackedWidget):
    """Asks for the least that its views need: asked for a width, Qt says what they would like to have instead."""

    def hasHeightForWidth(self) -> bool:
        """Ask for the same height in any width; what wraps inside asks anew where the width is another."""
        return False


class _Card(QFrame):
    """Asks for no more than what is inside."""

    def hasHeightForWidth(self) -> bool:
        """Do as the views do."""
        return False


def _told(found: Trace, title: str) -> str:
    probability = percent(float(found["probabilities"][found.answer]))
    return (
        f"{title} answers {found.class_name(found.answer)} ({probability}). If {found.class_name(found.label)} is"
        f" right, the loss is {found.loss:.4f}."
    )
