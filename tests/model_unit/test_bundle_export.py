"""Bundles: what a colleague unpacks works beside nothing but NumPy and Pillow."""

import io
import time
import zipfile

import numpy as np
from helpers.errors import error_of
from helpers.networks import KINDS, TRAINED
from helpers.numpy_alone import run_with_numpy_alone
from helpers.pictures import draw_digit
from PIL import Image

from model import load_network
from model.errors import ModelFileError
from model.exchange.bundle_export import encode_bundle, save_bundle


def test_what_is_unpacked_answers_pictures_and_opens_in_the_program(tmp_path, mnist) -> None:
    network = TRAINED["lenet"]()
    sentence = save_bundle(network, tmp_path / "m.zip")
    with zipfile.ZipFile(tmp_path / "m.zip") as bundle:
        names = bundle.namelist()
        bundle.extractall(tmp_path / "unpacked")
    assert all(name in sentence for name in names)
    Image.fromarray(255 - draw_digit(7, 120)).save(tmp_path / "seven.png")
    run = "import predict\npredict.main()"
    done = run_with_numpy_alone(tmp_path / "unpacked", run, tmp_path / "seven.png", also=("PIL",))
    assert (done.returncode, done.stderr) == (0, "")
    assert "seven.png: 7" in done.stdout
    again = load_network(tmp_path / "unpacked" / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(mnist.images[:50]), network.predict_proba(mnist.images[:50]))


def test_the_page_says_how_and_its_program_runs(tmp_path) -> None:
    network = TRAINED["lenet"]()
    network.card.provenance["report"] = {"accuracy": 0.9876}
    with zipfile.ZipFile(io.BytesIO(encode_bundle(network))) as bundle:
        bundle.extractall(tmp_path)
    page = (tmp_path / "README.txt").read_text()
    assert "pip install numpy pillow" in page
    assert "98.76% right when it was trained" in page
    example = [line.strip() for line in page.splitlines() if line.startswith("    ")]
    code = "\n".join(example[example.index("import numpy as np") :])
    done = run_with_numpy_alone(tmp_path, f"import numpy\ngray = numpy.eye(90, dtype=numpy.uint8) * 255\n{code}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("[[")


def test_the_same_network_gives_the_same_bytes_at_any_time(monkeypatch) -> None:
    network = TRAINED["journal-8"]()
    first = encode_bundle(network)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert encode_bundle(network.copy()) == first


def test_other_networks_have_no_bundle(tmp_path) -> None:
    assert "28×28" in error_of(ModelFileError, lambda: save_bundle(KINDS["one logit"](), tmp_path / "m.zip"))
    error_of(ModelFileError, lambda: save_bundle(TRAINED["journal-8"](), tmp_path / "no" / "m.zip"))


def test_the_page_of_a_taught_network_tells_what_was_measured_on_it() -> None:
    network = TRAINED["journal-8"]()
    figures = {"base_accuracy": 0.9641, "base_count": 1000}
    taught = {
        "taught": "2026-11-02T10:00:00+00:00",
        "before": figures,
        "after": figures | {"base_accuracy": 0.968},
    }
    network.card.provenance |= {"taught": [taught]}
    with zipfile.ZipFile(io.BytesIO(encode_bundle(network))) as bundle:
        page = bundle.read("README.txt").decode()
    assert "it reads 96.80% of 1,000 pictures from other people right" in page
    network.card.provenance |= {"surgery": [{"changed": "2026-11-03T10:00:00+00:00"}]}
    with zipfile.ZipFile(io.BytesIO(encode_bundle(network))) as bundle:
        assert "right" not in bundle.read("README.txt").decode().splitlines()[3]
