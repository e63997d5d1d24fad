"""Ten thousand random actions in a real window: what goes wrong, what grows, and what holds the window up.

Prints, every 500 actions, the memory, the threads and the widgets; at the end every exception, every message of Qt
and every action that took longer than 200 ms. Exits with 1 if something went wrong. Ctrl+C ends it earlier, and
tells as much of what was done until then.
"""

import argparse
import contextlib
import faulthandler
import gc
import os
import random
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from benchmarks.monkey_on_sheets import SheetMonkey, sheets_to_open
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QAction, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QWidget,
)

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.installation.memory import give_memory_back
from digitgui.settings import Settings
from digitgui.work.garbage import GarbageCollection
from model.readers.sources import open_data

LOOKS = 500
STALL_SECONDS = 0.2
SETTLED = 2_500
"""Actions after which every page has been seen, and memory should not grow any more."""
MOST_GROWTH_MB = 100
KEYS = (
    *(Qt.Key(Qt.Key.Key_0.value + digit) for digit in range(10)),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete),
    *(Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_E, Qt.Key.Key_P, Qt.Key.Key_Home, Qt.Key.Key_End),
)
NOT_CHOSEN = ("Quit", "Exit", "About Qt")
"""What would end the program, or opens a window of Qt's own."""
NO_SCREEN = "This plugin does not support"
"""What Qt says of every screen that is none."""
TEXTS = ("", "3", "0,02", "1e999", "-1", "x" * 300, "é\u202e\0", "99999999999999999999", "0.01, 0.02")


class Monkey:
    """Does something at random, and notes what comes of it.

    Parameters
    ----------
    window : MainWindow
    seed : int
    folder : Path
        Where files lie that may be opened, and where others may be written.
    """

    def __init__(self, window: MainWindow, seed: int, folder: Path) -> None:
        self.window, self._random, self._folder = window, random.Random(seed), folder
        self.stalls: list[tuple[float, str]] = []
        self.done: Counter[str] = Counter()
        self.on_sheets = SheetMonkey(window, self._random, folder / "sheets")
        self._actions: tuple[tuple[int, Callable[[], str]], ...] = (
            (8, self._click),
            (6, self._press_key),
            (6, self._draw),
            (4, self._show_page),
            (3, self._turn_wheel),
            (3, self._choose_action),
            (2, self._choose_in_list),
            (2, self._type),
            (2, self._resize),
            (2, self._open_data),
            (2, self._undo),
            (1, self._change_theme),
            (2, self._train),
            (2, self.on_sheets.open_some),
            (4, self.on_sheets.review),
        )
        weights, self._doers = zip(*self._actions, strict=True)
        self._weights = list(weights)

    def act(self) -> None:
        """Do one thing, and let the window answer."""
        do = self._random.choices(self._doers, self._weights)[0]
        started = time.thread_time()
        what = do()
        QApplication.processEvents()
        seconds = time.thread_time() - started  # of this thread alone: others may have the cores meanwhile
        self.done[do.__name__] += 1
        if seconds > STALL_SECONDS:
            self.stalls.append((seconds, what))

    def _visible(self, kind: type[QWidget]) -> list[QWidget]:
        found = self.window.findChildren(kind)
        return [one for one in found if one.isVisible() and one.isEnabled() and one.width() > 0]

    def _click(self) -> str:
        chosen = self._random.choice(self._visible(QAbstractButton))
        QTest.mouseClick(chosen, Qt.MouseButton.LeftButton)
        return f"click on {chosen.text() or chosen.toolTip()[:30] or chosen.objectName()!r}"

    def _press_key(self) -> str:
        key = self._random.choice(KEYS)
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key)
        return f"{key.name} on {type(target).__name__}"

    def _draw(self) -> str:
        canvases = [one for one in self._visible(QWidget) if type(one).__name__ == "Canvas"]
        if not canvases:
            return "no canvas"
        canvas = self._random.choice(canvases)
        points = [
            QPoint(self._random.randrange(canvas.width()), self._random.randrange(canvas.height()))
            for _ in range(self._random.randint(1, 8))
        ]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])
        return "a stroke"

    def _show_page(self) -> str:
        page = self._random.choice(PAGES).name
        self.window.show_page(page)
        return f"show {page}"

    def _turn_wheel(self) -> str:
        target = self._random.choice(self._visible(QWidget))
        place = QPointF(target.width() / 2, target.height() / 2)
        turn = QPoint(0, self._random.choice([-120, 120]))
        event = QWheelEvent(
            place,
            QPointF(target.mapToGlobal(place)),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(target, event)
        return f"wheel over {type(target).__name__}"

    def _choose_action(self) -> str:
        actions = [action for menu in self.window.menuBar().findChildren(QMenu) for action in menu.actions()]
        actions = [a for a in actions if a.isEnabled() and not a.menu() and not a.isSeparator()]
        actions = [a for a in actions if a.text().replace("&", "") not in NOT_CHOSEN]
        if not actions:
            return "no action"
        chosen: QAction = self._random.choice(actions)
        chosen.trigger()
        return f"menu {chosen.text()!r}"

    def _choose_in_list(self) -> str:
        boxes = self._visible(QComboBox)
        if not boxes:
            return "no list"
        chosen = self._random.choice(boxes)
        assert isinstance(chosen, QComboBox)
        chosen.setCurrentIndex(self._random.randrange(max(1, chosen.count())))
        return f"choose {chosen.currentText()!r}"

    def _type(self) -> str:
        fields = self._visible(QLineEdit)
        if not fields:
            return "no field"
        chosen = self._random.choice(fields)
        chosen.setFocus()
        QTest.keyClick(chosen, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        text = self._random.choice(TEXTS)
        for letter in text:  # not by QTest, which ends the process at what is not ASCII
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, Qt.Key.Key_unknown.value, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(chosen, event)
        return f"type {text[:20]!r}"

    def _resize(self) -> str:
        self.window.resize(self._random.randint(900, 2000), self._random.randint(560, 1200))
        return "resize"

    def _open_data(self) -> str:
        chosen = self._random.choice([str(file) for file in sorted(self._folder.glob("data*"))] + ["bundled"])
        self.window.session.data.open(chosen, ask=self._random.random() < 0.3)
        return f"open {Path(chosen).name}"

    def _undo(self) -> str:
        stack = self.window.session.undo_stack
        (stack.undo if self._random.random() < 0.6 else stack.redo)()
        return "undo or redo"

    def _change_theme(self) -> str:
        themes = [action for action in self.window.findChildren(QAction) if action.text() in ("Light", "Dark")]
        if themes:
            self._random.choice(themes).trigger()
        return "theme"

    def _train(self) -> str:
        trainings = self.window.session.trainings
        if trainings.run.is_active:
            trainings.run.stop()
            return "stop training"
        form = self.window.train_page.form
        form.epochs.setValue(self._random.randint(1, 3))
        self.window.train_page.start()
        return "train"


def files_to_open(folder: Path) -> None:
    """Write data, good and bad, and pictures."""
    digits = open_data("bundled").limited(300)
    np.savez(folder / "data.npz", images=digits.images, labels=digits.labels)
    np.savez(folder / "data fewer.npz", images=digits.images[:60], labels=digits.labels[:60])
    (folder / "data damaged.npz").write_bytes((folder / "data.npz").read_bytes()[:-900])
    for index in range(40):
        target = folder / "data folder" / str(digits.labels[index]) / f"{index}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.images[index]).save(target)
    Image.fromarray(255 - digits.images[7]).resize((300, 300)).save(folder / "photo.png")
    sheets_to_open(folder / "sheets")


def answer_dialogs(folder: Path, chance: random.Random) -> QTimer:
    """Let questions for files be answered at random, and every other dialog be closed."""
    files = [str(folder / name) for name in ("photo.png", "data.npz", "data damaged.npz", "sheets/one.png")]

    def opened(*_: object, **__: object) -> tuple[str, str]:
        return chance.choice([*files, ""]), ""

    QFileDialog.getOpenFileName = opened  # type: ignore[method-assign, assignment]
    QFileDialog.getOpenFileNames = lambda *_, **__: (chance.choice(([], files[3:])), "")  # type: ignore
    QFileDialog.getExistingDirectory = lambda *_, **__: chance.choice([str(folder / "data folder"), ""])  # type: ignore

    def close_dialogs() -> None:
        modal = QApplication.activeModalWidget()
        popup = QApplication.activePopupWidget()
        if isinstance(modal, QDialog):
            modal.done(chance.choice([QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected]).value)
        elif modal:
            modal.close()
        if popup:
            popup.close()

    timer = QTimer(interval=20)
    timer.timeout.connect(close_dialogs)
    timer.start()
    return timer


def memory_mb() -> float:
    """Tell how much memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _told(kind: str, text: str, problems: Counter[str]) -> None:
    """Count a problem, and print it at once when it is new: it may be what ends the process."""
    if text.startswith(NO_SCREEN):
        return
    where = "".join(traceback.format_stack(limit=8)[:-2]) if kind != "exception" else ""
    problem = f"{kind}: {text}\n{where}"
    problems[problem] += 1
    if problems[problem] == 1:
        print(problem, flush=True)


def main() -> int:
    """Let the monkey act, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actions", type=int, default=10_000)
    options = parser.parse_args()
    faulthandler.enable()
    give_memory_back()
    problems: Counter[str] = Counter()
    sys.excepthook = lambda kind, error, tb: _told(
        "exception", "".join(traceback.format_exception(kind, error, tb)[-10:]), problems
    )
    threading.excepthook = lambda hook: _told("thread", repr(hook.exc_value), problems)
    warnings.simplefilter("always")
    warnings.showwarning = lambda message, *_, **__: _told("warning", str(message), problems)  # type: ignore
    qInstallMessageHandler(lambda _kind, _context, text: _told("Qt", text, problems))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)  # what is saved under a bare name lies here
        files_to_open(folder)
        os.environ["XDG_DATA_HOME"] = str(folder / "home")
        application = QApplication([])
        window = MainWindow(Settings(folder / "home"))
        window.show()
        gc.freeze()
        collection = GarbageCollection(application)  # as in `digitgui.frame.app`
        answering = answer_dialogs(folder, random.Random(options.seed))
        monkey = Monkey(window, options.seed, folder)
        grown = _run(monkey, options.actions)
        collection.stop()
        answering.stop()
        threads = threading.active_count()
        closed = _close(window)
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        print(f"closed in {closed:.2f} s; threads {threads} -> {threading.active_count()}")
    return _report(monkey, problems, grown)


def _run(monkey: Monkey, actions: int) -> float:
    """Act; return by how many megabytes memory has grown since it should have settled.

    It acts in an event loop: without one, Qt deletes what is to be deleted later in the loop of the next dialog,
    together with what is being clicked there.
    """
    loop, done, settled, interrupted = QEventLoop(), 0, memory_mb(), list[bool]()

    def act() -> None:
        nonlocal done, settled
        try:
            with contextlib.suppress(RuntimeError):  # of a widget that has been deleted since it was found
                monkey.act()
        finally:
            done += 1
            if done % LOOKS == 0:
                _look(done)
            if done == SETTLED:
                settled = memory_mb()
            if done < actions and not interrupted:
                QTimer.singleShot(0, act)
            else:
                loop.quit()

    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: interrupted.append(True))
    QTimer.singleShot(0, act)
    loop.exec()
    return memory_mb() - settled


def _look(done: int) -> None:
    gc.collect()
    print(
        f"{done:6,} actions: {memory_mb():5.0f} MB, {threading.active_count()} threads,"
        f" {len(QApplication.allWidgets()):,} widgets",
        flush=True,
    )


def _close(window: MainWindow) -> float:
    started = time.monotonic()
    while window.isVisible() and time.monotonic() - started < 60:
        window.close()
        QApplication.processEvents()
    return time.monotonic() - started


def _report(monkey: Monkey, problems: Counter[str], grown: float) -> int:
    print(
        f"{monkey.done.total():,} actions: "
        + ", ".join(f"{name.strip('_')} {count}" for name, count in monkey.done.items())
    )
    print(f"memory grew by {grown:.0f} MB after the first {SETTLED:,} actions (at most {MOST_GROWTH_MB} expected)")
    for seconds, what in sorted(monkey.stalls, reverse=True)[:20]:
        print(f"stall of {seconds * 1000:.0f} ms: {what}")
    for problem, count in problems.most_common():
        print(f"{count} times {problem}")
    return int(bool(problems) or grown > MOST_GROWTH_MB)


if __name__ == "__main__":
    sys.exit(main())
