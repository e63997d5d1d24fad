"""Numbers in words that people use: those of `model.wording`, and what the window alone says."""

from typing import Any

import numpy as np

from model.wording import a_digit, duration, pictures

__all__ = ["a_digit", "duration", "percent", "pictures", "sentence_of"]


def percent(share: float | np.floating[Any]) -> str:
    """Write a share from 0 to 1: ``98.4 %``."""
    return f"{100 * share:.1f} %"


def sentence_of(error: Exception) -> str:
    """Write what went wrong, without the numbers that systems put before it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
