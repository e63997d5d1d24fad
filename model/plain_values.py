"""Plain values that go into JSON."""

import math
from typing import Any

__all__ = ["finite"]


def finite(thing: Any) -> Any:
    """Replace what JSON cannot express, the figure of an empty part or of a network that has diverged, by None."""
    if isinstance(thing, dict):
        return {key: finite(entry) for key, entry in thing.items()}
    if isinstance(thing, list):
        return [finite(entry) for entry in thing]
    return None if isinstance(thing, float) and not math.isfinite(thing) else thing
