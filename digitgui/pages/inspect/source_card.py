"""The line that computes the pinned number: the installed source of its layer, its formula, and its shapes."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QWidget

from digitgui.looks.formula_outlines import Outline, outlines_of
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, chips, column_of, label, row_of, show_text
from digitgui.widgets.formula import Formula
from digitgui.widgets.source_text import SourceText
from digitgui.work.computation import Computation
from digitgui.work.separate_process import SeparateProcess
from model.inspection.explained_lines import (
    Direction,
    ExplainedLines,
    lines_of_input,
    lines_of_layer,
    lines_of_loss,
)
from model.inspection.trace import Trace, Unit

WAYS = (
    ("Forward", "The lines that compute this number"),
    ("Backward", "The lines that compute its gradient, and those of weights and inputs"),
    ("Softmax and loss", "The lines that turn the logits into probabilities and the loss"),
    ("Its gradient", "The lines that compute the derivative of the loss with respect to the logits"),
)
LOSS = 2
"""From here on the ways are those of the loss, which only the logits have."""
DIRECTIONS: tuple[Direction, Direction] = ("forward", "backward")


class SourceCard(QWidget):
    """Shows the source of the layer of the pinned number."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._lines: ExplainedLines | None = None
        self._outlines: dict[str, Outline] = {}
        self._setting = Computation[dict[str, Outline]]("", SeparateProcess(session.activity), session.activity)
        self._setting.done.connect(self._keep_outlines)
        self._place = label(name="muted")
        self.open = button("Open", "Open the file in the program that reads it here", self._open, look="small")
        self.ways = chips(self, WAYS, lambda _number: self.refresh())
        self.formula, self.text = Formula(), SourceText()
        self._letters, self._shapes = label(name="muted", wrap=True), label(name="muted", wrap=True)
        head = row_of(label("The line that computes it", "cardTitle"), STRETCH, self.open, spacing=8)
        ways = row_of(*self.ways.buttons(), STRETCH, spacing=3)
        parts = self._place, ways, self.formula, self._letters, self.text, self._shapes
        column_of(head, *parts, STRETCH, inside=self, spacing=6)
        session.inspection.traced.connect(self.refresh)
        session.inspection.pinned.connect(self.refresh)

    @property
    def lines(self) -> ExplainedLines | None:
        """What is shown."""
        return self._lines

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has been pinned unseen."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the lines of the pinned number, unless they are shown."""
        found, unit = self._session.inspection.trace, self._session.inspection.unit
        if not self.isVisible() or found is None or unit is None:
            return
        is_logit = unit.layer == found.layers[-1].name
        for number, way in enumerate(self.ways.buttons()):
            way.setVisible(number == 0 or (unit.layer != "input" and (number < LOSS or is_logit)))
        if self.ways.button(self.ways.checkedId()).isHidden():
            self.ways.button(0).setChecked(True)
        lines = _lines(found, unit, self.ways.checkedId())
        if lines == self._lines:
            return
        self._lines = lines
        self._place.setText(lines.place)
        self.text.show_lines(lines.text, lines.marked)
        show_text(self._letters, lines.letters)
        self._shapes.setText(lines.shapes)
        self._show_formulas()

    def _show_formulas(self) -> None:
        """Show the formulas if they are set; let them be set if not."""
        assert self._lines is not None
        formulas = self._lines.formulas
        known = [self._outlines[formula] for formula in formulas if formula in self._outlines]
        self.formula.show_formulas(known, "; ".join(formulas))
        if len(known) < len(formulas):
            self._setting.ask(outlines_of, formulas, basis=formulas)

    def _keep_outlines(self, outlines: dict[str, Outline]) -> None:
        self._outlines |= outlines
        self._show_formulas()

    def _open(self) -> None:
        if self._lines:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._lines.path)))
            # there may be no such program, which the desktop does not always tell
            self._session.noticed.emit(f"The source is in {self._lines.path}")


def _lines(found: Trace, unit: Unit, way: int) -> ExplainedLines:
    if unit.layer == "input":
        return lines_of_input(found)
    direction = DIRECTIONS[way % LOSS]
    return lines_of_loss(found, direction) if way >= LOSS else lines_of_layer(found.layer(unit.layer), direction)
