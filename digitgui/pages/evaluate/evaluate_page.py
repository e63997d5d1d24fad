"""The Evaluate page: how good the network is, where it is wrong, and why."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from digitgui.documents.evaluated_pictures import NO_PICTURES, Gallery
from digitgui.documents.evaluation import EVERY_PART
from digitgui.installation.shipped import SHIPPED_NOTE, has_learned_from
from digitgui.looks.sizes import by_text
from digitgui.pages.evaluate.compare_card import CompareCard
from digitgui.pages.evaluate.confusion_card import ConfusionCard
from digitgui.pages.evaluate.figures_card import FiguresCard
from digitgui.pages.evaluate.gallery_card import GalleryCard
from digitgui.pages.evaluate.score_curves_card import ScoreCurvesCard
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    button,
    card_of,
    chips,
    column_of,
    explain_button,
    label,
    progress_bar,
    row_of,
    stack_of,
)
from digitgui.widgets.focus import keeping_focus
from digitgui.widgets.typed_class import typed_label
from digitgui.wording import PART_NAMES, pictures, worded
from model.data.dataset import Part
from model.judging.scores import Scores
from model.network.arrays import IndexArray

TABS = (
    ("Confusion matrix", "Which digit is taken for which"),
    ("Figures", "Accuracy, loss and their like, and those of each digit"),
    ("Curves", "ROC, precision against recall, and calibration"),
    ("Compare", "Two networks on the same pictures"),
)
NOTES = {
    "all": "All parts together, including the training part, which the network learned from.",
    "train": "The network learned from these pictures, so it does less well on new ones.",
    "validation": "Not used for learning; measured after every epoch to find the best one.",
    "test": "Used neither for learning nor for choosing: these are the figures to report.",
}
INVITATION = (
    "How good is the network, and where is it wrong? Evaluate it on the part chosen above. You then see which"
    " digits it confuses, its accuracy and some twenty other figures, each explained, curves, and the pictures"
    " that it gets wrong, with the reason."
)
INVITATION_WIDTH = 480
"""Pixels where text has 100 %."""
WIDTHS = [526, 374]
"""Of figures and pictures, where the window is 1,280 pixels wide; both grow with it."""
EMPTY, CONTENT = 0, 1
TAB_KEY = "evaluate/view"
"""Version 0.1.0 remembered, as evaluate/tab, the places of another order."""


class EvaluatePage(Page):
    """Evaluate the open network on the open data."""

    keys = (
        ("Move to a cell of the matrix", "arrow keys"),
        ("Show its pictures", "click, Return or Space"),
        ("Copy the table of figures", "Ctrl+C"),
    )

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._shown: tuple[object, ...] = (None, None, None)
        self._indices: IndexArray = NO_PICTURES
        self.figures, self.confusion, self.curves = FiguresCard(), ConfusionCard(), ScoreCurvesCard()
        self.compare = CompareCard(session)
        self.gallery = GalleryCard(session, self.draw, surroundings.picture_wanted.emit)
        self._subtitle = label(name="muted", wrap=True)
        self._note = label(name="muted", wrap=True)
        self._stale = label("Results are from an earlier network.", tone="warning")
        self._update = button("Re-evaluate", "Evaluate the network as it is now", session.evaluation.request)
        self._busy = label(name="muted")
        self._cancel = button("Cancel", "Stop evaluating", session.evaluation.cancel)
        self._bar = progress_bar("Progress of the evaluation")
        self._bar.setFixedWidth(96)
        self._stack = stack_of(self._empty_card(), self._content())
        column_of(self._head(), (self._stack, 1), inside=self, margin=16, spacing=16)

        self.confusion.chosen.connect(self.gallery.show_cells)
        self.gallery.shown.connect(self._show_chosen)
        self.compare.chosen.connect(self.gallery.show_compared)
        session.evaluation.changed.connect(self.refresh)
        session.answers.progressed.connect(self._show_progress)
        session.model.changed.connect(self._show_head)
        session.data.changed.connect(self._see_data)
        self.refresh()

    @property
    def part(self) -> Part | Literal["all"]:
        """The part of the data that is evaluated, or ``all``."""
        return EVERY_PART[self.parts.checkedId()]

    @property
    def scores(self) -> Scores | None:
        """The scores of this part, if they are known."""
        return self._session.evaluation.scores.get(self.part)

    def main_parts(self) -> Sequence[QWidget]:
        """Return what evaluates, or the view of what that has found."""
        return self._evaluate, self.confusion.matrix, *self.tabs.buttons()

    def set_room(self, room: float) -> None:
        """Keep the invitation in lines of the same number of letters."""
        super().set_room(room)
        self._invitation.setFixedWidth(by_text(INVITATION_WIDTH))

    def show_tab(self, number: int) -> None:
        """Show one of the views beside the pictures."""
        self.tabs.button(number).setChecked(True)
        self._views.setCurrentIndex(number)
        self._session.settings.set(TAB_KEY, number)

    def next_wrong(self) -> None:
        """Go to the next picture that is answered wrongly."""
        self.gallery.go_to_wrong(1)

    def previous_wrong(self) -> None:
        """Go to the picture before that is answered wrongly."""
        self.gallery.go_to_wrong(-1)

    def draw(self, index: int) -> None:
        """Put a picture on the canvas, in place of what is there, and show that; undone in one step."""
        drawing, stack = self._session.drawing, self._session.undo_stack
        drawing.end_stroke()
        stack.beginMacro("picture")
        drawing.clear()
        drawing.set_picture(self._session.data.dataset.images[index])
        stack.endMacro()
        self._surroundings.page_wanted.emit("draw")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Relabel the picture that is shown by a typed class, wherever the focus is on the page."""
        typed = typed_label(event, self._session.data.dataset.task)
        shows_pictures = self._stack.currentIndex() == CONTENT
        if typed is None or not shows_pictures or not self.gallery.relabel(typed):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Score what the network has answered already."""
        super().showEvent(event)
        self._session.evaluation.set_watched(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the figures rest while the page is not seen."""
        super().hideEvent(event)
        self._session.evaluation.set_watched(False)

    def refresh(self) -> None:
        """Show the scores that are known, and whether they hold; other pictures only where they are asked for."""
        evaluation, scores = self._session.evaluation, self.scores
        with keeping_focus(self, *self.main_parts(), self._cancel):
            self._show_progress()
            self._show_head()
            self._stack.setCurrentIndex(EMPTY if scores is None else CONTENT)
        shown = scores, evaluation.probabilities, self.part
        if scores is None or all(map(_is, shown, self._shown)):
            return
        part = self._session.data.dataset.indices(self.part)
        same_pictures = all(map(_is, shown[1:], self._shown[1:])) and np.array_equal(part, self._indices)
        self._shown, self._indices = shown, part
        for view in (self.figures, self.confusion, self.curves):
            view.show_scores(scores)
        self.compare.show_part(part)
        if not same_pictures:
            self.gallery.show_part(part)

    def _see_data(self) -> None:
        if self._session.evaluation.probabilities is None:
            self.gallery.show_part(NO_PICTURES)
        else:
            self.gallery.refresh()
        self._show_head()

    def _show_chosen(self) -> None:
        """Show in the matrix, and in the comparison, whether these pictures were chosen there."""
        is_of_matrix = self.gallery.gallery in (Gallery.CELLS, Gallery.EVERYTHING)
        self.confusion.show_chosen(self.gallery.cells if is_of_matrix else None)
        if self.gallery.gallery is not Gallery.COMPARED:
            self.compare.uncheck()

    def _show_head(self) -> None:
        session = self._session
        dataset, evaluation = session.data.dataset, session.evaluation
        count = len(dataset.indices(self.part))
        name = evaluation.name or session.model.name
        part = "all parts" if self.part == "all" else PART_NAMES[self.part]
        self._subtitle.setText(f"{name} on {dataset.name}, {part}: {pictures(count)}")
        shipped = has_learned_from(name, dataset.source)  # of the network whose figures these are
        self._note.setText(SHIPPED_NOTE if shipped else NOTES[self.part])
        is_empty = bool(evaluation.scores) and self.scores is None
        problem = session.answers.misfit
        invitation = problem or worded(INVITATION, dataset.task)
        self._invitation.setText(f"There are no {part} pictures. Choose another part." if is_empty else invitation)
        self._evaluate.setVisible(not is_empty and not problem)
        for one, (_, tip) in zip(self.tabs.buttons(), TABS, strict=True):
            explain_button(one, worded(tip, evaluation.task), "")
        self._evaluate.setEnabled(not evaluation.is_busy)

    def _show_progress(self) -> None:
        evaluation, share = self._session.evaluation, self._session.answers.share
        busy, old = evaluation.is_busy, bool(evaluation.scores) and not evaluation.is_current
        self._stale.setVisible(old and not busy)
        self._update.setVisible(old and not busy and not self._session.answers.misfit)
        self._busy.setVisible(busy)
        self._cancel.setVisible(busy)
        self._bar.setVisible(busy)
        self._bar.setRange(0, 0 if share is None else 1000)  # it moves where the end is not known
        self._busy.setText("Computing the figures…" if share is None else "Evaluating…")
        self._bar.setValue(round(1000 * (share or 0.0)))

    def _head(self) -> QVBoxLayout:
        words = column_of(label("Evaluate", "heading"), self._subtitle, spacing=4)
        opener = button("Open data…", "Open other data to evaluate on", lambda: None)
        opener.setProperty("menu", True)
        opener.setMenu(self._surroundings.open_data_menu)
        first = row_of((words, 1), self._stale, self._update, self._busy, self._bar, self._cancel, opener)
        names = [
            ("all parts", "Evaluate on all parts"),
            *((name, f"Evaluate on the {name} part") for name in PART_NAMES.values()),
        ]
        self.parts = chips(self, names, lambda _number: self.refresh())
        self.parts.button(EVERY_PART.index("test")).setChecked(True)
        second = row_of(*self.parts.buttons(), 8, (self._note, 1), spacing=3)
        return column_of(first, second, spacing=8)

    def _empty_card(self) -> QFrame:
        self._invitation = label(INVITATION, wrap=True)
        self._invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = row_of(STRETCH, self._invitation, STRETCH)
        self._evaluate = button(
            "Evaluate",
            "Let the network answer every picture, and score its answers",
            self._session.evaluation.request,
            look="primary",
            name="evaluateButton",
        )
        return card_of(STRETCH, middle, (self._evaluate, 0, Qt.AlignmentFlag.AlignHCenter), STRETCH, spacing=16)

    def _content(self) -> QWidget:
        self._views = stack_of(self.confusion, self.figures, self.curves, self.compare)
        self._views.setObjectName("evaluateViews")
        self.tabs = chips(self, TABS, self.show_tab, look="tab")
        row = row_of(*self.tabs.buttons(), STRETCH, spacing=3)
        frame = card_of(row, (self._views, 1), spacing=12)
        self.show_tab(round(self._session.settings.number(TAB_KEY, 0, 0, len(TABS) - 1)))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(frame)
        splitter.addWidget(self.gallery)
        for number, width in enumerate(WIDTHS):
            splitter.setStretchFactor(number, width)
        splitter.setSizes(WIDTHS)
        return splitter


def _is(now: object, before: object) -> bool:
    return now is before
