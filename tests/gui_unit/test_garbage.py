"""Where garbage is collected."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.work.garbage import GarbageCollection


class Ring:
    """Refers to itself, so that only a collection ends it."""

    def __init__(self, ended_in: list[threading.Thread]) -> None:
        self._me, self._ended_in = self, ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread())


@pytest.fixture
def collection(qapp: QApplication) -> Iterator[GarbageCollection]:
    parent = QObject()
    collection = GarbageCollection(parent)
    yield collection
    collection.stop()
    assert gc.isenabled()


def make_many() -> None:
    assert len([[] for _ in range(200_000)]) == 200_000


def test_what_is_forgotten_ends_in_the_thread_of_the_window(collection: GarbageCollection, qtbot: QtBot) -> None:
    ended_in: list[threading.Thread] = []
    Ring(ended_in)
    other = threading.Thread(target=make_many)
    other.start()
    other.join()
    assert ended_in == [], "Python has collected garbage in another thread"
    kept = [[] for _ in range(2000)]
    qtbot.waitUntil(lambda: bool(ended_in))
    assert ended_in == [threading.main_thread()]
    assert kept


def test_what_has_lived_long_ends_too(collection: GarbageCollection, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the thresholds of Python: every tenth time the next generation, and every tenth of those all of them."""
    generations = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: generations.append(generation))
    for counts in ((0, 50, 50), (701, 0, 50), (701, 11, 0), (701, 11, 11), (701, 11, 11)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
        collection._next_whole = 0.0
        collection._look()
    assert generations == [0, 1, 2, 2]
    collection._next_whole = float("inf")
    collection._look()
    assert generations[-1] == 1
