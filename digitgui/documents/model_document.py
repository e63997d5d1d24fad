"""The open network as a document: its file, its unsaved changes, and what is kept of them."""

import contextlib
import datetime
import os
import re
import threading
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.installation.shipped import DEFAULT, open_reader
from digitgui.settings import Settings
from digitgui.wording import percent, pictures
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.atomic_files import as_file_name, unused_path
from model.errors import CorruptError, ModelError, ModelFileError
from model.judging.ensemble import AnyNetwork, Ensemble
from model.network.arrays import FloatArray
from model.network.task import Task
from model.runs.ensemble_files import load_reader, save_reader
from model.runs.provenance import last_teaching
from model.runs.storage import SUFFIX, provenance_in

UNSAVED_KEPT = 10
"""Networks that were replaced or left unsaved stay in a folder of the program's, the last ten of them."""
REOPEN_KEY = "model/reopen_unsaved"
LAST_KEY = "model/last"
"""The file that was opened or saved last; on a second line its name, if the file is not the user's own."""
LINE_RESTS_MILLISECONDS = 500


class ModelDocument(Teller):
    """The network that answers, and the file it belongs to.

    A network with unsaved changes is never asked about and never lost: before another takes its place, and when
    the program ends, it is written to a folder of the program's own, and opened again at the next start. Without
    unsaved changes, the file that was opened or saved last is.

    Attributes
    ----------
    network : Network or Ensemble
        Belongs to the window's thread.
    name : str
        What the user calls it.
    path : Path or None
        Its file, if it has one.
    is_dirty : bool
        Whether it has changes that are in no file of the user's.
    remembers : bool
        Whether what is open is opened again at the next start; not during a lesson.

    Signals
    -------
    changed()
        Name, file or dirtiness are other than before.
    weights_changed()
        It may give other answers.
    """

    changed = Signal()
    weights_changed = Signal()

    def __init__(
        self, settings: Settings, tasks: BackgroundTasks, activity: Activity, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._tasks = settings, tasks
        self._unsaved_folder = settings.folder / "unsaved"
        self.path: Path | None = None
        self.is_dirty, self.remembers = False, True
        self.name = DEFAULT
        # in the thread that saves, so that what is being saved can be opened
        self._opening = Computation[AnyNetwork]("", InThread(tasks), activity, can_cancel=True)
        self._opening.done.connect(self._opened)
        self._opening.failed.connect(self.failed)
        self._reopened = settings.text(REOPEN_KEY)  # by the next start: another than is open during a lesson
        self._edits = 0  # how often the weights have changed
        self._kept: Path | None = None  # where unsaved changes of this network lie, or soon will
        self._kept_edits = 0  # how often the weights had changed when they were last written to any file
        self._writing = threading.Lock()  # two threads write unsaved changes
        self._is_keeping = self._keep_again = False
        self._line_rests = QTimer(self, singleShot=True, interval=LINE_RESTS_MILLISECONDS)
        self._line_rests.timeout.connect(self.keep_soon)
        self.network: AnyNetwork = self._first_network()

    @property
    def task(self) -> Task:
        """What the network is about."""
        return self.network.task

    @property
    def is_shipped(self) -> bool:
        """Whether it is the network that comes with the program, as it came."""
        return self.name == DEFAULT and not self.is_dirty and self.path is None

    def open(self, source: str, *, name: str = "") -> None:
        """Open ``default`` or a file in the background; what is open stays if that fails.

        Parameters
        ----------
        source : str
        name : str, optional
            What it is called if the file is not the user's own, and so not the one that it is saved to.
        """
        self._opening.title = f"Opening {name or _name_of(source)}"
        self._opening.ask_anew(open_reader, source, basis=(source, name))

    def save(self, path: Path) -> None:
        """Write the network as it is now to a file, in the background."""
        network, edits = self.network.copy(), self._edits
        self._tasks.start(lambda: save_reader(network, path), lambda _none: self._saved(path, edits), self._report)

    def replace(self, network: AnyNetwork, *, name: str, path: Path | None = None, is_dirty: bool = False) -> None:
        """Put another network in the place of this one.

        Parameters
        ----------
        network : Network
        name : str
            What the user calls it.
        path : Path, optional
            Its file.
        is_dirty : bool
            Whether it is in no file of the user's as it is; it is then kept soon.

        Raises
        ------
        ModelFileError
            If this one has unsaved changes that cannot be kept; it then stays open.
        """
        kept = self.keep_unsaved()
        self.network, self.name, self.path, self.is_dirty = network, name, path, is_dirty
        self._kept = None
        self._opening.forget()
        self._edits += 1
        self._remember(REOPEN_KEY, "")
        if path:
            self._remember(LAST_KEY, str(path))
        self.changed.emit()
        self.weights_changed.emit()
        if kept and self.remembers:  # else it comes back at the end of the lesson
            self.noticed.emit(
                "The previous network was not saved. Find it under Network ▸ Unsaved networks"
                f" (last {UNSAVED_KEPT} kept)."
            )
        self.keep_soon()

    def take_weights(self, weights: dict[str, FloatArray], input_scaling: tuple[float, float]) -> None:
        """Go on with the weights, and mean and deviation of the input, that training has reached."""
        assert not isinstance(self.network, Ensemble)  # a training replaces it by its own network first
        before = self.name
        self.name = self._plain_name
        self.network.set_weights(weights)
        self.network.card.forget_measured()
        self.network.input_mean, self.network.input_deviation = input_scaling
        self._edits += 1
        if not self.is_dirty or self.name != before:
            self.is_dirty = True
            self.changed.emit()
        self.weights_changed.emit()

    def set_refuse_below(self, probability: float) -> None:
        """Draw the line below which answers are doubted; it is saved with the network."""
        if probability != self.network.card.refuse_below:
            self.network.card.refuse_below = probability
            self._edits += 1
            self.is_dirty = True
            self._line_rests.start()  # anew while it is dragged
            self.changed.emit()

    def describe(self, provenance: dict[str, Any]) -> None:
        """Note where the weights come from."""
        self.network.card.provenance = provenance

    def keep_unsaved(self) -> Path | None:
        """Write unsaved changes to the program's own folder; return where, or None if there are none.

        Raises
        ------
        ModelFileError
            If they cannot be written.
        """
        if not self.is_dirty:
            return None
        path = self._kept = self._kept or self._unused_path(self.name)
        if not path.exists():
            self._kept_edits = -1  # it has been deleted meanwhile
        self._write(self.network, path, self._edits)
        self._remember(REOPEN_KEY, str(path))
        return path

    def save_into(self, folder: Path) -> None:
        """Write the open network into a folder, under a name that is free there; raise as `keep_unsaved`."""
        save_reader(self.network, unused_path(folder / f"{as_file_name(self.name)}{SUFFIX}"))

    def keep_aside(self, network: AnyNetwork, name: str) -> None:
        """Write a network that was never open to where the unsaved ones lie.

        Raises
        ------
        ModelFileError
            If it cannot be written.
        """
        save_reader(network, self._unused_path(name), durable=False)

    def keep_soon(self) -> None:
        """Do as `keep_unsaved`, in the background; once more if that is being done already."""
        if self._is_keeping:
            self._keep_again = True
            return
        if not self.is_dirty or self._kept_edits == self._edits or self._tasks.cancelled.is_set():
            return  # the last where the program has ended meanwhile
        network, twin, edits = self.network, self.network.copy(), self._edits
        try:
            path = self._kept = self._kept or self._unused_path(self.name)
        except ModelFileError as error:
            self._report(error)
            return
        self._is_keeping, self._keep_again = True, False

        def kept(_done: None) -> None:
            self._is_keeping = False
            if network is self.network and self.is_dirty:
                self._remember(REOPEN_KEY, str(path))
            if self._keep_again:
                self.keep_soon()

        def failed(error: Exception) -> None:
            self._is_keeping = False
            self._report(error)

        self._tasks.start(lambda: self._write(twin, path, edits), kept, failed)

    @property
    def proposed_name(self) -> str:
        """What a file of this network may be called: with its accuracy and data, if it has none yet."""
        told = "" if self.path else origin_of(self.network.card.provenance)
        return f"{self._plain_name}, {told}" if told else self.name

    @property
    def _plain_name(self) -> str:
        return plain_name(self.name, self.network.card.provenance)

    def unsaved(self) -> list[Path]:
        """List the networks that were kept without being saved, the newest first."""
        return sorted(self._unsaved_folder.glob(f"*{SUFFIX}"), reverse=True)

    def _write(self, network: AnyNetwork, path: Path, edits: int) -> None:
        """Write a network whose weights have changed that often, unless that or a later state has been written."""
        with self._writing:
            if edits > self._kept_edits:
                # Not forced onto the disk, since that may take longer than a window may stand still.
                save_reader(network, path, durable=False)
                self._kept_edits = edits
                spared = {str(path), str(self._kept), self._reopened, *self._opening.asked}
                for old in self.unsaved()[UNSAVED_KEPT:]:
                    if str(old) not in spared:
                        with contextlib.suppress(OSError):
                            old.unlink()

    def _unused_path(self, name: str) -> Path:
        try:
            self._unsaved_folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelFileError(f"{self._unsaved_folder} cannot be created: {error.strerror or error}") from error
        stamp = datetime.datetime.now().strftime("%Y-%m-%d %H.%M.%S.%f")
        return self._unsaved_folder / f"{stamp} {as_file_name(name)}{SUFFIX}"

    def _first_network(self) -> AnyNetwork:
        """Open what was open the last time, or say why not and open the shipped network."""
        kept = self._settings.text(REOPEN_KEY)
        source, _, name = self._settings.text(LAST_KEY).partition("\n")
        try:
            if kept:
                network = load_reader(kept)
                self._take_kept(Path(kept))
                return network
            if source:
                network = open_reader(source)
                self.name, self.path = name or _name_of(source), None if name else Path(source)
                return network
        except ModelError as error:
            text = f"The network from last time cannot be opened, so the default one is open: {error}."
            QTimer.singleShot(0, lambda: self.failed.emit(text))
            if isinstance(error, CorruptError) or not os.path.exists(  # noqa: PTH110  a name may be too long, which `Path` raises
                kept or source
            ):  # else it may be read another time
                self._settings.forget(REOPEN_KEY if kept else LAST_KEY)
        return open_reader(DEFAULT)

    def _take_kept(self, path: Path) -> None:
        """Note that the open network is what was kept there."""
        self.name, self.is_dirty = name_and_time(path)[0], True  # the network itself knows only its architecture
        self._kept, self._kept_edits = path, self._edits

    def _opened(self, network: AnyNetwork) -> None:
        source, name = cast(tuple[str, str], self._opening.basis)
        try:
            self.replace(network, name=name or _name_of(source))
        except ModelError as error:
            self._report(error)
            return
        if self._unsaved_folder in Path(source).parents:
            self._take_kept(Path(source))
            self._remember(REOPEN_KEY, source)
        elif source == DEFAULT:
            self._remember(LAST_KEY, "")
        else:
            self._remember(LAST_KEY, f"{source}\n{name}" if name else source)
            if not name:
                self.path = Path(source)
                self._settings.add_recent("models", source)
        self.changed.emit()

    def _saved(self, path: Path, edits: int) -> None:
        self._settings.add_recent("models", str(path))
        self._remember(LAST_KEY, str(path))
        if edits == self._edits:  # what was saved is what is open
            self.path, self.name, self.is_dirty = path, path.stem, False
            self._remember(REOPEN_KEY, "")
            with self._writing:
                self._kept_edits = edits  # what still waits to be kept need not be
                if self._kept is not None:
                    with contextlib.suppress(OSError):
                        self._kept.unlink()
            self._kept = None
        self.changed.emit()
        self.noticed.emit(f"Saved as {path}")

    def _remember(self, key: str, value: str) -> None:
        """Note what the next start opens; an empty value forgets it."""
        if self.remembers and key == REOPEN_KEY:
            self._reopened = value
        if self.remembers and value:
            self._settings.set(key, value)
        elif self.remembers:
            self._settings.forget(key)

    def _report(self, error: Exception) -> None:
        self.failed.emit(str(error) or type(error).__name__)


def _name_of(source: str) -> str:
    return DEFAULT if source == DEFAULT else Path(source).stem


def unsaved_title(path: Path) -> str:
    """Describe an unsaved network: its name, accuracy and data if its file tells, and when it was kept."""
    name, moment = name_and_time(path)
    provenance = provenance_in(path)
    return ", ".join(filter(None, (plain_name(name, provenance), origin_of(provenance), moment)))


def origin_of(provenance: dict[str, Any]) -> str:
    """Write accuracy and data of a network: ``98.4 % of MNIST``; empty if they are not known of these weights.

    After a teaching, they are what that has measured: ``98.1 % of 1,000 pictures from other people``.
    """
    taught = last_teaching(provenance)
    if taught:
        after = taught["after"]
        return f"{percent(after['base_accuracy'])} of {pictures(after['base_count'])} from other people"
    try:
        return f"{percent(provenance['report']['accuracy'])} of {provenance['data']['name']}"
    except (KeyError, TypeError, ValueError):  # not trained, stopped before its report, or of another program
        return ""


def plain_name(name: str, provenance: dict[str, Any]) -> str:
    """Leave out of a name the accuracy that was proposed for it, and nothing of the user's own words.

    A network made of this one has another accuracy.

    Parameters
    ----------
    name : str
    provenance : dict
        Of the network of that name: what `origin_of` tells of it is what may have been proposed.
    """
    told = origin_of(provenance)
    if not told:
        return name
    return name.removesuffix(f", {told}").removesuffix(f", {as_file_name(told)}")  # the latter once it was saved


def name_and_time(path: Path) -> tuple[str, str]:
    """Read in the file of an unsaved network what it was called, and when it was kept."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d)\.(\d\d)\.\S* (.+)", path.stem)
    return (found[4], f"{found[1]} {found[2]}:{found[3]}") if found else (path.stem, "")
