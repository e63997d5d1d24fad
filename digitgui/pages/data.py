"""The Data page: the pictures, how many there are, and what augmentation makes of them."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from digitgui.session import Session
from digitgui.theme import Theme
from digitgui.widgets.building import button, card, label
from digitgui.widgets.digit_picture import DigitPicture, tiled
from digitgui.widgets.image_grid import ImageGrid
from digitgui.widgets.label_histogram import LabelHistogram
from digitgui.wording import percent
from model.augmentation import AUGMENTATIONS, augment
from model.dataset import PARTS

__all__ = ["DataPage"]

VARIANTS = 16
SIDE_WIDTH = 284
ALL_DIGITS = 10


class DataPage(QWidget):
    """Browse the open data set."""

    def __init__(
        self, session: Session, open_file: Callable[[], object], open_folder: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session
        self._shown_dataset: object = None
        self._title = label(name="heading")
        self._subtitle = label(name="muted", wrap=True)
        self.grid = ImageGrid()
        self.histogram = LabelHistogram()
        self._details = _PictureCard(session)
        self.augmentation = _AugmentationCard(session)

        layout = QGridLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._head(open_file, open_folder), 0, 0, 1, 2)
        layout.addWidget(self._grid_card(), 1, 0, 2, 1)
        layout.addWidget(self._details, 1, 1)
        layout.addWidget(self.augmentation, 2, 1)
        layout.setColumnStretch(0, 1)
        layout.setRowStretch(2, 1)

        self.grid.selected.connect(self._details.show_picture)
        self.grid.selected.connect(self.augmentation.show_picture)
        self.histogram.digit_chosen.connect(self.show_digit)
        session.dataset_changed.connect(self._show_dataset)
        session.model.weights_changed.connect(self._details.refresh)
        self._show_dataset()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.grid.set_theme(theme)
        self.histogram.set_theme(theme)

    def show_digit(self, digit: int) -> None:
        """Show the pictures of one digit, or all for `ALL_DIGITS`."""
        chip = self._chips.button(digit)
        chip.setChecked(True)
        labels = self._session.dataset.labels
        shown = np.arange(len(labels)) if digit == ALL_DIGITS else np.flatnonzero(labels == digit)
        self.grid.set_images(self._session.dataset.images, shown)
        self.grid.select(0)

    def _head(self, open_file: Callable[[], object], open_folder: Callable[[], object]) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        folder_tip = "Open a folder with one sub-folder a digit, or with IDX files"
        head.addWidget(button("Open folder…", folder_tip, open_folder, shortcut="Ctrl+Shift+D"))
        head.addWidget(button("Open file…", "Open an .npz or .csv data set", open_file, shortcut="Ctrl+Shift+O"))
        return head

    def _grid_card(self) -> QFrame:
        frame, layout = card(spacing=12)
        layout.addLayout(self._chip_row())
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.histogram)
        return frame

    def _chip_row(self) -> QHBoxLayout:
        self._chips = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(3)
        for digit in (ALL_DIGITS, *range(10)):
            text = "all" if digit == ALL_DIGITS else str(digit)
            tip = "Show every picture" if digit == ALL_DIGITS else f"Show the pictures labelled {digit}"
            chip = button(text, tip, lambda digit=digit: self.show_digit(digit), look="chip")  # type: ignore[misc]
            chip.setCheckable(True)
            self._chips.addButton(chip, digit)
            row.addWidget(chip)
        row.addStretch(1)
        return row

    def _show_dataset(self) -> None:
        dataset, split = self._session.dataset, self._session.split
        self._title.setText(dataset.name)
        where = "bundled" if dataset.source == "bundled" else dataset.source
        parts = "" if split is None else "".join(f" · {part} {len(split.part(part)):,}" for part in PARTS)
        self._subtitle.setText(f"{where} · 28 × 28 grey{parts}")
        if dataset is not self._shown_dataset:
            self._shown_dataset = dataset
            self.histogram.set_counts(dataset.label_counts())
            self.show_digit(ALL_DIGITS)
        self._details.refresh()


class _PictureCard(QFrame):
    """The selected picture, large, with its label and the network's answer."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(SIDE_WIDTH)
        self._session = session
        self._index = 0
        self._picture = DigitPicture(96)
        self._picture.setAccessibleName("The selected picture")
        self._name = label(name="strong")
        self._lines = [label(name="muted") for _ in range(3)]
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (self._name, *self._lines):
            words.addWidget(part)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)

    def show_picture(self, index: int) -> None:
        self._index = index
        self.refresh()

    def refresh(self) -> None:
        """Show what holds now: other weights give another answer."""
        if not self.isVisible() and self._name.text():
            return
        dataset = self._session.dataset
        index = min(self._index, len(dataset) - 1)
        image = dataset.images[index]
        probabilities = self._session.model.network.predict_proba(image[np.newaxis])[0]
        answer, truth = int(probabilities.argmax()), int(dataset.labels[index])
        self._picture.set_pixels(image)
        self._name.setText(f"picture {index:,}")
        self._lines[0].setText(f"label {truth}{self._part_of(index)}")
        self._lines[1].setText(f"network: {answer}, {percent(probabilities[answer])}")
        loss = -math.log(min(max(float(probabilities[truth]), 1e-12), 1.0)) + 0.0
        self._lines[2].setText(f"loss {loss:.3f}" + ("" if answer == truth else " · wrong"))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _part_of(self, index: int) -> str:
        split = self._session.split
        if split is None:
            return ""
        return next((f" · {part} part" for part in PARTS if index in split.part(part)), "")


class _AugmentationCard(QFrame):
    """The selected picture beside its augmented versions."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(SIDE_WIDTH)
        self._session = session
        self._rng = np.random.default_rng()
        self._index = 0
        self.choice = QComboBox()
        self.choice.addItems([name for name in AUGMENTATIONS if name != "none"])
        self.choice.setCurrentText(session.settings.text("data/augmentation", "handwriting"))
        self.choice.setToolTip("How pictures are changed while training")
        self.choice.setAccessibleName("Augmentation")
        self.choice.currentTextChanged.connect(self._choose)
        self._sentence = label(name="muted", wrap=True)
        self._warning = label("A flip makes 2 look like 5: better off for digits.", wrap=True)
        self._warning.setProperty("tone", "warning")
        self._original = DigitPicture(56)
        self._original.setAccessibleName("The picture as it is")
        self.variants = DigitPicture(176)
        self.variants.setAccessibleName("Augmented versions of the picture")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(label("Augmentation", "cardTitle"))
        head = QHBoxLayout()
        head.addWidget(self.choice, 1)
        head.addWidget(button("Re-roll", "Draw other random changes", self.roll, shortcut="R"))
        layout.addLayout(head)
        layout.addLayout(self._pictures())
        layout.addWidget(self._sentence)
        layout.addWidget(self._warning)
        layout.addStretch(1)
        self._choose(self.choice.currentText())

    def show_picture(self, index: int) -> None:
        self._index = index
        self.roll()

    def roll(self) -> None:
        """Show new random variants."""
        image = self._session.dataset.images[min(self._index, len(self._session.dataset) - 1)]
        copies = np.repeat(image[np.newaxis], VARIANTS, axis=0)
        self._original.set_pixels(image)
        self.variants.set_pixels(tiled(augment(copies, self.choice.currentText(), self._rng), 4))

    def _pictures(self) -> QHBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._original)
        caption = label("original", "muted")
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        left.addWidget(caption)
        left.addStretch(1)
        row = QHBoxLayout()
        row.addLayout(left)
        row.addStretch(1)
        row.addWidget(self.variants)
        return row

    def _choose(self, name: str) -> None:
        self._session.settings.set("data/augmentation", name)
        self._sentence.setText(AUGMENTATIONS[name][:1].upper() + AUGMENTATIONS[name][1:] + ".")
        self._warning.setVisible(name == "journal")
        self.roll()
