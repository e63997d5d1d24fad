"""Training with the pipeline of the augmentation lab."""

import shlex

import pytest
from pytestqt.qtbot import QtBot

from digitgui.command_line.setting_options import config_of
from digitgui.pages.train.training_form import TrainingForm
from digitgui.settings import Settings
from model.data.augmentation import PRESETS, Pipeline, Step
from model.data.dataset import SplitRule
from model.sweeps import train_again
from model.training.training import TrainingConfig

MINE = Pipeline("Jörg's", (Step("rotation", 20.0, 0.5), Step("noise", 3.0)))


@pytest.fixture
def form(qtbot: QtBot, settings: Settings) -> TrainingForm:
    form = TrainingForm(settings)
    qtbot.addWidget(form)
    return form


def test_custom_trains_with_the_pipeline_that_was_set(form: TrainingForm) -> None:
    form.augmentation.setCurrentText("custom")
    assert form.config().augmentation == Pipeline("custom", ())
    form.set_custom_pipeline(MINE)
    assert form.config().augmentation == MINE
    form.augmentation.setCurrentText("journal")
    assert form.config().augmentation == "journal"


def test_the_choice_is_remembered(form: TrainingForm, settings: Settings, qtbot: QtBot) -> None:
    form.augmentation.setCurrentText("custom")
    again = TrainingForm(settings)
    qtbot.addWidget(again)
    assert again.augmentation.currentText() == "custom"


def test_a_configuration_with_a_pipeline_is_shown(form: TrainingForm) -> None:
    form.show_config("lenet", TrainingConfig(augmentation=MINE))
    assert form.augmentation.currentText() == "custom"
    assert form.config().augmentation == MINE
    form.show_config("lenet", TrainingConfig(augmentation="handwriting"))
    assert form.config().augmentation == "handwriting"


@pytest.mark.parametrize("pipeline", [MINE, PRESETS["handwriting"]])
def test_the_command_line_trains_with_the_same_pipeline(
    form: TrainingForm, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_again.sys, "platform", "linux")
    form.set_custom_pipeline(pipeline)
    form.augmentation.setCurrentText("custom")
    options = _options(form.command("bundled", SplitRule()))
    assert config_of(options) == form.config()


def _options(command: str):
    from argparse import ArgumentParser

    from digitgui.command_line.train_command import add_options

    program, sub_command, *arguments = shlex.split(command)
    assert (program, sub_command) == ("digitgui", "train")
    parser = ArgumentParser()
    add_options(parser)
    return parser.parse_args(arguments)
