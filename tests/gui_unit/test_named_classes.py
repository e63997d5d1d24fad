"""The window with classes of the user's own: every page survives them, and a network of them is trained."""

import numpy as np
import pytest
from helpers.named_pictures import save_letters, save_photographs
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.work.background import BackgroundTasks, InThread
from model import TrainingConfig
from model.training.training_events import FinishReason

CONFIG = TrainingConfig(epochs=3, learning_rate=0.005, optimizer="adam", batch_size=8, augmentation="none")


def visit_every_page(window: MainWindow, qtbot: QtBot) -> None:
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(60)  # until it is painted, and what it asks for has begun
        window.grab()


@pytest.mark.parametrize("kind", ["letters", "photographs"])
def test_every_page_survives_other_classes_and_a_network_of_them(
    window: MainWindow, qtbot: QtBot, draw, tmp_path, kind: str
) -> None:
    session, failures = window.session, []
    session.failed.connect(failures.append)
    session.evaluation.place = InThread(BackgroundTasks(session))
    save = save_letters(tmp_path / "x", "ABC", 16) if kind == "letters" else save_photographs(tmp_path / "x", 24)
    session.data.open(str(save))
    window.show_page("data")
    qtbot.waitUntil(lambda: session.data.proposal is not None, timeout=20_000)
    window.grab()
    window.data_page.import_page.accept_button.click()
    task = session.data.task
    assert task.class_names == (("A", "B", "C") if kind == "letters" else ("meadow", "sea"))
    assert session.model.task.is_digits

    window.show_page("draw")
    draw(window.findChild(QWidget, "drawingCanvas"))
    visit_every_page(window, qtbot)  # with data that the network does not know
    session.evaluation.request()
    qtbot.waitUntil(lambda: bool(failures), timeout=10_000)
    assert "do not belong together" in failures[-1]

    failures.clear()
    session.trainings.start("lenet", CONFIG)
    qtbot.waitUntil(lambda: session.trainings.status.finished is not None, timeout=60_000)
    assert session.trainings.status.finished.reason is FinishReason.COMPLETED
    assert session.model.task == task
    session.evaluation.request()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=30_000)
    scores = session.evaluation.scores["all"]
    assert [one.name for one in scores.digits] == [*task.class_names]
    visit_every_page(window, qtbot)
    index = int(np.flatnonzero(session.data.dataset.labels == 1)[0])
    session.inspection.choose_picture(index)
    visit_every_page(window, qtbot)
    session.inspection.request()
    qtbot.waitUntil(lambda: session.inspection.is_current, timeout=10_000)
    assert failures == []
