"""Arrays of any classes: letters, photographs in grey and colour, and the well-known sets they come from."""

import gzip

import numpy as np
import pytest
from helpers.class_files import NAMES, letters, photographs, save_emnist
from helpers.errors import error_of
from helpers.own_data import idx
from PIL import Image
from scipy import ndimage
from scipy.io import savemat

from model import Task, open_data
from model.errors import DataFormatError
from model.network.task import DIGITS, numbered
from model.readers.array_labels import labels_of_texts


@pytest.mark.parametrize("form", ["last", "first", "flat", "pixels together", "matlab"])
def test_colour_in_any_order_is_the_same_pictures(tmp_path, form) -> None:
    images, labels = photographs(20)
    planes = images.transpose(0, 3, 1, 2)
    given = {
        "last": images,
        "first": planes,
        "flat": planes.reshape(60, -1),
        "pixels together": images.reshape(60, -1),
        "matlab": images.transpose(1, 2, 3, 0),
    }[form]
    np.savez(tmp_path / "views.npz", images=given, labels=labels)
    data = open_data(tmp_path / "views.npz")
    np.testing.assert_array_equal(data.images, images)
    assert data.task == Task(("0", "1", "2"), (32, 32, 3), "photo")
    assert "32 × 32 pixels in colour, unchanged" in " ".join(data.notes)


def test_pictures_of_any_size_keep_it_and_large_ones_are_brought_down(tmp_path) -> None:
    images, labels = photographs(8, (60, 48))
    np.savez(tmp_path / "usual.npz", images=images, labels=np.array(NAMES)[labels], class_names=np.array(NAMES))
    data = open_data(tmp_path / "usual.npz")
    np.testing.assert_array_equal(data.images, images)
    assert data.task == Task(("meadow", "rose", "sea"), (48, 60, 3), "photo")  # texts are in their own order
    large, labels = photographs(8, (100, 72))
    np.save(tmp_path / "images.npy", large)
    np.save(tmp_path / "labels.npy", labels)
    np.save(tmp_path / "class_names.npy", np.array(NAMES))
    data = open_data(tmp_path / "images.npy")
    assert data.task == Task(NAMES, (32, 32, 3), "photo")
    assert "to 32 × 32" in data.reading.sentence_of_fitting()
    assert "from 100 × 72" in " ".join(data.notes)
    middle = np.asarray(Image.fromarray(large[1]).crop((14, 0, 86, 72)).resize((32, 32), Image.Resampling.LANCZOS))
    np.testing.assert_allclose(data.images[1].astype(int), middle.astype(int), atol=3)
    np.savez(tmp_path / "tiny.npz", images=images[:, :6, :6], labels=labels)
    assert "(24, 6, 6, 3)" in error_of(DataFormatError, lambda: open_data(tmp_path / "tiny.npz"))


def test_tables_of_colour_and_of_names(tmp_path) -> None:
    images, labels = photographs(8)
    rows = images.transpose(0, 3, 1, 2).reshape(24, -1)
    named = [f"{NAMES[label]},{','.join(map(str, row))}" for label, row in zip(labels, rows, strict=True)]
    (tmp_path / "first.csv").write_text("\n".join(named))
    data = open_data(tmp_path / "first.csv")
    np.testing.assert_array_equal(data.images, images)
    assert data.task.class_names == ("meadow", "rose", "sea")
    np.testing.assert_array_equal(np.array(data.task.class_names)[data.labels], np.array(NAMES)[labels])
    header = ",".join([*(f"p{number}" for number in range(3072)), "class"])
    last = [f"{','.join(map(str, row))},{label}" for label, row in zip(labels, rows, strict=True)]
    (tmp_path / "last.csv").write_text("\n".join([header, *last]))
    data = open_data(tmp_path / "last.csv")
    np.testing.assert_array_equal(data.images, images)
    np.testing.assert_array_equal(data.labels, labels)


def clothes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Make pictures as Fashion-MNIST's are: filled shapes in many shades on black, with labels from 0 to 9."""
    rng = np.random.default_rng(3)
    images = np.zeros((count, 28, 28), np.uint8)
    for image in images:
        high, wide = rng.integers(18, 28, 2)
        top, left = (28 - high) // 2, (28 - wide) // 2
        shades = ndimage.gaussian_filter(rng.normal(size=(high, wide)), 2) * 300 + 150
        image[top : top + high, left : left + wide] = np.clip(shades, 20, 255)
    return images, rng.integers(0, 10, count).astype(np.uint8)


def test_grey_pictures_that_are_no_digits_come_in_unchanged(tmp_path) -> None:
    images, labels = clothes(200)
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    data = open_data(folder)
    np.testing.assert_array_equal(data.images[:200], images)
    assert (data.task.preparation, data.official_test_start) == ("photo", 200)
    assert data.task.class_names[::9] == ("T-shirt/top", "Ankle boot")
    assert "Fashion-MNIST" in " ".join(data.notes)
    assert "no ink on paper" in " ".join(data.notes)
    folder.rename(tmp_path / "clothes")
    assert open_data(tmp_path / "clothes").task == Task(numbered(10), (28, 28, 1), "photo")
    as_ink = open_data(tmp_path / "clothes", preparation="ink")
    assert as_ink.task == DIGITS
    assert as_ink.reading.asked.preparation == "ink"


def test_digits_stay_digits_whatever_their_file_is_called(tmp_path, mnist) -> None:
    np.savez(tmp_path / "fashion-mnist.npz", images=mnist.images[:300], labels=mnist.labels[:300])
    data = open_data(tmp_path / "fashion-mnist.npz")
    assert data.task == DIGITS
    assert data.notes == ()
    bold = np.stack([ndimage.grey_dilation(image, (5, 5)) for image in mnist.images[:300]])
    np.savez(tmp_path / "bold.npz", images=bold, labels=mnist.labels[:300])
    assert open_data(tmp_path / "bold.npz").task == DIGITS  # they look like no strokes, but like their labels


@pytest.mark.parametrize(("codes", "first"), [(("Aa", "Bb", "Ss", "Zz"), 1), (("2", "7", "5", "A", "k"), 0)])
def test_emnist_is_turned_upright_and_its_classes_have_names(tmp_path, codes, first) -> None:
    images, labels = letters([code[0] for code in codes], 20)
    data = open_data(save_emnist(tmp_path / "set", images, labels, codes, first))
    assert data.task == Task(tuple(code[0] for code in codes), (28, 28, 1), "ink")
    assert data.reading.turned == "transposed"
    np.testing.assert_array_equal(data.images[: len(images)], images)
    np.testing.assert_array_equal(data.labels[: len(labels)], labels)
    kept = open_data(tmp_path / "set", turn="upright")
    np.testing.assert_array_equal(kept.images[0], images[0].T)


def test_letters_that_look_like_no_digit_are_turned_if_the_file_is_emnists(tmp_path) -> None:
    images, labels = letters("AGK", 20)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.array(["A", "G", "K"])[labels])
    assert open_data(tmp_path / "mine.npz").reading.turned == "upright"
    folder = save_emnist(tmp_path / "set", images, labels, ("A", "G", "K"))
    np.testing.assert_array_equal(open_data(folder).images[: len(images)], images)


@pytest.mark.parametrize(
    ("content", "words"),
    [("0 65\n1 65\n", "twice"), ("0 65 x\n", "number and the code"), ("0 65\n", "none for 1"), ("", None)],
)
def test_a_mapping_that_does_not_fit_is_told(tmp_path, content, words) -> None:
    images, labels = letters("AB", 10)
    folder = save_emnist(tmp_path / "set", images, labels, ("A", "B"))
    (folder / "emnist-own-mapping.txt").write_text(content)
    if words is None:
        assert open_data(folder).task == DIGITS  # without names, 0 and 1 are digits
    else:
        message = error_of(DataFormatError, lambda: open_data(folder))
        assert words in message


def test_svhns_matrices_are_digits_in_colour(tmp_path) -> None:
    images, _ = photographs(20)
    labels = np.arange(60) % 10 + 1
    for part in ("train", "test"):
        savemat(tmp_path / f"{part}_32x32.mat", {"X": images.transpose(1, 2, 3, 0), "y": labels[:, np.newaxis]})
    data = open_data(tmp_path)
    assert data.task == Task(numbered(10), (32, 32, 3), "photo")
    np.testing.assert_array_equal(data.images[:60], images)
    np.testing.assert_array_equal(data.labels[:60], labels % 10)
    assert data.official_test_start == 60
    assert "10 was read as 0" in " ".join(data.notes)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (np.arange(60) % 47, numbered(47)),
        (np.arange(60) % 46 + 1, tuple(map(str, range(1, 47)))),
        (np.where(np.arange(60) % 2, 65, 90), ("65", "90")),
        (np.eye(12)[np.arange(60) % 12], numbered(12)),
        (np.array(["kind 10", "kind 9"])[np.arange(60) % 2], ("kind 9", "kind 10")),
    ],
)
def test_labels_of_any_kind(tmp_path, labels, names) -> None:
    images, _ = photographs(20)
    np.savez(tmp_path / "x.npz", images=images, labels=labels)
    data = open_data(tmp_path / "x.npz")
    assert data.task.class_names == names
    texts = np.array(data.task.class_names)[data.labels]
    given = labels.argmax(axis=1) if labels.ndim == 2 else labels
    assert texts.tolist() == given.astype(str).tolist()


@pytest.mark.parametrize(
    ("ending", "labels", "first", "is_told"),
    [
        ("mat", (1, 2, 1), 1, True),  # MATLAB counts from 1, also where the last class does not occur
        ("mat", (1, 2, 3), 1, False),
        ("mat", (0, 2, 1), 0, False),
        ("npz", (1, 2, 1), 0, True),
        ("npz", (1, 2, 3), 1, False),
        ("npz", (0, 1, 1), 0, False),
    ],
)
def test_labels_without_0_mean_the_right_names_or_say_how_they_were_read(
    tmp_path, ending, labels, first, is_told
) -> None:
    images, kinds = photographs(8)
    given = np.array(labels)[kinds]
    file = tmp_path / f"views.{ending}"
    content = {"images": images, "labels": given, "class_names": np.array(["kin0", "kin1", "kin2"])}
    savemat(file, content) if ending == "mat" else np.savez(file, **content)
    data = open_data(file)
    assert data.task.class_names == ("kin0", "kin1", "kin2")
    assert data.labels.tolist() == (given - first).tolist()
    said = f"its labels 1 to 2 were read as counting from {first}: check the names"
    assert (said in " ".join(data.notes)) == is_told
    assert ("check the names" in " ".join(data.notes)) == is_told


@pytest.mark.parametrize(
    ("texts", "names", "expected"),
    [
        (["n1", "d1", "n2"], ("d1", "n1", "n2"), [1, 0, 2]),
        (["n1", "n2", "n1"], DIGITS.class_names, [1, 2, 1]),
        (["3", "03 ", "3.0", "Four", "four"], DIGITS.class_names, [3, 3, 3, 4, 4]),
    ],
)
def test_texts_are_digits_only_if_different_ones_are_different_digits(texts, names, expected) -> None:
    found = labels_of_texts(texts, "x")
    assert (found.class_names, found.labels.tolist()) == (names, expected)
