"""What all runs of a sweep learn from besides the data, and begin with."""

import json
from dataclasses import replace
from functools import partial

import pytest
from helpers.errors import error_of
from helpers.runs import same_weights
from helpers.strokes import write_digits, write_letters

from digitgui.runs.sweep_process import go_on_with_sweep
from model import build, load_network, save_network
from model.errors import ConfigError, DataFormatError, ModelFileError
from model.handwriting.hands import extra_pictures
from model.sweeps.shared_files import DEFAULT, SharedFiles
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.sweeps.sweep_workers import on_this_machine
from model.sweeps.sweeping import Sweep, read_question
from model.sweeps.train_again import command_of
from model.training.training import TrainingConfig, train

SETTINGS = {"arch": "lenet", "batch_size": 16, "epochs": 1, "limit": 60, "learning_rate": 0.02}
HERE = partial(on_this_machine, workers=1)


@pytest.fixture(autouse=True)
def _few_scribbles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.handwriting.hands.SCRIBBLES", 6)
    monkeypatch.setattr("model.handwriting.hands.OVERLAYS", 4)


@pytest.fixture
def shared(tmp_path) -> SharedFiles:
    network = build("lenet", seed=7)
    network.card.refuse_below = 0.9
    save_network(network, tmp_path / "begin.safetensors")
    digits, letters = write_digits(tmp_path / "digits.npz"), write_letters(tmp_path / "letters.npz")
    return SharedFiles(str(digits), str(letters), str(tmp_path / "begin.safetensors"))


def plan(shared: SharedFiles, seeds=(0, 1), **options) -> SweepPlan:
    candidates = tuple(Candidate({"seed": seed}, complete(SETTINGS | {"seed": seed})) for seed in seeds)
    return SweepPlan(candidates, shared=shared, **options)


def test_a_run_is_what_training_with_the_same_files_gives(tmp_path, mnist, shared) -> None:
    sweep = Sweep(tmp_path / "sweep", mnist, plan(shared))
    list(sweep.run(HERE))
    result = sweep.results()[1]
    network = load_network(shared.init)
    network.card.refuse_below = 0.5
    data = replace(mnist.limited(60, 1), extra=extra_pictures(shared.strokes, shared.refuse, 1))
    list(train(network, data, TrainingConfig(0.02, 16, 1, 1)))
    (record,) = result.records
    saved = load_network(sweep.store.model_file(record.id))
    assert same_weights(saved, network)
    assert saved.card.refuse_below == 0.5
    assert record.data["extra"] == data.extra.description
    assert record.data["sha256"] == data.fingerprint
    assert saved.card.provenance["init"] == record.begun_from == shared.init
    command = command_of(record)
    assert all(f"--{name} {file}" in command for name, file in shared.named.items())
    assert "--arch" not in command


def test_several_processes_give_the_same(tmp_path, mnist, shared) -> None:
    one, two = (Sweep(tmp_path / name, mnist, plan(shared)) for name in ("one", "two"))
    list(one.run(HERE))
    list(two.run(partial(on_this_machine, workers=2)))
    assert [result.accuracy for result in one.results()] == [result.accuracy for result in two.results()]
    assert [result.loss for result in one.results()] == [result.loss for result in two.results()]


def test_folds_learn_from_them_too(tmp_path, mnist, shared) -> None:
    sweep = Sweep(tmp_path / "sweep", mnist, plan(shared, seeds=(0,), folds=2))
    list(sweep.run(HERE))
    assert all(record.data["extra"] for record in sweep.results()[0].records)


def test_a_sweep_goes_on_with_its_own_files_alone(tmp_path, mnist, shared) -> None:
    folder = tmp_path / "sweep"
    steps = Sweep(folder, mnist, plan(shared)).run(HERE)
    next(steps)
    next(steps)
    steps.close()
    for other in (SharedFiles(), SharedFiles(shared.strokes, "", shared.init), SharedFiles(init=DEFAULT)):
        message = error_of(ModelFileError, lambda other=other: Sweep(folder, mnist, plan(other)))
        assert "other files" in message
    asked, _ = read_question(folder)
    assert asked.shared == shared
    best = go_on_with_sweep(folder, mnist, 1, on_progress=lambda _: None)
    assert best.records[0].begun_from == shared.init
    assert len(Sweep(folder, mnist, asked).results()) == 2
    write_digits(tmp_path / "digits.npz", each=3)
    assert "other files" in error_of(ModelFileError, lambda: Sweep(folder, mnist, asked))
    (tmp_path / "digits.npz").unlink()
    assert read_question(folder)[0].shared == shared, "what was done can be looked at without them"
    assert "digits.npz" in error_of(DataFormatError, lambda: Sweep(folder, mnist, asked))


def test_a_sweep_without_them_is_written_as_before(tmp_path, mnist) -> None:
    Sweep(tmp_path / "sweep", mnist, plan(SharedFiles()))
    question = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert set(question) == {"format", "data", "candidates", "folds", "halving"}
    assert read_question(tmp_path / "sweep")[0].shared == SharedFiles()


def test_a_damaged_list_of_files_is_told(tmp_path, mnist, shared) -> None:
    Sweep(tmp_path / "sweep", mnist, plan(shared))
    file = tmp_path / "sweep" / "sweep.json"
    question = json.loads(file.read_text())
    for damaged in ([], {"strokes": 3}, {"refuse": question["shared"]["refuse"]}, {"init": {}}):
        file.write_text(json.dumps(question | {"shared": damaged}))
        if damaged:
            assert "damaged" in error_of(ModelFileError, lambda: read_question(tmp_path / "sweep"))
        message = error_of(ModelFileError, lambda: Sweep(tmp_path / "sweep", mnist, plan(shared)))
        assert "sweep" in message


def test_letters_need_digits() -> None:
    assert "--strokes" in error_of(ConfigError, lambda: SharedFiles(refuse="letters.npz"))
