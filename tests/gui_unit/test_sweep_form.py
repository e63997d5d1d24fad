"""The form of a new sweep: what it counts, and what it says to what is wrong."""

import pytest
from helpers.data_page import press, texts
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from digitgui.frame.main_window import MainWindow
from digitgui.pages.runs.sweep_form import HALVING, RANDOM, SweepForm
from digitgui.runs.sweep_request import SweepRequest, values_from
from model.errors import ConfigError
from model.sweeps.search_space import Range


@pytest.fixture
def form(window: MainWindow) -> SweepForm:
    window.show_page("runs")
    press(window.runs_page, "New sweep…")
    return window.runs_page.form


def write(form: SweepForm, row: int, text: str) -> None:
    form.rows[row].values.clear()
    QTest.keyClicks(form.rows[row].values, text)


def test_runs_are_counted_while_one_writes(form: SweepForm) -> None:
    assert "9 runs" in texts(form)
    write(form, 0, "0.001, 0.01")
    assert "6 runs" in texts(form)
    form.folds.setValue(5)
    assert "30 runs" in texts(form)
    assert "5 folds" in texts(form)
    press(form, "Add a setting")
    assert "90 runs" in texts(form)
    form.rows[2].findChild(type(form.start_button)).click()
    assert "30 runs" in texts(form)


def test_halving_says_how_long_how_many_are_trained(window: MainWindow, form: SweepForm) -> None:
    window.train_page.form.epochs.setValue(9)
    form.method.choose(HALVING)
    assert "all for 1 epoch, the best 3 for 3, the best 1 for 9" in texts(form)
    assert "13 runs" in texts(form)
    form.rows[1].setting.setCurrentIndex(form.rows[1].setting.findData("epochs"))
    assert "remove epochs" in texts(form)
    assert not form.start_button.isEnabled()


def test_a_range_needs_random_combinations(form: SweepForm) -> None:
    write(form, 0, "0.001 to 0.1 (log)")
    assert "choose random combinations" in texts(form)
    form.method.choose(RANDOM)
    form.count.setValue(7)
    assert "7 runs" in texts(form)
    assert form.start_button.isEnabled()


WRONG = (
    ("", "Write at least one value"),
    ("0.1, fast", "Learning rate must be a number"),
    ("0.1, 5", "got 5"),
    ("0.1, 0.1", "twice"),
    ("0.1 to 0.01", "smaller to a larger"),
    ("0.01 to 7", "got 7"),
)


def test_what_is_wrong_is_told_at_the_field_until_it_is_right(form: SweepForm) -> None:
    for text, told in WRONG:
        write(form, 0, text)
        assert told in form.rows[0].problem
        assert form.rows[1].problem == ""
        assert not form.start_button.isEnabled()
        write(form, 0, "0.5")
        assert form.rows[0].problem == ""
        assert form.start_button.isEnabled()


def test_a_setting_is_varied_once(form: SweepForm) -> None:
    form.rows[1].setting.setCurrentIndex(form.rows[1].setting.findData("lr"))
    assert "already varied above" in form.rows[1].problem


def test_a_name_that_is_taken_or_no_folder_is_refused(window: MainWindow, form: SweepForm) -> None:
    (window.session.sweeps.folder / "mine").mkdir(parents=True)
    for name, told in (
        ("mine", "There is already a sweep of this name"),
        ("a/b", "in the name"),
        ("", "in the name"),
    ):
        form.name.clear()
        QTest.keyClicks(form.name, name)
        assert told in texts(form)
        assert not form.start_button.isEnabled()
    QTest.keyClicks(form.name, "mine too")
    assert form.start_button.isEnabled()


def test_more_runs_than_anybody_waits_for_are_refused_before_they_are_planned(form: SweepForm) -> None:
    form.rows[0].values.setText(", ".join(f"0.{number}" for number in range(101, 500)))
    assert "1,197 runs, and 1,000 is the most" in texts(form)


def test_all_other_settings_are_those_of_the_train_page(window: MainWindow, form: SweepForm) -> None:
    press(form, "Close")
    window.show_page("train")
    window.train_page.form.batch_size.setValue(77)
    window.show_page("runs")
    press(window.runs_page, "New sweep…")
    assert "77" in texts(form)


def test_closing_the_form_shows_the_runs_again(window: MainWindow, form: SweepForm) -> None:
    assert form.isVisible()
    QTest.mouseClick(form.findChild(type(form.start_button), "closeSweepForm"), Qt.MouseButton.LeftButton)
    assert not form.isVisible()
    assert "Your first run will appear here" in texts(window.runs_page)


def test_values_are_read_as_what_they_mean() -> None:
    assert values_from("standardize", "no, yes") == [False, True]
    assert values_from("batch-size", " 8 ,32,") == [8, 32]
    assert values_from("lr", "1e-3 to 0.1 (log)") == Range(0.001, 0.1, log=True)
    assert values_from("batch-size", "8 to 64") == Range(8, 64)
    assert values_from("arch", "lenet") == ["lenet"]
    with pytest.raises(ConfigError, match="expected names from"):
        values_from("augment", "/etc/passwd")


def test_random_combinations_are_drawn_by_the_seed() -> None:
    usual = {"seed": 3, "epochs": 2}
    request = SweepRequest({"lr": Range(0.001, 0.1, log=True)}, usual, count=4)
    first = [candidate.settings["learning_rate"] for candidate in request.plan().candidates]
    assert len(set(first)) == request.runs == 4
    assert first == [candidate.settings["learning_rate"] for candidate in request.plan().candidates]


def test_what_is_wrong_moves_no_field_and_no_button(form: SweepForm) -> None:
    parts = [*(row.values for row in form.rows), form.method, form.name, form.start_button]
    before = [part.mapTo(form, part.rect().topLeft()) for part in parts]
    write(form, 0, "0.01, x")
    QTest.qWait(50)
    assert form.rows[0].problem in texts(form)
    assert form.rows[0].values.property("wrong") is True
    assert [part.mapTo(form, part.rect().topLeft()) for part in parts] == before
    write(form, 0, "0.01")
    assert form.rows[0].values.property("wrong") is False
    assert not form._problem.isVisible()


def test_a_number_that_is_none_begins_no_sweep(window: MainWindow, form: SweepForm) -> None:
    form.workers.selectAll()
    QTest.keyClicks(form.workers.lineEdit(), "1,5")
    QTest.mouseClick(form.start_button, Qt.MouseButton.LeftButton)
    assert window.session.sweeps.going is None
    assert form.workers.property("wrong") is True
    assert "Runs at a time: expected a whole number from 1 to" in texts(form)
    assert "found 1,5" in texts(form)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_free_as_far_as_that_goes(window: MainWindow, name: str) -> None:
    assert window.session.sweeps.free_name(name) == name
