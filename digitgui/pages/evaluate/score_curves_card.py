"""The curves of an evaluation: ROC, precision against recall, and calibration."""

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QWidget

from digitgui.looks.theme import DIGIT_COLORS, LIGHT, Theme
from digitgui.widgets.building import STRETCH, chip, chips, column_of, row_of, switch
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.plots.reliability_plot import ReliabilityPlot
from digitgui.widgets.plots.score_plot import ScorePlot
from digitgui.widgets.steady_label import SteadyLabel
from model.judging.scores import MEANINGS, Scores

ROC, PRECISION_RECALL, CALIBRATION = range(3)
KINDS = (
    ("ROC", "Each digit against the rest: how many are found, against how many others are taken for it"),
    ("Precision–recall", "Each digit against the rest: how many finds are right, against how many are found"),
    ("Calibration", "Whether answers of 90 % confidence are right nine times in ten"),
)
SENTENCES = tuple(MEANINGS[key] for key in ("roc_curve", "precision_recall_curve", "calibration"))
ALL_DIGITS = 10
SENTENCE_LINES = 3
PATCH = 8
"""Side of the colour on a chip of the legend, in pixels."""


class ScoreCurvesCard(QWidget):
    """Shows one of the three, with a legend that lets one digit stand out."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: Scores | None = None
        self._theme = LIGHT
        self._plots: dict[int, ScorePlot | ReliabilityPlot] = {}
        self._stack = QStackedWidget()
        self._sentence = SteadyLabel(name="muted", lines=SENTENCE_LINES)
        self._legend = QWidget()
        self._legend.setLayout(self._digit_row())
        column_of(self._kind_row(), self._legend, (self._stack, 1), self._sentence, inside=self, spacing=8)

    @property
    def plot(self) -> ScorePlot | ReliabilityPlot:
        """The plot that is chosen; made when it is first looked at, since each takes 30 ms to make."""
        kind = self.kinds.checkedId()
        if kind not in self._plots:
            plot = self._plots[kind] = _new_plot(kind)
            self._stack.addWidget(plot)
            plot.set_theme(self._theme)
            self._draw(kind)
        return self._plots[kind]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for plot in self._plots.values():
            plot.set_theme(theme)

    def show_scores(self, scores: Scores) -> None:
        """Show other curves."""
        self._scores = scores
        for kind in self._plots:
            self._draw(kind)
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the plot that is looked at."""
        super().showEvent(event)
        self._show_plot()

    def _kind_row(self) -> QHBoxLayout:
        self.kinds = chips(self, KINDS, lambda _kind: self._show_plot())
        self.corner = switch("Zoom in", "Show only the corner that good networks reach", self._adjust)
        return row_of(*self.kinds.buttons(), STRETCH, self.corner, spacing=3)

    def _digit_row(self) -> FlowLayout:
        self.digits = QButtonGroup(self)
        row = FlowLayout(spacing=3)
        for digit in (ALL_DIGITS, *range(10)):
            text = "all" if digit == ALL_DIGITS else str(digit)
            tip = "Highlight no curve" if digit == ALL_DIGITS else f"Highlight the curve of {digit}"
            one = chip(self.digits, digit, text, tip, self._adjust)
            if digit != ALL_DIGITS:
                one.setIcon(_patch(DIGIT_COLORS[digit]))
                one.setIconSize(QSize(PATCH, PATCH))
            row.addWidget(one)
        self.digits.button(ALL_DIGITS).setChecked(True)
        return row

    def _show_plot(self) -> None:
        self._stack.setCurrentWidget(self.plot)
        for part in (self._legend, self.corner):
            part.setVisible(isinstance(self.plot, ScorePlot))
        self._adjust()

    def _draw(self, kind: int) -> None:
        plot, scores = self._plots[kind], self._scores
        if scores is None:
            return
        if isinstance(plot, ReliabilityPlot):
            plot.show_calibration(scores.calibration)
        elif kind == ROC:
            plot.show_curves(scores.roc, diagonal=True)
        else:
            plot.show_curves(scores.precision_recall, diagonal=False)

    def _adjust(self) -> None:
        """Let the chosen digit stand out, and show the corner or everything."""
        digit, plot = self.digits.checkedId(), self.plot
        if isinstance(plot, ScorePlot):
            plot.show_digit(None if digit == ALL_DIGITS else digit)
            plot.show_corner(self.corner.isChecked())
        self._tell()

    def _tell(self) -> None:
        """Say what the curve means, and the area under it."""
        kind, digit, scores = self.kinds.checkedId(), self.digits.checkedId(), self._scores
        area = ""
        if scores and kind == CALIBRATION:
            area = f" Expected calibration error: {100 * scores.calibration.expected_error:.2f} %."
        elif scores:
            one = scores.macro if digit == ALL_DIGITS else scores.digits[digit]
            of = "mean of the digits" if digit == ALL_DIGITS else f"digit {digit}"
            name, figure = ("ROC-AUC", one.roc_auc) if kind == ROC else ("PR-AUC", one.pr_auc)
            known = "unknown (too few pictures)" if math.isnan(figure) else f"{figure:.4f}"
            area = f" {name}, {of}: {known}."
        self._sentence.setText(SENTENCES[kind] + area)


def _new_plot(kind: int) -> ScorePlot | ReliabilityPlot:
    if kind == ROC:
        return ScorePlot("ROC curves", "False positive rate", "True positive rate", best_x=0)
    if kind == PRECISION_RECALL:
        return ScorePlot("Precision-recall curves", "Recall", "Precision", best_x=1)
    return ReliabilityPlot()


def _patch(color: str) -> QIcon:
    pixmap = QPixmap(PATCH, PATCH)
    pixmap.fill(QColor(color))
    return QIcon(pixmap)
