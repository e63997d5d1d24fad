"""Photos, the clipboard and what is dropped, as part of the drawing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.event_loop import watch_event_loop
from helpers.model_files import LENET
from helpers.pictures import draw_digit
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.drawings import prediction
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.picture_input import read_picture
from digitgui.drawings.prediction import usual_picture
from digitgui.frame.main_window import MainWindow
from digitgui.looks.gray_images import gray_image
from model import load_network, open_data
from model.errors import DataFormatError
from model.handwriting.preprocessing import USUAL_STEPS
from model.readers import picture_files
from model.readers.npz_files import load_npz
from model.readers.picture_answers import answer_pictures
from model.readers.picture_files import read_digit
from resources import BUNDLED_DIGITS

CONTROL = Qt.KeyboardModifier.ControlModifier
SEVEN = draw_digit(7, 400)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Write a seven in dark ink on paper, 300 × 400."""
    paper = np.full((400, 300), 230, np.uint8)
    paper[50:350] -= (SEVEN[50:350, 50:350] * 0.8).astype(np.uint8)
    Image.fromarray(paper).convert("RGB").save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


@pytest.fixture
def clipboard(qtbot: QtBot):
    board = QGuiApplication.clipboard()
    yield board
    board.clear()


def mime_of(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget: QWidget, data: QMimeData) -> bool:
    """Drop on a widget if it takes it."""
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(100, 100), actions, data, left, none)
    QApplication.sendEvent(widget, entering)
    if entering.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(100, 100), actions, data, left, none))
    return entering.isAccepted()


def wait_for_picture(window: MainWindow, qtbot: QtBot) -> np.ndarray:
    qtbot.waitUntil(lambda: window.session.drawing.picture is not None, timeout=10_000)
    return window.session.drawing.picture


def answer(window: MainWindow) -> int | None:
    return window.session.answering.prediction and window.session.answering.prediction.digit


# the document


def test_a_picture_lies_in_the_middle_with_its_proportions(qtbot: QtBot) -> None:
    drawing = Drawing()
    drawing.set_picture(np.full((100, 50), 255, np.uint8))
    assert not drawing.is_empty
    gray = drawing.to_gray()
    assert gray.shape == (280, 280)
    rows, columns = np.flatnonzero(gray.max(axis=1) > 128), np.flatnonzero(gray.max(axis=0) > 128)
    assert (rows[0], rows[-1]) == (0, 279)
    assert (columns[0], columns[-1]) == pytest.approx((70, 209), abs=1)


@pytest.mark.parametrize(("side", "expected"), [(20, 280), (400, 400), (560, 560), (2000, 560)])
def test_the_raster_follows_the_picture(qtbot: QtBot, side: int, expected: int) -> None:
    drawing = Drawing()
    drawing.set_picture(draw_digit(7, side))
    assert drawing.to_gray().shape == (expected, expected)
    assert drawing.to_gray().max() >= 250


def test_no_pixel_of_a_picture_is_lost(qtbot: QtBot) -> None:
    drawing = Drawing()
    noise = np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8)
    drawing.set_picture(noise)
    assert np.array_equal(drawing.to_gray(), noise)


def test_strokes_and_eraser_work_over_a_picture(qtbot: QtBot) -> None:
    drawing = Drawing()
    drawing.set_picture(np.full((280, 280), 100, np.uint8))
    for y, erases in ((-0.2, False), (0.2, True)):
        drawing.begin_stroke(QPointF(-0.3, y), width=0.1, erases=erases)
        drawing.extend_stroke(QPointF(0.3, y))
        drawing.end_stroke()
    gray = drawing.to_gray()
    assert [gray[row, 140] for row in (84, 140, 196)] == [255, 100, 0]


def test_picture_and_strokes_are_undone_and_cleared_together(qtbot: QtBot) -> None:
    drawing = Drawing()
    picture = np.full((10, 10), 200, np.uint8)
    drawing.set_picture(picture)
    assert drawing.undo_stack.undoText() == "picture"
    drawing.begin_stroke(QPointF(0, 0), width=0.1)
    drawing.end_stroke()
    assert drawing.picture is picture
    both = drawing.to_gray()
    drawing.clear()
    assert drawing.is_empty
    assert drawing.picture is None
    assert not drawing.to_gray().any()
    drawing.undo_stack.undo()
    assert np.array_equal(drawing.to_gray(), both)
    drawing.undo_stack.undo()
    assert drawing.picture is picture
    assert not drawing.strokes
    drawing.undo_stack.undo()
    assert drawing.is_empty


def test_a_picture_takes_the_place_of_what_was_drawn(qtbot: QtBot) -> None:
    drawing = Drawing()
    drawing.begin_stroke(QPointF(-0.2, 0), width=0.1)
    drawing.end_stroke()
    before = drawing.to_gray()
    drawing.set_picture(np.zeros((10, 10), np.uint8))
    assert not drawing.to_gray().any()
    drawing.undo_stack.undo()
    assert np.array_equal(drawing.to_gray(), before)


def test_a_picture_that_arrives_while_the_pen_is_down_does_not_lift_it(qtbot: QtBot) -> None:
    drawing = Drawing()
    drawing.begin_stroke(QPointF(-0.2, 0), width=0.1)
    drawing.set_picture(np.full((10, 10), 100, np.uint8))
    drawing.extend_stroke(QPointF(0.2, 0))
    drawing.end_stroke()
    assert len(drawing.strokes[0].points) == 2
    assert drawing.picture is not None
    assert drawing.to_gray()[140, 140] == 255


# the window


def test_a_photo_is_opened_and_recognised(
    window: MainWindow, qtbot: QtBot, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_photo", lambda *_: photo)
    window.findChild(QWidget, "photoButton").click()
    assert wait_for_picture(window, qtbot).shape == (400, 300)
    assert answer(window) == 7
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.drawing.is_empty
    assert answer(window) is None


@pytest.mark.parametrize("kind", ["form of MNIST", "thin line", "large"])
def test_a_file_is_answered_as_on_the_command_line(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    corner = np.pad(draw_digit(7, 17, 1), ((0, 11), (9, 2)))
    sheet = {"form of MNIST": open_data("bundled").images[0], "thin line": corner, "large": draw_digit(7, 280)}[
        kind
    ]
    Image.fromarray(255 - sheet).save(tmp_path / "own.png")
    window.session.pictures.open(tmp_path / "own.png")
    wait_for_picture(window, qtbot)
    expected, seen = read_digit(tmp_path / "own.png"), usual_picture(window.session.drawing)
    assert np.abs(seen.astype(int) - expected).mean() < (3 if kind == "thin line" else 0.01)


def test_the_canvas_shows_the_picture(window: MainWindow) -> None:
    canvas = window.draw_page.canvas
    window.session.drawing.set_picture(np.full((50, 50), 180, np.uint8))
    shown = canvas.grab().toImage()
    assert shown.pixelColor(shown.width() // 4, shown.height() // 4).lightness() == 180


@pytest.mark.parametrize("place", ["page canvas", "hand canvas", "dock canvas", "window"])
def test_a_picture_file_dropped_anywhere_becomes_the_drawing(
    window: MainWindow, qtbot: QtBot, photo: Path, place: str
) -> None:
    page, target = {
        "page canvas": ("draw", window.draw_page.canvas),
        "hand canvas": ("hand", window.hand_page.canvas),
        "dock canvas": ("train", window.dock.canvas),
        "window": ("draw", window),
    }[place]
    window.show_page(page)
    assert drop(target, mime_of(photo))
    wait_for_picture(window, qtbot)
    assert answer(window) == 7
    assert target.isVisible()
    assert window.session.data.proposal is None


def test_a_picture_dropped_where_no_canvas_is_shows_the_drawing(
    window: MainWindow, qtbot: QtBot, photo: Path
) -> None:
    window.want_dock(False)
    window.show_page("train")
    assert drop(window, mime_of(photo))
    wait_for_picture(window, qtbot)
    assert window.draw_page.isVisible()


def test_a_picture_itself_can_be_dropped(window: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setImageData(gray_image(SEVEN))
    assert drop(window.draw_page.canvas, data)
    wait_for_picture(window, qtbot)
    assert answer(window) == 7


def test_the_canvas_leaves_data_and_models_to_the_window(window: MainWindow, tmp_path: Path) -> None:
    data = mime_of(tmp_path / "digits.npz")
    entering = QDragEnterEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.draw_page.canvas.dragEnterEvent(entering)
    assert not entering.isAccepted()


def test_of_several_pictures_one_is_taken_and_that_is_said(window: MainWindow, qtbot: QtBot, photo: Path) -> None:
    with qtbot.waitSignal(window.session.failed) as failed:
        drop(window.draw_page.canvas, mime_of(photo, photo.with_name("other.png")))
    assert "Only seven.png" in failed.args[0]
    wait_for_picture(window, qtbot)


@pytest.mark.parametrize("copied", ["picture", "encoded picture", "file"])
def test_what_was_copied_is_pasted(window: MainWindow, qtbot: QtBot, photo: Path, clipboard, copied: str) -> None:
    if copied == "picture":
        clipboard.setImage(gray_image(SEVEN))
    else:
        data = mime_of(photo) if copied == "file" else QMimeData()
        if copied != "file":
            data.setData("image/png", photo.read_bytes())
        clipboard.setMimeData(data)
    QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    wait_for_picture(window, qtbot)
    assert answer(window) == 7


@pytest.mark.parametrize(("copied", "said"), [("hello", "found a text"), ("", "found something else")])
def test_pasting_something_else_says_so(
    window: MainWindow, qtbot: QtBot, clipboard, copied: str, said: str
) -> None:
    clipboard.clear()
    if copied:
        clipboard.setText(copied)
    QTest.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert said in window.banner.text
    assert window.session.drawing.is_empty


def write_text(path: Path) -> None:
    path.write_text("no picture")


def write_half(path: Path) -> None:
    Image.fromarray(SEVEN).save(path)
    path.write_bytes(path.read_bytes()[:300])


def write_blank(path: Path) -> None:
    Image.new("L", (50, 50), 255).save(path)


def write_huge(path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(path)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (write_text, "another kind of file"),
        (write_half, "damaged"),
        (write_blank, "blank"),
        (write_huge, "at most 80 million pixels"),
        (lambda path: None, "no such file"),
    ],
)
def test_a_file_that_is_no_digit_gives_one_sentence(
    tmp_path: Path, write: Callable[[Path], None], said: str
) -> None:
    write(tmp_path / "digit.png")
    with pytest.raises(DataFormatError, match=rf"^digit\.png: expected .*{said}"):
        read_picture(tmp_path / "digit.png")


def test_what_cannot_be_read_is_said_once(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    write_text(tmp_path / "digit.png")
    with qtbot.waitSignal(window.session.failed, timeout=10_000):
        drop(window.draw_page.canvas, mime_of(tmp_path / "digit.png"))
    assert "digit.png" in window.banner.text
    assert window.session.drawing.is_empty


def test_a_large_photo_does_not_hold_the_window_up(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    paper = Image.fromarray(255 - draw_digit(7, 1000)).resize((4000, 3000)).convert("RGB")
    paper.save(tmp_path / "large.jpg", quality=85)
    qtbot.wait(50)
    held_up = []
    for _ in range(3):  # other programs may hold it up too, but not three times
        with watch_event_loop() as lateness:
            window.session.pictures.open(tmp_path / "large.jpg")
            picture = wait_for_picture(window, qtbot)
        assert max(picture.shape) == 560
        assert answer(window) == 7
        held_up.append(lateness.worst)
        window.session.drawing.clear()
    assert min(held_up) < 50, held_up


@pytest.mark.parametrize("size", [(28, 28), (46, 50), (170, 200), (640, 480), (2600, 1900)])
def test_a_picture_gets_the_same_answer_in_the_window_and_on_the_command_line(
    qapp, tmp_path: Path, size: tuple[int, int]
) -> None:
    digit = load_npz(BUNDLED_DIGITS).images[7]
    sheet = Image.new("L", size, 255)
    sheet.paste(Image.fromarray(255 - digit).resize((size[0] // 2, size[1] // 2)), (3, 2))
    sheet.save(tmp_path / "digit.png")
    drawing = Drawing()
    drawing.set_picture(read_picture(tmp_path / "digit.png"))
    network = load_network(LENET)
    shown = prediction.answer(drawing, network, USUAL_STEPS)
    (told,) = answer_pictures(network, [picture_files.read_picture(tmp_path / "digit.png")])
    np.testing.assert_allclose(shown.probabilities, told.probabilities, atol=1e-4)
