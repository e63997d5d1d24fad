"""The curves of an evaluation: ROC, precision against recall, and calibration."""

import math

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.building import STRETCH, chips, column_of, explain_button, row_of, switch
from digitgui.widgets.class_choice import ALL, ClassChoice
from digitgui.widgets.plots.reliability_plot import ReliabilityPlot
from digitgui.widgets.plots.score_plot import ScorePlot
from digitgui.widgets.steady_label import SteadyLabel
from model.judging.scores import Scores, meanings_for
from model.network.task import DIGITS
from model.wording import of_classes, speaks_of_digits

ROC, PRECISION_RECALL, CALIBRATION = range(3)
KINDS = (
    ("ROC", "Each digit against the rest: how many are found, against how many others are taken for it"),
    ("Precision–recall", "Each digit against the rest: how many finds are right, against how many are found"),
    ("Calibration", "Whether answers of 90 % confidence are right nine times in ten"),
)
SENTENCES = ("roc_curve", "precision_recall_curve", "calibration")
"""Their meanings, by the keys of `MEANINGS`."""
SENTENCE_LINES = 3


class ScoreCurvesCard(QWidget):
    """Shows one of the three, with a legend that lets one class stand out."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: Scores | None = None
        self._theme = LIGHT
        self._plots: dict[int, ScorePlot | ReliabilityPlot] = {}
        self._stack = QStackedWidget()
        self._sentence = SteadyLabel(name="muted", lines=SENTENCE_LINES)
        self.classes = ClassChoice("Highlight the curve of", "Highlight no curve", self._adjust, has_colors=True)
        column_of(self._kind_row(), self.classes, (self._stack, 1), self._sentence, inside=self, spacing=8)

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
        self.classes.set_names(scores.class_names)
        for one, (_, tip) in zip(self.kinds.buttons(), KINDS, strict=True):
            is_of_digits = speaks_of_digits(scores.class_names)
            explain_button(one, tip if is_of_digits else of_classes(tip), "")
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

    def _show_plot(self) -> None:
        self._stack.setCurrentWidget(self.plot)
        for part in (self.classes, self.corner):
            part.setVisible(isinstance(self.plot, ScorePlot))
        self._adjust()

    def _draw(self, kind: int) -> None:
        plot, scores = self._plots[kind], self._scores
        if scores is None:
            return
        if isinstance(plot, ReliabilityPlot):
            plot.show_calibration(scores.calibration)
        elif kind == ROC:
            plot.show_curves(scores.roc, scores.class_names, diagonal=True)
        else:
            plot.show_curves(scores.precision_recall, scores.class_names, diagonal=False)

    def _adjust(self) -> None:
        """Let the chosen class stand out, and show the corner or everything."""
        chosen, plot = self.classes.chosen, self.plot
        if isinstance(plot, ScorePlot):
            plot.show_digit(None if chosen == ALL else chosen)
            plot.show_corner(self.corner.isChecked())
        self._tell()

    def _tell(self) -> None:
        """Say what the curve means, and the area under it."""
        kind, chosen, scores = self.kinds.checkedId(), self.classes.chosen, self._scores
        names = scores.class_names if scores else DIGITS.class_names
        word, words = ("digit", "digits") if speaks_of_digits(names) else ("class", "classes")
        area = ""
        if scores and kind == CALIBRATION:
            area = f" Expected calibration error: {100 * scores.calibration.expected_error:.2f} %."
        elif scores:
            one = scores.macro if chosen == ALL else scores.digits[chosen]
            of = f"mean of the {words}" if chosen == ALL else f"{word} {names[chosen]}"
            name, figure = ("ROC-AUC", one.roc_auc) if kind == ROC else ("PR-AUC", one.pr_auc)
            known = "unknown (too few pictures)" if math.isnan(figure) else f"{figure:.4f}"
            area = f" {name}, {of}: {known}."
        self._sentence.setText(meanings_for(names)[SENTENCES[kind]] + area)


def _new_plot(kind: int) -> ScorePlot | ReliabilityPlot:
    if kind == ROC:
        return ScorePlot("ROC curves", "False positive rate", "True positive rate", best_x=0)
    if kind == PRECISION_RECALL:
        return ScorePlot("Precision-recall curves", "Recall", "Precision", best_x=1)
    return ReliabilityPlot()
