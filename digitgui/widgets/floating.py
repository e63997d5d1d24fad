"""What floats over the whole window, and still looks as the page that it belongs to."""

from PySide6.QtWidgets import QWidget

from digitgui.looks.theme_controller import dress


def float_over(part: QWidget, owner: QWidget) -> None:
    """Give a part of a page to the window, where nothing clips it, in the style sheet that the page wears.

    Each page has a style sheet of its own: without it, what lies beside the page would have no ground.

    Parameters
    ----------
    part : QWidget
        What is to float; it is hidden if the window did not have it yet.
    owner : QWidget
        The widget on the page that it belongs to.
    """
    window = owner.window()
    if part.parentWidget() is not window:
        part.setParent(window)
    around: QWidget | None = owner
    while around is not None and not around.styleSheet():
        around = around.parentWidget()
    dress(part, around.styleSheet() if around else "")
