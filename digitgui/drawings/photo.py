"""The picture that is shown to a network which takes no drawings: a photograph, pasted, dropped or opened."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QUndoStack

from digitgui.documents.undo_step import UndoStep
from digitgui.looks.gray_images import gray_image
from model.network.arrays import ImageArray
from model.network.task import Task
from model.readers.picture_kinds import as_rgb
from model.readers.prepared_pictures import prepared

__all__ = ["OpenedPicture", "Photo"]

LARGEST_SHOWN = 560
"""Pixels of the longer side of what is painted."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPicture:
    """A picture, as it was opened and as it is shown.

    Attributes
    ----------
    whole : PIL.Image.Image
        Upright.
    shown : ndarray of uint8, shape (height, width, 3)
        At most 560 pixels on the longer side.
    """

    whole: Image.Image
    shown: ImageArray
    _taken: dict[Task, ImageArray] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, whole: Image.Image) -> "OpenedPicture":
        """Make what is shown of a picture."""
        small = as_rgb(whole)
        small.thumbnail((LARGEST_SHOWN, LARGEST_SHOWN), Image.Resampling.LANCZOS)
        return cls(whole, np.asarray(small))

    def as_taken_by(self, task: Task) -> ImageArray:
        """Bring it to the form that a network takes, as the command line does with its file."""
        if task not in self._taken:
            self._taken[task] = prepared(self.whole, task)
        return self._taken[task]


class Photo(QObject):
    """Holds one picture, or none; each change can be undone.

    Attributes
    ----------
    opened : OpenedPicture or None
    image : QImage or None
        What is shown, to be painted.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack
        self.opened: OpenedPicture | None = None
        self.image: QImage | None = None

    def show_picture(self, opened: OpenedPicture) -> None:
        """Take a picture in place of the one before."""
        self._change("picture", opened)

    def restore(self, opened: OpenedPicture) -> None:
        """Show what was shown when the program ended."""
        self._take(opened)

    def clear(self) -> None:
        """Remove the picture."""
        if self.opened is not None:
            self._change("clear", None)

    def _change(self, text: str, after: OpenedPicture | None) -> None:
        before = self.opened
        self._undo_stack.push(UndoStep(text, lambda: self._take(after), lambda: self._take(before)))

    def _take(self, opened: OpenedPicture | None) -> None:
        self.opened = opened
        self.image = None if opened is None else gray_image(opened.shown)
        self.changed.emit()
