"""The one state machine of what is computed in the background, and the list of all that is under way."""

import math
import time
from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.separate_process import SeparateProcess

Answer = TypeVar("Answer")
Place: TypeAlias = InThread | SeparateProcess

FIRST_ESTIMATE = 0.05
"""Share of the work after which the time that is left can be told."""
PATIENCE_SECONDS = 0.3
"""What takes no longer is never listed: it would flicker."""
LOOK_MILLISECONDS = 250


class Computation(QObject, Generic[Answer]):
    """A question that is asked again and again, with the last answer to it.

    A question that comes while it is under way, or when the answer is known, shares it. What was cancelled is
    never heard of again.

    Parameters
    ----------
    title : str
        For the user: ``Teaching your handwriting``.
    place : Place
    activity : Activity
        Lists it while it is under way, and shuts it down.
    failure : str, optional
        What the sentence about a failure begins with.
    tells : bool
        Whether what is asked takes a keyword ``on_progress``, and calls it with the share that is done.
    can_cancel : bool
        Whether a person may cancel it: what was asked for without them would be asked for again.

    Attributes
    ----------
    title, place, can_cancel
    is_under_way : bool
    share : float or None
        How much is done, from 0 to 1; None if nothing is under way, or that is not known.
    answer : object or None
        The last one, until it is forgotten.
    basis : tuple
        What the answer was computed of.
    problem : str
        Why the last time brought no answer, in a sentence; empty if it did.
    error : Exception or None
        The same, for who has to tell one failure from another.
    asked : tuple
        The basis of what is under way, or was asked last.
    holds : bool
        Whether the answer, or the problem, is still that of the inputs as they are.
    is_outdated : bool
        Whether the inputs are others than when it was asked last.

    Signals
    -------
    changed()
        It is under way now, or no longer, or its inputs are others, or what came of it is forgotten.
    progressed(object)
        It has come further; with whatever else was told of that.
    done(object)
        With the answer; `changed` follows.
    failed(str)
        Why there is none, in a sentence that the user should read; `changed` follows.
    """

    changed = Signal()
    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        title: str,
        place: Place,
        activity: "Activity",
        *,
        failure: str = "",
        tells: bool = False,
        can_cancel: bool = False,
    ) -> None:
        super().__init__(activity)
        self.title, self.place, self.can_cancel = title, place, can_cancel
        self._failure, self._tells = failure, tells
        self._next: Callable[[], object] | None = None
        self._is_over = self._is_answered = False  # the latter: what was asked last
        self._begun = 0.0
        self.share: float | None = None
        self.answer: Answer | None = None
        self.basis: tuple[object, ...] = ()
        self.asked: tuple[object, ...] = ()
        self.problem = ""
        self.error: Exception | None = None
        self.is_under_way = self.holds = False
        self.is_outdated = True
        activity.add(self)

    @property
    def is_current(self) -> bool:
        """Whether the answer is still that of the inputs as they are."""
        return self.holds and not self.problem

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return time.monotonic() - self._begun if self.is_under_way else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will go on, about; None where that is not known."""
        if self.share is None or self.share < FIRST_ESTIMATE:
            return None
        return self.seconds * (1 - self.share) / self.share

    def ask(self, function: Callable[..., Answer], *arguments: object, basis: tuple[object, ...] = ()) -> bool:
        """Compute, unless it is known or being computed already; what is under way of other inputs is dropped.

        Parameters
        ----------
        function : callable
            What answers; at the top of a module if the place is a process.
        *arguments
        basis : tuple, optional
            The same objects for the same question.

        Returns
        -------
        bool
            Whether it is to be computed now.
        """
        if self.is_under_way:
            is_asked = _are_same(basis, self.asked)
        else:
            is_asked = self.holds and not self.problem and _are_same(basis, self.basis)
        if not is_asked:
            self.ask_anew(function, *arguments, basis=basis)
        return not is_asked

    def ask_anew(
        self, function: Callable[..., Answer], *arguments: object, basis: tuple[object, ...] = ()
    ) -> None:
        """Compute in any case; what is under way is dropped."""
        if self._is_over:
            return
        self._stop()
        self.asked, self.is_outdated, self._begun = basis, False, time.monotonic()
        self._is_answered = False
        self.is_under_way, self.share = True, 0.0 if self._tells else None
        self.place.start(
            function,
            *arguments,
            on_done=self._take,
            on_failed=self._fail,
            on_progress=self._advance if self._tells else None,
        )
        self.changed.emit()

    def afterwards(self, ask: Callable[[], object]) -> None:
        """Call this once what is under way has ended, and not been cancelled."""
        self._next = ask

    def put(self, answer: Answer) -> None:
        """Take an answer that need not be computed."""
        self.clear()
        self._keep(answer, holds=True)
        self.changed.emit()

    def outdate(self) -> None:
        """Note that the inputs are others now; what is under way is finished, or it never would be."""
        if not self.is_outdated:
            self.is_outdated, self.holds = True, False
            self.changed.emit()

    def renew(self) -> None:
        """Note that the inputs are again what they were when it was asked last."""
        if self.is_outdated and (self._is_answered or self.is_under_way):
            self.is_outdated, self.holds = False, self._is_answered
            self.changed.emit()

    def cancel(self) -> None:
        """Compute no further; the answer before stays."""
        if self.is_under_way:
            self._stop()
            self.changed.emit()

    def forget(self) -> None:
        """Compute no further, and know no answer."""
        self.clear()
        self.changed.emit()

    def clear(self) -> None:
        """Do as `forget`, without a signal: for callers that tell of it with all else that goes."""
        self._stop()
        self.asked = ()
        self._keep(None, holds=False)

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Compute nothing any more, and wait for its thread or process as `BackgroundTasks.shut_down` does."""
        self._is_over = True
        self._stop()
        return self.place.shut_down(deadline)

    def _stop(self) -> None:
        if self.is_under_way:
            self.place.cancel()
        self.is_under_way, self.share, self._next = False, None, None

    def _keep(self, answer: Answer | None, *, holds: bool) -> None:
        self.answer, self.basis, self.problem, self.error = answer, self.asked, "", None
        self.holds, self.is_outdated, self._is_answered = holds, not holds, answer is not None

    def _take(self, answer: Answer) -> None:
        self.is_under_way, self.share = False, None
        self._keep(answer, holds=not self.is_outdated)
        self.done.emit(answer)
        self._go_on()

    def _fail(self, error: Exception) -> None:
        self.is_under_way, self.share = False, None
        self.problem = f"{self._failure}: {sentence_of(error)}" if self._failure else sentence_of(error)
        self.error, self.holds, self._is_answered = error, not self.is_outdated, True
        self.failed.emit(self.problem)
        self._go_on()

    def _go_on(self) -> None:
        """Ask what was to be asked after this, and tell of the end."""
        following, self._next = self._next, None
        if following:
            following()
        self.changed.emit()

    def _advance(self, step: float | tuple[float | None, object]) -> None:
        self.share, detail = step if isinstance(step, tuple) else (step, None)
        self.progressed.emit(detail)


class Activity(QObject):
    """Knows every computation, says which of them are under way, and ends them all.

    Attributes
    ----------
    tasks : BackgroundTasks
        The thread of all computations that need none of their own.

    Signals
    -------
    changed()
        Another one is listed, or no longer, or they have come further.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = BackgroundTasks(self)
        self._all: list[Computation[Any]] = []
        self._listed: list[Computation[Any]] = []
        self._look_again = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look_again.timeout.connect(self._look)

    @property
    def under_way(self) -> "list[Computation[Any]]":
        """What has been under way for more than a moment, the oldest first."""
        return [one for one in self._listed if one.is_under_way]

    def add(self, computation: "Computation[Any]") -> None:
        """List a computation while it is under way."""
        self._all.append(computation)
        computation.changed.connect(self._see_change)

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Wait for all threads and processes that compute, as `BackgroundTasks.shut_down` does."""
        self._look_again.stop()
        for one in self._all:
            one.place.cancel()
        ended = [one.shut_down(deadline) for one in self._all]
        return self.tasks.shut_down(deadline) and all(ended)

    def _see_change(self) -> None:
        if not self._look_again.isActive() and any(one.is_under_way for one in self._all):
            self._look_again.start()
        if any(not one.is_under_way for one in self._listed):
            self._look()

    def _look(self) -> None:
        before, lasting = self._listed, (one for one in self._all if one.seconds > PATIENCE_SECONDS)
        self._listed = sorted(lasting, key=lambda one: -one.seconds)
        if self._listed or before:
            self.changed.emit()
        if not any(one.is_under_way for one in self._all):
            self._look_again.stop()


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Compare by identity, since comparing arrays would take long; numbers and words by what they say."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, int | str) and a == b) for a, b in zip(one, other, strict=True)
    )
