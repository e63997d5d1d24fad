"""The confusion matrix with what can be chosen in it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from digitgui.documents.evaluated_pictures import DIAGONAL, MISTAKES
from digitgui.widgets.building import button, chips, column_of
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.widgets.tables.confusion_matrix import Cell, ConfusionMatrix, Unit
from model.judging.scores import MEANINGS, Scores

UNIT_TIPS = {
    Unit.COUNTS: "Number of pictures in each cell",
    Unit.ROWS: "Share of the pictures with this label that got this answer; the diagonal is recall",
    Unit.COLUMNS: "Share of the pictures with this answer that have this label; the diagonal is precision",
}
INVITATION = f"{MEANINGS['confusion']} Choose a cell to see its pictures."
SENTENCE_LINES = 2


class ConfusionCard(QWidget):
    """Shows which digit is taken for which, as counts or as shares.

    Signals
    -------
    chosen(object)
        The cells, pairs of label and answer, whose pictures are to be seen.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = ConfusionMatrix()
        self._sentence = SteadyLabel(INVITATION, "muted", lines=SENTENCE_LINES)
        units = list(UNIT_TIPS)
        self.units = chips(self, UNIT_TIPS.items(), lambda number: self.matrix.set_unit(units[number]))
        choices = (
            ("Right", "Show the right answers: the diagonal", DIAGONAL),
            ("Wrong", "Show the wrong answers: all cells off the diagonal", MISTAKES),
            ("All", "Show all pictures", frozenset[Cell]()),
        )
        buttons = (
            button(text, tip, partial(self.chosen.emit, cells), look="small") for text, tip, cells in choices
        )
        row = FlowLayout(spacing=3)
        for one in (*self.units.buttons(), *buttons):
            row.addWidget(one)
        column_of(row, (self.matrix, 1), self._sentence, inside=self, spacing=8)
        self.matrix.chosen.connect(lambda *cell: self.chosen.emit(frozenset([cell])))
        self.matrix.pointed.connect(lambda words: self._sentence.setText(words or INVITATION))

    def show_scores(self, scores: Scores) -> None:
        """Show another matrix."""
        self.matrix.set_counts(scores.confusion)
