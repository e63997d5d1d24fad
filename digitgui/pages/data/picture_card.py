"""The selected picture: its pixels, what is known of it, and what can be done with it."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from digitgui.pages.misfit_line import words_of_misfit
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of
from digitgui.widgets.class_choice import ClassButtons
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.pictures.image_grid import ImageGrid
from digitgui.widgets.pictures.pixel_view import PixelView
from digitgui.wording import PART_NAMES, a_class, percent, worded
from model.judging.embedding import compared, nearest
from model.network.task import Task

NEIGHBOURS = 24
PIXELS_SIDE, NEIGHBOUR_SIDE = 196, 48
MEAN_SIDE = 36
MEANS_IN_A_ROW, MOST_ROWS = 10, 3


class PictureCard(QWidget):
    """Shows one picture of the data set.

    Parameters
    ----------
    session : Session
    relabel : callable
        Given the class that the selected pictures are of.
    exclude, keep, add : callable
        Exclude the selected pictures (or include them), confirm their labels, add them to the user's own.

    Signals
    -------
    neighbour_chosen(int)
        Index of another picture that the user wants to see.
    digit_chosen(int)
        A class whose pictures the user wants to see.
    """

    neighbour_chosen = Signal(int)
    digit_chosen = Signal(int)

    def __init__(
        self,
        session: Session,
        relabel: Callable[[int], object],
        exclude: Callable[[], object],
        keep: Callable[[], object],
        add: Callable[[], object],
    ) -> None:
        super().__init__()
        self._session = session
        self._index = 0
        self._means_shown: object = None
        self.pixels = PixelView(PIXELS_SIDE)
        self.pixels.setAccessibleName("The selected picture, pixel by pixel")
        self._name = label(name="strong")
        self._lines = [label(name="muted", wrap=True) for _ in range(4)]
        self._hover = label("Point at a pixel to read its value.", "muted")
        self.neighbours = _strip("The most similar pictures", NEIGHBOUR_SIDE, rows=3)
        self.means = _strip("The mean picture of each digit", MEAN_SIDE, rows=1)
        self.means.keep_columns(MEANS_IN_A_ROW)
        self._means_title = label("Mean of each digit", "cardTitle")
        self.classes = ClassButtons(label("It is a", "muted"))
        self.classes.pressed.connect(relabel)
        self._similar = label("Most similar", "cardTitle")
        self._exclude = button("Exclude", "Exclude the selected pictures from training and reports (X)", exclude)
        self._keep = button("Label is correct", "Confirm the label (K)", keep)
        self._add = button("Add to my digits", "Add the selected pictures to your own (M)", add)

        column_of(
            self._head(),
            self._hover,
            self._actions(),
            self._similar,
            self.neighbours,
            self._means_title,
            self.means,
            STRETCH,
            inside=self,
            spacing=8,
        )

        self.pixels.hovered.connect(self._show_hovered)
        self.neighbours.selected.connect(self.neighbour_chosen)
        self.means.selected.connect(self.digit_chosen)

    def show_picture(self, index: int) -> None:
        """Show the picture with this index."""
        self._index = index
        self.refresh()

    def refresh(self) -> None:
        """Show what holds now: other weights give another answer, and labels may have been corrected."""
        if not self.isVisible() and self._name.text():
            return
        dataset = self._session.data.dataset
        index = self._index = min(self._index, len(dataset) - 1)
        self.pixels.set_image(dataset.images[index])
        self._name.setText(f"Picture {index:,}")
        for line, text in zip(self._lines, self._texts(index), strict=True):
            line.setText(text)
            line.setVisible(bool(text))
        excluded = index in dataset.edits.excluded
        self._show_task(dataset.task)
        self._exclude.setText("Include" if excluded else "Exclude")
        self._keep.setEnabled(index not in dataset.edits.kept)
        personal = self._session.personal
        self._add.setVisible(personal.takes(dataset.task))
        self._add.setText(f"Add to {personal.title[:1].lower()}{personal.title[1:]}")
        self._add.setEnabled(dataset.source != str(personal.path))
        self._show_neighbours(index)

    def _show_task(self, task: Task) -> None:
        """Speak of the classes that there are, and offer them."""
        self.classes.set_task(task)
        self.classes.caption.setText("It is a" if task.speaks_of_digits else "It is")
        self._means_title.setText(worded("Mean of each digit", task))
        self.means.setAccessibleName(worded("The mean picture of each digit", task))

    def showEvent(self, event: QEvent) -> None:
        """Catch up with what has happened out of sight."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _texts(self, index: int) -> list[str]:
        dataset = self._session.data.dataset
        truth = int(dataset.labels[index])
        own, names = int((dataset.unedited or dataset).labels[index]), dataset.task.class_names
        return [
            f"Label {names[truth]}" + (f", was {names[own]}" if own != truth else "") + self._part_of(index),
            *self._answer(index, truth),
            self._doubt(index, truth),
        ]

    def _answer(self, index: int, truth: int) -> tuple[str, str]:
        """Say what the open network answers, if it is about such pictures."""
        session = self._session
        if session.answers.misfit:
            return words_of_misfit(session.model.task, session.data.task), ""
        network, images = session.model.network, session.data.dataset.images
        probabilities = network.predict_proba(images[index][np.newaxis])[0]
        answer = int(probabilities.argmax())
        loss = -math.log(min(max(float(probabilities[truth]), 1e-12), 1.0)) + 0.0
        return (
            f"Network: {network.task.class_names[answer]}, {percent(probabilities[answer])}",
            f"Loss {loss:.3f}" + ("" if answer == truth else " · wrong"),
        )

    def _doubt(self, index: int, truth: int) -> str:
        """Say what networks take the picture for that have not learned from it, if it is something else."""
        suspects = self._session.looks.suspects
        if suspects is None or suspects.answers[index] == truth:
            return ""
        other = a_class(suspects.answers[index], self._session.data.dataset.task)
        return f"Likely wrong, {percent(suspects.suspicion[index])}: {other}?"

    def _part_of(self, index: int) -> str:
        dataset = self._session.data.dataset
        if index in dataset.edits.excluded:
            return " · excluded"
        return next(f" · {name}" for part, name in PART_NAMES.items() if index in dataset.split.part(part))

    def _show_neighbours(self, index: int) -> None:
        dataset, looks = self._session.data.dataset, self._session.looks
        known = looks.features is not None
        found = nearest(looks.features, index, NEIGHBOURS) if looks.features is not None else np.zeros(0, np.intp)
        some = len(compared(len(dataset)))
        self._similar.setText("Most similar" if some == len(dataset) else f"Most similar of {some:,}")
        waiting = "The only picture." if known else "Looking…"
        self.neighbours.set_images(dataset.images, found, empty_text=waiting)
        if looks.means is not self._means_shown:
            self._means_shown = looks.means
            means = np.zeros((0, 28, 28), np.uint8) if looks.means is None else looks.means
            self._fit_means(len(means))
            self.means.set_images(means, np.arange(len(means)), empty_text=waiting)

    def _fit_means(self, count: int) -> None:
        """Give many means some rows, which scroll if there are more."""
        rows = min(MOST_ROWS, max(1, -(-count // MEANS_IN_A_ROW)))
        self.means.keep_rows(rows, rows)
        scrolls = count > rows * MEANS_IN_A_ROW
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.means.setVerticalScrollBarPolicy(policy)

    def _show_hovered(self, text: str) -> None:
        self._hover.setText(text or "Point at a pixel to read its value.")

    def _head(self) -> QHBoxLayout:
        words = column_of(self._name, *self._lines, STRETCH, spacing=4)
        return row_of(self.pixels, (words, 1), spacing=12)

    def _actions(self) -> QVBoxLayout:
        others = FlowLayout(spacing=8)
        for part in (self._exclude, self._keep, self._add):
            others.addWidget(part)
        return column_of(self.classes, others, spacing=8)


def _strip(name: str, side: int, *, rows: int) -> ImageGrid:
    """Make a grid of a few pictures to click on, which does not scroll."""
    strip = ImageGrid()
    strip.setAccessibleName(name)
    strip.set_side(side)
    strip.keep_rows(1, rows)
    strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    strip.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys in the large grid
    strip.wait_for_return()
    return strip
