"""Gathers the evidence of a planted fault, in another process."""

from collections.abc import Callable

from model import open_data
from model.readers.sources import BUNDLED
from model.training.fault_lab import Evidence, investigate


def gather_evidence(name: str, *, on_progress: Callable[[float], object] = lambda _share: None) -> Evidence:
    """Train on the bundled digits, with a fault and without.

    Parameters
    ----------
    name : str
        A key of `model.training.faults.FAULTS`.
    on_progress : callable
        Is given the share that is done.
    """
    return investigate(name, open_data(BUNDLED), on_progress)
