"""Lessons that are closed, left or gone back in while something is still being read."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.lesson_player import LessonPlayer
from digitgui.frame.main_window import MainWindow
from model import save_network
from model.network.architectures import build

LESSON = """# Much to read

## One
A
```step
page: draw
network: small.safetensors
data: few.npz
drawing: dot.inkml
until: drawn
```

## Two
B
```step
page: inspect
data: bundled
layer: conv1
```

## Three
C
```step
page: evaluate
until: evaluated
```
"""
INK = "<ink><trace>0 0, 0 9, 1 20</trace></ink>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "much"
    folder.mkdir()
    (folder / "lesson.md").write_text(LESSON, encoding="utf-8")
    save_network(build("journal-8", 3), folder / "small.safetensors")
    images = np.random.default_rng(0).integers(0, 255, (50, 28, 28), np.uint8)
    np.savez(folder / "few.npz", images=images, labels=np.arange(50) % 10)
    (folder / "dot.inkml").write_text(INK, encoding="utf-8")
    return folder


class Held:
    """Lets nothing be read from the moment on at which a lesson begins."""

    def __init__(self, window: MainWindow) -> None:
        self._go = threading.Event()
        self._places = (window.session.tasks, window.session.data._reading.place._tasks)

    def hold(self) -> None:
        self._go.clear()
        for place in self._places:
            place.start(lambda: self._go.wait(30), bool, str)

    def release(self) -> None:
        self._go.set()
        for place in self._places:
            place.finish()


def begin(window: MainWindow, folder: Path, qtbot: QtBot) -> LessonPlayer:
    window.arrivals.open_file(folder)  # as by a drop, or a double-click
    player = window.lessons.player
    assert player
    qtbot.waitUntil(lambda: player.lesson is not None)
    return player


def opened(window: MainWindow) -> tuple[object, ...]:
    session = window.session
    return id(session.model.network), id(session.data.dataset), id(session.drawing.strokes)


def test_what_is_still_being_read_comes_too_late(
    window: MainWindow, folder: Path, draw: Callable[..., None], qtbot: QtBot
) -> None:
    session, held = window.session, Held(window)
    draw(window.draw_page.canvas)
    before = opened(window)
    window.lessons.open(folder.parent / "nowhere")  # builds the player
    qtbot.waitUntil(lambda: bool(window.banner.text))
    player = window.lessons.player
    assert player
    player.shown_changed.connect(held.hold)
    begin(window, folder, qtbot)
    assert session.data.reading_source.endswith("few.npz")
    player.shown_changed.disconnect(held.hold)
    player.close()
    held.release()
    qtbot.wait(300)
    assert opened(window) == before
    assert not session.data.is_reading

    player.shown_changed.connect(held.hold)
    begin(window, folder, qtbot)
    player.shown_changed.disconnect(held.hold)
    player.go_to(1)
    held.release()
    qtbot.waitUntil(lambda: session.model.name == "small" and not session.data.is_reading)
    qtbot.wait(300)
    assert session.data.dataset.source == "bundled"  # as step 2 wants it

    qtbot.waitUntil(lambda: session.inspection.unit is not None)
    assert session.inspection.unit.layer == "conv1"
    player.go_to(0)  # which opens few.npz again
    qtbot.waitUntil(lambda: len(session.data.dataset) == 50 and not player._is_beginning)
    player.close()


def test_goals_of_earlier_steps_stay_alive(
    window: MainWindow, folder: Path, draw: Callable[..., None], qtbot: QtBot
) -> None:
    session = window.session
    text = LESSON.replace("## One", "## Zero\nZ\n\n## One", 1)
    (folder / "lesson.md").write_text(text, encoding="utf-8")
    player = begin(window, folder / "lesson.md", qtbot)
    for number in (1, 2):
        player.go_to(number)
        qtbot.waitUntil(lambda: not player._is_beginning, timeout=20_000)
    player.go_to(1)
    qtbot.wait(300)
    assert not player.is_reached
    session.open_model("default")
    qtbot.waitUntil(lambda: not session.inspection.is_current)  # what the layer was pinned in is gone
    draw(window.draw_page.canvas)
    qtbot.waitUntil(lambda: player.is_reached, timeout=20_000)
    # figures that are there already are no evaluation
    session.evaluation.request()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=60_000)
    player.go_to(3)
    qtbot.waitUntil(lambda: not player._is_beginning, timeout=20_000)
    qtbot.wait(300)
    assert not player.is_reached
    window.evaluate_page._evaluate.click()
    qtbot.waitUntil(lambda: player.is_reached, timeout=60_000)
    player.close()


def test_a_place_is_known_by_the_name_of_a_lesson_of_the_program(window: MainWindow, qtbot: QtBot) -> None:
    settings = window.session.settings
    first = min(path for path in resources.LESSONS.iterdir() if path.is_dir())
    player = begin(window, first, qtbot)
    player.go_to(2)
    assert settings.number("lesson/1-from-pixels-to-maps", 0, 0, 99) == 2
    player.go_to(len(player.lesson.steps))
    assert not settings.has("lesson/1-from-pixels-to-maps")  # it was finished
