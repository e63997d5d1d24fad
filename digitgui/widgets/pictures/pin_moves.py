"""Where the arrow keys, and those for pages, lead from a number of a layer."""

from PySide6.QtCore import Qt

from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.pictures.tiling import Place, Tiling

__all__ = ["moved", "shared_place"]

MAPS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


def moved(place: Place, key: Qt.Key, tiling: Tiling) -> Place | None:
    """Return the place that a key leads to, or the last one in its direction; None for any other key."""
    if key not in MAPS and key not in ARROWS:
        return None
    across, down = ARROWS.get(key, (0, 0))
    if tiling.height * tiling.width == 1 and key in ARROWS:  # each tile is one number
        number = place[0] + across + down * tiling.columns
        return (number, 0, 0) if 0 <= number < tiling.count else place
    steps, sizes = (MAPS.get(key, 0), down, across), (tiling.count, tiling.height, tiling.width)
    number, row, column = (
        min(max(0, at + by), size - 1) for at, by, size in zip(place, steps, sizes, strict=True)
    )
    return number, row, column


def shared_place(place: Place, before: Tiling, after: Tiling) -> Place:
    """Return the place of another layer that lies at the same share of its height and width, in the same map."""
    return (
        min(place[0], after.count - 1),
        place[1] * after.height // before.height,
        place[2] * after.width // before.width,
    )
