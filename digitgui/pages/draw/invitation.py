"""What is to be done before a network that knows other classes than digits can answer."""

from PySide6.QtWidgets import QWidget

from digitgui.drawings.prediction import takes_drawings
from digitgui.widgets.building import STRETCH, column_of, label
from model.network.task import DIGITS, Task

DRAW = "The answer appears here while you draw, with how sure the network is of each class."
SHOW = (
    "This network answers pictures, not drawings. Paste one (Ctrl+V), drop it on the window, or open it with"
    " Open a picture. It is {}, and the answer appears here."
)
WAYS = {"photo": "scaled and cut to {}", "unchanged": "scaled to {}"}


class Invitation(QWidget):
    """Says in two sentences what to do, and which classes the network knows."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = label(name="figure", wrap=True), label(name="muted", wrap=True)
        self._classes = label(wrap=True)
        column_of(STRETCH, self._title, self._words, self._classes, STRETCH, STRETCH, inside=self, spacing=12)
        self.set_task(DIGITS)

    def set_task(self, task: Task) -> None:
        """Speak of the classes and pictures of a task."""
        is_drawn = takes_drawings(task)
        self._title.setText("Draw on the canvas" if is_drawn else "Show the network a picture")
        way = WAYS.get(task.preparation, "").format(task.words_of_shape())
        self._words.setText(DRAW if is_drawn else SHOW.format(way))
        known = task.words_of_classes()
        self._classes.setText(f"This network knows {known}.")
