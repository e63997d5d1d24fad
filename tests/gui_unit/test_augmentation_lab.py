"""The augmentation lab, driven by real events: operations, variants, room."""

import statistics
import time

import numpy as np
import pytest
from helpers.augmentation_lab import DIGITS, measured, pixels, press, set_strength, texts
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import DARK
from digitgui.looks.theme_controller import ThemeController
from digitgui.pages.data.augmentation_lab import AugmentationLab
from digitgui.settings import Settings
from model.data.augmentation import OPERATIONS, PRESETS, Step
from model.network.task import Task

VIEWS = Task(("cat", "dog"), (28, 28, 3), "photo")
COLOURED = np.random.default_rng(0).integers(0, 256, (28, 28, 3), np.uint8)


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
    if name == "saturation":
        lab.show_picture(COLOURED, VIEWS)
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


def test_a_low_lab_shows_some_rows_below_the_variants(lab: AugmentationLab) -> None:
    lab.resize(386, 500)  # as in a window of 1366 × 768
    QApplication.processEvents()
    assert lab.findChild(QScrollArea).viewport().height() >= 7 * lab.rows["rotation"].height()


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
            started = time.thread_time()
            QTest.keyClick(slider, Qt.Key.Key_Right)
            lab.repaint()
            QApplication.processEvents()
            times.append(time.thread_time() - started)
        medians.append(statistics.median(times))
    print(f"64 variants: {1000 * min(medians):.1f} ms (medians: {np.round(1000 * np.array(medians), 1)})")
    assert min(medians) < 0.05


def test_the_columns_of_the_lab_have_heads_over_what_they_name(lab: AugmentationLab) -> None:
    lab.set_room(1.0)
    QApplication.processEvents()
    row = lab.rows["rotation"]
    for title, part in (("Strength", row.value), ("Pictures", row.probability)):
        head = next(one for one in lab.findChildren(QLabel) if one.text() == title)
        ends = [one.mapTo(lab, one.rect().topRight()).x() for one in (head, part)]
        assert abs(ends[0] - ends[1]) <= 16


def test_photographs_are_flipped_without_a_warning_and_have_colours_to_change(lab: AugmentationLab) -> None:
    assert not lab.rows["saturation"].isVisibleTo(lab)
    lab.choice.setCurrentText("photo")
    assert lab.pipeline == PRESETS["photo"]
    assert lab.rows["flip"].title.property("tone") == "warning"
    lab.show_picture(COLOURED, VIEWS)
    assert lab.rows["flip"].title.property("tone") == ""
    assert lab.rows["saturation"].isVisibleTo(lab)
    lab.rows["saturation"].switch.setChecked(True)
    assert Step("saturation", 0.3) in lab.pipeline.steps
    lab.show_picture(DIGITS.images[3])
    assert lab.rows["flip"].title.property("tone") == "warning"
