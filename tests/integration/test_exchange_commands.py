"""The sub-commands export and import."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.c_compiler import COMPILER, run_main
from helpers.command_line import digitgui, digitgui_process

from digitgui.command_line import export_command
from model import load_network
from model.exchange.formats import FORMATS
from model.runs.storage import golden_images

GOLDEN = Path(__file__).parents[1] / "golden"
LENET = GOLDEN / "lenet_format_2.safetensors"
OF_OTHERS = GOLDEN / "of_other_programs"


def test_every_format_of_the_window_has_an_option() -> None:
    variants = {export_command.SMALL_C.title}
    assert {form.title for form in FORMATS.values()} == {
        form.title for form in export_command.TARGETS.values()
    } | variants


def test_export_writes_all_formats_at_once_and_tells_the_memory(tmp_path) -> None:
    names = {"onnx": "m.onnx", "c": "m.c", "python": "m.py", "bundle": "m.zip"}
    options = [part for option, name in names.items() for part in (f"--{option}", tmp_path / name)]
    done = digitgui_process("export", LENET, *options, "--int8")
    assert done.status == 0, done.err
    assert "109,920 bytes of weights (flash), 17,392 bytes of working memory" in done.out
    assert "right, in float" in done.out
    assert [line.split()[-1] for line in done.err.splitlines()] == [
        str(tmp_path / name) for name in names.values()
    ]
    assert zipfile.is_zipfile(tmp_path / "m.zip")
    if COMPILER:
        assert run_main(tmp_path / "m.c").returncode == 0
    result = digitgui("export", LENET, "--c", tmp_path / "f.c", "--json").json
    assert result["c"] == str(tmp_path / "f.c")
    assert "434,472 bytes" in result["c_note"]


def test_import_tells_what_was_mapped_and_the_model_answers(tmp_path) -> None:
    out = tmp_path / "m.safetensors"
    done = digitgui_process("import", OF_OTHERS / "keras.onnx", "--out", out)
    assert done.status == 0, done.err
    assert "Conv2D(filters=4" in done.out
    assert "as the graph in the file" in done.out
    answers = json.loads((OF_OTHERS / "answers.json").read_text())["keras"]
    found = load_network(out).predict_proba(golden_images((1, 28, 28)))
    np.testing.assert_allclose(found, answers, atol=1e-5)
    assert digitgui("info", out, "--json").status == 0
    again = digitgui("export", out, "--onnx", tmp_path / "again.onnx", "--json")
    assert again.status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("export", LENET), 2, "--bundle"),
        (("export", LENET, "--onnx", "m.onnx", "--int8"), 2, "--c"),
        (("export", LENET, "--c", LENET), 1, "the network's own file"),
        (("export", LENET, "--c", "m", "--python", "m"), 1, "give each its own"),
        (("export", LENET, "--bundle", Path(__file__) / "m.zip"), 1, "cannot be written"),
        (("import", "gone.onnx", "--out", "m.safetensors"), 1, "no such file"),
        (("import", LENET, "--out", "m.safetensors"), 1, "without importing"),
        (("import", OF_OTHERS / "keras.safetensors", "--out", "m.safetensors"), 1, "--mapping"),
        (("import", OF_OTHERS / "keras.safetensors", "--out", "m.safetensors", "--mapping", "vgg"), 1, "mapping"),
        (("import", OF_OTHERS / "keras.onnx", "--out", Path(__file__) / "m.safetensors"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments, status, word, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = LENET.read_bytes()
    done = digitgui(*arguments)
    assert done.status == status
    assert word in done.err.splitlines()[-1]
    assert len(done.err.splitlines()) == 1 or status == 2
    assert LENET.read_bytes() == before
    assert not list(tmp_path.iterdir())
