"""The drawing, there again at the next start."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from helpers.lesson_play import play
from PIL import Image
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

import resources
from digitgui.drawings import kept_drawing
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.ink_files import load_ink
from digitgui.drawings.kept_drawing import FILE_NAME, KeptDrawing
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.safekeeping import Safekeeping

SEVEN = ((0.28, 0.25), (0.5, 0.24), (0.7, 0.22), (0.62, 0.4), (0.52, 0.6), (0.46, 0.8))
Started: TypeAlias = tuple[Drawing, KeptDrawing, list[str]]


@pytest.fixture
def start(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Started]]:
    """Begin as a program does: with a drawing, what keeps it, and the errors that are told."""
    tasks = BackgroundTasks()
    safekeeping = Safekeeping(tasks)

    def begin() -> Started:
        drawing, told = Drawing(), []
        kept = KeptDrawing(drawing, tmp_path, safekeeping, drawing)
        kept.failed.connect(told.append)
        return drawing, kept, told

    yield begin
    tasks.shut_down()


def draw_line(begun: Started) -> None:
    drawing, kept, _ = begun
    drawing.begin_stroke(QPointF(-0.3, -0.3), width=0.07)
    for step in range(10):
        drawing.extend_stroke(QPointF(-0.3 + step / 20, -0.3 + step**2 / 200))
    drawing.end_stroke()
    kept.keep()
    kept._safekeeping._tasks.finish()


def test_strokes_and_picture_are_there_at_the_next_start(make_window, draw) -> None:
    window = make_window()
    drawing, picture = window.session.drawing, np.zeros((40, 30), np.uint8)
    picture[10:30, 14:17] = 255
    drawing.set_picture(picture)
    draw(window.draw_page.canvas)
    draw(window.draw_page.canvas, ((0.2, 0.9), (0.4, 0.9)), Qt.MouseButton.RightButton)
    window.close()
    again = make_window().session.drawing
    assert [stroke.erases for stroke in again.strokes] == [False, True]
    np.testing.assert_array_equal(again.picture, picture)
    np.testing.assert_array_equal(again.to_gray(), drawing.to_gray())
    assert again.undo_stack.count() == 0
    assert again.strokes[0].began < again.strokes[1].began


def test_a_drawing_is_answered_and_drawn_on_at_the_next_start(make_window, draw, settings: Settings) -> None:
    window = make_window()
    draw(window.draw_page.canvas)
    window.close()
    window = make_window()
    assert window.session.answering.prediction.digit == 7
    draw(window.draw_page.canvas, ((0.3, 0.5), (0.7, 0.5)))
    window.session.undo_stack.undo()
    assert len(window.session.drawing.strokes) == 1
    window.findChild(QAbstractButton, "clearButton").click()
    window.close()
    assert make_window().session.drawing.is_empty
    assert not (settings.folder / FILE_NAME).exists()


def test_clear_after_a_restart_empties_the_answer(make_window, draw) -> None:
    window = make_window()
    draw(window.draw_page.canvas)
    window.close()
    window = make_window()
    page, digit = window.draw_page, window.findChild(QLabel, "predictedDigit")
    _ = window.hand_page
    assert (digit.text(), window.dock.bars.probabilities is None) == ("7", False)
    assert len(window.session.handwriting.styles) == 1  # it is compared with the training digits, too
    QTest.mouseClick(window.findChild(QAbstractButton, "clearButton"), Qt.MouseButton.LeftButton)
    assert digit.text() == ""
    assert page.answer.bars.probabilities is None
    assert window.dock.bars.probabilities is None
    assert page.answer.example.isVisible()
    assert not page.answer.meant.isEnabled()


def test_a_lesson_after_a_restart_does_not_answer_the_drawing_that_it_puts_away(
    make_window, draw, qtbot: QtBot
) -> None:
    window = make_window()
    draw(window.draw_page.canvas)
    window.close()
    window = make_window()
    play(window, resources.LESSONS / "1-from-pixels-to-maps", qtbot)
    assert window.session.drawing.is_empty
    assert window.findChild(QLabel, "predictedDigit").text() == ""
    assert window.dock.bars.probabilities is None
    window.lessons.end()
    assert window.findChild(QLabel, "predictedDigit").text() == "7"


def test_a_number_is_a_number_after_a_restart(make_window, draw, qtbot: QtBot) -> None:
    window = make_window()
    for right in (-0.25, 0.2):
        draw(window.draw_page.canvas, [(x / 2 + 0.25 + right, y) for x, y in SEVEN])
    digit = window.findChild(QLabel, "predictedDigit")
    qtbot.waitUntil(lambda: digit.text() == "77", timeout=10_000)
    boxes = window.session.answering.number.boxes
    window.close()
    window = make_window()
    digit, personal = window.findChild(QLabel, "predictedDigit"), window.session.personal
    QTest.keyClick(window.draw_page.canvas, Qt.Key.Key_7)  # before it is known that this is a number
    qtbot.waitUntil(lambda: digit.text() == "77", timeout=10_000)
    qtbot.wait(20)
    assert len(personal) == 0  # it is not kept as one digit
    assert window.session.answering.number.boxes == boxes
    assert window.session.answering.number_is_current
    assert window.draw_page.answer.number.isVisible()
    assert not window.draw_page.answer.meant.isEnabled()


def test_it_is_written_while_the_window_is_open(
    window: MainWindow, draw, qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    write = kept_drawing.write_drawing
    monkeypatch.setattr(
        kept_drawing, "write_drawing", lambda *of_it: (threads.append(threading.current_thread()), write(*of_it))
    )
    draw(window.draw_page.canvas)
    qtbot.waitUntil((settings.folder / FILE_NAME).exists, timeout=10_000)
    assert threading.main_thread() not in threads


def write_nonsense(file: Path) -> None:
    file.write_bytes(b"no drawing")


def write_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def write_other_arrays(file: Path) -> None:
    np.savez(file, images=np.zeros(3))


def write_one_array(file: Path) -> None:
    with file.open("wb") as stream:
        np.save(stream, np.zeros(3))


def write_with(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with np.load(file) as arrays:
            changed = {**arrays, name: change(arrays[name])}
        np.savez(file, **changed)

    return write


@pytest.mark.parametrize(
    "damage",
    [
        write_nonsense,
        write_half,
        write_other_arrays,
        write_one_array,
        write_with("points", lambda points: points[:-1]),
        write_with("points", lambda points: points * np.nan),
        write_with("ends", lambda ends: ends[::-1] - 1),
        write_with("widths", lambda widths: widths - 1),
        write_with("widths", lambda widths: np.repeat(widths, 2)),
        write_with("erases", lambda erases: erases[:0]),
        write_with("picture", lambda picture: np.zeros((2, 2))),
    ],
)
def test_a_damaged_one_begins_empty_and_is_set_aside(
    start: Callable[[], Started], tmp_path: Path, qtbot: QtBot, damage: Callable[[Path], None]
) -> None:
    draw_line(start())
    file = tmp_path / FILE_NAME
    damage(file)
    content = file.read_bytes()
    drawing, _, told = start()
    assert drawing.is_empty
    aside = tmp_path / f"{FILE_NAME}.not-understood"
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert str(aside) in told[0]
    assert aside.read_bytes() == content
    draw_line(start())
    assert len(start()[0].strokes) == 1


def test_one_of_a_later_version_stays_as_it_is(start: Callable[[], Started], tmp_path: Path, qtbot: QtBot) -> None:
    draw_line(start())
    file = tmp_path / FILE_NAME
    write_with("version", lambda version: version + 1)(file)
    content = file.read_bytes()
    begun = start()
    qtbot.waitUntil(lambda: bool(begun[2]), timeout=5000)
    assert "newer version" in begun[2][0]
    draw_line(begun)
    assert file.read_bytes() == content


def test_what_cannot_be_written_is_told_and_tried_again(
    window: MainWindow, draw, settings: Settings, qtbot: QtBot
) -> None:
    file, keeping = settings.folder / FILE_NAME, window.session.safekeeping
    file.mkdir(parents=True)
    draw(window.draw_page.canvas)
    qtbot.waitUntil(lambda: "Not saved yet: the drawing" in window.banner.text, timeout=5000)
    file.rmdir()
    keeping.findChild(QTimer).timeout.emit()
    qtbot.waitUntil(lambda: not keeping.waiting, timeout=5000)
    assert file.is_file()
    assert window.close()


def test_what_cannot_be_written_is_saved_elsewhere_as_files_that_open(
    window: MainWindow, draw, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.folder / FILE_NAME).mkdir(parents=True)
    picture = np.zeros((40, 30), np.uint8)
    picture[10:30, 14:17] = 255
    window.session.drawing.set_picture(picture)
    draw(window.draw_page.canvas)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Save.value)
    assert window.close()
    assert len(load_ink(tmp_path / "drawing.inkml", pen_width=0.07)) == 1
    with Image.open(tmp_path / "drawing.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), picture)


def test_of_a_drawing_of_many_points_those_that_matter_are_kept(
    start: Callable[[], Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_drawing, "MOST_POINTS", 4)
    draw_line(start())
    (stroke,) = start()[0].strokes
    assert len(stroke.points) == 4
