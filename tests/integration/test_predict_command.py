"""The sub-command that reads pictures, as a script calls it."""

from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import digitgui, digitgui_process
from helpers.pictures import STROKES, draw_digit
from PIL import Image

from resources import DEFAULT_MODEL


@pytest.fixture(scope="module")
def drawings(tmp_path_factory) -> dict[str, Path]:
    """Draw digits in both polarities, and leave one sheet empty."""
    folder = tmp_path_factory.mktemp("drawings")
    for digit in STROKES:
        sheet = draw_digit(digit, 200)
        Image.fromarray(sheet).save(folder / f"bright {digit}.png")
        Image.fromarray(255 - sheet).convert("RGB").save(folder / f"dark {digit}.jpg")
    Image.new("RGB", (60, 40), "white").save(folder / "empty.png")
    Image.new("L", (28, 28), 0).save(folder / "black.png")
    return {file.stem: file for file in sorted(folder.iterdir())}


def test_predict_reads_every_picture_in_its_order(drawings) -> None:
    result = digitgui_process("predict", "default", *drawings.values(), "--json").json
    predictions = result["predictions"]
    assert [prediction["file"] for prediction in predictions] == [str(file) for file in drawings.values()]
    for name, prediction in zip(drawings, predictions, strict=True):
        assert len(prediction["probabilities"]) == 10
        assert sum(prediction["probabilities"]) == pytest.approx(1, abs=1e-5)
        if name in ("empty", "black"):
            assert (prediction["digit"], prediction["rejected"]) == (None, True)
        else:
            assert (prediction["digit"], prediction["rejected"]) == (int(name[-1]), False)
            assert int(np.argmax(prediction["probabilities"])) == prediction["digit"]


def test_predict_without_json_prints_a_line_a_picture(drawings) -> None:
    done = digitgui("predict", DEFAULT_MODEL, drawings["dark 7"], drawings["empty"])
    first, second = done.out.splitlines()
    assert first.startswith(f"{drawings['dark 7']}: 7")
    assert "nothing" in second


def test_predict_tells_a_number_where_there_are_several_digits(tmp_path, drawings) -> None:
    sheet = np.hstack([draw_digit(digit, 150) for digit in (4, 2, 7)])
    photo = np.clip(
        np.linspace(90, 220, sheet.shape[1]) * (1 - sheet / 320)
        + np.random.default_rng(0).normal(0, 2, sheet.shape),
        0,
        255,
    )
    Image.fromarray(sheet).save(tmp_path / "number.png")
    Image.fromarray(np.kron(photo, np.ones((3, 3))).astype(np.uint8)).save(tmp_path / "photo.jpg")
    files = [tmp_path / "number.png", tmp_path / "photo.jpg", drawings["dark 7"]]
    number, photo_of_it, seven = digitgui("predict", "default", *files, "--json").json["predictions"]
    assert {"number", "digits"}.isdisjoint(seven)
    for prediction, scale in ((number, 1), (photo_of_it, 3)):
        assert prediction["number"] == "427"
        assert {"file", "digit", "probabilities", "rejected"} <= set(prediction)
        assert [digit["digit"] for digit in prediction["digits"]] == [4, 2, 7]
        for index, digit in enumerate(prediction["digits"]):
            left, top, right, bottom = (edge / scale for edge in digit["box"])
            columns = 150 * index + np.flatnonzero(sheet[:, 150 * index : 150 * (index + 1)].any(axis=0))
            assert (left, right) == pytest.approx((columns[0], columns[-1] + 1), abs=3)
            assert 0 <= top < bottom <= 150
            assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert "427" in digitgui("predict", "default", files[0]).out
