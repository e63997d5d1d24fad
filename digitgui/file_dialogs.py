"""Questions for a file or a folder, each beginning where the last one ended."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from digitgui.settings import Settings
from model.storage import SUFFIX

__all__ = ["ask_data_file", "ask_data_folder", "ask_data_target", "ask_model", "ask_model_target"]

MODEL_FILTER = f"Models (*{SUFFIX})"
DATA_FILTER = "Data sets (*.npz *.csv *idx3* *idx3*.gz)"
COPY_FILTER = "Data sets (*.npz)"


def ask_model(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a model file to open."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open model", _folder(settings, "models"), MODEL_FILTER)
    return _remember(settings, "models", name)


def ask_model_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save a model to."""
    return _ask_target(parent, settings, "models", "Save model as", MODEL_FILTER, f"{name}{SUFFIX}")


def ask_data_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save a data set to."""
    return _ask_target(parent, settings, "data", "Save a copy of the data as", COPY_FILTER, f"{name}.npz")


def ask_data_file(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data file to open."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open data set", _folder(settings, "data"), DATA_FILTER)
    return _remember(settings, "data", name)


def ask_data_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data folder to open."""
    name = QFileDialog.getExistingDirectory(parent, "Open data folder", _folder(settings, "data"))
    return _remember(settings, "data", name)


def _ask_target(
    parent: QWidget, settings: Settings, kind: str, title: str, filter_: str, name: str
) -> Path | None:
    """Ask for a file to write; whether to overwrite is asked about the name with its suffix."""
    dialog = QFileDialog(parent, title, _folder(settings, kind), filter_)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    chosen = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return _remember(settings, kind, chosen)


def _folder(settings: Settings, kind: str) -> str:
    return settings.text(f"folders/{kind}", str(Path.home()))


def _remember(settings: Settings, kind: str, name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    settings.set(f"folders/{kind}", str(path.parent))
    return path
