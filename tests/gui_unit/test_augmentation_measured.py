"""What the augmentation lab measures and warns of."""

from helpers.augmentation_lab import DIGITS, measured, press, set_strength, texts
from helpers.model_files import LENET
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.documents.robustness_measurement import RobustnessCurves
from digitgui.pages.data.augmentation_lab import AugmentationLab
from digitgui.settings import Settings
from digitgui.work.computation import Activity
from model import load_network
from model.data.augmentation import OPERATIONS


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


def test_a_measurement_without_pictures_says_so(qtbot: QtBot, settings: Settings, activity: Activity) -> None:
    lab = AugmentationLab(
        settings, activity, lambda: load_network(LENET), lambda: lambda: (DIGITS.images[:0], DIGITS.labels[:0])
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


def test_measuring_tells_the_time_left(lab: AugmentationLab, monkeypatch) -> None:
    measurement = type(lab.measurement)
    for name, value in (("is_running", True), ("seconds_left", 12.0)):
        monkeypatch.setattr(measurement, name, property(lambda _self, value=value: value))
    lab.measurement.curves = RobustnessCurves("lenet")
    lab.detail.show_measurement()
    assert "12 s left" in lab.detail.measured.text()
