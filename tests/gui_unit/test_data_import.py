"""Other data on its way in: the report, the user's word, and what may go wrong."""

from pathlib import Path

import numpy as np
import pytest
from helpers.class_files import NAMES, photographs
from helpers.data_page import choose
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.data.import_page import ImportPage
from digitgui.widgets.pictures.class_samples import ClassSamples
from model import Dataset, Task
from model.readers.edit_files import edits_beside, load_edits
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS

SHARED = 40


@pytest.fixture
def folder(window: MainWindow, tmp_path: Path) -> Path:
    """Write 40 pictures, one of them twice and one cut off, in a folder with one sub-folder a digit; no 8."""
    images, labels = window.session.data.dataset.images, window.session.data.dataset.labels
    root = tmp_path / "mine"
    chosen = np.flatnonzero(labels != 8)[:SHARED]
    for number, index in enumerate(chosen):
        (root / str(labels[index])).mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[index]).save(root / str(labels[index]) / f"{number:02}.png")
    first = root / str(labels[chosen[0]])
    Image.fromarray(images[chosen[0]]).save(first / "again.png")
    whole = (first / "00.png").read_bytes()
    (first / "broken.png").write_bytes(whole[: len(whole) // 2])
    return root


def report(window: MainWindow, source: str, qtbot: QtBot) -> ImportPage:
    window.session.data.open(source)
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    return window.data_page.import_page


def texts(page: ImportPage) -> str:
    return "\n".join(part.text() for part in page.findChildren(QLabel) if part.isVisible())


def press(page: ImportPage, words: str) -> None:
    next(part for part in page.findChildren(QPushButton) if words in part.text()).click()


def test_a_report_comes_before_anything_is_replaced(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    page = report(window, str(folder), qtbot)
    assert window.session.data.dataset.name == "MNIST 5,000"
    assert page.isVisible()
    told = texts(page)
    for words in (
        "Open mine with 41 pictures?",
        "41, and 1 unreadable",
        "28 × 28",
        "Bright on dark",
        "Used unchanged",
        "1 picture repeats another exactly",
        "The training part has no pictures of 8.",
    ):
        assert words in told, f"{words!r} is not in {told}"
    assert "broken.png" in page._unreadable.toPlainText()
    press(page, "Use this data")
    assert len(window.session.data.dataset) == 41
    assert not page.isVisible()
    assert window.settings.recent("data") == [str(folder)]


def test_the_user_may_keep_what_is_open(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    page = report(window, str(folder), qtbot)
    before = window.session.data.dataset
    press(page, "Keep MNIST")
    assert window.session.data.dataset is before
    assert window.session.data.proposal is None
    assert not page.isVisible()
    assert window.settings.recent("data") == []


def test_return_accepts_and_escape_goes_back(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    page = report(window, str(folder), qtbot)
    QTest.keyClick(page.accept_button, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert window.session.data.dataset.name == "MNIST 5,000"
    page = report(window, str(folder), qtbot)
    QTest.keyClick(page.accept_button, Qt.Key.Key_Return)
    assert len(window.session.data.dataset) == 41


def test_repeated_pictures_can_be_left_out_at_once(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    page = report(window, str(folder), qtbot)
    page.leave_out.setChecked(True)
    press(page, "Use this data")
    assert len(window.session.data.dataset.edits.excluded) == 1
    assert len(window.session.data.dataset.included) == 40
    qtbot.waitUntil(edits_beside(folder).exists, timeout=5000)


def test_the_ink_can_be_told_and_is_remembered_beside_the_source(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    page = report(window, str(folder), qtbot)
    bright = window.session.data.proposal.dataset
    page.ink.setCurrentIndex(2)
    page.ink.activated.emit(2)
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    dark = window.session.data.proposal.dataset
    assert not np.array_equal(dark.images, bright.images)
    assert "all pictures inverted" in texts(page)
    press(page, "Use this data")
    qtbot.waitUntil(edits_beside(folder).exists, timeout=5000)
    assert load_edits(edits_beside(folder)).asked.ink == "dark"
    assert report(window, str(folder), qtbot).ink.currentData() == "dark"


def test_pictures_that_lie_on_their_side_are_turned_and_the_user_may_choose_otherwise(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    data = window.session.data.dataset
    lying = np.ascontiguousarray(data.images[:200].swapaxes(1, 2)) // 16
    np.savez(tmp_path / "mine.npz", images=lying, labels=data.labels[:200])
    page = report(window, str(tmp_path / "mine.npz"), qtbot)
    assert "All were turned" in texts(page)
    assert "Scaled to 0 to 255" in texts(page)
    assert "Its values range from 0 to 15: scaled to 0 to 255." in texts(page)
    for choice, value in ((page.turn, "upright"), (page.scale, "bytes"), (page.fit, "never")):
        choice.choose(value)
        choice.activated.emit(choice.currentIndex())
        qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    np.testing.assert_array_equal(window.session.data.proposal.dataset.images, lying)
    assert "turned" not in texts(page)
    press(page, "Use this data")
    qtbot.waitUntil(edits_beside(tmp_path / "mine.npz").exists, timeout=5000)
    again = report(window, str(tmp_path / "mine.npz"), qtbot)
    assert (again.turn.chosen, again.scale.chosen, again.fit.chosen) == ("upright", "bytes", "never")


def test_small_pictures_unlike_mnist_are_fitted_and_the_user_may_choose_otherwise(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    data = window.session.data.dataset
    small = np.pad(data.images[:40, 4:24:2, 4:24:2], ((0, 0), (2, 16), (3, 15)))
    np.savez(tmp_path / "mine.npz", images=small, labels=data.labels[:40])
    page = report(window, str(tmp_path / "mine.npz"), qtbot)
    assert "40 fitted" in texts(page)
    assert "do not look like MNIST's digits: all were scaled and centred." in texts(page)
    page.fit.choose("never")
    page.fit.activated.emit(page.fit.currentIndex())
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    np.testing.assert_array_equal(window.session.data.proposal.dataset.images, small)
    assert "Used unchanged" in texts(page)


def test_parts_of_its_own_are_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    images, labels = window.session.data.dataset.images, window.session.data.dataset.labels
    parts = {"train": slice(0, 60), "val": slice(60, 80), "test": slice(80, 100)}
    for names, own, told in (
        ("train val test", "validation and test", "validation and test parts are"),
        ("train val", "validation", "validation part is"),
    ):
        arrays = {f"x_{name}": images[parts[name]] for name in names.split()}
        arrays |= {f"y_{name}": labels[parts[name]] for name in names.split()}
        np.savez(tmp_path / "mine.npz", **arrays)
        page = report(window, str(tmp_path / "mine.npz"), qtbot)
        assert f"; {own} as in the source" in texts(page)
        assert f"Its own {told} kept" in texts(page)
        window.session.data.cancel()


def test_reading_can_be_cancelled(window: MainWindow, folder: Path, qtbot: QtBot, tmp_path: Path) -> None:
    for digit in range(10):
        (tmp_path / "many" / str(digit)).mkdir(parents=True)
        for number in range(300):
            Image.new("L", (40, 40), number % 255).save(tmp_path / "many" / str(digit) / f"{number}.png")
    window.session.data.open(str(tmp_path / "many"))
    page = window.data_page.import_page
    qtbot.waitUntil(lambda: "of 3,000 pictures" in texts(page), timeout=20_000)
    press(page, "Cancel")
    assert not window.session.data.is_reading
    assert not page.isVisible()
    report(window, str(folder), qtbot)  # and nothing stands in the way of the next
    assert window.session.data.proposal.dataset.name == "mine, 41"


def test_of_two_openings_the_later_one_counts(window: MainWindow, folder: Path, qtbot: QtBot, tmp_path) -> None:
    np.savez(tmp_path / "other.npz", images=window.session.data.dataset.images[:20], labels=[1] * 20)
    window.session.data.open(str(folder))
    page = report(window, str(tmp_path / "other.npz"), qtbot)
    assert "Open other.npz with 20 pictures?" in texts(page)
    qtbot.wait(300)
    assert window.session.data.proposal.dataset.name == "other.npz, 20"


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_what_cannot_be_read_leaves_everything_as_it_is(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, content
) -> None:
    file = tmp_path / "broken.npz"
    if content is not None:
        file.write_bytes(content)
    with qtbot.waitSignal(window.session.failed, timeout=20_000) as failed:
        window.session.data.open(str(file))
    assert "broken.npz" in failed.args[0]
    assert window.session.data.dataset.name == "MNIST 5,000"
    assert not window.data_page.import_page.isVisible()


def test_damaged_corrections_are_named_and_stay(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    edits_beside(folder).write_text("{ not json")
    with qtbot.waitSignal(window.session.failed, timeout=20_000) as failed:
        window.session.data.open(str(folder))
    assert "mine.edits.json" in failed.args[0]
    assert edits_beside(folder).read_text() == "{ not json"


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(300, 300), actions, data, left, none)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), actions, data, left, none))


def test_a_folder_dropped_on_the_window_is_proposed(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    drop(window, folder)
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    assert window.data_page.isVisible()
    assert "Open mine with 41 pictures?" in texts(window.data_page.import_page)


def test_a_model_dropped_on_the_window_opens(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    from model import build, save_network

    save_network(build("journal-8"), tmp_path / "small.safetensors")
    drop(window, tmp_path / "small.safetensors")
    qtbot.waitUntil(lambda: window.session.model.name == "small", timeout=20_000)


def test_something_else_dropped_on_the_window_is_named(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"x")
    with qtbot.waitSignal(window.session.failed, timeout=20_000) as failed:
        drop(window, tmp_path / "letter.pdf")
    assert "letter.pdf" in failed.args[0]


def test_the_digits_of_scikit_learn_open(window: MainWindow, qtbot: QtBot) -> None:
    page = report(window, SCIKIT_LEARN_DIGITS, qtbot)
    assert "8 × 8" in texts(page)
    press(page, "Use this data")
    assert len(window.session.data.dataset) == 1797


def test_without_a_network_openml_fails_in_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with qtbot.waitSignal(window.session.failed, timeout=60_000) as failed:
        window.session.data.open(OPENML_MNIST)
        assert window.data_page.import_page.isVisible()
    assert "openml.org" in failed.args[0]
    assert window.session.data.dataset.name == "MNIST 5,000"


def test_fetching_from_openml_can_be_cancelled_at_once(
    window: MainWindow, qtbot: QtBot, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://10.255.255.1:9")  # answers nobody
    window.session.data.open(OPENML_MNIST)
    qtbot.waitUntil(lambda: bool(window.session.activity.under_way), timeout=10_000)
    press(window.data_page.import_page, "Cancel")
    assert not window.session.data.is_reading


def test_mnist_that_was_fetched_before_opens_from_the_disk(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    images, labels = window.session.data.dataset.images, window.session.data.dataset.labels
    arrays = {"x_train": images[:60], "y_train": labels[:60], "x_test": images[60:80], "y_test": labels[60:80]}
    np.savez(tmp_path / "digitgui-mnist-784.npz", **arrays)
    page = report(window, OPENML_MNIST, qtbot)
    assert "; test as in the source" in texts(page)


def test_at_the_next_start_the_same_data_opens_without_asking(
    window: MainWindow, make_window, folder: Path, qtbot: QtBot
) -> None:
    report(window, str(folder), qtbot)
    window.session.data.accept()
    window.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.data.dataset) == 41, timeout=20_000)
    assert not again.data_page.import_page.isVisible()


def test_photographs_show_what_they_are_and_can_be_read_as_ink(window: MainWindow, qtbot: QtBot, tmp_path) -> None:
    images, labels = photographs(20)
    np.savez(tmp_path / "views.npz", images=images, labels=labels, class_names=np.array(NAMES))
    page = report(window, str(tmp_path / "views.npz"), qtbot)
    assert "3 classes (meadow, sea and rose), 32 × 32 pixels in colour" in texts(page)
    assert "32 × 32: unchanged" in texts(page)
    assert page.scale.isVisibleTo(page)
    assert not page.ink.isVisibleTo(page)
    assert not page.fit.isVisibleTo(page)
    assert "no ink on paper" in page._remarks.text()
    assert "no ink on paper" not in page._warning.text()  # for nothing is wrong
    choose(page.preparation, "Ink")
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    assert window.session.data.proposal.dataset.task.picture_shape == (28, 28, 1)
    assert page.ink.isVisibleTo(page)
    assert page.preparation.chosen == "ink"


@pytest.mark.parametrize(("count", "shown", "columns", "each"), [(10, 10, 1, 9), (26, 26, 2, 3), (60, 48, 3, 2)])
def test_the_name_of_each_class_stands_beside_its_pictures(
    qtbot: QtBot, count: int, shown: int, columns: int, each: int
) -> None:
    labels = np.tile(np.arange(count, dtype=np.uint8), 3)
    images = np.broadcast_to((60 + 3 * labels)[:, None, None], (len(labels), 28, 28)).copy()  # each class a grey
    names = tuple(f"{chr(0x61 + number % 26)}{number}" for number in range(count))
    samples = ClassSamples()
    qtbot.addWidget(samples)
    samples.show_classes(Dataset(images, labels, "some", "some", task=Task(names)))
    samples.resize(samples.sizeHint())
    assert samples.count == shown
    assert samples.accessibleDescription() == f"{each} pictures of each: {', '.join(names[:shown])}"
    seen = samples.grab().toImage()
    places = [samples.place_of(label) for label in range(shown)]
    assert len({place.left() for place in places}) == columns
    for label, place in enumerate(places):
        assert samples.rect().contains(place)
        middle = place.right() - (each - 1) * place.height() - place.height() // 2  # of its first picture
        assert seen.pixelColor(middle, place.center().y()).red() == 60 + 3 * label
        name = seen.copy(place.left(), place.top(), 20, place.height())
        corner = name.pixel(0, 0)
        assert any(name.pixel(x, y) != corner for x in range(20) for y in range(name.height()))
