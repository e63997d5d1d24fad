"""Who waits for whom: what takes all cores, or changes the open network, goes on alone."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QObject

from digitgui.work.teller import Teller


class Task(Enum):
    """What takes its time, and what the user may do about it."""

    TRAINING = "A network is being trained: stop the training"
    SWEEP = "A sweep is running: wait, or cancel it,"
    TEACHING = "The network is being taught: wait a moment, or cancel it,"
    TEACHING_SHEETS = "The network is being taught the hand of the sheets: wait a moment, or cancel it,"


class Wish(Enum):
    """What the user wants to do."""

    TRAIN = "train a network"
    TRAIN_AGAIN = "start another"
    SWEEP = "start a sweep"
    TEACH = "teach a network"
    OPEN = "open another network"
    OPEN_TAUGHT = "use the taught network"
    KEEP_COPY = "keep the changed network"
    LESSON = "begin or close a lesson"


WAITS_FOR = {
    Wish.TRAIN: (Task.SWEEP, Task.TEACHING, Task.TEACHING_SHEETS),
    Wish.TRAIN_AGAIN: (Task.TRAINING,),
    Wish.SWEEP: (Task.TRAINING, Task.TEACHING, Task.TEACHING_SHEETS),
    Wish.TEACH: (Task.TRAINING, Task.SWEEP, Task.TEACHING, Task.TEACHING_SHEETS),
    Wish.OPEN: (Task.TRAINING,),
    Wish.OPEN_TAUGHT: (Task.TRAINING,),
    Wish.KEEP_COPY: (Task.TRAINING,),
    Wish.LESSON: (Task.TRAINING,),
}
"""Tasks would share the cores; and a training writes into the open network, which another must not replace."""


class Turns(Teller):
    """Knows which tasks are going on, and refuses what has to wait for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_going: dict[Task, Callable[[], bool]] = {}

    def watch(self, task: Task, is_going: Callable[[], bool]) -> None:
        """Ask this, from now on, whether a task is going on."""
        self._is_going[task] = is_going

    def refuses(self, wish: Wish) -> bool:
        """Tell whether something has to wait; the user hears for what."""
        for task in WAITS_FOR[wish]:
            if task in self._is_going and self._is_going[task]():  # what begins it may not be made yet
                self.failed.emit(f"{task.value} before you {wish.value}.")
                return True
        return False
