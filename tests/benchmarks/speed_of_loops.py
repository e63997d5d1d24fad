"""The journal's own loops, as `benchmarks.speed` measures them."""

from benchmarks.speed_line import Line, Step
from helpers.journal_loops import JournalLoops

from model import Dataset


def version() -> str:
    """Tell nothing: NumPy's version is told beside ours."""
    return ""


def steps(line: Line, data: Dataset) -> list[Step]:
    """Return a training step for as many pictures, one after the other."""
    if line.work != "training" or not line.network.startswith("journal-"):
        return []
    loops = JournalLoops(int(line.network.partition("-")[2]), seed=0)

    def one() -> None:
        loops.train_step(data.images[0], int(data.labels[0]), 0.005)

    return [one]
