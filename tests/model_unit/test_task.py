"""What data and networks are about, and that those of different tasks do not meet."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import onnx
import pytest
import safetensors
from helpers.errors import error_of

from digitgui.command_line.terminal import as_text
from digitgui.wording import a_class
from model import (
    ARCHITECTURES,
    DIGITS,
    CNNClassifier,
    ConfigError,
    DataFormatError,
    Dataset,
    Network,
    ShapeError,
    Task,
    TrainingConfig,
    build,
    load_network,
    save_network,
    train,
)
from model.data.augmentation import label_warning
from model.data.edits import Edits
from model.data.extra_pictures import ExtraPictures
from model.data.pipeline import Step
from model.errors import CorruptError, ModelFileError, VersionError
from model.exchange.formats import export_network
from model.judging.doubt import doubt
from model.judging.embedding import mean_images, principal_components
from model.judging.ensemble import Ensemble
from model.judging.evaluation import evaluate
from model.judging.scores import score
from model.network.layers import Dense, Flatten
from model.network.model_card import ModelCard
from model.network.task import numbered
from model.runs import storage
from model.runs.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from model.runs.ensemble_files import load_digit_reader, load_reader, save_reader
from model.training.diagnosis import Course, diagnose
from model.training.history import History
from model.training.suspects import look_for_suspects
from model.training.teaching_report import Score, TeachingReport
from model.training.training import TrainingState
from model.training.training_events import RunFinished

PETS = Task(("cat", "dog", "eel"), (16, 12, 3), "photo")
LETTERS = Task(("A", "B", "C"), (20, 20, 1), "ink")


def shades(task: Task, count: int, seed: int = 0) -> Dataset:
    """Make pictures whose bright band of rows tells their class."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % task.count).astype(np.uint8)
    images = rng.integers(0, 40, (count, *task.array_shape), np.uint8)
    height = task.picture_shape[0] // task.count
    for image, label in zip(images, labels, strict=True):
        image[label * height : (label + 1) * height] += 180
    return Dataset(images, labels, "shades", "nowhere", task=task)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class_names": ("A",)}, "2 to 200 classes, found 1"),
        ({"class_names": numbered(201)}, "2 to 200 classes, found 201"),
        ({"class_names": ("A", "A")}, "different names"),
        ({"class_names": ("A", " ")}, "' '"),
        ({"class_names": ("A", "b\nc")}, "name of a class"),
        ({"class_names": ("A", "x" * 81)}, "1 to 80 characters"),
        ({"picture_shape": (7, 28, 1)}, "8 to 64 pixels"),
        ({"picture_shape": (28, 65, 1)}, "8 to 64 pixels"),
        ({"picture_shape": (28, 28)}, "8 to 64 pixels"),
        ({"picture_shape": (28, 28, 2)}, "1 channel or 3"),
        ({"picture_shape": (28, 28, 3)}, "ink is grey"),
        ({"preparation": "magic"}, "ink, photo, unchanged"),
    ],
)
def test_what_no_task_can_be_is_refused(change, words) -> None:
    assert words in error_of(ConfigError, lambda: replace(DIGITS, **change))


def test_a_task_goes_through_json_and_anything_else_is_refused() -> None:
    for task in (DIGITS, PETS, LETTERS):
        assert Task.from_json(task.to_json()) == task
    assert [task.is_digits for task in (DIGITS, PETS, LETTERS)] == [True, False, False]
    assert [task.are_characters for task in (DIGITS, PETS, LETTERS)] == [True, False, True]
    assert (PETS.input_shape, PETS.array_shape) == ((3, 16, 12), (16, 12, 3))
    assert LETTERS.array_shape == (20, 20)
    for text in ("", "[]", "{}", '{"class_names": 3, "picture_shape": [1], "preparation": "ink"}'):
        error_of(ConfigError, lambda text=text: Task.from_json(text))


def test_why_a_network_and_data_do_not_belong_together() -> None:
    assert DIGITS.problem_of(DIGITS) is None
    assert replace(LETTERS, preparation="unchanged").problem_of(LETTERS) is None
    shape = replace(LETTERS, picture_shape=(20, 24, 1)).problem_of(LETTERS)
    assert "24 × 20 pixels in grey" in shape
    assert "20 × 20 pixels in grey" in shape
    classes = replace(LETTERS, class_names=("A", "C", "B")).problem_of(LETTERS)
    assert "3 classes (A, C and B)" in classes
    assert "3 classes (A, B and C)" in classes
    many = replace(DIGITS, class_names=tuple(f"k{n}" for n in range(47)))
    assert "47 classes (k0, k1, k2, k3, k4, k5, …, k46)" in many.problem_of(DIGITS)
    assert "the digits 0 to 9" in many.problem_of(DIGITS)
    assert Task(numbered(12)).problem_of(DIGITS) is None  # which only number: their labels decide
    photographs = replace(DIGITS, preparation="photo")
    assert "as ink, the data have them as photo" in DIGITS.problem_of(photographs)
    assert "as photo, the data have them as ink" in photographs.problem_of(DIGITS)


def test_photographs_with_numbers_for_names_are_not_called_digits() -> None:
    photographs = replace(DIGITS, preparation="photo")
    assert (DIGITS.words_of_classes(), photographs.words_of_classes()) == (
        "the digits 0 to 9",
        "10 classes (0, 1, 2, 3, 4, 5, …, 9)",
    )
    assert replace(DIGITS, picture_shape=(32, 32, 1)).speaks_of_digits
    wavering = np.array([0.45, 0.4, *[0.15 / 8] * 8], np.float32)
    assert doubt(wavering, 0.9).startswith("This could be a 0 or a 1:")
    assert doubt(wavering, 0.9, photographs).startswith("This could be 0 or 1:")
    scores = score(np.eye(10, dtype=np.float32), np.arange(10))
    for task, one, many in ((DIGITS, "digit", "digits"), (photographs, "class", "classes")):
        text = as_text(scores, task)
        assert f"most probable {many}:" in text
        assert f"   {one}  precision" in text
    assert label_warning(Step("flip", 1.0, 0.5)).startswith("A mirrored 2")
    assert label_warning(Step("flip", 1.0, 0.5), photographs).startswith("Most characters")
    missing = [
        diagnose(Course(TrainingConfig(), History(), missing=[4], task=one)) for one in (DIGITS, photographs)
    ]
    assert ["has all ten digits" in found[0].remedy for found in missing] == [True, False]
    none = Score(np.zeros(10, np.intp), np.zeros(10, np.intp))
    reports = [TeachingReport(none, none, none, none, True, one) for one in (DIGITS, photographs)]
    assert [report.what for report in reports] == ["digits", "pictures"]
    assert a_class(3, DIGITS) == "a 3"
    assert a_class(3, photographs) == "3"


def test_a_data_set_counts_by_its_task() -> None:
    data = shades(PETS, 90)
    assert data.label_counts().tolist() == [30, 30, 30]
    few = data.limited(12, seed=1)
    assert few.task == PETS
    assert few.label_counts().tolist() == [4, 4, 4]
    lacking = Dataset(data.images[:2], data.labels[:2], "x", "y", task=PETS)
    assert lacking.warnings() == ("The training part has no pictures of eel.",)
    assert data.edited(Edits({0: 2})).labels[0] == 2
    assert "cat, dog and eel" in error_of(ConfigError, lambda: data.edited(Edits({0: 3})))
    assert data.fingerprint != replace(data, task=replace(PETS, class_names=("a", "b", "c"))).fingerprint
    stratified = data.with_split_rule(replace(data.split_rule, stratified=True))
    assert stratified.label_counts("test").tolist() in ([2, 3, 2], [3, 2, 2], [2, 2, 3])


def test_pictures_or_labels_of_another_task_are_refused() -> None:
    data = shades(PETS, 9)
    for change in (
        {"task": LETTERS},
        {"task": replace(PETS, picture_shape=(12, 16, 3))},
        {"labels": data.labels + np.uint8(1)},
        {"extra": ExtraPictures(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8), "sheets")},
    ):
        error_of(DataFormatError, lambda change=change: replace(data, **change))
    more = ExtraPictures(data.images, np.full(9, 255, np.uint8), "nothing", PETS)
    assert replace(data, extra=more + more).training_count == len(data.split.train) + 18


SMALLEST = {"lenet": 10, "colour": 16}
"""Pixels of a side that a network takes at the least, where that is more than 8."""


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_named_network_takes_every_size_or_says_why_not(name) -> None:
    for side in (8, 9, 10, 17, 64):
        for channels, preparation in ((1, "ink"), (3, "photo")):
            task = Task(("A", "B"), (side, side, channels), preparation)
            if side < SMALLEST.get(name, 8):
                assert f"{name} takes no pictures of {side} × {side} pixels" in error_of(
                    ShapeError, lambda task=task: build(name, task=task)
                )
                continue
            network = build(name, task=task)
            assert network.task == task
            assert network.logits(shades(task, 3).images).shape == (3, 2)
    assert build(name).task == DIGITS
    assert build(name, 3).card.seed == 3


@pytest.mark.parametrize("task", [PETS, LETTERS, DIGITS, replace(DIGITS, preparation="photo")])
def test_files_keep_the_names_and_the_preparation(tmp_path, monkeypatch, task) -> None:
    network = build("journal-8", task=task)
    save_network(network, tmp_path / "x.safetensors")
    assert load_network(tmp_path / "x.safetensors").task == task
    with safetensors.safe_open(tmp_path / "x.safetensors", framework="numpy") as file:
        header = json.loads(file.metadata()["digitgui"])
    assert header["labels"] == list(task.class_names)
    both = Ensemble([network, network.copy()])
    save_reader(both, tmp_path / "both.safetensors")
    assert load_reader(tmp_path / "both.safetensors").task == task
    state = TrainingState(network, TrainingConfig())
    save_checkpoint(Checkpoint(network, state, History(), "x" * 64, "data", 0.0), tmp_path / "run.safetensors")
    assert load_checkpoint(tmp_path / "run.safetensors").network.task == task

    monkeypatch.setattr(storage, "FORMAT_VERSION", 2)  # as programs had it that took every file for one of digits
    for name, load in (("x", load_network), ("both", load_reader), ("run", load_checkpoint)):
        if task == DIGITS:
            assert load(tmp_path / f"{name}.safetensors")
        else:
            message = error_of(VersionError, partial(load, tmp_path / f"{name}.safetensors"))
            assert f"{name}.safetensors has format 3" in message
            assert "update the program" in message


def test_a_file_whose_names_do_not_fit_its_classes_is_damaged(tmp_path) -> None:
    file = tmp_path / "x.safetensors"
    save_network(build("journal-8", task=LETTERS), file)
    content = file.read_bytes()
    file.write_bytes(content.replace(rb"[\"A\", \"B\", \"C\"]", rb"[\"A\", \"B\", \"B\"]"))
    assert file.read_bytes() != content
    assert "header is damaged" in error_of(CorruptError, lambda: load_network(file))
    assert "3 classes" in error_of(
        ConfigError, lambda: Network([Flatten(), Dense(3)], (1, 8, 8), ModelCard(class_names=("A", "B")))
    )


def test_a_network_learns_named_classes_in_colour_and_answers_by_name() -> None:
    data = shades(PETS, 120)
    network = build("journal-8", task=PETS)
    config = TrainingConfig(epochs=8, learning_rate=0.05, augmentation="none")
    *_, finished = train(network, data, config)
    assert isinstance(finished, RunFinished)
    assert finished.report is not None
    assert finished.report.accuracy > 0.8
    assert [*finished.report.report][1:4] == ["cat", "dog", "eel"]
    scores = evaluate(network, *data.part("test"))
    assert [one.name for one in scores.digits] == ["cat", "dog", "eel"]
    assert len(scores.top_k) == 3


def test_a_network_does_not_train_on_data_of_another_task() -> None:
    network = build("journal-8", task=PETS)
    before = network.weights()
    for other in (LETTERS, replace(PETS, class_names=("dog", "cat", "eel"))):
        sentence = error_of(DataFormatError, lambda other=other: next(train(network, shades(other, 30))))
        assert "do not belong together" in sentence
    assert all(np.array_equal(before[name], array) for name, array in network.weights().items())
    error_of(
        ShapeError, lambda: Ensemble([network, build("journal-8", task=replace(PETS, class_names=tuple("abc")))])
    )


def test_the_classifier_takes_pictures_in_colour_and_any_labels() -> None:
    data = shades(PETS, 90)
    labels = np.array(PETS.class_names)[data.labels]
    classifier = CNNClassifier("journal-8", epochs=6, learning_rate=0.05, batch_size=2).fit(data.images, labels)
    assert classifier.network_.input_shape == (3, 16, 12)
    assert (classifier.predict(data.images) == labels).mean() > 0.8
    assert "(16, 12, 3)" in error_of(ValueError, lambda: classifier.predict(data.images[:, :, :8]))
    wide = CNNClassifier("journal-8", epochs=1).fit(
        data.images[..., 0], data.labels, task=replace(PETS, picture_shape=(16, 12, 1))
    )
    assert wide.network_.class_names == PETS.class_names


@pytest.mark.parametrize("ending", [".onnx", ".c", ".py"])
def test_exports_name_the_classes(tmp_path, ending) -> None:
    names = ("Äpfel", "b*/c", 'q"')
    network = build("journal-8", task=replace(PETS, class_names=names))
    file = tmp_path / f"net{ending}"
    export_network(network, file)
    if ending == ".onnx":
        properties = {one.key: one.value for one in onnx.load(file).metadata_props}
        assert json.loads(properties["classes"]) == list(names)
        assert properties["preparation"] == "photo"
        return
    text = file.read_text(encoding="ascii")
    if ending == ".c":
        assert "1: bx/c" in text
        assert "MNIST" not in text
        return
    space: dict[str, object] = {"__name__": "exported"}
    exec(compile(text, file.name, "exec"), space)
    assert space["CLASSES"] == names
    images = shades(PETS, 5).images
    np.testing.assert_allclose(space["predict_proba"](images), network.predict_proba(images), atol=1e-5)


@pytest.mark.parametrize("ending", [".int8.c", ".zip"])
@pytest.mark.parametrize("change", [{"class_names": tuple("abcdefghij")}, {"preparation": "photo"}])
def test_what_is_for_digits_refuses_other_networks(tmp_path, ending, change) -> None:
    network, file = build("journal-8", task=replace(DIGITS, **change)), tmp_path / "net.safetensors"
    assert "ten digits" in error_of(ModelFileError, lambda: export_network(network, tmp_path / f"net{ending}"))
    save_network(network, file)
    assert "ten digits" in error_of(ModelFileError, lambda: load_digit_reader(file))


def test_labels_are_doubted_and_pictures_mapped_in_colour_and_in_any_number() -> None:
    data = shades(replace(PETS, picture_shape=(8, 9, 3)), 120)
    wrong = data.labels.copy()
    wrong[7] = (wrong[7] + 1) % 3
    suspects = look_for_suspects(data.images, wrong, task=data.task)
    assert suspects.suspicion.argmax() == 7
    assert suspects.answers[7] == data.labels[7]
    means = mean_images(data.images, data.labels, 3)
    assert means.shape == (3, 8, 9, 3)
    assert [int(mean.mean(axis=(1, 2))[:6].argmax()) // 2 for mean in means] == [0, 1, 2]
    assert principal_components(shades(replace(PETS, picture_shape=(24, 20, 3)), 60).images).shape == (60, 50)
