"""The Draw page: what the network sees step by step, how a hand compares with the data, and when to doubt."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.event_loop import watch_event_loop
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.main_window import MainWindow
from digitgui.pages.xray_card import FRAMES
from digitgui.widgets.digit_picture import DigitPicture
from digitgui.widgets.small_bars import SmallBars
from model import load_network, save_network
from model.calibration import coverage_curve
from model.handwriting_style import TRAITS
from model.preprocessing import Steps

pytestmark = pytest.mark.shipped_network

STEPS, STYLE, DOUBT = 0, 1, 2
LONGEST_MILLISECONDS = 50
LEANING = ((0.35, 0.3), (0.6, 0.28), (0.5, 0.45), (0.38, 0.62))
Draw = Callable[..., None]


def canvas_of(window: MainWindow) -> QWidget:
    return window.findChild(QWidget, "drawingCanvas")


def text_of(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


def texts(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel) if not label.isHidden())


def open_tab(window: MainWindow, index: int) -> None:
    window.draw_page.tabs.button(index).click()


def switch(window: MainWindow, name: str) -> QCheckBox:
    title = next(title for step, title, _ in FRAMES if step == name)
    return next(box for box in window.draw_page.xray.findChildren(QCheckBox) if box.text() == title)


def frames(window: MainWindow) -> list[tuple[QImage, str, str]]:
    """Tell of each step, from left to right, its picture, its answer and its ten probabilities."""
    xray = window.draw_page.xray
    pictures = sorted(xray.findChildren(DigitPicture), key=lambda part: part.mapTo(xray, QPoint()).x())
    found = []
    for picture in pictures:
        frame = picture.parentWidget()
        answer = next(part for part in frame.findChildren(QLabel) if part.objectName() == "strong")
        found.append((picture.grab().toImage(), answer.text(), frame.findChild(SmallBars).toolTip()))
    return found


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


# step by step


def test_the_steps_stand_in_their_order_and_only_the_first_is_fixed(window: MainWindow) -> None:
    xray = window.draw_page.xray
    shown = [box for box in xray.findChildren(QCheckBox) if box.isVisible()]
    assert [box.text() for box in shown] == ["cropped", "even pen", "upright", "centred"]
    places = [box.mapTo(xray, QPoint()).x() for box in shown]
    assert places == sorted(places)
    assert [box.isChecked() for box in shown] == [True, True, False, True]
    names = [picture.accessibleName() for picture in xray.findChildren(DigitPicture)]
    assert names == ["as drawn", "cropped", "even pen", "upright", "centred"]


def test_every_step_shows_its_picture_and_its_answer_and_the_last_is_the_answer(
    window: MainWindow, draw: Draw
) -> None:
    draw(canvas_of(window))
    prediction = window.session.prediction
    assert prediction is not None
    np.testing.assert_array_equal(
        prediction.step_probabilities,
        window.session.model.network.predict_proba(np.stack(prediction.drawing.pictures)),
    )
    for (image, answer, bars), pixels, row in zip(
        frames(window), prediction.drawing.pictures, prediction.step_probabilities, strict=True
    ):
        assert answer.startswith(f"{row.argmax()}  ")
        assert bars.startswith(f"0: {row[0]:.1%}")
        cell = image.width() // 28
        middles = [
            [image.pixelColor(cell * c + 1, cell * r + 1).red() for c in range(4, 24)] for r in range(4, 24)
        ]
        np.testing.assert_allclose(middles, pixels[4:24, 4:24], atol=1)
    assert text_of(window, "predictedDigit") == str(prediction.digit) == frames(window)[-1][1][0]


@pytest.mark.parametrize(("name", "place"), [("even_pen", 2), ("deskew", 3), ("centre", 4)])
def test_a_switch_changes_what_later_frames_show_and_no_earlier_ones(
    window: MainWindow, draw: Draw, name: str, place: int
) -> None:
    window.pen.set_percent(15)
    draw(canvas_of(window), LEANING)
    before, seen = frames(window), window.session.prediction
    switch(window, name).click()
    after, now = frames(window), window.session.prediction
    assert seen is not None
    assert now is not None
    assert window.session.steps == Steps(**{name: not getattr(Steps(), name)})
    assert after[:place] == before[:place]
    assert after[place][0] != before[place][0]
    assert after[-1][0] != before[-1][0]
    assert (now.picture != seen.picture).any()
    np.testing.assert_array_equal(now.step_probabilities[:place], seen.step_probabilities[:place])
    assert (now.probabilities != seen.probabilities).any()
    switch(window, name).click()
    assert frames(window) == before


def test_without_crop_the_network_sees_the_whole_canvas(window: MainWindow, draw: Draw) -> None:
    draw(canvas_of(window), [(0.1, 0.1), (0.1, 0.3)])
    before = frames(window)
    for name in ("crop", "centre"):
        switch(window, name).click()
    after = frames(window)
    assert after[0] == before[0]
    assert all(frame == after[0] for frame in after)
    assert after[-1][0] != before[-1][0]
    prediction = window.session.prediction
    assert prediction is not None
    rows, columns = np.nonzero(prediction.picture)
    assert rows.max() < 14
    assert columns.max() < 14


def test_steps_hold_for_the_next_drawing_too(window: MainWindow, draw: Draw) -> None:
    switch(window, "crop").click()
    draw(canvas_of(window), LEANING)
    prediction = window.session.prediction
    assert prediction is not None
    np.testing.assert_array_equal(prediction.drawing.cropped, prediction.drawing.drawn)


def test_an_empty_canvas_empties_everything(window: MainWindow, draw: Draw) -> None:
    empty = frames(window)
    assert all((answer, bars) == ("", "") for _, answer, bars in empty)
    draw(canvas_of(window))
    assert all(now[0] != then[0] and now[1] and now[2] for now, then in zip(frames(window), empty, strict=True))
    window.session.drawing.clear()
    assert frames(window) == empty
    assert text_of(window, "predictedDigit") == text_of(window, "rejectionNote") == ""
    switch(window, "crop").click()  # with nothing to show
    assert frames(window) == empty


def test_opening_the_window_shows_no_other_window(
    make_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A switch that is shown before it has a parent is a window for a moment."""
    shown: list[str] = []
    real = QWidget.setVisible

    def watch(widget: QWidget, visible: bool) -> None:
        if visible and widget.parentWidget() is None:
            shown.append(f"{type(widget).__name__} {widget.objectName()}")
        real(widget, visible)

    monkeypatch.setattr(QWidget, "setVisible", watch)
    QCheckBox("alone").setVisible(True)
    assert shown == ["QCheckBox "]
    make_window()
    assert shown == ["QCheckBox "]


# the same strokes at another place, size and width


@pytest.fixture
def answers(window: MainWindow, draw: Draw) -> Iterator[Callable[..., np.ndarray]]:
    """Draw by the mouse on the large canvas, and return what the network sees."""
    canvas = canvas_of(window)

    def drawn(points, *, side: int = 400, percent: int = 8) -> np.ndarray:
        window.session.drawing.clear()
        canvas.setFixedSize(side, side)
        QApplication.processEvents()
        window.pen.set_percent(percent)
        draw(canvas, points)
        assert window.session.prediction is not None
        return window.session.prediction.picture.astype(float)

    yield drawn
    canvas.setMinimumSize(0, 0)


SHAPES = {
    7: [(0, 0), (1, 0), (0.4, 1.6)],
    1: [(0.5, 0), (0.5, 1.6)],
    2: [(0, 0.4), (0.5, 0), (1, 0.4), (0, 1.6), (1, 1.6)],
    3: [(0, 0), (0.9, 0), (0.4, 0.7), (1, 1.1), (0.5, 1.6), (0, 1.4)],
}


@pytest.mark.parametrize("digit", SHAPES)
def test_pen_place_and_size_of_the_same_strokes_give_the_same_answer(
    window: MainWindow, answers: Callable[..., np.ndarray], digit: int
) -> None:
    def at(x: float, y: float, size: float) -> list[tuple[float, float]]:
        return [(x + size * px, y + size * py) for px, py in SHAPES[digit]]

    usual = answers(at(0.3, 0.2, 0.375))
    assert window.session.prediction is not None
    probabilities = window.session.prediction.probabilities
    for points, options in (
        (at(0.3, 0.2, 0.375), {"percent": 2}),
        (at(0.3, 0.2, 0.375), {"percent": 15}),
        (at(0.05, 0.05, 0.375), {}),
        (at(0.5, 0.35, 0.375), {}),
        (at(0.1, 0.05, 0.55), {"percent": 5}),
        (at(0.55, 0.1, 0.25), {"percent": 12}),
        (at(0.3, 0.2, 0.375), {"side": 200}),
        (at(0.3, 0.2, 0.375), {"side": 300, "percent": 4}),
    ):
        seen = answers(points, **options)
        prediction = window.session.prediction
        assert prediction is not None
        assert prediction.digit == probabilities.argmax()
        assert prediction.doubt == ""
        shifts = [np.roll(seen, (row, column), (0, 1)) for row in (-1, 0, 1) for column in (-1, 0, 1)]
        assert min(np.abs(one - usual).mean() for one in shifts) < 4  # of 255: the mouse moves by whole pixels
    assert text_of(window, "predictedDigit") == str(digit)


# doubt


def sure(window: MainWindow) -> float:
    assert window.session.prediction is not None
    return float(window.session.prediction.probabilities.max())


def test_an_answer_below_the_line_keeps_its_digit_in_grey_and_says_why(window: MainWindow, draw: Draw) -> None:
    window.session.set_refuse_below(0.5)
    draw(canvas_of(window))
    digit = window.findChild(QLabel, "predictedDigit")
    black = digit.grab().toImage()
    assert (digit.text(), text_of(window, "rejectionNote")) == ("7", "")
    assert not digit.property("doubted")
    window.session.set_refuse_below(1.0)
    assert sure(window) < 1
    assert digit.text() == "7"
    assert digit.property("doubted") is True
    assert digit.grab().toImage() != black
    note = window.findChild(QLabel, "rejectionNote")
    assert note.isVisible()
    assert note.text().startswith("It could be a 7 or a ")
    assert "a clear case" not in texts(window.draw_page.answer)
    window.session.set_refuse_below(0.0)
    assert (digit.text(), note.text(), note.isVisible()) == ("7", "", False)
    assert digit.grab().toImage() == black
    window.session.set_refuse_below(1.0)
    window.session.drawing.clear()
    assert (digit.text(), note.text(), note.isVisible()) == ("", "", False)


def test_the_field_moves_the_line_at_once_and_the_network_keeps_it(
    window: MainWindow, draw: Draw, qtbot: QtBot, tmp_path: Path
) -> None:
    draw(canvas_of(window))
    window.session.model.network.refuse_below = 0.5
    open_tab(window, DOUBT)
    card, model = window.draw_page.doubt_card, window.session.model
    assert (card.threshold.value(), model.is_dirty) == (50, False)
    card.threshold.setValue(100)
    assert (model.network.refuse_below, model.is_dirty) == (1.0, True)
    assert text_of(window, "rejectionNote")
    assert card.plot._line.value() == 1.0
    card.threshold.setValue(37)
    assert text_of(window, "rejectionNote") == ""
    window.session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: not model.is_dirty, timeout=10_000)
    assert load_network(tmp_path / "mine.safetensors").refuse_below == 0.37
    card.threshold.setValue(80)
    window.session.open_model(str(tmp_path / "mine.safetensors"))
    qtbot.waitUntil(lambda: model.path is not None and not model.is_dirty, timeout=10_000)
    assert (model.network.refuse_below, card.threshold.value()) == (0.37, 37)
    assert card.plot._line.value() == 0.37
    assert not model.is_dirty


def test_the_line_is_dragged_by_the_mouse(window: MainWindow, draw: Draw) -> None:
    window.session.model.network.refuse_below = 0.5
    draw(canvas_of(window))
    open_tab(window, DOUBT)
    wait(50)
    card, plot = window.draw_page.doubt_card, window.draw_page.doubt_card.plot

    def place(share: float) -> QPoint:
        scene = plot.getPlotItem().vb.mapViewToScene(plot._line.pos().__class__(share, 0.5))
        return plot.mapFromScene(scene)

    port = plot.viewport()
    QTest.mouseMove(port, place(0.5))
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=place(0.5))
    for share in np.linspace(0.52, 0.9, 12):
        QTest.mouseMove(port, place(share))
        wait(12)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place(0.9))
    line = window.session.model.network.refuse_below
    assert line == pytest.approx(0.9, abs=0.03)
    assert line == round(line, 2)
    assert card.threshold.value() == round(100 * line)
    assert window.session.model.is_dirty
    assert (text_of(window, "rejectionNote") != "") == (sure(window) < line)


def test_opening_the_card_of_doubt_changes_no_line_that_is_finer_than_a_hundredth(window: MainWindow) -> None:
    window.session.model.network.refuse_below = 0.873
    open_tab(window, DOUBT)
    assert window.draw_page.doubt_card.threshold.value() == 87
    assert (window.session.model.network.refuse_below, window.session.model.is_dirty) == (0.873, False)


def test_the_curve_is_measured_on_held_out_pictures_and_told_in_words(small: MainWindow, qtbot: QtBot) -> None:
    window, session = small, small.session
    session.model.network.provenance.pop("calibration", None)
    window.show_page(0)
    open_tab(window, DOUBT)
    card = window.draw_page.doubt_card
    assert "measuring" in texts(card)
    qtbot.waitUntil(lambda: session.doubt_curve.curve is not None, timeout=20_000)
    images, labels = session.dataset.part(session.dataset.monitor_part)
    expected = coverage_curve(session.model.network.predict_proba(images), labels)
    np.testing.assert_array_equal(session.doubt_curve.curve.coverage, expected.coverage)
    np.testing.assert_array_equal(session.doubt_curve.curve.accuracy, expected.accuracy)
    assert f"the {session.dataset.monitor_part} part of" in texts(card)
    card.threshold.setValue(0)
    assert "100 % of digits answered" in texts(card).replace("100.0", "100")
    assert "refused" not in texts(card)  # nothing is known of letters


def test_a_calibrated_network_brings_its_own_curve(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    network = window.session.model.network.copy()
    shares = np.random.default_rng(1).dirichlet(np.ones(10), 40).astype(np.float32)
    curve = coverage_curve(shares, shares.argmax(axis=1), shares)
    network.provenance["calibration"] = {"curve": curve.as_dict()}
    save_network(network, tmp_path / "calibrated.safetensors")
    open_tab(window, DOUBT)
    window.session.open_model(str(tmp_path / "calibrated.safetensors"))
    qtbot.waitUntil(lambda: "40 pictures that it was calibrated with" in texts(window.draw_page.doubt_card))
    window.draw_page.doubt_card.threshold.setValue(100)
    assert "of letters and scribbles refused" in texts(window.draw_page.doubt_card)


def test_a_damaged_curve_in_a_file_is_measured_anew(small: MainWindow, qtbot: QtBot) -> None:
    for damage in ("none", {"curve": {"coverage": 3}}, {"curve": None}):
        small.session.model.network.provenance["calibration"] = damage
    small.show_page(0)
    open_tab(small, DOUBT)
    qtbot.waitUntil(lambda: "Measured on the" in texts(small.draw_page.doubt_card), timeout=20_000)


# my hand and the data


def test_the_hand_is_compared_with_training_digits_measured_in_the_background(
    window: MainWindow, draw: Draw, qtbot: QtBot
) -> None:
    card, handwriting = window.draw_page.style_card, window.session.handwriting
    assert handwriting.training is None  # nobody has looked yet
    open_tab(window, STYLE)
    assert texts(card).count("measuring the training digits …") == 4
    qtbot.waitUntil(lambda: handwriting.training is not None, timeout=30_000)
    assert handwriting.training.shape == (1000, 4)
    assert texts(card).count("Draw a digit: its place appears here.") == 4
    window.pen.set_percent(2)
    draw(canvas_of(window), [(0.1, 0.9), (0.2, 0.7)])
    said = texts(card)
    assert TRAITS["thickness"].title in said
    assert "Your digits are smaller than" in said
    assert "Your digits lie further from the middle than" in said
    assert "Your digits lean further to the right than" in said
    first = handwriting.styles
    assert len(first) == 1
    window.session.drawing.clear()
    assert handwriting.styles == first
    draw(canvas_of(window), [(0.2, 0.14), (0.75, 0.14), (0.5, 0.86)])
    assert len(handwriting.styles) == 2
    assert handwriting.styles[0] == first[0]
    assert "Your digits are smaller than" not in texts(card)


def test_other_data_are_measured_anew(small: MainWindow, draw: Draw, qtbot: QtBot) -> None:
    small.show_page(0)
    draw(canvas_of(small))
    open_tab(small, STYLE)
    handwriting = small.session.handwriting
    qtbot.waitUntil(lambda: handwriting.training is not None, timeout=30_000)
    assert len(handwriting.training) == len(small.session.dataset.split.train) == 255
    small.session.open_data("bundled")
    qtbot.waitUntil(lambda: len(small.session.dataset) == 5000, timeout=20_000)
    qtbot.waitUntil(lambda: handwriting.training is not None and len(handwriting.training) == 1000, timeout=30_000)


def test_opening_the_tabs_never_holds_up_the_window(window: MainWindow, draw: Draw) -> None:
    draw(canvas_of(window))
    wait(200)
    worst = []
    for _ in range(3):  # a neighbour on the machine may hold up one, not all
        window.session.handwriting._measured = None
        window.session.doubt_curve._mark_old()
        with watch_event_loop() as lateness:
            for index in (STYLE, DOUBT, STEPS, DOUBT, STYLE):
                open_tab(window, index)
                wait(60)
        worst.append(lateness.worst)
        if lateness.worst < LONGEST_MILLISECONDS:
            break
    assert min(worst) < LONGEST_MILLISECONDS, worst
