"""Draw, My hand and Inspect with a network for letters, one for photographs, and back with digits."""

from pathlib import Path

import numpy as np
import pytest
from helpers.painted_letters import LETTERS, draw_letter, painted, save_colour_network, save_letter_network
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.personal_set import FILE_NAME, files_in
from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.why_maps import METHODS
from digitgui.pages.inspect.why_view import WhyView
from model import build, load_network, open_data, save_network
from model.inspection.attribution import channel_saliency, saliency
from model.inspection.trace import Unit
from model.network.task import Task
from model.readers.npz_files import save_npz
from model.readers.prepared_pictures import read_prepared


def open_model(window: MainWindow, qtbot: QtBot, source: str | Path) -> None:
    before = window.session.model.network
    window.session.open_model(str(source))
    qtbot.waitUntil(lambda: window.session.model.network is not before, timeout=20_000)


def canvas_of(window: MainWindow) -> QWidget:
    found = window.draw_page.findChild(QWidget, "drawingCanvas")
    assert found is not None
    return found


def told(window: MainWindow) -> str:
    label = window.draw_page.findChild(QLabel, "predictedDigit")
    assert label is not None
    return label.text()


def name_it(window: MainWindow, qtbot: QtBot, key: str) -> None:
    """Type what the drawing was, once it is known that it is no number."""
    qtbot.waitUntil(lambda: not window.session.answering.is_reading, timeout=20_000)
    QTest.keyClick(canvas_of(window), key)


@pytest.fixture(scope="module")
def letters_file(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Path:
    return save_letter_network(tmp_path_factory.mktemp("letters") / "letters.safetensors", painted(30))


@pytest.fixture(scope="module")
def colour_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("colour")
    return save_colour_network(folder / "colour.safetensors", folder / "photographs")


def test_letters_are_drawn_named_by_keys_undone_and_kept_apart_from_digits(  # noqa: PLR0915  one window
    window: MainWindow, qtbot: QtBot, draw, letters_file: Path
) -> None:
    session, personal = window.session, window.session.personal
    window.show_page("draw")
    canvas = canvas_of(window)
    draw(canvas)  # a 7, for the digits' network
    seven, sure = told(window), session.answering.prediction.probabilities.copy()
    strokes = session.drawing.strokes
    open_model(window, qtbot, letters_file)
    assert session.drawing.strokes is strokes
    assert told(window) in LETTERS.class_names
    assert session.answering.number is None
    session.drawing.clear()
    assert told(window) == ""

    draw_letter(canvas, "A")
    assert told(window) == "A"
    assert session.answering.step_probabilities.shape == (5, LETTERS.count)
    assert all(frame.shown() is not None for frame in window.draw_page.xray._frames)
    assert not window.draw_page.tabs.button(1).isVisible()  # handwriting, compared with digits
    session.drawing.clear()
    draw_letter(canvas, "E", 3)
    name_it(window, qtbot, "e")  # the key of the eraser, too
    assert not window.pen.erasing
    assert session.drawing.is_empty
    assert personal.halves.labels.tolist() == [LETTERS.class_names.index("E")]
    draw_letter(canvas, "X", 4)
    qtbot.waitUntil(lambda: not session.answering.is_reading)
    chips = window.draw_page.answer.meant.findChildren(QPushButton)
    QTest.mouseClick(next(chip for chip in chips if chip.text() == "X"), Qt.MouseButton.LeftButton)
    assert len(personal) == 2
    session.undo_stack.undo()
    assert len(personal) == 1
    assert told(window) == "X"
    name_it(window, qtbot, "x")
    name_it(window, qtbot, "7")  # no class of this network
    assert personal.halves.labels.tolist() == [1, 5]

    open_model(window, qtbot, "default")
    assert len(personal) == 0
    assert session.drawing.is_empty
    draw(canvas)
    assert told(window) == seven
    np.testing.assert_array_equal(session.answering.prediction.probabilities, sure)
    name_it(window, qtbot, "7")
    assert personal.halves.labels.tolist() == [7]
    session.undo_stack.undo()  # of the digit
    session.undo_stack.undo()  # of its stroke
    session.undo_stack.undo()  # of a letter, whose set has no turn
    assert len(personal) == 0
    session.undo_stack.redo()
    session.tasks.finish()
    folder = window.settings.folder
    assert files_in(folder)[0] == folder / FILE_NAME
    assert not (folder / FILE_NAME).exists()
    (file,) = files_in(folder)[1:]
    kept = open_data(str(file))
    assert kept.task == LETTERS
    assert kept.labels.tolist() == [1, 5]
    open_model(window, qtbot, letters_file)
    assert personal.halves.labels.tolist() == [1, 5]


def test_my_hand_collects_letters_and_teaches_them(
    make_window, qtbot: QtBot, letters_file: Path, tmp_path: Path
) -> None:
    window = make_window()
    session = window.session
    window.show_page("hand")
    page = window.hand_page
    start = page.findChild(QPushButton, "guideStart")
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    assert session.guide.is_active
    open_model(window, qtbot, letters_file)
    assert not session.guide.is_active
    assert not start.isVisible()
    assert not page.counters.isVisible()
    for seed, name in enumerate("AEHMOX" * 2):
        draw_letter(page.canvas, name, 20 + seed)
        qtbot.waitUntil(lambda: not session.answering.is_reading)
        QTest.keyClick(page.canvas, name)
    qtbot.waitUntil(lambda: session.hand.counts == (2,) * 6, timeout=20_000)
    assert "A 1, E 1, H 1" in page.digits._counted.text()
    assert "open the data that this network learned from" in session.hand.lack
    assert not page.teach.start.isEnabled()

    save_npz(painted(30, seed=9), tmp_path / "others.npz")
    session.data.open(str(tmp_path / "others.npz"), ask=False)
    qtbot.waitUntil(page.teach.start.isEnabled, timeout=20_000)
    QTest.mouseClick(page.teach.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.hand.lesson is not None, timeout=60_000)
    assert "yours: " in page.teach._words.text()
    assert not page.teach.table.isVisible()
    QTest.mouseClick(page.teach.keep, Qt.MouseButton.LeftButton)
    assert session.model.task == LETTERS
    assert session.model.name == "letters my hand"

    page.digits.grid.selected.emit(0)
    page.digits.grid.setFocus()
    QTest.keyClick(page.digits.grid, "h")
    qtbot.waitUntil(lambda: session.hand.counts == (1, 2, 3, 2, 2, 2), timeout=20_000)
    open_model(window, qtbot, "default")
    qtbot.waitUntil(lambda: session.hand.counts == (0,) * 10, timeout=20_000)
    session.undo_stack.undo()  # of the network that was kept: it comes back, with its letters
    session.tasks.finish()
    window.close()
    again = make_window()
    assert again.session.personal.title in ("My digits", "My pictures")
    if not again.session.model.task.is_digits:
        assert len(again.session.personal) == 12


def test_a_network_for_photographs_is_shown_pictures_and_takes_no_strokes(
    window: MainWindow, qtbot: QtBot, draw, colour_file: Path
) -> None:
    session = window.session
    window.show_page("draw")
    canvas = canvas_of(window)
    draw(canvas)
    seven, strokes = told(window), session.drawing.strokes
    open_model(window, qtbot, colour_file)
    assert told(window) == ""
    assert "Paste one" in window.draw_page.answer.invitation._words.text()
    assert not window.draw_page.answer.meant.isVisible()
    draw(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert session.drawing.strokes is strokes
    assert session.drawing.live is None

    file = sorted((colour_file.parent / "photographs" / "sea").iterdir())[0]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    how = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QDragEnterEvent(QPoint(9, 9), *how))
    QApplication.sendEvent(canvas, QDropEvent(QPointF(9, 9), *how))
    qtbot.waitUntil(lambda: told(window) == "sea", timeout=20_000)
    prediction, network = session.answering.prediction, load_network(colour_file)
    np.testing.assert_array_equal(prediction.picture, read_prepared(file, network.task).digit)
    np.testing.assert_array_equal(
        prediction.probabilities, network.predict_proba(prediction.picture[np.newaxis])[0]
    )
    assert [name for name, _, _ in window.draw_page.answer.bars.shown()] == ["meadow", "sea"]
    qtbot.wait(30)
    colours = canvas.grab().toImage().pixelColor(canvas.rect().center())
    assert len({colours.red(), colours.green(), colours.blue()}) > 1
    np.testing.assert_array_equal(window.draw_page.photo_steps._pixels, prediction.picture)

    meadow = QImage(60, 40, QImage.Format.Format_RGB32)
    meadow.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(meadow)
    qtbot.wait(10)
    QTest.mouseClick(window.draw_page._drawing_card._paste, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: told(window) == "meadow", timeout=20_000)
    session.undo_stack.undo()
    assert told(window) == "sea"
    QTest.mouseClick(window.findChild(QPushButton, "clearButton"), Qt.MouseButton.LeftButton)
    assert told(window) == ""
    window.show_page("hand")
    assert window.hand_page._no_hand.isVisible()

    window.show_page("draw")
    open_model(window, qtbot, "default")
    assert session.drawing.strokes is strokes
    assert told(window) == seven
    assert window.draw_page.answer.meant.isVisible()


def test_inspect_looks_into_colour_plane_by_plane(window: MainWindow, qtbot: QtBot, colour_file: Path) -> None:
    session, failures = window.session, []
    session.failed.connect(failures.append)
    window.show_page("inspect")
    page, inspection = window.inspect_page, session.inspection
    qtbot.waitUntil(lambda: inspection.is_current, timeout=20_000)
    open_model(window, qtbot, colour_file)
    file = sorted((colour_file.parent / "photographs" / "meadow").iterdir())[1]
    session.pictures.open(file)
    qtbot.waitUntil(lambda: session.answering.prediction is not None, timeout=20_000)
    qtbot.waitUntil(
        lambda: inspection.is_current and inspection.trace.image.tobytes() == inspection.picture.tobytes(),
        timeout=20_000,
    )
    trace = inspection.trace
    assert "answers meadow" in page._subtitle.text()
    assert [page.label.itemText(row) for row in range(1, page.label.count())] == ["meadow", "sea"]
    first = page.strip.columns.columns[0]
    assert first.tiling.count == 3
    colors = first.colors(trace, first.scale(trace), 0, each=False)
    for plane, shift in enumerate((16, 8, 0)):
        here = (colors[plane] >> shift) & 255
        assert abs(here.astype(int) - trace.image[:, :, plane]).max() <= 255 - int(trace.image.max()) + 1
        assert not (colors[plane] & (0xFFFFFF ^ (255 << shift))).any()
    inspection.pin(Unit("input", (1, 3, 4)))
    assert page.strip.words().startswith("input, green, row 3, column 4")
    inspection.pin(Unit("conv1", (0, 2, 2)))
    assert "red, green and blue" in page.maps._weights_title.text()
    page.label.setCurrentIndex(2)
    qtbot.waitUntil(lambda: inspection.is_current and inspection.trace.label == 1, timeout=20_000)
    assert "If sea is right" in page._subtitle.text()

    window.resize(1366, 768)
    page.tabs.button(4).click()
    why = page.findChild(WhyView)
    qtbot.waitUntil(why.maps._channels.isVisible, timeout=20_000)
    network = load_network(colour_file)
    by_channel = channel_saliency(network, trace.image, 0)
    np.testing.assert_allclose(by_channel.sum(axis=2), saliency(network, trace.image, 0), rtol=1e-4, atol=1e-6)
    _check_slopes(network, trace.image, by_channel)
    for number in range(len(METHODS) + 1):
        why.chips.button(number).click()
        qtbot.waitUntil(lambda: not why.maps._looking.is_under_way, timeout=20_000)
    assert "no ink" in why.ink._sentence.text()
    for tab in range(len(page.tabs.buttons())):
        page.tabs.button(tab).click()
        qtbot.wait(40)
    inspection.choose_picture(0)  # of the open data, which are digits
    assert "The network takes pictures of 20 × 16 pixels in colour" in page._subtitle.text()
    open_model(window, qtbot, "default")
    qtbot.waitUntil(lambda: inspection.is_current, timeout=20_000)
    assert page.label.itemText(7) == "the digit 6"
    assert failures == []


def _check_slopes(network, image, by_channel) -> None:
    """Compare a slope of the blue plane with a difference of logits."""
    row, column = np.unravel_index(np.abs(by_channel[:, :, 2]).argmax(), image.shape[:2])
    lower, upper = image.copy(), image.copy()
    middle = int(np.clip(image[row, column, 2], 2, 253))
    lower[row, column, 2], upper[row, column, 2] = middle - 2, middle + 2
    logits = network.logits(np.stack([lower, upper])).astype(np.float64)
    if logits.shape[1] == 1:
        return
    slope = (logits[1, 0] - logits[0, 0]) * 255 / 4
    assert np.sign(slope) == np.sign(by_channel[row, column, 2])
    assert slope == pytest.approx(float(by_channel[row, column, 2]), rel=0.3)


def test_my_hand_is_no_wider_for_photographs_with_long_names(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    names = tuple(f"a long name of number {number}" for number in range(12))
    save_network(build("lenet", 0, Task(names, (32, 32, 3), "photo")), tmp_path / "photos.safetensors")
    window.show_page("hand")
    window.resize(1600, 900)
    open_model(window, qtbot, str(tmp_path / "photos.safetensors"))
    qtbot.wait(50)
    _, nothing = (window.hand_page._whole.widget(number) for number in range(2))
    assert window.hand_page._no_hand.isVisible()
    assert window.hand_page.minimumSizeHint().width() <= nothing.minimumSizeHint().width() < 300
