"""Keeps the drawing from one start of the program to the next."""

import io
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QPointF, QTimer

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.ink_files import INK_SUFFIX, MOST_POINTS, save_ink
from digitgui.drawings.raster import FARTHEST
from digitgui.drawings.strokes import Stroke
from digitgui.drawings.thinning import thinned
from digitgui.wording import sentence_of
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from model.array_files import open_archive
from model.atomic_files import set_aside, unused_path, write_atomically
from model.damaged_files import told_as
from model.errors import CorruptError, ModelError, VersionError
from model.handwriting.ink_on_paper import within_limits
from model.network.arrays import ImageArray

__all__ = ["FILE_NAME", "KeptDrawing", "read_drawing", "write_drawing"]

FILE_NAME = "drawing.npz"
VERSION = 1
ARRAYS = "points", "pressures", "times", "ends", "widths", "erases", "began", "picture"
REST_MILLISECONDS = 1000
"""It is written when the pen has rested for so long."""


class KeptDrawing(Teller):
    """Writes the user's own sheet to a file of the program's when the pen rests, and reads it at the start.

    Parameters
    ----------
    drawing : Drawing
        On the user's own sheet, empty.
    folder : Path
        The program's own.
    safekeeping : Safekeeping
    """

    def __init__(
        self, drawing: Drawing, folder: Path, safekeeping: Safekeeping, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sheet, self._safekeeping, self._path = drawing.sheet, safekeeping, folder / FILE_NAME
        self._may_write = True
        self._begin(drawing)
        self._kept = self._sheet.strokes, self._sheet.picture
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.keep)
        drawing.stroke_ended.connect(self._rest.start)

    def keep(self) -> None:
        """Write the drawing in the background, unless it is as it was written last."""
        self._rest.stop()
        strokes, picture = drawn = self._sheet.strokes, self._sheet.picture
        is_known = strokes is self._kept[0] and picture is self._kept[1]  # both are replaced, never changed
        if is_known or not self._may_write:
            return
        self._kept = drawn
        change = Change(
            "the drawing",
            lambda: write_drawing(self._path, strokes, picture),
            lambda folder: _write_into(folder, strokes, picture),
        )
        self._safekeeping.keep(self._path, change)

    def _begin(self, drawing: Drawing) -> None:
        """Show what was kept; set aside what cannot be understood, and leave what cannot be read now."""
        try:
            drawing.restore(*read_drawing(self._path))
        except FileNotFoundError:
            return
        except (VersionError, OSError) as error:
            self._may_write = False
            text = f"The drawing from last time cannot be opened: {sentence_of(error)}"
        except ModelError as error:
            try:
                text = (
                    f"The drawing from last time is damaged ({error}). It is now called {set_aside(self._path)}."
                )
            except OSError as failure:
                self._may_write, text = False, f"The drawing from last time is damaged: {sentence_of(failure)}"
        else:
            return
        QTimer.singleShot(0, lambda: self.failed.emit(text))


def write_drawing(path: Path, strokes: list[Stroke], picture: ImageArray | None) -> None:
    """Write a drawing; an empty one is no file.

    Raises
    ------
    ModelFileError, OSError
        If that cannot be done.
    """
    if not strokes and picture is None:
        path.unlink(missing_ok=True)
        return
    strokes = thinned(strokes, max(MOST_POINTS, len(strokes)))
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        version=VERSION,
        points=np.array([(place.x(), place.y()) for one in strokes for place in one.points]).reshape(-1, 2),
        pressures=np.array([pressure for one in strokes for pressure in one.pressures]),
        times=np.array([time for one in strokes for time in one.times]),
        ends=np.cumsum([len(one.points) for one in strokes], dtype=np.int64),
        widths=np.array([one.width for one in strokes]),
        erases=np.array([one.erases for one in strokes], bool),
        began=np.array([one.began for one in strokes]),
        picture=np.zeros((0, 0), np.uint8) if picture is None else picture,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, stream.getvalue(), durable=False)


def _write_into(folder: Path, strokes: list[Stroke], picture: ImageArray | None) -> None:
    """Write a drawing as files that the user can open: its strokes as ink, what lies below them as a picture."""
    if strokes:
        save_ink(strokes, unused_path(folder / f"drawing{INK_SUFFIX}"))
    if picture is not None:
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "PNG")
        write_atomically(unused_path(folder / "drawing.png"), stream.getvalue())


def read_drawing(path: Path) -> tuple[list[Stroke], ImageArray | None]:
    """Read a drawing.

    Raises
    ------
    OSError
        If it cannot be read.
    VersionError
        If a newer program wrote it.
    CorruptError
        If it is damaged.
    """
    with path.open("rb") as stream, told_as(CorruptError, "{error}"), open_archive(stream, path.name) as file:
        if int(file.read("version")) > VERSION:
            raise VersionError(f"{path} was written by a newer version of the program")
        arrays = {name: file.read(name) for name in ARRAYS}
        picture = arrays["picture"]
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise ValueError(f"a picture of {picture.dtype}")
        return _strokes(arrays), within_limits(picture) if picture.size else None


def _strokes(arrays: dict[str, np.ndarray]) -> list[Stroke]:
    """Make strokes of the arrays of a file, whatever stands there.

    Raises
    ------
    ValueError, KeyError
        If they do not belong together.
    """
    points, times, pressures = arrays["points"], arrays["times"], arrays["pressures"]
    ends, widths, began = arrays["ends"].tolist(), arrays["widths"], arrays["began"]
    if points.shape != (len(times), 2) or len(pressures) != len(times) or (ends[-1:] or [0]) != [len(times)]:
        raise ValueError("points, times and strokes do not belong together")
    if len(times) > max(MOST_POINTS, len(ends)):
        raise ValueError(f"{len(times):,} points, more than are ever kept")
    if not all(np.isfinite(array).all() for array in (points, times, pressures, widths, began)):
        raise ValueError("numbers that are not finite")
    strokes = []
    rows = zip([0, *ends][:-1], ends, widths.tolist(), arrays["erases"].tolist(), began.tolist(), strict=True)
    for start, end, width, erases, moment in rows:
        if not (0 <= start < end and 0 < width <= 1):
            raise ValueError("a stroke without points, or of no width")
        places = [QPointF(x, y) for x, y in points[start:end].clip(-FARTHEST, FARTHEST).tolist()]
        pressed = pressures[start:end].clip(0, 1).tolist()
        strokes.append(Stroke(width, erases, places, pressed, times[start:end].tolist(), moment))
    return strokes
