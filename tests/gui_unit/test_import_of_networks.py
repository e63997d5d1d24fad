"""Networks of other programs, opened in the window as models are."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.work.turns import Task
from model.exchange.importing import import_network
from model.runs.storage import golden_images

OF_OTHERS = Path(__file__).parents[1] / "golden" / "of_other_programs"


def choose_open(window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose File > Open network; return the filters that the dialog was given."""
    filters = []

    def opened(_parent: object, _title: str, _folder: str, filter_: str) -> tuple[str, str]:
        filters.append(filter_)
        return str(path), filter_

    monkeypatch.setattr(QFileDialog, "getOpenFileName", opened)
    file = next(entry for entry in window.menuBar().actions() if entry.text().replace("&", "") == "File")
    actions: list[QAction] = file.menu().actions()
    next(action for action in actions if action.text().replace("&", "").startswith("Open network")).trigger()
    return filters[0]


def test_an_onnx_file_opens_with_a_sentence_of_what_was_mapped(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "course.onnx"
    shutil.copy(OF_OTHERS / "keras.onnx", path)
    assert "*.onnx" in choose_open(window, path, monkeypatch)
    qtbot.waitUntil(lambda: "Imported course.onnx" in window.banner.text, timeout=60_000)
    assert "Conv2D, ReLU, AveragePool2D, Flatten, BatchNorm" in window.banner.text
    assert "pixels from 0 to 1 (assumed; “digitgui import --input SCALE”" in window.banner.text
    model = window.session.model
    assert (model.name, model.path, model.is_dirty) == ("course", None, True)
    images = golden_images((1, 28, 28))
    expected = import_network(path).network.predict_proba(images)
    np.testing.assert_allclose(model.network.predict_proba(images), expected, atol=1e-6)


def test_weights_alone_open_if_they_fit_a_network_and_their_file_is_not_written_to(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    arrays = {
        "conv.weight": np.full((8, 1, 3, 3), 0.1, np.float32),
        "conv.bias": np.zeros(8, np.float32),
        "fc.weight": np.full((10, 1352), 0.01, np.float32),
        "fc.bias": np.arange(10, dtype=np.float32),
    }
    path = tmp_path / "weights.safetensors"
    path.write_bytes(safetensors.numpy.save(arrays))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: "Imported weights.safetensors" in window.banner.text, timeout=60_000)
    assert window.session.model.path is None
    assert window.session.model.network.card.name == "journal-8"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("a.onnx", b"no graph", "not an ONNX file"), ("a.pt", b"x", "pickle"), ("a.onnx", None, "no such file")],
)
def test_what_cannot_be_imported_is_said_and_the_open_network_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: bytes | None, word: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = window.session.model.network
    window.session.open_model(str(tmp_path / name))
    qtbot.waitUntil(lambda: word in window.banner.text, timeout=60_000)
    assert window.session.model.network is before


def test_a_training_that_began_meanwhile_keeps_its_network(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    before = session.model.network
    session.open_model(str(OF_OTHERS / "pytorch.onnx"))
    session.turns.watch(Task.TRAINING, lambda: True)
    qtbot.waitUntil(lambda: not session.importing.is_under_way, timeout=60_000)
    assert session.model.network is before
    session.turns.watch(Task.TRAINING, lambda: False)
