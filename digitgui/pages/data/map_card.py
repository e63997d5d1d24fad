"""The map of a data set: similar pictures lie near one another."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, chips, column_of, label, row_of
from digitgui.widgets.plots.scatter_map import ScatterMap
from model.judging.embedding import compared
from model.network.arrays import IndexArray

PCA, TSNE = 0, 1
KINDS = (
    ("PCA", "The two directions in which the pictures differ most; instant"),
    ("t-SNE", "Neighbours stay neighbours; takes about half a minute in the background"),
)


class MapCard(QWidget):
    """Shows the pictures as points, by principal components at once, by t-SNE after a while."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.map = ScatterMap()
        self._sentence = label(name="muted", wrap=True)
        self._chips = chips(self, KINDS, lambda _kind: self._choose())
        self._cancel = button("Cancel", "Stop laying out the map", session.looks.cancel_map, look="small")
        row = row_of(*self._chips.buttons(), STRETCH, self._cancel, spacing=3)
        column_of(row, (self.map, 1), self._sentence, inside=self, spacing=8)
        self._drawn: tuple[object, ...] = (None, None, None)
        self._mask: npt.NDArray[np.bool_] | None = None
        session.looks.changed.connect(self.refresh)
        session.data.changed.connect(self.refresh)

    def showEvent(self, event: QEvent) -> None:
        """Catch up with what has happened out of sight."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def show_only(self, indices: IndexArray) -> None:
        """Let all other pictures be faint; none where there is nothing to tell apart."""
        count = len(self._session.data.dataset)
        mask = np.zeros(count, bool)
        mask[indices] = True
        self._mask = None if len(indices) in (0, count) else mask
        if self._drawn[-1] is self._session.data.dataset.labels:  # or the points are those of other pictures
            self.map.set_visible_indices(self._mask)

    def refresh(self) -> None:
        """Draw the map that is known, unless it is drawn already."""
        if not self.isVisible():
            return
        looks, dataset = self._session.looks, self._session.data.dataset
        wants_tsne = self._chips.checkedId() == TSNE
        self._cancel.setVisible(looks.is_mapping)
        known = looks.tsne if wants_tsne else None
        if not wants_tsne and looks.features is not None:
            places = np.array(compared(len(dataset)))
            known = looks.features[places, :2], places
        self.map.set_message(self._message(wants_tsne))
        self._sentence.setText(self._words(len(known[1])) if known else "")
        drawn = wants_tsne, known is not None, dataset.labels
        if any(now is not before for now, before in zip(drawn, self._drawn, strict=True)):
            self._drawn = drawn
            places, indices = known or (np.zeros((0, 2), np.float32), np.zeros(0, np.intp))
            self.map.set_points(places, indices, dataset.labels[indices], dataset.images, dataset.task)
            fits = self._mask is not None and len(self._mask) == len(dataset)
            self.map.set_visible_indices(self._mask if fits else None)

    def _choose(self) -> None:
        if self._chips.checkedId() == TSNE and self._session.looks.tsne is None:
            self._session.looks.request_tsne()
        self.refresh()

    def _words(self, shown: int) -> str:
        count = len(self._session.data.dataset)
        some = f"{shown:,} of {count:,} pictures. " if shown < count else ""
        return f"{some}Click a point to see its picture; drag a frame to show only part; zoom with the wheel."

    def _message(self, wants_tsne: bool) -> str:
        """Say what will be seen where nothing is seen yet."""
        if not wants_tsne:
            return "Computing the map…"
        if self._session.looks.is_mapping:
            return "t-SNE is laying out the map (half a minute)…"
        return "No t-SNE map yet. Choose t-SNE again to start."
