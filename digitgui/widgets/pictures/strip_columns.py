"""Where everything in the strip of layers lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product, starmap
from math import prod

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics

from digitgui.looks.sizes import by_text
from digitgui.widgets.pictures.signed_colors import PLANES, Colors, Scale, colored, scale_of, tinted
from digitgui.widgets.pictures.tiling import Place, Tiling, fitted
from digitgui.wording import single_text, unit_name
from model.inspection.stages import Stage
from model.inspection.trace import Trace, Unit
from model.network.arrays import FloatArray
from model.network.layers import ReLU

__all__ = ["Column", "Columns", "arranged"]

USUAL_HEIGHT, LEAST_HEIGHT, STEP = 126, 98, 4
"""Pixels of the maps in a usual window; lower where all layers then fit into the width."""
WIDE, NARROW = 2.1, 1.4
"""How much wider than high the maps of a layer may be; the second where all layers then fit into the width."""
SPACE = 18
"""Pixels between layers, with an arrow in it."""
EDGE = 8
"""Pixels around a layer, with the frame of the chosen one in them."""
BARS = 92
LEAST_SCALE = 54
"""Pixels of width where text has 100 %: of the bars, and of the least room for a scale with its two numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the network, or its answer, with its place in the strip.

    Attributes
    ----------
    stage : Stage or None
        None for the answer.
    pins : Stage
        Whose numbers are pinned here: those of ``stage``, or the logits that the answer is made of.
    title, size : str
        What is written above it.
    tiling : Tiling
        Of its maps; units are laid out as one map. Of the answer, one row for each class.
    left, width : int
        Pixels.
    """

    stage: Stage | None
    pins: Stage
    title: str
    size: str
    tiling: Tiling
    left: int
    width: int

    def scale(self, trace: Trace) -> Scale:
        """Return the scale of all its numbers."""
        return scale_of(self._values(trace))

    def colors(self, trace: Trace, scale: Scale, ground: int, *, each: bool) -> Colors:
        """Return its numbers as colours, of the shape that its tiling lays out."""
        values, tiling = self._values(trace), self.tiling
        if values.ndim == 3:
            colors = colored(values, scale, each=each)
            is_picture = self.stage is not None and self.stage.name == "input" and len(values) == len(PLANES)
            return tinted(colors) if is_picture and not scale.is_signed else colors
        full = np.full(tiling.height * tiling.width, ground, np.uint32)
        full[: len(values)] = colored(values[np.newaxis, np.newaxis], scale)[0, 0]
        return full.reshape(1, tiling.height, tiling.width)

    def dead(self, trace: Trace) -> list[int]:
        """Return the maps that are zero everywhere."""
        values = self._values(trace)
        if values.ndim == 1:
            return []
        return np.flatnonzero(~values.any(axis=(1, 2))).tolist()

    def place(self, unit: Unit) -> Place | None:
        """Return where in the tiling a number is."""
        found = self.stage.place(unit) if self.stage else None
        if found is None or len(found) == 3:
            return found
        return 0, *divmod(found[0], self.tiling.width)

    def unit(self, place: Place) -> Unit | None:
        """Return the number at a place of the tiling; None where the last row of units has ended."""
        shape = self.pins.shape
        if self.stage is not None and len(shape) == 3:
            return self.pins.unit(place)
        number, count = place[1] * self.tiling.width + place[2], prod(shape)
        if self.stage is None:
            number = min(number, count - 1)  # one logit decides between two classes
        return self.pins.unit(tuple(map(int, np.unravel_index(number, shape)))) if number < count else None

    def nearest(self, place: Place) -> Unit:
        """Return the number at a place, or the last one if there is none."""
        return self.unit(place) or self.pins.unit((self.pins.shape[0] - 1,))

    def told(self, trace: Trace, unit: Unit) -> str:
        """Name a number and tell its value, and what a ReLU that is shown with it makes of it."""
        text = f"{_name_of(trace, unit)}: {single_text(trace.value(unit))}"
        place = self.pins.place(unit)
        source = self.pins.source
        if place and source not in (unit.layer, "input") and trace.layer(source).kind is ReLU:
            text += f", after ReLU {single_text(float(self.pins.values(trace)[place]))}"
        return text

    def _values(self, trace: Trace) -> FloatArray:
        assert self.stage is not None
        return self.stage.values(trace)


def _name_of(trace: Trace, unit: Unit) -> str:
    """Name a number; of a picture in colour, its plane, too."""
    name = unit_name(unit.layer, unit.index)
    is_plane = unit.layer == "input" and trace.image.ndim == 3
    return name.replace(f"map {unit.index[0]}", PLANES[unit.index[0]], 1) if is_plane else name


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns, and the heights that they share.

    Attributes
    ----------
    top, maps_height, bottom : int
        Where the maps begin, how high they are, and where everything ends.
    """

    columns: tuple[Column, ...]
    top: int
    maps_height: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from the first to the last."""
        return self.columns[-1].left + self.columns[-1].width + EDGE if self.columns else 0

    def origin(self, column: Column) -> QPointF:
        """Where the maps of a column begin."""
        return QPointF(column.left, self.top)

    def frame(self, column: Column) -> QRectF:
        """What is around a column."""
        return QRectF(column.left - EDGE, 1, column.width + 2 * EDGE, self.bottom - 2)

    def at(self, point: QPointF) -> Column | None:
        """Return the column under a point."""
        return next((column for column in self.columns if self.frame(column).contains(point)), None)


def arranged(
    stages: Sequence[Stage], classes: int, room: float, width: int, fonts: tuple[QFontMetrics, QFontMetrics]
) -> Columns:
    """Lay a network out.

    Parameters
    ----------
    stages : sequence of Stage
    classes : int
        How many bars the answer has.
    room : float
        See `digitgui.looks.sizes`.
    width : int
        Pixels that there are; more are taken where the network is longer.
    fonts : (QFontMetrics, QFontMetrics)
        Of the titles, and of what is smaller.
    """
    highest = round(USUAL_HEIGHT * room)
    lines = fonts[0].height() + fonts[1].height()
    top, below = EDGE + lines + 4, fonts[1].height() + 12

    def attempt(widest: float, height: int) -> Columns:
        columns: list[Column] = []
        left, most = EDGE, height  # no map is larger than those that it was made of
        for stage, title, size in _titles(stages, classes):
            tiling = fitted(stage.shape, height, widest, most) if stage else _bars(classes, height)
            if stage and len(stage.shape) == 3:
                most = tiling.cell_height
            wide = max(tiling.size.width(), fonts[0].horizontalAdvance(title), fonts[1].horizontalAdvance(size))
            if stage:
                wide = max(wide, by_text(LEAST_SCALE))
            columns.append(Column(stage, stage or stages[-1], title, size, tiling, left, wide))
            left += wide + SPACE
        return Columns(tuple(columns), top, highest, top + highest + below + EDGE)

    heights = range(highest, round(LEAST_HEIGHT * room) - 1, -STEP)
    attempts = starmap(attempt, product((WIDE, NARROW), heights))
    return next((one for one in attempts if one.width <= width), attempt(WIDE, highest))


def _titles(stages: Sequence[Stage], classes: int) -> list[tuple[Stage | None, str, str]]:
    titled: list[tuple[Stage | None, str, str]] = [
        (stage, stage.title, " × ".join(map(str, stage.shape[-2:] if stage.shape[0] == 1 else stage.shape)))
        for stage in stages
    ]
    answer = "sigmoid" if prod(stages[-1].shape) == 1 else "softmax"
    return [*titled, (None, answer, f"{classes} classes")]


def _bars(classes: int, height: int) -> Tiling:
    """Make a row for each class; so many that they are too low are cut off at the bottom of nothing."""
    return Tiling(1, classes, 1, 1, by_text(BARS), classes * max(1, height // classes), gap=0)
