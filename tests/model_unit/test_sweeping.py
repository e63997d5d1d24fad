"""Sweeps: the same answer on any number of processes, and nothing done twice."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.networks import GOLDEN
from helpers.runs import same_weights

from model import Dataset, build, load_network
from model.errors import ConfigError, DataFormatError, ModelFileError, VersionError
from model.judging.evaluation import loss_and_accuracy
from model.runs.run_store import RunStore
from model.sweeps.search_space import every_combination
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete, parts_of
from model.sweeps.sweep_question import can_go_on, read_question
from model.sweeps.sweep_workers import on_this_machine
from model.sweeps.sweeping import Sweep, results_of
from model.training.training import TrainingConfig, train

SHARED = {"arch": "journal-8", "batch_size": 8, "epochs": 2, "limit": 200}
HERE = partial(on_this_machine, workers=1)


def plan(choices: dict, *, shared: dict = SHARED, **options) -> SweepPlan:
    candidates = (Candidate(asked, complete(shared | asked)) for asked in every_combination(choices))
    return SweepPlan(tuple(candidates), **options)


RATES_AND_SEEDS = plan({"learning_rate": [0.01, 0.05], "seed": [0, 1]})


def counted(jobs: list):
    """Return an engine that notes which runs it is given."""

    def engine(data, given):
        jobs.extend(job.run for job in given)
        yield from HERE(data, given)

    return engine


@pytest.fixture(scope="module")
def finished(mnist, tmp_path_factory) -> Sweep:
    sweep = Sweep(tmp_path_factory.mktemp("sweeps") / "first", mnist, RATES_AND_SEEDS)
    list(sweep.run(HERE))
    return sweep


def test_a_run_is_what_training_with_its_settings_gives(finished, mnist) -> None:
    result = finished.results()[1]
    assert result.asked == {"learning_rate": 0.01, "seed": 1}
    network, data = build("journal-8", 1), mnist.limited(200, 1)
    events = list(train(network, data, TrainingConfig(0.01, 8, 2, 1)))
    saved = load_network(finished.store.model_file(result.records[0].id))
    assert same_weights(saved, network)
    assert (result.loss, result.accuracy) == loss_and_accuracy(network, *data.part("validation"))
    assert result.test_accuracy == events[-1].report.accuracy
    (record,) = result.records
    assert [epoch.validation_loss for epoch in record.history.epochs] == [
        e.validation_loss for e in events if hasattr(e, "validation_loss")
    ]
    assert record.report["confusion"] == events[-1].report.confusion.tolist()
    assert record.data["sha256"] == data.fingerprint
    assert (record.limit, record.sweep, record.state) == (200, "first", "completed")


def test_two_processes_give_the_same_figures(finished, mnist, tmp_path) -> None:
    sweep = Sweep(tmp_path / "second", mnist, RATES_AND_SEEDS)
    progress = list(sweep.run(partial(on_this_machine, workers=2)))
    assert [(one.done, one.total) for one in progress] == [(n, 4) for n in range(5)]
    assert progress[0].seconds_left is None
    assert progress[1].seconds_left > 0
    assert progress[4].seconds_left == 0
    assert [(r.asked, r.accuracy, r.loss) for r in sweep.results()] == [
        (r.asked, r.accuracy, r.loss) for r in finished.results()
    ]
    for result in sweep.results():
        run = result.records[0].id
        assert same_weights(
            load_network(sweep.store.model_file(run)), load_network(finished.store.model_file(run))
        )


def test_processes_are_given_up_without_a_word(mnist, tmp_path) -> None:
    sweep = Sweep(tmp_path / "x", mnist, plan({"seed": list(range(8))}))
    running = sweep.run(partial(on_this_machine, workers=2))
    while next(running).done < 1:
        pass
    running.close()  # where a warning is an error
    kept = len(list(sweep.folder.glob("*/run.json")))
    assert kept < 8
    assert next(Sweep(tmp_path / "x", mnist, sweep.plan).run(HERE)).done == kept


def test_a_sweep_that_ended_early_goes_on_and_repeats_nothing(finished, mnist, tmp_path) -> None:
    first, second = [], []
    sweep = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS)
    running = sweep.run(counted(first))
    for progress in running:
        if progress.done == 2:
            break
    running.close()
    kept = {file: file.read_bytes() for file in sweep.folder.glob("*/run.json")}
    assert len(kept) == 2

    again = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS)
    progress = list(again.run(counted(second)))
    assert (progress[0].record, progress[0].done) == (None, 2)
    assert len(first) == 4
    assert second == first[2:]
    assert all(file.read_bytes() == content for file, content in kept.items())
    assert [r.accuracy for r in again.results()] == [r.accuracy for r in finished.results()]
    assert [progress.done for progress in again.run(counted(second))] == [4]
    assert len(second) == 2


def test_a_run_whose_record_is_missing_or_damaged_is_done_again(mnist, tmp_path) -> None:
    sweep = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS)
    list(sweep.run(HERE))
    before = [(r.asked, r.accuracy) for r in sweep.results()]
    sweep.store.folder_of("0001-journal-8").joinpath("run.json").unlink()  # killed after the network was written
    sweep.store.folder_of("0003-journal-8").joinpath("run.json").write_text('{"format": 1')
    list(sweep.run(counted(jobs := [])))
    assert jobs == ["0001-journal-8", "0003-journal-8"]
    assert [(r.asked, r.accuracy) for r in sweep.results()] == before
    assert len(list(sweep.folder.glob("*/run.json"))) == 4


def test_what_a_newer_program_has_written_of_a_sweep_is_named_and_left_alone(mnist, tmp_path) -> None:
    sweep = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS)
    list(sweep.run(HERE))
    for file in (sweep.store.record_file("0002-journal-8"), sweep.folder / "sweep.json"):
        newer = file.read_text().replace('"format": 1', '"format": 3').replace('"format": 2', '"format": 3')
        file.write_text(newer)
        kept = {one: one.read_bytes() for one in sweep.folder.rglob("*.*") if one.suffix != ".lock"}
        message = error_of(
            VersionError, lambda: list(Sweep(sweep.folder, mnist, RATES_AND_SEEDS).run(counted([])))
        )
        assert "update the program" in message
        assert {one: one.read_bytes() for one in kept} == kept
    assert "format 3" in error_of(VersionError, lambda: read_question(sweep.folder))


def test_a_question_with_more_to_it_than_this_version_asks_is_the_same_question(mnist, tmp_path) -> None:
    sweep = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS)
    file = sweep.folder / "sweep.json"
    file.write_text(file.read_text().replace('"format": 2', '"format": 2, "mood": "hopeful"'))
    assert Sweep(sweep.folder, mnist, RATES_AND_SEEDS).results() == []
    assert "hopeful" in file.read_text()


def test_a_folder_that_holds_something_else_is_left_alone(finished, mnist, tmp_path) -> None:
    other = plan({"learning_rate": [0.01]})
    assert "other settings" in error_of(ModelFileError, lambda: Sweep(finished.folder, mnist, other))
    assert "other data" in error_of(
        ModelFileError, lambda: Sweep(finished.folder, mnist.limited(300), RATES_AND_SEEDS)
    )
    moved = Dataset(mnist.images, mnist.labels, "the same", "elsewhere")
    assert len(Sweep(finished.folder, moved, RATES_AND_SEEDS).results()) == 4
    (tmp_path / "damaged").mkdir()
    for damaged in ("[1]", "{", "{}"):
        (tmp_path / "damaged" / "sweep.json").write_text(damaged)
        assert "sweep.json is damaged" in error_of(
            ModelFileError, lambda: Sweep(tmp_path / "damaged", mnist, other)
        )
    assert "is a file" in error_of(
        ModelFileError, lambda: Sweep(tmp_path / "damaged" / "sweep.json", mnist, other)
    )
    (tmp_path / "letter.txt").write_text("dear diary")
    assert "something other" in error_of(ModelFileError, lambda: Sweep(tmp_path, mnist, other))
    assert (tmp_path / "letter.txt").read_text() == "dear diary"
    assert not (tmp_path / "sweep.json").exists()


def test_a_sweep_that_was_killed_at_its_very_beginning_begins_anew(mnist, tmp_path) -> None:
    (tmp_path / ".sweep.json.x2z").write_text("{")
    assert Sweep(tmp_path, mnist, RATES_AND_SEEDS).results() == []


def test_two_programs_do_not_work_on_one_sweep(mnist, tmp_path) -> None:
    running = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS).run(HERE)
    next(running)
    other = Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS).run(HERE)
    assert "already running" in error_of(ModelFileError, lambda: next(other))
    running.close()
    assert next(Sweep(tmp_path / "x", mnist, RATES_AND_SEEDS).run(HERE)).done == 0


def test_folds_compare_by_every_picture_but_those_of_the_test_part_once(mnist) -> None:
    official = Dataset(mnist.images[:300], mnist.labels[:300], "official", "", 240)
    for dataset in (official, mnist.limited(200)):
        pool = np.sort(np.concatenate([dataset.split.train, dataset.split.validation]))
        parts = [parts_of(dataset, 4, fold) for fold in range(4)]
        np.testing.assert_array_equal(np.sort(np.concatenate([part.compared for part in parts])), pool)
        for part in parts:
            seen = np.concatenate([part.train, part.validation, part.compared])
            np.testing.assert_array_equal(np.sort(seen), pool)  # each in one of them
            np.testing.assert_array_equal(part.test, dataset.split.test)
            counts = np.bincount(dataset.labels[part.compared], minlength=10)
            np.testing.assert_allclose(counts, np.bincount(dataset.labels[pool], minlength=10) / 4, atol=1)


def test_pictures_are_cut_into_folds_once_for_all_combinations(mnist, tmp_path, monkeypatch) -> None:
    cut = []
    monkeypatch.setattr("model.sweeps.sweeping.parts_of", lambda *asked: cut.append(asked[2]) or parts_of(*asked))
    list(Sweep(tmp_path / "x", mnist, plan({"learning_rate": [0.01, 0.02]}, folds=2)).run(HERE))
    assert sorted(cut) == [0, 1]


def test_an_official_test_part_is_for_the_report_only(mnist) -> None:
    data = Dataset(mnist.images[:300], mnist.labels[:300], "official", "", 240)
    part = parts_of(data, 0, None)
    assert max(part.train.max(), part.validation.max(), part.compared.max()) < 240
    np.testing.assert_array_equal(part.test, np.arange(240, 300))


def test_cross_validation_has_a_mean_and_a_spread(mnist, tmp_path) -> None:
    folds = plan({"learning_rate": [0.001, 0.05]}, folds=3)
    sweep = Sweep(tmp_path / "x", mnist, folds)
    assert [p.done for p in sweep.run(HERE)] == list(range(7))
    worse, better = sweep.results()
    accuracies = [record.validation.accuracy for record in better.records]
    assert len(set(accuracies)) > 1
    assert better.accuracy == pytest.approx(np.mean(accuracies))
    assert better.spread == pytest.approx(np.std(accuracies, ddof=1))
    assert better.merit > worse.merit
    assert better.test_accuracy == pytest.approx(np.mean([record.report["accuracy"] for record in better.records]))
    assert sum(record.extra["score"]["count"] for record in better.records) == 185
    assert {record.report["count"] for record in better.records} == {15}
    assert {record.data["train_pictures"] for record in better.records} <= {110, 111}


def test_a_network_is_not_compared_by_the_pictures_that_chose_its_epoch(mnist, tmp_path) -> None:
    patient = plan({"seed": [0]}, shared=SHARED | {"epochs": 3, "patience": 1}, folds=2)
    sweep = Sweep(tmp_path / "x", mnist, patient)
    list(sweep.run(HERE))
    for fold, record in enumerate(sweep.results()[0].records):
        parts = parts_of(mnist.limited(200, 0), 2, fold)
        network = load_network(sweep.store.model_file(record.id))
        figures = [
            loss_and_accuracy(network, mnist.limited(200, 0).images[part], mnist.limited(200, 0).labels[part])
            for part in (parts.validation, parts.compared)
        ]
        assert min(epoch.validation_loss for epoch in record.history.epochs) == figures[0][0]
        assert record.validation.loss == figures[1][0]


@pytest.mark.parametrize(("kind", "accuracies"), [("plain", [18 / 23, 18 / 23]), ("folds", [0.4, 0.4875])])
def test_a_sweep_of_0_1_0_shows_the_figures_that_it_had_and_is_not_gone_on_with(mnist, kind, accuracies) -> None:
    folder = GOLDEN / f"sweep_of_0_1_0_{kind}"
    plan_then, _ = read_question(folder)
    store = RunStore(folder)
    results = results_of(plan_then, {run: store.read(run) for run in store.runs()})
    assert [result.accuracy for result in results] == pytest.approx(accuracies)
    assert [result.test_accuracy for result in results] == [None, None], "its runs are compared by all they report"
    assert not can_go_on(folder)
    assert "earlier version" in error_of(ModelFileError, lambda: Sweep(folder, mnist, plan_then))


def test_a_run_whose_round_is_none_of_the_plan_is_done_again(mnist, tmp_path) -> None:
    halving = plan({"learning_rate": [0.01, 0.05, 0.02]}, shared=SHARED | {"epochs": 2}, halving=True)
    sweep = Sweep(tmp_path / "x", mnist, halving)
    *_, last = sweep.run(HERE)
    for rung in (9, -1):
        sweep.store.write(replace(last.record, extra=last.record.extra | {"rung": rung}))
        list(sweep.run(counted(jobs := [])))
        assert jobs == [last.record.id]


def test_halving_goes_on_with_the_best_only(mnist, tmp_path) -> None:
    halving = plan({"learning_rate": [0.0001, 0.05, 0.001, 0.02]}, shared=SHARED | {"epochs": 6}, halving=True)
    assert [(rung.candidates, rung.epochs) for rung in halving.rungs] == [(4, 2), (2, 6)]
    assert (halving.total, halving.total_epochs) == (6, 20)
    sweep = Sweep(tmp_path / "x", mnist, halving)
    running = sweep.run(counted(jobs := []))
    for progress in running:
        if progress.done == 5:
            break
    running.close()
    list(Sweep(tmp_path / "x", mnist, halving).run(counted(rest := [])))
    assert jobs[:4] == [f"000{n}-journal-8" for n in (1, 2, 3, 4)]
    assert {run[:11] for run in jobs[4:]} == {"rung-2-0002", "rung-2-0004"}
    assert rest == jobs[5:]
    results = sweep.results()
    assert [result.rung for result in results] == [0, 1, 0, 1]
    assert [result.records[0].settings["epochs"] for result in results] == [2, 6, 2, 6]
    assert max(results, key=lambda result: result.merit).candidate in (1, 3)


def test_a_run_of_fewer_epochs_than_its_round_has_is_done_again(mnist, tmp_path) -> None:
    halving = plan({"learning_rate": [0.0001, 0.05, 0.02]}, shared=SHARED | {"epochs": 4}, halving=True)
    sweep = Sweep(tmp_path / "x", mnist, halving)
    *_, last = sweep.run(HERE)
    assert last.record.settings["epochs"] == 4
    settings = last.record.settings | {"epochs": 3}
    sweep.store.write(replace(last.record, description=last.record.description | {"settings": settings}))
    list(sweep.run(counted(jobs := [])))
    assert jobs == [last.record.id]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"arch": "resnet"}, "arch must be one of journal-8"),
        ({"arch": ["lenet"]}, "arch must be one of"),
        ({"limit": 0}, "limit must be a whole number"),
        ({"limit": True}, "limit must be a whole number"),
        ({"colour": 1}, "no setting colour"),
        ({"epochs": 0}, "epochs must be a whole number"),
        ({"initializer": "ones"}, "initializer must be one of"),
    ],
)
def test_wrong_settings_are_said_before_anything_runs(settings, words) -> None:
    assert words in error_of(ConfigError, lambda: complete(settings))


def test_a_plan_that_compares_nothing_is_refused() -> None:
    assert "at least one" in error_of(ConfigError, lambda: SweepPlan(()))
    assert "from 2 to" in error_of(ConfigError, lambda: plan({"seed": [0]}, folds=1))
    assert "halving sets the epochs" in error_of(ConfigError, lambda: plan({"epochs": [1, 2]}, halving=True))


def test_too_few_pictures_to_measure_by_are_refused(mnist, tmp_path) -> None:
    few = mnist.limited(5)
    everything = plan({"seed": [0]}, shared=SHARED | {"limit": None})
    assert "validation part" in error_of(
        DataFormatError, lambda: list(Sweep(tmp_path / "a", few, everything).run(HERE))
    )
    folds = plan({"seed": [0]}, shared=SHARED | {"limit": 20}, folds=3)
    assert "too few for 3 folds" in error_of(
        DataFormatError, lambda: list(Sweep(tmp_path / "b", mnist, folds).run(HERE))
    )


def test_the_question_is_in_a_file_that_any_program_may_read(finished, mnist) -> None:
    question = json.loads((finished.folder / "sweep.json").read_text())
    assert question["data"]["sha256"] == mnist.fingerprint
    assert [one["asked"]["seed"] for one in question["candidates"]] == [0, 1, 0, 1]
    assert question["candidates"][0]["settings"]["epochs"] == 2
