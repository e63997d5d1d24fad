"""What comes into the window by itself: dropped on it, pasted, or double-clicked in the desktop."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from digitgui.drawings.mime_pictures import holds_picture, local_files
from digitgui.pages.page import Surroundings
from digitgui.session import Session
from digitgui.widgets.ink.canvas import Canvas
from model.exchange.importing import ONNX_SUFFIX
from model.runs.storage import SUFFIX

__all__ = ["Arrivals"]


class Arrivals:
    """Takes pictures into the drawing, and opens models, data and lessons.

    Parameters
    ----------
    window : QWidget
        Whose canvases show the drawing.
    session : Session
    surroundings : Surroundings
    page : callable
        Tells the name of the page that is shown.
    open_lesson : callable
        Begins the lesson in a folder.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        surroundings: Surroundings,
        page: Callable[[], str],
        open_lesson: Callable[[Path], object],
    ) -> None:
        self._window, self._session, self._surroundings = window, session, surroundings
        self._page, self._open_lesson = page, open_lesson

    @staticmethod
    def are_welcome(data: QMimeData) -> bool:
        """Whether this may be dropped."""
        return bool(local_files(data)) or holds_picture(data)

    def take(self, data: QMimeData) -> None:
        """Open what has been dropped: a picture, a model, data, a lesson or sheets; scans, on the Sheets page."""
        files = local_files(data)
        from digitgui.lessons.files import is_lesson  # noqa: PLC0415  a window that starts has no lesson

        if files and is_lesson(files[0]):
            self._open_lesson(self._first(files))
            return
        if files and _is_project(files[0]):
            self._surroundings.page_wanted.emit("sheets")
            self._session.sheets.add(files[:1])
            return
        if self._page() == "sheets" and files and not files[0].name.lower().endswith((SUFFIX, ONNX_SUFFIX)):
            self._session.sheets.add(files)
            return
        if holds_picture(data):
            self.take_picture(data)
            return
        path = self._first(local_files(data))
        if path.name.lower().endswith((SUFFIX, ONNX_SUFFIX)):
            self._session.open_model(str(path))
        else:
            self._session.data.open(str(path))

    def open_file(self, path: Path) -> None:
        """Open a file or a folder that the program was started with."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path.absolute()))])
        self.take(data)

    def take_picture(self, data: QMimeData) -> None:
        """Let a picture that was dropped or copied become the drawing, and show that."""
        self._first(local_files(data))
        if holds_picture(data) and not any(canvas.isVisible() for canvas in self._window.findChildren(Canvas)):
            self._surroundings.page_wanted.emit("draw")
        self._session.pictures.take(data)

    def paste_picture(self) -> None:
        """Let the picture in the clipboard become the drawing."""
        self.take_picture(QGuiApplication.clipboard().mimeData() or QMimeData())

    def _first(self, files: list[Path]) -> Path:
        """Take one file, and say so where there are more."""
        if len(files) > 1:
            self._session.failed.emit(f"Only {files[0].name} was opened. Drop one file or folder at a time.")
        return files[0] if files else Path()


def _is_project(path: Path) -> bool:
    """Tell by its name whether a file is a project of sheets."""
    if path.suffix != ".json":
        return False
    from model.sheets.project_files import PROJECT_NAME  # noqa: PLC0415  sheets take a moment

    return path.name == PROJECT_NAME
