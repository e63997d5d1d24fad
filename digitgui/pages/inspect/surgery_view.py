"""Surgery: change kernels and units of a copy of the network, and see what becomes of its answers."""

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitgui.installation.shipped import has_learned_from
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, show_text
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.focus import keeping_focus
from digitgui.widgets.number_fields import RealField, WholeField
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.wording import percent
from model.inspection.surgery import (
    AddNoise,
    Operation,
    Part,
    Prune,
    Replace,
    Reset,
    Scale,
    part_of,
    parts_of,
)
from model.judging.ensemble import Ensemble
from model.network.arrays import ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

OFF, TIMES, RANDOM, RESET = "off", "times", "random", "reset"
TO_A_PART = {
    OFF: ("Switch off", "Set its weights and its bias to 0"),
    TIMES: ("Multiply by", "Multiply its weights and its bias by a number"),
    "vertical edges": ("Vertical edges", "Put Sobel's kernel for vertical edges in the place of each channel's"),
    "horizontal edges": ("Horizontal edges", "Put Sobel's kernel for horizontal edges there"),
    "blur": ("Blur", "Put a kernel there that averages neighbouring pixels"),
    "identity": ("Identity", "Put a kernel there that leaves its input as it is"),
    RANDOM: ("Random", "Draw fresh weights, as training begins with"),
    RESET: ("Reset", "Give it its own weights again"),
}
"""What can be done to a kernel or a unit: what is read, and a sentence that explains it."""
FOR_KERNELS = ("vertical edges", "horizontal edges", "blur", "identity")
PRUNE, NOISE = "prune", "noise"
TO_ALL = {
    PRUNE: ("Prune", "Set the smallest weights of the whole network to 0: this share of them"),
    NOISE: ("Add noise", "Add random numbers to all weights, with this share of the deviation of each layer"),
}
LIST_HEIGHT = 84
NOTHING_YET = "Nothing is changed yet. What you apply here changes a copy; the open network stays as it is."


class SurgeryView(QWidget):
    """Chooses a part, or the whole network, and what to do to it; lists what was done, and what came of it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._operating = session, session.operating
        self._inspection = session.inspection
        self._parts: dict[str, int] = {}
        self.layer = ChoiceBox({}, "Layer")
        self.number = WholeField(0, 0, "Number of the map or the unit, from 0")
        self.number.setAccessibleName("Number of the map or the unit")
        self.deed = _choice(TO_A_PART, "What to do to it")
        self.factor = RealField(-100, 100, "What its weights are multiplied by")
        self.factor.setAccessibleName("Factor")
        self.factor.setValue(2)
        self.apply = button("Apply", "Do this to the chosen kernel or unit", self._apply_to_part)
        self.deed_to_all = _choice(TO_ALL, "What to do to all weights")
        self.share = RealField(0, 100, "Share in per cent")
        self.share.setAccessibleName("Share in per cent")
        self.share.setSuffix(" %")
        self.share.setValue(50)
        self.apply_to_all = button("Apply", "Do this to all weights of the network", self._apply_to_all)
        self._list = label(wrap=True)
        self._accuracy, self._answer = label(wrap=True), label(wrap=True)
        self.undo = button("Undo", "Take the last operation back", self._operating.undo)
        self.undo_all = button("Undo all", "Take all operations back", self._operating.discard)
        tip = "Use the changed copy as the open network; Edit ▸ Undo brings the former back"
        self.keep = button("Keep as the open network", tip, self._operating.keep)
        self._sentence = label(name="muted", wrap=True)
        self._lay_out()
        self._connect()
        self._show_parts()
        self._show_operations()

    def _lay_out(self) -> None:
        rows: list[FlowLayout] = []
        for parts in (
            ("Kernel or unit", self.layer, self.number, self.deed, self.factor, self.apply),
            ("All weights", self.deed_to_all, self.share, self.apply_to_all),
        ):
            row = FlowLayout(spacing=6)
            for part in parts:
                row.addWidget(label(part) if isinstance(part, str) else part)
            rows.append(row)
        done = ScrollColumn(_column(self._list))
        done.setMinimumHeight(LIST_HEIGHT)
        results = column_of(label("What came of it", "cardTitle"), self._accuracy, self._answer, STRETCH)
        left = column_of(label("Operations", "cardTitle"), (done, 1))
        both = row_of((left, 1), (results, 1), spacing=16)
        buttons = row_of(self.undo, self.undo_all, STRETCH, self.keep, spacing=8)
        column_of(*rows, (both, 1), self._sentence, buttons, inside=self, spacing=8)

    def _connect(self) -> None:
        self.layer.chosen_changed.connect(self._show_part)
        self.deed.chosen_changed.connect(self._show_factor)
        self._inspection.changed.connect(self._show_parts)
        self._inspection.pinned.connect(self._follow_pin)
        self._inspection.traced.connect(self._show_answer)
        self._operating.operated.connect(self._show_operations)
        self._operating.changed.connect(self._show_accuracy)
        self._session.model.changed.connect(self._show_operations)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._show_operations()
        self._show_answer()

    # what is chosen

    def _show_parts(self) -> None:
        """Offer the layers of the network that is looked into."""
        parts = parts_of(self._inspection.network)
        if parts != self._parts:
            chosen, self._parts = self.layer.chosen, parts
            self.layer.clear()
            for name in parts:
                self.layer.addItem(name, name)
            self.layer.choose(chosen)
            self._follow_pin()
            self._show_part()

    def _follow_pin(self) -> None:
        unit = self._inspection.unit
        part = part_of(self._inspection.network, unit) if unit else None
        if part is not None:
            self.layer.choose(part.layer)
            self.number.setValue(part.number)

    def _show_part(self) -> None:
        """Offer what can be done to a kernel, or to a unit."""
        layer = self.layer.chosen
        if layer not in self._parts:
            return
        self.number.setMaximum(self._parts[layer] - 1)
        is_kernel = f"{layer}.kernel" in self._inspection.network.named_parameters()
        chosen = self.deed.chosen
        offered = [name for name in TO_A_PART if is_kernel or name not in FOR_KERNELS]
        if self.deed.count() != len(offered):
            self.deed.clear()
            _fill(self.deed, {name: TO_A_PART[name] for name in offered})
            self.deed.choose(chosen)
        self._show_factor()

    def _show_factor(self) -> None:
        self.factor.setVisible(self.deed.chosen == TIMES)

    # what is done

    def _apply_to_part(self) -> None:
        if self.number.commit() and self.factor.commit():
            self._operating.operate(self._operation(Part(self.layer.chosen, self.number.value())))

    def _operation(self, part: Part) -> Operation:
        match self.deed.chosen:
            case "off":
                return Scale(part, 0)
            case "times":
                return Scale(part, self.factor.value())
            case "reset":
                return Reset(part)
            case kernel:
                return Replace(part, kernel, seed=self._operating.count)

    def _apply_to_all(self) -> None:
        if self.share.commit():
            share = self.share.value() / 100
            is_noise = self.deed_to_all.chosen == NOISE
            self._operating.operate(AddNoise(share, seed=self._operating.count) if is_noise else Prune(share))

    # what came of it

    def _show_operations(self) -> None:
        operations = self._operating.operations
        lines = [f"{number}. {words}" for number, words in enumerate(operations, 1)]
        self._list.setText("\n".join(reversed(lines)) or NOTHING_YET)
        is_one = not isinstance(self._session.model.network, Ensemble)
        with keeping_focus(self, self.apply):
            for part in (self.undo, self.undo_all):
                part.setEnabled(bool(operations))
            self.keep.setEnabled(bool(operations) and is_one)
        show_text(self._sentence, "" if is_one else ENSEMBLE)
        if self.isVisible():
            self._operating.request()
        self._show_accuracy()
        self._show_answer()

    def _show_accuracy(self) -> None:
        operating = self._operating
        found = operating.accuracy
        if not operating.count:
            show_text(self._accuracy, "")
        elif operating.problem and not operating.is_under_way:
            show_text(self._accuracy, operating.problem)
        elif found is None:
            show_text(self._accuracy, "Measuring…")
        elif not found.pictures:
            show_text(self._accuracy, "The open data have no validation pictures to measure by.")
        else:
            before, after = (percent(right / found.pictures) for right in (found.before, found.after))
            pictures = f"{found.pictures:,} validation pictures"
            text = f"Accuracy on {pictures}: {before} before, {after} after."
            if has_learned_from(operating.origin, self._session.data.dataset.source):
                text += f" {KNOWN}"
            show_text(self._accuracy, text)

    def _show_answer(self) -> None:
        trace, original = self._inspection.trace, self._operating.original
        if original is None or trace is None or not self.isVisible():
            show_text(self._answer, "")
        elif self._inspection.is_current:
            before = _answer_of(original, trace.image)
            after = f"{trace.class_name(trace.answer)} ({percent(float(trace['probabilities'][trace.answer]))})"
            show_text(self._answer, f"This picture: {before} before, {after} after.")


KNOWN = "The default network learned from these, so both are higher than on new digits."
ENSEMBLE = "The open network is an ensemble. Open one of its networks to keep a changed copy."


def _answer_of(network: Network, picture: ImageArray) -> str:
    with one_blas_thread():  # it is computed in the window's thread: 2 ms for a large network, and 20 ms without
        probabilities = network.predict_proba(picture[np.newaxis])[0]
    answer = int(probabilities.argmax())
    return f"{network.class_names[answer]} ({percent(probabilities[answer])})"


def _choice(entries: dict[str, tuple[str, str]], tip: str) -> ChoiceBox:
    return ChoiceBox(
        {value: sentence for value, (_, sentence) in entries.items()},
        tip,
        {value: name for value, (name, _) in entries.items()},
    )


def _fill(box: ChoiceBox, entries: dict[str, tuple[str, str]]) -> None:
    for value, (name, sentence) in entries.items():
        box.addItem(name, value)
        box.explain(value, sentence)


def _column(words: QWidget) -> QWidget:
    content = QWidget()
    layout: QVBoxLayout = column_of(words, STRETCH, inside=content)
    layout.setContentsMargins(0, 0, 0, 0)
    return content
