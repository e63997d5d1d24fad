"""Lessons of a teacher in a real window: nothing of the user's is lost, and bad ones change nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.lesson_play import LONG, go_on, play, press, settled, waits
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import resources
from digitgui.documents.data_document import LAST_KEY as DATA_KEY
from digitgui.documents.model_document import REOPEN_KEY
from digitgui.drawings.ink_files import save_ink
from digitgui.drawings.strokes import Stroke
from digitgui.frame.lesson_dock import as_html
from digitgui.frame.lesson_player import LessonPlayer
from digitgui.frame.lesson_set_up import tabs_of
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES as WINDOW_PAGES
from digitgui.lessons.lesson import PAGES
from digitgui.lessons.reading import read_lesson
from digitgui.runs.run_status import RunStatus
from model import History, TrainingConfig, load_network, save_network
from model.network.architectures import build

FOLDERS = sorted(path for path in resources.LESSONS.iterdir() if path.is_dir())


@pytest.fixture
def whole(window: MainWindow) -> MainWindow:
    """Open a window of usual size."""
    window.resize(1366, 768)
    return window


LESSON = """# Other things

## One

Text with [a page](https://example.org) and **bold** & <.

```step
page: data
network: small.safetensors
data: few.npz
arch: journal-8
epochs: 2
picture: 3
until: page draw
```

## Two

```step
page: draw
drawing: seven.inkml
until: drawn 7
```

Which?

- [x] This one
  Because.
- [ ] That one, which is so long that its words need a second line in the panel beside the pages
  No.

## Three

```step
page: evaluate
tab: Figures
until: evaluated
```

Press Evaluate.
"""


@pytest.fixture
def folder(tmp_path: Path, whole: MainWindow) -> Path:
    """Write a lesson with files of its own."""
    folder = tmp_path / "own lesson"
    folder.mkdir()
    (folder / "lesson.md").write_text(LESSON, encoding="utf-8")
    save_network(build("journal-8", 3), folder / "small.safetensors")
    bundled = whole.session.data.dataset
    np.savez(folder / "few.npz", images=bundled.images[:200], labels=bundled.labels[:200])
    save_ink(
        [Stroke(0.08, False, [QPointF(0, -0.2), QPointF(0, 0.2)], [1.0, 1.0], [0.0, 9.0])], folder / "seven.inkml"
    )
    return folder


def all_of_the_user(window: MainWindow) -> tuple[object, ...]:
    """Return everything that a lesson may change."""
    session, form = window.session, window.train_page.form
    model, dataset = session.model, session.data.dataset
    return (
        *(id(session.drawing.strokes), id(model.network), model.name, model.path, model.is_dirty),
        *(
            dataset.source,
            dataset.edits,
            form.architecture,
            form.config(),
            form.start.chosen,
            form.keep_epochs.value(),
        ),
        *(session.settings.text("train/epochs"), window._pages.current.name),
    )


def test_everything_of_the_user_comes_back(
    whole: MainWindow, folder: Path, draw: Callable[..., None], qtbot: QtBot
) -> None:
    session, form = whole.session, whole.train_page.form
    draw(whole.draw_page.canvas)
    session.model.set_refuse_below(0.123)
    session.data.relabel([0], 5)
    session.data.relabel([1], 6)
    session.undo_stack.undo()
    before_lesson = RunStatus(
        TrainingConfig(), session.data.dataset, session.model.network, History(), name="a run of the user's"
    )
    session.trainings.status = before_lesson
    form.show_config("lenet", TrainingConfig(epochs=7, learning_rate=0.25, l2=0.5))
    form.start.choose("open")
    form.keep_epochs.setValue(12)
    whole.show_page("runs")
    before = all_of_the_user(whole)

    dataset = session.data.dataset
    player = play(whole, folder, qtbot)
    walk_through_own_lesson(whole, player, qtbot)
    # what the next start opens if the program is killed now
    assert load_network(session.settings.text(REOPEN_KEY)).card.refuse_below == pytest.approx(0.123)
    assert session.settings.text(DATA_KEY, "bundled") == "bundled"
    assert session.settings.recent("data") == []
    leave(whole, player, qtbot)
    assert session.data.dataset is dataset  # at once
    assert all_of_the_user(whole) == before
    assert session.trainings.status is before_lesson
    assert "What next" not in whole.banner.text
    assert whole.banner.text.endswith("\nThe lesson's network is kept: see Network ▸ Unsaved networks.")
    stack = session.undo_stack
    assert (stack.undoText(), stack.redoText()) == ("relabelling picture 0 as 5", "relabelling picture 1 as 6")
    own = (dataset.unedited or dataset).labels
    stack.undo()
    assert session.data.dataset.labels[0] == own[0]
    stack.redo()
    stack.redo()
    assert session.data.dataset.edits.labels == {0: 5, 1: 6}
    stack.undo()
    assert not player.dock.isVisible()

    stopped = session.trainings.continuable
    assert stopped
    play(whole, folder, qtbot)
    assert not session.trainings.continuable  # or its curves would stand on Train
    assert player.number == 2  # where one has stopped
    assert (session.model.name, len(session.data.dataset)) == ("small", 200)  # as the steps before it want it
    press(player.dock.first)
    qtbot.waitUntil(lambda: player.number == 0 and settled(player))
    player.close()
    assert session.trainings.continuable == stopped


def walk_through_own_lesson(whole: MainWindow, player: LessonPlayer, qtbot: QtBot) -> None:
    session, form = whole.session, whole.train_page.form
    assert whole.data_page.isVisible()
    assert session.trainings.status is None
    assert whole.train_page._head.text() == "No training yet"
    assert "not saved" not in whole.banner.text
    assert (session.model.name, session.model.path) == ("small", None)
    assert len(session.data.dataset) == 200
    assert whole.data_page.browser.grid.selection == [2]
    assert (form.architecture, form.config()) == ("journal-8", TrainingConfig(epochs=2))
    assert session.drawing.is_empty
    waits(player, qtbot)
    press(whole._pages._buttons.button(0))
    go_on(player, qtbot)
    assert len(session.drawing.strokes) == 1
    wide = player.dock.answers
    assert wide[1].height() > wide[0].height()
    waits(player, qtbot)
    press(player.dock.back)
    assert player.number == 0
    assert (whole.data_page.isVisible(), len(session.drawing.strokes)) == (True, 1)
    press(player.dock.next)
    player.dock.next.setFocus()
    QTest.keyClick(player.dock.next, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: player.number == 2 and settled(player))
    assert player.dock.next.hasFocus()  # though the page has been shown
    assert whole.evaluate_page.tabs.checkedButton().text() == "Figures"
    waits(player, qtbot)
    press(whole.evaluate_page._evaluate)
    qtbot.waitUntil(lambda: player.is_reached, timeout=LONG)
    press(player.dock.again)
    qtbot.waitUntil(lambda: settled(player) and session.drawing.strokes[0].points[0].y() == -0.2)


def leave(whole: MainWindow, player: LessonPlayer, qtbot: QtBot) -> None:
    """Close the lesson, which waits for the end of a training."""
    close = next(one for one in player.dock.findChildren(QPushButton) if one.text() == "Close")
    run = whole.session.trainings.run
    whole.train_page.start()
    press(close)
    assert player.lesson is not None
    assert "before you begin or close a lesson" in whole.banner.text
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=LONG)
    press(close)
    assert player.lesson is None


def test_a_window_closed_in_a_lesson_opens_with_what_was_there_before(
    make_window: Callable[[], MainWindow], folder: Path, draw: Callable[..., None], qtbot: QtBot
) -> None:
    window = make_window()
    window.show_page("draw")
    draw(window.draw_page.canvas)
    window.session.model.set_refuse_below(0.321)
    window.train_page.form.epochs.setValue(33)
    play(window, folder, qtbot)
    window.train_page.start()
    qtbot.waitUntil(lambda: window.session.trainings.status is not None, timeout=LONG)
    window.close()
    again = make_window()
    assert again.session.model.network.card.refuse_below == pytest.approx(0.321)
    assert again.session.data.dataset.source == "bundled"
    assert not again.session.data.is_reading
    assert len(again.session.drawing.strokes) == 1
    assert again.train_page.form.epochs.value() == 33


def test_corrections_that_a_person_makes_during_a_lesson_stay(
    whole: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    session = whole.session
    data, stack = session.data, session.undo_stack
    player = play(whole, folder, qtbot)

    def left_with(corrections: list[tuple[int, int]], *, again: bool) -> tuple[dict[int, int], str]:
        """Correct what was open before, set the lesson up again or not, and close it."""
        data.open("bundled", ask=False)
        qtbot.waitUntil(lambda: data.dataset.source == "bundled", timeout=20_000)
        for index, label in corrections:
            data.relabel([index], label)
        if again:
            press(player.dock.again)
            qtbot.waitUntil(lambda: settled(player) and len(data.dataset) == 200, timeout=20_000)
        player.close()
        return data.dataset.edits.labels, stack.undoText()

    assert data.aside is not None
    assert left_with([(0, 5)], again=True) == ({0: 5}, "relabelling picture 0 as 5")
    assert data.aside is None
    play(whole, folder, qtbot)
    assert left_with([(7, 3)], again=True) == ({0: 5, 7: 3}, "relabelling picture 7 as 3")
    play(whole, folder, qtbot)
    assert left_with([(8, 1)], again=False) == ({0: 5, 7: 3, 8: 1}, "relabelling picture 8 as 1")
    play(whole, folder, qtbot)
    assert left_with([], again=True) == ({0: 5, 7: 3, 8: 1}, "relabelling picture 8 as 1")  # undone as before


def test_an_error_on_the_way_back_leaves_nothing_unremembered(
    whole: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    session, player = whole.session, play(whole, folder, qtbot)

    def fail(*_: object) -> None:
        raise OSError("the disk is asleep")

    with monkeypatch.context() as patched:
        patched.setattr(whole.train_page.form, "show_config", fail)
        with pytest.raises(OSError, match="asleep"):
            player.close()
    assert session.data.aside is None
    session.model.set_refuse_below(0.456)
    session.model.keep_unsaved()
    assert load_network(session.settings.text(REOPEN_KEY)).card.refuse_below == pytest.approx(0.456)


def test_a_bad_lesson_says_so_and_changes_nothing(whole: MainWindow, folder: Path, qtbot: QtBot) -> None:
    (folder / "lesson.md").write_text("# A\n\n## B\n```step\npage: nowhere\n```\n")
    with qtbot.waitSignal(whole.session.failed) as told:
        whole.lessons.open(folder)
    assert told.args[0].startswith("own lesson/lesson.md, line 5: expected one of draw, inspect,")
    assert whole.lessons.player.lesson is None
    (folder / "lesson.md").write_text(
        "# A\n\n## B\nC\n```step\npage: inspect\nlayer: conv9\nnetwork: small.safetensors\n```\n"
    )
    (folder / "small.safetensors").write_bytes(b"nothing")
    with qtbot.waitSignals([whole.session.failed] * 2, timeout=20_000):
        whole.lessons.open(folder)
    assert "conv9" in whole.banner.text
    assert "The lesson is not set up" in whole.banner.text


def test_text_shows_markdown_and_nothing_else() -> None:
    html = as_html("A **b** <img src='x.png'> [l](https://example.org)\n\nB")
    assert "font-weight:700" in html
    assert "<img" not in html
    assert 'href="https://example.org"' in html
    assert html.count("margin-bottom:8px") == 2


def test_the_menu_lists_the_lessons(whole: MainWindow, qtbot: QtBot) -> None:
    menu = next(one for one in whole.menuBar().actions() if one.text() == "&Help").menu()
    lessons = next(one for one in menu.actions() if one.text() == "&Lessons").menu()
    lessons.aboutToShow.emit()
    titles = [read_lesson(folder).title for folder in FOLDERS]
    assert [one.text() for one in lessons.actions()] == [*titles, "Open a folder…"]
    lessons.actions()[2].trigger()
    qtbot.waitUntil(lambda: settled(whole.lessons.player), timeout=20_000)
    assert whole.lessons.player.lesson.title == "Find the fault, and prove it"


def test_pages_and_tabs_of_lessons_are_those_of_the_window(whole: MainWindow) -> None:
    found = {}
    for entry in WINDOW_PAGES:
        whole.show_page(entry.name)
        found[entry.name] = tuple(tabs_of(whole.ways))
    assert found == {name: PAGES[name] for name in found}
