"""Networks, runs and data as a notebook shows them."""

import base64
import io
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import model
from model.data.edits import Edits
from model.network.layers import Dense, Flatten, ReLU
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.task import Task
from model.notebook_html import MOST_POINTS, MOST_ROWS, Line, curve_picture, table
from model.runs.run_record import RunRecord
from model.training.training_events import BatchDone, EpochDone

HOSTILE = '<script>alert(1)</script> & "x"'


def parsed(html: str) -> ElementTree.Element:
    """Read HTML, which is XML too as far as it is written here."""
    closed = re.sub("(<img [^>]*)>", r"\1/>", html)
    return ElementTree.fromstring(f"<div>{closed}</div>")


def rows_of(html: str) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in parsed(html).iter("tr")]


def history_of(losses: list[float], validation: list[float]) -> model.History:
    history = model.History()
    for epoch, (loss, other) in enumerate(zip(losses, validation, strict=True), 1):
        history.add(EpochDone(epoch, loss, 1 - loss, other, 1 - other, 0.1, 0.005))
    return history


def test_a_network_is_a_table_of_its_layers() -> None:
    network = model.build("lenet")
    rows = rows_of(network._repr_html_())
    assert rows[0] == ["layer", "what it is", "output", "parameters"]
    assert [row[0] for row in rows[1:]] == network.layer_names
    assert [row[2] for row in rows[1:]] == [" × ".join(map(str, shape)) for shape in network.shapes[1:]]
    total = sum(int(row[3].replace(",", "")) for row in rows[1:])
    assert total == network.parameter_count
    assert f"{total:,} parameters" in repr(network)
    assert len(repr(network)) < 200


def test_names_from_files_are_text_and_no_markup() -> None:
    network = Network([Flatten(), Dense(2)], card=ModelCard(HOSTILE, class_names=("a", HOSTILE)))
    images, labels = np.zeros((9, 28, 28), np.uint8), np.arange(9, dtype=np.uint8) % 2
    data = model.Dataset(images, labels, HOSTILE, "", task=Task(("a", HOSTILE)))
    record = RunRecord("1", HOSTILE, description_of(model.History()), state=HOSTILE)
    for shown in (network, data, record):
        html = shown._repr_html_()
        assert "<script" not in html
        assert HOSTILE in "".join(parsed(html).itertext())


def description_of(history: model.History) -> dict:
    return {"settings": model.TrainingConfig().as_dict(), "history": history.as_dict()}


def test_large_things_stay_small() -> None:
    layers = [*(ReLU() for _ in range(500)), Flatten(), Dense(10)]
    rows = rows_of(Network(layers)._repr_html_())
    assert len(rows) == 1 + MOST_ROWS + 1
    assert rows[-1] == ["and 442 more"]
    history = history_of(np.linspace(1, 0, 20_000).tolist(), np.linspace(1, 0.5, 20_000).tolist())
    html = history._repr_html_()
    assert len(html) < 40_000
    longest = max(len(line.get("points", "").split()) for line in parsed(html).iter("polyline"))
    assert longest == MOST_POINTS
    names = tuple(f"class {number}" for number in range(200))
    pictures = np.zeros((400, 64, 64, 3), np.uint8)
    data = model.Dataset(
        pictures, np.arange(400, dtype=np.uint8) % 200, "many", "", task=Task(names, (64, 64, 3), "photo")
    )
    assert len(data._repr_html_()) < 40_000


def test_a_curve_goes_down_where_the_numbers_do_and_has_gaps_where_there_are_none() -> None:
    html = curve_picture([Line("loss", [1, 2, 3, 4, 5], [4.0, 2.0, math.nan, 1.0, math.inf], "red")], "t", "epoch")
    (line,), (dot,) = parsed(html).iter("polyline"), parsed(html).iter("circle")
    (left, high), (right, low) = (map(float, point.split(",")) for point in line.get("points", "").split())
    assert left < right < float(dot.get("cx", "0"))
    assert high < low < float(dot.get("cy", "0")), "SVG counts from the top"
    assert curve_picture([Line("loss", [1, 2], [math.nan, math.nan], "red")], "t", "epoch") == ""


def test_a_run_is_two_curves_of_both_parts() -> None:
    html = history_of([0.5, 0.25], [0.6, 0.4])._repr_html_()
    pictures = list(parsed(html).iter("svg"))
    assert [picture.get("aria-label") for picture in pictures] == [
        "Loss in nats: training, validation",
        "Accuracy: training, validation",
    ]
    assert [len(list(picture.iter("polyline"))) for picture in pictures] == [2, 2]
    assert "2 epochs, validation loss 0.4000, accuracy 60.00%" in html


def test_a_run_without_validation_or_without_an_epoch_has_curves_too() -> None:
    history = history_of([0.5, 0.25], [math.nan, math.nan])
    assert repr(history) == "<History: 2 epochs, training loss 0.2500, accuracy 75.00%>"
    assert len(list(parsed(history._repr_html_()).iter("polyline"))) == 2
    begun = model.History()
    for step in range(1, 4):
        begun.add(BatchDone(step, 1 / step, 32 + step, 64))
    assert repr(begun) == "<History: no epoch done, 192 pictures seen>"
    assert len(list(parsed(begun._repr_html_()).iter("polyline"))) == 2
    assert "svg" not in model.History()._repr_html_()


def test_data_show_counts_and_a_picture_of_each_class(digits) -> None:
    data = digits.edited(Edits(excluded=frozenset({int(np.argmax(digits.labels == 0))})))
    html = data._repr_html_()
    rows = rows_of(html)
    assert [row[0] for row in rows[1:]] == list("0123456789")
    assert sum(int(count) for row in rows[1:] for count in row[1:]) == 59
    shown = [base64.b64decode(tag.get("src", "").partition(",")[2]) for tag in parsed(html).iter("img")]
    first = [
        np.flatnonzero((data.labels == label) & np.isin(np.arange(60), data.included))[0] for label in range(10)
    ]
    for png, index in zip(shown, first, strict=True):
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(png))), data.images[index])


@pytest.mark.parametrize("rows", [[], [("a", 1)]])
def test_a_table_may_be_empty(rows) -> None:
    assert len(rows_of(table(("name", "count"), rows, "nothing"))) == 1 + len(rows)
