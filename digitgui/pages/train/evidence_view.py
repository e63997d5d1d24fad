"""What can be looked at of a training with a fault."""

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from digitgui.widgets.building import STRETCH, column_of, label, row_of, stack_of
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.tables.number_table import NumberTable
from digitgui.wording import PART_NAMES
from model.training.fault_lab import SEEN_STEPS, SHOWN, VIEWS, Evidence

PICTURE_SIDE = 24
PARAMETERS, CHECKED = 4, 6
"""Rows of the tables of the network that is trained."""
HELP = {
    "pictures": "Each picture with its label, as the network gets them.",
    "input": "The numbers that enter the network: 0 for black to 1 for white.",
    "steps": "How far the first, tenth and hundredth step move each parameter, against learning rate × gradient.",
    "gradients": "The derivative by the backward pass, and by nudging the parameter a little.",
    "parts": "Validation and test pictures that are training pictures too.",
}
"""How to read each view, by its key in `VIEWS`."""
NORMAL = {
    "pictures": "labels belong to the pictures, and both parts look alike",
    "input": "the numbers go from 0 to 1",
    "steps": "every parameter moves by learning rate × gradient",
    "gradients": "both columns are the same",
    "parts": "the parts have no picture in common",
}
"""What each view shows where nothing is wrong."""


class EvidenceView(QWidget):
    """One view at a time, each with a sentence on how to read it."""

    def __init__(self) -> None:
        super().__init__()
        self._help = label(name="muted", wrap=True)
        self.pictures = _LabelledPictures()
        self.tables = {
            "input": NumberTable(["Part", "smallest", "largest"], 3),
            "steps": NumberTable(["Parameter", *(f"{step}." for step in SEEN_STEPS)], PARAMETERS),
            "gradients": NumberTable(["", "backward", "nudged"], CHECKED),
            "parts": NumberTable(["Part", "pictures", "shared"], 2),
        }
        views = [self.pictures, *self.tables.values()]
        self._stack = stack_of(*(_at_top(view) for view in views))
        column_of(self._help, self._stack, inside=self, spacing=6)
        self.show_view(next(iter(VIEWS)))

    def show_view(self, key: str) -> None:
        """Show one of `VIEWS`."""
        self._help.setText(HELP[key])
        self._stack.setCurrentIndex(list(VIEWS).index(key))

    def show_evidence(self, evidence: Evidence) -> None:
        """Fill all views."""
        self.pictures.show_parts(evidence)
        _fill(
            self.tables["input"],
            ([part, *map(_figure, found)] for part, found in evidence.input_ranges.items()),
        )
        _fill(self.tables["steps"], ([name, *map(_figure, found)] for name, found in evidence.steps.items()))
        checks = evidence.gradients.items()
        _fill(
            self.tables["gradients"],
            ([name, f"{one.backward:.3f}", f"{one.nudged:.3f}"] for name, one in checks),
        )
        shared = evidence.shared.items()
        _fill(self.tables["parts"], ([part, f"{evidence.counts[part]}", f"{count}"] for part, count in shared))


class _LabelledPictures(QWidget):
    """A row of pictures of the training part, and one of the validation part, with a label under each."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self.pictures = {
            part: [DigitPicture(PICTURE_SIDE) for _ in range(SHOWN)] for part in ("train", "validation")
        }
        self.labels = {part: [label() for _ in range(SHOWN)] for part in self.pictures}
        for place, part in enumerate(("train", "validation")):
            title = label(f"From the {PART_NAMES[part]} part", "muted")  # type: ignore[index]
            grid.addWidget(title, 3 * place, 0, 1, SHOWN)
            for column in range(SHOWN):
                grid.addWidget(self.pictures[part][column], 3 * place + 1, column)
                self.labels[part][column].setAlignment(Qt.AlignmentFlag.AlignHCenter)
                grid.addWidget(self.labels[part][column], 3 * place + 2, column)

    def show_parts(self, evidence: Evidence) -> None:
        for part, (images, labels) in evidence.pictures.items():
            for column in range(SHOWN):
                self.pictures[part][column].set_pixels(images[column])
                self.labels[part][column].setText(str(labels[column]))


def _at_top(view: QWidget) -> QWidget:
    """Give a view its own size, whatever the size of the largest."""
    page = QWidget()
    column_of(row_of(view, STRETCH) if isinstance(view, _LabelledPictures) else view, STRETCH, inside=page)
    return page


def _fill(table: NumberTable, rows: Iterable[Sequence[str]]) -> None:
    for number, texts in enumerate(rows):
        table.show_row(number, texts)


def _figure(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.2f}"
