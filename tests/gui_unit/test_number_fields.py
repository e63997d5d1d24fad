"""Numbers mean the same whatever the system's language is, and are written in one way."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.pages.train.training_form import TrainingForm
from digitgui.runs.sweep_request import values_from
from digitgui.settings import Settings
from digitgui.widgets.number_fields import RealField, WholeField
from model.data.dataset import SplitRule
from model.errors import ConfigError
from model.sweeps.search_space import Range

LANGUAGES = ("C", "de_DE", "fr_FR", "ar_EG")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the system speak another language."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture
def frame(qtbot: QtBot) -> QWidget:
    """Show a window for one field, whose own smallest size would be told to the screen, which has no ear."""
    frame = QWidget()
    qtbot.addWidget(frame)
    frame.resize(200, 100)
    return frame


@pytest.fixture
def abroad(language: str, make_window: Callable[[], MainWindow]) -> MainWindow:
    """Open a window in that language, with all settings of a training."""
    window = make_window()
    window.show_page("train")
    window.train_page.form._show_more(True)
    return window


@pytest.fixture
def form(language: str, settings: Settings, frame: QWidget, qtbot: QtBot) -> TrainingForm:
    """Show all settings of a training in that language, without a whole window around them."""
    form = TrainingForm(settings)
    form.setParent(frame)
    form._show_more(True)
    for part in (form, frame):
        part.resize(600, 1400)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)  # or no field would be left
    return form


def type_into(field: QAbstractSpinBox, text: str, *, enter: bool = True) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)


def paste_into(field: QAbstractSpinBox, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["0.01", "0,01"])
def test_a_hundredth_is_typed_with_a_point_or_a_comma(form: TrainingForm, text: str) -> None:
    fields = [box for box in form.findChildren(QDoubleSpinBox) if box.isEnabled()]
    assert len(fields) == 5
    for field in fields:
        type_into(field, text)
        assert field.value() == pytest.approx(0.01), field.toolTip()
        assert field.text() == "0.01"
    assert form.learning_rate.value() == pytest.approx(0.01)
    assert "--lr 0.01" in form.command("bundled", SplitRule())


@pytest.mark.parametrize("text", ["0.05", "0,05", ",05", ".05"])
def test_a_twentieth_is_a_learning_rate(form: TrainingForm, text: str) -> None:
    type_into(form.learning_rate, text)
    assert form.learning_rate.value() == pytest.approx(0.05)
    assert form.learning_rate.text() == "0.05"


@pytest.mark.parametrize("text", ["1.234,5", "1,234.5", "0,0,1", "0.0.1", "1 000", "0;5"])
def test_what_is_pasted_and_no_number_changes_nothing(language: str, frame: QWidget, text: str) -> None:
    field = RealField(0.0, 10_000.0)
    field.setParent(frame)
    frame.show()
    field.setValue(0.25)
    paste_into(field, text)
    assert (field.value(), field.text()) == (0.25, "0.25")


@pytest.mark.parametrize("text", ["1,5", "1.5", "1,234", "1.234", "1.234,5", "1 000"])
def test_signs_between_digits_are_never_left_out_of_a_whole_number(
    language: str, frame: QWidget, text: str
) -> None:
    field = WholeField(0, 100_000)
    field.setParent(frame)
    frame.show()
    field.setValue(42)
    paste_into(field, text)
    assert (field.value(), field.text()) == (42, "42")


def test_no_key_is_left_out_of_a_whole_number(form: TrainingForm) -> None:
    field = form.epochs
    field.setValue(20)
    for text in ("1,5", "1.5", "1,234", "5-3", "1e2", "-5", "2000"):
        type_into(field, text, enter=False)
        assert field.text() == text
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert (field.value(), field.text()) == (20, "20"), text


def test_what_is_no_number_of_a_field_is_seen_until_it_is_left(form: TrainingForm) -> None:
    for field in (form.learning_rate, form._numbers["l2"]):
        field.setValue(0.25)
        for text in ("1.5", "0.0.1", "1.234,5", "1e", "1e-3.5", "1e-9", "1e9", "0.0000001", "-1"):
            type_into(field, text, enter=False)
            assert field.text().replace(",", ".") == text.replace(",", ".")
            form.epochs.setFocus()
            assert (field.value(), field.text()) == (0.25, "0.25"), text


def test_a_number_may_have_an_exponent(form: TrainingForm) -> None:
    numbers = {"1e-3": (0.001, "0.001"), "1E-3": (0.001, "0.001"), "2,5e-2": (0.025, "0.025")}
    for field in (form.learning_rate, form._numbers["l2"]):
        for text, meant in numbers.items():
            field.setValue(0.25)
            type_into(field, text)
            assert (field.value(), field.text()) == meant


def test_what_was_stepped_to_or_entered_is_what_is_put_back(form: TrainingForm) -> None:
    field = form.epochs
    type_into(field, "30")
    type_into(field, "4,5")
    assert field.value() == 30
    type_into(field, "50", enter=False)
    QTest.keyClick(field, Qt.Key.Key_Up)
    type_into(field, "6.5")
    assert field.value() == 51


def test_the_texts_around_a_number_are_no_part_of_it(frame: QWidget) -> None:
    field = WholeField(0, 100)
    field.setPrefix("no. ")
    field.setSuffix(" %")
    field.setParent(frame)
    frame.show()
    field.setValue(42)
    type_into(field, "1.5", enter=False)
    assert field.text() == "no. 1.5 %"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.value(), field.text()) == (42, "no. 42 %")


def test_a_field_that_says_off_takes_it_back(form: TrainingForm) -> None:
    for name in ("patience", "clip_norm"):
        field = form._numbers[name]
        field.setValue(0)
        type_into(field, "1.5.2")
        assert (field.value(), field.text()) == (0, "Off")


def test_a_number_that_is_refused_where_its_page_is_left_is_told(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("train")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    form = window.train_page.form
    form._show_more(True)
    qtbot.waitUntil(form.batch_size.isVisible)
    before = form.batch_size.value()
    type_into(form.batch_size, "0.5", enter=False)
    window.show_page("data")
    assert form.batch_size.value() == before
    assert window.banner.isVisible()
    assert f"found 0.5; {before} stays." in window.banner.text


def test_every_number_field_of_the_window_is_one_of_ours(abroad: MainWindow) -> None:
    for page in PAGES:
        abroad.show_page(page.name)
    fields = abroad.findChildren(QAbstractSpinBox)
    assert len(fields) > 20
    for field in fields:
        assert isinstance(field, WholeField | RealField), field.toolTip()
        assert field.locale() == QLocale.c()
        assert field.text().isascii(), field.text()


def test_large_numbers_have_no_signs_between_their_digits(form: TrainingForm) -> None:
    seed = form.seed
    type_into(seed, "1234567")
    assert (seed.value(), seed.text()) == (1234567, "1234567")
    epochs = form.findChild(QSpinBox, "epochCount")
    type_into(epochs, "250")
    assert epochs.text() == "250"


@pytest.mark.parametrize("text", ["0.01, 0.05", "0.01,0.05", "0.01; 0.05", "0,01; 0,05", "0,01;0.05"])
def test_lists_of_a_sweep(text: str) -> None:
    assert values_from("lr", text) == [0.01, 0.05]


@pytest.mark.parametrize("text", ["0.001 to 0.1", "0,001 to 0,1"])
def test_ranges_of_a_sweep(text: str) -> None:
    assert values_from("lr", text) == Range(0.001, 0.1)


@pytest.mark.parametrize(
    ("option", "text"), [("l2", "0,01"), ("l2", "0,1"), ("clip-norm", "1, 2,5"), ("clip-norm", "1,500")]
)
def test_a_comma_that_may_mean_two_things_is_asked_about(option: str, text: str) -> None:
    with pytest.raises(ConfigError, match="may be one value or several: write decimals with a point"):
        values_from(option, text)


@pytest.mark.parametrize(
    ("option", "text", "values"),
    [
        ("lr", "0,01", [0.01]),
        ("lr", "0,01, 0,05", [0.01, 0.05]),
        ("lr", "0,01,  0,05,", [0.01, 0.05]),
        ("lr", "0.1,1", [0.1, 1]),
        ("lr", "1e-3,1e-2", [0.001, 0.01]),
        ("lr", ",5", [0.5]),
        ("l2", "0,01, 0,05", [0.01, 0.05]),
        ("l2", "0, 0,5", [0, 0.5]),
        ("clip-norm", "1,5, 2,7", [1.5, 2.7]),
        ("clip-norm", "1,5; 2", [1.5, 2]),
        ("limit", "1,500", [1, 500]),
        ("epochs", "1,5, 20", [1, 5, 20]),
    ],
)
def test_a_comma_that_can_mean_one_thing_only_is_taken_for_it(option: str, text: str, values: list[float]) -> None:
    assert values_from(option, text) == values


@pytest.mark.parametrize(
    ("text", "told"),
    [("0,01, 5", "got 5"), ("7,5", "got 7.5"), ("1.234,5", "got '1.234,5'"), (" , ", "at least one")],
)
def test_values_that_cannot_be_read_in_any_way(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        values_from("lr", text)


def test_whole_numbers_have_no_decimals_to_be_mistaken_for() -> None:
    assert values_from("seed", "0,1,2") == [0, 1, 2]
    with pytest.raises(ConfigError, match="whole number"):
        values_from("batch-size", "1,5; 2")


def test_the_form_of_a_sweep_says_so(abroad: MainWindow) -> None:
    abroad.show_page("runs")
    abroad.runs_page.ask_for_sweep()
    row = abroad.runs_page.form.rows[0]
    row.values.selectAll()
    for text in ("0,01; 0,05", "0,01, 0,05"):
        row.values.selectAll()
        QTest.keyClicks(row.values, text)
        assert not row.problem
        assert abroad.runs_page.form._request.choices["lr"] == [0.01, 0.05]
    row.setting.setCurrentIndex(row.setting.findData("l2"))
    row.values.selectAll()
    QTest.keyClicks(row.values, "0,01")
    assert row.problem.startswith("0,01 may be one value or several")
    assert not abroad.runs_page.form.start_button.isEnabled()


PROGRAM = """
import sys
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtTest import QTest
QLocale.setDefault(QLocale("de_DE"))  # as LANG does where that language is installed
from digitgui.frame import app

def look(window):
    window.show_page("train")
    field = window.train_page.form.learning_rate
    for text in ("0.05", "0,01"):
        field.selectAll()
        QTest.keyClicks(field, text + "\\r")
        print(field.value(), field.text(), QLocale().decimalPoint())
    window.close()

app._close_when_asked_to_end = lambda _, window: QTimer.singleShot(300, lambda: look(window))
sys.exit(app.run())
"""


def test_the_program_itself_in_german() -> None:
    environment = os.environ | {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["0.05 0.05 .", "0.01 0.01 ."]


def test_a_double_click_anywhere_in_a_number_selects_all_of_it(form: TrainingForm) -> None:
    for field, typed, meant in ((form.learning_rate, "0.002", 0.002), (form.epochs, "7", 7)):
        line = field.lineEdit()
        for share in (0.1, 0.5, 0.9):
            field.setValue(field.minimum())
            field.setValue(0.005 if field is form.learning_rate else 2000)
            width = line.fontMetrics().horizontalAdvance(line.text())
            place = QPoint(line.textMargins().left() + 2 + round(share * width), line.height() // 2)
            QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=place)
            QTest.mouseDClick(line, Qt.MouseButton.LeftButton, pos=place)
            assert line.selectedText() == line.text(), share
            QTest.mouseMove(line, place + QPoint(3, 0))
            QTest.keyClicks(line, typed)
            QTest.keyClick(line, Qt.Key.Key_Return)
            assert field.value() == meant


def test_a_text_that_is_refused_is_told_in_one_sentence_until_another_is_typed(abroad: MainWindow) -> None:
    field, banner = abroad.train_page.form.learning_rate, abroad.banner
    field.setValue(0.005)
    type_into(field, "0.0.002")
    sentence = "Learning rate: expected a number from 0.000001 to 1, found 0.0.002; 0.005 stays."
    assert (field.text(), field.value(), banner.text) == ("0.005", 0.005, sentence)
    type_into(field, "0.002")
    assert (field.value(), banner.isVisible()) == (0.002, False)
    field.clear()
    abroad.train_page.form.epochs.setFocus()
    assert banner.text.endswith("found nothing; 0.002 stays.")
    abroad.show_page("data")
    whole = next(field for field in abroad.data_page.findChildren(WholeField) if field.isVisible())
    type_into(whole, "1.5")
    assert banner.text.splitlines()[-1].endswith(f"found 1.5; {whole.value()} stays.")
