"""Drawings and photos, to and from files that the user chooses."""

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from digitgui.asking import file_dialogs
from digitgui.drawings.ink_files import INK_SUFFIX, load_ink, save_ink
from digitgui.session import Session
from digitgui.wording import sentence_of

PNG_SIDE = 560
"""Pixels of the shorter side of the canvas in a picture file."""


def open_photo(parent: QWidget, session: Session) -> None:
    """Ask for a picture and let it become the drawing."""
    path = file_dialogs.ask_photo(parent, session.settings)
    if path:
        session.pictures.open(path)


def open_drawing(parent: QWidget, session: Session, pen_width: float) -> None:
    """Ask for a drawing and let it take the place of the one that is open.

    Parameters
    ----------
    parent : QWidget
    session : Session
    pen_width : float
        Of strokes whose width the file does not tell, as a share of the shorter side of the canvas.
    """
    path = file_dialogs.ask_drawing(parent, session.settings)
    if path:
        session.tasks.start(
            lambda: load_ink(path, pen_width=pen_width),
            session.drawing.replace,
            session.report,
        )


def save_drawing(parent: QWidget, session: Session) -> None:
    """Ask for a file and save the drawing to it: its strokes as ink, or all of it as a picture."""
    drawing = session.drawing
    drawing.show_all()
    drawing.end_stroke()
    if drawing.is_empty:
        session.noticed.emit("There is nothing to save yet: draw something first.")
        return
    path = file_dialogs.ask_drawing_target(parent, session.settings)
    if path is None:
        return
    strokes, image, saved = drawing.strokes, drawing.to_image(PNG_SIDE), f"Saved as {path}"
    if path.suffix.lower() == INK_SUFFIX and drawing.picture is not None:
        if not strokes:
            session.failed.emit(
                f"A picture cannot be saved as ink: choose the file type .png instead of {INK_SUFFIX}."
            )
            return
        saved = f"{path} contains only the strokes. Save the drawing as .png to keep the picture too."
    session.tasks.start(
        lambda: save_ink(strokes, path) if path.suffix.lower() == INK_SUFFIX else _save_png(image, path),
        lambda _done: session.noticed.emit(saved),
        lambda error: session.failed.emit(f"The drawing cannot be saved: {sentence_of(error)}"),
    )


def _save_png(image: QImage, path: Path) -> None:
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError(None, "the file cannot be written", str(path))
