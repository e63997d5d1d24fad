"""The open data set as a document: how it is opened, and the corrections that a user makes to it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.copying import Copying
from digitgui.documents.data_reading import Found, read_source
from digitgui.documents.edit_history import EditHistory, Step
from digitgui.documents.edit_store import EditStore
from digitgui.documents.fetching import Fetching
from digitgui.documents.personal_set import FILE_NAME, files_in
from digitgui.settings import Settings
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Safekeeping
from digitgui.work.teller import Teller
from model import Dataset
from model.data.dataset import SplitRule
from model.data.edits import Edits
from model.data.reading import Fit, Ink, Preparing, Scale, Turn
from model.data.splitting import SPLIT_SEED
from model.errors import DataFormatError
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.task import Task
from model.readers.import_report import ImportReport
from model.readers.npz_files import AS_WRITTEN
from model.readers.sources import BUNDLED, has_path, open_data

__all__ = ["DataDocument"]

LAST_KEY = "data/last"
UNEVEN_KEY = "data/not_stratified"
"""Own data whose split is not stratified, a line each: 0.1.0 had them so, or the user wants it."""


class DataDocument(Teller):
    """What is open, what is proposed to be opened, and what has been corrected.

    Other data is read in the background and proposed with a report; only when the user accepts it does it take
    the place of what is open. Corrections go through the undo stack of the window, and lie in a small file beside
    the source, or in the program's own folder where nothing may be written beside it.

    Attributes
    ----------
    dataset : Dataset
    proposal : ImportReport or None
        What has been read and waits for the user's decision.
    reading_source : str
        What is being read now; empty if nothing is.
    is_asking : bool
        Whether the user's decision is, or will be, waited for.
    remembers : bool
        Whether what is opened is opened again at the next start; not during a lesson.
    aside : tuple or None
        What was replaced first since this is not remembered, as it was left last, with what could be undone.

    Signals
    -------
    opened()
        There are other pictures; `changed` follows.
    changed()
        Other data is open, or it has been corrected, or split in another way.
    proposal_changed()
        Something is being read, waits for the user's decision, or no longer does.
    progressed(int, int, str)
        How much has been read so far, and of all (0 if that is not known), and what is counted.
    """

    opened = Signal()
    changed = Signal()
    proposal_changed = Signal()
    progressed = Signal(int, int, str)

    def __init__(
        self,
        settings: Settings,
        undo_stack: QUndoStack,
        safekeeping: Safekeeping,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._history = EditHistory(undo_stack, self.take_edits, self)
        self._store = EditStore(settings.folder, safekeeping)
        self._fetching = Fetching(activity, self)
        self._fetching.progressed.connect(self.progressed)
        self._fetching.work.done.connect(self._begin_to_read)
        self._reading = Computation[Found](
            "", InThread(BackgroundTasks(activity)), activity, tells=True, can_cancel=True
        )
        self._reading.progressed.connect(lambda step: self.progressed.emit(*step))
        self._reading.done.connect(self._propose)
        for computation in (self._fetching.work, self._reading):
            computation.changed.connect(self._see_work)
            computation.failed.connect(self.failed)
        self.copying = Copying(activity)
        self.copying.saved.connect(self.noticed)
        self.copying.failed.connect(self.failed)
        self.reading_source = ""
        self._how: dict[str, Any] = {}
        self.is_asking, self.remembers = False, True
        self.proposal: ImportReport | None = None
        self.aside: tuple[Dataset, tuple[list[Step], list[Step]]] | None = None
        self._places: IndexArray | None = None  # where the open pictures are in it, if it is the same source
        self._keep_splits_of_old()
        self.dataset = self._open_bundled().with_split_rule(self._rule_for(BUNDLED))
        self._open_remembered()

    @property
    def task(self) -> Task:
        """What the open data are about."""
        return self.dataset.task

    @property
    def is_reading(self) -> bool:
        """Whether something is being read now."""
        return bool(self.reading_source)

    def validation_pictures(self) -> Callable[[], tuple[ImageArray, LabelArray]]:
        """Return what gives pictures and labels that a training watches but does not learn from."""
        dataset = self.dataset
        return lambda: dataset.part("validation")

    # opening

    def open(
        self,
        source: str,
        *,
        ink: Ink | None = None,
        scale: Scale | None = None,
        turn: Turn | None = None,
        fit: Fit | None = None,
        preparation: Preparing | None = None,
        ask: bool = True,
    ) -> None:
        """Read other data in the background, and propose it or open it at once; until then all stays as it is."""
        self.cancel()
        self.reading_source, self.is_asking = source, ask
        self._how = {"ink": ink, "scale": scale, "turn": turn, "fit": fit, "preparation": preparation}
        if source == str(self._settings.folder / FILE_NAME):  # whose form is known
            self._how = {key: value or getattr(AS_WRITTEN, key) for key, value in self._how.items()}
        if Fetching.is_needed(source):
            self._fetching.work.title = f"Fetching {source}"
            self._fetching.start(source)
        else:
            self._begin_to_read(None)

    def cancel(self) -> None:
        """End the reading, or drop what is proposed; what is open stays."""
        self._reading.cancel()
        self._fetching.work.cancel()
        if self.proposal:
            self.proposal, self.is_asking = None, False
            self.proposal_changed.emit()

    def accept(self, *, tidy: bool = False) -> None:
        """Open what is proposed, and exclude duplicates and blank pictures if it is to be tidied."""
        if self.proposal is None:
            return
        report, self.proposal, self.is_asking = self.proposal, None, False
        dataset, rule = report.dataset, self._rule_for(report.dataset.source)
        if dataset.split_rule != rule:  # another has been chosen while this was read
            dataset = dataset.with_split_rule(rule)
        if self.remembers:
            self.aside = None
        elif self._places is None and (self.aside is None or self._is_corrected_since(self.aside[0])):
            self.aside = self.dataset, self._history.steps()
        if self._places is None or tidy:
            self._history.forget()
        if self._places is not None:
            dataset = self._as_corrected_now(dataset, self._places)
        self.dataset = dataset.edited(replace(report, dataset=dataset).tidied()) if tidy else dataset
        if self.remembers:
            self._settings.set(LAST_KEY, dataset.source)
            if has_path(dataset.source):
                self._settings.add_recent("data", dataset.source)
        self._store.save(self.dataset, frozenset(self.dataset.edits.touched.tolist() if tidy else ()))
        self.opened.emit()
        self.changed.emit()  # before the next, or views would be shown that do not know of it
        self.proposal_changed.emit()

    def put_back(self) -> None:
        """Show again what was set aside, as one can undo it, without reading it anew."""
        if self.aside is None:
            return
        (dataset, steps), self.aside = self.aside, None
        if self._is_corrected_since(dataset):
            return
        self.cancel()
        self._history.forget()
        rule = self._rule_for(dataset.source)
        self.dataset = dataset if dataset.split_rule == rule else dataset.with_split_rule(rule)
        self._history.put_back(*steps)
        self.opened.emit()
        self.changed.emit()
        self.proposal_changed.emit()

    # correcting

    def edit(self, edits: Edits, text: str) -> None:
        """Correct the data set; ``text`` names in the menu what can be undone."""
        if edits != self.dataset.edits:
            self._history.push(Step(self.dataset.edits, edits, text))

    def relabel(self, indices: list[int], label: int) -> None:
        """Give pictures another label, or their own again."""
        edits, own = self.dataset.edits, (self.dataset.unedited or self.dataset).labels
        others = edits.labels.keys() - set(indices)
        labels = {index: edits.labels[index] for index in others}
        labels |= {index: label for index in indices if own[index] != label}
        self.edit(
            replace(edits, labels=labels), f"relabelling {_pictures(indices)} as {self.task.class_names[label]}"
        )

    def exclude(self, indices: list[int]) -> None:
        """Exclude pictures, or include them again if all of them are excluded."""
        edits = self.dataset.edits
        if edits.excluded.issuperset(indices):
            self.edit(edits.with_included(indices), f"including {_pictures(indices)}")
        elif len(edits.excluded.union(indices)) == len(self.dataset):
            self.failed.emit("The last picture cannot be excluded: a data set needs at least one.")
        else:
            self.edit(edits.with_excluded(indices), f"excluding {_pictures(indices)}")

    def keep(self, indices: list[int]) -> None:
        """Note that the labels of pictures are right, whatever is suspected."""
        self.edit(self.dataset.edits.with_kept(indices), f"confirming the label of {_pictures(indices)}")

    def take_edits(self, edits: Edits) -> None:
        """Show other corrections, and write them to their file soon."""
        indices = edits.differences(self.dataset.edits)
        self.dataset = self.dataset.edited(edits)
        self._store.save(self.dataset, indices)
        self.changed.emit()

    def cut(self, rule: SplitRule) -> None:
        """Split the data set in another way.

        Remembered for every data set; whether it is stratified, for each of the user's own by itself.
        """
        self._remember_rule(self.dataset.source, rule)
        self.dataset = self.dataset.with_split_rule(rule)
        self.changed.emit()

    def stratify(self) -> None:
        """Give every part of what is proposed, or else of what is open, the same shares of the digits."""
        if self.proposal is None:
            self.cut(replace(self.dataset.split_rule, stratified=True))
            return
        dataset = self.proposal.dataset
        rule = replace(dataset.split_rule, stratified=True)
        self._remember_rule(dataset.source, rule)
        self.proposal = replace(self.proposal, dataset=dataset.with_split_rule(rule))
        self.proposal_changed.emit()

    def save_copy(self, path: Path, dataset: Dataset | None = None) -> None:
        """Write the pictures that are not left out, with their corrected labels, to an .npz.

        Parameters
        ----------
        path : Path
        dataset : Dataset, optional
            What is copied; the open data if not given.
        """
        dataset = dataset or self.dataset
        in_use = files_in(self._settings.folder)
        if has_path(self.dataset.source):
            in_use.append(Path(self.dataset.source))
        if path.resolve() in [file.resolve() for file in in_use]:
            self.failed.emit(f"{path.name} is the open data set or My digits itself: choose another name.")
            return
        self.copying.save(dataset, path)

    # inside

    def _is_corrected_since(self, dataset: Dataset) -> bool:
        """Whether this is open, opened anew and corrected in another way."""
        return self.dataset.source == dataset.source and self.dataset.edits != dataset.edits

    def _open_bundled(self) -> Dataset:
        try:
            return open_data(BUNDLED, edits=self._store.file_of(BUNDLED))
        except DataFormatError as error:  # the corrections are damaged; their file stays as it is
            text = sentence_of(error)
            QTimer.singleShot(0, lambda: self.failed.emit(f"{text[:1].upper()}{text[1:]}"))
            return open_data(BUNDLED)

    def _open_remembered(self) -> None:
        """Open what was open when the program ended; until then, and if it is gone, the bundled digits."""
        last = self._settings.text(LAST_KEY, BUNDLED)
        if last != BUNDLED and (not has_path(last) or os.path.exists(last)):  # noqa: PTH110  a name may be too long, which `Path` raises
            self.open(last, ask=False)

    def _rule_for(self, source: str) -> SplitRule:
        settings = self._settings
        even = source not in self._uneven() if has_path(source) else settings.flag("data/stratified", False)
        seed = round(settings.number("data/split_seed", SPLIT_SEED, 0, 2**32 - 1))
        return SplitRule(seed, even, settings.flag("data/own_parts", True))

    def _remember_rule(self, source: str, rule: SplitRule) -> None:
        settings = self._settings
        settings.set("data/split_seed", rule.seed)
        settings.set("data/own_parts", rule.own_parts)
        if has_path(source):
            others = [line for line in self._uneven() if line != source]
            settings.set(UNEVEN_KEY, "\n".join(others if rule.stratified else [*others, source]))
        else:
            settings.set("data/stratified", rule.stratified)

    def _uneven(self) -> list[str]:
        return self._settings.text(UNEVEN_KEY).split("\n")

    def _keep_splits_of_old(self) -> None:
        """Let data that 0.1.0 had open keep their parts, or its runs and networks would belong to other ones."""
        settings = self._settings
        if not settings.has(UNEVEN_KEY):
            known = {*settings.recent("data"), settings.text(LAST_KEY)} - {""}
            settings.set(UNEVEN_KEY, "" if settings.flag("data/stratified", False) else "\n".join(sorted(known)))

    def _begin_to_read(self, fetched: Dataset | None) -> None:
        source = self.reading_source
        self._reading.title = f"Opening {Path(source).name}"
        file, rule = self._store.file_of(source), self._rule_for(source)
        self._reading.ask_anew(read_source, source, file, self._how, self.dataset, rule, fetched)

    def _propose(self, found: Found) -> None:
        self._reading.clear()  # or data that is not wanted would stay in memory
        self.reading_source, (self.proposal, self._places) = "", found
        if not self.is_asking:
            self.accept()

    def _see_work(self) -> None:
        if not self._reading.is_under_way and not self._fetching.work.is_under_way:
            self.reading_source = ""
            self.is_asking = self.is_asking and self.proposal is not None
        self.proposal_changed.emit()

    def _as_corrected_now(self, dataset: Dataset, places: IndexArray) -> Dataset:
        """Give data that have been read anew the corrections of now: the file had those of a while ago.

        What can be undone follows the pictures too.
        """
        new = np.arange(len(dataset))
        new[places[places >= 0]] = -1
        of_new = dataset.edits.moved(new)
        self._history.follow(places, of_new)
        edits = self.dataset.edits.moved(places).joined(of_new)
        return dataset if edits == dataset.edits else dataset.edited(edits)


def _pictures(indices: list[int]) -> str:
    return f"picture {indices[0]:,}" if len(indices) == 1 else f"{len(indices):,} pictures"
