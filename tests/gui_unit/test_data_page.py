from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.main_window import MainWindow
from digitgui.pages.data import DataPage


@pytest.fixture
def page(window: MainWindow) -> DataPage:
    window.show_page(1)
    return window.data_page


def texts(page: DataPage) -> str:
    return "\n".join(part.text() for part in page.findChildren(QLabel))


def chip(page: DataPage, text: str) -> QPushButton:
    return next(part for part in page.findChildren(QPushButton) if part.text() == text)


def test_all_bundled_pictures_are_there(page: DataPage, window: MainWindow) -> None:
    assert np.array_equal(page.grid.shown, np.arange(5000))
    assert "MNIST 5,000" in texts(page)


def test_the_parts_are_named_once_they_are_known(page: DataPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "train 4,250 · validation 375 · test 375" in texts(page), timeout=20_000)


def test_a_digit_can_be_filtered(page: DataPage, window: MainWindow) -> None:
    chip(page, "3").click()
    labels = window.session.dataset.labels
    assert len(page.grid.shown) == 500
    assert set(labels[page.grid.shown]) == {3}
    chip(page, "all").click()
    assert len(page.grid.shown) == 5000


def test_a_bar_of_the_histogram_filters_too(page: DataPage, window: MainWindow) -> None:
    bars = page.histogram
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.width() * 0.75), 50))
    assert set(window.session.dataset.labels[page.grid.shown]) == {7}
    assert chip(page, "7").isChecked()


def test_the_selected_picture_is_described(page: DataPage, window: MainWindow) -> None:
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, 60))
    columns = page.grid._columns()
    index = columns + (80 - page.grid._margin()) // 48
    assert f"picture {index}" in texts(page)
    assert f"label {window.session.dataset.labels[index]}" in texts(page)


def test_other_weights_give_another_answer_for_the_selected_picture(page: DataPage, window: MainWindow) -> None:
    page.grid.select(0)
    before = texts(page)
    weights = window.session.model.network.weights()
    window.session.model.take_weights({name: value * 0 for name, value in weights.items()}, (0.0, 1.0))
    assert texts(page) != before
    assert "10.0 %" in texts(page)


def test_augmented_versions_are_rolled_anew(page: DataPage, window: MainWindow) -> None:
    first = page.augmentation.variants.grab().toImage()
    chip(page, "Re-roll").click()
    assert page.augmentation.variants.grab().toImage() != first
    page.augmentation.choice.setCurrentText("journal")
    assert "A flip makes 2 look like 5" in texts(page)


def test_a_folder_with_a_broken_picture_opens_without_it(
    page: DataPage, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    images, labels = window.session.dataset.images, window.session.dataset.labels
    for digit in range(3):
        (tmp_path / "mine" / str(digit)).mkdir(parents=True)
        for number, index in enumerate(np.flatnonzero(labels == digit)[:6]):
            Image.fromarray(images[index]).save(tmp_path / "mine" / str(digit) / f"{number}.png")
    whole = (tmp_path / "mine" / "2" / "0.png").read_bytes()
    (tmp_path / "mine" / "2" / "0.png").write_bytes(whole[: len(whole) // 2])
    notices: list[str] = []
    window.session.noticed.connect(notices.append)
    window.session.open_data(str(tmp_path / "mine"))
    qtbot.waitUntil(lambda: len(window.session.dataset) == 17, timeout=20_000)
    assert len(notices) == 1
    assert str(Path("2", "0.png")) in notices[0]
    assert len(page.grid.shown) == 17
    chip(page, "9").click()
    assert len(page.grid.shown) == 0
    page.grid.grab()  # an empty grid says so, rather than fail
    assert window.settings.recent("data") == [str(tmp_path / "mine")]


def test_arrow_keys_move_through_the_grid(page: DataPage) -> None:
    chosen: list[int] = []
    page.grid.select(0)
    page.grid.selected.connect(chosen.append)
    columns = page.grid._columns()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End):
        QTest.keyClick(page.grid, key)
    assert chosen == [1, columns + 1, columns, 0, 4999]
    bar = page.grid.verticalScrollBar()
    assert bar.value() == bar.maximum()
    QTest.keyClick(page.grid, Qt.Key.Key_Home)
    assert chosen[-1] == 0
    assert bar.value() == 0


def test_what_the_grid_paints_is_the_data(page: DataPage, window: MainWindow) -> None:
    page.grid.select(40)
    image = page.grid.viewport().grab().toImage()
    margin = page.grid._margin()
    picture = window.session.dataset.images[0].astype(int)
    for row, column in ((14, 14), (7, 14), (20, 10), (14, 8)):
        x, y = margin + round((column + 0.5) * 48 / 28), round((row + 0.5) * 48 / 28)
        shown = image.pixelColor(x, y).lightness()
        near = picture[row - 1 : row + 2, column - 1 : column + 2]
        assert near.min() - 3 <= shown <= near.max() + 3
