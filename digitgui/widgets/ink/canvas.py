"""Where one draws: mouse, pen or finger in, strokes out."""

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QEventPoint,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.mime_pictures import holds_picture
from digitgui.drawings.pen import Pen
from digitgui.drawings.photo import Photo
from digitgui.drawings.prediction import takes_drawings
from digitgui.drawings.raster import Raster, View
from digitgui.drawings.read_number import ReadNumber
from digitgui.looks.theme import LIGHT
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.ink import canvas_words
from digitgui.widgets.ink.guide import paint_guide
from digitgui.widgets.ink.key_pen import KeyPen
from digitgui.widgets.ink.number_boxes import paint_frames
from digitgui.widgets.ink.photo_painting import paint_photo
from digitgui.widgets.typed_class import typed_label
from model.network.task import DIGITS, Task

FRAME_COLOR = "#6BA1FF"  # seen on black in both themes
EDGE = QColor("#8A93A3")  # seen beside black and beside the ground of either theme

ERASER_FACTOR = 1.6
"""The eraser is that much wider than the pen, so that going over a stroke leaves no rim of it."""
LOWEST_PRESSURE = 0.25
"""A pen that barely touches still leaves a quarter of the full width."""
NOTCH = 120
"""Units of a wheel's notch; finer wheels and touchpads send parts of it."""


class Canvas(QWidget):
    """Shows a drawing and lets one draw on it; for a network that takes no drawings, it shows a photograph.

    Left button, pen or finger draw; right button or the other end of the pen erase; the wheel asks for another
    pen width. With the keyboard, arrow keys move a pen from cell to cell.

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
    erasing_wanted(bool)
        A key has been pressed to change between pen and eraser.
    picture_dropped(QMimeData)
        A picture, or the file of one, has been dropped here.
    nothing_to_erase()
        The eraser has been put down on an empty canvas.
    """

    accessible_role = Role.Canvas

    pen_width_wanted = Signal(int)
    erasing_wanted = Signal(bool)
    picture_dropped = Signal(QMimeData)
    nothing_to_erase = Signal()

    def __init__(self, drawing: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen_width = 0.075
        self.erasing = False
        self._drawing = drawing
        self._raster = Raster(QImage.Format.Format_RGB32)
        self._finger = -1
        self._number: ReadNumber | None = None
        self._photo: Photo | None = None
        self._task = DIGITS
        self._accent = QColor(LIGHT.accent)
        self._pen_is_down = False
        self._key_pen = KeyPen()
        self._has_guide = True
        self._turned = 0
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing canvas")
        self.setAccessibleDescription(canvas_words.description(DIGITS))
        self.setToolTip(canvas_words.tip(DIGITS))
        drawing.changed.connect(self.update)
        drawing.stroke_ended.connect(self._see_stroke_ended)

    def use(self, pen: Pen) -> None:
        """Draw with this pen from now on; the wheel and the keys change it."""

        def take() -> None:
            self.pen_width, self.erasing = pen.width, pen.erasing

        take()
        pen.percent_changed.connect(take)
        pen.erasing_changed.connect(take)
        self.pen_width_wanted.connect(pen.change)
        self.erasing_wanted.connect(pen.set_erasing)

    def use_photo(self, photo: Photo) -> None:
        """Show this photograph where the network takes no drawings."""
        if photo is not self._photo:
            self._photo = photo
            photo.changed.connect(self.update)

    def set_task(self, task: Task) -> None:
        """Be for what a network is about."""
        if task == self._task:
            return
        self._task = task
        self._end_keyboard()
        self._release()
        is_drawn = self._is_drawn
        self.setCursor(Qt.CursorShape.CrossCursor if is_drawn else Qt.CursorShape.ArrowCursor)
        self.setToolTip(canvas_words.tip(task))
        self.setAccessibleName("Drawing canvas" if is_drawn else "Picture")
        self._show_key_pen()

    @property
    def _is_drawn(self) -> bool:
        return takes_drawings(self._task)

    def set_number(self, number: ReadNumber | None) -> None:
        """Frame the digits of a number, or none."""
        if number is not self._number:
            self._number = number
            self.update()

    def set_accent(self, color: str) -> None:
        """Take the colour of the focus ring."""
        self._accent = QColor(color)
        self.update()

    def set_guide(self, shown: bool) -> None:
        """Show the box that a digit fills, or do not."""
        self._has_guide = shown
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable square."""
        return QSize(350, 350)

    # the pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        if not self._is_drawn:
            event.ignore()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and not self._pen_is_down:
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
                    if finger.state() == QEventPoint.State.Released:  # others may stay
                        self._release()
        event.accept()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Lift the pen: its release will not be seen here."""
        self._release()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for another pen width; without the focus, leave the wheel to what scrolls."""
        if not self.hasFocus():
            event.ignore()
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / NOTCH)
        if notches:
            self._turned -= NOTCH * notches
            self.pen_width_wanted.emit(notches)
        event.accept()

    def _press(self, position: QPointF, *, erases: bool = False, pressure: float = 1.0) -> None:
        if not self._is_drawn:
            return
        self._end_keyboard()
        self._pen_is_down = True
        self._begin(self._to_drawing(position), erases=erases, pressure=pressure)

    def _begin(self, point: QPointF, *, erases: bool = False, pressure: float = 1.0) -> None:
        erases = erases or self.erasing
        if erases and self._drawing.is_empty:
            self.nothing_to_erase.emit()
            return
        width = self.pen_width * (ERASER_FACTOR if erases else 1)
        self._drawing.begin_stroke(point, width=width, erases=erases, pressure=pressure)

    def _move(self, position: QPointF, pressure: float = 1.0) -> None:
        if self._pen_is_down:
            seen = QRectF(self.rect())  # unseen ink would count all the same
            x = min(max(position.x(), seen.left()), seen.right())
            y = min(max(position.y(), seen.top()), seen.bottom())
            self._drawing.extend_stroke(self._to_drawing(QPointF(x, y)), pressure)

    def _release(self) -> None:
        if self._pen_is_down:
            self._pen_is_down = False
            self._drawing.end_stroke()

    def _to_drawing(self, position: QPointF) -> QPointF:
        return (position - QRectF(self.rect()).center()) / min(self.width(), self.height())

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pen of the keyboard, put it down, lift it."""
        key, pen = event.key(), self._key_pen
        if not self._is_drawn:
            super().keyPressEvent(event)
            return
        if key in ARROWS:
            pen.move(key, far=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            if pen.is_down:
                self._drawing.extend_stroke(pen.place)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._toggle_key_pen()
        elif key == Qt.Key.Key_Backspace:
            self.erasing_wanted.emit(not self.erasing)
        elif key == Qt.Key.Key_Escape and pen.is_shown:
            self._end_keyboard()
        else:
            if pen.is_down and typed_label(event, self._task) is not None:  # says what it was: so it is complete
                self._drawing.end_stroke()
            super().keyPressEvent(event)
            return
        self._show_key_pen()

    def _toggle_key_pen(self) -> None:
        pen = self._key_pen
        pen.is_shown = True
        if pen.is_down:
            self._drawing.end_stroke()
        else:
            self._begin(pen.place)
            pen.is_down = self._drawing.live is not None

    def _see_stroke_ended(self) -> None:
        """Lift the pen of the keyboard where the stroke was ended elsewhere, such as by emptying the canvas."""
        if self._key_pen.is_down and self._drawing.live is None:
            self._key_pen.is_down = False
            self._show_key_pen()

    def _end_keyboard(self) -> None:
        if self._key_pen.is_down:
            self._drawing.end_stroke()
        self._key_pen.is_shown = self._key_pen.is_down = False
        self._show_key_pen()

    def _show_key_pen(self) -> None:
        pen = self._key_pen
        described = canvas_words.description(self._task)
        self.setAccessibleDescription(pen.description if pen.is_shown else described)
        self.update()

    # pictures from elsewhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures; whatever else there is belongs to the window."""
        if holds_picture(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on a picture."""
        event.acceptProposedAction()
        self.picture_dropped.emit(event.mimeData())

    # the picture

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the strokes, the one at work last; or the photograph."""
        if not self._is_drawn:
            with QPainter(self) as painter:
                image = self._photo.image if self._photo else None
                paint_photo(painter, self.rect(), image, self._task, self._accent)
                self._paint_edge(painter)
            return
        image = self._image()
        with QPainter(self) as painter:
            painter.drawImage(0, 0, image)
            if self._has_guide:
                painter.save()
                self._into_drawing_units(painter)
                paint_guide(painter)
                painter.restore()
            if self._drawing.is_empty:
                painter.setPen(EDGE)
                place = self.rect().adjusted(0, self.height() // 5, 0, 0)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, canvas_words.invitation(self._task))
            if self._number is not None:
                digits = [] if self._number.is_page else [digit.digit for digit in self._number.digits]
                paint_frames(painter, QRectF(self.rect()), self._number.boxes, digits, FRAME_COLOR)
            if self._key_pen.is_shown:
                painter.save()
                self._into_drawing_units(painter)
                self._key_pen.paint(painter, self._accent)
                painter.restore()
            self._paint_edge(painter)

    def _paint_edge(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(self._accent, 4))
            painter.drawRect(self.rect())
        else:
            painter.setPen(EDGE)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring, and the pen of the keyboard."""
        self._end_keyboard()
        super().focusOutEvent(event)

    def _image(self) -> QImage:
        """Paint the drawing at the pixels of this screen: only what has come since the last time."""
        ratio, drawing = self.devicePixelRatioF(), self._drawing
        size = self.size() * ratio
        side = min(self.width(), self.height())
        # where the size is no whole number of pixels, the middle of the image is not that of the canvas
        x = (size.width() / ratio - self.width()) / 2 / side
        y = (size.height() / ratio - self.height()) / 2 / side
        view = View(x, y, side * ratio, size.width(), size.height())
        image = QImage(self._raster.image(view, *drawing.shown, drawing.picture_image))
        image.setDevicePixelRatio(ratio)
        return image

    def _into_drawing_units(self, painter: QPainter) -> None:
        painter.translate(QRectF(self.rect()).center())
        side = min(self.width(), self.height())
        painter.scale(side, side)
