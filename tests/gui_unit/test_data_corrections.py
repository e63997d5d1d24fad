"""Correcting a data set, gathering a set of one's own, cutting it into parts."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import choose, key, press, texts, undo
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitgui.documents.browsing import Show
from digitgui.frame.main_window import MainWindow
from digitgui.pages.data.data_page import DataPage
from digitgui.pages.data.split_menu import SplitMenu
from model.data.dataset import PARTS
from model.readers.edit_files import edits_beside, load_edits


@pytest.fixture
def page(window: MainWindow) -> DataPage:
    window.show_page("data")
    return window.data_page


def test_a_digit_key_relabels_goes_on_and_can_be_undone(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    session, grid = small.session, small.data_page.browser.grid
    own = int(session.data.dataset.labels[7])
    other = (own + 1) % 10
    grid.select(7)
    key(small, Qt.Key(Qt.Key.Key_0.value + other))
    assert session.data.dataset.labels[7] == other
    assert grid.current == 8
    beside = edits_beside(tmp_path / "mine.npz")
    qtbot.waitUntil(beside.exists, timeout=5000)
    assert session.undo_stack.undoText() == f"relabelling picture 7 as {other}"
    undo(small)
    assert session.data.dataset.labels[7] == own
    session.undo_stack.redo()
    assert session.data.dataset.labels[7] == other
    grid.select(7)
    key(small, Qt.Key(Qt.Key.Key_0.value + own))  # its own label again is no correction
    assert not session.data.dataset.edits


def test_several_pictures_are_relabelled_at_once(small: MainWindow) -> None:
    grid = small.data_page.browser.grid
    grid.select(0)
    key(small, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    key(small, Qt.Key.Key_5)
    assert set(small.session.data.dataset.labels[:2]) == {5}
    assert grid.selection == [0, 1]
    undo(small)
    assert not small.session.data.dataset.edits


def test_pictures_can_be_left_out_and_taken_in(small: MainWindow) -> None:
    page, session = small.data_page, small.session
    page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    assert session.data.dataset.edits.excluded == {3}
    assert all(3 not in session.data.dataset.split.part(part) for part in PARTS)
    assert "1 picture excluded" in texts(page)
    choose(page.browser.show_box, Show.EXCLUDED)
    np.testing.assert_array_equal(page.browser.grid.shown, [3])
    assert "excluded" in texts(page.picture)
    press(page.picture, "Include")
    assert not session.data.dataset.edits


def test_a_label_that_is_kept_is_no_longer_suspect(small: MainWindow) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_K)
    assert small.session.data.dataset.edits.kept == {3}
    key(small, Qt.Key.Key_S)
    assert small.data_page.browser.grid.current == 5
    assert small.session.data.dataset.edits.kept == {3}


def test_undo_is_one_for_the_whole_window(small: MainWindow, draw) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    small.show_page("draw")
    draw(small.draw_page.canvas)
    undo(small)
    assert small.session.drawing.is_empty
    assert small.session.data.dataset.edits.excluded == {3}
    undo(small)
    assert not small.session.data.dataset.edits


def test_other_data_is_never_changed_by_an_earlier_undo(small: MainWindow, draw, qtbot: QtBot) -> None:
    session = small.session
    draw(small.draw_page.canvas)
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    session.data.open("bundled", ask=False)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 5000, timeout=20_000)
    assert session.undo_stack.undoText() == "stroke"
    undo(small)
    assert session.drawing.is_empty
    assert not session.data.dataset.edits


def test_corrections_are_there_again_at_the_next_start(
    small: MainWindow, make_window, tmp_path: Path, qtbot: QtBot
) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    small.data_page.browser.grid.select(9)
    label = (int(small.session.data.dataset.labels[9]) + 1) % 10
    key(small, Qt.Key(Qt.Key.Key_0.value + label))
    small.close()
    content = (tmp_path / "mine.npz").read_bytes()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.data.dataset) == 300, timeout=20_000)
    assert again.session.data.dataset.edits.excluded == {3}
    assert again.session.data.dataset.labels[9] == label
    assert (tmp_path / "mine.npz").read_bytes() == content


def test_corrections_of_the_bundled_digits_lie_in_the_folder_of_the_program(
    page: DataPage, window: MainWindow, make_window, qtbot: QtBot
) -> None:
    page.browser.grid.setFocus()
    page.browser.grid.select(3)
    key(window, Qt.Key.Key_X)
    window.close()
    file = window.settings.folder / "edits" / "bundled.edits.json"
    assert json.loads(file.read_text())["pictures"][0]["index"] == 3
    again = make_window()
    qtbot.waitUntil(lambda: again.session.data.dataset.edits.excluded == {3}, timeout=20_000)


def test_corrections_are_kept_though_other_data_is_opened_at_once(
    small: MainWindow, tmp_path, qtbot: QtBot
) -> None:
    data = small.session.data
    data.open("bundled")
    qtbot.waitUntil(lambda: data.proposal is not None, timeout=20_000)
    data.exclude([3])
    data.accept()
    qtbot.waitUntil(edits_beside(tmp_path / "mine.npz").exists, timeout=5000)
    assert load_edits(edits_beside(tmp_path / "mine.npz")).entries[0]["index"] == 3


def test_what_is_corrected_while_the_same_source_is_read_again_stays(
    small: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    session, data, file = small.session, small.session.data, edits_beside(tmp_path / "mine.npz")
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    qtbot.waitUntil(file.exists, timeout=5000)
    label = (int(session.data.dataset.labels[7]) + 1) % 10
    data.open(str(tmp_path / "mine.npz"))
    qtbot.waitUntil(lambda: data.proposal is not None, timeout=20_000)  # with the corrections as they were
    data.exclude([3])  # takes it in again
    data.relabel([7], label)
    small.data_page.findChild(SplitMenu).seed.setValue(7)
    data.accept()
    assert (session.data.dataset.edits.excluded, session.data.dataset.edits.labels) == (frozenset(), {7: label})
    assert session.data.dataset.split_rule.seed == 7
    session.tasks.finish()
    (entry,) = load_edits(file).entries
    assert (entry["index"], entry["label"]) == (7, label)


def test_corrections_follow_their_pictures_where_the_source_has_changed(
    small: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    session, data = small.session, small.session.data
    images, labels = session.data.dataset.images, session.data.dataset.labels
    data.exclude([0])
    session.tasks.finish()
    np.savez(tmp_path / "mine.npz", images=images[1:], labels=labels[1:])
    data.open(str(tmp_path / "mine.npz"), ask=False)
    data.exclude([9])
    qtbot.waitUntil(lambda: len(session.data.dataset) == 299, timeout=20_000)
    assert session.data.dataset.edits.excluded == {8}
    np.savez(tmp_path / "mine.npz", images=images, labels=labels)  # and what is back has its correction again
    data.open(str(tmp_path / "mine.npz"), ask=False)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 300, timeout=20_000)
    assert session.data.dataset.edits.excluded == {0, 9}


def test_two_windows_that_correct_the_same_data_lose_nothing_of_each_other(
    small: MainWindow, make_window, tmp_path: Path, qtbot: QtBot
) -> None:
    other = make_window()
    qtbot.waitUntil(lambda: len(other.session.data.dataset) == 300, timeout=20_000)
    for number in range(45):
        window = (small, other)[number % 2]
        window.session.data.exclude([number])
        if number % 3 == 0:
            window.session.tasks.finish()
    undo(other)  # of the 43rd, and of nothing that the first window has done
    for window in (small, other):
        window.session.keep_everything()
    edits, _ = load_edits(edits_beside(tmp_path / "mine.npz")).edits_of(small.session.data.dataset)
    assert edits.excluded == set(range(45)) - {43}


def test_data_whose_file_has_changed_opens_while_an_older_correction_lies_below_a_stroke(
    small: MainWindow, tmp_path: Path, draw, qtbot: QtBot
) -> None:
    data = small.session.data
    images, labels = data.dataset.images, data.dataset.labels
    data.exclude([290])
    draw(small.draw_page.canvas)
    small.session.tasks.finish()
    np.savez(tmp_path / "few.npz", images=images[:40], labels=labels[:40])
    np.savez(tmp_path / "fewer.npz", images=images[:30], labels=labels[:30])
    for name, count in (("few.npz", 40), ("fewer.npz", 30)):
        data.open(str(tmp_path / name), ask=False)
        qtbot.waitUntil(lambda count=count: len(data.dataset) == count, timeout=20_000)
    np.savez(tmp_path / "fewer.npz", images=images[:20], labels=labels[:20])
    data.open(str(tmp_path / "fewer.npz"), ask=False)
    qtbot.waitUntil(lambda: len(data.dataset) == 20, timeout=20_000)


def test_where_nothing_may_be_written_beside_corrections_lie_with_the_program(
    small: MainWindow, tmp_path: Path, monkeypatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("digitgui.documents.edit_store.os.access", lambda *_: False)
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    folder = small.settings.folder / "edits"
    qtbot.waitUntil(lambda: any(folder.glob("*.json")), timeout=5000)
    assert not edits_beside(tmp_path / "mine.npz").exists()
    (file,) = folder.glob("*.json")
    assert load_edits(file).entries[0]["index"] == 3


def test_pictures_are_added_to_the_users_own_set_once_and_it_opens(
    small: MainWindow, make_window, qtbot: QtBot
) -> None:
    session, grid = small.session, small.data_page.browser.grid
    notices: list[str] = []
    session.noticed.connect(notices.append)
    grid.select(3)
    key(small, Qt.Key.Key_M)
    grid.select(3)
    key(small, Qt.Key.Key_M)
    assert len(session.personal) == 1
    assert "Added 1" in notices[0]
    assert "already" in notices[1]
    grid.select(4)
    key(small, Qt.Key.Key_M)
    undo(small)
    assert len(session.personal) == 1
    image = session.data.dataset.images[3]
    small.close()
    again = make_window()
    assert len(again.session.personal) == 1
    again.session.data.open(str(again.session.personal.path))
    qtbot.waitUntil(lambda: again.session.data.proposal is not None, timeout=20_000)
    again.session.data.accept()
    np.testing.assert_array_equal(again.session.data.dataset.images[0], image)


def test_a_copy_never_takes_the_place_of_the_source(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    content = (tmp_path / "mine.npz").read_bytes()
    with qtbot.waitSignal(small.session.failed) as failed:
        small.session.data.save_copy(tmp_path / "mine.npz")
    assert "mine.npz" in failed.args[0]
    small.session.tasks.finish()
    assert (tmp_path / "mine.npz").read_bytes() == content


def test_a_damaged_set_of_ones_own_is_put_aside_and_told(make_window, settings, qtbot: QtBot) -> None:
    settings.folder.mkdir(parents=True)
    for content in (b"damaged", b"damaged too"):
        (settings.folder / "my-digits.npz").write_bytes(content)
        window = make_window()
        qtbot.waitUntil(lambda window=window: "my-digits" in window.banner.text, timeout=5000)
        assert len(window.session.personal) == 0
        window.close()
    kept = sorted(file.read_bytes() for file in settings.folder.glob("my-digits.damaged*"))
    assert kept == [b"damaged", b"damaged too"]


def test_a_copy_holds_what_was_corrected(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    small.data_page.browser.grid.select(0)
    key(small, Qt.Key.Key_X)
    small.session.data.save_copy(tmp_path / "copy.npz")
    qtbot.waitUntil((tmp_path / "copy.npz").exists, timeout=5000)
    with np.load(tmp_path / "copy.npz") as copy:
        assert len(copy["images"]) == 299


def test_the_data_set_can_be_cut_in_another_way_which_is_remembered(small: MainWindow, make_window, qtbot) -> None:
    menu = small.data_page.findChild(SplitMenu)
    before = small.session.data.dataset.split.test
    menu.seed.setValue(7)
    assert set(small.session.data.dataset.split.test) != set(before)
    menu.stratified.setChecked(True)
    rule = small.session.data.dataset.split_rule
    assert (rule.seed, rule.stratified, rule.own_parts) == (7, True, True)
    assert "--split-seed 7 --stratify" in small.train_page.form.command("x", rule)
    small.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.data.dataset) == 300, timeout=20_000)
    assert again.session.data.dataset.split_rule == rule


def test_augmented_versions_follow_the_selected_picture_and_are_rolled_anew(page: DataPage) -> None:
    page.show_tab(2)
    lab = page.augmentation
    page.browser.grid.select(5)
    first = lab.preview.grab().toImage()
    press(lab, "Re-roll")
    second = lab.preview.grab().toImage()
    assert second != first
    page.browser.grid.select(6)
    assert lab.preview.grab().toImage() != second
