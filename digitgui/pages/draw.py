"""The Draw page: the drawing, the answer, and what the network sees of it."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from digitgui.pen import Pen
from digitgui.session import Prediction, Session
from digitgui.theme import Theme
from digitgui.widgets.building import SquareFrame, button, card, label, repolish
from digitgui.widgets.canvas import Canvas
from digitgui.widgets.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import percent
from model.arrays import ImageArray

__all__ = ["DrawPage"]


class DrawPage(QWidget):
    """Draw a digit and see it recognised."""

    def __init__(self, session: Session, pen: Pen) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session, self._pen = session, pen
        self.canvas = Canvas(session.drawing)
        self.canvas.setObjectName("drawingCanvas")
        self._answer = _AnswerCard()
        self._strip = _FilmStrip()

        layout = QGridLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._drawing_card(), 0, 0)
        layout.addWidget(self._answer, 0, 1)
        layout.addWidget(self._strip, 1, 0, 1, 2)
        layout.setRowStretch(0, 1)
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 4)

        pen.attach(self.canvas)
        session.prediction_changed.connect(self._show_prediction)
        session.drawing.undo_stack.canUndoChanged.connect(self._undo.setEnabled)
        session.drawing.undo_stack.canRedoChanged.connect(self._redo.setEnabled)
        session.drawing.changed.connect(self._show_buttons)
        self._show_prediction()
        self._show_buttons()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.canvas.set_accent(theme.accent)
        self._answer.bars.set_theme(theme)

    def _drawing_card(self) -> QFrame:
        frame, layout = card(spacing=12)
        layout.addLayout(self._head())
        layout.addWidget(SquareFrame(self.canvas, minimum=220), 1)
        layout.addLayout(self._pen_row())
        return frame

    def _head(self) -> QHBoxLayout:
        drawing = self._session.drawing
        self._undo = button("Undo", "Take the last stroke back", drawing.undo_stack.undo, shortcut="Ctrl+Z")
        self._redo = button("Redo", "Draw the stroke again", drawing.undo_stack.redo, shortcut="Ctrl+Shift+Z")
        self._clear = button("Clear", "Empty the canvas", drawing.clear, shortcut="Delete", name="clearButton")
        head = QHBoxLayout()
        head.addWidget(label("Draw a digit", "heading"), 1)
        for part in (self._undo, self._redo, self._clear):
            part.setEnabled(False)
            head.addWidget(part)
        return head

    def _pen_row(self) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(self._pen.MINIMUM_PERCENT, self._pen.MAXIMUM_PERCENT)
        slider.setValue(self._pen.percent)
        slider.setToolTip("Width of the pen, in percent of the canvas (wheel, [ and ])")
        slider.setAccessibleName("Pen width")
        slider.setMinimumWidth(60)
        width = label(f"{self._pen.percent} %", "muted")
        width.setMinimumWidth(36)
        slider.valueChanged.connect(self._pen.set_percent)
        self._pen.percent_changed.connect(slider.setValue)
        self._pen.percent_changed.connect(lambda percent: width.setText(f"{percent} %"))

        eraser = button("Eraser", "Take ink away instead of drawing", lambda: None, shortcut="E")
        eraser.setCheckable(True)
        eraser.toggled.connect(self._pen.set_erasing)
        self._pen.erasing_changed.connect(eraser.setChecked)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label("Pen", "muted"))
        row.addWidget(slider, 1)
        row.addWidget(width)
        row.addWidget(eraser)
        return row

    def _show_buttons(self) -> None:
        self._clear.setEnabled(not self._session.drawing.is_empty)

    def _show_prediction(self) -> None:
        self._answer.show_prediction(self._session.prediction)
        self._strip.show_prediction(self._session.prediction)


class _AnswerCard(QFrame):
    """The digit, how sure the network is, and the ten bars."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._digit = label(name="predictedDigit")
        self._digit.setAccessibleName("Recognised digit")
        self._digit.setFixedWidth(84)
        self._digit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sureness = label(name="figure")
        self._runner_up = label(name="muted", wrap=True)
        self._verdict = label(wrap=True)
        self._seen = DigitPicture(112)
        self._seen.setAccessibleName("The 28×28 picture that the network sees")
        self._seen.setToolTip("The 28×28 picture that the network sees")
        self.bars = ProbabilityBars()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._head())
        layout.addWidget(self.bars, 100)
        layout.addStretch(1)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        for part in (self._sureness, self._runner_up, self._verdict):
            words.addWidget(part)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._digit)
        head.addLayout(words, 1)
        head.addWidget(self._seen, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def show_prediction(self, prediction: Prediction | None) -> None:
        if prediction is None:
            self._digit.clear()
            self._sureness.setText("No answer yet")
            self._runner_up.setText("It appears here while you draw.")
            self._say("", "muted")
            self._seen.set_pixels(None)
            self.bars.set_probabilities(None)
            return
        first, second = prediction.digit, prediction.runner_up
        sure = float(prediction.probabilities[first])
        self._digit.setText(str(first))
        self._sureness.setText(f"{percent(sure)} sure")
        self._runner_up.setText(f"runner-up: {second}, {percent(prediction.probabilities[second])}")
        self._say(*(("a clear case", "good") if sure > 0.9 else ("not sure: it could be another", "warning")))
        self._seen.set_pixels(prediction.steps.centred)
        self.bars.set_probabilities(prediction.probabilities)

    def _say(self, text: str, tone: str) -> None:
        self._verdict.setText(text)
        if self._verdict.property("tone") != tone:
            self._verdict.setProperty("tone", tone)
            repolish(self._verdict)


class _FilmStrip(QFrame):
    """The way of the drawing to the network, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(label("What the network sees, step by step", "cardTitle"))
        self._pictures = [
            DigitPicture(96, smooth=True),
            DigitPicture(96, smooth=True),
            DigitPicture(96),
            DigitPicture(96),
        ]
        row = QHBoxLayout()
        row.setSpacing(16)
        captions = ("as drawn", "cropped", "scaled to 20 × 20", "centred in 28 × 28")
        for index, (picture, caption) in enumerate(zip(self._pictures, captions, strict=True)):
            if index:
                row.addWidget(label("›", "figure"))
            row.addLayout(_captioned(picture, caption))
        row.addStretch(1)
        layout.addLayout(row)

    def show_prediction(self, prediction: Prediction | None) -> None:
        if prediction is None:
            for picture in self._pictures:
                picture.set_pixels(None)
            return
        steps = prediction.steps
        shown = (steps.drawn, steps.cropped, _framed(steps.scaled), steps.centred)
        for picture, pixels in zip(self._pictures, shown, strict=True):
            picture.set_pixels(pixels)


def _captioned(picture: DigitPicture, caption: str) -> QVBoxLayout:
    text: QLabel = label(caption, "muted")
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    text.setMinimumWidth(120)
    picture.setAccessibleName(caption)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(text)
    return column


def _framed(scaled: ImageArray) -> ImageArray:
    """Put the scaled drawing into the middle of its 20×20 box."""
    box = np.zeros((20, 20), np.uint8)
    height, width = scaled.shape
    top, left = (20 - height) // 2, (20 - width) // 2
    box[top : top + height, left : left + width] = scaled
    return box
