"""The layers of a network as a table: what comes out of each, what it costs, and why it cannot be built."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme
from digitgui.widgets.building import wrapped
from digitgui.widgets.tables.text_table import TextTable
from digitgui.wording import short_number
from model.network.architecture import FittedLayer, LayerEntry

HEAD = ("Layer", "Output", "Param.", "Cost")
TIPS = (
    "The layers in their order, with their numbers",
    "Maps × height × width, or how many numbers, that come out for one picture",
    "Parameters: numbers that training changes",
    "Multiplications for one picture",
)
AROUND = 14
"""Pixels that a name needs beside its letters, where text has 100 %."""
ADDED = "The program adds this layer: it gives each class its number."


class LayerList(TextTable):
    """A row for each layer; what is wrong with one stands in its row.

    Signals
    -------
    chosen(int)
        Another row is the current one, by its number from 0; -1 for none.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Layers")
        self.setObjectName("layerTable")
        self._fitted: Sequence[FittedLayer] = ()
        self.setWordWrap(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.currentCellChanged.connect(lambda row, *_others: self.chosen.emit(row))

    def show_layers(self, fitted: Sequence[FittedLayer]) -> None:
        """Show other layers; the current row stays where there is one."""
        self._fitted = fitted
        self.clearSpans()
        problems = {place for place, row in enumerate(fitted) if row.problem}
        self.show_rows([HEAD, *(_texts(row) for row in fitted)], problems)
        for column, tip in enumerate(TIPS):
            head = self.horizontalHeaderItem(column)
            if head:
                head.setToolTip(tip)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        for place, row in enumerate(fitted):
            for column in range(len(HEAD)):
                item = self.item(place, column)
                if item:
                    item.setToolTip(wrapped(_told(row)))
            if row.problem:
                self.setSpan(place, 0, 1, len(HEAD))
        self._fit_columns()
        self._fit_rows()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._muted = QColor(theme.muted)
        super().set_theme(theme)

    def set_room(self, room: float) -> None:
        """Make rows as high as the text asks for."""
        super().set_room(room)
        self._fit_columns()
        self._fit_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give a sentence as many lines as it takes in this width."""
        super().resizeEvent(event)
        self._fit_columns()
        self._fit_rows()

    def _fit_columns(self) -> None:
        """Give the names what the figures leave; where that is too little, the cost is in the tooltips alone."""
        names = (self.item(place, 0) for place, row in enumerate(getattr(self, "_fitted", ())) if not row.problem)
        letters = max((self.fontMetrics().horizontalAdvance(item.text()) for item in names if item), default=0)
        needed, room = letters + by_text(AROUND), self.viewport().width()
        head = self.horizontalHeader()
        figures = [
            max(self.sizeHintForColumn(one), head.sectionSizeHint(one)) for one in range(1, self.columnCount())
        ]
        is_narrow = needed + sum(figures) > room
        self.setColumnHidden(len(HEAD) - 1, is_narrow)
        self.setColumnWidth(0, max(needed, room - sum(figures[:-1] if is_narrow else figures)))

    def _fit_rows(self) -> None:
        for place, row in enumerate(getattr(self, "_fitted", ())):
            if row.problem:
                self.resizeRowToContents(place)
            else:
                self.setRowHeight(place, self.verticalHeader().defaultSectionSize())

    def _color(self) -> None:
        super()._color()
        for place, row in enumerate(self._fitted):
            if row.is_added and not row.problem:
                for column in range(len(HEAD)):
                    item = self.item(place, column)
                    if item:
                        item.setForeground(QColor(self._theme.muted))


def numbers_of(entry: LayerEntry) -> str:
    """Write the numbers of a layer that say most: ``32, 3×3``."""
    config = entry.config
    match entry.kind:
        case "Conv2D":
            return f"{config['filters']}, {size_text(config['kernel_size'])}"
        case "MaxPool2D" | "AveragePool2D":
            return size_text(config["window"])
        case "Dropout":
            return f"{100 * config['rate']:.3g} %"
        case "Dense":
            return f"{config['outputs']}"
    return ""


def size_text(size: tuple[int, int]) -> str:
    """Write rows and columns: ``3×3``."""
    return f"{size[0]}×{size[1]}"


def _texts(row: FittedLayer) -> tuple[str, str, str, str]:
    named = " · ".join(filter(None, (row.name, numbers_of(LayerEntry.of(row.layer)))))
    if row.problem:
        return f"✗ {named}: {row.problem}", "", "", ""
    if row.output_shape is None:
        return named, "–", "–", "–"
    shape = "×".join(map(str, row.output_shape))
    return named, shape, short_number(row.parameters), short_number(row.multiplications)


def _told(row: FittedLayer) -> str:
    """Say all of a layer, for its tooltip."""
    out = [repr(row.layer)]
    if row.output_shape:
        out += [f"{row.parameters:,} parameters", f"{row.multiplications:,} multiplications for one picture"]
    return ". ".join([", ".join(out), *([ADDED] if row.is_added else [])])
