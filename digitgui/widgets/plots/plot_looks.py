"""What all plots of the window have in common: no menu, a grid behind the curves, the colours of the theme."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

from digitgui.looks.sizes import by_text, text_scale
from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.accessible_roles import Role

AXES = ("left", "bottom")
MOST_MARKS = 30
"""More would touch one another, and are slow to paint."""
AXIS_TEXT = 12
"""Pixels of a letter where text has 100 %."""


def take_tools_away(plot: pg.PlotItem, *, mouse: bool = False) -> None:
    """Show none of pyqtgraph's own buttons, and no prefixes of units; ``mouse`` leaves the mouse its zoom.

    A plot is to be made without a menu, by ``enableMenu=False``: to make one takes a fifth of the time for a plot.
    """
    plot.hideButtons()
    for axis in plot.axes.values():  # 0.8, and not 800 thousandths; and nothing to work out at every change
        axis["item"].enableAutoSIPrefix(False)
    if not mouse:
        plot.setMouseEnabled(x=False, y=False)


def lay_grid(plot: pg.PlotItem) -> None:
    """Draw level lines, behind the curves."""
    plot.showGrid(x=False, y=True, alpha=1.0)
    plot.getAxis("left").setZValue(-1)


def color_axes(plot: pg.PlotItem, theme: Theme) -> None:
    """Give axes, grid and figures the colours of a theme, and what is written there the size of all text."""
    font = QApplication.font()
    font.setPixelSize(by_text(AXIS_TEXT))
    for name in AXES:
        axis = plot.getAxis(name)
        axis.setStyle(tickFont=font)
        axis.label.setFont(font)
        axis.setPen(theme.line)
        axis.setTextPen(theme.muted)
        if hasattr(axis, "usual_width"):
            axis.setWidth(by_text(axis.usual_width))


def keep_width(axis: pg.AxisItem, pixels: int) -> None:
    """Let an upright axis be so wide where text has 100 %, and as much wider as the text is larger."""
    axis.usual_width = pixels
    axis.setWidth(by_text(pixels))


def marked_points(count: int) -> npt.NDArray[np.intp]:
    """Return which of so many points of a curve have a mark: all of a few, evenly some of many, always the last.

    Returns
    -------
    ndarray of int
        At most `MOST_MARKS`, in order.
    """
    step = -(-count // MOST_MARKS)
    return np.arange(count - 1, -1, -step)[::-1] if count else np.zeros(0, np.intp)


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One plot, in which there is nothing to do by keyboard.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    has_grid : bool
    left, bottom : AxisItem, optional
        Write the figures.

    Attributes
    ----------
    columns : (str, str)
        What x and y are, for a table of the curves, each of which has a name.
    """

    accessible_role = Role.Chart
    columns = ("x", "y")

    def __init__(
        self,
        name: str,
        *,
        has_grid: bool = True,
        left: pg.AxisItem | None = None,
        bottom: pg.AxisItem | None = None,
    ) -> None:
        own = {"left": left, "bottom": bottom}
        super().__init__(axisItems={side: axis for side, axis in own.items() if axis} or None, enableMenu=False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = LIGHT
        self._usual_height = 0
        take_tools_away(self.getPlotItem())
        if has_grid:
            lay_grid(self.getPlotItem())

    @property
    def line_color(self) -> str:
        """The colour of axes and grid."""
        return self._theme.line

    def table_rows(self) -> list[list[str]]:
        """Return the points of all curves that are shown and have a name, a line for each, the head first."""
        rows = [["curve", *self.columns]]
        for item in self.getPlotItem().listDataItems():
            x, y = item.getOriginalDataset()
            if x is not None and item.name() and item.isVisible():
                rows += [[item.name(), f"{at:.9g}", f"{value:.9g}"] for at, value in zip(x, y, strict=True)]
        return rows

    def keep_height(self, pixels: int) -> None:
        """Be so high in a usual window, and more where there is room or the text is larger."""
        self._usual_height = pixels
        self.set_room(1.0)

    def sizeHint(self) -> QSize:
        """Ask for no more than the least: a plot takes what is left over."""
        return self.minimumSize().expandedTo(self.minimumSizeHint())

    def set_room(self, room: float) -> None:
        """Take the height for this room, and write as large as everywhere."""
        color_axes(self.getPlotItem(), self._theme)
        if self._usual_height:
            self.setFixedHeight(round(self._usual_height * max(room, text_scale())))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.card)
        color_axes(self.getPlotItem(), theme)
