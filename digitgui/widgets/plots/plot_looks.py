"""What all plots of the window have in common: no menu, a grid behind the curves, the colours of the theme."""

import pyqtgraph as pg
from PySide6.QtCore import Qt

from digitgui.looks.theme import Theme

AXES = ("left", "bottom")


def take_tools_away(plot: pg.PlotItem, *, mouse: bool = False) -> None:
    """Show none of pyqtgraph's own buttons and menus; ``mouse`` leaves the mouse its zoom."""
    plot.hideButtons()
    plot.setMenuEnabled(False)
    if not mouse:
        plot.setMouseEnabled(x=False, y=False)


def lay_grid(plot: pg.PlotItem) -> None:
    """Draw level lines, behind the curves."""
    plot.showGrid(x=False, y=True, alpha=1.0)
    plot.getAxis("left").setZValue(-1)


def color_axes(plot: pg.PlotItem, theme: Theme) -> None:
    """Give axes, grid and figures the colours of a theme."""
    for name in AXES:
        axis = plot.getAxis(name)
        axis.setPen(theme.line)
        axis.setTextPen(theme.muted)


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One plot, in which there is nothing to do by keyboard.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    has_grid : bool
    left, bottom : AxisItem, optional
        Write the figures.
    """

    def __init__(
        self,
        name: str,
        *,
        has_grid: bool = True,
        left: pg.AxisItem | None = None,
        bottom: pg.AxisItem | None = None,
    ) -> None:
        own = {"left": left, "bottom": bottom}
        super().__init__(axisItems={side: axis for side, axis in own.items() if axis} or None)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        take_tools_away(self.getPlotItem())
        if has_grid:
            lay_grid(self.getPlotItem())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setBackground(theme.card)
        color_axes(self.getPlotItem(), theme)
