"""Numbers in words that people use."""

from typing import Any

import numpy as np

__all__ = ["duration", "percent", "pictures", "sentence_of"]


def percent(share: float | np.floating[Any]) -> str:
    """Write a share from 0 to 1: ``98.4 %``."""
    return f"{100 * share:.1f} %"


def pictures(count: int) -> str:
    """Write how many pictures: ``1 picture``, ``5,000 pictures``."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def duration(seconds: float) -> str:
    """Write a time span: ``41 s``, ``2 min 5 s``, ``1 h 20 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def sentence_of(error: Exception) -> str:
    """Write what went wrong, without the numbers that systems put before it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
