"""Where one draws: mouse, pen or finger in, strokes out."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from digitgui.drawing import Drawing
from digitgui.strokes import paint_stroke

__all__ = ["Canvas"]

ERASER_FACTOR = 1.6
"""The eraser is that much wider than the pen, so that going over a stroke leaves no rim of it."""
LOWEST_PRESSURE = 0.25
"""A pen that barely touches still leaves a quarter of the full width."""


class Canvas(QWidget):
    """Shows a drawing and lets one draw on it.

    Left button, pen or finger draw; right button or the other end of the pen erase; the wheel asks for another
    pen width.

    Attributes
    ----------
    pen_width : float
        As a share of the shorter side.
    erasing : bool
        Whether the pen erases.

    Signals
    -------
    pen_width_wanted(int)
        The wheel has been turned by this many notches.
    """

    pen_width_wanted = Signal(int)

    def __init__(self, drawing: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen_width = 0.075
        self.erasing = False
        self._drawing = drawing
        self._painted: QPixmap | None = None  # the strokes so far, at the pixels of this screen
        self._painted_pieces = 0  # how much of the stroke at work is on it
        self._finger = -1
        self._accent = QColor("#2B66E0")
        self._pen_is_down = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing canvas")
        self.setToolTip("Draw a digit: left button draws, right button erases, wheel changes the pen width")
        drawing.changed.connect(self.update)
        drawing.stroke_ended.connect(self._paint_anew)

    def set_accent(self, color: str) -> None:
        """Take the colour of the focus ring."""
        self._accent = QColor(color)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable square."""
        return QSize(350, 350)

    # the pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and not self._pen_is_down:
            self._press(event.position(), erases=event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the pen."""
        self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        if not event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._release()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with pressure; the other end of the pen erases."""
        pressure = max(LOWEST_PRESSURE, event.pressure())
        match event.type():
            case QEvent.Type.TabletPress:
                erases = event.pointerType() == QPointingDevice.PointerType.Eraser
                self._press(event.position(), erases=erases, pressure=pressure)
            case QEvent.Type.TabletMove:
                self._move(event.position(), pressure)
            case QEvent.Type.TabletRelease:
                self._release()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Draw with the first finger that touches."""
        if not isinstance(event, QTouchEvent):
            return super().event(event)
        if event.type() == QEvent.Type.TouchBegin:
            self._finger = event.points()[0].id()
            self._press(event.points()[0].position())
        elif event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._release()
        else:
            for finger in event.points():
                if finger.id() == self._finger:
                    self._move(finger.position())
        event.accept()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Lift the pen: its release will not be seen here."""
        self._release()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for another pen width."""
        notches = event.angleDelta().y() / 120
        if notches:
            self.pen_width_wanted.emit(1 if notches > 0 else -1)
        event.accept()

    def _press(self, position: QPointF, *, erases: bool = False, pressure: float = 1.0) -> None:
        self._pen_is_down = True
        self._drawing.begin_stroke(
            self._to_drawing(position),
            width=self.pen_width * (ERASER_FACTOR if erases or self.erasing else 1),
            erases=erases or self.erasing,
            pressure=pressure,
        )

    def _move(self, position: QPointF, pressure: float = 1.0) -> None:
        if self._pen_is_down:
            self._drawing.extend_stroke(self._to_drawing(position), pressure)

    def _release(self) -> None:
        if self._pen_is_down:
            self._pen_is_down = False
            self._drawing.end_stroke()

    def _to_drawing(self, position: QPointF) -> QPointF:
        return (position - QRectF(self.rect()).center()) / min(self.width(), self.height())

    # the picture

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the strokes, the one at work last."""
        pixmap = self._strokes_so_far()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, pixmap)
            self._paint_end_of_live(painter)
            if self._drawing.is_empty:
                painter.setPen(QColor("#8A93A3"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw a digit here")
            if self.hasFocus():
                painter.setPen(QPen(self._accent, 4))
                painter.drawRect(self.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint at the new size."""
        self._paint_anew()
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        self.update()
        super().focusOutEvent(event)

    def _strokes_so_far(self) -> QPixmap:
        """Paint only what has come since the last time, however long the stroke at work."""
        ratio = self.devicePixelRatioF()
        if self._painted is None or self._painted.devicePixelRatio() != ratio:
            self._painted = QPixmap(self.size() * ratio)
            self._painted.setDevicePixelRatio(ratio)
            self._painted.fill(Qt.GlobalColor.black)
            self._painted_pieces = 0
            with QPainter(self._painted) as painter:
                self._into_drawing_units(painter)
                for stroke in self._drawing.strokes:
                    paint_stroke(painter, stroke)
        live = self._drawing.live
        if live is not None and live.settled_pieces > self._painted_pieces:
            with QPainter(self._painted) as painter:
                self._into_drawing_units(painter)
                paint_stroke(painter, live, self._painted_pieces, live.settled_pieces)
            self._painted_pieces = live.settled_pieces
        return self._painted

    def _paint_end_of_live(self, painter: QPainter) -> None:
        """Paint what the next movement of the pen will change."""
        live = self._drawing.live
        if live is not None:
            painter.save()
            self._into_drawing_units(painter)
            paint_stroke(painter, live, self._painted_pieces)
            painter.restore()

    def _into_drawing_units(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(self.rect()).center())
        side = min(self.width(), self.height())
        painter.scale(side, side)

    def _paint_anew(self) -> None:
        self._painted = None
        self.update()
