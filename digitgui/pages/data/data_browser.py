"""The pictures of the open data set: which of them to see, in which order, and how many there are."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSlider

from digitgui.documents.answers import UNSURE
from digitgui.documents.browsing import Order, Show, View, matching
from digitgui.looks.sizes import by_text
from digitgui.pages.data.split_menu import SplitMenu, show_remedy, stratify_button
from digitgui.session import Session
from digitgui.widgets.building import button, chip, column_of, label, progress_bar, row_of, show_text
from digitgui.widgets.choice_box import word_choice
from digitgui.widgets.class_choice import ALL, ClassChoice
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.pictures.image_grid import CELL_SIDES, ImageGrid
from digitgui.widgets.plots.label_histogram import LabelHistogram
from digitgui.widgets.scrolling import leave_wheel
from digitgui.wording import PART_NAMES, percent
from model.data.dataset import PARTS
from model.network.arrays import IndexArray

INDEX_WIDTH = 104
"""Pixels where text has 100 %."""
SHOW_TIPS = {
    Show.EVERYTHING: "All pictures except excluded ones",
    Show.WRONG: "Pictures that the network gets wrong",
    Show.UNSURE: f"Pictures that the network is less than {100 * UNSURE:.0f} % sure of",
    Show.EDITED: "Pictures whose label was changed or confirmed, and excluded ones",
    Show.EXCLUDED: "Pictures excluded from all parts",
    Show.REPEATED: "Identical pictures, side by side",
}
ORDER_TIPS = {
    Order.INDEX: "In the order of the source",
    Order.LOSS: "Pictures that surprise the network most come first",
    Order.CONFIDENCE: "Pictures that the network is least sure of come first",
    Order.SUSPICION: "Labels that networks disagree with that never saw the picture (cross-validation)",
    Order.OUTLIERS: "Pictures least like others with the same label come first",
}


class DataBrowser(QFrame):
    """The grid with its filters, and the histogram of labels.

    Signals
    -------
    selected(int)
        Index of the picture that the user looks at.
    shown_changed(object)
        Indices of the pictures in the grid.
    """

    selected = Signal(int)
    shown_changed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._rule = session.data.dataset.split_rule
        self._region: IndexArray | None = None
        self._filled_from: tuple[object, object, object] = (None, None, None)
        self._index = 0  # of the picture that was selected last
        self.grid = ImageGrid()
        self.histogram = LabelHistogram()
        self.classes = ClassChoice("Show the pictures labelled", "Show every digit", self.show_matching)
        self.show_box = word_choice(SHOW_TIPS, "Which pictures to show")
        self.order_box = word_choice(ORDER_TIPS, "Order of the pictures")
        self.part_chips = QButtonGroup(self)
        self.index_box = WholeField(0, 0, "Go to the picture with this index")
        self._status = label(name="muted", wrap=True)
        self._bar = progress_bar("Progress")
        self._bar.setFixedWidth(96)
        self._cancel = button("Cancel", "Stop checking labels", session.looks.cancel_search, look="small")
        self._refresh = button("Update", "Get answers from the current network", self.show_matching, look="small")
        tip = "Show pictures outside the frame on the map too"
        self._unframe = button(
            "Clear the frame", tip, lambda: self.show_region(np.zeros(0, np.intp)), look="small"
        )
        self._all = button("Show all pictures", "Show every picture again", self.show_all, look="small")
        self._warning = label(wrap=True, tone="warning")
        self._remedy = stratify_button(session.data)
        self._lay_out()

        self.show_box.activated.connect(self.show_matching)
        self.order_box.activated.connect(self.show_matching)
        self.part_chips.idClicked.connect(self.show_matching)
        self.grid.selected.connect(self._select)
        self.histogram.digit_chosen.connect(self.show_digit)
        self.grid.selection_changed.connect(self._tell)
        self.index_box.editingFinished.connect(self._go_where_asked)
        session.data.opened.connect(self._show_others)
        session.data.changed.connect(self.refresh)
        session.answers.changed.connect(self._see_news)
        session.looks.changed.connect(self._see_news)
        session.answers.progressed.connect(self._tell)
        session.looks.progressed.connect(self._tell)
        self.refresh()
        self.show_matching()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Keep room for a number of five digits."""
        self.index_box.setFixedWidth(by_text(INDEX_WIDTH))

    def view(self) -> View:
        """Return what the filters ask for."""
        label, part = self.classes.chosen, self.part_chips.checkedId()
        return View(
            None if label == ALL else label,
            "all" if part == len(PARTS) else PARTS[part],
            Show(self.show_box.chosen),
            Order(self.order_box.chosen),
            self._region,
        )

    def show_digit(self, digit: int) -> None:
        """Show the pictures of one class, or all for `ALL`."""
        self.classes.choose(digit)
        self.show_matching()

    def show_all(self) -> None:
        """Show every picture, of all parts and labels."""
        self._region = None
        self.show_box.choose(Show.EVERYTHING)
        self.order_box.choose(Order.INDEX)
        self.part_chips.button(len(PARTS)).setChecked(True)
        self.show_digit(ALL)
        self.grid.setFocus()

    def show_suspects(self) -> None:
        """Show the pictures whose labels are most likely wrong, and look for them if that has not been done."""
        self.order_box.choose(Order.SUSPICION)
        self._session.looks.find_suspects()
        self.show_matching()
        self.grid.setFocus()

    def show_region(self, indices: IndexArray) -> None:
        """Show only these pictures, as far as the filters let them through; all of them for an empty array."""
        self._region = indices if len(indices) else None
        self.show_matching()

    def go_to(self, index: int) -> None:
        """Select the picture with this index; filters that hide it are dropped."""
        places = np.flatnonzero(self.grid.shown == index)
        if not len(places):
            self._region = None
            self.classes.choose(ALL)
            self.part_chips.button(len(PARTS)).setChecked(True)
            excluded = index in self._session.data.dataset.edits.excluded
            self.show_box.choose(Show.EXCLUDED if excluded else Show.EVERYTHING)
            self.order_box.choose(Order.INDEX)
            self.show_matching()
            places = np.flatnonzero(self.grid.shown == index)
        if len(places):
            self.grid.select(int(places[0]))

    def show_next(self) -> None:
        """Go on to the next picture of the grid."""
        self.grid.select(self.grid.position + 1)

    def show_matching(self) -> None:
        """Show the pictures that the filters ask for, and find out what is not known yet, or no longer holds."""
        view, session = self.view(), self._session
        if view.needs_answers:
            session.answers.request()
        if view.needs_suspects and session.looks.suspects is None:
            session.looks.find_suspects()
        if view.needs_repeats:
            session.looks.request_repeats()
        self._fill(view)

    def _fill(self, view: View) -> None:
        session, dataset = self._session, self._session.data.dataset
        shown = matching(view, dataset, session.answers, session.looks)
        self._filled_from = self._basis(view)
        self.grid.set_task(dataset.task)
        self.grid.set_images(dataset.images, shown, empty_text=self._empty_text(view))
        self._show_counts()
        self._tell()
        self.shown_changed.emit(shown)
        self.grid.select(0)

    def refresh(self) -> None:
        """Show the same pictures with their marks, or those of a part that has been split anew."""
        dataset = self._session.data.dataset
        self.classes.set_names(dataset.task.class_names)
        self.grid.set_task(dataset.task)
        self.grid.set_marks(dataset.edits.labels, dataset.edits.excluded, dataset.edits.kept)
        self.index_box.setRange(0, len(dataset) - 1)
        warnings = dataset.warnings()
        show_remedy(self._remedy, dataset)
        show_text(self._warning, " ".join(warnings))
        if dataset.split_rule != self._rule and self.view().part != "all":
            self.show_matching()
        self._rule = dataset.split_rule
        self._show_counts()
        self._tell()

    def _show_others(self) -> None:
        """Show other data, as they lie in their source."""
        self._region = None
        self.show_box.choose(Show.EVERYTHING)
        self.order_box.choose(Order.INDEX)
        self.classes.set_names(self._session.data.dataset.task.class_names)
        self.show_digit(ALL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys that the grid does not know to the page."""
        event.ignore()

    def _go_where_asked(self) -> None:
        if self.index_box.value() != self._index:  # the focus may only have left
            self.go_to(self.index_box.value())

    def _select(self, index: int) -> None:
        self._index = index
        dataset = self._session.data.dataset
        name = dataset.task.class_names[dataset.labels[index]]
        self.grid.setAccessibleDescription(f"picture {index}, label {name}")
        with QSignalBlocker(self.index_box):
            self.index_box.setValue(index)
        self.selected.emit(index)

    def _see_news(self) -> None:
        """Show what has been waited for, and tell how far the rest is."""
        view = self.view()
        if any(now is not before for now, before in zip(self._basis(view), self._filled_from, strict=True)):
            self._fill(view)
        elif not len(self.grid.shown):
            self.grid.set_empty_text(self._empty_text(view))
        self._tell()

    def _basis(self, view: View) -> tuple[object, object, object]:
        """Return what decides which pictures a view shows, besides the data."""
        session = self._session
        return (
            session.answers.probabilities if view.needs_answers else None,
            session.looks.suspects if view.needs_suspects else None,
            session.looks.repeats if view.needs_repeats else None,
        )

    def _empty_text(self, view: View) -> str:
        session = self._session
        if view.needs_answers and session.answers.probabilities is None:
            if session.answers.misfit:
                return session.answers.misfit
            return (
                "Asking the network…" if session.answers.share is not None else "The network has not answered yet"
            )
        if view.needs_suspects and session.looks.suspects is None:
            going = session.looks.is_searching
            return "Checking labels…" if going else "Press Check labels to find likely wrong ones"
        if view.needs_repeats and session.looks.repeats is None:
            return "Looking for duplicates…"
        empty = {
            Show.WRONG: "No wrong answers here",
            Show.UNSURE: "No unsure answers here",
            Show.EDITED: "No corrections yet",
            Show.EXCLUDED: "No excluded pictures",
            Show.REPEATED: "No duplicates",
        }
        if view.digit is not None and not (session.data.dataset.labels == view.digit).any():
            return f"No pictures labelled {session.data.dataset.task.class_names[view.digit]}"
        return empty.get(view.show, "No pictures of this kind")

    def _show_counts(self) -> None:
        dataset = self._session.data.dataset
        self.histogram.set_counts(dataset.label_counts(self.view().part), dataset.task)

    def _tell(self) -> None:
        """Say how many pictures are shown, what is being computed, and what no longer holds."""
        session, view = self._session, self.view()
        looks, answers = session.looks, session.answers
        asking = view.needs_answers and answers.share is not None
        old = view.needs_answers and not answers.is_current and not asking
        count = len(self.grid.shown)
        text = "1 picture" if count == 1 else f"{count:,} pictures"
        if looks.is_searching:
            text = f"Checking labels, {percent(looks.share)}…"
        elif asking:
            text = f"Asking the network, {percent(answers.share or 0.0)}…"
        elif old:
            text += " · answers from an earlier network"
        elif self.grid.selected_count > 1:
            text += f" · {self.grid.selected_count:,} selected"
        self._status.setText(text)
        self._bar.setVisible(looks.is_searching or asking)
        self._bar.setValue(round(1000 * (looks.share if looks.is_searching else answers.share or 0.0)))
        self._cancel.setVisible(looks.is_searching)
        self._refresh.setVisible(old)
        self._unframe.setVisible(view.region is not None)
        self._all.setVisible(not (count or asking or looks.is_searching))

    def _lay_out(self) -> None:
        column_of(
            self.classes,
            self._choice_row(),
            (self.grid, 1),
            self._status_row(),
            self._part_row(),
            self._warning,
            (self._remedy, 0, Qt.AlignmentFlag.AlignLeft),
            self.histogram,
            inside=self,
            margin=16,
            spacing=8,
        )

    def _choice_row(self) -> FlowLayout:
        row = FlowLayout(spacing=8)
        row.addWidget(self.show_box)
        row.addWidget(self.order_box)
        self.index_box.setAccessibleName("Index of the picture")
        self.index_box.setPrefix("No. ")
        row.addWidget(self.index_box)
        zoom = QSlider(Qt.Orientation.Horizontal)
        zoom.setRange(0, len(CELL_SIDES) - 1)
        zoom.setValue(CELL_SIDES.index(48))
        zoom.setPageStep(1)
        zoom.setFixedWidth(72)
        leave_wheel(zoom)
        zoom.setToolTip("Size of the pictures")
        zoom.setAccessibleName("Size of the pictures")
        zoom.valueChanged.connect(lambda step: self.grid.set_side(CELL_SIDES[step]))
        row.addWidget(zoom)
        return row

    def _status_row(self) -> QHBoxLayout:
        return row_of((self._status, 1), self._bar, self._cancel, self._refresh, self._unframe, self._all)

    def _part_row(self) -> FlowLayout:
        row = FlowLayout(spacing=3)
        everything = len(PARTS)
        for number, text in ((everything, "all parts"), *enumerate(PART_NAMES.values())):
            tip = "Show and count all parts" if number == everything else f"Show and count only the {text} part"
            row.addWidget(chip(self.part_chips, number, text, tip, lambda: None))
        self.part_chips.button(everything).setChecked(True)
        row.addWidget(SplitMenu(self._session.data))
        return row
