"""The open network for other programs, and all that is known of it."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import safetensors.numpy
from helpers.data_page import press
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QTextBrowser
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.frame.main_window import MainWindow
from model import build, load_network, save_network


def choose(window: MainWindow, menu: str, text: str) -> None:
    entry = next(entry for entry in window.menuBar().actions() if entry.text().replace("&", "") == menu)
    action_named(entry, text).trigger()


def action_named(menu: QAction, text: str) -> QAction:
    return next(action for action in menu.menu().actions() if action.text().replace("&", "") == text)


def test_the_open_network_is_exported_in_the_background(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "mine.onnx"
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: dialog.selectFile(str(tmp_path / "mine")) or 1)
    choose(window, "File", "Export network…")
    assert window.session.exporting.is_under_way
    qtbot.waitUntil(lambda: str(target) in window.banner.text, timeout=60_000)
    assert "Exported default as ONNX" in window.banner.text
    images = window.session.data.dataset.images[:5]
    (probabilities,) = onnxruntime.InferenceSession(target).run(["probabilities"], {"images": images})
    np.testing.assert_allclose(window.session.model.network.predict_proba(images), probabilities, atol=1e-5)


def test_the_filter_of_the_dialog_lists_the_formats() -> None:
    assert file_dialogs.export_filters() == (
        "ONNX (*.onnx)",
        "C, one file (*.c)",
        "C with weights of 8 bits, one file (*.int8.c)",
        "Python with NumPy alone, one file (*.py)",
        "Bundle for a colleague (*.zip)",
    )


def test_the_ending_of_the_chosen_filter_tells_the_format(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose_second(dialog: QFileDialog) -> int:
        dialog.selectNameFilter(file_dialogs.export_filters()[2])
        dialog.filterSelected.emit(file_dialogs.export_filters()[2])
        dialog.selectFile(str(tmp_path / "mine"))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose_second)
    choose(window, "File", "Export network…")
    qtbot.waitUntil(lambda: str(tmp_path / "mine.int8.c") in window.banner.text, timeout=60_000)
    assert "working memory" in window.banner.text
    assert "int8_t" in (tmp_path / "mine.int8.c").read_text()


@pytest.mark.parametrize("name", ["mine.png", "no folder/mine.onnx"])
def test_what_cannot_be_exported_is_said_in_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    window.session.exporting.export(tmp_path / name)
    qtbot.waitUntil(lambda: "cannot be exported" in window.banner.text, timeout=60_000)
    assert "Errno" not in window.banner.text


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_properties_tell_what_is_known_follow_the_network_and_can_be_copied(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(window, "Network", "Properties…")
    dialog = window.findChild(QDialog, "properties")
    assert not dialog.isModal()
    shown = dialog.findChild(QTextBrowser)
    assert "comes with the program" in shown.toPlainText()
    network = build("journal-8")
    network.card.provenance = {
        "settings": {"epochs": 3, "seed": 5, "learning_rate": 0.02},
        "data": {"name": "mine.npz", "train_pictures": 200},
        "report": {"part": "test", "count": 50, "accuracy": 0.94, "loss": 0.1234, "macro_f1": None},
        "history": {"epochs": [{}, {}, {}]},
        "calibration": {"temperature": 0.5, "calibration_error": 0.02},
        "trained": "2026-11-25T20:46:49+00:00",
    }
    path = tmp_path / "mine.safetensors"
    save_network(network, path)
    window.session.open_model(str(path))
    qtbot.waitUntil(lambda: str(path) in shown.toPlainText(), timeout=10_000)
    press(dialog, "Copy all")
    text = QApplication.clipboard().text()
    facts = (
        "Accuracy\t94.0 %",
        "Loss before calibration\t0.1234",
        "Macro F1\t–",
        "Data\tmine.npz",
        "Seed\t5",
        "Temperature\t0.500",
    )
    for fact in (*facts, "Epochs done\t3 epochs", "Calibration error\t2.0 %", "conv1\tConv2D(filters=8", "Size\t"):
        assert fact in text
    for row in network.table():
        assert f"{row.parameters:,}" in text
    window.session.model.set_refuse_below(0.25)
    assert "Doubtful below 25.0 %" in " ".join(shown.toPlainText().split())
    choose(window, "Network", "Properties…")
    assert len(window.findChildren(QDialog, "properties")) == 1
    network = network.copy()
    network.card.provenance["taught"] = [{"pictures": 12, "samples": "my-digits.npz"}, "by hand"]
    save_network(network, path)
    window.session.open_model(str(path))
    qtbot.waitUntil(lambda: "12 pictures of my-digits.npz" in shown.toPlainText(), timeout=10_000)
    assert "94.0 %" not in shown.toPlainText(), "that was measured before it was taught"
    dialog.close()
    window.session.model.set_refuse_below(0.35)


def test_unsaved_networks_are_listed_with_accuracy_and_data_and_a_file_name_is_proposed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = build("journal-8")
    network.card.provenance = {"data": {"name": "a/b: c.npz"}, "report": {"accuracy": 0.975}}
    model = window.session.model
    model.replace(network, name="journal-8", is_dirty=True)
    model.keep_unsaved()
    entry = next(entry for entry in window.menuBar().actions() if entry.text() == "Net&work")
    unsaved = action_named(entry, "Unsaved networks").menu()
    unsaved.aboutToShow.emit()
    assert unsaved.actions()[0].text().startswith("journal-8, 97.5 % of a/b: c.npz, 20")
    proposed = []
    monkeypatch.setattr(QFileDialog, "selectFile", lambda _dialog, name: proposed.append(name))
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 0)
    choose(window, "File", "Save network as…")
    assert proposed == ["journal-8, 97.5 % of a-b- c.npz.safetensors"]


def test_an_unsaved_network_whose_file_is_damaged_is_listed_all_the_same(window: MainWindow) -> None:
    folder = window.settings.folder / "unsaved"
    folder.mkdir(parents=True)
    (folder / "2026-11-27 10.11.12.000001 mine.safetensors").write_bytes(b"no network")
    header = json.dumps({"format_version": 2, "provenance": {"report": 7}})
    file = folder / "2026-11-27 10.11.12.000000 other.safetensors"
    safetensors.numpy.save_file({"a": np.zeros(2)}, file, {"digitgui": header})
    entry = next(entry for entry in window.menuBar().actions() if entry.text() == "Net&work")
    unsaved = action_named(entry, "Unsaved networks").menu()
    unsaved.aboutToShow.emit()
    assert [action.text() for action in unsaved.actions()] == ["mine, 2026-11-27 10:11", "other, 2026-11-27 10:11"]


@pytest.mark.skipif(sys.platform == "win32", reason="paths have other limits there")
@pytest.mark.parametrize("letter", ["n", "ü"])
def test_a_network_with_a_long_name_is_kept_and_a_file_name_that_is_too_long_is_refused(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, letter: str
) -> None:
    model, name = window.session.model, letter * (240 // len(letter.encode()))
    model.replace(build("journal-8"), name=name, is_dirty=True)
    assert load_network(model.keep_unsaved())
    path = tmp_path / f"{name}.safetensors"
    window.session.save_model(path)
    qtbot.waitUntil(lambda: not model.is_dirty, timeout=10_000)
    assert load_network(path)
    window.session.save_model(tmp_path / f"{name}{name}.safetensors")
    qtbot.waitUntil(lambda: "at most 255 bytes" in window.banner.text, timeout=10_000)
    window.session.open_model(str(tmp_path / f"{name}{name}.safetensors"))
    qtbot.waitUntil(lambda: "cannot be read" in window.banner.text, timeout=10_000)
    assert "Errno" not in window.banner.text
