"""The evaluated pictures that are to be seen, and the selected one of them."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from digitgui.documents.evaluated_pictures import NO_PICTURES, Gallery, Judged, WrongAnswers, chosen_pictures
from digitgui.pages.evaluate.judged_card import JudgedCard
from digitgui.session import Session
from digitgui.widgets.building import column_of, label, row_of
from digitgui.widgets.choice_box import word_choice
from digitgui.widgets.pictures.image_grid import ImageGrid
from digitgui.wording import pictures
from model.network.arrays import IndexArray

TIPS = {
    Gallery.EVERYTHING: "All pictures of the part",
    Gallery.WRONG: "Pictures that the network gets wrong",
    Gallery.CONFIDENT: "Wrong answers, the surest first",
    Gallery.UNSURE: "Right answers, the least sure first",
    Gallery.CELLS: "Pictures of the cells chosen in the confusion matrix",
    Gallery.COMPARED: "Pictures chosen in the comparison of two networks",
}
EMPTY = {
    Gallery.WRONG: "No wrong answers here",
    Gallery.CONFIDENT: "No wrong answers here",
    Gallery.UNSURE: "No right answers here",
    Gallery.CELLS: "Choose a cell of the confusion matrix",
    Gallery.COMPARED: "Choose a second network under Compare, then which pictures to show",
}


class GalleryCard(QFrame):
    """A grid with a choice of what it shows; what is written on a picture is a wrong answer.

    Parameters
    ----------
    session : Session
    draw, find : callable
        Given the index of a picture: put it on the canvas; show it on the Data page.

    Signals
    -------
    shown()
        Other pictures are shown.
    """

    shown = Signal()

    def __init__(self, session: Session, draw: Callable[[int], object], find: Callable[[int], object]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._part, self._compared = NO_PICTURES, NO_PICTURES
        self._basis: tuple[object, object] = (None, None)  # what is judged
        self._known: Judged | None = None
        self._cells: frozenset[tuple[int, int]] = frozenset()
        self.box = word_choice(TIPS, "Which pictures to show")
        self.box.choose(Gallery.WRONG)
        self.grid = ImageGrid()
        self.grid.setAccessibleName("Evaluated pictures")
        self.picture = JudgedCard(session, draw, find)
        self._status = label(name="muted", wrap=True)
        head = row_of(self.box, (self._status, 1))
        column_of(head, (self.grid, 1), self.picture, inside=self, margin=16, spacing=8)
        self.box.activated.connect(self.refill)
        self.grid.selected.connect(self.picture.show_picture)

    @property
    def gallery(self) -> Gallery:
        """What the grid shows."""
        return Gallery(self.box.chosen)

    @property
    def cells(self) -> frozenset[tuple[int, int]]:
        """The cells of the confusion matrix whose pictures are shown; none where others are."""
        return self._cells if self.gallery is Gallery.CELLS else frozenset()

    def show_part(self, part: IndexArray) -> None:
        """Show pictures of these indices only; what was compared belonged to others."""
        self._part, self._compared = np.sort(part), NO_PICTURES
        self.refill()

    def show_cells(self, cells: frozenset[tuple[int, int]]) -> None:
        """Show the pictures of some cells of the confusion matrix; all pictures for none."""
        self._cells = cells
        self._show(Gallery.CELLS if cells else Gallery.EVERYTHING)

    def show_compared(self, indices: IndexArray) -> None:
        """Show these pictures."""
        self._compared = indices
        self._show(Gallery.COMPARED)

    def refill(self) -> None:
        """Show what is asked for, by the answers that were scored."""
        judged, dataset = self._judged(), self._session.data.dataset
        found = NO_PICTURES
        if judged is not None:
            found = chosen_pictures(self.gallery, judged, self._part, self._cells, self._compared)
        self._name_the_task()
        self.grid.set_images(dataset.images, found, empty_text=self._empty_text())
        self.refresh()
        if len(found):
            self.grid.select(0)
        else:
            self.picture.show_picture(None)
        self.shown.emit()

    def _name_the_task(self) -> None:
        """Speak of the classes that there are."""
        task = self._session.evaluation.task
        self.grid.set_task(task)
        mark = "A small digit" if task.speaks_of_digits else "A name on a picture"
        key = "; a digit key corrects the label" if task.is_digits else ""
        self.grid.setToolTip(
            f"{mark} marks a wrong answer. N goes to the next wrong picture, P to the previous one{key}"
        )

    def refresh(self) -> None:
        """Show the same pictures as they are labelled now."""
        judged, edits = self._judged(), self._session.data.dataset.edits
        self.grid.set_marks({} if judged is None else WrongAnswers(judged), edits.excluded, edits.kept)
        self._tell()
        self.picture.show_picture(self.grid.current)

    def go_to_wrong(self, step: int) -> None:
        """Select the next wrong picture of the grid (``step`` 1) or the one before (-1), in turn without end.

        A grid without one shows all wrong pictures.
        """
        judged = self._judged()
        if judged is None:
            return
        if not judged.wrong[self.grid.shown].any():
            self._show(Gallery.WRONG)
            return
        places = np.flatnonzero(judged.wrong[self.grid.shown])
        if step > 0:
            after = places[places > self.grid.position]
            self.grid.select(int(after[0] if len(after) else places[0]))
        else:
            before = places[places < self.grid.position]
            self.grid.select(int(before[-1] if len(before) else places[-1]))

    def relabel(self, label: int) -> bool:
        """Relabel the selected pictures, as on the Data page, and go on; tell whether there are any."""
        chosen = self.grid.selection
        if chosen:
            self._session.data.relabel(chosen, label)
            if len(chosen) == 1:
                self.grid.select(self.grid.position + 1)
        return bool(chosen)

    def _show(self, gallery: Gallery) -> None:
        self.box.choose(gallery)
        self.refill()

    def _judged(self) -> Judged | None:
        probabilities = self._session.evaluation.probabilities
        if probabilities is None:
            return None
        basis = probabilities, self._session.data.dataset.labels
        if self._known is None or basis[0] is not self._basis[0] or basis[1] is not self._basis[1]:
            self._basis, self._known = basis, Judged.of(*basis)
        return self._known

    def _tell(self) -> None:
        self._status.setText(pictures(len(self.grid.shown)))

    def _empty_text(self) -> str:
        if len(self.cells) == 1:
            names = self._session.evaluation.task.class_names
            truth, answer = (names[one] for one in next(iter(self.cells)))
            return f"No pictures with label {truth} and answer {answer}"
        return EMPTY.get(self.gallery, "No pictures")
