"""How a run of a sweep reports its progress: seldom, and to a Dask cluster only what is new."""

import json
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from model.training.history import History

__all__ = ["CURVES", "Follower", "Growth", "News", "Whole"]

TELL_SECONDS = 1
COSTS_AT_MOST = 1 / 300
"""At most this often, and so seldom that it takes no more than this share of the time."""
CURVES = ("epochs", "train_loss_per_100_steps", "learning_rate_changes")
"""What grows in a history, as `History.as_dict` returns it."""

Follower: TypeAlias = Callable[[dict[str, Any], float], object]
"""Is given a history, as returned by `History.as_dict`, and the seconds since the run began."""


class Growth:
    """Reports a growing history to a follower; call it whenever the history has grown."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._started = time.perf_counter()
        self._next = 0.0

    def __call__(self, history: History) -> None:
        """Report a history, if it is time."""
        now = time.perf_counter()
        if now >= self._next:
            self._follower(history.as_dict(), now - self._started)
            cost = time.perf_counter() - now
            self._next = now + max(TELL_SECONDS, cost / COSTS_AT_MOST)


class News:
    """A follower that reports only what is new: a Dask scheduler keeps everything it receives.

    Parameters
    ----------
    run : str
    say : callable
        Is given a text.
    """

    def __init__(self, run: str, say: Callable[[str], object]) -> None:
        self._run, self._say = run, say
        self._told = dict.fromkeys(CURVES, 0)

    def __call__(self, history: dict[str, Any], seconds: float) -> None:
        """Report what has been added to the curves of a history."""
        new = {name: [before, history[name][before:]] for name, before in self._told.items()}
        self._told = {name: len(history[name]) for name in CURVES}
        self._say(json.dumps([self._run, new, history["images_seen"], seconds]))


class Whole:
    """Joins the `News` of several runs into whole histories, and passes them on.

    Parameters
    ----------
    followers : dict of str to Follower
        By the runs that they follow.
    """

    def __init__(self, followers: dict[str, Follower]) -> None:
        self._followers = followers
        self._histories: dict[str, dict[str, Any]] = {}

    def hear(self, told: str) -> None:
        """Add news; if a run starts again, as on another worker, its earlier news are dropped."""
        run, new, images_seen, seconds = json.loads(told)
        if run not in self._followers:  # it is done
            return
        before = self._histories.get(run, {})
        curves = {name: before.get(name, [])[:start] + points for name, (start, points) in new.items()}
        self._histories[run] = curves | {"images_seen": images_seen}
        self._followers[run](self._histories[run], seconds)

    def forget(self, run: str) -> None:
        """Ignore a run from now on."""
        self._followers.pop(run, None)
        self._histories.pop(run, None)
