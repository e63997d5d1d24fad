"""The confusion matrix with what can be chosen in it."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSlider, QWidget

from digitgui.documents.evaluated_pictures import diagonal, mistakes
from digitgui.looks.sizes import by_text
from digitgui.widgets.building import STRETCH, chip, chips, column_of, label, row_of, switch
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.scrolling import leave_wheel
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.widgets.tables.confusion_matrix import FEW, Cell, ConfusionMatrix, Unit
from digitgui.widgets.tables.matrix_area import MatrixArea
from model.judging.scores import Scores, meanings_for
from model.network.arrays import IndexArray
from model.network.task import DIGITS

UNIT_TIPS = {
    Unit.COUNTS: "Number of pictures in each cell",
    Unit.ROWS: "Share of the pictures with this label that got this answer; the diagonal is recall",
    Unit.COLUMNS: "Share of the pictures with this answer that have this label; the diagonal is precision",
}
GROUPS: tuple[tuple[str, str, Callable[[int], frozenset[Cell]]], ...] = (
    ("All", "Show all pictures", lambda _classes: frozenset()),
    ("Right", "Show the right answers: the diagonal", diagonal),
    ("Wrong", "Show the wrong answers: all cells off the diagonal", mistakes),
)
"""What a chip is called and does, and the cells that it stands for, by the number of classes."""
INVITATION = "Choose a cell to see its pictures."
SIDES = (0, 12, 18, 26, 40)
"""Of the cells of a matrix of many classes, in pixels where text has 100 %; all fit for 0."""
SENTENCE_LINES = 2


class ConfusionCard(QWidget):
    """Shows which class is taken for which, as counts or as shares.

    Signals
    -------
    chosen(object)
        The cells, pairs of label and answer, whose pictures are to be seen.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = ConfusionMatrix()
        self._order: IndexArray = np.arange(DIGITS.count)
        self._invitation = f"{meanings_for(DIGITS.class_names)['confusion']} {INVITATION}"
        self._sentence = SteadyLabel(self._invitation, "muted", lines=SENTENCE_LINES)
        units = list(UNIT_TIPS)
        self.units = chips(self, UNIT_TIPS.items(), lambda number: self.matrix.set_unit(units[number]))
        self._groups = QButtonGroup(self)
        groups = [
            chip(self._groups, number, text, tip, partial(self._choose, cells))
            for number, (text, tip, cells) in enumerate(GROUPS)
        ]
        row = FlowLayout(spacing=3)
        for one in (*self.units.buttons(), label("Show", "muted"), *groups):
            row.addWidget(one)
        column_of(row, self._many_row(), (MatrixArea(self.matrix), 1), self._sentence, inside=self, spacing=8)
        self.matrix.chosen.connect(lambda *cell: self.chosen.emit(frozenset([cell])))
        self.matrix.pointed.connect(lambda words: self._sentence.setText(words or self._invitation))

    def show_scores(self, scores: Scores) -> None:
        """Show another matrix."""
        names = scores.class_names
        self._invitation = f"{meanings_for(names)['confusion']} {INVITATION}"
        self._order = scores.order
        self.matrix.set_counts(scores.confusion, names)
        self._many.setVisible(len(names) > FEW)
        self._arrange()

    def show_chosen(self, cells: frozenset[Cell] | None) -> None:
        """Mark the cells whose pictures are seen, and the chip that stands for exactly these.

        Parameters
        ----------
        cells : frozenset of (int, int), optional
            Label and answer; empty for all pictures, and None where others are seen that were not chosen here.
        """
        self.matrix.set_chosen(cells or frozenset())
        self._groups.setExclusive(False)  # of some cells there is no chip
        for one, (_, _, chosen) in zip(self._groups.buttons(), GROUPS, strict=True):
            one.setChecked(chosen(self.matrix.classes) == cells)
        self._groups.setExclusive(True)

    def _choose(self, cells: Callable[[int], frozenset[Cell]]) -> None:
        self.chosen.emit(cells(self.matrix.classes))

    def _many_row(self) -> QWidget:
        """Make what helps with many classes."""
        self._many = QWidget()
        tip = "Put classes next to each other that the network confuses"
        self.by_confusion = switch("Order by confusion", tip, self._arrange)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(0, len(SIDES) - 1)
        self.zoom.setPageStep(1)
        self.zoom.setFixedWidth(72)
        leave_wheel(self.zoom)
        self.zoom.setToolTip("Size of the cells")
        self.zoom.setAccessibleName("Size of the cells")
        self.zoom.valueChanged.connect(lambda _step: self._arrange())
        row_of(self.by_confusion, STRETCH, label("Zoom", "muted"), self.zoom, inside=self._many, spacing=8)
        self._many.setVisible(False)
        return self._many

    def _arrange(self) -> None:
        """Order and enlarge the matrix of many classes as is asked for."""
        classes = self.matrix.classes
        is_ordered = self.by_confusion.isChecked() and classes > FEW
        self.matrix.set_order(self._order if is_ordered else np.arange(classes))
        self.matrix.enlarge(by_text(SIDES[self.zoom.value()]) if classes > FEW else 0)
