"""Keeps the picture that a network is shown from one start of the program to the next."""

import io
from pathlib import Path

from PIL import Image, ImageOps
from PySide6.QtCore import QObject

from digitgui.drawings.photo import OpenedPicture, Photo
from digitgui.work.background import BackgroundTasks
from digitgui.work.safekeeping import Change, Safekeeping
from model.atomic_files import unused_path, write_atomically
from model.damaged_files import told_as
from model.errors import DataFormatError
from model.readers.picture_files import open_picture

__all__ = ["KeptPhoto"]

FILE_NAME = "photo.png"
FAST = 1
"""How hard PNG is compressed: speed matters here, not the size."""


class KeptPhoto(QObject):
    """Writes the opened picture to a file of the program's as soon as it is another, and shows it at the start.

    Parameters
    ----------
    photo : Photo
        Empty.
    folder : Path
        The program's own.
    tasks : BackgroundTasks
    safekeeping : Safekeeping
    """

    def __init__(
        self,
        photo: Photo,
        folder: Path,
        tasks: BackgroundTasks,
        safekeeping: Safekeeping,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photo, self._path, self._safekeeping = photo, folder / FILE_NAME, safekeeping
        self._kept: OpenedPicture | None = None
        if self._path.exists():
            tasks.start(lambda: _read(self._path), self._show, _pass_over)
        photo.changed.connect(self._keep)

    def _show(self, found: OpenedPicture) -> None:
        if self._photo.opened is None:
            self._kept = found
            self._photo.restore(found)

    def _keep(self) -> None:
        opened = self._photo.opened
        if opened is not self._kept:
            self._kept = opened
            self._safekeeping.keep(
                self._path,
                Change(
                    "the picture",
                    lambda: _write(self._path, opened),
                    lambda folder: _write_into(folder, opened),
                ),
            )


def _pass_over(_error: Exception) -> None:
    """Begin without a picture where it cannot be read: it is a copy of one of the user's."""


def _read(path: Path) -> OpenedPicture:
    with told_as(DataFormatError, f"{path.name}: expected a picture, found a damaged one"):
        return OpenedPicture.of(ImageOps.exif_transpose(open_picture(path)))


def _write(path: Path, opened: OpenedPicture | None) -> None:
    if opened is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _as_png(opened.whole), durable=False)


def _write_into(folder: Path, opened: OpenedPicture | None) -> None:
    if opened is not None:
        write_atomically(unused_path(folder / FILE_NAME), _as_png(opened.whole))


def _as_png(picture: Image.Image) -> bytes:
    """Write the picture without loss: its answer is the same after a restart."""
    stream = io.BytesIO()
    upright = picture if picture.mode in ("L", "LA", "RGB", "RGBA", "P", "1", "I;16") else picture.convert("RGB")
    upright.save(stream, "PNG", compress_level=FAST, exif=b"")
    return stream.getvalue()
