"""The smallest change of ink that makes the picture another digit."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt

from digitgui.pages.inspect.why_panel import WhyPanel
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, column_of, label, row_of, show_text
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.heat_map import HeatMap
from digitgui.wording import a_class, percent
from digitgui.work.background import BackgroundTasks
from model.inspection.ink_change import MOST_PIXELS, InkChange, ink_change
from model.inspection.trace import Trace
from model.network.arrays import ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

SIDE = 140
NO_INK = (
    "This searches for the least ink that changes the answer. A picture in colour has no ink, so it is for"
    " drawings and other grey pictures alone."
)
NONE_FOUND = f"No change of up to {MOST_PIXELS} pixels was found that makes another digit of this picture."


class _WholePixels(DigitPicture):
    """Is as large as the map beside it, in any room."""

    def set_room(self, room: float) -> None:
        """Become larger where there is room, with all pixels of one size."""
        side = 28 * round(self._side / 28 * room)
        self.setFixedSize(side, side)


class InkPanel(WhyPanel):
    """Shows the picture, the change and what the network answers then."""

    def __init__(self, session: Session, tasks: BackgroundTasks) -> None:
        super().__init__(session, tasks, "Searching for the smallest change", tells=True)
        self.before, self.after = _WholePixels(SIDE), _WholePixels(SIDE)
        self.change = HeatMap("The change: added ink is orange, removed ink is blue", SIDE)
        self.before.setAccessibleName("The picture")
        self.after.setAccessibleName("The changed picture")
        self._captions = [label(name="muted") for _ in range(3)]
        pictures = zip((self.before, self.change, self.after), self._captions, strict=True)
        columns = (column_of(one, (words, 0, Qt.AlignmentFlag.AlignHCenter), spacing=4) for one, words in pictures)
        self._told, self._honest = label(wrap=True), label(name="muted", wrap=True)
        texts = (self._told, self._honest, self._sentence)
        column_of(row_of(*columns, STRETCH, spacing=12), *texts, STRETCH, inside=self, spacing=6)

    def _explain(self, trace: Trace) -> None:
        is_grey = trace.image.ndim == 2
        for part in (self.before, self.change, self.after, *self._captions):
            part.setVisible(is_grey)
        if not is_grey:
            for words in (self._told, self._honest):
                show_text(words, "")
            show_text(self._sentence, NO_INK)
            return
        begins = self._ask(_change, self._inspection.network.copy(), trace.image.copy(), basis=(trace,))
        if begins and self._looking.answer is None:
            self.before.set_pixels(trace.image)
            show_text(self._sentence, "Searching…")

    def _show(self, found: tuple[ImageArray, InkChange | None]) -> None:
        picture, change = found
        task = self._inspection.network.task
        names = task.class_names
        self.before.set_pixels(picture)
        self.change.show_values(picture, change.difference if change else None)
        self.after.set_pixels(change.after if change else None)
        for words, text in zip(self._captions, _captions(change, names), strict=True):
            words.setText(text)
        none = NONE_FOUND if task.speaks_of_digits else NONE_FOUND.replace("digit", "answer")
        show_text(self._told, _told(change, names) if change else none)
        show_text(self._honest, HONEST.format(a_class(change.old, task)) if change else "")


HONEST = (
    "The search is greedy, pixel by pixel, so an even smaller change may exist. It stops as soon as the answer is"
    " another, so that one is barely ahead. If you still read {}, the network looks at other things than you do."
)


@one_blas_thread()
def _change(
    network: Network, picture: ImageArray, on_progress: Callable[[float], object]
) -> tuple[ImageArray, InkChange | None]:
    return picture, ink_change(network, picture, on_progress)


def _captions(change: InkChange | None, names: tuple[str, ...]) -> tuple[str, str, str]:
    if change is None:
        return "Before", "The change", "After"
    old, new = (
        f"{names[digit]}, {percent(row[digit])}"
        for digit, row in zip((change.old, change.new), change.probabilities, strict=True)
    )
    return f"Before: {old}", "The change", f"After: {new}"


def _told(change: InkChange, names: tuple[str, ...]) -> str:
    deeds = [
        f"{deed} {amount:.2f}"
        for deed, amount in (("adding", change.added), ("removing", change.removed))
        if amount > 0
    ]
    ink = float(np.sum(change.before, dtype=np.float64)) / 255
    where = "1 pixel" if change.pixels == 1 else f"{change.pixels} pixels"
    return (
        f"It takes {' and '.join(deeds)} pixels' worth of ink at {where} to turn {names[change.old]} into"
        f" {names[change.new]};"
        f" the whole drawing has {ink:.0f}. Orange ink is added, blue ink removed."
    )
