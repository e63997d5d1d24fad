"""Pictures from outside, which become part of the drawing: a photo, the clipboard, or what is dropped."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QImage

from digitgui.documents.model_document import ModelDocument
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.mime_pictures import encoded_picture, local_files
from digitgui.drawings.photo import OpenedPicture, Photo
from digitgui.drawings.prediction import takes_drawings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.bounds import check_pixels
from model.damaged_files import told_as
from model.errors import DataFormatError
from model.handwriting.ink_on_paper import picture_to_gray, within_limits
from model.network.arrays import ImageArray
from model.network.task import Task
from model.readers.picture_files import open_picture, reduced

__all__ = ["PictureInput", "read_picture"]


class PictureInput(Teller):
    """Reads pictures in the background, and puts them under the strokes of a drawing.

    A network that takes no drawings is shown the picture itself.
    """

    def __init__(
        self,
        drawing: Drawing,
        photo: Photo,
        model: ModelDocument,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._photo, self._model = drawing, photo, model
        self._path: Path | None = None
        self._files: list[tuple[ImageArray | None, Path]] = []
        self._reading = Computation[ImageArray | OpenedPicture](
            "", InThread(BackgroundTasks(activity)), activity, can_cancel=True
        )
        self._reading.done.connect(self._show)
        self._reading.failed.connect(self.failed)

    def open(self, path: Path) -> None:
        """Read a picture file."""
        self._path = path
        self._reading.title = f"Reading {path.name}"
        self._reading.ask_anew(_read_file, path, self._task)

    def take(self, data: QMimeData) -> None:
        """Read what has been dropped or copied: a picture file, or a picture."""
        files = local_files(data)
        if files:
            self.open(files[0])
            return
        self._path = None
        encoded = encoded_picture(data)
        image = QImage() if encoded or not data.hasImage() else QImage(data.imageData())
        if encoded or not image.isNull():
            self._reading.title = "Reading the picture"
            self._reading.ask_anew(_read_image, encoded or image, self._task)
        else:
            found = "a text" if data.hasText() else "something else"
            self.failed.emit(
                f"Expected a picture or a picture file, found {found}: copy a picture and paste again."
            )

    def cancel(self) -> None:
        """Read no further; what is drawn stays."""
        self._reading.cancel()

    @property
    def file(self) -> Path | None:
        """The file that the picture of the drawing was read from; None if it is gone, or there was none."""
        shown = self._drawing.picture
        path = next((path for picture, path in self._files if picture is shown), None)
        return path if shown is not None and path is not None and path.exists() else None

    @property
    def _task(self) -> Task | None:
        """Of a network that takes pictures; None where it takes drawings."""
        task = self._model.task
        return None if takes_drawings(task) else task

    def _show(self, found: ImageArray | OpenedPicture) -> None:
        if isinstance(found, OpenedPicture):
            self._photo.show_picture(found)
        else:
            self._drawing.set_picture(found)
            if self._path is not None:
                self._files.append((self._drawing.picture, self._path))


def _read_file(path: Path, task: Task | None) -> ImageArray | OpenedPicture:
    return read_picture(path) if task is None else _opened(open_picture(path), path.name, task)


def read_picture(path: Path) -> ImageArray:
    """Read a picture file of a digit as bright ink on dark.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        At most 560 pixels on the longer side.

    Raises
    ------
    DataFormatError
        If it is no picture, damaged, too large, or blank.
    """
    return _layer(open_picture(path), path.name)


def _read_image(image: QImage | bytes, task: Task | None) -> ImageArray | OpenedPicture:
    """Read a picture without a file, or the bytes of one."""
    picture = _as_pillow(QImage.fromData(image) if isinstance(image, bytes) else image)
    return _layer(picture, "The picture") if task is None else _opened(picture, "The picture", task)


def _opened(picture: Image.Image, name: str, task: Task) -> OpenedPicture:
    """Decode a picture, and bring it to the form that a network takes, while the window goes on."""
    with told_as(DataFormatError, f"{name}: expected a picture, found a damaged one"):
        found = OpenedPicture.of(ImageOps.exif_transpose(picture))
        found.as_taken_by(task)
        return found


def _layer(picture: Image.Image, name: str) -> ImageArray:
    with told_as(DataFormatError, f"{name}: expected a picture, found a damaged one"):
        gray = picture_to_gray(reduced(picture))
        if not gray.any():
            raise DataFormatError(f"{name}: expected a digit, found a blank picture: nothing is drawn on it")
        return within_limits(gray)


def _as_pillow(image: QImage) -> Image.Image:
    if image.isNull():
        raise DataFormatError("The picture is damaged: copy it again")
    check_pixels("The picture", image.width(), image.height())
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    own = pixels[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()  # outlives the QImage
    return Image.fromarray(own, "RGBA")
