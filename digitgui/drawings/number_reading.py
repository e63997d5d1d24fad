"""Reads a number from a drawing, whose strokes are known."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QRectF, QTimer, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.raster import RASTER_SIDE, Raster, View, bounds_of_ink, view_of_canvas
from digitgui.drawings.read_number import ReadNumber
from digitgui.drawings.strokes import Stroke
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from model.handwriting.segmentation import ReadDigit, Reader, lie_on_one_another, read_number
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.judging.ensemble import AnyNetwork
from model.network.arrays import ImageArray

__all__ = ["NumberReader"]

MOST_STROKES = 24
"""From so many strokes on, digits are told apart by their ink alone: painting each stroke would take too long."""
REST_MILLISECONDS = 300
"""A drawing that was no number is read again when the network has not changed for so long: not at every step of a
training."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """What a number is read from: the ink, that of each stroke if it is known, and where on the canvas it is."""

    gray: ImageArray
    inks: list[ImageArray] | None
    scale: float
    rim: float
    is_photo: bool = False

    def read(self, network: Reader) -> ReadNumber | None:
        """Read the digits; None if there are not several."""
        digits = read_number(network, self.gray, self.inks)
        if len(digits) < 2 or lie_on_one_another(digits):
            return None
        rim = self.rim
        boxes = [_box(digit, self.gray.shape, self.scale).adjusted(-rim, -rim, rim, rim) for digit in digits]
        return ReadNumber(digits, boxes, self.is_photo)


class NumberReader(QObject):
    """Reads the drawing in another thread whenever it is complete for now.

    Attributes
    ----------
    reading : Computation
    number : ReadNumber or None
        None if the drawing does not hold several digits, or has not been read yet.

    Signals
    -------
    changed()
    ended()
        Nothing is being read any more.
    """

    changed = Signal()
    ended = Signal()

    def __init__(
        self, drawing: Drawing, model: ModelDocument, activity: Activity, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._drawing, self._model = drawing, model
        self.reading = Computation[ReadNumber | None](
            "Reading the number", InThread(BackgroundTasks(activity)), activity
        )
        self._reader: AnyNetwork | None = None  # a copy for the other thread
        self.number: ReadNumber | None = None
        self._waits = False
        self._network = model.network
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.request)
        self.reading.changed.connect(self._see_reading)
        drawing.changed.connect(self._see_change)
        drawing.stroke_ended.connect(self.request)
        model.weights_changed.connect(self._see_weights)

    @property
    def is_under_way(self) -> bool:
        """Whether it is still to be found out what the drawing holds."""
        return self._waits or self.reading.is_under_way

    @property
    def is_current(self) -> bool:
        """Whether the drawing has not changed, and no other network been opened, since it was read."""
        return self.reading.holds

    def request(self) -> None:
        """Read the drawing as it is now, or as it is when what is being read is done."""
        if self.reading.is_under_way:
            self.reading.afterwards(self.request)
            return
        sheet = _sheet_of(self._drawing) if self._network.task.is_digits else None
        self._waits = sheet is not None and self._drawing.is_restoring
        if sheet is None:
            self.reading.put(None)
            return
        if self._waits:
            QTimer.singleShot(0, self._rest, self._rest.start)  # once the window stands: this imports SciPy
            return
        self._reader = self._reader or self._network.copy()
        self.reading.ask_anew(sheet.read, self._reader)

    def stop(self) -> None:
        """Read no more by itself."""
        self._rest.stop()

    def _see_reading(self) -> None:
        number = None if self.reading.problem else self.reading.answer
        if number is not self.number:
            self.number = number
            self.changed.emit()
        if not self.reading.is_under_way:
            self.ended.emit()

    def _see_change(self) -> None:
        if self._drawing.is_empty:
            self.reading.forget()
        else:
            self.reading.outdate()

    def _see_weights(self) -> None:
        self._reader = None
        if self._network is not self._model.network:
            self._network = self._model.network
            self.reading.outdate()
        if self.number is not None:
            self.request()
        elif not self._drawing.is_empty:
            self._rest.start()


def _sheet_of(drawing: Drawing) -> _Sheet | None:
    """Paint what is to be seen of a drawing; None if there is nothing, or one stroke, which is one digit.

    Thick strokes are inked with a pen that suits the height of the number, so that digits which only touch for
    their thickness are apart.
    """
    strokes = drawing.shown[0]
    if drawing.picture is not None:
        side = max(RASTER_SIDE, *drawing.picture.shape)
        return _Sheet(drawing.to_read(), None, side, 0.0, is_photo=True)
    bounds = bounds_of_ink(strokes)
    if bounds is None:
        return None
    pens = [stroke for stroke in strokes if not stroke.erases]
    if len(pens) == 1 and len(strokes) == 1:  # the eraser may have parted it
        return None
    widest = max(stroke.width for stroke in pens)
    view = view_of_canvas(strokes)
    pen = max(1 / view.scale, min(widest, NORMAL_WIDTH * (bounds[3] - bounds[1])))
    view = replace(view, pen=pen)
    inks = [_ink(stroke, view) for stroke in pens] if 1 < len(pens) <= MOST_STROKES else None
    return _Sheet(Raster().gray(view, strokes, None, None), inks, view.scale, (widest - pen) / 2)


def _ink(stroke: Stroke, view: View) -> np.ndarray:
    return Raster().gray(view, [stroke], None, None)


def _box(digit: ReadDigit, shape: tuple[int, ...], scale: float) -> QRectF:
    one, (height, width) = digit.segment, shape
    return QRectF(
        (one.left - width / 2) / scale,
        (one.top - height / 2) / scale,
        (one.right - one.left) / scale,
        (one.bottom - one.top) / scale,
    )
