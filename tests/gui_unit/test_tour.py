"""The tour: offered once, walked from start to end, left at any stop; and what may come next."""

from pathlib import Path

from helpers.evaluate_page import evaluate
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.frame.main_window import MainWindow
from digitgui.frame.tour import STOPS, Tour
from model import build

SEVEN = ((0.28, 0.25), (0.5, 0.24), (0.7, 0.22), (0.62, 0.4), (0.52, 0.6), (0.46, 0.8))
LEFT = Qt.MouseButton.LeftButton


def draw_seven(canvas: QWidget) -> None:
    places = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in SEVEN]
    QTest.mousePress(canvas, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, LEFT, pos=places[-1])


def press(window: MainWindow, word: str) -> None:
    """Press a step in the banner."""
    (step,) = [one for one in window.banner.step_buttons if one.text() == word]
    assert step.isVisible()
    QTest.mouseClick(step, LEFT)


def activate(window: MainWindow, qtbot: QtBot) -> None:
    """Let the keyboard belong to this window, and to no dialog of another test."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def going(window: MainWindow) -> Tour:
    (tour,) = window.findChildren(Tour, "tour")
    return tour


def place(part: QWidget, window: MainWindow) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def test_the_tour_is_offered_once_and_walked_from_start_to_end(make_window, qtbot: QtBot) -> None:
    window: MainWindow = make_window()
    activate(window, qtbot)
    window.resize(1024, 640)
    window.show_page("runs")
    window.guide.offer_tour()
    assert [one.text() for one in window.banner.step_buttons] == ["Take the tour", "Not now"]
    press(window, "Take the tour")
    tour = going(window)
    assert window.ways.pages.current.name == "draw"
    assert not window.banner.isVisible()
    assert not tour.card.next.isEnabled()  # until something is drawn, and answered
    draw_seven(window.draw_page.canvas)
    qtbot.waitUntil(tour.card.next.isEnabled)
    assert tour.card.text.startswith("The network reads 7, and is ")
    strokes = len(window.session.drawing.strokes)
    for number, stop in enumerate(STOPS):
        assert (tour.number, window.ways.pages.current.name) == (number, stop.page)
        assert stop.text.count(".") <= 3
        assert tour.card.accessibleName() == f"Tour, stop {number + 1} of 5: {stop.title}"
        card, ring = place(tour.card, window), place(tour.ring, window)
        qtbot.waitUntil(tour.ring.isVisible)
        assert window.rect().contains(card)
        assert not card.intersects(ring)
        if number:
            assert tour.card.next.hasFocus(), stop
            QTest.keyClick(tour.card.next, Qt.Key.Key_Return if number % 2 else Qt.Key.Key_Space)
        else:
            QTest.mouseClick(tour.card.next, LEFT)
    assert window.ways.pages.current.name == "runs"  # where one was before
    assert len(window.session.drawing.strokes) == strokes
    assert not window.findChildren(Tour, "tour")

    window.guide.offer_tour()  # a second time
    assert not window.banner.isVisible()
    window.close()
    again: MainWindow = make_window()
    again.settings.forget("tour/offered")  # as in earlier versions, which have been used
    again.guide.offer_tour()
    assert not again.banner.isVisible()


def test_the_tour_is_left_by_escape_and_taken_again(window: MainWindow, qtbot: QtBot) -> None:
    activate(window, qtbot)
    window.show_page("data")
    for _ in range(2):
        window.menus.trigger("tour")
        QTest.keyClick(window.draw_page.canvas, Qt.Key.Key_Escape)
        assert not window.findChildren(Tour, "tour")
        assert window.ways.pages.current.name == "data"
    window.menus.trigger("tour")
    draw_seven(window.draw_page.canvas)
    tour = going(window)
    qtbot.waitUntil(tour.card.next.isEnabled)
    QTest.mouseClick(tour.card.next, LEFT)
    assert tour.card.back_button.shortcut().toString() == "Alt+B"
    QTest.keyClick(tour.card.back_button, Qt.Key.Key_Space)
    assert (tour.number, window.ways.pages.current.name) == (0, "draw")
    window.show_page("train")  # by oneself, and on from there
    qtbot.waitUntil(tour.ring.isHidden)
    QTest.mouseClick(tour.card.next, LEFT)
    assert (tour.number, window.ways.pages.current.name) == (1, "inspect")
    QTest.keyClick(tour.card.next, Qt.Key.Key_Escape)
    assert window.ways.pages.current.name == "data"


def test_it_shows_the_layers_of_a_deep_network_from_the_first_one(window: MainWindow, qtbot: QtBot) -> None:
    activate(window, qtbot)
    window.session.model.replace(build("deep", 1), name="deep")
    window.menus.trigger("tour")
    draw_seven(window.draw_page.canvas)
    tour = going(window)
    qtbot.waitUntil(tour.card.next.isEnabled)
    pinned: list[object] = []
    window.session.inspection.pinned.connect(lambda: pinned.append(None))
    for _ in range(2):
        QTest.mouseClick(tour.card.next, LEFT)
        strip = window.inspect_page.strip
        qtbot.waitUntil(lambda: bool(pinned) and window.session.inspection.is_current)
        qtbot.wait(50)
        assert strip.horizontalScrollBar().maximum() > 0
        assert strip.horizontalScrollBar().value() == 0
        QTest.mouseClick(tour.card.back_button, LEFT)
        strip.horizontalScrollBar().setValue(200)  # as one has left it


def test_what_comes_next_is_offered_after_training_evaluation_and_teaching(
    few: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch
) -> None:
    form = few.train_page.form
    form.arch.choose("journal-8")
    form.epochs.setValue(2)
    few.show_page("train")
    QTest.mouseClick(few.train_page.train_button, LEFT)
    qtbot.waitUntil(lambda: len(few.banner.step_buttons) == 3, timeout=60_000)
    assert [one.text() for one in few.banner.step_buttons] == ["Draw with it", "Evaluate", "Save"]
    target = tmp_path / "trained.safetensors"
    monkeypatch.setattr(file_dialogs, "ask_model_target", lambda *_: target)
    press(few, "Save")
    qtbot.waitUntil(target.exists, timeout=20_000)

    evaluate(few, qtbot)
    assert [one.text() for one in few.banner.step_buttons] == ["Wrong pictures", "Check labels", "Print report…"]
    QTest.mouseClick(few.banner, LEFT, pos=few.banner.rect().topLeft())
    assert few.banner.step_buttons
    few.show_page("draw")
    assert few.banner.step_buttons == []  # they belong to what one has left
    few.show_page("evaluate")
    assert few.banner.step_buttons == []  # nothing is evaluated anew

    images, labels = few.session.data.dataset.images[:60], few.session.data.dataset.labels[:60]
    few.session.personal.add(images, labels)
    few.show_page("hand")
    taught, before = few.session.hand, few.session.model.network
    qtbot.waitUntil(lambda: not taught.lack, timeout=20_000)
    QTest.mouseClick(few.hand_page.teach.start, LEFT)
    qtbot.waitUntil(lambda: taught.lesson is not None, timeout=120_000)
    QTest.mouseClick(few.hand_page.teach.keep, LEFT)
    assert [one.text() for one in few.banner.step_buttons] == ["Draw with it", "Save", "Undo"]
    assert few.session.model.network is not before
    press(few, "Undo")
    assert few.session.model.network is before


def test_what_comes_next_goes_when_one_turns_to_what_it_lies_over_or_trains_anew(
    few: MainWindow, qtbot: QtBot
) -> None:
    few.show_page("train")
    few.train_page.form.arch.choose("journal-8")
    few.train_page.form.epochs.setValue(1)

    def train() -> None:
        assert not few.banner.step_buttons
        few.train_page.train_button.animateClick()
        qtbot.waitUntil(lambda: bool(few.banner.step_buttons), timeout=60_000)

    train()
    few.train_page.train_button.animateClick()  # as by a key
    qtbot.waitUntil(lambda: not few.banner.step_buttons, timeout=60_000)
    qtbot.waitUntil(lambda: bool(few.banner.step_buttons), timeout=60_000)
    assert few.banner.isVisible()
    QTest.mouseClick(few.train_page.curves, LEFT)
    assert not few.banner.isVisible()
    few.banner.show_steps("As the tour is offered", ("Take it", train), stays=True)
    QTest.mouseClick(few.train_page.curves, LEFT)
    assert few.banner.step_buttons
