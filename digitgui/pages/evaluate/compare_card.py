"""Two networks on the same pictures: what only one of them gets right."""

from itertools import islice
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QWidget

from digitgui.asking import file_dialogs
from digitgui.documents.model_document import name_and_time
from digitgui.installation.shipped import DEFAULT, SHIPPED_NOTE, has_learned_from
from digitgui.runs.run_wording import begun_locally, names_apart
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, chip, column_of, label, progress_bar, row_of
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.wording import percent
from model.judging.comparison import Comparison
from model.network.arrays import IndexArray

INVITATION = "Choose a second network to answer the same pictures. See which ones only one gets right."
UNFAIR = f"{SHIPPED_NOTE} Open other data to see which network is better."
MOST_RUNS = 12
"""So many runs are offered; others are found as files."""
KINDS = ("both", "only_a", "only_b", "neither")


class CompareCard(QWidget):
    """Chooses a second network, and shows how its answers differ from those of the open one.

    Signals
    -------
    chosen(object)
        Indices of the pictures that are to be seen.
    """

    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._second = session.second
        self._part: IndexArray | None = None
        self._chosen_of: object = None  # the answers of the second network, when pictures were chosen
        self._head = label(name="strong", wrap=True)
        self._words = label(INVITATION, wrap=True)
        self._warning = label(UNFAIR, wrap=True, tone="warning")
        self._bar = progress_bar("Progress of the second network")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        chooser = button("Choose network…", "Compare with another network", lambda: None)
        chooser.setProperty("menu", True)
        chooser.setMenu(self._menu)
        self._cancel = button("Cancel", "Stop evaluating the second network", self._second.drop)
        choose = row_of(chooser, (self._bar, 1), self._cancel, STRETCH)
        self.chips = QButtonGroup(self)
        chips = FlowLayout(spacing=3)
        for number, kind in enumerate(KINDS):
            chips.addWidget(chip(self.chips, number, "", "Show these pictures", self._choose, name=kind))
        column_of(choose, self._head, chips, self._warning, self._words, STRETCH, inside=self, spacing=12)
        self._second.changed.connect(self.refresh)
        self._second.progressed.connect(self._show_progress)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look which runs there are to choose from."""
        super().showEvent(event)
        self._session.runs.refresh()

    def show_part(self, indices: IndexArray) -> None:
        """Compare on these pictures, by the labels and answers as they are now."""
        if self._part is None or not np.array_equal(indices, self._part):
            self._chosen_of = None
        self._part = indices
        self.refresh()

    def uncheck(self) -> None:
        """Show that other pictures are seen than those that were chosen here."""
        self.chips.setExclusive(False)
        for one in self.chips.buttons():
            one.setChecked(False)
        self.chips.setExclusive(True)

    @property
    def names(self) -> tuple[str, str]:
        """The names of the network that was evaluated and of the second one, told apart."""
        evaluation = self._session.evaluation
        first, second = evaluation.name or self._session.model.name, self._second.name
        return first, f"{second} (second)" if second == first else second

    def refresh(self) -> None:
        """Show what is known."""
        self._compare()
        comparison = self._second.comparison
        self._show_progress()
        self._head.setVisible(comparison is not None)
        is_unfair = comparison is not None and self._is_unfair()
        self._warning.setVisible(is_unfair)
        self._words.setVisible(not is_unfair)  # a verdict would praise what the one knows by heart
        for one in self.chips.buttons():
            one.setVisible(comparison is not None)
        if comparison is not None:
            self._show(comparison)
        elif self._second.share is not None:
            self._words.setText(f"Asking {self._second.name}…")
        else:
            self._words.setText("Comparing…" if self._second.name else INVITATION)

    def _compare(self) -> None:
        session, part = self._session, self._part
        probabilities = session.evaluation.probabilities
        if probabilities is not None and part is not None and len(part) and self._second.probabilities is not None:
            key = (probabilities, session.data.dataset.labels, part)
            self._second.compare_with(probabilities.argmax(axis=1), part, key)

    def _is_unfair(self) -> bool:
        """Tell whether one of the two has learned from these pictures, and the other perhaps not."""
        session = self._session
        first = session.evaluation.name or session.model.name
        models = {first, self._second.source}
        return len(models) > 1 and any(has_learned_from(model, session.data.dataset.source) for model in models)

    def _show(self, comparison: Comparison) -> None:
        first, second = self.names
        counts = [len(getattr(comparison, kind)) for kind in KINDS]
        total = max(1, sum(counts))
        self._head.setText(
            f"{first}: {percent((counts[0] + counts[1]) / total)} right · {second}:"
            f" {percent((counts[0] + counts[2]) / total)} right"
        )
        names = ("Both right", f"Only {first}", f"Only {second}", "Both wrong")
        for number, (name, count) in enumerate(zip(names, counts, strict=True)):
            self.chips.button(number).setText(f"{name}: {count:,}".replace("&", "&&"))
        self._words.setText(comparison.sentence(first, second))
        if self.chips.checkedId() >= 0 and self._chosen_of is not self._second.probabilities:
            self._choose()  # the same choice, for another part or another network

    def _choose(self) -> None:
        comparison = self._second.comparison
        self._chosen_of = self._second.probabilities
        if comparison is not None and self._part is not None:
            self.chosen.emit(self._part[getattr(comparison, KINDS[self.chips.checkedId()])])

    def _show_progress(self) -> None:
        share = self._second.share
        self._bar.setVisible(share is not None)
        self._cancel.setVisible(share is not None)
        self._bar.setValue(round(1000 * (share or 0.0)))

    def _fill_menu(self) -> None:
        menu, session = self._menu, self._session
        session.runs.refresh()  # for the next time: the command line trains too
        menu.clear()
        menu.addAction("&File…").triggered.connect(lambda _checked=False: self._open_file())
        menu.addAction("The &default network").triggered.connect(lambda _checked=False: self._second.ask(DEFAULT))
        store = session.trainings.store
        trained = (record for record in reversed(session.runs.records) if store.model_file(record.id).exists())
        runs = list(islice(trained, MOST_RUNS))
        names = names_apart(runs)
        if runs:
            menu.addSection("Runs, newest first")
        for record in runs:
            name = names[record.id]
            self._offer(store.model_file(record.id), name, f"{name}, {begun_locally(record)}")
        unsaved = session.model.unsaved()
        if unsaved:
            menu.addSection("Unsaved networks")
        for path in unsaved:
            name, when = name_and_time(path)
            self._offer(path, name, f"{name}, {when}" if when else name)

    def _offer(self, path: Path, name: str, text: str = "") -> None:
        action = self._menu.addAction((text or name).replace("&", "&&"))
        action.triggered.connect(lambda _checked=False: self._second.ask(str(path), name))

    def _open_file(self) -> None:
        path = file_dialogs.ask_model(self, self._session.settings)
        if path:
            self._second.ask(str(path))
