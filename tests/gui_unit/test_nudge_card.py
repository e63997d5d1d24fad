"""The nudge card: slope and change side by side, kinks named, weights and bias to choose."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.nudging import BIAS, UNIT, WEIGHT
from digitgui.drawings.example import example
from digitgui.pages.inspect.nudge_card import SURE, NudgeCard, verdict
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.tables.term_lines import total_text
from model import build
from model.inspection.nudging import Kink, Nudged, Nudger, Weight
from model.inspection.trace import Unit

POOL = Unit("pool2", (3, 2, 2))


@pytest.fixture
def session(settings: Settings, qtbot: QtBot) -> Iterator[Session]:
    session = Session(settings)
    session.inspection.show_drawing(example()[1].centred)
    session.inspection.choose_label(9)
    yield session
    session.keep_everything()
    session.end_threads()


@pytest.fixture
def card(session: Session, qtbot: QtBot) -> NudgeCard:
    frame, card = QWidget(), NudgeCard(session)
    card.setParent(frame)  # in a window of its own its smallest size would be told to the screen
    for part in (card, frame):
        part.resize(300, 500)
    qtbot.addWidget(frame)
    frame.show()
    card.frame_around = frame
    return card


def settle(card: NudgeCard, qtbot: QtBot) -> Nudged:
    qtbot.waitUntil(lambda: card.nudging.is_current, timeout=20_000)
    assert card.nudging.answer is not None
    return card.nudging.answer.nudged


def click(card: NudgeCard, number: int) -> None:
    QTest.mouseClick(card.choices.button(number), Qt.MouseButton.LeftButton)


def expected(session: Session, place, amount: float) -> Nudged:
    return Nudger(session.inspection.network, example()[1].centred, 9).nudge(place, amount)


def test_without_a_pinned_number_it_says_what_to_do(card: NudgeCard) -> None:
    assert not card.slider.isVisible()
    assert "Pin a number" in card._empty.text()


def test_slope_and_change_stand_side_by_side(card: NudgeCard, session: Session, qtbot: QtBot) -> None:
    session.inspection.pin(POOL)
    nudged = settle(card, qtbot)
    assert nudged == expected(session, POOL, 0.05)
    assert card.amount.text() == "+0.050"
    largest = max(abs(nudged.promised), abs(nudged.real))
    assert card.promised.text() == total_text(nudged.promised, largest)
    assert card.real.text() == f"{total_text(nudged.real, largest)} ✓"
    assert "pool2, map 3, row 2, column 2" in card.place.text()
    card.slider.setFocus()
    QTest.keyClick(card.slider, Qt.Key.Key_PageUp)
    nudged = settle(card, qtbot)
    assert nudged.amount == pytest.approx(0.1)
    assert card.promised.text() == total_text(nudged.promised, max(abs(nudged.promised), abs(nudged.real)))
    assert card.amount.text() == "+0.100"


def test_a_kink_is_told(card: NudgeCard, session: Session, qtbot: QtBot) -> None:
    session.inspection.pin(Unit("input", (0, 14, 14)))
    card.slider.setValue(100)
    nudged = settle(card, qtbot)
    assert nudged.kinks
    assert "ReLUs of relu1 switch" in card.verdict.text()
    assert "there the gradient jumps" in card.verdict.text()
    assert "✓" not in card.real.text()
    assert not card.choices.button(WEIGHT).isEnabled()  # no kernel makes a pixel
    assert not card.choices.button(BIAS).isEnabled()


def test_weights_and_bias_can_be_chosen(card: NudgeCard, session: Session, qtbot: QtBot) -> None:
    session.inspection.pin(POOL)
    settle(card, qtbot)
    assert not card._fields.isVisible()
    click(card, WEIGHT)
    nudged = settle(card, qtbot)
    nudger = Nudger(session.inspection.network, example()[1].centred, 9)
    assert nudged.place == nudger.strongest_weight(POOL)
    assert isinstance(nudged.place, Weight)
    assert tuple(field.value() for field in card.coordinates) == nudged.place.index[1:]
    first = card.coordinates[0]
    assert first.maximum() == 15  # conv2 sees 16 maps
    first.setValue((nudged.place.index[1] + 1) % 16)
    moved = settle(card, qtbot)
    assert moved.place == Weight("conv2.kernel", (3, first.value(), *nudged.place.index[2:]))
    assert f"from map {first.value()}" in card.place.text()
    click(card, BIAS)
    assert settle(card, qtbot).place == Weight("conv2.bias", (3,))
    assert not card._fields.isVisible()
    session.inspection.pin(Unit("dense1", (5,)))
    click(card, WEIGHT)
    settle(card, qtbot)
    assert [pair.isVisible() for pair, _ in card._pairs] == [True, False, False]
    session.inspection.pin(Unit("input", (0, 3, 3)))
    assert settle(card, qtbot).place == Unit("input", (0, 3, 3))
    assert card.choices.checkedId() == UNIT


def test_another_picture_label_or_network_is_computed_anew(
    card: NudgeCard, session: Session, qtbot: QtBot
) -> None:
    session.inspection.pin(POOL)
    before = settle(card, qtbot)
    session.inspection.choose_label(4)
    assert not card.nudging.is_current
    after = settle(card, qtbot)
    assert after.loss != before.loss
    other = session.inspection.network.copy()
    other.named_parameters()["dense2.bias"].value[4] += 1
    session.inspection.look_at(other, "other")
    assert settle(card, qtbot).loss < after.loss


def test_nothing_is_computed_unseen(card: NudgeCard, session: Session, qtbot: QtBot) -> None:
    card.hide()
    session.inspection.pin(POOL)
    qtbot.wait(50)
    assert not card.nudging._asking.is_under_way
    assert card.nudging.answer is None
    card.show()
    settle(card, qtbot)


@pytest.mark.parametrize("width", [300, 500])
def test_it_fits_its_column(card: NudgeCard, session: Session, qtbot: QtBot, width: int) -> None:
    card.resize(width, 500)
    session.inspection.pin(POOL)
    settle(card, qtbot)
    click(card, WEIGHT)
    settle(card, qtbot)
    qtbot.wait(20)
    assert card.minimumSizeHint().width() <= 300
    for part in (card.promised, card.real, card.slider, *card.coordinates):
        right = part.mapTo(card, part.rect().topRight()).x()
        assert part.isVisible()
        assert right <= card.width()


def test_the_verdict_follows_from_the_numbers() -> None:
    def of(real: float, *kinks: Kink) -> str:
        return verdict(Nudged(POOL, 0.1, 1.0, 1.0, 2.0, 2.0 + real, kinks))[0]

    assert of(0.1).endswith("it tells the change.")
    assert "curved" in of(0.2)
    assert of(0.5, Kink("relu1", "ReLU", 1)) == (
        "On the way, 1 ReLU of relu1 switches on or off: there the gradient jumps, so it does not tell the whole"
        " change."
    )
    ties = of(0.5, Kink("pool1", "winner", 2, 1))
    assert "another number becomes the largest in 2 windows of pool1 (in 1, several were equal before)" in ties
    assert of(0.1, Kink("relu1", "ReLU", 2)).endswith("well all the same.")


def test_tiny_changes_are_written_out_and_another_answer_is_proposed(
    card: NudgeCard, session: Session, qtbot: QtBot
) -> None:
    session.inspection.pin(POOL)
    settle(card, qtbot)
    assert SURE not in card.verdict.text()
    sure = session.inspection.network.copy()
    sure.named_parameters()["dense2.bias"].value[9] += 30
    session.inspection.look_at(sure, "sure")
    nudged = settle(card, qtbot)
    assert 0 < abs(nudged.promised) < 1e-8
    assert float(card.promised.text().replace("−", "-")) == pytest.approx(nudged.promised, rel=2e-3)
    assert SURE in card.verdict.text()


def test_the_wheel_scrolls_over_the_slider_that_has_the_keys(card: NudgeCard, session: Session, qtbot) -> None:
    session.inspection.pin(POOL)
    settle(card, qtbot)
    card.slider.setFocus()
    before = card.slider.value()
    place = QPointF(card.slider.rect().center())
    wheel = QWheelEvent(
        *(place, card.slider.mapToGlobal(place), QPoint(), QPoint(0, 120)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(card.slider, wheel)
    assert card.slider.value() == before
    assert not wheel.isAccepted()


def test_a_number_that_another_network_does_not_have_is_not_nudged(
    card: NudgeCard, session: Session, qtbot: QtBot
) -> None:
    session.inspection.pin(POOL)
    settle(card, qtbot)
    with qtbot.waitSignal(session.inspection.changed):
        session.model.replace(build("journal-8"), name="other")
    assert not card.nudging._asking.is_under_way
    session.inspection.request()
    qtbot.waitUntil(lambda: session.inspection.unit is None, timeout=20_000)
    assert card.nudging.problem == ""


def test_a_weight_that_another_network_does_not_have_gives_way(
    card: NudgeCard, session: Session, qtbot: QtBot
) -> None:
    unit = Unit("dense1", (3,))
    with qtbot.waitSignal(session.inspection.changed):
        session.model.replace(build("journal-24"), name="large")
    session.inspection.pin(unit)
    settle(card, qtbot)
    click(card, WEIGHT)
    card.nudging.choose_weight((4000,))
    assert settle(card, qtbot).place == Weight("dense1.weight", (3, 4000))
    with qtbot.waitSignal(session.inspection.changed):
        session.model.replace(build("journal-8"), name="small")  # a unit of it has 1,352 weights
    nudger = Nudger(session.inspection.network, example()[1].centred, 9)
    assert settle(card, qtbot).place == nudger.strongest_weight(unit)
