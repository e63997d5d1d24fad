"""What the Train page says of a run, and of the network that a training would begin with."""

from digitgui.runs.begun_run import started_from
from digitgui.runs.run_status import RunStatus
from digitgui.runs.stopped_run import stopped_at
from digitgui.widgets.building import capitalised
from digitgui.wording import duration, percent, sentence_of
from digitgui.work.training_worker import RunState
from model.errors import ModelError
from model.judging.ensemble import AnyNetwork
from model.network.task import Task
from model.training.training_events import FinishReason

__all__ = ["headline", "speed", "words_of_open"]


def words_of_open(network: AnyNetwork, task: Task) -> str:
    """Say what is kept of the open network, or why it cannot be trained on the open data."""
    try:
        return f"The next training {started_from(network, task, 0)[1]}."
    except ModelError as error:
        return capitalised(sentence_of(error))


def headline(status: RunStatus, state: RunState) -> str:
    """Say how far a run is, or how it ended."""
    finished = status.finished
    if status.has_failed:
        return f"Failed in epoch {status.epoch}"
    if finished is None:
        words = {RunState.PAUSED: " · paused", RunState.STOPPING: " · stopping"}
        return f"Epoch {status.epoch} of {status.config.epochs}{words.get(state, '')}"
    ends = {
        FinishReason.COMPLETED: "Done",
        FinishReason.STOPPED_EARLY: "Done: no further improvement",
        FinishReason.STOPPED: stopped_at(status.name, len(status.history.epochs), status.config.epochs),
        FinishReason.DIVERGED: "Stopped: the loss became infinite",
    }
    if finished.report is None:
        return ends[finished.reason]
    right = percent(finished.report.accuracy)
    best = f" · weights of epoch {finished.best_epoch}" if finished.best_epoch else ""
    return f"{ends[finished.reason]}{best} · {right} of {finished.report.count:,} test pictures right"


def speed(status: RunStatus, state: RunState) -> str:
    """Say how fast a run goes, and how long it takes yet."""
    pace = f"{status.images_per_second:,.0f} pictures/s"
    if state is RunState.IDLE:
        return f"{status.network.card.name} · {duration(status.busy_seconds)} · {pace}"
    if status.seconds_left is None:
        return "Starting…"
    left = f"{duration(status.seconds_left)} left"
    return f"{left} when resumed" if state is RunState.PAUSED else f"{left} · {pace}"
