"""How the data set is split into parts, behind a small button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QMenu, QPushButton, QWidgetAction

from digitgui.documents.data_document import DataDocument
from digitgui.widgets.building import button, label
from digitgui.widgets.number_fields import WholeField
from digitgui.wording import with_journal, worded
from model.data.dataset import Dataset, SplitRule

LARGEST_SEED = 2**31 - 1
REMEDY_TIP = "Split again, so that every part has the same digit proportions"


def stratify_button(data: DataDocument) -> QPushButton:
    """Make the remedy for classes that are missing in a part."""
    return button("Keep digit proportions equal", REMEDY_TIP, data.stratify, look="small", name="stratify")


def show_remedy(remedy: QPushButton, dataset: Dataset) -> None:
    """Offer the remedy where it helps, in words of the classes."""
    remedy.setText(worded("Keep digit proportions equal", dataset.task))
    remedy.setToolTip(worded(REMEDY_TIP, dataset.task))
    remedy.setVisible(bool(dataset.warnings()) and dataset.stratifying_helps)


class SplitMenu(QPushButton):
    """Opens the settings of the split, which hold as soon as they are changed."""

    def __init__(self, data: DataDocument) -> None:
        super().__init__()
        self._data = data
        self.setText("Split…")
        self.setProperty("small", True)
        self.setProperty("menu", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("How the pictures are divided into training, validation and test")
        self.seed = WholeField(
            0, LARGEST_SEED, with_journal("Chooses which pictures go into which part. The journal used 42.")
        )
        self.seed.setKeyboardTracking(False)
        self.seed.setAccessibleName("Seed of the split")
        self.stratified = QCheckBox("Keep digit proportions equal (stratify)")
        self.own_parts = QCheckBox("Keep the source's own validation and test parts")
        self.own_parts.setToolTip("Otherwise their pictures are mixed with the rest and also used for training")
        panel = QFrame()
        form = QFormLayout(panel)
        form.setContentsMargins(12, 12, 12, 12)
        form.addRow(label("Seed", "muted"), self.seed)
        form.addRow(self.stratified)
        form.addRow(self.own_parts)
        menu = QMenu(self)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(panel)
        menu.addAction(holder)
        menu.aboutToShow.connect(self._show_rule)
        self.setMenu(menu)
        self._show_rule()
        self.seed.valueChanged.connect(self._cut)
        self.stratified.toggled.connect(self._cut)
        self.own_parts.toggled.connect(self._cut)

    def _show_rule(self) -> None:
        rule = self._data.dataset.split_rule
        self.stratified.setText(worded("Keep digit proportions equal (stratify)", self._data.dataset.task))
        for control in (self.seed, self.stratified, self.own_parts):
            control.blockSignals(True)
        self.seed.setValue(min(rule.seed, LARGEST_SEED))
        self.stratified.setChecked(rule.stratified)
        self.own_parts.setChecked(rule.own_parts)
        self.own_parts.setEnabled(self._data.dataset.own_train_end is not None)
        for control in (self.seed, self.stratified, self.own_parts):
            control.blockSignals(False)

    def _cut(self) -> None:
        self._data.cut(SplitRule(self.seed.value(), self.stratified.isChecked(), self.own_parts.isChecked()))
