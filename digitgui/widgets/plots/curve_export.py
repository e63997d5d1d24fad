"""Curves of runs as files: a picture, a drawing, or the figures."""

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path

from pyqtgraph.exporters import Exporter, ImageExporter
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from digitgui.runs.overlay_curves import OverlayCurves
from digitgui.widgets.plots.overlay_plot import OverlayPlot
from model.atomic_files import write_atomically

PIXELS_PER_PIXEL = 2
HEAD = ("run", "name", "epoch", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy")


def save_curves(picture: OverlayPlot, curves: Sequence[OverlayCurves], path: Path) -> None:
    """Write the curves as the suffix says: ``.svg``, ``.csv``, or a PNG of twice the size on the screen.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        content = curves_as_csv(curves).encode()
    elif path.suffix.lower() == ".svg":
        content = _svg(picture)
    else:
        content = _png(picture)
    write_atomically(path, content)


def curves_as_csv(curves: Sequence[OverlayCurves]) -> str:
    """Write a line for every epoch of every run; what is not known stays empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for run in curves:
        columns = (run.train_losses, run.validation_losses, run.train_accuracies, run.validation_accuracies)
        for number, epoch in enumerate(run.epochs):
            figures = [float(column[number]) for column in columns]
            writer.writerow(
                [run.run, run.name, int(epoch), *("" if math.isnan(figure) else figure for figure in figures)]
            )
    return text.getvalue()


def _svg(picture: OverlayPlot) -> bytes:
    """Let Qt draw it: pyqtgraph's own exporter, up to 0.14, fails at closed paths (its issue 3495)."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # which can clip what was zoomed
    generator.setOutputDevice(buffer)
    generator.setResolution(picture.logicalDpiX())
    generator.setTitle("Curves of runs")
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


def _png(picture: OverlayPlot) -> bytes:
    exporter = ImageExporter(picture.scene())
    exporter.parameters()["width"] = PIXELS_PER_PIXEL * picture.width()
    image = exporter.export(toBytes=True)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())
