"""The picture of the sheet that is looked at, in several sizes, so that it is painted at once."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from digitgui.documents.sheet_review import SheetReview
from digitgui.documents.sheet_work import Key, key_of
from digitgui.looks.gray_images import gray_image
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from model.network.arrays import ImageArray
from model.sheets.sheet_record import SheetRecord

__all__ = ["Scan", "SheetScan"]

SMALLEST_SIDE = 600
KEPT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A picture and its halves.

    Attributes
    ----------
    key : (path, int)
        File and page.
    levels : list of QImage
        Each half as wide as the one before.
    """

    key: Key
    levels: list[QImage]

    @property
    def width(self) -> int:
        """Of the whole picture, in pixels."""
        return self.levels[0].width()

    @property
    def height(self) -> int:
        """Of the whole picture, in pixels."""
        return self.levels[0].height()

    def level_for(self, scale: float) -> tuple[QImage, float]:
        """Return the smallest picture that is sharp at a scale, and how large it is against the whole one."""
        number = 0
        while number + 1 < len(self.levels) and self.levels[number + 1].width() >= scale * self.width:
            number += 1
        return self.levels[number], self.levels[number].width() / self.width


class SheetScan(QObject):
    """Reads the picture of the sheet that is looked at, in the background.

    Attributes
    ----------
    problem : str
        Why there is none, in a sentence.

    Signals
    -------
    changed()
        There is another picture, or none.
    """

    changed = Signal()

    def __init__(self, review: SheetReview, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._kept: dict[Key, Scan] = {}
        self._asking = Computation[Scan](
            "", InThread(BackgroundTasks(activity)), activity, failure="The scan cannot be shown"
        )
        self._asking.done.connect(self._take)
        self._asking.failed.connect(lambda _text: self.changed.emit())

    @property
    def scan(self) -> Scan | None:
        """The picture of the sheet that is looked at; None before it has been read."""
        record = self._review.record
        return self._kept.get(key_of(record)) if record is not None else None

    @property
    def has_changed(self) -> bool:
        """Whether the picture has another size than when the sheet was read: it has been scanned anew, or cut."""
        scan, record = self.scan, self._review.record
        if scan is None or record is None or record.layout is None:
            return False
        return (scan.width, scan.height) != record.layout.size

    @property
    def problem(self) -> str:
        """Why there is none, in a sentence."""
        return self._asking.problem if self.scan is None and not self._asking.is_under_way else ""

    def request(self) -> None:
        """Read it, unless it is known or could not be read; that is tried again once the sheet is read again."""
        record, asking = self._review.record, self._asking
        if record is not None and self.scan is None:
            basis = str(record.file), record.page, record.cells
            has_failed = bool(asking.problem) and asking.asked[:2] == basis[:2] and asking.asked[2] is record.cells
            if not has_failed:
                asking.ask(_scan, record, basis=basis)
        self.changed.emit()

    def _take(self, scan: Scan) -> None:
        self._kept[scan.key] = scan
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        self._asking.forget()
        self.changed.emit()


def _scan(record: SheetRecord) -> Scan:
    from model.sheets.scan_files import read_page  # noqa: PLC0415  loads much, which takes a moment

    pixels = read_page(record.file, record.page)
    levels = [gray_image(pixels)]
    while max(pixels.shape) > SMALLEST_SIDE and min(pixels.shape) > 1:
        pixels = _halved(pixels)
        levels.append(gray_image(pixels))
    return Scan(key_of(record), levels)


def _halved(pixels: ImageArray) -> ImageArray:
    """Return the mean of every two by two pixels."""
    height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    even = pixels[:height, :width].astype(np.uint16)
    return ((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) // 4).astype(np.uint8)
