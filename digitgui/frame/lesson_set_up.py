"""Brings the window to where a step of a lesson wants it."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtWidgets import QButtonGroup

from digitgui.drawings.ink_files import INK_SUFFIX, load_ink
from digitgui.drawings.picture_input import read_picture
from digitgui.drawings.prediction import takes_drawings
from digitgui.frame.ways import Ways
from digitgui.installation.shipped import DEFAULT, open_reader
from digitgui.lessons.lesson import SetUp
from digitgui.session import Session
from digitgui.wording import sentence_of
from digitgui.work.turns import Wish
from model.errors import ModelError
from model.inspection.trace import Unit
from model.judging.ensemble import AnyNetwork
from model.training.training_config import TrainingConfig

__all__ = ["LessonSetUp", "shown_tab", "tabs_of"]

Result = TypeVar("Result")


class LessonSetUp:
    """Opens what a step names, in the background where that takes long.

    Parameters
    ----------
    session : Session
    ways : Ways
    """

    def __init__(self, session: Session, ways: Ways) -> None:
        self._session, self._ways = session, ways
        self._reading = self._turn = 0
        self._layer = ""

    @property
    def is_ready(self) -> bool:
        """Whether everything is open that was to be read before a step begins."""
        is_read = self._reading == 0 and not self._session.data.is_reading
        return is_read and (not self._layer or self._is_traced())

    def begin(self, set_up: SetUp) -> None:
        """Open network, data and drawing, set the form, and show the page."""
        session = self._session
        self._layer = set_up.layer
        if set_up.data:
            self._open_data(set_up.data)
        if (set_up.network or set_up.settings) and not session.turns.refuses(Wish.OPEN):
            self._set_form(set_up)
            self._open_network(set_up.network)
        if set_up.drawing:
            self._open_drawing(set_up.drawing)
        if set_up.fault:
            self._ways.pages.page("train").fault.prepare(set_up.fault)
        self.show_page(set_up)

    def cancel(self) -> None:
        """Wait for nothing any more: what is still being read is dropped when it comes."""
        self._turn += 1
        self._reading, self._layer = 0, ""
        self._session.data.cancel()
        self._session.pictures.cancel()

    def go_back(self, set_up: SetUp) -> None:
        """Show the page of an earlier step; what is open stays."""
        self._layer = ""
        self.show_page(set_up)

    def show_page(self, set_up: SetUp) -> None:
        """Show the page and the tab alone."""
        if set_up.page:
            self._ways.pages.show_page(set_up.page)
        tabs = tabs_of(self._ways)
        if set_up.tab in tabs:
            tabs[set_up.tab]()

    def finish(self, set_up: SetUp) -> None:
        """Show the picture of the data and pin the number, when the data and the network are there."""
        self._layer = ""
        if set_up.picture is not None:
            self._show_picture(set_up, set_up.picture)
        if set_up.layer:
            self._pin(set_up.layer)

    def _show_picture(self, set_up: SetUp, number: int) -> None:
        session = self._session
        dataset = session.data.dataset
        if number > len(dataset):
            session.failed.emit(
                f"The lesson wants picture {number}, but {dataset.name} has {len(dataset):,} pictures."
            )
        elif set_up.page == "inspect":
            session.inspection.choose_picture(number - 1)
        elif set_up.page == "data":
            self._ways.show_in_data(number - 1)
        elif takes_drawings(session.model.task):
            session.drawing.set_picture(dataset.images[number - 1])

    def _is_traced(self) -> bool:
        inspection = self._session.inspection
        return inspection.trace is not None and inspection.is_current

    def _pin(self, name: str) -> None:
        """Pin the largest number of a layer."""
        inspection = self._session.inspection
        found = inspection.trace
        if found is None:
            return
        if not any(layer.name == name for layer in found.layers):
            self._session.failed.emit(
                f"The lesson wants the layer {name}, which {inspection.title} does not have."
            )
            return
        output = np.nan_to_num(found[f"{name}.output"])
        place = np.unravel_index(output.argmax(), output.shape)
        inspection.pin(Unit(name, tuple(int(axis) for axis in place)))

    def _set_form(self, set_up: SetUp) -> None:
        if set_up.settings:
            settings, form = dict(set_up.settings), self._ways.pages.page("train").form
            arch = settings.pop("arch", form.architecture)
            form.show_config(arch, TrainingConfig(**settings))

    def _open_data(self, source: str) -> None:
        data = self._session.data
        if (data.reading_source or data.dataset.source) != source:
            data.open(source, ask=False)

    def _open_network(self, source: str) -> None:
        model = self._session.model
        is_open = source == DEFAULT and model.is_shipped
        if source and not is_open:
            self._read(lambda: open_reader(source), lambda network: self._take_network(network, source))

    def _take_network(self, network: AnyNetwork, source: str) -> None:
        """Open a network that belongs to no file of the user's."""
        try:
            self._session.model.replace(network, name=Path(source).stem)
        except ModelError as error:
            self._session.failed.emit(sentence_of(error))

    def _open_drawing(self, path: Path) -> None:
        session = self._session
        if not takes_drawings(session.model.task):
            session.pictures.open(path)
        elif path.suffix.lower() == INK_SUFFIX:
            width = self._ways.surroundings.pen.width
            self._read(lambda: load_ink(path, pen_width=width), session.drawing.replace)
        else:
            self._read(lambda: read_picture(path), session.drawing.set_picture)

    def _read(self, read: Callable[[], Result], take: Callable[[Result], object]) -> None:
        """Read something in the background; `is_ready` waits for it, unless it is cancelled."""
        turn = self._turn

        def done(result: Result) -> None:
            if turn == self._turn:
                self._reading -= 1
                take(result)

        def failed(error: Exception) -> None:
            if turn != self._turn:
                return
            self._reading -= 1
            self._layer = ""  # of a network that may never come
            self._session.failed.emit(f"The lesson is not set up: {sentence_of(error)}")

        self._reading += 1
        self._session.tasks.start(read, done, failed)


def tabs_of(ways: Ways) -> dict[str, Callable[[], object]]:
    """Return what shows each tab of the page that is shown, by its name."""
    group = getattr(ways.pages.page(ways.pages.current.name), "tabs", None)
    if not isinstance(group, QButtonGroup):
        return {}
    return {button.text().partition(" (")[0]: button.click for button in group.buttons()}


def shown_tab(ways: Ways) -> str:
    """Return the name of the tab that is shown; empty where there is none."""
    group = getattr(ways.pages.page(ways.pages.current.name), "tabs", None)
    button = group.checkedButton() if isinstance(group, QButtonGroup) else None
    return button.text().partition(" (")[0] if button else ""
