"""What plots, tables and matrices show, as numbers and as pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractScrollArea, QGraphicsView, QTableView, QWidget

from digitgui.widgets.tables.cell_copy import copy_cells
from model.atomic_files import write_atomically
from model.spreadsheet_cells import as_csv

if TYPE_CHECKING:
    from digitgui.widgets.plots.plot_looks import Plot

__all__ = ["HasRows", "copy_figure", "figure_at", "figures_in_sight", "rows_of", "save_figure"]

PIXELS_PER_PIXEL = 2


@runtime_checkable
class HasRows(Protocol):
    """A widget that tells what it shows."""

    def table_rows(self) -> list[list[str]]:
        """Return lines of cells, the head first."""


def figure_at(part: QWidget | None, page: QWidget) -> QWidget | None:
    """Return the outermost plot, table or matrix on a page that this part of it belongs to."""
    found = None
    while part is not None and part is not page:
        if isinstance(part, HasRows | QTableView):
            found = part
        part = part.parentWidget()
    return found


def figures_in_sight(page: QWidget) -> list[QWidget]:
    """Return every plot, table and matrix on a page that can be seen now, from the top left on."""
    parts = [part for part in page.findChildren(QWidget) if isinstance(part, HasRows | QTableView)]
    seen = [part for part in parts if figure_at(part, page) is part and _is_in_sight(part)]
    return sorted(seen, key=lambda part: (part.mapTo(page, QPoint()).y(), part.mapTo(page, QPoint()).x()))


def _is_in_sight(part: QWidget) -> bool:
    shows = part.viewport() if isinstance(part, QAbstractScrollArea) else part  # which hides what is behind it
    return part.isVisible() and not shows.visibleRegion().isEmpty()


def rows_of(figure: QWidget) -> list[list[str]]:
    """Return the numbers and texts of a figure as lines of cells, the head first."""
    if isinstance(figure, HasRows):
        return figure.table_rows()
    assert isinstance(figure, QTableView)
    model, head, names = figure.model(), figure.horizontalHeader(), figure.verticalHeader()
    columns = [head.logicalIndex(place) for place in range(head.count())]
    columns = [column for column in columns if not figure.isColumnHidden(column)]
    sides = (Qt.Orientation.Horizontal, Qt.Orientation.Vertical)
    rows = [
        [_text(model.headerData(column, sides[0])) for column in columns],
        *([_text(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())),
    ]
    if names.isVisibleTo(figure):
        titles = ["", *(_text(model.headerData(row, sides[1])) for row in range(model.rowCount()))]
        rows = [[title, *line] for title, line in zip(titles, rows, strict=True)]
    return rows


def copy_figure(figure: QWidget) -> None:
    """Put the numbers of a figure into the clipboard, as spreadsheets take them."""
    copy_cells(rows_of(figure))


def save_figure(figure: QWidget, path: Path) -> None:
    """Write a figure as the suffix says: ``.csv``, ``.svg``, or a PNG of twice the size on the screen.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        content = as_csv(rows_of(figure)).encode()
    elif isinstance(figure, QGraphicsView):
        from digitgui.widgets.plots.plot_pictures import plot_as_png, plot_as_svg  # noqa: PLC0415  loads pyqtgraph

        content = (plot_as_svg if suffix == ".svg" else plot_as_png)(cast("Plot", figure))
    else:
        content = (_svg if suffix == ".svg" else _png)(figure)
    write_atomically(path, content)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _png(figure: QWidget) -> bytes:
    image = QImage(figure.size() * PIXELS_PER_PIXEL, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(PIXELS_PER_PIXEL)
    with QPainter(image) as painter:
        _paint(figure, painter)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # which PySide takes
    return bytes(buffer.data().data())


def _svg(figure: QWidget) -> bytes:
    buffer, generator = QBuffer(), QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(figure.logicalDpiX())
    generator.setTitle(figure.accessibleName())
    generator.setSize(figure.size())
    generator.setViewBox(QRect(QPoint(), figure.size()))
    with QPainter(generator) as painter:
        _paint(figure, painter)
    return bytes(buffer.data().data())


def _paint(figure: QWidget, painter: QPainter) -> None:
    """Paint a figure on the ground of its card."""
    size: QSize = figure.size()
    painter.fillRect(QRect(QPoint(), size), figure.window().palette().base())  # its own may be transparent
    figure.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
