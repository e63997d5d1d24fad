"""The sub-command that reads pictures, as a script calls it."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import digitgui, digitgui_process
from helpers.pictures import STROKES, draw_digit
from PIL import Image

from model.readers.npz_files import load_npz
from resources import BUNDLED_DIGITS, DEFAULT_MODEL


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
    assert "blank" in second


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
        assert (prediction["digit"], prediction["rejected"], prediction["reason"]) == (None, False, "")
        assert {"file", "digit", "probabilities", "rejected"} <= set(prediction)
        assert [digit["digit"] for digit in prediction["digits"]] == [4, 2, 7]
        for index, digit in enumerate(prediction["digits"]):
            left, top, right, bottom = (edge / scale for edge in digit["box"])
            columns = 150 * index + np.flatnonzero(sheet[:, 150 * index : 150 * (index + 1)].any(axis=0))
            assert (left, right) == pytest.approx((columns[0], columns[-1] + 1), abs=3)
            assert 0 <= top < bottom <= 150
            assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert "427" in digitgui("predict", "default", files[0]).out


def test_predict_answers_a_table_without_labels_row_by_row(tmp_path) -> None:
    data = load_npz(BUNDLED_DIGITS)
    header = ",".join(f"pixel{number}" for number in range(784))
    np.savetxt(tmp_path / "test.csv", data.images[:5].reshape(5, -1), "%d", ",", header=header, comments="")
    predictions = digitgui("predict", "default", tmp_path / "test.csv", "--json").json["predictions"]
    assert [prediction["row"] for prediction in predictions] == [1, 2, 3, 4, 5]
    assert [prediction["digit"] for prediction in predictions] == data.labels[:5].tolist()
    assert "test.csv, row 5: " in digitgui("predict", "default", tmp_path / "test.csv").out.splitlines()[-1]
    done = digitgui("evaluate", "default", "--data", tmp_path / "test.csv")
    assert done.status == 1
    assert "digitgui predict" in done.err


def test_predict_tells_the_rows_of_a_number(tmp_path) -> None:
    sheet = np.vstack([np.hstack([draw_digit(digit, 150) for digit in row]) for row in ((4, 2), (7, 0))])
    Image.fromarray(sheet).save(tmp_path / "rows.png")
    (prediction,) = digitgui("predict", "default", tmp_path / "rows.png", "--json").json["predictions"]
    assert (prediction["number"], prediction["rejected"]) == ("42 70", False)
    assert [digit["row"] for digit in prediction["digits"]] == [0, 0, 1, 1]
    assert all(not digit["rejected"] for digit in prediction["digits"])
    assert "42 70  (a number of 4 digits in 2 rows)" in digitgui("predict", "default", tmp_path / "rows.png").out


def test_predict_gives_no_number_if_one_of_its_digits_is_doubted(tmp_path) -> None:
    sheet = np.hstack([draw_digit(4, 150), np.zeros((150, 150), np.uint8), draw_digit(2, 150)])
    sheet[40:110:10, 190:260] = sheet[40:110, 190:260:10] = 255  # a net
    Image.fromarray(sheet).save(tmp_path / "net.png")
    (prediction,) = digitgui("predict", "default", tmp_path / "net.png", "--json").json["predictions"]
    assert "number" not in prediction
    assert (prediction["digit"], prediction["rejected"]) == (None, True)
    assert "doubtful" in prediction["reason"]
    assert [digit["rejected"] for digit in prediction["digits"]] == [False, True, False]


@pytest.fixture
def mixed(tmp_path) -> Path:
    """Put pictures and other files into a folder, and some into a folder in it."""
    (tmp_path / "more").mkdir()
    Image.fromarray(draw_digit(7, 100)).save(tmp_path / "b.png")
    Image.fromarray(draw_digit(2, 100)).save(tmp_path / "more" / "named by nobody", "PNG")
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "photo.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    (tmp_path / "Thumbs.db").write_bytes(b"thumbs")
    (tmp_path / "notes.txt").write_text("some words")
    return tmp_path


def test_predict_answers_what_it_can_and_tells_of_the_rest(mixed) -> None:
    done = digitgui(
        "predict", "default", mixed / "a.png", mixed / "Thumbs.db", mixed / "b.png", mixed / "gone.png"
    )
    assert done.status == 1
    assert done.out.startswith(f"{mixed / 'b.png'}: 7")
    assert done.out.count("\n") == 1
    for name, why in (("a.png", "an empty file"), ("Thumbs.db", "another kind"), ("gone.png", "no such file")):
        assert any(str(mixed / name) in line and why in line for line in done.err.splitlines())
    assert "3 of 4 could not be read" in done.err


def test_predict_goes_through_a_folder(mixed) -> None:
    done = digitgui("predict", "default", mixed, "--json")
    result = json.loads(done.out)
    assert done.status == 1
    assert [(Path(one["file"]).name, one["digit"]) for one in result["predictions"]] == [
        ("b.png", 7),
        ("named by nobody", 2),
    ]
    assert [Path(one["file"]).name for one in result["unread"]] == ["a.png", "photo.heic"]
    assert "HEIC" in result["unread"][1]["reason"]
    assert "JPEG or PNG" in result["unread"][1]["reason"]


def test_predict_says_so_if_a_folder_holds_no_pictures(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("some words")
    done = digitgui("predict", "default", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert f"{tmp_path}: expected pictures in this folder, found none" in done.err
