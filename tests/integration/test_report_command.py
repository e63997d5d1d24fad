"""``digitgui report`` as a person or a script runs it, and what a browser makes of its page."""

import json
import re
import shlex
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.browser import CHROMIUM, browser
from helpers.command_line import digitgui_process
from helpers.reports import Page, run_once, write_run

from digitgui.command_line import commands
from digitgui.installation.folders import data_folder
from model import load_network
from model.data.edits import Edits
from model.readers.edit_files import save_edits
from model.readers.sources import open_data
from model.runs.run_record import RunNotes
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of
from model.training.training import TrainingConfig

CONFIG = TrainingConfig(epochs=1, batch_size=8, learning_rate=0.05)
WIDE = """[...document.querySelectorAll("table")].map(t => t.offsetWidth - t.parentElement.clientWidth)"""
EVIL = '<script>document.title = "broken"</script>'


def report(run: object, out: Path, *options: str) -> Page:
    """Write a report in this process, which has what takes a second to import already, and read it."""
    assert commands.run(["report", str(run), "--out", str(out), *options]) == 0
    return Page(out.read_text(encoding="utf-8"))


def run(*arguments: object) -> bool:
    """Run another sub-command in this process; tell whether it worked."""
    before = signal.getsignal(signal.SIGTERM)  # which training takes over
    try:
        return commands.run([*map(str, arguments)]) == 0
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> RunStore:
    """Two runs, of which one has a dangerous name."""
    folder = tmp_path_factory.mktemp("sweeps") / "mine"
    store = RunStore(folder)
    for run, rate in (("a", 0.05), ("b", 0.1)):
        ran = run_once(replace(CONFIG, learning_rate=rate), id=run, notes=RunNotes(name=EVIL * (run == "a")))
        write_run(store, ran)
    (folder / "sweep.json").write_text("{}")
    return store


def test_a_report_on_a_run_and_the_same_again(sweep, tmp_path) -> None:
    first, again = tmp_path / "first.html", tmp_path / "again.html"
    result = digitgui_process("report", sweep.folder_of("a"), "--out", first, "--json").json
    page = report(sweep.folder_of("a"), again)
    assert result["about"] == "run"
    assert result["accuracy"] == sweep.read("a").report["accuracy"]
    assert (result["out"], result["bytes"]) == (str(first), first.stat().st_size)
    assert first.read_bytes() == again.read_bytes(), "by another process"
    assert page.all("img"), "the data are the same again, limited as they were"
    assert page.table("Layer")


def test_a_report_on_a_sweep(sweep, tmp_path, capsys) -> None:
    (sweep.folder / "broken").mkdir()
    (sweep.folder / "broken" / "run.json").write_text("{")
    page = report(sweep.folder, tmp_path / "sweep.html", "--json")
    result = json.loads(capsys.readouterr().out)
    assert (result["about"], result["runs"]) == ("sweep", 2)
    assert "the run broken cannot be read" in page.text
    assert "digitgui train --data bundled --arch journal-8" in page.text
    assert page.all("img"), "of the best run"
    with_data = report(sweep.folder, tmp_path / "sweep.html", "--data", "/gone.npz")
    assert "The data cannot be opened: /gone.npz" in with_data.text


def test_the_command_in_a_report_trains_the_same_network(tmp_path) -> None:
    pipeline = json.dumps({"name": "it's mine", "steps": [{"operation": "rotation", "strength": 9}]})
    model, out, again = (tmp_path / name for name in ("m.safetensors", "m.html", "again.safetensors"))
    assert run(
        *("train", "--data", "bundled", "--arch", "journal-16", "--epochs", 1, "--lr", 0.0125, "--batch-size", 7),
        *("--optimizer", "adamw", "--schedule", "cosine", "--weight-decay", 1e-05, "--augment", pipeline),
        *(
            "--seed",
            3,
            "--limit",
            120,
            "--split-seed",
            5,
            "--stratify",
            "--standardize",
            "--initializer",
            "glorot",
        ),
        *("--clip-norm", 2, "--out", model),
    )
    page = report(model, out)
    assert "fingerprint differs" not in page.text
    command = shlex.split(re.search(r"digitgui train .*?\.safetensors", page.text)[0])
    assert command[-2:] == ["--out", "journal-16.safetensors"]
    assert run(*command[1:-1], again)
    first, second = load_network(model).weights(), load_network(again).weights()
    assert all((value == second[name]).all() for name, value in first.items())


def test_the_command_names_what_else_a_run_learned_from(sweep) -> None:
    record = replace(sweep.read("b"), begun_from="default", extra={"strokes": "/my pens.npz", "refuse": "/l.npz"})
    words = shlex.split(command_of(record))
    assert words[words.index("--init") + 1] == "default"
    assert words[words.index("--strokes") + 1] == "/my pens.npz"
    assert words[words.index("--refuse") + 1] == "/l.npz"
    assert "--arch" not in words


def test_a_report_on_the_shipped_model_says_what_it_cannot_know(tmp_path) -> None:
    out = tmp_path / "default.html"
    assert "name them with --data" in report("default", out).text


def test_data_that_have_moved_are_named_on_the_line(tmp_path) -> None:
    ran = run_once(CONFIG)
    store = RunStore(tmp_path / "runs")
    write_run(store, replace(ran, record=replace(ran.record, source="/gone/away.npz")))
    folder, out = store.folder_of(ran.record.id), tmp_path / "x.html"
    assert "The data cannot be opened: /gone/away.npz" in report(folder, out).text
    assert "cannot be opened" not in report(folder, out, "--data", "bundled").text


def test_a_run_of_the_windows_is_known_by_its_name_with_the_windows_corrections(tmp_path, monkeypatch) -> None:
    own = data_folder()
    (own / "edits").mkdir(parents=True)
    dataset = open_data("bundled")
    corrected = dataset.edited(Edits({0: (int(dataset.labels[0]) + 1) % 10}))
    save_edits(corrected, own / "edits" / "bundled.edits.json")
    ran = run_once(CONFIG, dataset=corrected)
    write_run(RunStore(own / "runs"), ran)
    monkeypatch.chdir(tmp_path)
    page = report(ran.record.id, tmp_path / "x.html")
    assert "1 label changed" in page.text
    assert "fingerprint differs" not in page.text
    assert page.all("img")


def test_a_run_goes_by_its_name_as_long_as_no_other_has_it(tmp_path, capsys) -> None:
    store, ran = RunStore(data_folder() / "runs"), run_once(CONFIG)
    for run, name in (("a", "My <best> run"), ("b", "")):
        write_run(store, replace(ran, record=replace(ran.record, id=run, notes=RunNotes(name))))
    out = tmp_path / "x.html"
    assert report("My <best> run", out).all("title")
    assert report(ran.record.name, out).all("img"), "the name that the program gave it"
    store.write_notes("b", RunNotes("My <best> run"))
    capsys.readouterr()
    assert commands.run(["report", "My <best> run", "--out", str(out)]) == 1
    assert capsys.readouterr().err == ("digitgui: My <best> run: 2 runs have this name: name one of them, a, b\n")


@pytest.mark.parametrize(
    ("run", "out", "why"),
    [
        ("nowhere", "x.html", "nothing of that name"),
        (".", "x.html", "a folder with neither"),
        ("text.txt", "x.html", "text.txt"),
        ("default", "no/x.html", "there is no folder"),
        ("text.txt", "text.txt", "is the network's own file"),
        ("empty", "x.html", "a sweep with at least one run"),
        ("damaged", "x.html", "is damaged"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path, capsys, run, out, why) -> None:
    (tmp_path / "text.txt").write_text("no model")
    for folder, file in (("empty", "sweep.json"), ("damaged", "run.json")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("[]")
    source = run if run == "default" else tmp_path / run
    assert commands.run(["report", str(source), "--out", str(tmp_path / out)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert why in said
    assert not (tmp_path / "x.html").exists()
    assert (tmp_path / "text.txt").read_text() == "no model"


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_shows_and_prints_reports_without_asking_anybody(sweep, tmp_path) -> None:
    run, all_runs = tmp_path / "run.html", tmp_path / "sweep.html"
    report(sweep.folder_of("a"), run)
    report(sweep.folder, all_runs)
    with browser() as page:
        for file in (run, all_runs):
            for width, dark in ((360, False), (1600, True)):
                page.open(file, width=width, dark=dark)
                assert page.value("document.documentElement.scrollWidth <= window.innerWidth"), "it is cut off"
                luminous = page.value("getComputedStyle(document.body).color") == "rgb(231, 234, 239)"
                assert luminous == dark
                assert page.value("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
                assert page.value("[...document.querySelectorAll('svg')].every(svg => svg.clientHeight > 50)")
            page.open(file, width=1366)
            assert not any(page.value(WIDE)), "a table leaves its place half empty, or stands out of it"
            assert page.value("document.title") == {run: f"{EVIL}: report on a run"}.get(
                file, "mine: report on a sweep"
            )
            assert page.value("document.characterSet") == "UTF-8"
            assert page.pages_of_pdf() >= 2
        page.open(run)
        assert page.value("document.images.length") > 0
    assert {request.split(":")[0] for request in page.requests} == {"file", "data"}
    assert sum(request.startswith("file") for request in page.requests) == 7
    assert page.complaints == []
