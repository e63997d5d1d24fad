"""What a sweep of the window does in a process of its own, where no window is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from digitgui.runs.sweep_request import JournalRequest, SweepRequest
from model import Dataset
from model.errors import DataFormatError, ModelError
from model.sweeps.sweep_plan import SweepPlan
from model.sweeps.sweep_workers import on_this_machine
from model.sweeps.sweeping import Sweep, SweepProgress, SweepResult, read_question

OnProgress = Callable[[SweepProgress], object]


def begin_sweep(
    folder: Path,
    dataset: Dataset,
    request: SweepRequest | JournalRequest,
    workers: int,
    *,
    on_progress: OnProgress,
) -> SweepResult:
    """Carry out what is asked for in a new folder, and return the best of it."""
    return _carry_out(folder, dataset, request.plan(), workers, on_progress)


def go_on_with_sweep(folder: Path, dataset: Dataset, workers: int, *, on_progress: OnProgress) -> SweepResult:
    """Carry out what is not done yet of the sweep in a folder, and return the best of it.

    Raises
    ------
    DataFormatError
        If it learned from other data.
    """
    plan, data = read_question(folder)
    if data["sha256"] != dataset.fingerprint:
        raise DataFormatError(
            f"its runs learn from {data['name']}, not from {dataset.name} as it is now: open {data['name']} first"
        )
    return _carry_out(folder, dataset, plan, workers, on_progress)


def _carry_out(
    folder: Path, dataset: Dataset, plan: SweepPlan, workers: int, on_progress: OnProgress
) -> SweepResult:
    sweep = Sweep(folder, dataset, plan)
    for progress in sweep.run(partial(on_this_machine, workers=workers)):
        on_progress(progress)
    results = sweep.results()
    if not results:
        raise ModelError("no combination has been finished")
    return max(results, key=lambda result: result.merit)
