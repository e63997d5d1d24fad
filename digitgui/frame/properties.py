"""The properties of the open network: all that is known of it, to be read and copied."""

import datetime
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, TypeAlias

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QTextBrowser, QWidget

from digitgui.documents.model_document import ModelDocument, origin_of
from digitgui.installation.shipped import DEFAULT
from digitgui.runs.run_wording import setting_name
from digitgui.widgets.building import column_of
from digitgui.wording import duration, percent, pictures
from model.judging.ensemble import Ensemble, members_of
from model.network.task import Task
from model.plain_values import finite
from model.runs.provenance import last_teaching
from model.training.training_config import USUAL
from model.wording import epochs, setting_text

__all__ = ["properties_of", "show_properties"]

Section: TypeAlias = tuple[str, Sequence[Sequence[str]]]
"""A title, and rows of cells."""

NAMES_WIDTH, GAP = 180, 16
"""Pixels: one name lies below the other, whatever table it is in."""


def show_properties(parent: QWidget, model: ModelDocument) -> None:
    """Show what is known of the open network, and follow it, in a window beside the others."""
    for open_one in parent.findChildren(QDialog, "properties"):
        open_one.raise_()
        open_one.activateWindow()
        return
    _Properties(parent, model).show()


class _Properties(QDialog):
    """Shows them as they are now; the text can be selected."""

    def __init__(self, parent: QWidget, model: ModelDocument) -> None:
        super().__init__(parent)
        self.setObjectName("properties")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Properties of the network")
        self._model = model
        self._shown = ""
        self._text = QTextBrowser()
        self._text.setAccessibleName("Properties of the network")
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one has an icon
        copy = buttons.addButton("Copy all", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.close)
        column_of(self._text, buttons, inside=self, margin=12)
        model.changed.connect(self._show_properties)
        self._show_properties()
        self.resize(680, 640)

    def _show_properties(self) -> None:
        html = _as_html(properties_of(self._model))
        if html != self._shown:  # or a selection would be lost
            self._shown = html
            self._text.setHtml(html)

    def _copy(self) -> None:
        QApplication.clipboard().setText(as_text(properties_of(self._model)))


def _classes(task: Task) -> str:
    """Say how many classes there are, and name them."""
    words = task.words_of_classes()
    return f"{task.count}: {words}" if task.speaks_of_digits else words


def properties_of(model: ModelDocument) -> list[Section]:
    """List what is known of the open network; what another program has noted in its file may be missing."""
    network, members = model.network, members_of(model.network)
    channels, height, width = network.input_shape
    facts = [
        ("Name", model.name + (", not saved" if model.is_dirty else "")),
        ("Kind", network.card.name),
        ("Classes", _classes(network.task)),
        ("Input", f"{height} × {width} pixels" + ("" if channels == 1 else " in colour")),
        ("Parameters", f"{sum(one.parameter_count for one in members):,}"),
        ("Multiplications per picture", f"{sum(one.multiplications for one in members):,}"),
        ("Doubtful below", percent(network.card.refuse_below)),
    ]
    sections: list[Section] = [("Network", facts), ("File", _file(model))]
    if isinstance(network, Ensemble):
        named = [(one.card.name, origin_of(one.card.provenance) or "–") for one in members]
        return [*sections, (f"Mean of {len(members)} networks", named)]
    known = network.card.provenance
    layers = [
        (row.name, row.description, " × ".join(map(str, row.output_shape)), f"{row.parameters:,}")
        for row in network.table()
    ]
    sections += [
        ("Accuracy", _measured(known)),
        ("Training", _training(known)),
        ("Calibration", _calibration(_dict(known.get("calibration")))),
        ("Layers", [("Layer", "Description", "Output", "Parameters"), *layers]),
    ]
    return [(title, rows) for title, rows in sections if rows]


def as_text(sections: Sequence[Section]) -> str:
    """Write sections as plain text, cells apart by tabs."""
    return "\n\n".join("\n".join([title, *("\t".join(row) for row in rows)]) for title, rows in sections) + "\n"


def _file(model: ModelDocument) -> list[tuple[str, str]]:
    if model.path is None:
        where = "kept with its run" if model.name != DEFAULT else "comes with the program"
        return [("File", "not saved yet" if model.is_dirty else where)]
    try:
        status = model.path.stat()
    except OSError as error:
        return [("File", f"{model.path} ({error.strerror})")]
    moment = datetime.datetime.fromtimestamp(status.st_mtime)
    return [
        ("File", str(model.path)),
        ("Size", QLocale.c().formattedDataSize(status.st_size)),
        ("Changed", f"{moment:%Y-%m-%d %H:%M}"),
    ]


def _measured(known: dict[str, Any]) -> list[tuple[str, str]]:
    """List what was measured on the weights as they are: by the last teaching, or at the end of training."""
    taught = last_teaching(known)
    if taught:
        return _teaching(taught)
    report = _dict(known.get("report"))
    if not report:
        return []
    count = report.get("count")
    measured = pictures(count) if isinstance(count, int) else "pictures"
    return [
        ("Measured on", f"{measured} of the test part, at the end of training"),
        ("Accuracy", _figure(report.get("accuracy"), percent)),
        ("Loss" + " before calibration" * ("calibration" in known), _figure(report.get("loss"), "{:.4f}".format)),
        ("Macro F1", _figure(report.get("macro_f1"), percent)),
    ]


def _teaching(taught: dict[str, Any]) -> list[tuple[str, str]]:
    before, after = taught["before"], taught["after"]
    mine, count = "Accuracy on the taught hand", after.get("hand_count")
    held_out = "not used for teaching" if taught.get("hand_is_held_out") else "used for teaching"
    return [
        ("Measured on", f"{pictures(after['base_count'])} from other people, when it was taught"),
        ("Accuracy", f"{percent(after['base_accuracy'])}, before {percent(before['base_accuracy'])}"),
        (mine, f"{_figure(after.get('hand_accuracy'), percent)} of {_figure(count, pictures)} {held_out}"),
    ]


def _training(known: dict[str, Any]) -> list[tuple[str, str]]:
    data, settings = _dict(known.get("data")), _dict(known.get("settings"))
    if not data and not settings:
        return [("Training", "unknown")]
    done = _dict(known.get("history")).get("epochs")
    rows = [
        ("Data", str(data.get("name", "–"))),
        ("Learned from", _figure(data.get("train_pictures"), pictures)),
        ("Also learned from", str(data.get("extra") or "")),
        ("Corrections", str(data.get("edits") or "")),
        ("Epochs done", epochs(len(done)) if isinstance(done, list) else "–"),
        ("Time", _figure(known.get("seconds"), duration)),
        ("Trained", _moment(known.get("trained"))),
        ("Written by", str(known.get("written_by", "–"))),
    ]
    always = ("epochs", "seed", "learning_rate", "batch_size", "optimizer", "augmentation")
    asked = {key: value for key, value in settings.items() if key in always or value != USUAL.get(key)}
    rows += [(setting_name(key), setting_text(value)) for key, value in asked.items()]
    lessons = known.get("taught")
    for lesson in map(_dict, lessons if isinstance(lessons, list) else []):
        rows.append(("Taught", f"{_figure(lesson.get('pictures'), pictures)} of {lesson.get('samples')}"))
    return [(name, text) for name, text in rows if text]


def _calibration(known: dict[str, Any]) -> list[tuple[str, str]]:
    if not known:
        return []
    return [
        ("Temperature", _figure(known.get("temperature"), "{:.3f}".format)),
        ("Calibration error before", _figure(known.get("calibration_error_before"), percent)),
        ("Calibration error", _figure(known.get("calibration_error"), percent)),
    ]


def _dict(entry: Any) -> dict[str, Any]:
    """Take what should be a dict, and is none in the files of other programs."""
    return entry if isinstance(entry, dict) else {}


def _figure(number: Any, write: Callable[[Any], str]) -> str:
    """Write a number in a way; a dash for what is none."""
    is_number = isinstance(number, int | float) and finite(number) is not None
    return write(number) if is_number else "–"


def _moment(noted: Any) -> str:
    """Write a time of ISO 8601 by the clock of this place."""
    try:
        return f"{datetime.datetime.fromisoformat(noted).astimezone():%Y-%m-%d %H:%M}"
    except (TypeError, ValueError):
        return "–"


def _as_html(sections: Sequence[Section]) -> str:
    tables = []
    for title, rows in sections:
        cells = ["".join(f"<td style='padding-right: 16px'>{escape(cell)}</td>" for cell in row) for row in rows]
        lines = "".join(f"<tr>{line}</tr>" for line in cells)
        tables.append(f"<h4>{escape(title)}</h4><table cellspacing='0' cellpadding='2'>{lines}</table>")
    return "".join(tables)
