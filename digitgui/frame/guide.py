"""What leads a newcomer: the tour, the glossary, what may come next; each is imported when it is first wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from digitgui.frame.window_parts import WindowParts
from digitgui.pages.page import Page
from digitgui.widgets.banner import Banner
from digitgui.work.training_worker import RunState
from model.training.training_events import RunFinished

if TYPE_CHECKING:
    from digitgui.frame.glossary_marks import Marks

__all__ = ["Guide"]

TOLD = "tour/offered"
BEEN_HERE = "window/geometry"
"""Remembered whenever a window has been closed, also by earlier versions."""


class Guide(QObject):
    """Offers the tour at the very first start, explains words, and says what may come next.

    Parameters
    ----------
    window : WindowParts
    banner : Banner
        Where offers are made.
    """

    def __init__(self, window: WindowParts, banner: Banner) -> None:
        super().__init__(window)
        self._window, self._banner = window, banner
        self._marks: Marks | None = None
        self._evaluated: object = None  # the answers that steps were offered for
        window.tour_wanted.connect(self.take_tour)
        window.word_wanted.connect(self.explain_word)
        pages, session = window.ways.pages, window.session
        pages.built.connect(self._see_built)
        pages.shown.connect(banner.forget_steps)
        session.trainings.run.state_changed.connect(self._see_training)
        session.trainings.run.finished.connect(self._see_trained)
        session.hand.kept.connect(self._see_taught)

    def offer_tour(self) -> None:
        """Offer the tour, once, to those who have not been here before."""
        settings = self._window.settings
        if settings.has(BEEN_HERE) or settings.has(TOLD):
            return
        settings.set(TOLD, True)
        text = "New here? A tour of five short stops shows what this program can do."
        self._banner.show_steps(text, ("Take the tour", self.take_tour), ("Not now", lambda: None), stays=True)

    def take_tour(self) -> None:
        """Lead through the pages, from the first stop."""
        from digitgui.frame.tour import take_tour  # noqa: PLC0415

        self._banner.hide()
        self.mark_terms()  # of which it speaks
        take_tour(self._window)

    def explain_word(self, word: str) -> None:
        """Open the glossary at a word; where it is empty, at that of what has the keyboard, if it has one."""
        from digitgui.frame.glossary import open_glossary  # noqa: PLC0415
        from digitgui.frame.glossary_marks import term_of  # noqa: PLC0415
        from digitgui.frame.glossary_terms import term_named  # noqa: PLC0415

        open_glossary(self._window, term_named(word) if word else term_of(self._window.focusWidget()))

    def mark_terms(self) -> None:
        """Let words that are explained be clicked, on all pages that are built, and on any that is shown later."""
        from digitgui.frame.glossary_marks import Marks  # noqa: PLC0415

        if self._marks is None:
            self._marks = marks = Marks(self.explain_word, self)
            pages = self._window.ways.pages
            pages.shown.connect(lambda name: marks.mark(pages.page(name)))
        for page in self._window.findChildren(Page):
            self._marks.mark(page)

    def _see_built(self, page: Page) -> None:
        pages, session = self._window.ways.pages, self._window.session
        if pages.is_built("evaluate") and page is self._window.evaluate_page:
            session.evaluation.done.connect(self._see_evaluated)
        if pages.is_built("sheets") and page is self._window.sheets_page:
            session.sheet_teaching.kept.connect(self._see_taught)

    def _see_training(self, state: RunState) -> None:
        if state is RunState.RUNNING:  # by a key: the mouse takes away what is offered by itself
            self._banner.forget_steps()

    def _see_trained(self, event: RunFinished) -> None:
        from digitgui.frame.next_steps import after_training  # noqa: PLC0415

        after_training(self._window, self._banner, event)

    def _see_evaluated(self) -> None:
        from digitgui.frame.next_steps import after_evaluation  # noqa: PLC0415

        answers = self._window.session.evaluation.probabilities
        if answers is not self._evaluated:  # or the labels alone have been corrected
            self._evaluated = answers
            after_evaluation(self._window, self._banner)

    def _see_taught(self, told: str) -> None:
        from digitgui.frame.next_steps import after_teaching  # noqa: PLC0415

        after_teaching(self._window, self._banner, told)
