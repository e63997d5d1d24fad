"""Questions for a file or a folder, each beginning where the last one ended."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from digitgui.settings import Settings
from model.storage import SUFFIX

__all__ = ["ask_data_file", "ask_data_folder", "ask_model", "ask_model_target"]

MODEL_FILTER = f"Models (*{SUFFIX})"
DATA_FILTER = "Data sets (*.npz *.csv)"


def ask_model(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a model file to open."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open model", _folder(settings, "models"), MODEL_FILTER)
    return _remember(settings, "models", name)


def ask_model_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save a model to; whether to overwrite is asked about the name with its suffix."""
    dialog = QFileDialog(parent, "Save model as", _folder(settings, "models"), MODEL_FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
    dialog.selectFile(f"{name}{SUFFIX}")
    chosen = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return _remember(settings, "models", chosen)


def ask_data_file(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data file to open."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open data set", _folder(settings, "data"), DATA_FILTER)
    return _remember(settings, "data", name)


def ask_data_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data folder to open."""
    name = QFileDialog.getExistingDirectory(parent, "Open data folder", _folder(settings, "data"))
    return _remember(settings, "data", name)


def _folder(settings: Settings, kind: str) -> str:
    return settings.text(f"folders/{kind}", str(Path.home()))


def _remember(settings: Settings, kind: str, name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    settings.set(f"folders/{kind}", str(path.parent))
    return path
