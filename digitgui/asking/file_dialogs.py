"""Questions for a file or a folder, each beginning where the last one ended."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from digitgui.drawings.ink_files import INK_SUFFIX
from digitgui.settings import Settings
from model.atomic_files import as_file_name
from model.exchange.importing import ONNX_SUFFIX
from model.readers.forms import FORMS, PACKED
from model.readers.picture_files import PICTURE_SUFFIXES
from model.runs.storage import SUFFIX

__all__ = [
    "ask_architecture",
    "ask_architecture_target",
    "ask_data_file",
    "ask_data_folder",
    "ask_data_target",
    "ask_digits_target",
    "ask_drawing",
    "ask_drawing_target",
    "ask_export_target",
    "ask_figure_target",
    "ask_layers",
    "ask_layers_target",
    "ask_layout",
    "ask_layout_target",
    "ask_lesson_folder",
    "ask_model",
    "ask_model_target",
    "ask_openml",
    "ask_photo",
    "ask_pipeline",
    "ask_pipeline_target",
    "ask_report_target",
    "ask_scan_folder",
    "ask_scans",
    "ask_sweep_folder",
    "ask_table_target",
]

MODEL_FILTER = f"Model files (*{SUFFIX})"
MODELS_FILTER = f"Model files, also of other programs (*{SUFFIX} *{ONNX_SUFFIX})"
ARCHITECTURE_FILTER = "Layers of a network (*.json)"
PIPELINE_FILTER = "Augmentation pipelines (*.json)"
DATA_ENDINGS = [*(ending for form in FORMS.values() for ending in form.endings), *PACKED]
DATA_FILTER = f"Data sets (*idx3* *{' *'.join(DATA_ENDINGS)});;All files (*)"
INK_FILTER = f"Ink (*{INK_SUFFIX})"
PNG_FILTER = "Pictures (*.png)"
PHOTO_FILTER = f"Pictures (*{' *'.join(sorted(PICTURE_SUFFIXES))})"
CURVE_FILTERS = ("Pictures (*.png)", "Drawings (*.svg)", "Tables (*.csv)")
OPENML_SETS = [
    "40996: Fashion-MNIST, 70,000 of clothes",
    "41039: EMNIST balanced, 131,600 of letters and digits",
    "40923: Devanagari, 92,000 of characters",
    "40927: CIFAR-10, 60,000 in colour",
]
COPY_FILTER = "Data sets (*.npz)"
LAYOUT_FILTER = "Layouts of sheets (*.json)"
LAYERS_FILTER = "Python files (*.py)"
REPORT_FILTER = "Reports (*.html)"
SCAN_FILTER = f"Scans (*{' *'.join(sorted(PICTURE_SUFFIXES))} *.pdf)"
TABLE_FILTERS = (
    "Tables with commas (*.csv)",
    "Tables with tabs (*.tsv)",
    "Cells with boxes and probabilities (*.json)",
)


def ask_model(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a model file to open."""
    filters = f"{MODELS_FILTER};;All files (*)"
    name, _ = QFileDialog.getOpenFileName(parent.window(), "Open network", _folder(settings, "models"), filters)
    return _remember(settings, "models", name)


def ask_model_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save a model to."""
    proposal = f"{as_file_name(name)}{SUFFIX}"
    return _ask_target(parent, settings, "models", "Save network as", MODEL_FILTER, proposal)


def ask_export_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write a model to for other programs; its ending tells in which format."""
    title, name = "Export network", as_file_name(name)
    return _ask_target(parent, settings, "exports", title, ";;".join(export_filters()), name)


def ask_data_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save a data set to."""
    return _ask_target(parent, settings, "data", "Save a copy of the data as", COPY_FILTER, f"{name}.npz")


def ask_digits_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to save the digits of sheets to."""
    return _ask_target(
        parent, settings, "data", "Save cells as data set", COPY_FILTER, f"{as_file_name(name)}.npz"
    )


def ask_data_file(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data file to open."""
    name, _ = QFileDialog.getOpenFileName(parent.window(), "Open data set", _folder(settings, "data"), DATA_FILTER)
    return _remember(settings, "data", name)


def ask_data_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a data folder to open."""
    name = QFileDialog.getExistingDirectory(parent.window(), "Open data folder", _folder(settings, "data"))
    return _remember(settings, "data", name)


def ask_openml(parent: QWidget) -> str:
    """Ask for the number of a data set at OpenML; empty if the user wants none."""
    words = "Number of a data set of pictures, as openml.org shows it; it is fetched once:"
    text, is_wanted = QInputDialog.getItem(parent.window(), "Open data from OpenML", words, OPENML_SETS, 0, True)
    return text.split(":")[0].strip() if is_wanted else ""


def ask_lesson_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for the folder of a lesson."""
    name = QFileDialog.getExistingDirectory(parent.window(), "Open a lesson folder", _folder(settings, "lessons"))
    return _remember(settings, "lessons", name)


def ask_photo(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a picture of a digit to open."""
    name, _ = QFileDialog.getOpenFileName(parent.window(), "Open photo", _folder(settings, "photos"), PHOTO_FILTER)
    return _remember(settings, "photos", name)


def ask_drawing(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a drawing to open."""
    name, _ = QFileDialog.getOpenFileName(
        parent.window(), "Open drawing", _folder(settings, "drawings"), INK_FILTER
    )
    return _remember(settings, "drawings", name)


def ask_drawing_target(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a file to save a drawing to, as ink or as a picture."""
    filters = f"{INK_FILTER};;{PNG_FILTER}"
    return _ask_target(parent, settings, "drawings", "Save drawing", filters, "drawing")


def ask_pipeline(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for an augmentation pipeline to read."""
    name, _ = QFileDialog.getOpenFileName(
        parent.window(), "Import augmentation", _folder(settings, "pipelines"), PIPELINE_FILTER
    )
    return _remember(settings, "pipelines", name)


def ask_pipeline_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write an augmentation pipeline to."""
    return _ask_target(parent, settings, "pipelines", "Export augmentation", PIPELINE_FILTER, f"{name}.json")


def ask_architecture(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for the layers of a network to read."""
    folder = _folder(settings, "architectures")
    name, _ = QFileDialog.getOpenFileName(parent.window(), "Open layers", folder, ARCHITECTURE_FILTER)
    return _remember(settings, "architectures", name)


def ask_architecture_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write the layers of a network to."""
    title, proposal = "Save layers as", f"{as_file_name(name)}.json"
    return _ask_target(parent, settings, "architectures", title, ARCHITECTURE_FILTER, proposal)


def ask_figure_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write a plot or a table to, as a picture, a drawing or figures."""
    return _ask_target(parent, settings, "curves", "Export", ";;".join(CURVE_FILTERS), as_file_name(name))


def ask_report_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write a report to."""
    proposal = f"{as_file_name(name)}.html"
    return _ask_target(parent, settings, "reports", "Save report as", REPORT_FILTER, proposal)


def ask_layers(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a Python file with layers of the user's own."""
    name, _ = QFileDialog.getOpenFileName(
        parent.window(), "Check layers", _folder(settings, "layers"), LAYERS_FILTER
    )
    return _remember(settings, "layers", name)


def ask_layers_target(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a file to write the template to."""
    return _ask_target(parent, settings, "layers", "Save template as", LAYERS_FILTER, "my_layers.py")


def ask_sweep_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for the folder of a sweep."""
    name = QFileDialog.getExistingDirectory(parent.window(), "Open sweep folder", _folder(settings, "sweeps"))
    return _remember(settings, "sweeps", name)


def ask_scans(parent: QWidget, settings: Settings) -> list[Path]:
    """Ask for scans of sheets; none if the user wants none."""
    names, _ = QFileDialog.getOpenFileNames(
        parent.window(), "Add scans", _folder(settings, "scans"), f"{SCAN_FILTER};;All files (*)"
    )
    _remember(settings, "scans", names[0] if names else "")
    return [Path(name) for name in names]


def ask_scan_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a folder of scans."""
    name = QFileDialog.getExistingDirectory(parent.window(), "Add a folder of scans", _folder(settings, "scans"))
    return _remember(settings, "scans", name)


def ask_table_target(parent: QWidget, settings: Settings, name: str, title: str, beside: Path) -> Path | None:
    """Ask for a file to write a table to, at first in the folder ``beside``; its ending tells in which form."""
    filters = ";;".join(TABLE_FILTERS)
    return _ask_target(parent, settings, "tables", title, filters, as_file_name(name), beside)


def ask_layout(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for the file of a sheet's layout."""
    name, _ = QFileDialog.getOpenFileName(
        parent.window(), "Open layout", _folder(settings, "layouts"), LAYOUT_FILTER
    )
    return _remember(settings, "layouts", name)


def ask_layout_target(parent: QWidget, settings: Settings, name: str) -> Path | None:
    """Ask for a file to write a sheet's layout to."""
    return _ask_target(parent, settings, "layouts", "Save layout", LAYOUT_FILTER, as_file_name(name))


def _ask_target(
    parent: QWidget, settings: Settings, kind: str, title: str, pattern: str, name: str, first: Path | None = None
) -> Path | None:
    """Ask for a file to write; whether to overwrite is asked about the name with its suffix.

    ``name`` is without a suffix where there are several filters: that of the chosen one is put to it. It begins in
    the folder ``first`` where none is known.
    """
    dialog = QFileDialog(parent, title, _folder(settings, kind, first), pattern)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(_suffix(pattern))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
    dialog.selectFile(name)
    chosen = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return _remember(settings, kind, chosen)


def _suffix(pattern: str) -> str:
    """Return the first suffix that a filter lets through, without its dot."""
    return pattern.partition("*.")[2].split(")")[0].split()[0]


def _folder(settings: Settings, kind: str, first: Path | None = None) -> str:
    return settings.text(f"folders/{kind}", str(first or Path.home()))


def _remember(settings: Settings, kind: str, name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    settings.set(f"folders/{kind}", str(path.parent))
    return path


def export_filters() -> tuple[str, ...]:
    """Name the formats that a network is exported to."""
    from model.exchange.formats import FORMATS  # noqa: PLC0415  with what writes each: the window need not wait for it

    return tuple(f"{form.title} (*{ending})" for ending, form in FORMATS.items())
