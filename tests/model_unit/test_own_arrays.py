"""Arrays as people have them: each opens, or the message names the cause."""

import io
import zipfile

import numpy as np
import pytest
from helpers.own_data import COUNT, WORDS, same, save_folders, save_table
from scipy.io import savemat

from model import Dataset
from model.data.reading import Asked
from model.data.splitting import PARTS
from model.readers.edit_files import edits_beside, load_edits, save_edits
from model.readers.sources import open_data

SHAPES = {
    "rows": lambda x: x.reshape(COUNT, -1),
    "channel last": lambda x: x[..., None],
    "channel first": lambda x: x[:, None],
    "colour": lambda x: np.repeat(x[..., None], 3, axis=3),
    "counted last": lambda x: np.moveaxis(x, 0, -1),
    "columns": lambda x: x.reshape(COUNT, -1).T,
    "float 0..255": lambda x: x.astype(np.float64),
    "float 0..1": lambda x: (x / 255).astype(np.float32),
    "float -1..1": lambda x: (x / 127.5 - 1).astype(np.float32),
    "standardised": lambda x: ((x / 255 - 0.1307) / 0.3081).astype(np.float32),
    "uint16": lambda x: x.astype(np.uint16) * 257,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_pictures_of_every_usual_shape_and_scale(tmp_path, some, shape) -> None:
    np.savez(tmp_path / "mine.npz", images=SHAPES[shape](some.images), labels=some.labels)
    data = open_data(tmp_path / "mine.npz")
    same(data, some, atol=1)
    told = any("scaled" in note for note in data.notes)
    assert told == (shape in ("float 0..1", "float -1..1", "standardised", "uint16"))


LABELS = {
    "float": lambda y: y.astype(np.float32),
    "text": lambda y: y.astype(str),
    "words": lambda y: np.array(WORDS)[y],
    "column": lambda y: y[:, None],
    "row": lambda y: y[None],
    "one-hot": lambda y: np.eye(10)[y],
    "10 for 0": lambda y: np.where(y == 0, 10, y),
}


@pytest.mark.parametrize("form", LABELS)
def test_labels_of_every_usual_form(tmp_path, some, form) -> None:
    np.savez(tmp_path / "mine.npz", images=some.images, labels=LABELS[form](some.labels))
    data = open_data(tmp_path / "mine.npz")
    np.testing.assert_array_equal(data.labels, some.labels)
    assert ("10 was read as 0" in " ".join(data.notes)) == (form == "10 for 0")


NAMES = {
    "X and y": ("X", "y"),
    "by place": ("arr_0", "arr_1"),
    "training alone": ("x_train", "y_train"),
    "others": ("pixels", "digits"),
    "data": ("data", "target"),
    "capitals": ("X_train", "y_train", "X_test", "y_test"),
    "as MedMNIST": ("train_images", "train_labels", "test_images", "test_labels"),
    "training": ("training_images", "training_labels", "test_images", "test_labels"),
    "camels": ("trainX", "trainY", "testX", "testY"),
    "joined": ("xtrain", "ytrain", "xtest", "ytest"),
    "four by place": ("arr_0", "arr_1", "arr_2", "arr_3"),
}


@pytest.mark.parametrize("names", NAMES)
def test_arrays_of_every_usual_name(tmp_path, some, names) -> None:
    keys, x, y = NAMES[names], some.images, some.labels
    arrays = [x, y] if len(keys) == 2 else [x[:20], y[:20], x[20:], y[20:]]
    np.savez(tmp_path / "mine.npz", **dict(zip(keys, arrays, strict=True)))
    data = open_data(tmp_path / "mine.npz")
    same(data, some, atol=1)
    assert data.official_test_start == (None if len(keys) == 2 else 20)


def test_arrays_in_the_order_of_scikit_learns_split_are_paired_by_their_lengths(tmp_path, some) -> None:
    x, y = some.images, some.labels
    np.savez(tmp_path / "mine.npz", x[:20], x[20:], y[:20], y[20:])
    data = open_data(tmp_path / "mine.npz")
    same(data, some, atol=1)
    assert data.official_test_start == 20


def test_a_validation_part_of_its_own_is_kept_and_that_is_said(tmp_path, some) -> None:
    x, y = some.images, some.labels
    arrays = {"train_images": x[:15], "train_labels": y[:15], "val_images": x[15:20], "val_labels": y[15:20]}
    np.savez(tmp_path / "three.npz", **arrays, test_images=x[20:], test_labels=y[20:])
    np.savez(tmp_path / "two.npz", **arrays)
    three, two = open_data(tmp_path / "three.npz"), open_data(tmp_path / "two.npz")
    assert (len(three), three.official_test_start) == (30, 20)
    assert "its own validation and test parts are kept" in three.notes[0]
    assert [three.split.part(part).tolist() for part in PARTS] == [
        [*range(15)],
        [*range(15, 20)],
        [*range(20, 30)],
    ]
    assert (len(two), two.official_test_start) == (20, None)
    assert "a test part is split from its training pictures" in two.notes[0]
    assert two.split.validation.tolist() == [*range(15, 20)]
    assert len(two.split.test) == 2
    assert sorted([*two.split.train, *two.split.test]) == [*range(15)]


def test_an_array_that_is_not_needed_is_never_unpacked(tmp_path, some) -> None:
    file = tmp_path / "mine.npz"
    np.savez_compressed(file, images=some.images, labels=some.labels)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("bomb.npy", b"\x93NUMPY\x01\x00" + head.getvalue().removeprefix(b"\x93NUMPY\x01\x00"))
    data = open_data(file)
    assert len(data) == COUNT
    assert "bomb" in data.notes[0]


@pytest.mark.parametrize("chosen", ["images.npy", "."])
def test_arrays_in_files_of_their_own(tmp_path, some, chosen) -> None:
    np.save(tmp_path / "images.npy", some.images)
    np.save(tmp_path / "labels.npy", some.labels)
    same(open_data(tmp_path / chosen), some)


def test_four_arrays_in_files_of_their_own(tmp_path, some) -> None:
    for name, array in {"x_train": some.images[:20], "y_train": some.labels[:20]}.items():
        np.save(tmp_path / f"{name}.npy", array)
    for name, array in {"x_test": some.images[20:], "y_test": some.labels[20:]}.items():
        np.save(tmp_path / f"{name}.npy", array)
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20
    assert len(open_data(tmp_path / "x_test.npy")) == 10


def test_matlab_files_with_arrays_and_with_structures(tmp_path, some) -> None:
    transposed = some.images.swapaxes(1, 2).reshape(COUNT, -1)
    savemat(
        tmp_path / "plain.mat", {"X": transposed / 255, "y": np.where(some.labels == 0, 10, some.labels)[:, None]}
    )
    part = {"images": transposed, "labels": some.labels[:, None], "writers": np.arange(COUNT)}
    savemat(tmp_path / "emnist.mat", {"dataset": {"train": part, "test": part, "mapping": np.eye(2)}})
    plain, emnist = open_data(tmp_path / "plain.mat"), open_data(tmp_path / "emnist.mat")
    same(plain, some, atol=1)
    assert len(emnist) == 60
    assert emnist.official_test_start == 30
    np.testing.assert_array_equal(emnist.images[:30], some.images)


def test_arrays_that_are_named_after_digits_hold_their_pictures(tmp_path, some) -> None:
    arrays = {f"train{digit}": some.images[some.labels == digit].reshape(-1, 784) for digit in range(10)}
    savemat(tmp_path / "mine.mat", arrays)
    same(open_data(tmp_path / "mine.mat"), some)


@pytest.mark.parametrize(
    ("scale", "ending"), [(16, "csv"), (16, "npz"), (15, "npz"), (1, "csv"), (1, "npz"), (100, "npz")]
)
def test_another_scale_is_recognised_said_and_can_be_chosen_otherwise(tmp_path, some, scale, ending) -> None:
    images = np.rint(some.images * (scale / 255)).astype(np.uint8)
    file = tmp_path / f"mine.{ending}"
    if ending == "csv":
        save_table(file, np.column_stack([images.reshape(COUNT, -1), some.labels]))
    else:
        np.savez(file, images=images, labels=some.labels)
    data = open_data(file)
    np.testing.assert_array_equal(data.labels, some.labels)
    np.testing.assert_allclose(data.images.astype(int), np.rint(images * (255.0 / scale)), atol=1)
    (note,) = data.notes
    assert f"0 to {scale}" in note
    assert "scaled to 0 to 255" in note
    np.testing.assert_array_equal(open_data(file, scale="bytes", fit="never").images, images)
    data = open_data(file, scale="stretched")
    assert data.images.max() == 255


TURNS = {
    "transposed": lambda x: x.swapaxes(1, 2),
    "left": lambda x: np.rot90(x, -1, (1, 2)),
    "right": lambda x: np.rot90(x, 1, (1, 2)),
    "half": lambda x: x[:, ::-1, ::-1],
    "mirrored": lambda x: x[:, :, ::-1],
}


@pytest.mark.parametrize("turn", TURNS)
def test_pictures_that_lie_otherwise_are_recognised_said_and_can_be_chosen_otherwise(
    tmp_path, mnist, turn
) -> None:
    some = mnist.limited(100)
    lying = np.ascontiguousarray(TURNS[turn](some.images))
    np.savez(tmp_path / "mine.npz", images=lying, labels=some.labels)
    data = open_data(tmp_path / "mine.npz")
    np.testing.assert_array_equal(data.images, some.images)
    assert data.reading.turned == turn
    assert "turned" in data.notes[0]
    kept = open_data(tmp_path / "mine.npz", turn="upright")
    np.testing.assert_array_equal(kept.images, lying)
    assert kept.notes == ()
    np.testing.assert_array_equal(open_data(tmp_path / "mine.npz", turn=turn).images, some.images)


def test_what_lies_upright_is_never_turned(tmp_path, mnist) -> None:
    rng = np.random.default_rng(0)
    for number in range(60):
        count = (5, 10, 20, 100)[number % 4]
        chosen = rng.choice(len(mnist), count, replace=False)
        if number % 3 == 0:  # of one digit only
            chosen = np.flatnonzero(mnist.labels == number % 10)[:count]
        labels = mnist.labels[chosen] if number % 5 else rng.integers(0, 10, count)  # or wrongly labelled
        np.savez(tmp_path / "mine.npz", images=mnist.images[chosen], labels=labels)
        assert open_data(tmp_path / "mine.npz").reading.turned == "upright"


def test_how_a_source_is_read_is_kept_with_its_corrections(tmp_path, some) -> None:
    file = tmp_path / "mine.npz"
    np.savez(file, images=some.images // 16, labels=some.labels)
    save_edits(open_data(file, scale="bytes", turn="left", fit="never"), edits_beside(file))
    assert load_edits(edits_beside(file)).asked == Asked("auto", "bytes", "left", "never")
    assert open_data(file).images.max() == 15


def test_a_source_that_is_mostly_blank_is_said_to_be(tmp_path, some) -> None:
    save_folders(tmp_path / "mine", Dataset(some.images // 200, some.labels, "x", "y"))
    assert any("blank" in note for note in open_data(tmp_path / "mine").notes)
