"""Pictures of every page, from a real training in the real window: ``make screenshots`` writes them."""

import sys
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.responsiveness import wait
from helpers.made_sheets import SheetPlan, hand_of_pictures, make_sheet, scanned
from helpers.model_files import LENET
from helpers.stored_runs import described
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.settings import Settings
from model.runs.run_record import RunNotes, RunRecord
from model.training.training import TrainingConfig

SEVEN = (
    (0.28, 0.27),
    (0.30, 0.24),
    (0.5, 0.24),
    (0.72, 0.2),
    (0.66, 0.32),
    (0.56, 0.52),
    (0.48, 0.68),
    (0.45, 0.82),
)
FOUR = ((0.35, 0.15), (0.3, 0.35), (0.25, 0.52), (0.75, 0.5)), ((0.62, 0.3), (0.6, 0.55), (0.58, 0.85))
EPOCHS = 20


def draw_seven(canvas: QWidget) -> None:
    """Draw a seven with the mouse."""
    pixels = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in SEVEN]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=pixels[0])
    for pixel in pixels[1:]:
        QTest.mouseMove(canvas, pixel)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=pixels[-1])


def show_draw_page(window: MainWindow) -> None:
    """Show an answer."""
    window.show_page("draw")
    draw_seven(window.draw_page.canvas)


def show_number(window: MainWindow) -> None:
    """Show 747."""
    window.show_page("draw")
    drawing = window.session.drawing
    drawing.clear()
    for x, strokes in ((-0.32, (SEVEN,)), (0.0, FOUR), (0.32, (SEVEN,))):
        for stroke in strokes:
            points = [QPointF((right - 0.5) * 0.45 + x, (down - 0.5) * 0.6) for right, down in stroke]
            drawing.begin_stroke(points[0], width=0.035)
            for point in points[1:]:
                drawing.extend_stroke(point)
            drawing.end_stroke()
    answering = window.session.answering
    while answering.number is None or not answering.number_is_current:
        wait(50)


def show_hand_page(window: MainWindow) -> None:
    """Ask for digits, with a few kept already."""
    window.session.drawing.clear()
    dataset = window.session.data.dataset
    window.session.personal.add(dataset.images[:4000:100], dataset.labels[:4000:100])
    window.show_page("hand")
    window.session.guide.start()


def show_data_page(window: MainWindow) -> None:
    """Show a picture with its neighbours."""
    window.show_page("data")
    window.data_page.show_tab(0)
    window.data_page.browser.grid.select(16)
    while window.session.looks.features is None:
        wait(50)


def show_lab(window: MainWindow) -> None:
    """Show a picture with its variants."""
    window.show_page("data")
    window.data_page.show_tab(2)
    window.data_page.augmentation.preview.repaint()


def show_train_page(window: MainWindow) -> None:
    """Train until the curves have a shape, and pause there."""
    window.show_page("train")
    form = window.train_page.form
    form.arch.setCurrentText("journal-24")
    form.epochs.setValue(EPOCHS)
    window.train_page.train_button.click()
    while len(window.session.trainings.status.history.epochs) < EPOCHS // 3:
        wait(50)


def show_evaluate_page(window: MainWindow) -> None:
    """Show what the network that was being trained gets wrong, and why."""
    page, run = window.evaluate_page, window.session.trainings.run
    run.stop()
    while run.is_active:
        wait(50)
    window.show_page("evaluate")
    page.show_tab(0)
    window.session.evaluation.request()
    while not window.session.evaluation.scores:
        wait(50)
    cells = page.scores.confusion * (1 - np.eye(10, dtype=int))
    page.confusion.matrix.chosen.emit(*np.unravel_index(cells.argmax(), cells.shape))
    page.gallery.picture.why.click()
    window.session.activity.tasks.finish()


def show_runs_page(window: MainWindow) -> None:
    """Compare the runs of a few short trainings with one another and with the one that goes on."""
    store, runs, page = window.session.trainings.store, window.session.runs, window.runs_page
    for arch in ("journal-8", "journal-16", "lenet"):
        for rate in (0.02, 0.1):
            description = described(arch, TrainingConfig(learning_rate=rate, batch_size=8, epochs=8), 1200)
            record = RunRecord(store.new_id(arch), arch, description, state="completed")
            store.write(record)
    store.write_notes(record.id, RunNotes(pinned=True))
    window.show_page("runs")
    runs.refresh()
    while len(runs.records) < 7:
        wait(50)
    names = [record.id for record in page.list.table.records]
    page.list.view.select_runs([names[0], names[2], names[4], names[6]], names[0])
    page.list.view.setFocus()
    wait(300)
    plot = page.curves.plot
    QTest.mouseMove(plot.viewport(), QPoint(plot.width() * 5 // 6, plot.height() // 3))


def show_inspect_page(window: MainWindow) -> None:
    """Look into a network of two convolutions while it answers a seven."""
    window.session.model.open(str(LENET))
    while window.session.model.name != LENET.stem:
        wait(50)
    window.show_page("inspect")
    draw_seven(window.dock.canvas)
    wait(1000)


def show_sheets_page(window: MainWindow) -> None:
    """Read a sheet of temperatures as a scanner gives it."""
    data, rng = window.session.data.dataset, np.random.default_rng(3)
    plan = SheetPlan(rows=9, columns=5, decimals=1, digits=(2, 3), cell=(120, 64))
    sheet = scanned(make_sheet(plan, hand_of_pictures(*data.part("test")), rng), rng)
    file = Path(tempfile.mkdtemp()) / "temperature-1931-07.png"
    sheet.picture.save(file)
    window.show_page("sheets")
    window.session.sheets.add([file])
    while not window.session.sheet_review.doubtful_left:
        wait(100)
    wait(500)


def main(folder: Path, width: int = 1280, height: int = 800) -> None:
    """Write one picture a page and theme into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        window = MainWindow(Settings(Path(tempfile.mkdtemp())))
        window.themes.choose(theme)
        window.resize(width, height)
        window.show()
        wait(500)
        pages = {
            "sheets": show_sheets_page,
            "draw": show_draw_page,
            "number": show_number,
            "hand": show_hand_page,
            "data": show_data_page,
            "lab": show_lab,
            "train": show_train_page,
            "runs": show_runs_page,
            "evaluate": show_evaluate_page,
            "inspect": show_inspect_page,
        }
        for name, show in pages.items():
            show(window)
            wait(300)
            window.banner.hide()  # what has just been said is no part of the page
            window.grab().save(str(folder / f"{name}-{theme}.png"))
        window.close()
    application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
