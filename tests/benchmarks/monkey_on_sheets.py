"""What the monkey does on the Sheets page, with real sheets on it."""

import random
from pathlib import Path

from helpers.sheet_projects import small_sheet
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from digitgui.frame.main_window import MainWindow

__all__ = ["SheetMonkey", "sheets_to_open"]

KEYS = (
    *(Qt.Key(Qt.Key.Key_0.value + digit) for digit in range(10)),
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Minus),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)


class SheetMonkey:
    """Opens and closes sheets, looks through them, and puts their outlines wrong.

    Parameters
    ----------
    window : MainWindow
    chance : random.Random
    folder : Path
        Of the sheets.
    """

    def __init__(self, window: MainWindow, chance: random.Random, folder: Path) -> None:
        self._window, self._random, self._folder = window, chance, folder

    def open_some(self) -> str:
        """Add one scan or all of them, or close what is open."""
        sheets = self._window.session.sheets
        if self._random.random() < 0.3:
            sheets.close()
            return "close the sheets"
        chosen = self._random.choice([*sorted(self._folder.glob("*.[pt]*")), self._folder])
        self._window.show_page("sheets")
        sheets.add([chosen])
        return f"add {chosen.name}"

    def review(self) -> str:
        """Press a key, go to another sheet, decide, or drag a corner of the table."""
        self._window.show_page("sheets")
        page, review = self._window.sheets_page, self._window.session.sheet_review
        record = review.record
        if record is None or self._random.random() < 0.4:
            key = self._random.choice(KEYS)
            QTest.keyClick(page, key)
            return f"{key.name} on the sheet"
        if not record.is_read or self._random.random() < 0.3:
            review.choose_sheet(self._random.randrange(len(self._window.session.sheets.sheets)))
            return "another sheet"
        if self._random.random() < 0.8 or not page.view.corner_places:
            review.choose((self._random.randrange(record.rows), self._random.randrange(record.columns)))
            review.decide(self._random.choice(("", "7", "-3.5", "12", "-", '"')))
            return "decide"
        viewport, corner = page.view.viewport(), self._random.choice(page.view.corner_places)
        end = corner + QPoint(self._random.randint(-30, 30), self._random.randint(-30, 30))
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=corner)
        QTest.mouseMove(viewport, end)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
        return "drag a corner"


def sheets_to_open(folder: Path) -> None:
    """Write sheets, good and bad."""
    folder.mkdir()
    sizes = (4, 3), (1, 5), (12, 2)
    pictures = [small_sheet(*size, seed=seed).picture for seed, size in enumerate(sizes)]
    pictures[2].save(folder / "pages.tif", save_all=True, append_images=pictures[:2])
    pictures[0].save(folder / "one.png")
    pictures[1].rotate(90, expand=True).save(folder / "turned.png")
    Image.new("L", (400, 300), 240).save(folder / "blank.png")
    (folder / "damaged.png").write_bytes((folder / "one.png").read_bytes()[:900])
