"""The network as a strip: the input, what comes out of each layer, and the answer."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.pictures.pin_moves import moved, shared_place
from digitgui.widgets.pictures.signed_colors import Scale, packed
from digitgui.widgets.pictures.strip_columns import Column, Columns, arranged
from digitgui.widgets.pictures.strip_painting import (
    fonts_of,
    paint_answer,
    paint_box,
    paint_cross,
    paint_frame,
    paint_head,
    paint_scale,
)
from digitgui.widgets.pictures.tiling import Place
from digitgui.wording import percent
from model.inspection.receptive_field import receptive_field
from model.inspection.stages import Stage, stages_of
from model.inspection.trace import Trace, Unit

__all__ = ["LayerStrip"]

CONTROL = Qt.KeyboardModifier.ControlModifier
SEEN_AROUND = 40
"""Pixels of the neighbours that are seen beside a layer that keys have led to."""
NONE = Columns((), 0, 0, 0)
DEAD = "This map is zero everywhere for this picture."


class LayerStrip(QAbstractScrollArea):
    """Shows every number of the forward pass of one picture; one of them is pinned.

    A click pins the number under the mouse. By keyboard, the arrow keys lead from number to number, Page Up and
    Page Down from map to map, and with Ctrl the left and right arrow keys from layer to layer.

    Signals
    -------
    chosen(Unit)
        The user wants this number pinned.
    """

    accessible_role = Role.Graphic

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._room = LIGHT, 1.0
        self._trace: Trace | None = None
        self._unit: Unit | None = None
        self._every_layer = self._each_map = False
        self._stages: tuple[Stage, ...] = ()
        self._columns = NONE
        self._images: dict[int, tuple[QImage, Scale, list[int]]] = {}  # by column, until anything changes
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The network, layer by layer")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # what is shown

    @property
    def stage(self) -> Stage | None:
        """The stage that the pinned number belongs to."""
        column = self._chosen_column()
        return column.stage if column else None

    @property
    def columns(self) -> Columns:
        """What lies where, in pixels from the left end of the strip."""
        return self._columns

    def set_trace(self, trace: Trace | None) -> None:
        """Show another picture, or another network."""
        is_other = trace is None or self._trace is None or trace.layers != self._trace.layers
        self._trace = trace
        self._images.clear()
        if is_other:
            self._arrange()
        self._describe()
        self.viewport().update()

    def set_unit(self, unit: Unit | None, *, in_sight: bool = False) -> None:
        """Mark a number; scroll to it if it should come in sight."""
        self._unit = unit
        self._describe()
        column = self._chosen_column()
        if in_sight and column:
            self._bring_in_sight(column)
        self.viewport().update()

    def set_every_layer(self, every_layer: bool) -> None:
        """Show each layer by itself, or a ReLU with the layer before it."""
        self._every_layer = every_layer
        self._arrange()
        self._describe()

    def set_each_map(self, each_map: bool) -> None:
        """Give each map a scale of its own, or all maps of a layer the same."""
        self._each_map = each_map
        self._images.clear()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._images.clear()
        self.viewport().update()

    def set_room(self, room: float) -> None:
        """Show larger maps where there is room."""
        self._room = room
        self._arrange()

    def words(self) -> str:
        """Name the pinned number and tell its value; empty where there is none."""
        trace, unit, column = self._trace, self._unit, self._chosen_column()
        if trace is None or unit is None or column is None or not trace.has(unit):
            return ""
        return column.told(trace, unit)

    def sizeHint(self) -> QSize:
        """Ask for the height of all there is, and for as much width as there may be."""
        return QSize(self._columns.width, self._columns.bottom + self.horizontalScrollBar().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Make do with one layer at a time."""
        return QSize(200, self.sizeHint().height())

    # what lies where

    def _arrange(self) -> None:
        """Lay everything out anew; before there is a trace, keep the height that it will have."""
        self._images.clear()
        fonts = tuple(QFontMetrics(font) for font in fonts_of(self.font()))
        trace = self._trace
        self._stages = stages_of(trace.layers, every_layer=self._every_layer) if trace else ()
        stages = self._stages or (Stage("input", ("input",), "input", (1, 28, 28)),)
        classes = len(trace["probabilities"]) if trace else 10
        found = arranged(stages, classes, self._room, self.viewport().width(), (fonts[0], fonts[1]))
        self._columns = found if trace else Columns((), found.top, found.maps_height, found.bottom)
        self._fit_scroll_bar()
        self.updateGeometry()
        self.viewport().update()

    def _fit_scroll_bar(self) -> None:
        bar, width = self.horizontalScrollBar(), self.viewport().width()
        bar.setPageStep(width)
        bar.setSingleStep(SEEN_AROUND)
        bar.setRange(0, max(0, self._columns.width - width))

    def _chosen_column(self) -> Column | None:
        if self._unit is None:
            return None
        layer = self._unit.layer
        return next((one for one in self._columns.columns if one.stage and layer in one.stage.layers), None)

    def _bring_in_sight(self, column: Column) -> None:
        bar, frame = self.horizontalScrollBar(), self._columns.frame(column)
        least = round(frame.right()) + SEEN_AROUND - self.viewport().width()
        bar.setValue(min(max(bar.value(), least), max(0, round(frame.left()) - SEEN_AROUND)))

    def _found_at(self, point: QPoint) -> tuple[Column, Place] | None:
        """Return the column under a point of the viewport, and the place in its tiling."""
        place = QPointF(point) + QPointF(self.horizontalScrollBar().value(), 0)
        column = self._columns.at(place)
        found = column.tiling.at(place - self._columns.origin(column)) if column else None
        return (column, found) if column and found else None

    def _unit_at(self, point: QPoint) -> Unit | None:
        found = self._found_at(point)
        return found[0].unit(found[1]) if found else None

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the columns that are in sight."""
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.card))
            trace, columns = self._trace, self._columns
            if trace is None:
                return
            offset = self.horizontalScrollBar().value()
            painter.translate(-offset, 0)
            sight = QRectF(offset, 0, self.viewport().width(), self.viewport().height())
            chosen = self._chosen_column()
            for number, column in enumerate(columns.columns):
                if columns.frame(column).adjusted(0, 0, 20, 0).intersects(sight):
                    if column is chosen:
                        paint_frame(painter, columns.frame(column), self._theme, has_focus=self.hasFocus())
                    self._paint_column(painter, number, column, trace)
            self._paint_marks(painter, trace, chosen)

    def _paint_column(self, painter: QPainter, number: int, column: Column, trace: Trace) -> None:
        columns, theme = self._columns, self._theme
        paint_head(painter, columns, column, theme, is_last=column is columns.columns[-1])
        if column.stage is None:
            paint_answer(painter, columns, column, theme, trace)
            return
        known = self._images.get(number)
        if known is None or known[0].devicePixelRatio() != self.devicePixelRatioF():  # on another screen now
            known = self._images[number] = self._image(column, trace)
        image, scale, dead = known
        origin = columns.origin(column)
        painter.drawImage(origin, image)
        for one in dead:
            paint_cross(painter, column.tiling.cell(one).translated(origin))
        paint_scale(painter, columns, column, theme, scale, each=self._each_map)

    def _image(self, column: Column, trace: Trace) -> tuple[QImage, Scale, list[int]]:
        scale, ground = column.scale(trace), packed(self._theme.card)
        colors = column.colors(trace, scale, ground, each=self._each_map)
        return column.tiling.image(colors, ground, self.devicePixelRatioF()), scale, column.dead(trace)

    def _paint_marks(self, painter: QPainter, trace: Trace, chosen: Column | None) -> None:
        """Frame the pinned number and its map, and what they see of the input."""
        unit, columns = self._unit, self._columns
        place = chosen.place(unit) if chosen and unit else None
        if chosen is None or unit is None or place is None or not trace.has(unit):
            return
        origin, tiling = columns.origin(chosen), chosen.tiling
        number, row, column = place
        if tiling.count > 1:
            paint_box(painter, tiling.cell(number).translated(origin), self._theme.accent)
        box = tiling.box(number, range(row, row + 1), range(column, column + 1))
        paint_box(painter, box.translated(origin), self._theme.accent)
        first = columns.columns[0]
        field = receptive_field(trace.layers, unit)
        if chosen is not first and all(field):
            for number in range(first.tiling.count):
                box = first.tiling.box(number, field[1], field[2])
                paint_box(painter, box.translated(columns.origin(first)), self._theme.accent)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the number under the mouse."""
        unit = self._unit_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and unit:
            self.chosen.emit(unit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pin what the mouse is dragged over."""
        unit = self._unit_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and unit:
            self.chosen.emit(unit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep to itself what began here."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pin another number of the map, another map, or another layer."""
        column = self._chosen_column()
        place = column.place(self._unit) if column and self._unit else None
        if column is None or column.stage is None or place is None:
            super().keyPressEvent(event)
            return
        key, number = Qt.Key(event.key()), self._columns.columns.index(column)
        by_layers = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._stages) - 1}
        if event.modifiers() & CONTROL:
            by_layers = {
                Qt.Key.Key_Left: max(0, number - 1),
                Qt.Key.Key_Right: min(number + 1, len(self._stages) - 1),
            }
        if key in by_layers:
            other = self._columns.columns[by_layers[key]]
            self.chosen.emit(other.nearest(shared_place(place, column.tiling, other.tiling)))
        elif found := moved(place, key, column.tiling):
            self.chosen.emit(column.nearest(found))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where keys go."""
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        self.viewport().update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the layers into the width, where they fit."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Lay everything out anew where text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._arrange()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the number under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            here = QRect(event.pos(), QSize(1, 1))  # the next number has its own
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self.viewport(), here)
            return True
        return super().viewportEvent(event)

    def told_at(self, point: QPoint) -> str:
        """What there is to say about the place under a point of the viewport; empty for nothing."""
        found, trace = self._found_at(point), self._trace
        if found is None or trace is None:
            return ""
        column, place = found
        if column.stage is None:
            return f"{trace.class_name(place[1])}: {percent(trace['probabilities'][place[1]])}"
        unit = column.unit(place)
        if unit is None:
            return ""
        is_dead = place[0] in column.dead(trace)
        return column.told(trace, unit) + (f"\n{DEAD}" if is_dead else "")

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words())
