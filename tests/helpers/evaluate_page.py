"""The Evaluate page as a person uses it, scored in this process, which has loaded scikit-learn already."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model import Dataset, Network
from model.network.arrays import IndexArray

__all__ = ["HereAndNow", "answers_of", "evaluate", "open_arrays", "spoil"]


class HereAndNow:
    """Does at once what a `SeparateProcess` does elsewhere, which takes seconds to start."""

    def start(
        self, function: Callable[..., object], *arguments: object, on_done: Callable[[Any], object], **_: object
    ) -> None:
        on_done(function(*arguments))

    def cancel(self) -> None:
        pass

    def shut_down(self, deadline: float = 0.0) -> bool:
        return True


def spoil(network: Network, seed: int = 0, strength: float = 0.7) -> Network:
    """Return a copy with noise on its weights, which gets some pictures wrong."""
    rng, twin = np.random.default_rng(seed), network.copy()
    weights = {
        name: (value + strength * value.std() * rng.standard_normal(value.shape)).astype(value.dtype)
        for name, value in network.weights().items()
    }
    twin.set_weights(weights)
    return twin


def evaluate(window: MainWindow, qtbot: QtBot) -> None:
    """Press Evaluate on a spoilt network, and see all parts."""
    session = window.session
    session.evaluation.place = session.second._comparing.place = HereAndNow()
    session.model.replace(spoil(session.model.network), name="spoilt")
    window.show_page("evaluate")
    window.evaluate_page.parts.button(0).click()
    session.evaluation.request()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=30_000)


def answers_of(window: MainWindow) -> IndexArray:
    """Ask the open network for the answers, without the page."""
    return window.session.model.network.predict_proba(window.session.data.dataset.images).argmax(axis=1)


def open_arrays(window: MainWindow, qtbot: QtBot, path: Path, images: np.ndarray, labels: np.ndarray) -> Dataset:
    np.savez(path, images=images, labels=labels)
    window.session.data.open(str(path), ask=False)
    qtbot.waitUntil(lambda: window.session.data.dataset.source == str(path), timeout=20_000)
    window.show_page("evaluate")
    return window.session.data.dataset
