"""What the network answers: the digit, how sure it is, and the ten bars."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from digitgui.prediction import Prediction
from digitgui.widgets.building import label, repolish
from digitgui.widgets.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import percent

__all__ = ["AnswerCard"]


class AnswerCard(QFrame):
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
        self._note = label(name="rejectionNote", wrap=True)
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
        for part in (self._sureness, self._runner_up, self._verdict, self._note):
            words.addWidget(part)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._digit)
        head.addLayout(words, 1)
        head.addWidget(self._seen, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Show an answer, or that there is none."""
        if prediction is None:
            self._digit.clear()
            self._sureness.setText("No answer yet")
            self._runner_up.setText("It appears here while you draw.")
            self._say("", "muted")
            self._show_doubt("")
            self._seen.set_pixels(None)
            self.bars.set_probabilities(None)
            return
        first, second = prediction.digit, prediction.runner_up
        sure = float(prediction.probabilities[first])
        self._digit.setText(str(first))
        self._sureness.setText(f"{percent(sure)} sure")
        self._runner_up.setText(f"runner-up: {second}, {percent(prediction.probabilities[second])}")
        self._show_doubt(prediction.doubt)
        if prediction.doubt:
            self._say("", "muted")
        else:
            self._say(*(("a clear case", "good") if sure > 0.9 else ("not sure: it could be another", "warning")))
        self._seen.set_pixels(prediction.picture)
        self.bars.set_probabilities(prediction.probabilities)

    def _show_doubt(self, why: str) -> None:
        """Say why the answer is doubted, and show its digit in grey."""
        self._note.setText(why)
        self._note.setVisible(bool(why))
        doubted = bool(why)
        if bool(self._digit.property("doubted")) != doubted:
            self._digit.setProperty("doubted", doubted)
            repolish(self._digit)

    def _say(self, text: str, tone: str) -> None:
        self._verdict.setText(text)
        self._verdict.setVisible(bool(text))
        if self._verdict.property("tone") != tone:
            self._verdict.setProperty("tone", tone)
            repolish(self._verdict)
