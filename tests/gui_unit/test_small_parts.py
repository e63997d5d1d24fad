"""The parts that are too small for a file of their own: bars, settings, wording, curves, background tasks."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from digitgui.frame import app
from digitgui.installation import display
from digitgui.looks.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, DIGIT_COLORS, LIGHT, Theme
from digitgui.runs.curves import RunCurves, smoothed
from digitgui.settings import RECENT_LENGTH, Settings
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import duration
from digitgui.work.background import BackgroundTasks
from model.errors import DataFormatError
from model.training.history import MAX_POINTS, History
from model.training.training import BatchDone, EpochDone, RunStarted


def test_a_hundred_thousand_calls_that_return_nothing_leave_python_alive(qtbot: QtBot) -> None:
    # PySide6 6.12 on Python 3.11 aborts the process after some thousand: see pyproject.toml
    label = QLabel()
    qtbot.addWidget(label)
    for number in range(100_000):
        label.setText(str(number % 7))
    assert label.text() == str(99_999 % 7)


def test_bars_are_as_long_as_the_probabilities(qtbot: QtBot) -> None:
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(400, 220)
    bars.set_theme(DARK)
    probabilities = np.zeros(10, np.float32)
    probabilities[[2, 5]] = 0.75, 0.25
    bars.set_probabilities(probabilities)
    image = bars.grab().toImage()
    lengths = [
        sum(image.pixelColor(x, round((digit + 0.5) * 22)).name().upper() == color for x in range(20, 330))
        for digit, color in enumerate(DIGIT_COLORS)
    ]
    assert lengths[2] / lengths[5] == pytest.approx(3, rel=0.05)
    assert max(length for digit, length in enumerate(lengths) if digit not in (2, 5)) <= 3
    bars.set_probabilities(None)
    assert bars.grab().toImage() != image
    assert bars.accessibleDescription() == "The canvas is empty"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-1, "0 s"), (41.4, "41 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (4800, "1 h 20 min")],
)
def test_durations_are_written_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_settings_survive_a_restart(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.set("a/number", 0.1)
    settings.set("a/text", "x, y = \n1")
    settings.set("a/flag", False)
    for number in range(RECENT_LENGTH + 3):
        settings.add_recent("models", f"/models/{number}")
    settings.add_recent("models", "/models/7")
    settings.save()
    again = Settings(tmp_path)
    assert again.number("a/number", 0, 0, 1) == 0.1
    assert again.text("a/text") == "x, y = \n1"
    assert again.flag("a/flag", True) is False
    assert again.recent("models")[:2] == ["/models/7", f"/models/{RECENT_LENGTH + 2}"]
    assert len(again.recent("models")) == RECENT_LENGTH


def test_a_settings_file_of_noise_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_bytes(bytes(range(256)) * 20)
    settings = Settings(tmp_path)
    assert settings.number("a", 3, 0, 9) == 3
    assert settings.recent("models") == []


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2.1."""

    def luminance(color: str) -> float:
        channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [CONTRAST_LIGHT, CONTRAST_DARK], ids=["light", "dark"])
def test_high_contrast_is_high_on_every_ground(theme: Theme) -> None:
    for ground in (theme.card, theme.window, theme.field, theme.accent_soft):
        for text in (theme.text, theme.muted, theme.good, theme.warning, theme.bad, theme.accent):
            assert contrast(text, ground) >= 7
    assert contrast(theme.on_accent, theme.accent) >= 7
    assert min(contrast(line, theme.card) for line in (theme.line, theme.second)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_can_be_read_in_both_themes(theme: type) -> None:
    for text in (theme.text, theme.muted, theme.good, theme.warning, theme.bad, theme.accent):
        assert contrast(text, theme.card) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.muted, theme.window) >= 4.5


def test_curves_stay_short_however_long_the_run() -> None:
    history = History()
    curves = RunCurves(history)
    curves.begin(RunStarted(100_000, 2, 100_000))
    for step in range(1, 200_001):
        history.add(BatchDone(step, 4.0 if step <= 100_000 else 2.0, 1, 1))
    history.add(EpochDone(1, 3.0, 0.5, 2.5, 0.6, 1.0, 0.01))
    x, losses = curves.train_epochs(), curves.train_losses()
    assert len(x) == len(losses) <= MAX_POINTS
    assert x[-1] == pytest.approx(2, abs=0.01)
    assert np.all(np.diff(x) > 0)
    assert losses[x < 0.99].mean() == pytest.approx(4)
    assert losses[x > 1.01].mean() == pytest.approx(2)
    assert curves.validation_losses == [2.5]


def test_smoothing_keeps_a_constant_and_halves_noise() -> None:
    assert smoothed(np.full(50, 3.0)) == pytest.approx(3.0)
    steep = np.exp(-np.arange(500) / 20)
    assert np.abs(smoothed(steep) - steep).max() < 0.1  # it neither lags nor rewrites the beginning
    noise = np.random.default_rng(0).standard_normal(500)
    assert smoothed(noise).std() < 0.5 * noise.std()
    assert len(smoothed(np.zeros(0))) == 0


def test_background_results_come_back_to_this_thread(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    tasks = BackgroundTasks()
    seen: list[tuple[object, threading.Thread]] = []

    def take(outcome: object) -> None:
        seen.append((outcome, threading.current_thread()))

    def fail() -> None:
        raise DataFormatError("no pictures")

    def fail_unexpectedly() -> None:
        raise RuntimeError("surprise")

    with caplog.at_level(logging.ERROR, "digitgui"):
        tasks.start(threading.current_thread, take, take)
        tasks.start(fail, take, take)
        tasks.start(fail_unexpectedly, take, take)
        qtbot.waitUntil(lambda: len(seen) == 3, timeout=5000)
    assert seen[0][0] is not threading.main_thread()
    assert [str(outcome) for outcome, _ in seen[1:]] == ["no pictures", "surprise"]
    assert all(thread is threading.main_thread() for _, thread in seen)
    assert "surprise" in caplog.text
    tasks.shut_down()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lack a display")
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":4711"}, {"WAYLAND_DISPLAY": "wayland-4711"}])
def test_without_a_display_the_program_says_so(environment: dict[str, str]) -> None:
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    run = subprocess.run(
        [sys.executable, "-m", "digitgui"],
        env=surroundings | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "digitgui train" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_window_that_was_begun_in_the_background_ignores_ctrl_c_still(qtbot: QtBot) -> None:
    window = QLabel()
    qtbot.addWidget(window)
    before = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        app._close_when_asked_to_end(window, window)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) not in before.values()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lack libraries")
def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(display, "_loads", lambda library: library != "libxcb-cursor.so.0")
    said = display.problem({"DISPLAY": ":0"})
    assert said is not None
    assert "libxcb-cursor.so.0" in said
    assert "digitgui train" in said
    assert display.missing_packages() == ["libxcb-cursor0"]
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)  # as in PyInstaller's program
    assert display.missing_packages() == ["libxcb-cursor0"]
    (tmp_path / "libxcb-cursor.so.0").touch()
    assert display.missing_packages() == []


def test_a_curve_that_was_not_kept_begins_with_the_means_of_the_epochs_before() -> None:
    history = History()
    for epoch, loss in ((1, 3.0), (2, 1.0)):
        history.add(EpochDone(epoch, loss, 0.5, 2.0, 0.6, 1.0, 0.01))
    history = History.from_dict(history.as_dict())  # as a file without the fine curve has it
    curves = RunCurves(history)
    curves.begin(RunStarted(2, 4, 64))
    history.add(BatchDone(5, 0.5, 60, 64))
    assert curves.train_epochs().tolist() == [1.0, 2.0, 2.5]
    assert curves.train_losses().tolist() == [3.0, 1.0, 0.5]
    assert curves.validation_epochs == [1, 2]
    assert smoothed(np.array([3.0, 1.0, 0.5]), curves.means).tolist() == [3.0, 1.0, 0.5]
