"""What is drawn of a run: at which epoch its points lie, and how many of them are kept."""

from dataclasses import replace
from time import thread_time

import numpy as np
import pytest
from helpers.stored_runs import CONFIGS, described

from digitgui.runs.overlay_curves import OverlayCurves
from model.runs.run_record import RunRecord


def test_raw_points_lie_where_their_batches_ended() -> None:
    arch, config = CONFIGS[0]
    description = described(arch, config)
    pictures = description["data"]["train_pictures"]
    record = RunRecord("x", arch, description)
    curves = OverlayCurves.of(record, "#000000")
    batches = -(-pictures // config.batch_size)
    assert len(curves.steps) == 2 * -(-batches // 100)
    assert curves.steps[-1] == 2.0
    points = -(-batches // 100)
    history = dict(description["history"], train_loss_per_100_steps=[1.0] * (2 * points + 1))  # in its third epoch
    steps = OverlayCurves.of(RunRecord("x", arch, dict(description, history=history)), "#000000").steps
    np.testing.assert_allclose(steps[:points], [*(np.arange(1, points) * 100 / batches), 1.0])
    assert steps[-1] == pytest.approx(2 + 100 / batches)


def test_long_raw_curves_are_thinned_out_to_means() -> None:
    description = described(*CONFIGS[0])
    history = dict(description["history"], train_loss_per_100_steps=[0.0, 2.0] * 1500)
    curves = OverlayCurves.of(RunRecord("x", "journal-8", dict(description, history=history)), "#000000")
    assert 400 < len(curves.steps) <= 800
    assert curves.step_losses.mean() == pytest.approx(1.0)
    assert np.all(np.diff(curves.steps) > 0)
    assert curves.steps[-1] == 2.0


def test_a_run_of_100_000_epochs_is_shown_in_a_moment(stored) -> None:
    epochs = stored[0].description["history"]["epochs"]
    history = stored[0].description["history"] | {"epochs": epochs * 50_000}
    record = replace(stored[0], description=stored[0].description | {"history": history})
    started = thread_time()
    curves = OverlayCurves.of(record, "#123456")
    assert thread_time() - started < 1
    assert curves.validation_losses[-1] == epochs[-1]["validation_loss"]
    assert len(curves.train_losses) == 100_000
