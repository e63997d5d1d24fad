"""What an evaluation is drawn with: the confusion matrix, heat maps, the reliability diagram."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT
from digitgui.widgets.pictures.heat_map import HeatMap
from digitgui.widgets.plots.reliability_plot import ReliabilityPlot
from digitgui.widgets.tables.confusion_colors import cell_color, ink_on
from digitgui.widgets.tables.confusion_matrix import ConfusionMatrix, Unit
from digitgui.widgets.tables.small_confusion import MARGIN, SIDE, SmallConfusion
from model.judging.calibration import measure_calibration


@pytest.fixture
def matrix(qtbot: QtBot) -> ConfusionMatrix:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    counts = np.diag([10, 20, 30, 40, 50, 60, 70, 80, 90, 0])
    counts[1, 7], counts[7, 1] = 5, 20
    matrix.set_counts(counts)
    matrix.resize(480, 480)
    matrix.show()
    return matrix


def test_cells_hold_counts_or_shares_of_their_row_or_column(matrix: ConfusionMatrix) -> None:
    assert matrix.text((1, 7)) == "5"
    matrix.set_unit(Unit.ROWS)
    assert matrix.text((1, 7)) == "20.0"
    assert matrix.text((0, 0)) == "100"
    assert matrix.text((9, 9)) == "–"
    matrix.set_unit(Unit.COLUMNS)
    assert matrix.text((7, 1)) == "50.0"
    assert matrix.text((1, 7)) == "5.9"
    assert "5 pictures, 20.0 % of those labelled 1, 5.9 % of those answered 7" in matrix.words((1, 7))


def test_keys_move_within_the_matrix_and_choose(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    matrix.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, *[Qt.Key.Key_Right] * 12):
        QTest.keyClick(matrix, key)
    with qtbot.waitSignal(matrix.chosen) as chosen:
        QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert chosen.args == [1, 9]
    assert "Label 1, answered 9: no pictures" in matrix.accessibleDescription()


def test_a_click_beside_the_cells_chooses_nothing(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(matrix.chosen, wait=10):
        QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        QTest.mouseClick(matrix, Qt.MouseButton.RightButton, pos=QPoint(240, 240))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_mistakes_have_another_colour_than_right_answers(matrix: ConfusionMatrix, theme) -> None:
    matrix.set_theme(theme)
    image = matrix.grab().toImage()

    def hue(cell: tuple[int, int]) -> int:
        corner = matrix.cell_rect(cell).topLeft().toPoint() + QPoint(6, 6)
        return image.pixelColor(corner).hslHue()

    assert 200 < hue((8, 8)) < 230
    assert 5 < hue((7, 1)) < 30
    assert 200 < hue((0, 0)) < 230  # its own scale: the largest is nine times as large


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK])
def test_figures_can_be_read_on_every_colour(theme) -> None:
    """As WCAG 2 asks of small letters: a contrast of 4.5."""
    for is_right in (True, False):
        for strength in np.linspace(0, 1, 51):
            ground = cell_color(theme, is_right=is_right, strength=float(strength))
            dark, bright = sorted(map(luminance, (ground, ink_on(ground))))
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, strength


def luminance(color: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.getRgbF()[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_small_matrix_tells_mistakes_from_right_answers_too(qtbot: QtBot, theme) -> None:
    small = SmallConfusion()
    qtbot.addWidget(small)
    small.set_theme(theme)
    counts = np.diag([40, 12000, *[0] * 8])
    counts[3, 5] = 1
    small.show_counts(counts)
    image = small.grab().toImage()

    def hue(row: int, column: int) -> int:
        return image.pixelColor(MARGIN + column * SIDE + 2, MARGIN + row * SIDE + 2).hslHue()

    assert 200 < hue(0, 0) < 230
    assert 200 < hue(1, 1) < 230
    assert 5 < hue(3, 5) < 30  # strong enough, though it is one of twelve thousand
    assert small.accessibleName() == "Confusion matrix: 1 of 12,041 wrong"


def test_heat_maps_are_orange_for_and_blue_against(qtbot: QtBot) -> None:
    heat = HeatMap("Saliency", 280)
    qtbot.addWidget(heat)
    values = np.zeros((28, 28), np.float32)
    values[3, 4], values[20, 21] = 2, -2
    heat.show_values(np.full((28, 28), 100, np.uint8), values)
    image = heat.grab().toImage()
    orange, blue, gray = (image.pixelColor(x, y) for x, y in ((45, 35), (215, 205), (100, 100)))
    assert orange.red() > orange.green() > orange.blue()
    assert blue.blue() > blue.green() > blue.red()
    assert gray.saturation() == 0
    heat.show_values(np.full((28, 28), 100, np.uint8), np.full((28, 28), np.nan, np.float32))
    assert heat.grab().toImage().pixelColor(45, 35).saturation() == 0  # a network that has diverged


def test_the_reliability_diagram_leaves_out_empty_bins(qtbot: QtBot) -> None:
    plot = ReliabilityPlot()
    qtbot.addWidget(plot)
    probabilities = np.full((4, 10), 0.05, np.float32)
    probabilities[:, 3] = 0.55
    plot.show_calibration(measure_calibration(probabilities, np.array([3, 3, 3, 1], np.uint8)))
    assert plot.accessibleDescription() == "53% to 60%: 75.0% of 4 right"
    assert plot._dots.getData()[0] == pytest.approx([0.55])
