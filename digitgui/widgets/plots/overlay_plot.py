"""The curves of several runs in one picture, which can be looked at closely."""

import math
from collections.abc import Sequence
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme, run_mark
from digitgui.runs.overlay_curves import HEAD, CurveFigures, OverlayCurves
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.floating import float_over
from digitgui.widgets.plots.plot_axes import EpochAxis, LossAxis, PercentAxis
from digitgui.widgets.plots.plot_looks import color_axes, keep_width, lay_grid, take_tools_away
from digitgui.widgets.plots.rate_marks import HIGH, LOW, RateMarks
from digitgui.widgets.plots.run_items import RunItems

AXIS_WIDTH = 44
READOUT_DISTANCE = 14
LARGEST_READOUT = 0.15
"""Of the plots' area: what is larger would hide the curves that it reads."""
LONGEST_NAME = 40
"""Letters of a name beside the figures; the legend has all of it."""


class OverlayPlot(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Loss on the left, accuracy on the right, epochs in common, and above them whose curve is whose.

    Thick lines are validation, thin ones training; the faint line behind is the loss as it came.
    Drawing a rectangle or turning the wheel zooms, a double click shows everything again. A line follows the mouse
    or the arrow keys from epoch to epoch, and a small table beside it reads all curves there.
    """

    accessible_role = Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self._curves: Sequence[OverlayCurves] = ()
        self._smoothing = 0.0
        self._shows_train = True
        self._read_at: tuple[int, QPointF] | None = None  # the epoch whose figures are read, and where
        self._items: dict[str, RunItems] = {}
        self._spare: list[RunItems] = []
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._draw_next)
        self._theme = LIGHT
        self.setAccessibleName("Curves of the selected runs")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(320, 160)
        self.ci.layout.setContentsMargins(0, 0, 0, 0)  # the card has its own
        self._legend = self.addLabel("", row=0, col=0, colspan=2, justify="left")
        self.loss = self._plot(0, "Loss", LossAxis("left"))
        self.accuracy = self._plot(1, "Accuracy", PercentAxis("left"))
        self.accuracy.setXLink(self.loss)
        self.loss.addItem(pg.InfiniteLine(0, angle=90, pen=pg.mkPen(None)))  # all of the first epoch is seen
        self.marks = [RateMarks(self.loss, HIGH), RateMarks(self.accuracy, LOW)]
        self._lines = [self._crosshair(plot) for plot in (self.loss, self.accuracy)]
        self.readout = QLabel(self)
        self.readout.setObjectName("readout")
        self.readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout.hide()
        self.scene().sigMouseMoved.connect(self._follow)
        self.set_theme(LIGHT)

    def show_curves(self, curves: Sequence[OverlayCurves]) -> None:
        """Draw other curves, or the same ones that have grown; the zoom stays."""
        self._curves = curves
        self._draw()

    def table_rows(self) -> list[list[str]]:
        """Return a line for every epoch of every run, the head first; what is not known stays empty."""
        return [list(HEAD), *(line for run in self._curves for line in run.rows())]

    def set_smoothing(self, share: float) -> None:
        """Average the thin lines with so large a share, 0 to 1, of their points on either side."""
        self._smoothing = share
        self._draw()

    def set_train_shown(self, shown: bool) -> None:
        """Show the curves of training, or only those of validation."""
        self._shows_train = shown
        for items in self._items.values():
            items.show_train(shown)
        self._lay_out_legend()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Show the loss on a logarithmic scale, or not."""
        self.loss.setLogMode(y=logarithmic)
        self.reset_zoom()

    def reset_zoom(self) -> None:
        """Show the curves whole."""
        self.loss.enableAutoRange()
        self.accuracy.enableAutoRange(
            y=True
        )  # its epochs follow the loss: two that lead would hold each other fast

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.card)
        for plot in (self.loss, self.accuracy):
            color_axes(plot, theme)
        for line in self._lines:
            line.setPen(theme.muted, width=1)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the names wrap in the new width; first, or the plots could not become narrower than they were."""
        if hasattr(self, "readout"):  # the base class is resized while it is being built
            self._lay_out_legend()
            self.ci.layout.activate()
        super().resizeEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the curves whole."""
        self.reset_zoom()
        event.accept()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the table along, which is the window's."""
        super().hideEvent(event)
        self._hide_crosshair()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the line away with the mouse."""
        super().leaveEvent(event)
        self._hide_crosshair()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Take the line away: while a menu has the mouse, the plots do not hear that it leaves them."""
        self._hide_crosshair()
        super().contextMenuEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from epoch to epoch by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step and self._curves:
            self._go_to(self._read_at[0] + step if self._read_at else self._last_epoch)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Read the last epoch, which also shows where the keyboard is; not after a menu, which took that away."""
        super().focusInEvent(event)
        if self._curves and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._go_to(self._last_epoch)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the line away with the keyboard."""
        super().focusOutEvent(event)
        self._hide_crosshair()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Write as large as everywhere."""
        for plot in (self.loss, self.accuracy):
            color_axes(plot, self._theme)
        self._lay_out_legend()

    @property
    def line_color(self) -> str:
        """The colour of axes and grid."""
        return self._theme.line

    # building

    def _plot(self, column: int, title: str, axis: pg.AxisItem) -> pg.PlotItem:
        axes = {"bottom": EpochAxis("bottom"), "left": axis}
        plot = self.addPlot(row=1, col=column, axisItems=axes, enableMenu=False)
        take_tools_away(plot, mouse=True)
        plot.setLabel("left", title)
        plot.setLabel("bottom", "Epoch")
        lay_grid(plot)
        keep_width(plot.getAxis("left"), AXIS_WIDTH + 16)
        plot.getViewBox().setMouseMode(pg.ViewBox.RectMode)
        plot.getViewBox().setDefaultPadding(0.03)
        return plot

    def _crosshair(self, plot: pg.PlotItem) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=90)
        line.setVisible(False)
        plot.addItem(line, ignoreBounds=True)
        return line

    # drawing

    def _draw(self) -> None:
        """Take away what is not wanted any more, and draw the rest soon, one run after the other."""
        wanted = {run.run for run in self._curves}
        for run in [run for run in self._items if run not in wanted]:
            items = self._items.pop(run)
            items.clear()
            self._spare.append(items)
        for marks in self.marks:
            marks.show_marks([(*mark, run.color) for run in self._curves for mark in run.rates_set.items()])
        self._lay_out_legend()
        self._next.start()

    def _draw_next(self) -> None:
        for run in self._curves:
            if run.run not in self._items:
                self._items[run.run] = self._spare.pop() if self._spare else RunItems(self.loss, self.accuracy)
                self._items[run.run].show_train(self._shows_train)
            if self._items[run.run].draw(run, self._smoothing):
                self._next.start()
                return
        if self._read_at:
            self._read(*self._read_at)

    def _lay_out_legend(self) -> None:
        names = " &nbsp; ".join(f"{_mark(run.color)}&nbsp;{_unbroken(run.name)}" for run in self._curves)
        lines = "Thick: validation, thin: training" if self._shows_train else "Validation"
        which = f"<span style='color:{self._theme.muted}'>{_unbroken(lines)}</span>"
        self._legend.setText(
            f"{names} &nbsp; {which}" if names else "", color=self._theme.text, size=f"{by_text(12)}px"
        )
        item = self._legend.item
        item.setTextWidth(max(100, self.width() - 12))
        self._legend.setMinimumWidth(0)  # or the plots could not become narrower than the names were
        height = item.boundingRect().height() if self._curves else 0
        self._legend.setFixedHeight(height)

    # reading

    @property
    def _last_epoch(self) -> int:
        return int(max((run.epochs[-1] for run in self._curves if len(run.epochs)), default=1))

    def _follow(self, place: QPointF) -> None:
        plots = (self.loss, self.accuracy)
        over = next((plot for plot in plots if plot.getViewBox().sceneBoundingRect().contains(place)), None)
        if over is None or not self._curves or QApplication.activePopupWidget():
            self._hide_crosshair()
            return
        self._read(self._within(round(over.getViewBox().mapSceneToView(place).x())), place)

    def _go_to(self, epoch: int) -> None:
        """Read an epoch as if the mouse stood there."""
        epoch, box = self._within(epoch), self.loss.getViewBox()
        self._read(epoch, box.mapViewToScene(QPointF(epoch, box.viewRect().center().y())))

    def _within(self, epoch: int) -> int:
        return min(max(1, epoch), self._last_epoch)

    def _read(self, epoch: int, place: QPointF) -> None:
        self._read_at = epoch, place
        for line in self._lines:
            line.setValue(epoch)
            line.setVisible(True)
        float_over(self.readout, self)  # it may stand beside small plots
        self.readout.setText(self._figures_at(epoch))
        self.readout.adjustSize()
        self.readout.move(self._beside(place.toPoint()))
        self.readout.show()
        self.readout.raise_()

    def _figures_at(self, epoch: int) -> str:
        head = "".join(f"<td align='right'>&nbsp;&nbsp;{title}</td>" for title in ("training", "validation"))
        rows = [f"<tr><td><b>Epoch {epoch}</b></td>{head}{head}</tr>"]
        for run in self._curves:
            figures = run.figures_at(epoch)
            cells = ["–"] * 4 if figures is None else _texts(figures)
            cells_text = "".join(f"<td align='right'>&nbsp;&nbsp;{cell}</td>" for cell in cells)
            rows.append(f"<tr><td>{_mark(run.color)} {escape(_short(run.name))}</td>{cells_text}</tr>")
        over = (
            "<tr><td></td><td colspan='2' align='right'>loss</td><td colspan='2' align='right'>accuracy</td></tr>"
        )
        return f"<table cellspacing='2'>{over}{''.join(rows)}</table>"

    def _beside(self, place: QPoint) -> QPoint:
        """Find a place in the window for the table: beside the mouse, or off plots that it would hide."""
        size, window = self.readout.size(), self.window()
        right = place.x() + READOUT_DISTANCE
        x = right if right + size.width() <= self.width() else place.x() - READOUT_DISTANCE - size.width()
        y = min(place.y() + READOUT_DISTANCE, self.height() - size.height())
        if size.width() * size.height() > LARGEST_READOUT * self.width() * self.height():
            top = self.mapTo(window, QPoint()).y()
            y = self.height() if top < size.height() else -size.height()
            x = place.x() - size.width() // 2
        found = self.mapTo(window, QPoint(x, y))
        least = QPoint(max(0, window.width() - size.width()), max(0, window.height() - size.height()))
        return QPoint(min(max(0, found.x()), least.x()), min(max(0, found.y()), least.y()))

    def _hide_crosshair(self) -> None:
        self._read_at = None
        self.readout.hide()
        for line in self._lines:
            line.setVisible(False)


def _mark(color: str) -> str:
    """Write the mark of a run in its colour."""
    return f"<span style='color:{color}'>{run_mark(color)[1]}</span>"


def _texts(figures: CurveFigures) -> list[str]:
    losses = (figures.train_loss, figures.validation_loss)
    accuracies = (figures.train_accuracy, figures.validation_accuracy)
    return [
        *("–" if math.isnan(loss) else f"{loss:.4f}" for loss in losses),
        *("–" if math.isnan(accuracy) else f"{100 * accuracy:.2f} %" for accuracy in accuracies),
    ]


def _short(name: str) -> str:
    """Leave out of a long name what is before its end, which tells runs apart: ten whole ones cover the curves."""
    kept = LONGEST_NAME * 2 // 3
    return name if len(name) <= LONGEST_NAME else f"{name[:kept]}…{name[kept + 1 - LONGEST_NAME :]}"


def _unbroken(name: str) -> str:
    return escape(name).replace(" ", "&nbsp;")
