"""The Draw page: the drawing, the answer, and why it is as it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QWidget

from digitgui.drawings.prediction import takes_drawings
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme
from digitgui.pages.draw.answer_card import AnswerCard
from digitgui.pages.draw.drawing_card import DrawingCard
from digitgui.pages.draw.photo_steps import PhotoSteps
from digitgui.pages.draw.style_card import StyleCard
from digitgui.pages.draw.xray_card import XRayCard
from digitgui.pages.misfit_line import MisfitLine
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, chips, column_of, row_of, stack_of
from digitgui.widgets.even_grid import EvenGrid, EvenStack
from digitgui.widgets.later import Later
from digitgui.widgets.scrolling import ScrollColumn
from model.network.task import Task

if TYPE_CHECKING:  # imported when it is first seen, with all that plots need
    from digitgui.pages.draw.doubt_card import DoubtCard

TABS = (
    ("Step by step", "How the drawing is prepared for the network, with the answer after each step"),
    ("My hand and the data", "How thickness, slant, size and position compare with the training digits"),
    ("When to doubt", "Below which probability an answer counts as doubtful, and what that costs"),
)
STYLE = 1
"""The tab that compares with digits."""
TABS_HEIGHT = 120
"""Pixels that each tab makes do with where text has 100 %: the canvas above keeps its size, whatever they say."""


class DrawPage(Page):
    """Draw a digit and see it recognised; or whatever the open network knows."""

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._drawing_card = DrawingCard(session, surroundings.pen)
        self.canvas = self._drawing_card.canvas
        self.answer = AnswerCard()
        self.xray, self.photo_steps = XRayCard(session), PhotoSteps(session)
        self.style_card = StyleCard(session)
        self._doubt = Later(self._build_doubt_card)

        misfit = MisfitLine(session, surroundings.training_wanted.emit)
        cards = EvenGrid((self._drawing_card, self.answer), fewest=1, spacing=16, stretches=(3, 4))
        column_of(misfit, (cards, 1), self._explanation(), inside=self, margin=16, spacing=16)

        for part in (self.xray, self.photo_steps):
            part.enlargement.keep_clear(self.answer)
        self.answer.meant.chosen.connect(session.keeper.keep)
        self.answer.sheets_wanted.connect(self._read_on_sheets)
        session.answering.changed.connect(self._show_answer)
        session.answering.reading_ended.connect(self._offer_sheets)
        session.model.changed.connect(self._show_answer)  # its classes, also where nothing is drawn
        self._show_answer()
        misfit.refresh()

    @property
    def doubt_card(self) -> "DoubtCard":
        """What the line of doubt costs and saves."""
        return self._doubt.part

    def main_parts(self) -> Sequence[QWidget]:
        """Return what is drawn on."""
        return (self.canvas,)

    def _build_doubt_card(self) -> "DoubtCard":
        from digitgui.pages.draw.doubt_card import DoubtCard  # noqa: PLC0415  as above

        return DoubtCard(self._session, self._session.doubt_curve)

    def _explanation(self) -> QFrame:
        """Put what explains the answer into one card with three tabs."""
        self._steps = stack_of(self.xray, self.photo_steps)
        self._stack = _Tabs()
        for part in (self._steps, ScrollColumn(self.style_card), ScrollColumn(self._doubt)):
            self._stack.addWidget(part)
        self.tabs = chips(self, TABS, self._stack.setCurrentIndex, look="tab")
        tabs, beside = QWidget(), QWidget()
        row_of(*self.tabs.buttons(), STRETCH, inside=tabs, spacing=4)
        row_of(STRETCH, self.xray.note, self.style_card.legend, inside=beside, spacing=4)
        row = EvenGrid((tabs, beside), fewest=1, spacing=4, stretches=(0, 1))
        self._stack.currentChanged.connect(self._show_beside_tabs)
        self.style_card.legend.hide()
        frame = QFrame()
        frame.setObjectName("card")
        column_of(row, self._stack, inside=frame, spacing=10).setContentsMargins(16, 12, 16, 12)
        return frame

    def set_room(self, room: float) -> None:
        """Keep the room of the tabs as well."""
        super().set_room(room)
        self._stack.updateGeometry()

    def _show_beside_tabs(self, index: int) -> None:
        """Show what belongs to a tab at the end of their row."""
        for number, part in enumerate((self.xray.note, self.style_card.legend)):
            is_of_drawings = takes_drawings(self._session.model.task)
            part.setVisible(number == index and is_of_drawings)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self.canvas.set_accent(theme.accent)

    def _show_answer(self) -> None:
        """Show the answer always: it is what the program is for, and one forward pass."""
        session, answering = self._session, self._session.answering
        prediction, number = answering.prediction, answering.number
        self._show_task(session.model.task)
        if number:
            line = session.model.network.card.refuse_below
            self.answer.show_number(number, line, is_current=answering.number_is_current)
        else:
            self.answer.show_prediction(prediction)
        self.canvas.set_number(number)
        self._offer_sheets()
        digit = prediction.digit if prediction else None
        self.answer.meant.show_answer(digit, is_one_digit=session.keeper.is_one_digit)

    def _offer_sheets(self) -> None:
        """Lead from a photo that looks like a page, or like no digit, to where pages are read."""
        session, answering, prediction = self._session, self._session.answering, self._session.answering.prediction
        number, is_digits = answering.number, session.model.task.is_digits
        is_doubted = number is None and prediction is not None and bool(prediction.doubt)
        is_photo = session.drawing.picture is not None and is_digits and not answering.is_reading
        is_page = number is not None and number.is_page
        if not (is_page or (is_photo and is_doubted)):
            self.answer.offer_sheets("", "")
            return
        is_known = session.pictures.file is not None
        way = "Read it on Sheets" if is_known else "Go to Sheets"
        tip = "Open the photo on Sheets, which reads tables and pages" if is_known else "Open its file there"
        self.answer.offer_sheets(way if is_page else f"A page? {way}", tip)

    def _read_on_sheets(self) -> None:
        path = self._session.pictures.file
        self._surroundings.page_wanted.emit("sheets")
        if path is not None:
            self._session.sheets.add([path])

    def _show_task(self, task: Task) -> None:
        """Offer what there is for the classes of the open network, and nothing that is about digits alone."""
        self._drawing_card.set_task(task)
        self.answer.set_task(task)
        self.xray.set_task(task)
        self._steps.setCurrentWidget(self.xray if takes_drawings(task) else self.photo_steps)
        self._show_beside_tabs(self._stack.currentIndex())
        style = self.tabs.button(STYLE)
        style.setVisible(task.is_digits)
        if self.tabs.checkedId() == STYLE and not task.is_digits:
            self.tabs.button(0).click()


class _Tabs(EvenStack):
    """Tabs of one height, whatever each has to say: words that have no room in it scroll."""

    def hasHeightForWidth(self) -> bool:
        """Tell that the least height is enough."""
        return False

    def minimumSizeHint(self) -> QSize:
        """Leave room for the usual words of each."""
        return super().minimumSizeHint().expandedTo(QSize(0, by_text(TABS_HEIGHT)))

    def sizeHint(self) -> QSize:
        """Ask for no more height."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())
