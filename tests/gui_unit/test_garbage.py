"""Where garbage is collected."""

import gc
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.work.garbage import SHARE_OF_TIME, WHOLE_SECONDS, GarbageCollection


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


def test_what_has_lived_long_ends_too_but_not_at_every_look(
    collection: GarbageCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations: list[int] = []
    monkeypatch.setattr(gc, "collect", generations.append)
    monkeypatch.setattr(gc, "get_count", lambda: (9, 0, 0))
    collection._look()
    assert generations == [], "hardly anything has been made since"
    monkeypatch.setattr(gc, "get_count", lambda: (90_000, 0, 0))
    collection._look()
    collection._look()
    assert generations == [2, 1]
    collection._next_whole -= WHOLE_SECONDS
    collection._look()
    assert generations == [2, 1, 2]


def test_looking_through_much_is_done_seldom(
    collection: GarbageCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((0.0, 1.0))
    monkeypatch.setattr(gc, "collect", lambda _generation: 0)
    monkeypatch.setattr(time, "thread_time", lambda: next(seconds))
    monkeypatch.setattr(gc, "get_count", lambda: (90_000, 0, 0))
    begun = time.monotonic()
    collection._look()
    assert collection._next_whole - begun > 0.99 / SHARE_OF_TIME
