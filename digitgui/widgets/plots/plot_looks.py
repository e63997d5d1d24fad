"""What all plots of the window have in common: no menu, a grid behind the curves, the colours of the theme."""

import pyqtgraph as pg

from digitgui.looks.theme import Theme

__all__ = ["color_axes", "lay_grid", "take_tools_away"]

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
