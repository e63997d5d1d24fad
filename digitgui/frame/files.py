"""Opening and saving what a person chooses a file or a folder for."""

from PySide6.QtWidgets import QWidget

from digitgui.asking import file_dialogs
from digitgui.session import Session
from model.errors import DataFormatError
from model.readers.library_data import OPENML, openml_number

__all__ = ["Files"]


class Files:
    """The commands that ask for a file first.

    Parameters
    ----------
    parent : QWidget
        What the questions stand over.
    session : Session
    """

    def __init__(self, parent: QWidget, session: Session) -> None:
        self._parent, self._session, self._settings = parent, session, session.settings

    def open_model(self) -> None:
        """Ask for a model file and open it."""
        path = file_dialogs.ask_model(self._parent, self._settings)
        if path:
            self._session.open_model(str(path))

    def save_model(self) -> None:
        """Save the network to its file, or ask for one."""
        path = self._session.model.path
        if path:
            self._session.save_model(path)
        else:
            self.save_model_as()

    def save_model_as(self) -> None:
        """Ask for a file and save the network to it."""
        path = file_dialogs.ask_model_target(self._parent, self._settings, self._session.model.proposed_name)
        if path:
            self._session.save_model(path)

    def export_model(self) -> None:
        """Ask for a file and write the network to it for other programs."""
        path = file_dialogs.ask_export_target(self._parent, self._settings, self._session.model.name)
        if path:
            self._session.exporting.export(path)

    def open_data_file(self) -> None:
        """Ask for a data file and open it."""
        path = file_dialogs.ask_data_file(self._parent, self._settings)
        if path:
            self._session.data.open(str(path))

    def open_data_folder(self) -> None:
        """Ask for a data folder and open it."""
        path = file_dialogs.ask_data_folder(self._parent, self._settings)
        if path:
            self._session.data.open(str(path))

    def open_openml(self) -> None:
        """Ask for the number of a data set at OpenML and open it."""
        number = file_dialogs.ask_openml(self._parent)
        if number:
            source = f"{OPENML}{number}"
            try:
                openml_number(source)
            except DataFormatError as error:
                self._session.failed.emit(str(error))
            else:
                self._session.data.open(source)

    def save_data_as(self) -> None:
        """Ask for a file and save the data to it, as it has been corrected."""
        path = file_dialogs.ask_data_target(self._parent, self._settings, self._session.data.dataset.name)
        if path:
            self._session.data.save_copy(path)
