"""Classes that are only numbered: a network of ten and data of twelve are not taken for the same."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model import Task, build, save_network
from model.inspection.surgery import Part, Scale
from model.network.task import numbered


def test_what_compares_answers_with_labels_looks_at_the_labels(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session, failures = window.session, []
    session.failed.connect(failures.append)
    digits = session.data.dataset
    labels = np.where(np.arange(600) % 12 < 10, digits.labels[:600], np.arange(600) % 12)
    np.savez(tmp_path / "twelve.npz", images=digits.images[:600], labels=labels)
    session.data.open(str(tmp_path / "twelve.npz"), ask=False)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 600, timeout=20_000)
    assert session.data.task == Task(numbered(12))
    assert session.model.task.problem_of(session.data.task) is None

    session.inspection.choose_picture(0)
    assert session.inspection.label is None  # its loss is against the answer, not against a 7 of other classes
    assert session.inspection.picture is not None
    session.operating.operate(Scale(Part("conv1", 0), 0.0))
    session.operating.request()
    assert not session.operating.is_under_way
    session.doubt_curve.request()
    assert "cannot be used to measure it: the network knows the classes 0 to 9, the data have a 11" in (
        session.doubt_curve.problem
    )
    session.operating.discard()

    save_network(build("journal-8", task=Task(numbered(11))), tmp_path / "eleven.safetensors")
    session.open_model(str(tmp_path / "eleven.safetensors"))
    qtbot.waitUntil(lambda: session.model.task.count == 11, timeout=10_000)
    assert session.hand._base() is None
    assert not failures
