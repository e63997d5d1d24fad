"""Sees whether what a lesson asks for has been done."""

from collections.abc import Callable
from typing import Any

from digitgui.drawings.prediction import Prediction
from digitgui.frame.lesson_set_up import shown_tab
from digitgui.frame.ways import Ways
from digitgui.lessons.goals import Goal
from digitgui.session import Session
from model.training.training_events import FinishReason

__all__ = ["GoalWatch"]

TO_THE_END = FinishReason.COMPLETED, FinishReason.STOPPED_EARLY
STAGES = {"fault begun": 1, "fault curves": 2, "fault view": 3, "fault found": 4}


class GoalWatch:
    """Looks at the window, and at nothing that was there already when the step began.

    Parameters
    ----------
    goal : Goal
    session : Session
        With everything open that the step needs.
    ways : Ways
    """

    def __init__(self, goal: Goal, session: Session, ways: Ways) -> None:
        self._goal, self._session, self._ways = goal, session, ways
        self._seen: dict[str, Callable[[], bool]] = {
            "drawn": self._is_drawn,
            "doubted": self._is_doubted,
            "trained": self._is_trained,
            "accuracy": self._is_accurate,
            "measured": self._is_measured,
            "evaluated": self._is_evaluated,
            "pinned": self._is_pinned,
            "page": lambda: ways.pages.current.name == goal.detail,
            "tab": lambda: shown_tab(ways) == goal.detail,
            **{name: self._has_stage(stage) for name, stage in STAGES.items()},
        }
        self._before = self._parts()

    @property
    def is_reached(self) -> bool:
        """Whether it is done now."""
        return self._seen[self._goal.kind]()

    def _parts(self) -> dict[str, Any]:
        """Return what must be other than at the beginning."""
        session, status = self._session, self._session.trainings.status
        pages = self._ways.pages
        return {
            "strokes": session.drawing.strokes,
            "picture": session.drawing.picture,
            "photo": session.photo.opened,
            "status": status,
            "finished": status.finished if status else None,
            "curves": pages.page("data").augmentation.measurement.curves
            if self._goal.kind == "measured"
            else None,
            "scores": session.evaluation.scores,
            "unit": pages.page("inspect").chosen_unit if self._goal.kind == "pinned" else None,
        }

    def _new_answer(self) -> Prediction | None:
        """Return the answer to what has been drawn since; None while the pen is down."""
        names = "strokes", "picture", "photo"
        parts = self._parts()
        is_other = any(parts[name] is not self._before[name] for name in names)
        return self._session.answering.prediction if is_other and self._session.drawing.live is None else None

    def _is_drawn(self) -> bool:
        found, wanted = self._new_answer(), self._goal.detail
        return found is not None and (not wanted or (not found.doubt and found.class_names[found.digit] == wanted))

    def _is_doubted(self) -> bool:
        found = self._new_answer()
        return found is not None and bool(found.doubt)

    def _is_trained(self) -> bool:
        trainings = self._session.trainings
        finished = trainings.status.finished if trainings.status else None
        is_over = finished is not None and finished.reason in TO_THE_END and not trainings.run.is_active
        return is_over and finished is not self._before["finished"]

    def _is_accurate(self) -> bool:
        status = self._session.trainings.status
        is_other = status is not None and status is not self._before["status"]
        epochs = status.history.epochs if status is not None and is_other else []
        return bool(epochs) and epochs[-1].validation_accuracy > self._goal.share

    def _is_measured(self) -> bool:
        measurement = self._ways.pages.page("data").augmentation.measurement
        is_other = measurement.curves is not self._before["curves"]
        return is_other and not measurement.is_running and measurement.progress >= 1

    def _is_evaluated(self) -> bool:
        evaluation = self._session.evaluation
        is_other = evaluation.scores is not self._before["scores"]
        return is_other and bool(evaluation.scores) and evaluation.is_current

    def _is_pinned(self) -> bool:
        unit = self._ways.pages.page("inspect").chosen_unit
        is_other = unit is not None and unit != self._before["unit"]
        return unit is not None and is_other and self._goal.detail in ("", unit.layer)

    def _has_stage(self, stage: int) -> Callable[[], bool]:
        return lambda: self._ways.pages.page("train").fault.stage >= stage
