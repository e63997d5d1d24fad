"""Exported Python files, in a process that has NumPy alone, against the program."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from helpers.command_line import digitgui
from helpers.errors import error_of
from helpers.networks import KINDS, TRAINED, random_pictures, stirred
from helpers.numpy_alone import run_with_numpy_alone
from helpers.pictures import STROKES, draw_digit
from PIL import Image

from model import build, drawing_to_digit, save_network
from model.errors import ModelFileError
from model.exchange.python_export import encode_python, save_python
from model.exchange.standalone import fitting
from model.handwriting.mnist_form import is_like_mnist
from model.readers.picture_files import read_digit

ANSWER = """
import numpy as np, predict
np.save("answers.npy", predict.predict_proba(np.load("pictures.npy")))
"""


def opened(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("exported", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shipped_network
@pytest.mark.parametrize("name", TRAINED)
def test_numpy_alone_gives_the_same_probabilities(name, mnist, tmp_path) -> None:
    network, images = TRAINED[name](), mnist.images[:: 5 if name != "deep" else 20]
    save_python(network, tmp_path / "predict.py")
    np.save(tmp_path / "pictures.npy", images)
    done = run_with_numpy_alone(tmp_path, ANSWER)
    assert (done.returncode, done.stderr) == (0, "")
    np.testing.assert_allclose(np.load(tmp_path / "answers.npy"), network.predict_proba(images), atol=2e-6)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_network(name, rng, tmp_path) -> None:
    network = stirred(KINDS[name](), rng)
    save_python(network, tmp_path / "m.py")
    images = random_pictures(network, 9, rng)
    found = opened(tmp_path / "m.py").predict_proba(images)
    np.testing.assert_allclose(found, network.predict_proba(images), atol=1e-6)
    assert found.dtype == np.float32


def test_drawings_become_the_very_same_digits(mnist, rng, tmp_path) -> None:
    save_python(TRAINED["journal-8"](), tmp_path / "predict.py")
    exported = opened(tmp_path / "predict.py")
    drawings = [
        np.zeros((50, 40), np.uint8),
        *(draw_digit(digit, side) for digit in STROKES for side in (28, 90, 700)),
    ]
    drawings += [draw_digit(digit, 280, pen) for digit in STROKES for pen in (2, 5, 40)]
    for image in mnist.images[::100]:
        size = tuple(int(side) for side in rng.integers(8, 600, 2))
        drawings.append(np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC)))
    for drawing in drawings:
        np.testing.assert_array_equal(exported.drawing_to_digit(drawing), drawing_to_digit(drawing))


def test_pictures_in_the_form_of_mnists_are_known(mnist) -> None:
    pictures = [*mnist.images[::25], *(draw_digit(digit, 28, pen) for digit in STROKES for pen in (1, 2, 3))]
    for picture in pictures:
        assert fitting.is_like_mnist(picture) == is_like_mnist(picture)


def own_pictures(folder: Path, mnist) -> list[Path]:
    """Save digits as people have them: any mode, polarity, size and pen."""
    gray = {
        f"digit_{digit}_{side}": draw_digit(digit, side) for digit in STROKES for side in (60, 280, 400, 900, 3000)
    }
    pictures = {name: Image.fromarray(255 - ink) for name, ink in gray.items()}
    for digit in STROKES:
        ink = draw_digit(digit, 240, 9)
        layers = Image.fromarray(np.stack([ink * 0, ink * 0, ink * 0, ink], axis=2), "RGBA")
        pictures |= {f"{digit}_thin": Image.fromarray(draw_digit(digit, 300, 3)), f"{digit}_clear": layers}
        pictures[f"{digit}_faint"] = Image.fromarray(200 - draw_digit(digit, 150) // 3)
        pictures[f"{digit}_blue"] = Image.merge(
            "RGB", [Image.fromarray(255 - ink)] * 2 + [Image.new("L", (240, 240), 255)]
        )
        pictures[f"{digit}_bits"] = Image.fromarray(255 - ink).convert("1")
        pictures[f"{digit}_deep"] = Image.fromarray(draw_digit(digit, 120).astype(np.uint16) * 200)
        pictures[f"{digit}_paint"] = Image.fromarray(255 - draw_digit(digit, 28, 1))
    pictures |= {f"mnist_{number}": Image.fromarray(mnist.images[number]) for number in range(0, 5000, 700)}
    pictures["blank"] = Image.new("L", (80, 60), 250)
    for name, picture in pictures.items():
        picture.save(folder / f"{name}.png")
    return sorted(folder.glob("*.png"))


@pytest.mark.shipped_network
def test_own_pictures_are_answered_as_by_digitgui_predict(mnist, tmp_path) -> None:
    network = TRAINED["lenet"]()
    files = own_pictures(tmp_path, mnist)
    save_network(network, tmp_path / "m.safetensors")
    save_python(network, tmp_path / "predict.py")
    done = run_with_numpy_alone(tmp_path, "import predict\npredict.main()", *files, also=("PIL",))
    assert (done.returncode, done.stderr) == (0, "")
    answers = digitgui("predict", tmp_path / "m.safetensors", *files, "--json").json["predictions"]
    exported = opened(tmp_path / "predict.py")
    for file, line, answer in zip(files, done.stdout.splitlines(), answers, strict=True):
        np.testing.assert_array_equal(exported.read_digit(str(file)), read_digit(file), err_msg=file.name)
        said = line.removeprefix(f"{file}: ").split()[0]
        assert said == ("nothing" if answer["digit"] is None else str(answer["digit"])), file.name


def test_what_is_no_picture_is_said_and_the_others_are_answered(tmp_path) -> None:
    save_python(TRAINED["journal-8"](), tmp_path / "predict.py")
    (tmp_path / "no.png").write_text("no picture")
    Image.fromarray(draw_digit(7, 100)).save(tmp_path / "seven.png")
    run = "import predict\npredict.main()"
    done = run_with_numpy_alone(tmp_path, run, "gone.png", "no.png", "seven.png", also=("PIL",))
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["gone.png", "no.png"]
    assert done.stdout.startswith("seven.png: ")
    assert "pillow" in run_with_numpy_alone(tmp_path, run, "seven.png").stderr
    assert "usage" in run_with_numpy_alone(tmp_path, run).stderr


def test_any_name_is_safe_in_the_file_and_the_same_network_gives_the_same_bytes() -> None:
    network = build("journal-8")
    network.card.name = 'größer """ \\ # \n'
    content = encode_python(network)
    compile(content, "m.py", "exec")
    assert content == encode_python(network.copy())


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path) -> None:
    error_of(ModelFileError, lambda: save_python(build("journal-8"), tmp_path / "no" / "m.py"))
