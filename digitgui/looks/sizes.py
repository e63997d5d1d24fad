"""How large things are: what holds text follows its size, and pictures follow the room that there is.

Whatever is not as large as it happens to come out asks here, so that there is one layout for all screens.
"""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

USUAL_TEXT = 13
"""Pixels of a letter where text has 100 %."""
USUAL_ROOM = QSize(1180, 700)
"""What a page has in a window of 1,280 × 800, in which pictures have their usual size."""
MOST_ROOM = 3.0
STEP = 0.1
"""Pictures grow by steps: not everything is laid out anew for each pixel that a window grows."""


def by_text(pixels: float) -> int:
    """Return the pixels, in the present size of text, of what takes so many where text has 100 %."""
    return round(pixels * text_scale())


def text_scale() -> float:
    """How large text is, 1 where it has 100 %."""
    return QFontInfo(QApplication.font()).pixelSize() / USUAL_TEXT


def room_of(free: QSize) -> float:
    """How much larger than usual pictures may be on a page of this size, from 1 to `MOST_ROOM`."""
    room = min(free.width() / USUAL_ROOM.width(), free.height() / USUAL_ROOM.height())
    return min(max(1.0, STEP * int(room / STEP)), MOST_ROOM)


def size_parts(whole: QWidget, room: float) -> None:
    """Let everything in a widget that grows with the room, and so has a ``set_room``, take its size.

    Parameters
    ----------
    whole : QWidget
    room : float
        1 in a usual window; text has the size it has now.
    """
    for part in whole.findChildren(QWidget):
        set_room = getattr(part, "set_room", None)
        if set_room is not None:
            set_room(room)
