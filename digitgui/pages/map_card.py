"""The map of a data set: similar pictures lie near one another."""

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from digitgui.session import Session
from digitgui.theme import Theme
from digitgui.widgets.building import button, label
from digitgui.widgets.scatter_map import ScatterMap
from model.embedding import TSNE_LIMIT

__all__ = ["MapCard"]

PCA, TSNE = 0, 1


class MapCard(QWidget):
    """Shows the pictures as points, by principal components at once, by t-SNE after a while."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.map = ScatterMap()
        self._sentence = label(name="muted", wrap=True)
        self._chips = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(3)
        for kind, text, tip in (
            (PCA, "PCA", "The two directions in which the pictures differ most: at once"),
            (TSNE, "t-SNE", "Neighbours stay neighbours: takes about half a minute, in the background"),
        ):
            chip = button(text, tip, self._choose, look="chip")
            chip.setCheckable(True)
            self._chips.addButton(chip, kind)
            row.addWidget(chip)
        self._chips.button(PCA).setChecked(True)
        row.addStretch(1)
        self._cancel = button("Cancel", "Stop laying out the map", session.looks.cancel_map, look="flat")
        row.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.map, 1)
        layout.addWidget(self._sentence)
        self._drawn: object = None
        session.looks.changed.connect(self.refresh)
        session.data.changed.connect(self.refresh)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.map.set_theme(theme)

    def showEvent(self, event: QEvent) -> None:
        """Ask for the map, and catch up."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._session.looks.request_features()
        self.refresh()

    def refresh(self) -> None:
        """Draw the map that is known, unless it is drawn already."""
        if not self.isVisible():
            return
        looks, dataset = self._session.looks, self._session.data.dataset
        wants_tsne = self._chips.checkedId() == TSNE
        self._cancel.setVisible(looks.is_mapping)
        known = looks.tsne if wants_tsne else None
        if not wants_tsne and looks.features is not None:
            places = (
                looks.features[:, :2] if looks.features.shape[1] > 1 else np.pad(looks.features, ((0, 0), (0, 1)))
            )
            known = places, np.arange(len(dataset))
        self._sentence.setText(self._words(wants_tsne, known is not None))
        drawn = (None if known is None else id(known[0].base if not wants_tsne else known[0]), id(dataset.labels))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        if known is None:
            empty = np.zeros(0, np.intp)
            self.map.set_points(np.zeros((0, 2), np.float32), empty, dataset.labels[:0], dataset.images)
        else:
            self.map.set_points(known[0], known[1], dataset.labels[known[1]], dataset.images)

    def _choose(self) -> None:
        if self._chips.checkedId() == TSNE and self._session.looks.tsne is None:
            self._session.looks.request_tsne()
        self.refresh()

    def _words(self, wants_tsne: bool, known: bool) -> str:
        if known:
            count = len(self._session.data.dataset)
            some = wants_tsne and count > TSNE_LIMIT
            whom = f"{TSNE_LIMIT:,} of {count:,} pictures. " if some else ""
            return f"{whom}Click a point to see its picture; drag a frame to show only what is in it."
        if not wants_tsne:
            return "Computing principal components …"
        if self._session.looks.is_mapping:
            return "t-SNE is laying out the map: about half a minute …"
        return "No map by t-SNE yet: choose t-SNE again to begin."
