"""Plots as files: a picture, or a drawing."""

import re

from pyqtgraph.exporters import Exporter, ImageExporter
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from digitgui.widgets.plots.overlay_plot import OverlayPlot
from digitgui.widgets.plots.plot_looks import Plot

__all__ = ["plot_as_png", "plot_as_svg"]

PIXELS_PER_PIXEL = 2


def plot_as_svg(picture: Plot | OverlayPlot) -> bytes:
    """Return an SVG, drawn by Qt: pyqtgraph's own exporter, up to 0.14, fails at closed paths (its issue 3495)."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # which can clip what was zoomed
    generator.setOutputDevice(buffer)
    generator.setResolution(picture.logicalDpiX())
    generator.setTitle(picture.accessibleName())
    generator.setSize(picture.size())
    generator.setViewBox(QRectF(picture.rect()))
    exporter = Exporter(picture.scene())
    with QPainter(generator) as painter:
        exporter.setExportMode(True, {"painter": painter, "resolutionScale": 1.0})  # dots as shapes, not as pixels
        painter.fillRect(picture.rect(), picture.backgroundBrush())
        picture.scene().render(painter, QRectF(picture.rect()), picture.viewRect())
    exporter.setExportMode(False)
    return _with_whole_axes(bytes(buffer.data().data()), picture.line_color)


def _with_whole_axes(svg: bytes, color: str) -> bytes:
    """Let nothing clip the lines of the axes: Qt goes on with the last clip where there is none."""
    pattern = rf'<g clip-path="[^"]*">(<g fill="none" stroke="{color.lower()}")'
    return re.sub(pattern.encode(), rb"<g>\1", svg)


def plot_as_png(picture: Plot | OverlayPlot) -> bytes:
    """Return a PNG of twice the size on the screen."""
    exporter = ImageExporter(picture.scene())
    exporter.parameters()["width"] = PIXELS_PER_PIXEL * picture.width()
    image = exporter.export(toBytes=True)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())
