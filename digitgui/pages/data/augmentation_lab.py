"""The augmentation lab: a pipeline to set, seen at once on a picture, and measured on the network."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from digitgui.asking.file_dialogs import ask_pipeline, ask_pipeline_target
from digitgui.documents.kept_pipelines import CHOICE_KEY, CHOICES, CUSTOM, CUSTOM_KEY, remembered_pipelines
from digitgui.documents.robustness_measurement import RobustnessMeasurement
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme
from digitgui.pages.data.operation_detail import OperationDetail
from digitgui.settings import Settings
from digitgui.widgets.building import STRETCH, action_button, button, capitalised, column_of, label, row_of
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.operation_row import OFF, OperationRow
from digitgui.widgets.pictures.variants_preview import VARIANTS, VariantsPreview
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.wording import with_journal
from digitgui.work.computation import Activity
from model.atomic_files import write_atomically
from model.data.augmentation import AUGMENTATIONS, PRESETS, augment
from model.data.pipeline import Pipeline, read_pipeline
from model.errors import ConfigError, ModelError
from model.judging.ensemble import AnyNetwork
from model.network.arrays import ImageArray, LabelArray
from model.network.task import DIGITS, Task

WIDE = 720
"""Pixels, where text has 100 %, from which on an operation is told about beside the preview, and not below it."""
LEAST_HEIGHT = 130
"""Pixels of the rows that scroll, where text has 100 %."""
SHARE_OF_VARIANTS = 0.26
"""Of the height there is, at most: in a low window the rows would have none."""


class AugmentationLab(QWidget):
    """Set a pipeline, see what it makes of a picture, and measure how well the network copes.

    Parameters
    ----------
    settings : Settings
        Where the pipeline is remembered.
    activity : Activity
    network : callable
        Gives the network that is open.
    validation_pictures : callable
        Gives, for the data that is open, what gives pictures and labels to measure
        the network on; the second is called in another thread.

    Signals
    -------
    pipeline_changed()
    failed(str)
        One sentence that the user should read.
    """

    pipeline_changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        settings: Settings,
        activity: Activity,
        network: Callable[[], AnyNetwork],
        validation_pictures: Callable[[], Callable[[], tuple[ImageArray, LabelArray]]],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._network, self._validation_pictures = network, validation_pictures
        self._image: ImageArray = np.zeros((28, 28), np.uint8)
        self._seed = int(np.random.default_rng().integers(2**32))
        self._selected = "rotation"
        self._pipeline, self._custom = remembered_pipelines(settings)
        self.measurement = RobustnessMeasurement(activity, self)
        self.rows = {name: OperationRow(step) for name, step in OFF.items()}
        self.rows["saturation"].hide()  # until there are colours
        self.detail = OperationDetail(self.measurement, self._toggle_measuring)
        self.detail.setParent(self)  # which it dies with, whether it has been given its place or not
        self.preview = VariantsPreview()
        self.preview.toggled.connect(self._refresh)
        self._build()
        self._show_pipeline()
        for row in self.rows.values():
            row.changed.connect(lambda _step: self._take_rows())
            row.selected.connect(self.select)
        self.measurement.progressed.connect(self._mark_rows)
        self.measurement.failed.connect(self.failed)

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline as it is set."""
        return self._pipeline

    def show_picture(self, image: ImageArray, task: Task = DIGITS) -> None:
        """Show variants of another picture, uint8 of shape (height, width), or (height, width, 3) in colour."""
        self._image, self.measurement.task = image, task
        self.rows["saturation"].setVisible(not task.is_grey)
        self._refresh()
        self._mark_rows()

    def roll(self) -> None:
        """Show other random variants."""
        self._seed += 1
        self._refresh()

    def select(self, operation: str) -> None:
        """Tell about one operation."""
        if operation != self._selected:
            self._selected = operation
            self._refresh()
            self._mark_rows()

    def mark_outdated(self) -> None:
        """Say that what was measured belongs to an older network, or to other data."""
        self.measurement.mark_outdated()

    def mark_current(self) -> None:
        """Say that it belongs to these, again."""
        self.measurement.mark_current()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Let the heads stand over what they name, and some rows be seen in a low window too."""
        field = self.rows[self._selected].probability
        self._share_head.setFixedWidth(max(field.sizeHint().width(), self._share_head.sizeHint().width()))
        self._scrolling.setMinimumHeight(by_text(LEAST_HEIGHT))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.detail.plot.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what is told about an operation where there is room for it, and leave the rows some."""
        super().resizeEvent(event)
        variants = self.preview.variants
        variants.setMaximumHeight(max(variants.minimumHeight(), round(SHARE_OF_VARIANTS * self.height())))
        home = self._beside if self.width() >= by_text(WIDE) else self._below
        if self.detail.parentWidget() is not home:
            layout = home.layout()
            assert layout
            layout.addWidget(self.detail)
            self._beside.setVisible(home is self._beside)
            self._below.setVisible(home is self._below)

    def export_json(self) -> None:
        """Ask for a file, and write the pipeline to it."""
        path = ask_pipeline_target(self, self._settings, self._pipeline.name)
        if path:
            try:
                write_atomically(path, self._pipeline.to_json().encode() + b"\n")
            except ModelError as error:
                self.failed.emit(str(error))

    def import_json(self) -> None:
        """Ask for a file, and take the pipeline in it; what is set stays if that fails."""
        path = ask_pipeline(self, self._settings)
        if path:
            try:
                pipeline = read_pipeline(path)
            except ConfigError as error:
                self.failed.emit(str(error))
                return
            if pipeline.name in PRESETS and not _is_preset(pipeline):
                pipeline = replace(pipeline, name=CUSTOM)  # or it would be taken for the preset
            self._take(pipeline)
            self._show_pipeline()

    # what is set

    def _take(self, pipeline: Pipeline) -> None:
        """Let a pipeline hold, and remember it."""
        self._pipeline = pipeline
        if not _is_preset(pipeline):
            self._custom = pipeline
            self._settings.set(CUSTOM_KEY, pipeline.to_json())
        self._settings.set(CHOICE_KEY, pipeline.name if _is_preset(pipeline) else CUSTOM)
        self.pipeline_changed.emit()

    def _take_rows(self) -> None:
        """Make the user's own pipeline of the controls; an operation that is off and untouched is left out."""
        steps = (row.step for row in self.rows.values())
        used = tuple(step for step in steps if step.enabled or step != OFF[step.operation])
        self._take(Pipeline(CUSTOM, used, self._one_per_picture.isChecked()))
        self._show_choice()
        self._refresh()
        self._mark_rows()

    def _choose(self, name: str) -> None:
        self._take(self._custom if name == CUSTOM else PRESETS[name])
        self._show_pipeline()

    def _toggle_measuring(self) -> None:
        if self.measurement.is_running:
            self.measurement.cancel()
        else:
            self.measurement.start(self._network(), self._validation_pictures())

    # what is shown

    def _show_pipeline(self) -> None:
        """Set every control as the pipeline has it."""
        steps = OFF | {step.operation: step for step in self._pipeline.steps}
        for name, row in self.rows.items():
            row.show_step(steps[name])
        with QSignalBlocker(self._one_per_picture):
            self._one_per_picture.setChecked(self._pipeline.one_per_picture)
        self._show_choice()
        self._refresh()
        self._mark_rows()

    def _show_choice(self) -> None:
        with QSignalBlocker(self.choice):
            self.choice.choose(self._pipeline.name if _is_preset(self._pipeline) else CUSTOM)

    def _refresh(self) -> None:
        """Draw the variants again from the same random numbers, so that they follow a slider smoothly."""
        shown = self._pipeline
        step = self.rows[self._selected].step
        if self.preview.is_alone:
            shown = Pipeline("alone", (replace(step, enabled=True),))
        copies = np.repeat(self._image[np.newaxis], VARIANTS, axis=0)
        self.preview.show_variants(self._image, augment(copies, shown, np.random.default_rng(self._seed)))
        self.detail.show_step(step, self._image)

    def _mark_rows(self) -> None:
        for name, row in self.rows.items():
            row.mark(is_selected=name == self._selected, warning=self.measurement.warning(row.step))

    # how it is put together

    def _build(self) -> None:
        self._scrolling = self._controls()
        controls = column_of(self.preview, (self._scrolling, 1), spacing=10)
        self._beside = _column()
        body = row_of((controls, 3), (self._beside, 2), spacing=16)
        column_of(self._head(), (body, 1), inside=self, spacing=10)

    def _head(self) -> QHBoxLayout:
        told = {name: with_journal(capitalised(AUGMENTATIONS[name]), name) for name in CHOICES}
        choices = told | {CUSTOM: "A pipeline of your own"}
        self.choice = ChoiceBox(choices, "How training varies pictures. Change anything below to make your own")
        self.choice.setAccessibleName("Augmentation")
        self.choice.chosen_changed.connect(self._choose)
        return row_of((self.choice, 1), action_button("Re-roll", "reroll", self.roll))

    def _heads(self) -> QHBoxLayout:
        """Name what the rows below set."""
        self._share_head = label("Pictures", "muted")
        self._share_head.setToolTip("Share of the pictures that are changed")
        self._share_head.setAlignment(Qt.AlignmentFlag.AlignRight)
        strength = label("Strength", "muted")
        strength.setToolTip("Greatest strength of the change")
        row = row_of(label("Change", "muted"), STRETCH, strength, self._share_head, spacing=6)
        row.setContentsMargins(6, 0, 0, 0)
        return row

    def _controls(self) -> ScrollColumn:
        self._below = _column()
        self._one_per_picture = QCheckBox("Only one of these per picture, chosen at random")
        self._one_per_picture.toggled.connect(lambda _on: self._take_rows())
        content = QWidget()
        rest = (8, self._one_per_picture, 8, self._below, 8, self._files())
        column_of(self._heads(), *self.rows.values(), *rest, STRETCH, inside=content, spacing=0)
        return ScrollColumn(content)

    def _files(self) -> QHBoxLayout:
        return row_of(
            button("Import JSON…", "Load a pipeline from a file", self.import_json),
            button("Export JSON…", "Save this pipeline to a file", self.export_json),
            STRETCH,
            spacing=8,
        )


def _is_preset(pipeline: Pipeline) -> bool:
    return pipeline.name in CHOICES and pipeline == PRESETS[pipeline.name]


def _column() -> QWidget:
    column = QWidget()
    column_of(inside=column)
    return column
