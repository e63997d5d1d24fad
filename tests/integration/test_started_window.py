"""What a started window has loaded, how it gets ready, and what it tells of the computer it runs on."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("scipy", "sklearn", "pyqtgraph", "matplotlib", "cv2", "onnx", "onnxruntime", "joblib", "dask", "pandas"),
    *(
        "jinja2",
        "filelock",
        "unittest",
        "numpy.f2py",
        "multiprocessing",
        "importlib.metadata",
        "model.sheets",
        "model.inspection",
        "model.sweeps",
    ),
    *("model.reports", "model.exchange.formats", "model.exchange.onnx_import", "digitgui.documents.sheet_project"),
    *("digitgui.runs.paper", "digitgui.lessons", "digitgui.frame.lesson_player", "digitgui.frame.lesson_dock"),
    *("digitgui.pages.inspect", "digitgui.pages.sheets", "digitgui.pages.data", "digitgui.pages.runs"),
    *("digitgui.frame.tour", "digitgui.frame.glossary_terms", "digitgui.frame.glossary_marks"),
    *("digitgui.frame.next_steps", "digitgui.frame.palette", "digitgui.frame.palette_entries"),
)
"""Each takes long to import, or brings with it much that does; a window in which one draws needs none of them."""
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
from digitgui.frame import app
from digitgui.frame.getting_ready import GettingReady
from digitgui.frame.page_list import PAGES

MainWindow = app.MainWindow
def act(window):
    {act}

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    application.act = lambda: act(window)  # which keeps the window
    QTimer.singleShot(0, application.act)
app._close_when_asked_to_end = connected
{before}
sys.exit(app.run())
"""
TELL_LOADED = """
    print(*(name for name in sys.argv[1:] if name in sys.modules))
    print(*(entry.name for entry in PAGES if window._pages.is_built(entry.name)))
    print(*(path for path in opened if path.startswith(str(resources.LESSONS))))
    window.close()
"""
CLOSE_WHILE_READYING = """
    ready = window._pages.findChild(GettingReady)
    assert ready is not None
    QTimer.singleShot(150, window.close)
"""
TELL_READY = """
    if not window._pages.findChild(GettingReady).is_done:
        QTimer.singleShot(20, lambda: act(window))
        return
    print(*(name for name in sys.argv[1:] if name in sys.modules))
    print(*(entry.name for entry in PAGES if window._pages.is_built(entry.name)))
    print(window._pages.current.name, window.isActiveWindow())
    window.close()
"""
WITHOUT_READYING = """
import resources
MainWindow.get_ready = lambda self: None
opened = []
sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == "open" else None)
"""
LESSON = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from digitgui import MainWindow
from digitgui.frame import app
from digitgui import __main__

shown = app.report_surprises
def watch(session, settings):
    shown(session, settings)
    (window,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))
    def look():
        player = window.lessons.player
        if player is None or player.lesson is None:
            return
        timer.stop()
        print(player.lesson.title, player.dock.isVisible(), player.dock.title.text())
        window.close()
    timer = window.timer = QTimer(window, interval=50)
    timer.timeout.connect(look)
    timer.start()
app.report_surprises = watch
sys.exit(__main__.main(["lesson", sys.argv[1]]))
"""
NOTICE = """
import os
from PySide6.QtWidgets import QApplication, QPushButton
from digitgui import MainWindow
from digitgui.pages.train.held_back_line import HeldBackLine

application = QApplication([])
def told():
    window = MainWindow()
    line = window.train_page.findChild(HeldBackLine)
    window.show_page("train")
    window.show()
    words = line.words.text() if line.isVisible() else "nothing"
    line.findChild(QPushButton, "dismissHeldBack").click()
    assert not line.isVisible()
    window.close()
    return words

for value in ("Prescott", "Prescott", "Nehalem", ""):
    os.environ["OPENBLAS_CORETYPE"] = value  # OpenBLAS has read it long ago
    print(told())
"""


def output_of(script: str, home: Path, *arguments: str, **variables: str) -> list[str]:
    """Return the lines that a script prints, which must end well and complain of nothing."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(home), **variables}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_started_window_has_loaded_nothing_that_it_does_not_need_yet(tmp_path: Path) -> None:
    script = START.format(act=TELL_LOADED.strip(), before=WITHOUT_READYING)
    loaded, built, lessons = output_of(script, tmp_path, *HEAVY)
    assert loaded == "", "import it where it is used, or the window opens later"
    assert built == "draw"
    assert lessons == "", "read them when their menu is opened"


def test_a_window_gets_ready_by_itself_and_shows_the_same_page(tmp_path: Path) -> None:
    script = START.format(act=TELL_READY.strip(), before="")
    loaded, built, shown = output_of(script, tmp_path, "scipy.ndimage", "pyqtgraph")
    assert loaded == "scipy.ndimage pyqtgraph"
    assert built == "draw inspect sheets hand data train evaluate runs"
    assert shown == "draw True"


def test_a_window_may_be_closed_while_it_gets_ready(tmp_path: Path) -> None:
    assert output_of(START.format(act=CLOSE_WHILE_READYING.strip(), before=""), tmp_path) == []


def test_the_command_opens_a_window_with_a_lesson(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").write_text("# Mine\n\n## First\n\nText\n", encoding="utf-8")
    assert output_of(LESSON, tmp_path, str(tmp_path)) == ["Mine True First"]


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="OpenBLAS has other processors there")
def test_the_window_tells_once_of_a_setting_that_holds_blas_back(tmp_path: Path) -> None:
    first, again, other, none = output_of(NOTICE, tmp_path, OPENBLAS_CORETYPE="Prescott")
    assert first.startswith("OPENBLAS_CORETYPE=Prescott makes NumPy use only a part of this processor")
    assert "Start digitgui without this setting." in first
    assert other.startswith("OPENBLAS_CORETYPE=Nehalem")
    assert again == none == "nothing"
