"""Below which probability an answer is doubted: what that costs, and what it saves."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from digitgui.documents.doubt_curve import DoubtCurve
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of
from digitgui.widgets.even_grid import tell_around
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.plots.doubt_plot import DoubtPlot
from digitgui.wording import percent
from model.judging.calibration import THRESHOLDS, CoverageCurve
from model.network.model_card import ModelCard
from model.network.task import Task

TEXT_WIDTH, PLOT_WIDTH = 360, 140
"""Pixels of the words, where text has 100 %, and of each plot beside them at the least."""
FEW = 200
"""Of fewer pictures, half a percent is less than one."""


class DoubtCard(QWidget):
    """The curves with the line that can be moved, and in words what the line means where it stands."""

    def __init__(self, session: Session, curve: DoubtCurve) -> None:
        super().__init__()
        self._session, self._curve = session, curve
        self.plot = DoubtPlot(
            "share",
            "Answered and doubtful, by the probability below which an answer counts as doubtful",
            ("answered", "no digits that are doubtful"),
        )
        self.accuracy = DoubtPlot("accuracy", "Accuracy of the other answers", ("accuracy",), from_lowest=True)
        self.threshold = WholeField(0, 100)
        self.threshold.setSuffix(" %")
        self.threshold.setAccessibleName("Doubtful below")
        self.reset = button("Reset", "", self._go_back, look="small", name="resetDoubtButton")
        self._answered, self._right, self._refused = (label() for _ in range(3))
        self._source = label(name="muted", wrap=True)
        self.set_room(1.0)
        plots = row_of((self.plot, 3), (self.accuracy, 2), spacing=24)
        self._row = row_of((plots, 1), self._words(), inside=self, spacing=24)
        for plot in (self.plot, self.accuracy):
            plot.moved.connect(lambda line: session.model.set_refuse_below(round(line, 2)))
        self.threshold.valueChanged.connect(lambda hundredths: session.model.set_refuse_below(hundredths / 100))
        curve.changed.connect(self._refresh)
        session.model.changed.connect(self._refresh)

    def minimumSizeHint(self) -> QSize:
        """Make do with the width of the words, over which the plots can stand."""
        return QSize(by_text(TEXT_WIDTH), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plots where there is room for them."""
        super().resizeEvent(event)
        self.fit_width(self.width())

    def fit_width(self, width: int) -> None:
        """Put the plots beside the words, or over them in a narrow window."""
        has_room = width >= by_text(TEXT_WIDTH) + 2 * PLOT_WIDTH
        direction = QBoxLayout.Direction.LeftToRight if has_room else QBoxLayout.Direction.TopToBottom
        if direction is not self._row.direction():
            self._row.setDirection(direction)
            tell_around(self)

    def _words(self) -> QVBoxLayout:
        head = row_of(label("Doubtful below", "strong"), self.threshold, self.reset, STRETCH, spacing=8)
        answered = row_of(self._answered, self._right, STRETCH, spacing=4)
        source = row_of(self._source, STRETCH)  # or its height would be reckoned in the width of all
        return column_of(head, answered, self._refused, source, STRETCH, spacing=2)

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Keep lines of the same number of letters."""
        self._source.setFixedWidth(by_text(TEXT_WIDTH))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme, theme.accent, theme.second)
        self.accuracy.set_theme(theme, theme.good)
        self._answered.setStyleSheet(f"color: {theme.accent}")
        self._right.setStyleSheet(f"color: {theme.good}")
        self._refused.setStyleSheet(f"color: {theme.second}")

    def showEvent(self, event: QShowEvent) -> None:
        """Have the curve computed now that it is seen."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        self._curve.request()
        line = self._session.model.network.card.refuse_below
        self.plot.set_threshold(line)
        self.accuracy.set_threshold(line)
        with QSignalBlocker(self.threshold):
            self.threshold.setValue(round(100 * line))
        self._show_way_back(line)
        self._tell(self._curve.curve, line)

    def _go_back(self) -> None:
        self._session.model.set_refuse_below(measured_line(self._session.model.network.card)[0])

    def _show_way_back(self, line: float) -> None:
        """Offer the place where the line stood at first, and name it."""
        place, why = measured_line(self._session.model.network.card)
        tip = f"Reset to {percent(place)}, {why}"
        self.reset.setToolTip(tip)
        self.reset.setAccessibleDescription(tip)
        self.reset.setEnabled(line != place)

    def _tell(self, curve: CoverageCurve | None, line: float) -> None:
        if curve is None:
            self.plot.show_shares(None, None)
            self.accuracy.show_shares(None)
            self._answered.setText("Not measured" if self._curve.problem else "Measuring…")
            self._source.setText(self._curve.problem)
            for part in (self._right, self._refused):
                part.clear()
            return
        self.plot.show_shares(curve.coverage, curve.rejection)
        self.accuracy.show_shares(np.where(curve.coverage > 0, curve.accuracy, np.nan))
        task = self._session.model.task
        self._answered.setText(f"{_share(curve.coverage, line)} of {pictures_of(task)} answered,")
        self._right.setText(f"{_share(curve.accuracy, line)} of these right.")
        refused = (
            "Letters and scribbles were not measured."
            if curve.rejection is None
            else f"{_share(curve.rejection, line)} of letters and scribbles doubtful."
        )
        self._refused.setText(refused if task.is_digits else "")
        since = "" if self._curve.is_current else " The network or the data has changed since."
        few = " These are too few to be sure." if curve.pictures < FEW else ""
        self._source.setText(f"Measured on {self._curve.source}.{few}{since} The line is saved with the network.")


def measured_line(card: ModelCard) -> tuple[float, str]:
    """Return where the line of doubt was measured to belong, and why there; where it begins if it was not."""
    calibration = card.provenance.get("calibration")
    found = calibration.get("refuse_below") if isinstance(calibration, dict) else None
    if isinstance(found, int | float) and 0 <= found <= 1:
        return float(found), "the value that calibration measured"
    return ModelCard.refuse_below, "the usual value: this network was not calibrated"


def pictures_of(task: Task) -> str:
    """Name what is answered."""
    return "digits" if task.is_digits else "pictures"


def _share(values: npt.NDArray[np.float64], line: float) -> str:
    """Read a curve where the line stands."""
    return percent(float(np.interp(line, THRESHOLDS, values)))
