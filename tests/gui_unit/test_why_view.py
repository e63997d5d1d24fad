"""Why this answer: every explanation is of the picture and the network that are looked at."""

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.why_maps import METHODS, likeness_words, two_places
from digitgui.pages.inspect.why_view import WhyView
from digitgui.widgets.pictures.digit_picture import FRAME
from model import Network, build
from model.inspection.attribution import gradient_times_input, saliency
from model.inspection.grad_cam import grad_cam
from model.inspection.random_twin import random_twin
from model.inspection.receptive_field import receptive_field
from model.inspection.sampled_pictures import features_in, hidden_features, training_sample
from model.inspection.trace import Unit, trace
from model.network.layers import Dense, Flatten

SALIENCY, TIMES_INPUT, OCCLUSION, CAM, INK, NEAREST, EXCITING = range(7)
NUMBER = 7


@pytest.fixture
def view(few: MainWindow, qtbot: QtBot) -> WhyView:
    """Look at a picture of the data, and ask why it is answered so."""
    view = few.inspect_page.findChild(WhyView)
    few.show_page("inspect")
    page = few.inspect_page
    page.tabs.button([page.stack.widget(tab) for tab in range(page.stack.count())].index(view)).click()
    page.sources.button(1).click()
    page.number.setValue(NUMBER + 1)
    settle(few, qtbot)
    return view


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until nothing is computed any more."""
    calm = 0

    def is_calm() -> bool:
        nonlocal calm
        calm = 0 if any(one.is_under_way for one in window.session.activity._all) else calm + 1
        return calm > 3

    qtbot.waitUntil(is_calm, timeout=30_000)


def texts(part: QWidget) -> str:
    return " ".join(text.text() for text in part.findChildren(QLabel) if text.isVisible())


def shown(view: WhyView) -> tuple[object, object]:
    """Return what the two maps show, as pictures."""
    return view.maps.learned.grab().toImage(), view.maps.random.grab().toImage()


def choose(view: WhyView, number: int, window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(view.chips.button(number), Qt.MouseButton.LeftButton)
    settle(window, qtbot)


def test_each_map_stands_beside_that_of_random_weights(view: WhyView, few: MainWindow, qtbot: QtBot) -> None:
    network, picture = few.session.model.network, few.session.data.dataset.images[NUMBER]
    answer = int(network.predict_proba(picture[np.newaxis])[0].argmax())
    before = None
    for number in (SALIENCY, TIMES_INPUT, OCCLUSION, CAM):
        choose(view, number, few, qtbot)
        found = view.maps._looking.answer
        compute = METHODS[number].compute or (lambda *of: grad_cam(*of).values)
        assert found.digit == answer
        np.testing.assert_allclose(found.values, compute(network.copy(), picture, answer), atol=1e-6)
        np.testing.assert_allclose(found.random, compute(random_twin(network), picture, answer), atol=1e-6)
        told = texts(view.maps)
        assert METHODS[number].colours.format(answer) in told
        assert "Random weights" in told
        assert "Rank correlation" in told
        assert ("Layer: relu2, 32 maps of 11×11" in told) == (number == CAM)
        learned, random = shown(view)
        assert learned != random
        assert learned != before
        before = learned


def test_the_maps_follow_the_picture_the_label_and_the_network(
    view: WhyView, few: MainWindow, qtbot: QtBot
) -> None:
    page, inspection = few.inspect_page, few.session.inspection
    before = shown(view)
    assert not view.maps.digits.button(1).isVisible()
    wrong = (inspection.trace.answer + 1) % 10
    page.label.choose(str(wrong))
    settle(few, qtbot)
    QTest.mouseClick(view.maps.digits.button(1), Qt.MouseButton.LeftButton)
    settle(few, qtbot)
    assert view.maps.digits.button(1).text() == f"Why {wrong} (right answer)"
    assert f"speaks for {wrong}" in texts(view.maps)
    assert shown(view)[0] != before[0]
    page.number.setValue(NUMBER + 2)
    settle(few, qtbot)
    picture = few.session.data.dataset.images[NUMBER + 1]
    assert np.array_equal(view.maps._looking.answer.picture, picture)
    other = build("journal-8", seed=5)
    inspection.look_at(other, "another")
    settle(few, qtbot)
    found = view.maps._looking.answer
    np.testing.assert_allclose(found.values, saliency(other.copy(), picture, found.digit), atol=1e-6)


def test_nothing_is_computed_out_of_sight(view: WhyView, few: MainWindow, qtbot: QtBot) -> None:
    before = view.maps._looking.answer
    few.show_page("data")
    few.session.inspection.choose_picture(3)
    few.session.inspection.request()
    settle(few, qtbot)
    assert view.maps._looking.answer is before
    few.show_page("inspect")
    settle(few, qtbot)
    assert np.array_equal(view.maps._looking.answer.picture, few.session.data.dataset.images[3])


def test_an_empty_map_and_a_network_without_convolutions_are_explained(
    view: WhyView, few: MainWindow, qtbot: QtBot
) -> None:
    network = build("journal-8")
    network.named_parameters()["dense1.weight"].value[...] = -1
    few.session.inspection.look_at(network, "gloomy")
    choose(view, CAM, few, qtbot)
    assert "The map is empty" in texts(view.maps)
    assert "cannot be compared" in texts(view.maps)
    few.session.inspection.look_at(Network([Flatten(), Dense(10)]), "flat")
    settle(few, qtbot)
    assert "needs a convolution whose maps have at least 5 × 5 places" in texts(view.maps)
    choose(view, TIMES_INPUT, few, qtbot)
    assert "needs a convolution" not in texts(view.maps)
    network.named_parameters()["dense1.weight"].value[...] = np.nan
    few.session.inspection.look_at(network, "diverged")
    settle(few, qtbot)
    assert "not finite" in texts(view.maps)


def test_likeness_is_told_with_its_meaning() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, 28, 28)).astype(np.float32)
    assert "learned nothing gives another map, so this one shows what was" in likeness_words(one, other)
    assert "1.00 for the strength, 1.00 with the sign." in likeness_words(one, one)
    assert "The map hardly depends" in likeness_words(one, one)
    assert [two_places(number) for number in (-0.001, 0.234, -0.5)] == ["0.00", "0.23", "\N{MINUS SIGN}0.50"]
    flipped = np.abs(one) * np.sign(other)
    assert "its colours were learned" in likeness_words(one, flipped)
    assert likeness_words(abs(one), abs(one)).endswith("on it. Rank correlation of the two maps: 1.00.")
    assert "Part of the map" in likeness_words(abs(one), abs(one) + abs(other))


def test_the_smallest_change_is_shown_with_the_new_answer(view: WhyView, few: MainWindow, qtbot: QtBot) -> None:
    choose(view, INK, few, qtbot)
    picture, change = view.ink._looking.answer
    assert np.array_equal(picture, few.session.data.dataset.images[NUMBER])
    network = few.session.model.network
    assert network.predict_proba(change.after[np.newaxis])[0].argmax() == change.new != change.old
    told = texts(view.ink)
    assert f"to turn {change.old} into {change.new}" in told
    assert f"After: {change.new}" in told
    assert "an even smaller change may exist" in told
    stubborn = Network([Flatten(), Dense(10)])
    stubborn.parameters()[0].value[...] = 0
    stubborn.parameters()[1].value[3] = 1
    few.session.inspection.look_at(stubborn, "stubborn")
    settle(few, qtbot)
    assert "No change of up to 60 pixels" in texts(view.ink)
    assert "to turn" not in texts(view.ink)


def test_the_nearest_training_pictures_are_those_of_a_search_through_all(
    view: WhyView, few: MainWindow, qtbot: QtBot
) -> None:
    choose(view, NEAREST, few, qtbot)
    dataset, network = few.session.data.dataset, few.session.model.network.copy()
    sample = training_sample(dataset, 128)
    features = hidden_features(network, dataset.images[sample])
    index = few.session.inspection.index
    distances = np.linalg.norm(features - features_in(trace(network, dataset.images[index])), axis=1)
    distances[sample == index] = np.inf
    expected = sample[np.argsort(distances, kind="stable")[:8]]
    sampled, answer, chosen, _ = view.nearest._looking.answer
    assert chosen.tolist() == expected.tolist()
    captions = [caption.text() for caption in view.nearest.pictures.captions]
    assert [caption.split(" ")[0] for caption in captions] == [str(dataset.labels[one]) for one in expected]
    same = int((dataset.labels[expected] == answer).sum())
    assert f"{same} of the 8 nearest training pictures have the label {answer}" in texts(view.nearest)
    assert f"All {len(sample)} training pictures" in texts(view.nearest)

    few.inspect_page.number.setValue(NUMBER + 3)  # features are computed once for a network
    settle(few, qtbot)
    assert view.nearest._looking.answer[0] is sampled
    few.session.model.take_weights(build("lenet", seed=9).weights(), (0.0, 1.0))
    qtbot.waitUntil(lambda: view.nearest._sampling.answer is not sampled, timeout=20_000)
    settle(few, qtbot)
    assert view.nearest._looking.answer[0] is view.nearest._sampling.answer
    assert "has changed since" not in texts(view.nearest)


def test_a_picture_of_the_training_part_is_not_its_own_neighbour(
    view: WhyView, few: MainWindow, qtbot: QtBot
) -> None:
    index = int(few.session.data.dataset.indices("train")[0])
    few.inspect_page.number.setValue(index + 1)
    choose(view, NEAREST, few, qtbot)
    assert few.session.inspection.index == index
    assert index not in view.nearest._looking.answer[2]


def test_while_the_network_changes_the_pictures_say_that_they_are_of_before(
    view: WhyView, few: MainWindow, qtbot: QtBot
) -> None:
    choose(view, NEAREST, few, qtbot)
    sampled = view.nearest._sampling.answer
    view.nearest._rest.setInterval(60_000)
    few.session.model.take_weights(build("lenet", seed=9).weights(), (0.0, 1.0))
    qtbot.waitUntil(lambda: "The network has changed since" in texts(view.nearest), timeout=10_000)
    assert view.nearest._sampling.answer is sampled


def test_pictures_excite_the_map_of_the_pinned_number(view: WhyView, few: MainWindow, qtbot: QtBot) -> None:
    few.session.inspection.pin(None)
    choose(view, EXCITING, few, qtbot)
    assert "Pin a number" in texts(view.exciting)
    dataset, network = few.session.data.dataset, few.session.model.network.copy()
    sample = training_sample(dataset, 64)
    for unit, kind in ((Unit("conv2", (3, 4, 5)), "map"), (Unit("dense1", (17,)), "unit")):
        few.session.inspection.pin(unit)
        settle(few, qtbot)
        outputs = [trace(network, dataset.images[one])[f"{unit.layer}.output"] for one in sample]
        largest = np.array([output[unit.index[0]].max() for output in outputs])
        captions = [caption.text() for caption in view.exciting.pictures.captions]
        expected = np.sort(largest)[::-1][:8]
        assert [float(caption.split(" ")[-1]) for caption in captions] == pytest.approx(expected, abs=0.006)
        assert f"{unit.layer}, {kind} {unit.index[0]}" in texts(view.exciting)
        first, picture = outputs[int(largest.argmax())][unit.index[0]], view.exciting.pictures.pictures[0]
        colors = {picture.grab().toImage().pixelColor(x, y).name() for x in range(60) for y in range(60)}
        assert (FRAME.lower() in colors) == (kind == "map")
        if kind == "map":
            place = np.unravel_index(int(first.argmax()), first.shape)
            layers = trace(network, dataset.images[0]).layers
            _, rows, columns = receptive_field(layers, Unit("conv2", (3, int(place[0]), int(place[1]))))
            assert picture._frame == (rows, columns)
    few.session.inspection.pin(Unit("input", (0, 3, 3)))
    assert "Pin a number" in texts(view.exciting)
    assert not any(picture.isVisible() for picture in view.exciting.pictures.pictures)


def test_every_explanation_is_reached_by_keyboard(view: WhyView, few: MainWindow, qtbot: QtBot) -> None:
    view.chips.button(0).setFocus(Qt.FocusReason.TabFocusReason)
    for number in range(1, 7):
        QTest.keyClick(few.focusWidget(), Qt.Key.Key_Right)
        assert few.focusWidget() is view.chips.button(number)
        QTest.keyClick(few.focusWidget(), Qt.Key.Key_Space)
        assert view.chips.button(number).isChecked()
    settle(few, qtbot)
    assert view.exciting.isVisible()


def test_the_map_on_evaluate_is_the_same(few: MainWindow) -> None:
    from digitgui.pages.evaluate.insight_view import _maps

    network, picture = few.session.model.network.copy(), few.session.data.dataset.images[0]
    np.testing.assert_array_equal(_maps(network, picture, 3)[2], gradient_times_input(network, picture, 3))


@pytest.mark.parametrize("steps", [0, 2, 10])
def test_nothing_is_cut_off_in_the_smallest_window(
    view: WhyView, few: MainWindow, qtbot: QtBot, steps: int
) -> None:
    few.resize(1024, 640)
    few.themes.enlarge_text(steps)
    few.session.inspection.pin(Unit("conv2", (3, 4, 5)))
    few.inspect_page.label.choose("3")  # another than the answer: two chips
    for number in range(7):
        choose(view, number, few, qtbot)
        qtbot.waitUntil(lambda: assert_nothing_is_cut_off(few))
