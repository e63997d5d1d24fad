"""Layers of one's own on the Train page: edited by real events, remembered, trained, and kept with the run."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.own_network import KEY, OwnNetwork
from digitgui.frame.main_window import MainWindow
from digitgui.pages.train import layers_card
from digitgui.pages.train.layer_list import LayerList
from digitgui.pages.train.layers_card import LayersCard
from digitgui.pages.train.training_form import OWN, TrainingForm
from digitgui.settings import Settings
from model import load_network
from model.data.splitting import SplitRule
from model.network.architecture import Architecture
from model.network.architectures import architecture_from, as_own, build
from model.network.layers import Conv2D, Dense, Dropout, Flatten, ReLU

LENET = ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten1", "dense1", "relu3"]


@pytest.fixture
def card(qtbot: QtBot, settings: Settings) -> Iterator[LayersCard]:
    own = OwnNetwork(settings)
    card = LayersCard(own, settings)
    own.changed.connect(lambda: card.show_layers(own.architecture, (1, 28, 28), 10, is_own=True))
    frame = QWidget()
    card.setParent(frame)  # in a window of its own its smallest size would be told to the screen, which has no ear
    card.resize(600, 500)
    frame.resize(600, 500)
    qtbot.addWidget(frame)
    frame.show()
    card.show_layers(own.architecture, (1, 28, 28), 10, is_own=True)
    yield card  # noqa: PT022 - which keeps the frame


def row(card: LayersCard, place: int) -> list[str]:
    return [card.list.item(place, column).text() for column in range(card.list.columnCount())]


def names(card: LayersCard) -> list[str]:
    return [row(card, place)[0].split(" · ")[0] for place in range(card.list.rowCount())]


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def add(card: LayersCard, kind: str) -> None:
    next(action for action in card.add.menu().actions() if action.text() == kind).trigger()


def test_one_begins_with_lenet_and_sees_what_each_layer_gives_and_costs(card: LayersCard) -> None:
    network = build("lenet")
    assert names(card) == [*LENET, "dense2"]
    assert row(card, 0) == ["conv1 · 16, 3×3", "16×26×26", "160", "97 k"]
    assert row(card, 9) == ["dense2 · 10", "10", "1,290", "1,280"]
    assert card.parameters == network.parameter_count
    card.show_layers(as_own("lenet"), (3, 32, 32), 4, is_own=False)
    assert row(card, 0)[1:] == ["16×30×30", "448", "389 k"]
    assert row(card, 9)[0] == "dense2 · 4"
    assert not card.add.isVisible()
    assert card.copy.isVisible()


def test_layers_are_added_moved_changed_and_removed_and_every_change_is_undone(card: LayersCard) -> None:
    card.list.setCurrentCell(1, 0)
    add(card, "Conv2D")
    assert names(card)[:4] == ["conv1", "relu1", "conv2", "pool1"]
    assert card.list.currentRow() == 2
    field = card.fields.fields["filters"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "48")
    assert row(card, 2) == ["conv2 · 48, 3×3", "48×26×26", "6,960", "4.67 M"]
    click(card.down)
    assert names(card)[:4] == ["conv1", "relu1", "pool1", "conv2"]
    assert row(card, 3)[1:] == ["48×13×13", "6,960", "1.17 M"]
    click(card.up)
    click(card.up)
    assert names(card)[:4] == ["conv1", "conv2", "relu1", "pool1"]
    assert card.list.currentRow() == 1
    click(card.remove)
    assert names(card)[:3] == LENET[:3]
    for _ in range(6):
        click(card.undo)
    assert names(card)[:9] == LENET
    assert not card.undo.isEnabled()


def test_what_cannot_be_built_is_said_in_its_row_and_nothing_comes_out_below(card: LayersCard) -> None:
    card.list.setCurrentCell(3, 0)
    card.fields.fields["kernel_size"].setValue(20)
    assert row(card, 3)[0].startswith("✗ conv2 · 32, 20×20: a window of 20×20 does not fit into maps of 13×13")
    assert row(card, 4)[1:] == ["–", "–", "–"]
    assert card.list.columnSpan(3, 0) == 4
    assert card.list.rowHeight(3) > card.list.rowHeight(2)
    assert card.problem.startswith("conv2: a window")
    card.resize(300, 500)
    QTest.qWait(0)
    assert card.list.rowHeight(3) >= 3 * card.list.fontMetrics().height()
    card.list.setCurrentCell(8, 0)
    click(card.undo)
    click(card.remove)
    assert row(card, 7)[0].startswith("✗ dense1 · 128: the program adds the last Dense")
    assert card.list.columnSpan(3, 0) == 1


def test_numbers_that_a_field_cannot_show_stay_as_the_file_has_them(
    card: LayersCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Architecture.of("theirs", [Conv2D(700, (3, 5), padding=2), ReLU(), Flatten(), Dropout(0.3), Dense(1)])
    (tmp_path / "theirs.json").write_text(theirs.to_json())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "theirs.json"), ""))
    click(card.open)
    assert card.name.text() == "theirs"
    card.list.setCurrentCell(0, 0)
    kernel, filters = card.fields.fields["kernel_size"], card.fields.fields["filters"]
    assert (kernel.text(), kernel.isEnabled(), filters.value()) == ("3×5", False, 700)
    card.fields.fields["stride"].setValue(2)
    config = card._own.architecture.layers[0].config
    assert config == {"filters": 700, "kernel_size": (3, 5), "stride": (2, 2), "padding": (2, 2)}
    card.name.setFocus()
    card.name.selectAll()
    QTest.keyClicks(card.name, "ours")
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    monkeypatch.setattr(layers_card, "ask_architecture_target", lambda *_: tmp_path / "ours.json")
    click(card.save)
    assert architecture_from(str(tmp_path / "ours.json")) == card._own.architecture
    assert json.loads((tmp_path / "ours.json").read_text())["name"] == "ours"


def test_bad_files_and_names_are_refused_in_a_sentence_and_nothing_changes(
    card: LayersCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    before = card._own.architecture
    (tmp_path / "bad.json").write_text('{"name": "deep", "layers": []}')
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "bad.json"), ""))
    with qtbot.waitSignal(card._own.failed) as told:
        click(card.open)
    assert told.args == ["deep is a network of the program: give yours another name"]
    card.name.setText("a/b")
    with qtbot.waitSignal(card._own.failed):
        QTest.keyClick(card.name, Qt.Key.Key_Return)
    assert card.name.text() == before.name
    assert card._own.architecture == before


def test_own_layers_are_remembered_and_the_command_trains_them(qtbot: QtBot, settings: Settings) -> None:
    own = OwnNetwork(settings)
    own.take(as_own("journal-8"))
    own.set_number(0, "filters", 5)
    form = TrainingForm(settings, own)
    qtbot.addWidget(form)
    form.arch.choose(OWN)
    words = shlex.split(form.command("bundled", SplitRule()))
    assert architecture_from(words[words.index("--arch") + 1]) == own.architecture
    assert words[-1] == "my journal-8.safetensors"
    assert form.usual()["arch"] == own.architecture.as_dict()
    again = TrainingForm(settings, OwnNetwork(settings))
    qtbot.addWidget(again)
    assert again.architecture == own.architecture
    settings.set(KEY, '{"name": "lenet", "layers": []}')
    assert OwnNetwork(settings).architecture == as_own("lenet")


def test_a_window_trains_own_layers_and_a_run_brings_them_back(few: MainWindow, qtbot: QtBot) -> None:
    few.show_page("train")
    page, session = few.train_page, few.session
    page.form.arch.choose("journal-8")
    page.show_tab(3)
    click(page.layers.copy)
    assert page.form.arch.chosen == OWN
    page.layers.list.setCurrentCell(0, 0)
    page.layers.fields.fields["kernel_size"].setValue(30)
    assert not page.train_button.isEnabled()
    assert "cannot be built" in page.train_button.toolTip()
    with qtbot.waitSignal(session.failed) as told:
        page.start()  # as by its key
    assert told.args[0].startswith("my journal-8 cannot be built: conv1: a window of 30×30")
    page.layers.fields.fields["kernel_size"].setValue(5)
    page.layers.fields.fields["filters"].setValue(3)
    made = page.form.own.architecture
    page.form.epochs.setValue(1)
    page.form.batch_size.setValue(16)
    click(page.train_button)
    assert not page.layers.add.isEnabled()
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=20_000)
    assert page.layers.add.isEnabled()
    assert session.model.network.card.name == "my journal-8"
    (record,), _ = session.trainings.store.records()
    assert record.architecture == made
    file = session.trainings.store.model_file(record.id)
    assert Architecture.of("my journal-8", load_network(file).layers) == made
    page.form.own.take(as_own("deep"))
    page.form.arch.choose("lenet")
    session.trainings.start_again(record)
    assert (page.form.arch.chosen, page.form.own.architecture) == (OWN, made)
    session.trainings.run.stop()
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=20_000)


def test_no_column_of_the_layers_is_cut_in_a_narrow_window(qtbot: QtBot) -> None:
    table = LayerList()
    qtbot.addWidget(table)
    table.show()
    for width, arch in ((300, "deep"), (300, "journal-8"), (500, "colour")):
        table.resize(width, 300)
        table.show_layers(as_own(arch).fitted((3, 32, 32), 10))
        shown = [column for column in range(4) if not table.isColumnHidden(column)]
        assert sum(map(table.columnWidth, shown)) <= table.viewport().width()
        for column in shown:
            cells = [table.item(row, column).text() for row in range(table.rowCount())]
            longest = max(map(table.fontMetrics().horizontalAdvance, cells))
            assert longest + 4 <= table.columnWidth(column), (arch, column)
        assert 3 in shown or width < 500
