"""The figures of an evaluation, each with the sentence that says what it means."""

import math
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from digitgui.widgets.building import column_of, row_of
from digitgui.widgets.figure_tile import FigureTile
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.widgets.tables.score_table import ScoreTable
from digitgui.wording import percent
from model.judging.scores import MEANINGS, Scores, meanings_for

INVITATION = "Point at a figure, or go to it with the Tab key, to read what it means."
SENTENCE_LINES = 3
TILES: tuple[tuple[str, str, Callable[[Scores], str]], ...] = (
    ("loss", "loss", lambda scores: _plain(scores.loss)),
    ("top_k", "top 3", lambda scores: percent(scores.top_k[min(3, len(scores.top_k)) - 1])),
    ("kappa", "Cohen's kappa", lambda scores: _plain(scores.kappa)),
    ("roc_auc", "ROC-AUC", lambda scores: _plain(scores.roc_auc, 4)),
    ("mean_average_precision", "mean AP", lambda scores: _plain(scores.mean_average_precision, 4)),
    (
        "expected_calibration_error",
        "calibration error",
        lambda scores: _percent(scores.calibration.expected_error),
    ),
)
"""Key of the meaning, name, and how the figure is written."""


class FiguresCard(QWidget):
    """Accuracy with its interval, six more figures, and those of each class in a table."""

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = FigureTile("accuracy", f"{MEANINGS['accuracy']} {MEANINGS['interval']}")
        self.accuracy.setProperty("big", True)
        self.tiles = {key: FigureTile(name, MEANINGS[key]) for key, name, _ in TILES}
        self.table = ScoreTable(MEANINGS)
        self._sentence = SteadyLabel(INVITATION, "muted", lines=SENTENCE_LINES)
        others = FlowLayout(spacing=4)
        for tile in self.tiles.values():
            others.addWidget(tile)
        head = row_of(self.accuracy, (others, 1), spacing=8)
        column_of(head, self._sentence, (self.table, 1), inside=self, spacing=8)
        for pointed in (self.table.pointed, *(tile.pointed for tile in (self.accuracy, *self.tiles.values()))):
            pointed.connect(self._tell)

    @property
    def sentence(self) -> str:
        """What is told about a figure now."""
        return self._sentence.text()

    def show_scores(self, scores: Scores) -> None:
        """Show other figures; what is told about one of them follows."""
        told = next((tile for tile in (self.accuracy, *self.tiles.values()) if tile.words == self.sentence), None)
        meanings = meanings_for(scores.class_names)
        for key, tile in self.tiles.items():
            tile.explain(meanings[key])
        self.tiles["top_k"].setVisible(len(scores.top_k) > 2)
        low, high = scores.interval
        right = round(scores.accuracy * scores.count)
        self.accuracy.show_figure(
            f"{100 * scores.accuracy:.2f} %",
            f"Here {right:,} of {scores.count:,} are right.",
        )
        self.accuracy.show_note(f"{100 * low:.2f} – {100 * high:.2f} %")
        for key, _, written in TILES:
            shares = (f"{k}: {percent(share)}" for k, share in enumerate(scores.top_k, start=1))
            self.tiles[key].show_figure(written(scores), f"By k: {', '.join(shares)}." if key == "top_k" else "")
        self.table.show_scores(scores)
        if told:
            self._sentence.setText(told.words)

    def _tell(self, sentence: str) -> None:
        if not sentence:  # the mouse has left one figure while another has the focus
            focused = self.focusWidget()
            sentence = focused.words if isinstance(focused, FigureTile) and focused.hasFocus() else ""
        self._sentence.setText(sentence or INVITATION)


def _plain(figure: float, digits: int = 3) -> str:
    return "–" if math.isnan(figure) else f"{figure:.{digits}f}"


def _percent(figure: float) -> str:
    return "–" if math.isnan(figure) else f"{100 * figure:.2f} %"
