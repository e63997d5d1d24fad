import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
)
from pytestqt.qtbot import QtBot

import resources
from digitgui.drawings.pen import Pen
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES, remembered_page
from digitgui.looks.stylesheet import stylesheet
from digitgui.looks.theme import DARK, LIGHT, Theme
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.pages.train.training_form import TrainingForm
from digitgui.settings import Settings
from digitgui.widgets.digit_buttons import DigitButtons
from model.training.training import TrainingConfig

Draw = Callable[..., None]


def answer(window: MainWindow) -> str:
    return window.findChild(QLabel, "predictedDigit").text()


def test_pages_and_dock(window: MainWindow) -> None:
    assert window.draw_page.isVisible()
    assert not window.dock.isVisible()
    QTest.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.train_page.isVisible()
    assert window.dock.isVisible()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.draw_page.isVisible()
    assert not window.dock.isVisible()


def test_the_dock_shows_the_same_drawing(window: MainWindow, draw: Draw) -> None:
    window.show_page("data")
    draw(window.dock.canvas)
    assert answer(window) == "7"
    assert window.dock.bars.probabilities is not None
    assert np.array_equal(window.dock.bars.probabilities, window.session.answering.prediction.probabilities)


def test_shortcuts_undo_redo_and_clear(window: MainWindow, draw: Draw) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    draw(window.draw_page.canvas)
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert answer(window) == ""
    QTest.keyClick(window, Qt.Key.Key_Y, control)
    assert answer(window) == "7"
    QTest.keyClick(window, Qt.Key.Key_Delete)
    assert answer(window) == ""
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert answer(window) == "7"


def test_what_was_chosen_is_remembered(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    window.show_page("train")
    window.train_page.form.arch.setCurrentText("journal-16")
    window.train_page.form.epochs.setValue(7)
    window.train_page.form.learning_rate.setValue(0.0125)
    window.pen.set_percent(11)
    window.themes.choose(ThemeChoice.DARK)
    window.want_dock(False)
    window.resize(1024, 760)
    window.close()

    again = make_window()
    assert again.train_page.isVisible()
    assert again.train_page.form.arch.currentText() == "journal-16"
    assert again.train_page.form.epochs.value() == 7
    assert again.train_page.form.learning_rate.value() == pytest.approx(0.0125)
    assert again.draw_page.canvas.pen_width == pytest.approx(0.11)
    assert again.themes.theme is DARK
    assert not again.dock.isVisible()
    assert again.height() == 760


def test_broken_settings_never_prevent_the_start(
    make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    settings.set("window/page", "x")
    settings.set("window/theme", "mauve")
    settings.set("window/geometry", "not bytes")
    settings.set("train/epochs", "many")
    settings.set("train/learning_rate", "-3")
    settings.set("train/network", "gone")
    settings.set("data/augmentation", "gone")
    settings.set("draw/pen_percent", "1e9")
    settings.set("model/reopen_unsaved", "/nowhere/at all.safetensors")
    settings.set("data/last", "/nowhere/at all")
    window = make_window()
    assert window.draw_page.isVisible()
    assert window.train_page.form.config() == TrainingConfig()


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e12", "1e300", "-1", ""])
def test_numbers_out_of_all_bounds_in_the_settings_count_as_absent(
    settings: Settings, qtbot: QtBot, number: str
) -> None:
    for key in ("window/page", "draw/pen_percent", "train/epochs", "train/batch_size", "train/learning_rate"):
        settings.set(key, number)
    form, pen = TrainingForm(settings), Pen(settings)
    qtbot.addWidget(form)
    assert form.config() == TrainingConfig()
    assert pen.percent == pen.DEFAULT_PERCENT
    assert remembered_page(settings) == "draw"


def test_the_style_sheet_finds_its_icons_under_any_path(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window.show_page("train")
    box, icons = window.train_page.form.arch, resources.icon("app").parent
    for folder in ("umläut", "it's", "a%b", "a&b", "a b"):
        shutil.copytree(icons, tmp_path / folder)
        monkeypatch.setattr(resources, "icon", lambda name, folder=folder: tmp_path / folder / f"{name}.svg")
        window.train_page.setStyleSheet(
            stylesheet(LIGHT)
        )  # a sheet that cannot be parsed is a Qt warning, hence a failure
        image = box.grab().toImage()
        chevron = [(x, y) for x in range(box.width() - 24, box.width()) for y in range(8, 24)]
        assert len({image.pixelColor(*place).name() for place in chevron}) > 3, folder  # with its soft edges


def test_both_themes_reach_every_page(window: MainWindow) -> None:
    for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        window.themes.choose(choice)
        window.show_page("train")
        assert window.train_page.loss.backgroundBrush().color().name().upper() == theme.card
        corner = window.train_page.grab().toImage().pixelColor(4, 4)
        assert corner.name().upper() == theme.window


def test_nothing_is_deleted_while_all_widgets_change_their_looks(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting = []
    original = window.dock.setStyleSheet

    def dressed(sheet: str) -> None:
        collecting.append(gc.isenabled())
        original(sheet)

    monkeypatch.setattr(window.dock, "setStyleSheet", dressed)
    gc.enable()
    window.themes.choose(ThemeChoice.DARK)
    assert collecting == [False], "a forgotten widget that is collected then ends the program"
    assert gc.isenabled()


def test_a_page_that_is_not_shown_takes_another_theme_when_it_is(window: MainWindow) -> None:
    """All pages together take Qt 0.2 s, in which the window would stand still."""
    window.show_page("train")
    window.themes.choose(ThemeChoice.LIGHT)
    dressed = []
    themed = window.runs_page.set_theme
    window.runs_page.set_theme = lambda theme: (dressed.append(theme), themed(theme))
    window.themes.choose(ThemeChoice.DARK)
    assert dressed == []
    window.show_page("runs")
    window.show_page("train")
    window.show_page("runs")
    assert dressed == [DARK]
    assert window.runs_page.grab().toImage().pixelColor(4, 4).name().upper() == DARK.window


@pytest.mark.parametrize(("choice", "theme"), [(ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)])
def test_what_is_around_the_pages_takes_another_theme(
    window: MainWindow, choice: ThemeChoice, theme: Theme, qtbot: QtBot
) -> None:
    window.resize(1400, 800)
    window.show_page("train")
    dialog, later = QDialog(window), QDialog(window)
    dialog.open()
    for chosen in (ThemeChoice.LIGHT, ThemeChoice.DARK, choice):
        window.themes.choose(chosen)
    later.open()
    for one in (dialog, later):
        assert one.grab().toImage().pixelColor(4, 4).name().upper() == theme.window
        one.done(0)
    colors = {name: window.grab().toImage().pixelColor(*place) for name, place in _around(window).items()}
    assert {name: color.name().upper() for name, color in colors.items()} == {
        "menu bar": theme.card,
        "rail": theme.card,
        "state line": theme.card,
        "separator": theme.line,
    }


def _around(window: MainWindow) -> dict[str, tuple[int, int]]:
    dock = window.dock.geometry()
    return {
        "menu bar": (window.menuBar().width() - 4, 4),
        "rail": (4, window.height() - 80),
        "state line": (window.width() // 2, window.height() - 8),
        "separator": (dock.left() - 1, dock.center().y()),
    }


def test_everything_one_can_press_has_a_tooltip_and_can_be_reached_by_keyboard(window: MainWindow) -> None:
    for page in PAGES:
        window.show_page(page.name)
        for control in window.findChildren(QAbstractButton) + window.findChildren(QComboBox):
            if control.isVisible():
                assert control.toolTip(), control.text()
                row = control.parentWidget()
                group = control.group() if isinstance(control, QAbstractButton) else None
                stops = group.buttons() if group else [control]  # one is a stop; arrow keys lead to the others
                if isinstance(row, DigitButtons):
                    stops = row.findChildren(QAbstractButton)
                assert any(stop.focusPolicy() & Qt.FocusPolicy.TabFocus for stop in stops), control.text()


def test_nothing_is_cut_off_in_the_smallest_window(window: MainWindow, qtbot: QtBot, draw: Draw) -> None:
    draw(window.draw_page.canvas)
    window.resize(1024, 700)
    assert (window.width(), window.height()) == (1024, 700)
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(50)
        qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))


def test_the_typeface_comes_with_the_program(qapp: QApplication, make_window: Callable[[], MainWindow]) -> None:
    assert len(resources.FONTS) == 3
    qapp.setFont(QFont("DejaVu Sans"))  # of the system
    window = make_window()
    for page in PAGES:
        window.show_page(page.name)
    assert {QFontInfo(child.font()).family() for child in (window, *window.findChildren(QLabel))} == {"Inter"}
    axis = window.train_page.loss.getPlotItem().getAxis("bottom")
    assert QFontInfo(axis.label.font()).family() == "Inter"
