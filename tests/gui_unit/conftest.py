"""A real window, driven by real events, whose threads must be gone when it is closed."""

import contextlib
import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shiboken6
from helpers.augmentation_lab import DIGITS
from helpers.evaluate_page import evaluate
from helpers.model_files import LENET
from helpers.runs_table import Shown
from helpers.sheet_documents import Documents
from helpers.stored_runs import store_runs
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.main_window import MainWindow
from digitgui.looks.sizes import USUAL_TEXT
from digitgui.looks.theme import LIGHT
from digitgui.looks.theme_controller import take_typeface
from digitgui.pages.data.augmentation_lab import AugmentationLab
from digitgui.pages.evaluate.evaluate_page import EvaluatePage
from digitgui.pages.page import Surroundings
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity
from model import load_network
from model.runs.run_record import RunRecord

ENDING_SECONDS = 20
TRAINING = "training"
"""What the thread of a training is called."""
SEVEN = ((0.28, 0.25), (0.5, 0.24), (0.7, 0.22), (0.62, 0.4), (0.52, 0.6), (0.46, 0.8))


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before, training_before = set(threading.enumerate()), len(_qt_threads())
    yield
    deadline = time.monotonic() + ENDING_SECONDS  # a window does not wait at its end for what it cannot interrupt
    while (left := _others_than(before)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left
    if len(_qt_threads()) > training_before:  # or a library, such as BLAS, has begun one of its own in a training
        assert not [one for one in gc.get_objects() if isinstance(one, QThread) and _trains(one)]


@pytest.fixture(autouse=True)
def _usual_text(qapp: QApplication) -> None:
    """Begin each test in the program's typeface and usual size: a page without a window takes what it finds."""
    take_typeface()
    font = qapp.font()
    if font.pixelSize() != USUAL_TEXT:
        font.setPixelSize(USUAL_TEXT)
        qapp.setFont(font)


@pytest.fixture(autouse=True)
def _garbage_in_this_thread(_no_thread_left: None) -> Iterator[None]:
    """Collect garbage in this thread alone, as the program does, also where a test opens no window.

    Another thread would free what belongs to Qt in the middle of its work, and wait for this one for ever.
    """
    gc.disable()
    collect = gc.collect  # which a test may replace
    yield
    collect()
    gc.enable()


def _others_than(before: set[threading.Thread]) -> list[str]:
    return [thread.name for thread in set(threading.enumerate()) - before if not _belongs_to_qt(thread)]


def _belongs_to_qt(thread: threading.Thread) -> bool:
    """Tell whether Python only once met this thread, and so does not learn of its end."""
    return isinstance(thread, threading._DummyThread)


def _trains(thread: QThread) -> bool:
    return shiboken6.isValid(thread) and thread.objectName() == TRAINING and thread.isRunning()


def _qt_threads() -> list[str]:
    """List the threads of the operating system that train, where it tells their names."""
    names = []
    for file in Path("/proc/self/task").glob("*/comm"):
        with contextlib.suppress(OSError):  # a thread that ends while they are listed
            names.append(file.read_text().strip())
    return [name for name in names if name == TRAINING]


@pytest.fixture(autouse=True)
def _quick_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open windows with a network that answers thirty times as fast, but where the shipped one is the subject."""
    if "shipped_network" not in request.keywords:
        monkeypatch.setattr(resources, "DEFAULT_MODEL", LENET)


@pytest.fixture(autouse=True)
def _blas_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no window tell of a setting that holds BLAS back on the machine of the tests."""
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Make settings in a folder of their own."""
    return Settings(tmp_path / "settings")


@pytest.fixture
def make_window(
    request: pytest.FixtureRequest, qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], MainWindow]]:
    """Open windows, one after the other, and close them at the end.

    Pictures are described in this process: another one takes a second for it whenever the Data page is shown.
    """
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(settings, hurries=True)
        if "separate_processes" not in request.keywords:
            window.session.looks._describing.place = InThread(BackgroundTasks(window.session))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    discard = QMessageBox.StandardButton.Discard
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: discard.value)  # nobody is here to answer
    yield make
    for window in windows:
        window.close()
    windows.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def window(make_window: Callable[[], MainWindow]) -> MainWindow:
    """Open a window as at the very first start."""
    return make_window()


@pytest.fixture
def few(make_window: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """Open a window with 300 of the bundled digits as a file of the user's."""
    window = make_window()
    bundled = window.session.data.dataset
    np.savez(tmp_path / "mine.npz", images=bundled.images[:300], labels=bundled.labels[:300])
    window.session.data.open(str(tmp_path / "mine.npz"), ask=False)
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 300, timeout=20_000)
    return window


@pytest.fixture
def evaluate_page(few: MainWindow, qtbot: QtBot) -> EvaluatePage:
    """Show the Evaluate page with the figures of these 300."""
    evaluate(few, qtbot)
    return few.evaluate_page


@pytest.fixture
def small(few: MainWindow) -> MainWindow:
    """Show these 300 on the Data page."""
    few.show_page("data")
    few.data_page.browser.grid.setFocus()
    return few


@pytest.fixture
def stored(settings: Settings) -> list[RunRecord]:
    """Write a few runs, the oldest first."""
    return store_runs(settings.folder)


@pytest.fixture
def runs_page(stored: list[RunRecord], settings: Settings, qtbot: QtBot) -> Iterator[RunsPage]:
    """Show the Runs page without a window around it, which is quicker."""
    session = Session(settings)
    frame = QWidget()
    page = RunsPage(session, Surroundings(settings))
    page.setParent(frame)  # in a window of its own its smallest size would be told to the screen, which has no ear
    page.set_theme(LIGHT)
    for part in (page, frame):
        part.resize(1100, 740)
    qtbot.addWidget(frame)
    frame.show()
    qtbot.waitUntil(lambda: len(session.runs.records) == len(stored), timeout=5000)
    yield page
    session.keep_everything()
    session.end_threads()


@pytest.fixture
def draw() -> Callable[..., None]:
    """Draw a stroke on a canvas with the mouse; points are shares of its width and height."""

    def draw_stroke(canvas: QWidget, points=SEVEN, mouse_button=Qt.MouseButton.LeftButton) -> None:
        pixels = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in points]
        QTest.mousePress(canvas, mouse_button, pos=pixels[0])
        for pixel in pixels[1:]:
            QTest.mouseMove(canvas, pixel)
        QTest.mouseRelease(canvas, mouse_button, pos=pixels[-1])

    return draw_stroke


@pytest.fixture
def filled(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Keep sixty of the bundled digits as one's own."""
    bundled = window.session.data.dataset
    window.session.personal.add(bundled.images[:60], bundled.labels[:60])
    qtbot.waitUntil(lambda: window.session.hand.digits is not None, timeout=20_000)
    window.show_page("hand")
    return window


@pytest.fixture
def rng_images():
    rng = np.random.default_rng(1)
    return lambda count: rng.integers(0, 256, (count, 28, 28)).astype(np.uint8)


@pytest.fixture
def activity(qtbot: QtBot) -> Iterator[Activity]:
    activity = Activity()
    yield activity
    activity.shut_down()


@pytest.fixture
def make_lab(qtbot: QtBot, settings: Settings, activity: Activity) -> Callable[[], AugmentationLab]:
    """Open augmentation labs, with 60 digits to measure a network by."""
    network = load_network(LENET)

    def make() -> AugmentationLab:
        lab = AugmentationLab(
            settings, activity, lambda: network, lambda: lambda: (DIGITS.images[:60], DIGITS.labels[:60])
        )
        qtbot.addWidget(lab)
        lab.resize(400, 640)
        lab.setMinimumSize(368, 400)  # or, a window of its own, it would tell the screen, which has no ear
        lab.show()
        qtbot.waitExposed(lab)
        lab.show_picture(DIGITS.images[16])
        qtbot.wait(20)  # until everything stands where it stays
        return lab

    return make


@pytest.fixture
def lab(make_lab: Callable[[], AugmentationLab]) -> AugmentationLab:
    return make_lab()


@pytest.fixture
def documents(tmp_path: Path, qapp: object) -> Iterator[Documents]:
    one = Documents(tmp_path / "program")
    yield one
    one.stack.clear()
    one.activity.shut_down()
    one.tasks.shut_down()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


@pytest.fixture
def records(stored: list[RunRecord]) -> list[RunRecord]:
    """Return the runs that are stored."""
    return stored


@pytest.fixture
def runs(runs_page: RunsPage) -> Shown:
    """Return the page of runs alone."""
    return SimpleNamespace(session=runs_page._session, runs_page=runs_page)


@pytest.fixture
def whole(records: list[RunRecord], make_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    """Return a whole window on the page of runs."""
    window = make_window()
    window.show_page("runs")
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(records), timeout=5000)
    return window
