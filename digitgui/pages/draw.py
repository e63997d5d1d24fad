"""The Draw page: the drawing, the answer, and what the network sees of it."""

from PySide6.QtWidgets import QGridLayout, QWidget

from digitgui.pages.answer_card import AnswerCard
from digitgui.pages.drawing_card import DrawingCard
from digitgui.pages.film_strip import FilmStrip
from digitgui.pen import Pen
from digitgui.session import Session
from digitgui.theme import Theme

__all__ = ["DrawPage"]


class DrawPage(QWidget):
    """Draw a digit and see it recognised."""

    def __init__(self, session: Session, pen: Pen) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session
        self._drawing_card = DrawingCard(session, pen)
        self.canvas = self._drawing_card.canvas
        self._answer = AnswerCard()
        self._strip = FilmStrip()

        layout = QGridLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._drawing_card, 0, 0)
        layout.addWidget(self._answer, 0, 1)
        layout.addWidget(self._strip, 1, 0, 1, 2)
        layout.setRowStretch(0, 1)
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 4)

        session.prediction_changed.connect(self._show_prediction)
        self._show_prediction()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.canvas.set_accent(theme.accent)
        self._answer.bars.set_theme(theme)

    def _show_prediction(self) -> None:
        self._answer.show_prediction(self._session.prediction)
        self._strip.show_prediction(self._session.prediction)
