"""What every test stands on: no screen, and none of the user's own settings."""

import gc
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

# As in the window; and threads of BLAS would take the name of the thread that begins them, a training's.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# Without a screen, windows open as on one of usual size: Qt's own is of 800 × 800.
SCREEN = Path(__file__).parent / "helpers" / "screen.json"
if os.environ.get("QT_QPA_PLATFORM", "" if os.environ.get("DISPLAY") else "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"
# A shell lets what it runs in the background ignore Ctrl+C, and the processes that tests begin would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

HOMES = ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")


def pytest_configure(config: pytest.Config) -> None:
    """Let several processes take the files in their order, the windows first and what is quick last.

    pytest-xdist would begin with those of many tests: a file of a single long one would come at the end, where
    every other process has nothing left to do.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is imported, neither now nor in every test, as the program itself does."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _home_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what several tests share away from the files that a user's program remembers."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in HOMES:
            patch.setenv(name, str(home))
        yield


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from one another's files too."""
    home = tmp_path_factory.mktemp("home")
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
