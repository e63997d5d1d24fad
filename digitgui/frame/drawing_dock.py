"""The drawing, small, beside every other page: one draws while it trains."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitgui.drawings.pen import Pen
from digitgui.drawings.prediction import takes_drawings
from digitgui.drawings.read_number import OUTDATED, ReadNumber
from digitgui.looks.class_looks import elided
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme
from digitgui.session import Session
from digitgui.widgets.building import action_button, label, repolish
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.ink.number_boxes import NumberBoxes
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.wording import percent

__all__ = ["DrawingDock"]

CANVAS_SIDE, SEEN_SIDE, MARGIN = 200, 56, 16
DIGIT_WIDTH, NUMBER_TEXT = 48, 22
"""Pixels of a letter, and at the least of its place: the digit of an answer, and those of a number."""
COUNT_WIDTH = 56
"""Pixels beside a number, where text has 100 %."""
WORDS_WIDTH = 148
"""Pixels beside what the network sees, where text has 100 %: names are cut to fit: the dock keeps its width."""
LONGEST_NAME = 2
"""Letters of a class that stand large; a longer name stands beside how sure the answer is."""


class DrawingDock(QDockWidget):
    """Canvas, what the network sees, and the bars.

    Attributes
    ----------
    room : float
        How much larger than usual it is.
    """

    def __init__(self, session: Session, pen: Pen) -> None:
        super().__init__("Drawing")
        self.setObjectName("drawingDock")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)  # View shows and hides it
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self._session = session
        self.canvas = Canvas(session.drawing)
        self.canvas.setObjectName("dockCanvas")
        self.room = 1.0
        self._digit = label(name="smallDigit")
        self._sureness = label(name="strong")
        self._runner_up = label(name="muted")
        self._seen = DigitPicture(SEEN_SIDE)
        self._seen.setToolTip("The 28×28 picture that the network sees")
        self._seen.setAccessibleName(self._seen.toolTip())
        self.bars, self.number = ProbabilityBars(), NumberBoxes()
        self._note = label(name="muted", wrap=True)
        self._body = self._new_body()
        self.setWidget(ScrollColumn(self._body))
        self._take_room()
        self.canvas.use(pen)
        session.answering.changed.connect(self._show_answer)
        session.model.changed.connect(self._show_answer)  # its classes, also where nothing is drawn
        session.trainings.run.state_changed.connect(self._show_answer)
        self._show_answer()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.canvas.set_accent(theme.accent)
        self.bars.set_theme(theme)
        self.number.set_theme(theme)

    def set_room(self, room: float) -> None:
        """Be larger in a large window; it has 1 in a usual one."""
        self.room = room
        self._take_room()
        self._show_answer()

    def _take_room(self) -> None:
        side = round(CANVAS_SIDE * self.room)
        self.canvas.setFixedSize(side, side)
        self._body.setMinimumWidth(side + 3 * MARGIN)
        self._seen.set_room(self.room)
        self.bars.set_room(self.room)
        self.number.set_room(self.room)
        self._fit_digit()

    def _fit_digit(self) -> None:
        is_number = bool(self._digit.property("number"))
        width = round(DIGIT_WIDTH * self.room)
        self._digit.setMinimumWidth(width)
        self._digit.setMaximumWidth(self.canvas.width() if is_number else width)
        pixels = by_text(NUMBER_TEXT) if is_number else DIGIT_WIDTH
        self._digit.setStyleSheet(f"font-size: {round(pixels * self.room)}px")

    def _new_body(self) -> QWidget:
        body = QWidget()
        body.setObjectName("dockBody")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._sureness)
        words.addWidget(self._runner_up)
        words.addStretch(1)
        answer = QHBoxLayout()
        answer.addWidget(self._digit)
        answer.addLayout(words, 1)
        answer.addWidget(self._seen)
        answer.addStrut(SEEN_SIDE)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(MARGIN, MARGIN // 2, MARGIN, MARGIN)
        layout.setSpacing(8)
        layout.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(answer)
        layout.addWidget(self.bars)
        layout.addWidget(self.number)
        layout.addWidget(self._note)
        layout.addWidget(
            action_button("Clear", "clearDrawing", self._session.answering.clear),
            0,
            Qt.AlignmentFlag.AlignLeft,
        )
        layout.addStretch(1)
        return body

    def _show_answer(self) -> None:
        answering = self._session.answering
        prediction, number = answering.prediction, answering.number
        task = self._session.model.network.task
        self.bars.set_task(task)
        self._digit.setVisible(all(len(name) <= LONGEST_NAME for name in task.class_names))
        if prediction is None:
            self._digit.clear()
            asked = "Draw here" if takes_drawings(task) else "Paste a picture"
            self._sureness.setText("Draw a digit" if task.is_digits else asked)
            self._runner_up.clear()
            self._seen.set_pixels(None)
            self.bars.set_probabilities(None)
        else:
            first, second = prediction.digit, prediction.runner_up
            name, sure = task.class_names[first], percent(prediction.probabilities[first])
            is_short = len(name) <= LONGEST_NAME
            self._digit.setText(name if is_short else "")
            words = "doubted" if prediction.doubt else sure
            self._sureness.setText(words if is_short else self._fitted(self._sureness, "", name, words))
            self._runner_up.setText(
                self._fitted(
                    self._runner_up, "2nd: ", task.class_names[second], percent(prediction.probabilities[second])
                )
            )
            self._seen.set_pixels(prediction.picture)
            self.bars.set_probabilities(prediction.probabilities)
        self._show_look("" if number or prediction is None else prediction.doubt, number)
        self._seen.setVisible(prediction is not None and number is None)
        self.bars.setVisible(number is None)
        self.number.setVisible(number is not None)
        self.number.set_digits(number.digits if number else ())
        following = self._session.trainings.run.is_active
        note = "Updates while the network trains" if following else ""
        self._note.setText(OUTDATED if number and not answering.number_is_current else note)

    def _show_look(self, why: str, number: ReadNumber | None) -> None:
        """Show a doubted digit in grey, and as much of a number as there is room for."""
        look = bool(why), bool(number)
        if look != (bool(self._digit.property("doubted")), bool(self._digit.property("number"))):
            self._digit.setProperty("doubted", look[0])
            self._digit.setProperty("number", look[1])
            repolish(self._digit)
            self._fit_digit()
        if number:
            self._sureness.setText(f"{len(number.digits)} digits")
            self._runner_up.clear()
            width = self.canvas.width() - by_text(COUNT_WIDTH)
            self._digit.setText(elided(self._digit.fontMetrics(), number.text, width))
        self._digit.setToolTip(number.text if number else why)

    def _fitted(self, where: QLabel, before: str, name: str, after: str) -> str:
        """Write how sure the answer is behind the name of a class, which is cut to the room there is."""
        where.ensurePolished()
        metrics, rest = where.fontMetrics(), f"{before}, {after}"
        width = by_text(WORDS_WIDTH) + self.canvas.width() - CANVAS_SIDE
        return f"{before}{elided(metrics, name, width - metrics.horizontalAdvance(rest))}, {after}"
