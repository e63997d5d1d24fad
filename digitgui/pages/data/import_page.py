"""Before other data replaces what is open: what it is, and the user's decision."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitgui.documents.data_document import DataDocument
from digitgui.looks.theme import Theme
from digitgui.pages.data.split_menu import show_remedy, stratify_button
from digitgui.widgets.building import button, card, label, show_text
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.pictures.class_samples import ClassSamples
from digitgui.widgets.plots.label_histogram import LabelHistogram
from digitgui.wording import PART_NAMES, pictures
from model.data.dataset import Dataset
from model.data.reading import FITS, INKS, PREPARINGS, SCALES, TURNS, Reading
from model.readers.import_report import ImportReport
from model.readers.sources import has_choices

__all__ = ["ImportPage"]

NAMES_SHOWN = 1000
INK_NAMES = {"auto": "Detect automatically", "bright": "Bright on dark", "dark": "Dark on bright"}
SCALE_NAMES = {"auto": "Detect automatically", "bytes": "0 to 255", "stretched": "Stretch to 255"}
TURN_NAMES = {
    "auto": "Detect automatically",
    "upright": "Keep as they are",
    "transposed": "Swap rows and columns",
    "left": "Turn left",
    "right": "Turn right",
    "half": "Turn upside down",
    "mirrored": "Mirror",
}
FIT_NAMES = {"auto": "Detect automatically", "always": "Scale and centre", "never": "Keep as they are"}
PREPARATION_NAMES = {
    "auto": "Detect automatically",
    "ink": "Ink",
    "photo": "Photographs",
    "unchanged": "Keep as they are",
}
TIP = "Choose another if it was detected wrongly; all pictures are read again"
FACTS = {
    "pictures": "Pictures",
    "preparation": "Content",
    "sizes": "Sizes",
    "ink": "Ink",
    "scale": "Brightness",
    "turn": "Direction",
    "fit": "28 × 28",
    "equal": "Duplicates",
    "parts": "Parts",
}
READING, REPORT = 0, 1


class ImportPage(QWidget):
    """Shows how far the reading is, and then the report."""

    def __init__(self, data: DataDocument) -> None:
        super().__init__()
        self._data = data
        self._title = label(name="heading")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress")
        self._count = label(name="muted")
        self._rows = {fact: label(wrap=True) for fact in FACTS}
        self.ink = ChoiceBox({str(ink): sentence for ink, sentence in INKS.items()}, TIP, INK_NAMES)
        self.scale = ChoiceBox({str(scale): sentence for scale, sentence in SCALES.items()}, TIP, SCALE_NAMES)
        self.turn = ChoiceBox({str(turn): sentence for turn, sentence in TURNS.items()}, TIP, TURN_NAMES)
        self.fit = ChoiceBox({str(fit): sentence for fit, sentence in FITS.items()}, TIP, FIT_NAMES)
        self.preparation = ChoiceBox(
            {str(kind): sentence for kind, sentence in PREPARINGS.items()}, TIP, PREPARATION_NAMES
        )
        self._choices = {
            "preparation": self.preparation,
            "ink": self.ink,
            "scale": self.scale,
            "turn": self.turn,
            "fit": self.fit,
        }
        for fact, choice in self._choices.items():
            choice.setAccessibleName(FACTS[fact])
            choice.activated.connect(self._read_again)
        self.leave_out = QCheckBox("Exclude duplicates and blank pictures")
        self.leave_out.setToolTip("One picture of each kind stays; the others can be included again later")
        self._remarks = label(name="muted", wrap=True)
        self._warning = label(wrap=True, tone="warning")
        self._remedy = stratify_button(data)
        self._unreadable = QPlainTextEdit(readOnly=True)
        self._unreadable.setAccessibleName("Files that could not be read")
        self._unreadable.setFixedHeight(96)
        self._unreadable_title = label(name="cardTitle", wrap=True)
        self.histogram = LabelHistogram()
        self.samples, self._others = ClassSamples(), label(name="muted")
        self.samples.setAccessibleName("Some pictures of each class, as the network will see them")
        self.accept_button = button(
            "Use this data", "Open this data instead of the current data", self._accept, look="primary"
        )
        self._keep = button("", "Go back without changing anything", data.cancel)

        self._stack = QStackedWidget()
        self._stack.addWidget(self._reading())
        self._stack.addWidget(self._report())
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._keep)
        head.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        data.proposal_changed.connect(self.refresh)
        data.progressed.connect(self._show_progress)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.histogram.set_theme(theme)
        self.samples.set_theme(theme)

    def refresh(self) -> None:
        """Show what is going on now."""
        report = self._data.proposal
        self.accept_button.setVisible(report is not None)
        self._keep.setText("Cancel" if report is None else f"Keep {self._data.dataset.name}")
        if report is not None:
            self._show(report)
        elif self._data.is_reading:
            self._title.setText(f"Opening {self._data.reading_source}")
            self._show_progress(0, 0, "Reading…")
            self._stack.setCurrentIndex(READING)

    def _show_progress(self, done: int, total: int, what: str) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._count.setText(f"{done:,} of {total:,} {what}" if total else what)

    def _show(self, report: ImportReport) -> None:
        dataset, reading = report.dataset, report.dataset.reading
        name = dataset.name.removesuffix(f", {len(dataset):,}")
        self._title.setText(f"Open {name} with {pictures(len(dataset))}?")
        unreadable, task = len(reading.unreadable), dataset.task
        size = f"{task.picture_shape[1]} × {task.picture_shape[0]}"
        facts = {
            "pictures": f"{len(dataset):,}" + (f", and {unreadable:,} unreadable" if unreadable else ""),
            "preparation": task.sentence(),
            "sizes": _sizes(reading, size),
            "ink": reading.sentence_of_ink(),
            "scale": reading.sentence_of_scale(),
            "turn": reading.sentence_of_turn(),
            "fit": reading.sentence_of_fitting(),
            "equal": report.sentence_of_duplicates(),
            "parts": _parts(dataset),
        }
        for fact, text in facts.items():
            self._rows[fact].setText(text[:1].upper() + text[1:])
        self._fit_name.setText(size)
        for fact, choice in self._choices.items():
            choice.choose(getattr(reading, fact))
            choice.setEnabled(has_choices(dataset.source))
        for fact in ("ink", "fit"):  # of photographs there is nothing to choose
            self._form.setRowVisible(self._rows[fact], reading.prepared == "ink")
            self._form.setRowVisible(self._choices[fact], reading.prepared == "ink")
        self.leave_out.setVisible(bool(report.duplicates) or len(report.blank) > 0)
        self.leave_out.setChecked(False)
        remarks = [f"{remark[:1].upper()}{remark[1:]}." for remark in (*reading.remarks, *reading.changes())]
        if dataset.edits:
            remarks.append(f"Your corrections were found beside it: {dataset.edits.sentence()}.")
        show_text(self._remarks, "\n".join(remarks))
        show_text(self._warning, "\n".join(filter(None, [report.sentence_of_blanks(), *dataset.warnings()])))
        show_remedy(self._remedy, dataset)
        for part in (self._unreadable, self._unreadable_title):
            part.setVisible(bool(unreadable))
        self._unreadable_title.setText(f"Could not be read: {unreadable:,}")
        more = [f"and {unreadable - NAMES_SHOWN:,} more"] if unreadable > NAMES_SHOWN else []
        self._unreadable.setPlainText("\n".join([*reading.unreadable[:NAMES_SHOWN], *more]))
        self.histogram.set_counts(dataset.label_counts(), task)
        self.samples.show_classes(dataset)
        show_text(self._others, _left_out(task.count - self.samples.count))
        self._stack.setCurrentIndex(REPORT)
        self.accept_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept by Return, go back by Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        elif event.key() == Qt.Key.Key_Escape:
            self._data.cancel()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        self._data.accept(tidy=self.leave_out.isChecked())

    def _read_again(self) -> None:
        report = self._data.proposal
        how: dict[str, Any] = {fact: choice.chosen for fact, choice in self._choices.items()}
        if report is not None and any(getattr(report.dataset.reading, fact) != how[fact] for fact in how):
            self._data.open(report.dataset.source, **how)

    def _reading(self) -> QFrame:
        frame, layout = card(spacing=12)
        layout.addStretch(1)
        layout.addWidget(self._progress)
        layout.addWidget(self._count)
        layout.addStretch(1)
        return frame

    def _report(self) -> QWidget:
        facts, left = card(spacing=12)
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for fact, text in self._rows.items():
            name = label(FACTS[fact], "muted")
            if fact == "fit":
                self._fit_name = name
            form.addRow(name, text)
            if fact in self._choices:
                form.addRow(label("", "muted"), self._choices[fact])
            if fact == "equal":
                form.addRow(label("", "muted"), self.leave_out)
        left.addLayout(form)
        left.addWidget(self._remarks)
        left.addWidget(self._warning)
        left.addWidget(self._remedy, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._unreadable_title, self._unreadable):
            left.addWidget(part)
        left.addStretch(1)
        left.addWidget(self.histogram)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setAccessibleName("What was found")
        scroll.setWidget(facts)
        pictures, right = card("As the network will see them")
        right.addWidget(self.samples)
        right.addWidget(self._others)
        right.addStretch(1)
        whole = QWidget()
        columns = QHBoxLayout(whole)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        columns.addWidget(scroll, 1)
        columns.addWidget(pictures)
        return whole


def _sizes(reading: Reading, size: str) -> str:
    found = reading.sentence_of_sizes() or size
    return found if reading.prepared == "ink" else f"{found}: {reading.sentence_of_fitting()}"


def _parts(dataset: Dataset) -> str:
    counts = ", ".join(f"{name} {len(dataset.split.part(part)):,}" for part, name in PART_NAMES.items())
    own = dataset.own_parts
    whose = f"; {' and '.join(PART_NAMES[part] for part in own)} as in the source"
    return counts + (whose if own else "")


def _left_out(count: int) -> str:
    return f"and {count} more {'class' if count == 1 else 'classes'}" if count else ""
