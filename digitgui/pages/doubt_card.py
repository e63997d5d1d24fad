"""Below which probability an answer is doubted: what that costs, and what it saves."""

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from digitgui.doubt_curve import DoubtCurve
from digitgui.session import Session
from digitgui.theme import Theme
from digitgui.widgets.building import label
from digitgui.widgets.doubt_plot import DoubtPlot
from digitgui.wording import percent
from model.calibration import THRESHOLDS, CoverageCurve

__all__ = ["DoubtCard"]

TEXT_WIDTH = 360


class DoubtCard(QWidget):
    """The curves with the line that can be moved, and in words what the line means where it stands."""

    def __init__(self, session: Session, curve: DoubtCurve) -> None:
        super().__init__()
        self._session, self._curve = session, curve
        self.plot = DoubtPlot()
        self.threshold = QSpinBox()
        self.threshold.setRange(0, 100)
        self.threshold.setSuffix(" %")
        self.threshold.setFixedWidth(92)
        self.threshold.setAccessibleName("Doubt answers below")
        self._answered, self._refused, self._source = (label(wrap=True) for _ in range(3))
        self._source.setObjectName("muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24)
        layout.addWidget(self.plot, 1)
        layout.addLayout(self._words())
        self.plot.moved.connect(session.set_refuse_below)
        self.threshold.valueChanged.connect(lambda hundredths: session.set_refuse_below(hundredths / 100))
        curve.changed.connect(self._refresh)
        session.model.changed.connect(self._refresh)

    def _words(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.addWidget(label("Doubt answers below", "strong"))
        head.addWidget(self.threshold)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addLayout(head)
        for part in (self._answered, self._refused, self._source):
            part.setFixedWidth(TEXT_WIDTH)
            words.addWidget(part)
        words.addStretch(1)
        return words

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)
        self._answered.setStyleSheet(f"color: {theme.accent}")
        self._refused.setStyleSheet(f"color: {theme.second}")

    def showEvent(self, event: QShowEvent) -> None:
        """Have the curve computed now that somebody looks."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        self._curve.request()
        line = self._session.model.network.refuse_below
        self.plot.set_threshold(line)
        self.threshold.blockSignals(True)
        self.threshold.setValue(round(100 * line))
        self.threshold.blockSignals(False)
        self._tell(self._curve.curve, line)

    def _tell(self, curve: CoverageCurve | None, line: float) -> None:
        self.plot.show_curve(curve)
        if curve is None:
            self._answered.setText("measuring …")
            self._refused.clear()
            self._source.clear()
            return
        coverage = float(np.interp(line, THRESHOLDS, curve.coverage))
        accuracy = float(np.interp(line, THRESHOLDS, curve.accuracy))
        self._answered.setText(f"{percent(coverage)} of digits answered, {percent(accuracy)} of these rightly.")
        refused = "" if curve.rejection is None else percent(float(np.interp(line, THRESHOLDS, curve.rejection)))
        self._refused.setText(f"{refused} of letters and scribbles refused." if refused else "")
        self._source.setText(f"Measured on {self._curve.source}. The line is saved with the network.")
