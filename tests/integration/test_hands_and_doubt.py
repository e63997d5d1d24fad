"""Learning from pen strokes, calibrating, and refusing on the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import Done, digitgui
from helpers.pictures import draw_digit
from helpers.strokes import write_digits, write_letters
from PIL import Image

from digitgui.command_line import calibrate_command
from digitgui.command_line.commands import run
from digitgui.installation.folders import runs_folder
from model import build, load_network, save_network
from model.handwriting.strokes import load_strokes
from model.network.losses import NO_DIGIT
from model.runs.checkpoints import load_checkpoint
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of
from resources import DEFAULT_MODEL

TRAIN = ("train", "--arch", "journal-8", "--epochs", "2", "--batch-size", "16", "--limit", "60", "--seed", "4")


@pytest.fixture(autouse=True)
def _few_scribbles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.handwriting.hands.SCRIBBLES", 6)
    monkeypatch.setattr("model.handwriting.hands.OVERLAYS", 4)
    monkeypatch.setattr(calibrate_command, "SCRIBBLES", 20)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("strokes")
    return write_digits(folder / "digits.npz"), write_letters(folder / "letters.npz")


@pytest.fixture
def here(capsys, monkeypatch):
    """Run a sub-command in this process, where importing takes no time again."""
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def run_here(*arguments: object) -> Done:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run_here


def test_train_learns_from_strokes_and_letters_beside_the_data(here, files, tmp_path) -> None:
    digits, letters = files
    out = tmp_path / "x.safetensors"
    done = here(*TRAIN, "--strokes", digits, "--refuse", letters, "--out", out, "--json")
    extra = 2 * 3 * 20 + 3 * 5 * 2 + 6 + 4  # 2 copies of what 3 of 4 people wrote; 5 of 6 letters
    assert done.json["data"]["train_pictures"] == 51
    assert done.json["data"]["extra"] == f"120 digits from strokes of 3 people, {extra - 120} pictures of no digit"
    assert f"{51 + extra} pictures to train on" in done.err
    assert load_network(out).card.provenance["data"] == done.json["data"]


def test_train_learns_from_what_was_cut_out_of_sheets(here, files, tmp_path) -> None:
    sheets, labels = tmp_path / "sheets.npz", np.array([1, 4, NO_DIGIT, NO_DIGIT, NO_DIGIT], np.uint8)
    np.savez(sheets, images=np.full((5, 28, 28), 200, np.uint8), labels=labels)
    cut_out = "2 digits and 3 pictures of no digit cut out of sheets"
    alone = here(*TRAIN, "--sheets", sheets, "--checkpoint", tmp_path / "run.checkpoint", "--json")
    assert alone.json["data"]["extra"] == cut_out
    assert "56 pictures to train on" in alone.err
    both = here(*TRAIN, "--strokes", files[0], "--sheets", sheets, "--json")
    assert both.json["data"]["extra"] == f"120 digits from strokes of 3 people, {cut_out}"
    records, _ = RunStore(runs_folder()).records()
    assert any(f"--sheets {sheets.resolve()}" in command_of(record) for record in records)
    without = here("train", "--resume", tmp_path / "run.checkpoint", "--limit", "60")
    assert (without.status, "--sheets" in without.err) == (1, True)


@pytest.mark.parametrize("labels", [np.array([3, 10], np.uint8), np.array([3, 4]), np.array([3], np.uint8), None])
def test_sheets_that_hold_something_else_cost_one_sentence(here, tmp_path, labels) -> None:
    file = tmp_path / "sheets.npz"
    np.savez(file, images=np.zeros((2, 28, 28), np.uint8), **({} if labels is None else {"labels": labels}))
    done = here(*TRAIN, "--sheets", file)
    assert (done.status, done.out) == (1, "")
    assert done.err.strip().splitlines()[-1].startswith("digitgui: sheets.npz: expected pictures")
    assert here(*TRAIN, "--sheets", tmp_path / "gone.npz").status == 1


def test_strokes_are_the_same_in_a_run_that_is_resumed(here, files, tmp_path) -> None:
    digits, letters = files
    with_both = "--strokes", digits, "--refuse", letters
    whole, rest, checkpoint = (tmp_path / f"{name}.safetensors" for name in ("whole", "rest", "run"))
    assert here(*TRAIN, *with_both, "--out", whole).status == 0
    saved_after_1 = []

    def keep_first(done, path):
        real(done, path)
        if done.state.epochs_done == 1:
            saved_after_1.append(Path(path).read_bytes())

    import digitgui.command_line.train_command as command

    real = command.save_checkpoint
    command.save_checkpoint = keep_first
    try:
        assert here(*TRAIN, *with_both, "--checkpoint", checkpoint).status == 0
    finally:
        command.save_checkpoint = real
    checkpoint.write_bytes(saved_after_1[0])
    assert load_checkpoint(checkpoint).state.epochs_done == 1
    resume = "train", "--resume", checkpoint, "--limit", "60"
    for others in ((), ("--strokes", digits)):
        refused = here(*resume, *others)
        assert refused.status == 1
        assert "--strokes and --refuse" in refused.err
    assert here(*resume, *with_both, "--out", rest).status == 0
    for name, value in load_network(whole).weights().items():
        np.testing.assert_array_equal(load_network(rest).weights()[name], value)


def test_strokes_can_be_the_data_themselves(here, files) -> None:
    result = here("evaluate", "default", "--data", files[0], "--json").json
    assert result["count"] == 20  # what writer 3 wrote
    assert result["accuracy"] > 0.8


WRONG = {
    "letters as digits": lambda digits, letters: ("--strokes", letters),
    "digits as letters": lambda digits, letters: ("--strokes", digits, "--refuse", digits),
    "no strokes at all": lambda digits, letters: ("--strokes", DEFAULT_MODEL),
    "a file that is gone": lambda digits, letters: ("--strokes", digits.with_name("gone.npz")),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_strokes_cost_one_sentence(here, files, case) -> None:
    done = here(*TRAIN, *WRONG[case](*files))
    assert (done.status, done.out) == (1, "")
    assert done.err.strip().splitlines()[-1].startswith("digitgui: ")
    assert "Traceback" not in done.err


def test_people_who_are_all_held_out_teach_nothing(here, files, tmp_path) -> None:
    held_out = write_digits(tmp_path / "x.npz", writers=(3, 8))
    done = here(*TRAIN, "--strokes", held_out)
    assert done.status == 1
    assert "reserved for testing" in done.err
    known = write_letters(tmp_path / "y.npz", writers=(1, 2))
    done = here("calibrate", "default", "--refuse", known, "--out", tmp_path / "z.safetensors")
    assert done.status == 1
    assert "reserved writers" in done.err
    assert not (tmp_path / "z.safetensors").exists()


def test_refuse_without_strokes_is_wrong_usage(files, capsys) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(["train", "--refuse", str(files[1])])
    assert "--strokes" in capsys.readouterr().err


@pytest.fixture(scope="module")
def boasting(tmp_path_factory) -> Path:
    """Make the shipped network three times as sure as it may be."""
    network = load_network(DEFAULT_MODEL)
    for parameter in network.parameters()[-2:]:
        parameter.value *= np.float32(3)
    file = tmp_path_factory.mktemp("boasting") / "model.safetensors"
    save_network(network, file)
    return file


def test_calibrate_finds_temperature_and_line_and_keeps_every_answer(here, files, boasting, tmp_path) -> None:
    digits, letters = files
    out = tmp_path / "honest.safetensors"
    options = ("--strokes", digits, "--refuse", letters, "--split", "test")  # the other part it knows by heart
    result = here("calibrate", boasting, *options, "--out", out, "--json").json
    assert result["temperature"] > 1.5
    assert result["calibration_error"] < 0.01
    assert set(result["refused"]) == {"pictures", "strokes", "letters", "scribbles"}
    assert result["refused"]["pictures"] <= 0.005
    assert result["refused"]["strokes"] <= 0.0075
    before, after = load_network(boasting), load_network(out)
    assert after.card.refuse_below == result["refuse_below"]
    curve = after.card.provenance["calibration"]["curve"]
    assert len(curve["coverage"]) == len(curve["rejection"]) == 101
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28)).astype(np.uint8)
    np.testing.assert_array_equal(
        before.predict_proba(images).argmax(axis=1), after.predict_proba(images).argmax(axis=1)
    )
    told = here("info", out).out
    assert "temperature" in told
    assert "coverage" not in told  # a table of 303 numbers
    assert json.loads(here("info", out, "--json").out)["refuse_below"] == result["refuse_below"]


def test_calibrate_tells_its_figures_to_people(here, boasting, tmp_path) -> None:
    done = here("calibrate", boasting, "--out", tmp_path / "x.safetensors")
    assert done.status == 0
    assert done.out.startswith("temperature ")
    assert "of the pictures" in done.out
    assert "strokes" not in done.out


def test_nothing_to_calibrate_on_is_said(here, tmp_path) -> None:
    np.savez(tmp_path / "few.npz", images=np.full((3, 28, 28), 9, np.uint8), labels=np.arange(3, dtype=np.uint8))
    done = here("calibrate", "default", "--data", tmp_path / "few.npz", "--out", tmp_path / "x.safetensors")
    assert done.status == 1
    assert "to calibrate on" in done.err


def test_predict_tells_what_it_rejects_and_why(tmp_path) -> None:
    network = load_network(DEFAULT_MODEL)
    pictures = {
        "seven.png": 255 - draw_digit(7, 200, 16),
        "empty.png": np.full((200, 200), 255, np.uint8),
        "half.png": 255 - np.maximum(draw_digit(4, 200, 16), draw_digit(0, 200, 16)),
    }
    for name, gray in pictures.items():
        Image.fromarray(gray).save(tmp_path / name)
    for line in (0.0, 1.0):
        network.card.refuse_below = line
        save_network(network, tmp_path / "m.safetensors")
        files = [tmp_path / name for name in pictures]
        seven, empty, half = digitgui("predict", tmp_path / "m.safetensors", *files, "--json").json["predictions"]
        assert (seven["digit"], empty["digit"]) == (7, None)
        assert (empty["rejected"], empty["reason"]) == (True, "The picture is blank.")
        for answer in (seven, half):
            assert answer["rejected"] == (max(answer["probabilities"]) < line)
            assert bool(answer["reason"]) == answer["rejected"]
            assert answer["digit"] == int(np.argmax(answer["probabilities"]))
        if line == 1.0:
            assert half["rejected"]
            assert half["reason"].startswith(
                ("This could be a", "This may be a", "This does not look like a digit")
            )


def test_a_network_without_weights_doubts_everything(here, tmp_path) -> None:
    network = build("journal-8")
    for parameter in network.parameters():
        parameter.value[...] = 0
    save_network(network, tmp_path / "m.safetensors")
    Image.fromarray(draw_digit(2, 90)).save(tmp_path / "x.png")
    said = here("predict", tmp_path / "m.safetensors", tmp_path / "x.png").out
    assert said.rstrip().endswith("(below 50 % counts as doubtful).")


def test_the_strokes_of_the_tests_are_by_people_of_whom_one_is_held_out(files) -> None:
    for file in files:
        strokes = load_strokes(file)
        np.testing.assert_array_equal(strokes.held_out, strokes.writers == 3)
        assert strokes.held_out.any()
