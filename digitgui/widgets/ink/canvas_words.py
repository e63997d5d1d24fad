"""What a canvas says of itself: how to draw on it, or that it takes pictures."""

from digitgui.drawings.prediction import takes_drawings
from model.network.task import Task

__all__ = ["description", "invitation", "tip"]

TIP = (
    "Draw a digit: left button draws, right button erases, wheel changes the pen width."
    " By keyboard: arrow keys move, Space puts the pen down and lifts it, Escape ends"
)
DESCRIPTION = (
    "Draw a digit with mouse, pen or finger. By keyboard: the arrow keys move by one cell of 28, with Shift by"
    " four; Space or Return puts the pen down and lifts it; Backspace switches pen and eraser; Escape ends."
)
PICTURES = "This network takes no drawings: paste a picture, drop it here, or open it on the Draw page"


def tip(task: Task) -> str:
    """Say to the mouse how to draw for a network, or that it takes no drawings."""
    return _for_task(TIP, task) if takes_drawings(task) else PICTURES


def description(task: Task) -> str:
    """Say the same to a screen reader, with every key."""
    return _for_task(DESCRIPTION, task) if takes_drawings(task) else PICTURES


def invitation(task: Task) -> str:
    """Say what to do on an empty canvas."""
    return _for_task("Draw a digit here", task)


def _for_task(text: str, task: Task) -> str:
    """Say of a drawing what a text says of a digit, where the network knows others."""
    return text if task.is_digits else text.replace("Draw a digit", "Draw")
