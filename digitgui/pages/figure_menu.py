"""What can be done with a plot, a table or a matrix where it stands: copy its numbers, or write a file."""

from PySide6.QtWidgets import QMenu, QWidget

from digitgui.asking import file_dialogs
from digitgui.session import Session
from digitgui.widgets.figure_export import copy_figure, save_figure
from model.errors import ModelError

__all__ = ["add_figure_actions", "ask_and_save"]


def add_figure_actions(menu: QMenu, figure: QWidget, session: Session) -> None:
    """Put what can be done with a figure into a menu."""
    menu.addAction("Cop&y as table").triggered.connect(lambda _checked: _copy(figure, session))
    menu.addAction("&Export as PNG, SVG or CSV…").triggered.connect(
        lambda _checked: ask_and_save(figure, session, figure.accessibleName() or "figure")
    )


def ask_and_save(figure: QWidget, session: Session, name: str) -> None:
    """Ask for a file and write a figure to it."""
    path = file_dialogs.ask_figure_target(figure.window(), session.settings, name)
    if not path:
        return
    try:
        save_figure(figure, path)
    except ModelError as error:
        session.report(error)
    else:
        session.noticed.emit(f"Saved as {path}")


def _copy(figure: QWidget, session: Session) -> None:
    copy_figure(figure)
    session.noticed.emit("Copied as a table; paste it into a spreadsheet.")
