"""All that can be done is declared once; menus, help and the palette show the same, and keys meet no others."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from digitgui.frame.action import Action, plain
from digitgui.frame.actions import ACTIONS
from digitgui.frame.main_window import MainWindow
from digitgui.frame.palette import Palette
from digitgui.frame.palette_entries import Entry, best_first, entries_of, more_of
from digitgui.looks.theme import DARK
from digitgui.settings import Settings
from model.runs.run_record import RunRecord

CTRL = Qt.KeyboardModifier.ControlModifier
DECLARED = [one for one in ACTIONS if isinstance(one, Action)]


def opened(window: MainWindow) -> Palette:
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_K, CTRL)
    (palette,) = [one for one in window.findChildren(Palette) if one.isVisible()]
    assert palette.field.hasFocus()
    return palette


def texts(palette: Palette) -> list[str]:
    model = palette.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def entries_below(menu: QMenu) -> list[QAction]:
    menu.aboutToShow.emit()
    found = [action for action in menu.actions() if not action.isSeparator()]
    return [one for action in found for one in (entries_below(action.menu()) if action.menu() else [action])]


def test_every_action_is_described_once_and_keys_meet_no_others() -> None:
    assert max(Counter(one.name for one in DECLARED).values()) == 1
    for one in DECLARED:
        assert one.about[0].isupper(), one.name
        assert one.about.endswith("."), one.name
        assert one.about.count(".") - one.about.count(" .") == 1, f"{one.name} is not one sentence"
        for key in one.keys.split():
            assert QKeySequence(key).toString(), key
    for one, other in combinations(DECLARED, 2):
        if not one.page or not other.page or one.page == other.page:  # both can be there at once
            shared = set(one.keys.split()) & set(other.keys.split())
            assert not shared, f"{one.name} and {other.name}: {shared}"
    letters = Counter((one.menu, one.text.lower().partition("&")[2][:1]) for one in ACTIONS if "&" in one.text)
    assert [place for place, count in letters.items() if count > 1] == []


def test_all_of_the_menus_is_in_the_palette_with_its_state(window: MainWindow) -> None:
    window.settings.add_recent("models", str(window.settings.folder.parent))
    window.show_page("evaluate")
    listed = {(one.text, one.keys.split(",")[0]): one for one in entries_of(window)}
    in_menus = [one for menu in window.menuBar().actions() for one in entries_below(menu.menu())]
    assert len(in_menus) > 50
    for action in in_menus:
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if action.text() in ("Nothing opened yet", "No unsaved networks"):
            continue
        entry = listed[plain(action.text()), key]
        assert action.isEnabled() == (not entry.why_not), entry
        assert (action.isChecked() if action.isCheckable() else None) == entry.is_on, entry
        assert (action.statusTip() or entry.about) == entry.about
        assert entry.why_not != "Only on the Evaluate page"
    assert listed["Exclude / include", ""].why_not == "Only on the Data page"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["Save model as", "Smaller text", "Theme, dark", "Model of a model"]),
        ("model", ["Model of a model", "Save model as"]),  # begins with it
        ("as sav", ["Save model as"]),  # in any order
        ("sma", ["Smaller text", "Save model as"]),  # a beginning, before initials
        ("ark", ["Theme, dark"]),
        ("Gloomy", ["Theme, dark"]),  # only in the sentence
        ("dark save", ["Save model as", "Theme, dark"]),  # none has both: the nearest
        ("dark gloomy save", ["Theme, dark"]),
    ],
)
def test_words_in_any_order_and_initials_find(typed: str, expected: list[str]) -> None:
    names = ("Save model as", "Smaller text", "Theme, dark", "Model of a model")
    entries = [Entry(name, "", "It is gloomy." if "dark" in name else "", lambda: None) for name in names]
    assert [entry.text for entry in best_first(entries, typed)] == expected


def test_names_come_before_sentences_and_words_in_order_before_others() -> None:
    listed = (
        Entry("Print report", "File", "Print the report of the open network, or of the run that is shown.", print),
        Entry("Reopen", "File", "Open what was open at the end of the last run.", print),
        Entry("Run it, and open", "Train page", "Nothing else.", print),
        Entry("Open network", "Runs page", "Show what it has learned.", print),
        Entry("lenet 3", "Run", "Open this run on the Runs page.", print),
    )
    found = [entry.text for entry in best_first(listed, "open a run")]
    assert found == ["Run it, and open", "Open network", "Print report", "Reopen", "lenet 3"]
    assert [entry.text for entry in best_first(listed, "open what")] == ["Open network", "Reopen"]
    listed = (Entry("Data of old", "", "Opens it.", print), Entry("Open old data", "", "It is read.", print))
    assert [entry.text for entry in best_first(listed, "old data it")] == ["Open old data", "Data of old"]
    assert [entry.text for entry in best_first(listed, "the")] == []
    assert [entry.text for entry in best_first(listed, "open everything")] == ["Open old data", "Data of old"]
    assert best_first(listed, "nothing of this") == []


def test_what_people_type_finds_what_does_it_before_what_explains_it(window: MainWindow) -> None:
    listed = [*entries_of(window), *more_of(window)]
    for typed, first in (
        ("start training", ["Train"]),
        ("model", ["Open network", "Save network", "Save network as", "Model file"]),
        ("compare networks", ["Evaluate"]),
        ("evaluate test", ["Evaluate"]),
        ("import data", ["Folder", "File"]),
        ("new drawing", ["Clear drawing"]),
        ("font", ["Larger text"]),
        ("onnx", ["Export network", "ONNX"]),
        ("lesson", ["From pixels to maps"]),
        ("open lesson folder", ["Open a folder"]),
        ("dropout", ["Dropout"]),
    ):
        assert [one.text for one in best_first(listed, typed)][: len(first)] == first, typed
    run = Entry("lenet", "Run", "Open this run on the Runs page.", print)
    assert [one.where for one in best_first([run, *listed], "run") if one.text in ("lenet", "Run")] == [
        "Glossary",
        "Run",
    ]


def test_typing_and_return_do_what_is_found_and_give_the_keyboard_back(window: MainWindow) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    palette = opened(window)
    QTest.keyClicks(palette.field, "dark")
    assert texts(palette)[0] == "Dark"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.themes.theme is DARK
    assert canvas.hasFocus()
    palette = opened(window)
    QTest.keyClicks(palette.field, "eras")
    entry = palette.list.currentIndex().data(Qt.ItemDataRole.UserRole)
    assert (entry.text, entry.is_on, entry.keys) == ("Eraser", False, "E")
    assert palette.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == "Eraser, off, Edit, E"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.pen.erasing
    palette = opened(window)
    QTest.keyClicks(palette.field, "eras")
    assert palette.list.currentIndex().data(Qt.ItemDataRole.UserRole).is_on


def test_arrows_escape_and_what_cannot_be_done(window: MainWindow) -> None:
    window.show_page("train")
    before = QApplication.focusWidget()
    palette = opened(window)
    for key, row in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 12), (Qt.Key.Key_Up, 11)):
        QTest.keyClick(palette.field, key)
        assert palette.list.currentIndex().row() == row
    QTest.keyClicks(palette.field, "stop")
    assert texts(palette)[0] == "Stop"
    assert palette._about.text().startswith("Nothing is being trained. ")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClicks(palette.field, "zzz")
    assert texts(palette) == []
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is before


def test_the_button_opens_it_a_click_beside_closes_it_and_other_keys_hold(
    window: MainWindow, qtbot: QtBot
) -> None:
    for width, height in ((960, 548), (1600, 900)):
        window.resize(width, height)
        button = window.findChild(QPushButton, "searchButton")
        assert window.rect().contains(button.geometry().translated(button.parentWidget().pos()))
        assert "Ctrl+K" in button.text()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        (palette,) = window.findChildren(Palette)
        panel = palette._panel.geometry()
        assert palette.rect().contains(panel)
        assert abs(panel.center().x() - window.rect().center().x()) <= 1
        QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=panel.bottomLeft())
        assert palette.isVisible()
        QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.rect().bottomLeft())
        assert not palette.isVisible()
        qtbot.waitUntil(lambda: not window.findChildren(Palette))
    palette = opened(window)
    QTest.keyClick(
        palette.field, Qt.Key.Key_6, CTRL
    )  # the Data page would begin a map, which takes a while to end
    assert window.train_page.isVisible()
    assert not palette.isVisible()


def test_runs_sheets_files_and_tabs_are_found_by_name(
    make_window: Callable[[], MainWindow], settings: Settings, stored: list[RunRecord], qtbot: QtBot
) -> None:
    window = make_window()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_page("evaluate")
    palette = opened(window)
    QTest.keyClicks(palette.field, "seed 3")
    qtbot.waitUntil(lambda: bool(texts(palette)), timeout=10_000)
    assert "seed 3" in texts(palette)[0]  # before those with a seed, and a 3 somewhere
    QTest.mouseClick(
        palette.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=palette.list.visualRect(palette.list.currentIndex()).center(),
    )
    assert window.runs_page.isVisible()
    assert window.runs_page.list.view.selected_runs == [next(run.id for run in stored if "seed 3" in run.name)]
    palette = opened(window)
    QTest.keyClicks(palette.field, "open a run")
    found = texts(palette)
    assert found.index("Open its network") < found.index("Print report")
    assert found.index("Open its network") < 3
    palette.field.clear()
    QTest.keyClicks(palette.field, "figures")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.evaluate_page.isVisible()
    assert window.evaluate_page.tabs.checkedButton().text() == "Figures"


def test_what_is_chosen_stays_when_runs_arrive_and_a_lost_focus_does_no_harm(
    make_window: Callable[[], MainWindow], settings: Settings, stored: list[RunRecord], qtbot: QtBot
) -> None:
    window = make_window()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(stored), timeout=10_000)
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    palette = opened(window)
    QTest.keyClicks(palette.field, "seed")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    chosen = palette.list.currentIndex().data()
    window.session.runs.store.write(replace(stored[1], id="99991231-235959-lenet"))
    window.session.runs.refresh()
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(stored) + 1, timeout=10_000)
    assert palette.list.currentIndex().data() == chosen
    delete(field)
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_what_has_become_possible_since_the_menus_looked_is_done(window: MainWindow) -> None:
    window.menus._actions[next(one for one in DECLARED if one.name == "eraser")].setEnabled(False)
    entry = next(one for one in entries_of(window) if one.text == "Eraser")
    assert not entry.why_not
    entry.run()
    assert window.pen.erasing


def test_buttons_and_switches_of_pages_are_found_and_pressed_there(window: MainWindow) -> None:
    for page in ("draw", "runs", "data"):
        window.show_page(page)
    palette = opened(window)
    QTest.keyClicks(palette.field, "upright draw")
    entry = palette.list.currentIndex().data(Qt.ItemDataRole.UserRole)
    assert (entry.text, entry.where, entry.is_on) == ("Upright", "Draw page", False)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.draw_page.isVisible()
    assert [one.isChecked() for one in window.draw_page.findChildren(QCheckBox) if one.text() == "Upright"] == [
        True
    ]
    palette = opened(window)
    QTest.keyClicks(palette.field, "new swe")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.runs_page.form.isVisible()


def test_buttons_tell_the_same_as_the_menus(window: MainWindow) -> None:
    declared = {one.name: one for one in DECLARED}
    for page in ("draw", "hand", "data", "train"):
        window.show_page(page)
    told = {}
    for button in window.findChildren(QAbstractButton):
        if button.property("does"):
            action = declared[button.property("does")]
            told[action.name] = button.toolTip()
            assert button.accessibleDescription() == action.about.rstrip(".")
    assert told["train"] == "Start training a network as the form says (F5)"
    assert set(told) >= {"clearDrawing", "eraser", "pastePicture", "stop", "copyCommand", "reroll"}


def test_of_thousands_the_first_are_listed_and_the_others_counted() -> None:
    entries = [Entry(f"lenet {number}", "Run", "", lambda: None) for number in range(1234)]
    found = best_first(entries, "lenet")
    assert found[:200] == entries[:200]
    assert found[200].text == "… 1,034 more"
    assert found[200].why_not
    assert best_first(entries, "lenet 1233") == entries[1233:]


def test_it_is_told_to_screen_readers(window: MainWindow) -> None:
    palette = opened(window)
    field, found = (QAccessible.queryAccessibleInterface(one) for one in (palette.field, palette.list))
    assert (field.role(), field.text(QAccessible.Text.Name)) == (QAccessible.Role.EditableText, "Search")
    assert (found.role(), found.text(QAccessible.Text.Name)) == (QAccessible.Role.List, "What was found")
    assert found.child(0).text(QAccessible.Text.Name).startswith("Open network, File")
    assert found.child(0).text(QAccessible.Text.Description) == DECLARED[0].about
