"""When an answer is doubted, and how a hand compares with the training digits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents import doubt_curve
from digitgui.frame.main_window import MainWindow
from digitgui.widgets.plots.doubt_plot import DoubtPlot
from digitgui.widgets.plots.trait_strip import TraitStrip
from model import load_network, save_network
from model.data.splitting import SplitRule
from model.handwriting.handwriting_style import TRAITS
from model.judging.calibration import coverage_curve

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


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def sure(window: MainWindow) -> float:
    assert window.session.answering.prediction is not None
    return float(window.session.answering.prediction.probabilities.max())


def test_an_answer_below_the_line_keeps_its_digit_in_grey_and_says_why(window: MainWindow, draw: Draw) -> None:
    window.session.model.set_refuse_below(0.5)
    draw(canvas_of(window))
    digit = window.findChild(QLabel, "predictedDigit")
    black = digit.grab().toImage()
    assert (digit.text(), text_of(window, "rejectionNote")) == ("7", "")
    assert not digit.property("doubted")
    window.session.model.set_refuse_below(1.0)
    assert sure(window) < 1
    assert digit.text() == "7"
    assert digit.property("doubted") is True
    assert digit.grab().toImage() != black
    note = window.findChild(QLabel, "rejectionNote")
    assert note.isVisible()
    assert note.text() == "This may be a 7. Best guess just below 100 %, where doubt begins."
    assert "A clear case" not in texts(window.draw_page.answer)
    window.session.model.set_refuse_below(0.0)
    assert (digit.text(), note.text(), note.isVisible()) == ("7", "", False)
    assert digit.grab().toImage() == black
    window.session.model.set_refuse_below(1.0)
    window.session.drawing.clear()
    assert (digit.text(), note.text(), note.isVisible()) == ("", "", False)


def test_the_field_moves_the_line_at_once_and_the_network_keeps_it(
    window: MainWindow, draw: Draw, qtbot: QtBot, tmp_path: Path
) -> None:
    draw(canvas_of(window))
    window.session.model.network.card.refuse_below = 0.5
    open_tab(window, DOUBT)
    card, model = window.draw_page.doubt_card, window.session.model
    assert (card.threshold.value(), model.is_dirty) == (50, False)
    card.threshold.setValue(100)
    assert (model.network.card.refuse_below, model.is_dirty) == (1.0, True)
    assert text_of(window, "rejectionNote")
    assert card.plot._line.value() == 1.0
    card.threshold.setValue(37)
    assert text_of(window, "rejectionNote") == ""
    window.session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: not model.is_dirty, timeout=10_000)
    assert load_network(tmp_path / "mine.safetensors").card.refuse_below == 0.37
    card.threshold.setValue(80)
    window.session.open_model(str(tmp_path / "mine.safetensors"))
    qtbot.waitUntil(lambda: model.path is not None and not model.is_dirty, timeout=10_000)
    assert (model.network.card.refuse_below, card.threshold.value()) == (0.37, 37)
    assert card.plot._line.value() == 0.37
    assert not model.is_dirty


def test_the_line_is_dragged_by_the_mouse(window: MainWindow, draw: Draw) -> None:
    window.session.model.network.card.refuse_below = 0.5
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
    line = window.session.model.network.card.refuse_below
    assert line == pytest.approx(0.9, abs=0.03)
    assert line == round(line, 2)
    assert card.threshold.value() == round(100 * line)
    assert window.session.model.is_dirty
    assert (text_of(window, "rejectionNote") != "") == (sure(window) < line)


def test_opening_the_card_of_doubt_changes_no_line_that_is_finer_than_a_hundredth(window: MainWindow) -> None:
    window.session.model.network.card.refuse_below = 0.873
    open_tab(window, DOUBT)
    assert window.draw_page.doubt_card.threshold.value() == 87
    assert (window.session.model.network.card.refuse_below, window.session.model.is_dirty) == (0.873, False)


def test_the_curve_is_measured_on_validation_pictures_and_told_in_words(small: MainWindow, qtbot: QtBot) -> None:
    window, session = small, small.session
    session.model.network.card.provenance.pop("calibration", None)
    window.show_page("draw")
    open_tab(window, DOUBT)
    card = window.draw_page.doubt_card
    assert "Measuring" in texts(card)
    qtbot.waitUntil(lambda: session.doubt_curve.curve is not None, timeout=20_000)
    images, labels = session.data.dataset.part("validation")
    expected = coverage_curve(session.model.network.predict_proba(images), labels)
    np.testing.assert_array_equal(session.doubt_curve.curve.coverage, expected.coverage)
    np.testing.assert_array_equal(session.doubt_curve.curve.accuracy, expected.accuracy)
    assert "the validation part of" in texts(card)
    (drawn_coverage, _), (drawn_accuracy,) = (
        [curve.getData() for curve in plot._curves] for plot in (card.plot, card.accuracy)
    )
    np.testing.assert_array_equal(drawn_coverage[1], expected.coverage)
    answered = expected.coverage > 0  # where nothing is answered there is nothing right or wrong
    assert not answered.all()
    np.testing.assert_array_equal(drawn_accuracy[1], expected.accuracy[answered])
    bottom, top = card.accuracy.getPlotItem().viewRange()[1]
    assert bottom <= expected.accuracy[answered].min() <= 1 < top
    card.threshold.setValue(0)
    assert card.accuracy._line.value() == 0
    assert "100 % of digits answered" in texts(card).replace("100.0", "100")
    assert "scribbles doubtful" not in texts(card)  # nothing is known of letters


def test_a_calibrated_network_brings_its_own_curve(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    network = window.session.model.network.copy()
    shares = np.random.default_rng(1).dirichlet(np.ones(10), 40).astype(np.float32)
    curve = coverage_curve(shares, shares.argmax(axis=1), shares)
    network.card.provenance["calibration"] = {"curve": curve.as_dict()}
    save_network(network, tmp_path / "calibrated.safetensors")
    open_tab(window, DOUBT)
    window.session.open_model(str(tmp_path / "calibrated.safetensors"))
    qtbot.waitUntil(lambda: "40 calibration pictures" in texts(window.draw_page.doubt_card))
    window.draw_page.doubt_card.threshold.setValue(100)
    assert "of letters and scribbles doubtful" in texts(window.draw_page.doubt_card)


@pytest.mark.parametrize(
    "damage", ["none", {"curve": {"coverage": 3}}, {"curve": None}], ids=["text", "short", "null"]
)
def test_a_damaged_curve_in_a_file_is_measured_anew(small: MainWindow, qtbot: QtBot, damage: object) -> None:
    small.session.model.network.card.provenance["calibration"] = damage
    small.show_page("draw")
    open_tab(small, DOUBT)
    qtbot.waitUntil(lambda: "Measured on the" in texts(small.draw_page.doubt_card), timeout=20_000)


def test_the_curve_is_shown_and_seldom_measured_while_the_network_learns(
    small: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, model = small.session, small.session.model
    model.network.card.provenance.pop("calibration", None)
    measured: list[int] = []
    monkeypatch.setattr(
        doubt_curve, "coverage_curve", lambda rows, labels: measured.append(1) or coverage_curve(rows, labels)
    )
    session.doubt_curve._rest.setInterval(1500)
    small.show_page("draw")
    open_tab(small, DOUBT)
    card, curves = small.draw_page.doubt_card, session.doubt_curve

    def learn() -> None:
        model.take_weights(model.network.weights(), (model.network.input_mean, model.network.input_deviation))

    learn()  # before what has been begun has ended
    qtbot.waitUntil(lambda: curves.curve is not None, timeout=20_000)
    first = curves.curve
    assert "has changed since" in texts(card)
    for _ in range(10):
        learn()
        wait(20)
        assert curves.curve is first
        assert "digits answered" in texts(card)
    assert len(measured) == 1
    qtbot.waitUntil(lambda: curves.is_current, timeout=20_000)  # without anybody's doing
    assert len(measured) == 2
    assert "has changed since" not in texts(card)


def test_a_curve_that_cannot_be_measured_is_told_once_and_in_its_place(
    small: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("there is not enough memory")

    said: list[str] = []
    small.session.failed.connect(said.append)
    small.session.model.network.card.provenance.pop("calibration", None)
    small.session.doubt_curve._rest.setInterval(10)
    with monkeypatch.context() as patch:
        patch.setattr(doubt_curve, "coverage_curve", fail)
        small.show_page("draw")
        open_tab(small, DOUBT)
        card = small.draw_page.doubt_card
        qtbot.waitUntil(lambda: bool(said), timeout=20_000)
        small.session.data.exclude([0])  # it is tried again, in vain
        wait(300)
        assert len(said) == 1
        assert "Measuring" not in texts(card)
        assert said[0] in texts(card)
    small.session.data.exclude([1])
    qtbot.waitUntil(lambda: "Measured on" in texts(card), timeout=20_000)


# my hand and the data


def test_the_hand_is_compared_with_training_digits_measured_in_the_background(
    window: MainWindow, draw: Draw, qtbot: QtBot
) -> None:
    card, handwriting = window.draw_page.style_card, window.session.handwriting
    assert handwriting.training is None  # nobody has looked yet
    open_tab(window, STYLE)
    assert texts(card).count("Measuring the training digits…") == 4
    qtbot.waitUntil(lambda: handwriting.training is not None, timeout=30_000)
    assert handwriting.training.shape == (1000, 4)
    measured = handwriting.training
    window.session.data.exclude([0])  # one of thousands: not worth another measurement
    assert handwriting.training is measured
    window.session.data.cut(SplitRule(seed=7))
    qtbot.waitUntil(lambda: handwriting.training is not None, timeout=30_000)
    assert handwriting.training is not measured
    assert texts(card).count("Draw a digit to see its place here.") == 4
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


def test_only_digits_that_were_kept_or_cleared_are_earlier_ones(
    window: MainWindow, draw: Draw, qtbot: QtBot
) -> None:
    session, handwriting = window.session, window.session.handwriting
    draw(canvas_of(window))
    seven = handwriting.styles
    for _ in range(3):  # the same digit goes and comes back
        session.undo_stack.undo()
        session.undo_stack.redo()
    assert handwriting.styles == seven
    session.drawing.clear()
    session.undo_stack.undo()
    assert handwriting.styles == seven
    QTest.keyClick(canvas_of(window), Qt.Key.Key_7)
    assert handwriting.styles == seven
    for x in (0.3, 0.7):
        draw(canvas_of(window), [(x, 0.2), (x, 0.8)])
    qtbot.waitUntil(lambda: session.answering.number is not None, timeout=10_000)
    session.drawing.clear()
    assert handwriting.styles == seven


def test_other_data_are_measured_anew(small: MainWindow, draw: Draw, qtbot: QtBot) -> None:
    small.show_page("draw")
    draw(canvas_of(small))
    open_tab(small, STYLE)
    handwriting = small.session.handwriting
    qtbot.waitUntil(lambda: handwriting.training is not None, timeout=30_000)
    assert len(handwriting.training) == len(small.session.data.dataset.split.train) == 255
    small.session.data.open("bundled", ask=False)
    qtbot.waitUntil(lambda: len(small.session.data.dataset) == 5000, timeout=20_000)
    qtbot.waitUntil(lambda: handwriting.training is not None and len(handwriting.training) == 1000, timeout=30_000)


def test_what_nobody_can_tell_apart_stands_side_by_side(qtbot: QtBot) -> None:
    strip = TraitStrip("Size", 0.05)
    qtbot.addWidget(strip)
    strip.resize(200, strip.height())
    low, high = strip._range(np.full(100, 0.714))
    assert low < 0.714 < high  # a single value has a place, too
    strip.set_values(np.full(100, 0.714), [0.70])
    low, high = strip._range(np.full(100, 0.714))
    assert (0.714 - 0.70) / (high - low) < 0.1
    strip.set_values(np.full(100, 0.714), [0.3])
    low, high = strip._range(np.full(100, 0.714))
    assert (0.714 - 0.3) / (high - low) > 0.5


def test_the_bins_follow_from_the_data(qtbot: QtBot) -> None:
    size, slant = TraitStrip("Size", 0.05), TraitStrip("Slant", 0.5)
    for strip in (size, slant):
        qtbot.addWidget(strip)
    counts, edges = size.bins(np.full(1000, 0.714))
    (place,) = np.flatnonzero(counts)
    low, high = size._range(np.full(1000, 0.714))
    assert (edges[place + 1] - edges[place]) / (high - low) > 0.2  # what nobody tells apart is no spike
    assert edges[place] + edges[place + 1] == pytest.approx(2 * 0.714)
    leaning = np.random.default_rng(0).normal(5, 12, 1000)
    counts, edges = slant.bins(leaning)
    assert 12 < len(counts) < 40
    assert counts.max() < 200
    low, high = slant._range(leaning)
    assert edges[0] <= low < high <= edges[-1]


def test_the_pale_marks_have_a_legend(window: MainWindow, qtbot: QtBot) -> None:
    legend = window.draw_page.style_card.legend
    assert not legend.isVisible()
    open_tab(window, STYLE)
    assert legend.isVisible()
    assert "Earlier drawings" in legend.accessibleName()
    qtbot.waitUntil(lambda: window.session.handwriting.training is not None, timeout=30_000)
    open_tab(window, DOUBT)
    assert not legend.isVisible()


def test_the_line_of_doubt_goes_back_to_where_it_was_measured(window: MainWindow, qtbot: QtBot) -> None:
    open_tab(window, DOUBT)
    reset, card = window.draw_page.doubt_card.reset, window.session.model.network.card
    measured = card.refuse_below
    assert not reset.isEnabled()
    window.draw_page.doubt_card.threshold.setValue(12)
    assert card.refuse_below == 0.12
    assert "64.6 %, the value that calibration measured" in reset.toolTip()
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert window.session.model.network.card.refuse_below == measured == 0.646
    assert not reset.isEnabled()


@pytest.mark.parametrize("shares", [np.full(101, np.nan), None])
def test_shares_of_a_network_that_has_diverged_are_an_empty_plot(qtbot: QtBot, shares: np.ndarray | None) -> None:
    plot = DoubtPlot("accuracy", "Accuracy", ("accuracy",), from_lowest=True)
    qtbot.addWidget(plot)
    plot.show_shares(shares)
    assert plot.getPlotItem().viewRange()[1][0] == 0
