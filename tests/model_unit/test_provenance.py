"""What a model file tells of how it came about."""

import datetime
import hashlib
import platform
from dataclasses import asdict

import numpy as np
import pytest
from helpers.runs import small_network

from model.data.augmentation import pipeline_of
from model.data.edits import Edits
from model.network.starting_point import start_from
from model.runs.provenance import (
    describe_data,
    describe_run,
    describe_steps,
    describe_surgery,
    describe_teaching,
    last_teaching,
)
from model.runs.storage import load_network, provenance_in, save_network
from model.training.history import History
from model.training.teaching import TeachingConfig
from model.training.training import TrainingConfig, train
from model.version import __version__


class Report:
    """Stands for what came of a teaching."""

    def as_dict(self) -> dict[str, float]:
        return {"gain": 0.25}


def test_a_description_of_data_tells_which_they_were_but_not_where(digits) -> None:
    edited = digits.edited(Edits(excluded=frozenset({3})))
    assert describe_data(edited) == {
        "name": digits.name,
        "source_sha256": hashlib.sha256(digits.source.encode()).hexdigest(),
        "split": asdict(digits.split_rule),
        "edits": edited.edits.sentence(),
        "train_pictures": len(edited.split.train),
        "extra": "",
        "sha256": edited.fingerprint,
    }


def test_a_description_of_a_run_has_everything_there_is_to_know(ran) -> None:
    described = dict(ran.record.description)
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(described.pop("trained"))
    assert age < datetime.timedelta(hours=1)
    report = described.pop("report")
    history = described.pop("history")
    assert len(history["epochs"]) == 2
    config = TrainingConfig(**ran.record.settings)
    assert described == {
        "written_by": f"digitgui {__version__}",
        "environment": f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}",
        "settings": config.as_dict(),
        "augmentation": pipeline_of(config.augmentation).as_dict(),
        "data": describe_data(ran.dataset),
        "reason": "completed",
        "seconds": 1.5,
    }
    assert set(report) == {"part", "count", "accuracy", "loss", "macro_f1", "confusion", "digits"}
    assert report["part"] == "test"
    right = sum(report["confusion"][digit][digit] for digit in range(10))
    assert sum(map(sum, report["confusion"])) == report["count"]
    assert right / report["count"] == pytest.approx(report["accuracy"])


def test_a_run_that_was_cut_off_has_no_report(digits) -> None:
    described = describe_run(digits, TrainingConfig(), History(), None, 0.0)
    assert (described["report"], described["reason"]) == (None, "unfinished")


def test_a_teaching_is_added_to_what_was_known_but_what_was_measured_on_other_weights(digits) -> None:
    network = small_network()
    network.card.provenance = {
        "reason": "completed",
        "calibration": {"temperature": 2.0},
        "report": {"accuracy": 0.9},
        "taught": [{"from": "a"}],
    }
    config = TeachingConfig(steps=7)
    described = describe_teaching(network, "mine", digits, 12, config, Report())
    assert set(described) == {"reason", "taught"}
    assert described["reason"] == "completed"
    first, second = described["taught"]
    assert first == {"from": "a"}
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(second.pop("taught"))
    assert age < datetime.timedelta(hours=1)
    assert second == {
        "written_by": f"digitgui {__version__}",
        "from": "mine",
        "samples": digits.name,
        "pictures": 12,
        "sha256": digits.fingerprint,
        "settings": config.as_dict(),
        "gain": 0.25,
    }
    assert "calibration" in network.card.provenance, "the network before stays as it was"


def test_only_the_last_change_of_the_weights_tells_their_accuracy() -> None:
    figures = {"base_accuracy": 0.9, "base_count": 1000}
    taught = {"taught": "2026-11-02T10:00:00+00:00", "before": figures, "after": figures}
    steps = [{"stepped": "2026-11-02T09:00:00+00:00"}]
    assert last_teaching({"taught": [{}, taught]}) == taught
    assert last_teaching({"taught": [taught], "stepped": steps}) == taught
    for later in ("2026-11-02T10:00:00+00:00", "2026-11-03T00:00:00+00:00"):
        assert last_teaching({"taught": [taught], "stepped": steps, "surgery": [{"changed": later}]}) is None
    for odd in ({}, {"taught": []}, {"taught": "yes"}, {"taught": [{"taught": "2026"}]}, {"taught": [None]}):
        assert last_teaching(odd) is None
    assert last_teaching({"taught": [taught | {"after": {"base_accuracy": None, "base_count": 1}}]}) is None


def test_whatever_changes_the_weights_forgets_what_was_measured_before(digits, tmp_path) -> None:
    network = small_network()
    measured = {"report": {"accuracy": 0.9}, "calibration": {"temperature": 2.0}}
    figures = {"base_accuracy": 0.981, "base_count": 1000}
    taught = {"taught": "2026-11-02T10:00:00+00:00", "pictures": 12, "before": figures, "after": figures}
    measured["taught"] = [taught | {"pictures": 8}, taught]
    network.card.provenance = dict(measured)
    assert last_teaching(network.card.provenance) == taught
    begun = start_from(network, digits.task, 0)
    events = train(begun, digits, TrainingConfig(epochs=1))
    next(events)
    next(events)
    events.close()
    without = {"taught": [{"taught": taught["taught"], "pictures": pictures} for pictures in (8, 12)]}
    assert begun.card.provenance == without
    assert last_teaching(begun.card.provenance) is None
    assert network.card.provenance == measured, "the one it began with stays as it was"
    for described in (describe_steps(network, "mine", 3, {}), describe_surgery(network, "mine", ["cut"])):
        assert described.keys() & measured.keys() == {"taught"}
        assert described["taught"] == without["taught"]


def test_a_file_of_before_with_the_accuracy_of_before_a_teaching_does_not_tell_it(tmp_path) -> None:
    network, path = small_network(), tmp_path / "taught.safetensors"
    network.card.provenance = {"report": {"accuracy": 0.9}, "calibration": {"temperature": 2.0}}
    save_network(network, path)
    assert provenance_in(path) == load_network(path).card.provenance == network.card.provenance
    network.card.provenance["taught"] = [{"pictures": 12}]
    save_network(network, path)
    assert provenance_in(path) == load_network(path).card.provenance
    assert load_network(path).card.provenance.keys() == {"calibration", "taught"}, "calibrated afterwards"
