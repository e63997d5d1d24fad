"""The Data page: the pictures beside what is known of them, and other data on its way in."""

from collections.abc import Callable, Sequence
from weakref import ref

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from digitgui.pages.data.augmentation_lab import AugmentationLab
from digitgui.pages.data.data_browser import DataBrowser
from digitgui.pages.data.import_page import ImportPage
from digitgui.pages.data.map_card import MapCard
from digitgui.pages.data.picture_card import PictureCard
from digitgui.pages.misfit_line import MisfitLine
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, card_of, chips, column_of, label, row_of, stack_of
from digitgui.widgets.typed_class import typed_label
from digitgui.wording import PART_NAMES
from model.data.dataset import Dataset
from model.judging.belonging import check_belongs
from model.judging.ensemble import AnyNetwork, answer_alike
from model.network.arrays import ImageArray, LabelArray
from model.readers.sources import BUNDLED

TABS = (
    ("Picture", "The selected picture, its pixels, and the pictures most similar to it"),
    ("Map", "All pictures as points, similar ones close together"),
    ("Augmentation", "How training varies the selected picture"),
)
WIDTHS = [560, 360]
"""Of the grid and of what stands beside it; both grow with the window."""
BROWSING, IMPORTING = 0, 1
LONGEST_LIST = 60
"""Letters of the names of the classes in the head; more of them are only counted."""


class DataPage(Page):
    """Browse the open data set, correct it, look at its augmentation, and open another."""

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._title = label(name="heading")
        self._subtitle = label(name="muted", wrap=True)
        self.browser = DataBrowser(session)
        self.picture = PictureCard(session, self.relabel, self.exclude, self.keep, self.add_to_personal)
        self.map_card = MapCard(session)
        self.augmentation = AugmentationLab(
            session.settings, session.activity, lambda: session.model.network, self._measured_pictures
        )
        self._measured_of: tuple[AnyNetwork, ref[Dataset]] | None = None  # other data may need the memory
        self.import_page = ImportPage(session.data)
        self._stack = stack_of(self._browsing(), self.import_page)
        column_of(self._stack, inside=self, margin=16)

        self.browser.selected.connect(self._select)
        self.browser.shown_changed.connect(self.map_card.show_only)
        self.picture.neighbour_chosen.connect(self.browser.go_to)
        self.picture.digit_chosen.connect(self.browser.show_digit)
        self.map_card.map.selected.connect(self.browser.go_to)
        self.map_card.map.region_chosen.connect(self.browser.show_region)
        session.data.changed.connect(self._show_dataset)
        session.data.changed.connect(self._see_inputs)
        session.data.proposal_changed.connect(self._show_import)
        session.looks.changed.connect(self.picture.refresh)
        session.model.weights_changed.connect(self.picture.refresh)
        session.model.weights_changed.connect(self._see_inputs)
        self.augmentation.failed.connect(session.failed)
        self.augmentation.pipeline_changed.connect(
            lambda: surroundings.pipeline_set.emit(self.augmentation.pipeline)
        )
        self._show_dataset()
        self.browser.grid.select(0)
        self._show_import()

    def _measured_pictures(self) -> Callable[[], tuple[ImageArray, LabelArray]]:
        """Return what gives the pictures that robustness is measured on, or says why the network takes none."""
        network, dataset = self._session.model.network, self._session.data.dataset
        pictures = self._session.data.validation_pictures()
        self._measured_of = network.copy(), ref(dataset)

        def give() -> tuple[ImageArray, LabelArray]:
            check_belongs(network, dataset)
            return pictures()

        return give

    def _see_inputs(self) -> None:
        """Say of what was measured whether it still belongs to what is open."""
        network, dataset = self._session.model.network, self._session.data.dataset
        of = self._measured_of
        if of is not None and of[1]() is dataset and answer_alike(of[0], network):
            self.augmentation.mark_current()
        else:
            self.augmentation.mark_outdated()

    @property
    def grid(self) -> QWidget:
        """The grid of pictures."""
        return self.browser.grid

    def main_parts(self) -> Sequence[QWidget]:
        """Return what opens the data that wait for it, or the pictures."""
        return self.import_page.accept_button, self.grid

    def relabel(self, digit: int) -> None:
        """Say that the selected pictures are of this class."""
        chosen = self.browser.grid.selection
        if chosen:
            self._session.data.relabel(chosen, digit)

    def exclude(self) -> None:
        """Exclude the selected pictures, or include them again."""
        chosen = self.browser.grid.selection
        if chosen:
            self._session.data.exclude(chosen)

    def keep(self) -> None:
        """Say that the labels of the selected pictures are right."""
        chosen = self.browser.grid.selection
        if chosen:
            self._session.data.keep(chosen)

    def add_to_personal(self) -> None:
        """Add the selected pictures to the user's own set."""
        chosen, dataset = self.browser.grid.selection, self._session.data.dataset
        personal = self._session.personal
        if chosen and personal.takes(dataset.task) and dataset.source != str(personal.path):
            before = len(personal)
            added = personal.add(dataset.images[chosen], dataset.labels[chosen])
            if added:
                count = before + added
                whole = "1 picture" if count == 1 else f"{count:,} pictures"
                self._session.noticed.emit(f"Added {added:,}. {personal.title} now has {whole}.")
            elif len(chosen) == 1 and before:
                self._session.noticed.emit(f"{personal.title} already has this picture.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Correct by keys: a class that is one character relabels; K confirms the label, X excludes, S goes on.

        M adds to my digits. Where letters are classes, they relabel.
        """
        task = self._session.data.dataset.task
        typed = typed_label(event, task)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if self.focusWidget() is not self.browser.grid or not (plain or typed is not None):
            super().keyPressEvent(event)
            return
        text = event.text().lower()
        actions: dict[str, Callable[[], object]] = {
            "k": self.keep,
            "x": self.exclude,
            "s": lambda: None,
            "m": self.add_to_personal,
        }
        if typed is not None:
            self.relabel(typed)
        elif text in actions:
            actions[text]()
        else:
            super().keyPressEvent(event)
            return
        if self.browser.grid.selected_count == 1:
            self.browser.show_next()

    def show_tab(self, number: int) -> None:
        """Show one of the views beside the grid."""
        self.tabs.button(number).setChecked(True)
        self._side.setCurrentIndex(number)
        self._session.settings.set("data/tab", number)

    def _select(self, index: int) -> None:
        self.picture.show_picture(index)
        self.map_card.map.set_current(index)
        dataset = self._session.data.dataset
        self.augmentation.show_picture(dataset.images[index], dataset.task)

    def _show_dataset(self) -> None:
        dataset = self._session.data.dataset
        self._title.setText(dataset.name)
        where = "Bundled" if dataset.source == BUNDLED else dataset.source
        parts = "".join(f" · {name} {len(dataset.split.part(part)):,}" for part, name in PART_NAMES.items())
        edits = dataset.edits.sentence()
        height, width, _ = dataset.task.picture_shape
        look = f"{width} × {height} {'grey' if dataset.task.is_grey else 'colour'}"
        words = dataset.task.words_of_classes()
        words = words if len(words) <= LONGEST_LIST else f"{dataset.task.count} classes"
        classes = "" if dataset.task.is_digits else f" · {words}"
        self._subtitle.setText(f"{where} · {look}{classes}{parts}" + (f" · {edits}" if edits else ""))
        self.picture.refresh()
        if self.isVisible():
            self._session.looks.request_features()

    def showEvent(self, event: QShowEvent) -> None:
        """Find out what the views beside the grid will show."""
        super().showEvent(event)
        self._session.looks.request_features()

    def _show_import(self) -> None:
        self.import_page.refresh()
        self._stack.setCurrentIndex(IMPORTING if self._session.data.is_asking else BROWSING)

    def _browsing(self) -> QWidget:
        words = column_of(self._title, self._subtitle, spacing=4)
        opener = button("Open data…", "Open other data", lambda: None)
        opener.setProperty("menu", True)
        opener.setMenu(self._surroundings.open_data_menu)
        head = row_of(
            (words, 1),
            opener,
            button("Check labels", "Find labels that are likely wrong", self.browser.show_suspects),
        )
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(self.browser)
        splitter.addWidget(self._side_card())
        for number, width in enumerate(WIDTHS):
            splitter.setStretchFactor(number, width)
        splitter.setSizes(WIDTHS)
        whole = QWidget()
        misfit = MisfitLine(self._session, self._surroundings.training_wanted.emit)
        column_of(head, misfit, (splitter, 1), inside=whole, spacing=16)
        misfit.refresh()
        return whole

    def _side_card(self) -> QFrame:
        self._side = stack_of(self.picture, self.map_card, self.augmentation)
        self.tabs = chips(self, TABS, self.show_tab, look="tab")
        row = row_of(*self.tabs.buttons(), STRETCH, spacing=3)
        frame = card_of(row, (self._side, 1), spacing=12)
        self.show_tab(round(self._session.settings.number("data/tab", 0, 0, len(TABS) - 1)))
        return frame
