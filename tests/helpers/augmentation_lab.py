"""What a user reads and does in the augmentation lab."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

import resources
from digitgui.pages.data.augmentation_lab import AugmentationLab
from model.data.augmentation import OPERATIONS
from model.readers.npz_files import load_npz

DIGITS = load_npz(resources.BUNDLED_DIGITS)


def pixels(lab: AugmentationLab) -> object:
    return lab.preview.variants.grab().toImage()


def texts(lab: AugmentationLab) -> str:
    return "\n".join(part.text() for part in lab.findChildren(QLabel) if not part.isHidden())


def press(lab: AugmentationLab, text: str) -> None:
    button = next(part for part in lab.findChildren(QPushButton) if part.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def set_strength(lab: AugmentationLab, operation: str, strength: float) -> None:
    """Move the slider as the arrow keys do, in one go."""
    slider = lab.rows[operation].slider
    slider.setValue(round(strength / OPERATIONS[operation].interval) - 1)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)


def measured(lab: AugmentationLab, qtbot: QtBot) -> None:
    press(lab, "Measure")
    qtbot.waitUntil(lambda: not lab.measurement.is_running, timeout=60_000)
