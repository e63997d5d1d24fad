"""A drawing that shows what the program does, as long as there is none of the user's."""

from functools import cache

from PySide6.QtCore import QPointF

from digitgui.drawings.drawing import Drawing
from model.handwriting.preprocessing import DrawingInSteps, drawing_in_steps
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.network.arrays import ImageArray

__all__ = ["EXAMPLE_DIGIT", "example"]

EXAMPLE_DIGIT = 7
STROKE = ((-0.28, -0.26), (-0.1, -0.29), (0.12, -0.28), (0.1, -0.16), (0.0, 0.06), (-0.06, 0.3))
WIDTH = 0.06


@cache
def example() -> tuple[ImageArray, DrawingInSteps]:
    """Draw a thin 7, off the middle; return it as it is drawn, bright on dark, and on its way to the network."""
    drawing = Drawing()
    for x, y in STROKE:
        place = QPointF(x - 0.08, y)
        if drawing.live is None:
            drawing.begin_stroke(place, width=WIDTH)
        else:
            drawing.extend_stroke(place)
    drawing.end_stroke()
    gray = drawing.to_gray()
    steps = drawing_in_steps(gray, inked=drawing.to_gray(pen=NORMAL_WIDTH))
    assert steps is not None
    return gray, steps
