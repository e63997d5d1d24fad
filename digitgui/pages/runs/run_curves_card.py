"""The curves of the chosen runs, and how they are looked at."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

from digitgui.pages.figure_menu import ask_and_save
from digitgui.runs.overlay_curves import OverlayCurves
from digitgui.runs.run_wording import names_apart
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, stack_of, switch
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.plots.overlay_plot import OverlayPlot
from digitgui.widgets.scrolling import leave_wheel
from model.runs.run_record import RunRecord

MOST_SMOOTHING = 15
"""Per cent of all points on either side."""
USUAL_SMOOTHING = 2


class RunCurvesCard(QWidget):
    """Draws the curves; smooths, zooms and exports them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._curves: dict[str, tuple[RunRecord, OverlayCurves]] = {}
        self.plot = OverlayPlot()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, MOST_SMOOTHING)
        self.smoothing.setFixedWidth(100)
        leave_wheel(self.smoothing)
        self.smoothing.setAccessibleName("Smoothing of the curves")
        self.smoothing.setToolTip("How many neighbouring points the thin lines are averaged over")
        self.logarithmic = switch(
            "Log scale", "Show the loss on a logarithmic scale", self._scale, name="logScaleChip"
        )
        self.train = switch("Training", "Show training curves too", self._show_train, name="trainLinesChip")
        self.train.setChecked(True)
        self._empty = label("Select runs in the table to see their curves", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = stack_of(self._empty, self.plot)
        column_of(self._tools(), (self._pages, 1), inside=self, spacing=4)
        self.smoothing.valueChanged.connect(self._smooth)
        self.smoothing.setValue(USUAL_SMOOTHING)

    def show_runs(self, records: Sequence[RunRecord], colors: Mapping[str, str]) -> None:
        """Draw the curves of runs in their colours; nothing is drawn anew where nothing has changed."""
        before, self._curves = self._curves, {}
        names = names_apart(records)
        for record in records:
            known, looks = before.get(record.id), (colors[record.id], names[record.id])
            is_same = known is not None and known[0] is record and (known[1].color, known[1].name) == looks
            curves = known[1] if known and is_same else OverlayCurves.of(record, *looks)
            self._curves[record.id] = (record, curves)
        self._pages.setCurrentIndex(1 if self._curves else 0)
        drawn = self.curves
        if len(before) != len(drawn) or any(
            new is not old for new, (_, old) in zip(drawn, before.values(), strict=True)
        ):
            self.plot.show_curves(drawn)
        if set(before) != set(self._curves):
            self.plot.reset_zoom()

    @property
    def curves(self) -> list[OverlayCurves]:
        """What is drawn."""
        return [curves for _, curves in self._curves.values()]

    def _tools(self) -> FlowLayout:
        row = FlowLayout(spacing=8)
        for part in (
            label("Smoothing", "muted"),
            self.smoothing,
            self.train,
            self.logarithmic,
            button(
                "Reset",
                "Show whole curves (double-click)",
                self.plot.reset_zoom,
                look="small",
                name="resetZoom",
            ),
            button(
                "Export…",
                "Save the curves as PNG, SVG or CSV",
                self._ask_and_export,
                look="small",
                name="exportCurves",
            ),
        ):
            row.addWidget(part)
        return row

    def _smooth(self, percent: int) -> None:
        self.plot.set_smoothing(percent / 100)

    def _show_train(self) -> None:
        self.plot.set_train_shown(self.train.isChecked())

    def _scale(self) -> None:
        self.plot.set_logarithmic(self.logarithmic.isChecked())

    def _ask_and_export(self) -> None:
        ask_and_save(self.plot, self._session, "curves")
