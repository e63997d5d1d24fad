"""The curves of an evaluation: ROC, precision against recall, and calibration."""

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from digitgui.theme import DIGIT_COLORS, Theme
from digitgui.widgets.building import button, label
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.reliability_plot import ReliabilityPlot
from digitgui.widgets.score_plot import ScorePlot
from model.scores import MEANINGS, Scores

__all__ = ["ScoreCurvesCard"]

ROC, PRECISION_RECALL, CALIBRATION = range(3)
KINDS = (
    ("ROC", "Each digit against the rest: how many are found, against how many others are taken for it"),
    ("Precision–recall", "Each digit against the rest: how many finds are right, against how many are found"),
    ("Calibration", "Whether answers of 90 % confidence are right nine times in ten"),
)
SENTENCES = tuple(MEANINGS[key] for key in ("roc_curve", "precision_recall_curve", "calibration"))
ALL_DIGITS = 10
SENTENCE_HEIGHT = 52
PATCH = 8
"""Side of the colour on a chip of the legend, in pixels."""


class ScoreCurvesCard(QWidget):
    """Shows one of the three, with a legend that lets one digit stand out."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: Scores | None = None
        self.roc = ScorePlot("ROC curves", "false positive rate", "true positive rate", best_x=0)
        self.precision_recall = ScorePlot("Precision-recall curves", "recall", "precision", best_x=1)
        self.calibration = ReliabilityPlot()
        self._plots = QStackedWidget()
        for plot in (self.roc, self.precision_recall, self.calibration):
            self._plots.addWidget(plot)
        self._sentence = label(name="muted", wrap=True)
        self._sentence.setMinimumHeight(SENTENCE_HEIGHT)
        self._legend = QWidget()
        self._legend.setLayout(self._digit_row())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._kind_row())
        layout.addWidget(self._legend)
        layout.addWidget(self._plots, 1)
        layout.addWidget(self._sentence)
        self._show_kind(ROC)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for plot in (self.roc, self.precision_recall, self.calibration):
            plot.set_theme(theme)

    def show_scores(self, scores: Scores) -> None:
        """Show other curves."""
        self._scores = scores
        self.roc.show_curves(scores.roc, diagonal=True)
        self.precision_recall.show_curves(scores.precision_recall, diagonal=False)
        self.calibration.show_calibration(scores.calibration)
        self._tell()

    def _kind_row(self) -> QHBoxLayout:
        self.kinds = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(3)
        for number, (text, tip) in enumerate(KINDS):
            chip = button(text, tip, lambda number=number: self._show_kind(number), look="chip")  # type: ignore[misc]
            chip.setCheckable(True)
            self.kinds.addButton(chip, number)
            row.addWidget(chip)
        self.kinds.button(ROC).setChecked(True)
        row.addStretch(1)
        self.corner = button("Zoom in", "Show only the corner that good networks reach", self._zoom, look="chip")
        self.corner.setCheckable(True)
        row.addWidget(self.corner)
        return row

    def _digit_row(self) -> FlowLayout:
        self.digits = QButtonGroup(self)
        row = FlowLayout(spacing=3)
        for digit in (ALL_DIGITS, *range(10)):
            text = "all" if digit == ALL_DIGITS else str(digit)
            tip = "Show all curves alike" if digit == ALL_DIGITS else f"Let the curve of {digit} stand out"
            chip = button(text, tip, self._show_digit, look="chip")
            chip.setCheckable(True)
            if digit != ALL_DIGITS:
                chip.setIcon(_patch(DIGIT_COLORS[digit]))
                chip.setIconSize(QSize(PATCH, PATCH))
            self.digits.addButton(chip, digit)
            row.addWidget(chip)
        self.digits.button(ALL_DIGITS).setChecked(True)
        return row

    def _show_kind(self, kind: int) -> None:
        self._plots.setCurrentIndex(kind)
        self._legend.setVisible(kind != CALIBRATION)
        self.corner.setVisible(kind != CALIBRATION)
        self._tell()

    def _show_digit(self) -> None:
        digit = self.digits.checkedId()
        for plot in (self.roc, self.precision_recall):
            plot.show_digit(None if digit == ALL_DIGITS else digit)
        self._tell()

    def _zoom(self) -> None:
        for plot in (self.roc, self.precision_recall):
            plot.show_corner(self.corner.isChecked())

    def _tell(self) -> None:
        """Say what the curve means, and the area under it."""
        kind, digit, scores = self._plots.currentIndex(), self.digits.checkedId(), self._scores
        area = ""
        if scores and kind == CALIBRATION:
            area = f" Expected calibration error: {100 * scores.calibration.expected_error:.2f} %."
        elif scores:
            one = scores.macro if digit == ALL_DIGITS else scores.digits[digit]
            of = "mean of the digits" if digit == ALL_DIGITS else f"digit {digit}"
            name, figure = ("ROC-AUC", one.roc_auc) if kind == ROC else ("PR-AUC", one.pr_auc)
            known = "not known, for lack of pictures" if math.isnan(figure) else f"{figure:.4f}"
            area = f" {name}, {of}: {known}."
        self._sentence.setText(SENTENCES[kind] + area)


def _patch(color: str) -> QIcon:
    pixmap = QPixmap(PATCH, PATCH)
    pixmap.fill(QColor(color))
    return QIcon(pixmap)
