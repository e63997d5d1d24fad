"""How the data set is cut into parts, behind a small button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QMenu, QPushButton, QWidgetAction

from digitgui.documents.data_document import DataDocument
from digitgui.widgets.building import button, label
from digitgui.widgets.number_fields import WholeField
from model.data.dataset import SplitRule

LARGEST_SEED = 2**31 - 1


def stratify_button(data: DataDocument) -> QPushButton:
    """Make the remedy for digits that are missing in a part."""
    tip = "Split the data anew, so that every part has the same shares of the digits"
    return button("Keep digit proportions equal", tip, data.stratify, look="small", name="stratify")


class SplitMenu(QPushButton):
    """Opens the settings of the cut, which hold as soon as they are changed."""

    def __init__(self, data: DataDocument) -> None:
        super().__init__()
        self._data = data
        self.setText("cut …")
        self.setProperty("small", True)
        self.setProperty("menu", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("How the pictures are cut into the parts for training, validation and test")
        self.seed = WholeField(0, LARGEST_SEED, "Chooses which pictures are held out: 42 is the journal's")
        self.seed.setKeyboardTracking(False)
        self.seed.setAccessibleName("Seed of the cut")
        self.stratified = QCheckBox("the same shares of digits in every part")
        self.own_parts = QCheckBox("keep the source's own validation and test part")
        self.own_parts.setToolTip("Otherwise their pictures are mixed with the others, and trained on")
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
