"""The augmentation lab, driven by real events."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.augmentation_lab import measured, pixels, press, set_strength, texts
from helpers.model_files import LENET
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

import resources
from digitgui.documents.robustness_measurement import RobustnessCurves
from digitgui.looks.theme import DARK
from digitgui.looks.theme_controller import ThemeController
from digitgui.pages.data import augmentation_lab
from digitgui.pages.data.augmentation_lab import CHOICE_KEY, CUSTOM_KEY, AugmentationLab
from digitgui.settings import Settings
from digitgui.work.computation import Activity
from model import load_network
from model.data.augmentation import OPERATIONS, PRESETS, Pipeline, Step
from model.network.network import Network
from model.readers.sources import load_npz

DIGITS = load_npz(resources.BUNDLED_DIGITS)
MINE = Pipeline("mine", (Step("rotation", 20.5, 0.5), Step("noise", 3.0)))


@pytest.fixture
def activity(qtbot: QtBot) -> Iterator[Activity]:
    activity = Activity()
    yield activity
    activity.shut_down()


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(LENET)


@pytest.fixture
def make_lab(
    qtbot: QtBot, settings: Settings, activity: Activity, network: Network
) -> Callable[[], AugmentationLab]:
    def make() -> AugmentationLab:
        lab = AugmentationLab(
            settings, activity, lambda: network, lambda: lambda: (DIGITS.images[:60], DIGITS.labels[:60])
        )
        qtbot.addWidget(lab)
        lab.resize(400, 640)
        lab.setMinimumSize(368, 400)  # or, a window of its own, it would tell the screen, which has no ear
        lab.show()
        qtbot.waitExposed(lab)
        lab.show_picture(DIGITS.images[16])
        qtbot.wait(20)  # until everything stands where it stays
        return lab

    return make


@pytest.fixture
def lab(make_lab: Callable[[], AugmentationLab]) -> AugmentationLab:
    return make_lab()


def test_it_begins_with_the_handwriting_of_the_model_package(lab: AugmentationLab) -> None:
    assert lab.choice.currentText() == "handwriting"
    assert lab.pipeline == PRESETS["handwriting"]
    assert not lab.rows["flip"].switch.isChecked()
    assert lab.rows["rotation"].value.text() == "± 12°"
    assert lab.rows["thickness"].probability.text() == "75 %"


def test_rolling_draws_other_variants_and_a_preset_others_still(lab: AugmentationLab) -> None:
    first = pixels(lab)
    press(lab, "Re-roll")
    second = pixels(lab)
    assert second != first
    lab.choice.setCurrentText("journal")
    assert pixels(lab) != second
    assert lab.pipeline == PRESETS["journal"]
    assert lab.pipeline.one_per_picture


def test_the_original_stays_and_another_picture_shows_at_once(lab: AugmentationLab) -> None:
    original, variants = lab.preview.original.grab().toImage(), pixels(lab)
    press(lab, "Re-roll")
    assert lab.preview.original.grab().toImage() == original
    lab.show_picture(DIGITS.images[3])
    assert lab.preview.original.grab().toImage() != original
    assert pixels(lab) != variants


def test_a_slider_makes_the_pipeline_ones_own_and_is_followed_smoothly(lab: AugmentationLab, qtbot: QtBot) -> None:
    before = pixels(lab)
    with qtbot.waitSignal(lab.pipeline_changed):
        set_strength(lab, "rotation", 30)
    assert lab.choice.currentText() == "custom"
    steps = {step.operation: step for step in lab.pipeline.steps}
    assert steps["rotation"] == Step("rotation", 30.0)
    assert "flip" not in steps
    assert {name: step for name, step in steps.items() if name != "rotation"} == {
        step.operation: step for step in PRESETS["handwriting"].steps if step.operation != "rotation"
    }
    assert pixels(lab) != before
    set_strength(lab, "rotation", 12)
    assert pixels(lab) == before, "the same random numbers for the same strength"
    assert "up to 12°" in lab.pipeline.sentences()[1]


def test_a_switch_turns_an_operation_on_and_off(lab: AugmentationLab) -> None:
    flip = lab.rows["flip"]
    QTest.mouseClick(flip.switch, Qt.MouseButton.LeftButton)
    assert Step("flip", 1.0, 0.5) in lab.pipeline.steps
    assert not flip.slider.isVisible()
    QTest.mouseClick(flip.switch, Qt.MouseButton.LeftButton)
    QTest.mouseClick(lab.rows["noise"].switch, Qt.MouseButton.LeftButton)
    steps = {step.operation: step for step in lab.pipeline.steps}
    assert "flip" not in steps
    assert not steps["noise"].enabled
    assert not lab.rows["noise"].slider.isEnabled()


def test_a_probability_can_be_typed(lab: AugmentationLab) -> None:
    box = lab.rows["scale"].probability
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "40")
    assert Step("scale", 0.15, 0.4) in lab.pipeline.steps
    assert box.text() == "40 %"


def test_one_for_each_picture_can_be_chosen(lab: AugmentationLab) -> None:
    lab._one_per_picture.click()
    assert lab.pipeline.one_per_picture
    assert lab.choice.currentText() == "custom"


def test_choosing_custom_brings_ones_own_back(lab: AugmentationLab) -> None:
    set_strength(lab, "shear", 0.5)
    mine = lab.pipeline
    lab.choice.setCurrentText("journal")
    assert lab.rows["flip"].switch.isChecked()
    lab.choice.setCurrentText("custom")
    assert lab.pipeline == mine
    assert not lab.rows["flip"].switch.isChecked()


def test_the_selected_operation_is_told_about_and_shown_from_least_to_most(lab: AugmentationLab) -> None:
    QTest.mouseClick(lab.rows["shear"].title, Qt.MouseButton.LeftButton)
    assert OPERATIONS["shear"].sentence in texts(lab)
    assert [caption.text() for _, caption in lab.detail.range] == ["−0.25 px/row", "none", "+0.25 px/row"]
    least, none, most = (picture.grab().toImage() for picture, _ in lab.detail.range)
    assert least != none != most != least
    lab.rows["noise"].slider.setFocus()  # the keyboard selects too
    assert [caption.text() for _, caption in lab.detail.range] == ["none", "5 of 255", "10 of 255"]
    lab.select("flip")
    assert [caption.text() for _, caption in lab.detail.range if not caption.isHidden()] == ["none", "mirrored"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_seen_alone(lab: AugmentationLab, name: str) -> None:
    press(lab, "Selected change only")
    lab.select(name)
    whole = pixels(lab)
    lab.rows[name].show_step(Step(name, OPERATIONS[name].maximum))
    lab._refresh()
    assert pixels(lab) != whole
    shown = {operation for operation in OPERATIONS if operation != name}
    for other in shown:
        lab.rows[other].show_step(Step(other, 0.0))
    before = pixels(lab)
    lab._refresh()
    assert pixels(lab) == before, "the others do not matter"


def test_what_destroys_labels_is_warned_of_before_anything_is_measured(lab: AugmentationLab) -> None:
    assert not any(row.title.property("tone") for row in lab.rows.values())
    QTest.mouseClick(lab.rows["flip"].switch, Qt.MouseButton.LeftButton)
    assert "A mirrored 2 looks like a 5" in texts(lab)
    assert lab.rows["flip"].title.property("tone") == "warning"
    set_strength(lab, "rotation", 180)
    assert "a 6 upside down is a 9" in texts(lab)
    set_strength(lab, "rotation", 20)
    assert "a 6 upside down is a 9" not in texts(lab)
    assert not lab.rows["rotation"].title.property("tone")


def test_measuring_draws_curves_warns_and_says_of_what(lab: AugmentationLab, qtbot: QtBot) -> None:
    assert "Not measured yet" in texts(lab)
    set_strength(lab, "noise", 100)
    assert "Measured" not in texts(lab)
    measured(lab, qtbot)
    curves = lab.measurement.curves
    assert curves is not None
    assert set(curves.accuracies) == set(OPERATIONS)
    assert curves.accuracies["noise"][0] > 0.95
    assert curves.accuracies["noise"][-1] < 0.5
    assert "lenet, 60 validation pictures" in texts(lab)
    assert "Measured: at this strength" in texts(lab)
    assert lab.rows["noise"].title.property("tone") == "warning"
    assert lab.detail.plot.isVisible()
    set_strength(lab, "noise", 10)
    assert "Measured: at this strength" not in texts(lab)


def test_other_weights_make_what_was_measured_outdated(lab: AugmentationLab, qtbot: QtBot) -> None:
    lab.mark_outdated()  # nothing was measured yet
    measured(lab, qtbot)
    assert "outdated" not in texts(lab)
    lab.mark_outdated()
    assert "outdated" in texts(lab)
    measured(lab, qtbot)
    assert "outdated" not in texts(lab)


def test_a_measurement_can_be_cancelled_and_begun_again(lab: AugmentationLab, qtbot: QtBot) -> None:
    press(lab, "Measure")
    qtbot.waitUntil(lambda: lab.measurement.progress > 0, timeout=10_000)
    press(lab, "Cancel")
    assert not lab.measurement.is_running
    reached = lab.measurement.progress
    qtbot.wait(200)
    assert lab.measurement.progress == reached < 1
    measured(lab, qtbot)
    assert lab.measurement.progress == 1


def test_a_measurement_without_pictures_says_so(
    qtbot: QtBot, settings: Settings, activity: Activity, network: Network
) -> None:
    lab = AugmentationLab(
        settings, activity, lambda: network, lambda: lambda: (DIGITS.images[:0], DIGITS.labels[:0])
    )
    qtbot.addWidget(lab)
    with qtbot.waitSignal(lab.failed) as failed:
        lab.detail.measure_button.click()
    assert "there are no pictures" in failed.args[0]
    assert not lab.measurement.is_running


def test_the_end_of_the_program_ends_a_measurement(lab: AugmentationLab, activity: Activity, qtbot: QtBot) -> None:
    press(lab, "Measure")
    activity.shut_down()
    qtbot.wait(100)  # what was on its way arrives, and asks for nothing more
    assert lab.measurement.progress < 1


def test_ones_own_pipeline_is_there_again_at_the_next_start(make_lab: Callable[[], AugmentationLab]) -> None:
    first = make_lab()
    set_strength(first, "elastic", 2.5)
    first.rows["noise"].switch.click()
    again = make_lab()
    assert again.pipeline == first.pipeline
    assert again.choice.currentText() == "custom"
    assert again.rows["elastic"].value.text() == "2.5 px sd"
    again.choice.setCurrentText("journal")
    assert make_lab().pipeline == PRESETS["journal"]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"name": "x", "steps": [{"operation": "blur"}]}'])
def test_a_broken_value_counts_as_not_there(
    make_lab: Callable[[], AugmentationLab], settings: Settings, broken: str
) -> None:
    settings.set(CUSTOM_KEY, broken)
    settings.set(CHOICE_KEY, "custom")
    assert make_lab().pipeline.steps == PRESETS["handwriting"].steps
    settings.set(CHOICE_KEY, "gone")
    assert make_lab().pipeline == PRESETS["handwriting"]


def test_a_pipeline_goes_through_a_file_unchanged(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(MINE.to_json(), encoding="utf-8")
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: file)
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: tmp_path / "out.json")
    lab.import_json()
    assert lab.pipeline == MINE, "20.5 degrees too, between two positions of the slider"
    assert lab.choice.currentText() == "custom"
    assert not lab.rows["scale"].switch.isChecked()
    lab.export_json()
    assert Pipeline.from_json((tmp_path / "out.json").read_text(encoding="utf-8")) == MINE
    set_strength(lab, "noise", 4)
    assert lab.pipeline == Pipeline("custom", (Step("rotation", 20.5, 0.5), Step("noise", 4.0)))


def test_what_passes_for_a_preset_becomes_ones_own_and_nothing_is_nothing(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.json"
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: file)
    for text, name, choice in (
        ('{"name": "journal", "steps": []}', "custom", "custom"),
        (PRESETS["journal"].to_json(), "journal", "journal"),
        (PRESETS["none"].to_json(), "custom", "custom"),
    ):
        file.write_text(text)
        lab.import_json()
        assert (lab.pipeline.name, lab.choice.currentText()) == (name, choice)
    assert lab.pipeline.is_identity
    flip = '{"name": "x", "steps": [{"operation": "flip", "strength": 0, "enabled": false}]}'
    file.write_text(flip)
    lab.import_json()
    lab.rows["flip"].switch.click()
    assert Step("flip", 1.0) in lab.pipeline.steps, "a switch without a slider means all of it"


def test_files_that_cannot_be_used_are_told_once_and_change_nothing(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.json").write_text('{"name": "x", "steps": [{"operation": "rotation", "strength": 999}]}')
    failures: list[str] = []
    lab.failed.connect(failures.append)
    for name, word in (("gone.json", "gone.json"), ("wrong.json", "999")):
        monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_, name=name: tmp_path / name)
        lab.import_json()
        assert word in failures[-1]
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: tmp_path / "gone" / "x.json")
    lab.export_json()
    assert len(failures) == 3
    assert lab.pipeline == PRESETS["handwriting"]
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: None)
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: None)
    lab.import_json()
    lab.export_json()
    assert len(failures) == 3


def test_the_wheel_over_a_control_scrolls_the_page_until_that_has_the_focus(lab: AugmentationLab) -> None:
    slider = lab.rows["thickness"].slider
    bar = lab.findChild(QScrollArea).verticalScrollBar()
    lab.resize(400, 460)
    QApplication.processEvents()
    assert bar.maximum() > 0
    for has_focus in (False, True):
        bar.setValue(0)
        (slider if has_focus else lab.choice).setFocus()
        QTest.wheelEvent(
            lab.windowHandle(), QPointF(slider.mapTo(lab, slider.rect().center())), QPoint(0, -120), QPoint()
        )
        assert (bar.value() > 0) == (not has_focus)
        assert (lab.pipeline != PRESETS["handwriting"]) == has_focus


@pytest.mark.parametrize("size", [(400, 560), (400, 640), (640, 700), (700, 900)])
def test_nothing_is_cut_off_at_any_size(lab: AugmentationLab, qtbot: QtBot, size: tuple[int, int]) -> None:
    lab.resize(*size)
    measured(lab, qtbot)
    qtbot.wait(20)
    assert (lab.width(), lab.height()) == size
    area = lab.findChild(QScrollArea)
    assert area.widget().width() <= area.viewport().width()
    assert lab.detail.isVisible()
    for part in lab.findChildren(QLabel):
        if part.isVisible() and not part.wordWrap():
            assert part.width() >= part.sizeHint().width(), part.text()


def test_themes_change_while_it_is_open(lab: AugmentationLab, settings: Settings, qtbot: QtBot) -> None:
    themes = ThemeController(settings, lab.window())
    light = lab.grab().toImage()
    lab.set_theme(DARK)
    measured(lab, qtbot)
    assert lab.grab().toImage() != light
    del themes


def test_64_variants_with_everything_on_take_less_than_50_ms(lab: AugmentationLab) -> None:
    """A step of a slider, from the key to the painted picture; the best of several medians, for a busy machine."""
    for row in lab.rows.values():
        row.switch.setChecked(True)
        row.probability.setValue(100)
    assert len([step for step in lab.pipeline.steps if step.enabled]) == len(OPERATIONS)
    slider = lab.rows["rotation"].slider
    slider.setFocus()
    medians = []
    for _ in range(4):
        times = []
        for _ in range(20):
            started = time.perf_counter()
            QTest.keyClick(slider, Qt.Key.Key_Right)
            lab.repaint()
            QApplication.processEvents()
            times.append(time.perf_counter() - started)
        medians.append(statistics.median(times))
    print(f"64 variants: {1000 * min(medians):.1f} ms (medians: {np.round(1000 * np.array(medians), 1)})")
    assert min(medians) < 0.05


def test_measuring_tells_the_time_left(lab: AugmentationLab, monkeypatch) -> None:
    measurement = type(lab.measurement)
    for name, value in (("is_running", True), ("seconds_left", 12.0)):
        monkeypatch.setattr(measurement, name, property(lambda _self, value=value: value))
    lab.measurement.curves = RobustnessCurves("lenet")
    lab.detail.show_measurement()
    assert "12 s left" in lab.detail.measured.text()


def test_the_columns_of_the_lab_have_heads_over_what_they_name(lab: AugmentationLab) -> None:
    lab.set_room(1.0)
    QApplication.processEvents()
    row = lab.rows["rotation"]
    for title, part in (("Strength", row.value), ("Pictures", row.probability)):
        head = next(one for one in lab.findChildren(QLabel) if one.text() == title)
        ends = [one.mapTo(lab, one.rect().topRight()).x() for one in (head, part)]
        assert abs(ends[0] - ends[1]) <= 16
