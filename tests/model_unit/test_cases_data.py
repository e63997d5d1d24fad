"""Data sets as people have them: each opens, or the message names the cause."""

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from PIL import Image
from scipy.io import savemat

from model import Dataset
from model.errors import DataFormatError
from model.readers import packed_files
from model.readers.edit_files import edits_beside, load_edits, save_edits
from model.readers.forms import FORMS, PACKED
from model.readers.names import digit_of, kind_of, part_of
from model.readers.sources import open_data, open_pictures

COUNT = 30
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pytest.fixture
def some(mnist) -> Dataset:
    """Take three pictures of each digit, in a mixed order."""
    return mnist.limited(COUNT)


def same(data: Dataset, some: Dataset, atol: int = 0) -> None:
    """Make sure that a data set holds these pictures, in any order."""
    key = lambda one: sorted(  # noqa: E731
        zip(one.labels.tolist(), (image.tobytes() for image in one.images), strict=True)
    )
    if atol:
        np.testing.assert_allclose(data.images.astype(int), some.images.astype(int), atol=atol)
        np.testing.assert_array_equal(data.labels, some.labels)
    else:
        assert key(data) == key(some)


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def save_folders(root: Path, some: Dataset, name: Callable[[int], str] = str, ending: str = ".png") -> Path:
    for number, (image, label) in enumerate(zip(some.images, some.labels.tolist(), strict=True)):
        file = root / name(label) / f"{number:03}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file, format=None if ending else "png")
    return root


def save_table(file: Path, rows, separator: str = ",", header: str = "", form: str = "%g") -> Path:
    text = io.StringIO()
    np.savetxt(text, rows, fmt=form, delimiter=separator)
    file.write_text(header + text.getvalue())
    return file


def flat(some: Dataset) -> np.ndarray:
    return some.images.reshape(len(some), -1)


def table(some: Dataset) -> np.ndarray:
    return np.column_stack([some.labels, flat(some)])


# arrays


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
    assert ("10 was taken for 0" in " ".join(data.notes)) == (form == "10 for 0")


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


def test_a_validation_part_joins_the_train_part_and_that_is_said(tmp_path, some) -> None:
    x, y = some.images, some.labels
    arrays = {"train_images": x[:15], "train_labels": y[:15], "val_images": x[15:20], "val_labels": y[15:20]}
    np.savez(tmp_path / "three.npz", **arrays, test_images=x[20:], test_labels=y[20:])
    np.savez(tmp_path / "two.npz", **arrays)
    three, two = open_data(tmp_path / "three.npz"), open_data(tmp_path / "two.npz")
    assert (len(three), three.official_test_start) == (30, 20)
    assert "validation pictures joined its train part" in three.notes[0]
    assert (len(two), two.official_test_start) == (20, 15)
    assert "are the test part" in two.notes[0]


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


# silent wrongness


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
    np.testing.assert_array_equal(open_data(file, scale="bytes").images, images)
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
    save_edits(open_data(file, scale="bytes", turn="left"), edits_beside(file))
    saved = load_edits(edits_beside(file))
    assert (saved.ink, saved.scale, saved.turn) == ("auto", "bytes", "left")
    assert open_data(file).images.max() == 15


def test_a_source_that_is_mostly_blank_is_said_to_be(tmp_path, some) -> None:
    save_folders(tmp_path / "mine", Dataset(some.images // 200, some.labels, "x", "y"))
    assert any("blank" in note for note in open_data(tmp_path / "mine").notes)


# tables


def test_other_separators_quotes_and_floats(tmp_path, some) -> None:
    rows, header = table(some), ["label", *(f"pixel{number}" for number in range(784))]
    for separator in (",", ";", "\t", " ", ", ", "|"):
        head = separator.join(header) + "\n"
        file = save_table(tmp_path / "mine.csv", rows, separator, header=head)
        same(open_data(file), some)
    quoted = ",".join(f'"{cell}"' for cell in header) + "\n"
    same(open_data(save_table(tmp_path / "mine.csv", rows, header=quoted, form='"%d"')), some)
    same(open_data(save_table(tmp_path / "mine.csv", rows, form="%.1f")), some)
    ones = np.column_stack([some.labels, flat(some) / 255])
    same(open_data(save_table(tmp_path / "mine.csv", ones, form="%.6f")), some, atol=1)
    file = save_table(tmp_path / "mine.csv", ones, ";", form="%.6f")
    file.write_text(file.read_text().replace(".", ","))  # as a German spreadsheet writes it
    same(open_data(file), some, atol=1)
    file.write_text(save_table(file, rows, ";").read_text(), encoding="utf-16")
    same(open_data(file), some)


@pytest.mark.parametrize("header", ["", "Unnamed: 0", "index", None])
def test_the_index_of_pandas_is_no_pixel(tmp_path, some, header) -> None:
    rows = np.column_stack([np.arange(COUNT), table(some)])
    names = ["label", *map(str, range(784))]
    head = "" if header is None else ",".join([header, *names]) + "\n"
    same(open_data(save_table(tmp_path / "mine.csv", rows, header=head)), some)


def test_names_of_columns_that_are_numbers_are_no_picture(tmp_path, some) -> None:
    head = ",".join([*map(str, range(784)), "label"]) + "\n"
    rows = np.column_stack([flat(some), some.labels])
    same(open_data(save_table(tmp_path / "mine.csv", rows, header=head)), some)


@pytest.mark.parametrize("last", [False, True])
def test_labels_of_a_table_that_are_one_hot_or_words(tmp_path, some, last) -> None:
    hot = [flat(some), np.eye(10)[some.labels]]
    same(open_data(save_table(tmp_path / "hot.data", np.column_stack(hot if last else hot[::-1]), " ")), some)
    lines = save_table(tmp_path / "mine.csv", flat(some), form="%d").read_text().splitlines()
    words = [WORDS[label] for label in some.labels]
    rows = [f"{line},{word}" if last else f"{word},{line}" for line, word in zip(lines, words, strict=True)]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    same(open_data(tmp_path / "mine.csv"), some)


def test_binary_pixels_are_not_taken_for_labels(tmp_path, some) -> None:
    images = some.images > 100
    images[:, 0, 0] = images[:, -1, -1] = np.arange(COUNT) % 2
    for rows in ([some.labels, images.reshape(COUNT, -1)], [images.reshape(COUNT, -1), some.labels]):
        data = open_data(save_table(tmp_path / "mine.csv", np.column_stack(rows)), ink="bright")
        np.testing.assert_array_equal(data.labels, some.labels)
        np.testing.assert_array_equal(data.images > 0, images)


def test_usps_as_it_comes(tmp_path, mnist) -> None:
    small = np.stack([np.asarray(Image.fromarray(image).resize((16, 16))) for image in mnist.images[:40]])
    rows = np.column_stack([mnist.labels[:40], small.reshape(40, -1) / 127.5 - 1])
    file = save_table(tmp_path / "zip.train", rows, " ", form="%.4f")
    (tmp_path / "zip.train.gz").write_bytes(gzip.compress(file.read_bytes()))
    for name in ("zip.train", "zip.train.gz"):
        data = open_data(tmp_path / name)
        np.testing.assert_array_equal(data.labels, mnist.labels[:40])
        assert data.reading.sizes == (((16, 16), 40),)


def test_two_tables_in_a_folder_are_its_parts_and_one_without_labels_is_left_out(tmp_path, some) -> None:
    rows = table(some)
    save_table(tmp_path / "mnist_train.csv", rows[:20])
    save_table(tmp_path / "mnist_test.csv", rows[20:])
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20
    save_table(tmp_path / "mnist_test.csv", rows[20:, 1:])
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n2,0\n")
    data = open_data(tmp_path)
    assert len(data) == 20
    assert "no labels" in data.notes[0]


def test_pictures_without_labels_are_refused_with_what_answers_them(tmp_path, some) -> None:
    header = ",".join(f"pixel{number}" for number in range(784)) + "\n"
    csv = save_table(tmp_path / "test.csv", flat(some), header=header)
    np.savez(tmp_path / "test.npz", x_test=some.images)
    np.save(tmp_path / "images.npy", some.images)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(some.images))
    for file in (csv, tmp_path / "test.npz", tmp_path / "images.npy", tmp_path / "t10k-images-idx3-ubyte"):
        message = error_of(DataFormatError, lambda file=file: open_data(file))
        assert file.name in message
        assert "digitgui predict" in message
        np.testing.assert_array_equal(open_pictures(file), some.images)


def test_data_in_folders_of_parts_are_joined_and_of_others_the_first_is_read_and_the_rest_named(
    tmp_path, some
) -> None:
    for name, chosen in {"train": slice(0, 20), "test": slice(20, 30)}.items():
        (tmp_path / "parts" / name).mkdir(parents=True)
        np.savez(tmp_path / "parts" / name / "data.npz", X=some.images[chosen], y=some.labels[chosen])
    data = open_data(tmp_path / "parts")
    same(data, some)
    assert data.official_test_start == 20
    (tmp_path / "parts" / "test").rename(tmp_path / "parts" / "more")
    data = open_data(tmp_path / "parts")
    assert len(data) == 10
    assert "train" in data.notes[0]


def test_tables_that_are_packed_one_by_one_are_the_parts_of_their_folder(tmp_path, some) -> None:
    for name, chosen in {"train.csv": slice(0, 20), "test.csv": slice(20, 30)}.items():
        content = save_table(tmp_path / name, table(some)[chosen]).read_bytes()
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        (tmp_path / name).unlink()
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20


# IDX


@pytest.fixture
def idx_files(some) -> dict[str, bytes]:
    parts = {"train": slice(0, 20), "t10k": slice(20, 30)}
    return {
        f"{part}-{kind}": idx(array[chosen])
        for part, chosen in parts.items()
        for kind, array in (("images-idx3-ubyte", some.images), ("labels-idx1-ubyte", some.labels))
    }


@pytest.mark.parametrize("way", ["MNIST/raw/{0}", "a/b/{0}", "{0}/{0}"])
def test_idx_files_further_down_or_in_folders_named_like_them(tmp_path, some, idx_files, way) -> None:
    for name, content in idx_files.items():
        file = tmp_path / way.format(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20


def test_idx_files_are_unzipped_by_what_they_are_not_by_their_names(tmp_path, some, idx_files) -> None:
    for number, (name, content) in enumerate(idx_files.items()):
        mistaken = number % 2
        (tmp_path / (f"{name}.gz" if mistaken else name)).write_bytes(
            content if mistaken else gzip.compress(content)
        )
    same(open_data(tmp_path), some)


def test_one_gzipped_file_of_pictures_opens_with_the_labels_beside_it(tmp_path, some, idx_files) -> None:
    for name, content in idx_files.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    assert len(open_data(tmp_path / "train-images-idx3-ubyte.gz")) == 20


def test_an_array_that_announces_more_than_it_holds_is_refused(tmp_path, some) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 28, 28)})
    with zipfile.ZipFile(tmp_path / "mine.npz", "w") as archive:
        archive.writestr("images.npy", head.getvalue())
    assert "damaged" in error_of(DataFormatError, lambda: open_data(tmp_path / "mine.npz"))
    (tmp_path / "images-idx3-ubyte").write_bytes(bytes((0, 0, 8, 3)) + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 0))
    (tmp_path / "labels-idx1-ubyte").write_bytes(idx(some.labels[:0]))
    assert "no pictures" in error_of(DataFormatError, lambda: open_data(tmp_path / "images-idx3-ubyte"))


def test_of_data_sets_that_lie_apart_the_first_is_read_and_the_others_named(tmp_path, some) -> None:
    save_folders(tmp_path / "a" / "here", some)
    save_folders(tmp_path / "b" / "there", some)
    data = open_data(tmp_path)
    assert len(data) == COUNT
    assert "b" in data.notes[0]


def test_idx_files_of_other_names_are_known_by_what_is_in_them(tmp_path, some) -> None:
    for name, array in {"train_x.idx": some.images, "train_y.idx": some.labels}.items():
        (tmp_path / name).write_bytes(idx(array))
    same(open_data(tmp_path), some)
    same(open_data(tmp_path / "train_x.idx"), some)


def test_of_emnists_sets_the_digits_are_read_with_both_parts_and_upright(tmp_path, some) -> None:
    lying = some.images.swapaxes(1, 2)
    for name in ("balanced", "digits", "letters"):
        for part, chosen in {"train": slice(0, 20), "test": slice(20, 30)}.items():
            start = tmp_path / f"emnist-{name}-{part}"
            labels = some.labels if name == "digits" else some.labels + 20
            images, labels = np.ascontiguousarray(lying[chosen]), labels[chosen]
            Path(f"{start}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
            Path(f"{start}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20
    assert any("letters" in note or "more" in note for note in data.notes)


# what is something else


CAUSES = {
    "train-images-idx3-ubyte.gz": (b"<!DOCTYPE html><html>not here</html>", "HTML page"),
    "mine.csv": (b"\n<html><body>Sign in</body></html>", "HTML page"),
    "mine.npz": (b"<html></html>", "HTML page"),
    "mine.zip": (b"<HTML>quota exceeded</HTML>", "HTML page"),
    "lfs.npz": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "mnist.pkl": (pickle.dumps([1, 2, 3]), "pickle"),
    "mnist.pkl.gz": (gzip.compress(pickle.dumps([1, 2, 3])), "pickle"),
    "table.parquet": (b"PAR1" + bytes(40), "Parquet"),
    "mine.h5": (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
    "mine.rar": (b"Rar!\x1a\x07\x00", "RAR"),
    "mine.7z": (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    "mine.mat": (b"MATLAB 7.3 MAT-file" + bytes(200), "7.3"),
    "empty.csv": (b"", "empty file"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_what_is_no_data_set_is_refused_with_its_cause(tmp_path, some, name) -> None:
    content, words = CAUSES[name]
    (tmp_path / name).write_bytes(content)
    message = error_of(DataFormatError, lambda: open_data(tmp_path / name))
    assert words in message, message


def test_pickled_arrays_and_networks_are_refused_as_pickles(tmp_path, some) -> None:
    things = np.array([{"images": 1}], object)
    np.save(tmp_path / "mine.npy", things, allow_pickle=True)
    np.savez(tmp_path / "mine.npz", images=things, labels=some.labels)
    with zipfile.ZipFile(tmp_path / "mine.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(1))
    for name in ("mine.npy", "mine.npz", "mine.pt"):
        assert "pickle" in error_of(DataFormatError, lambda name=name: open_data(tmp_path / name))


# folders


FOLDER_NAMES = {
    "words": WORDS.__getitem__,
    "digit_0": "digit_{}".format,
    "class0": "class{}".format,
    "00": "{:02}".format,
    "Class 0": "Class {}".format,
    "0 - zero": lambda digit: f"{digit} - {WORDS[digit]}",
    "1 to 10": lambda digit: str(digit or 10),
}


@pytest.mark.parametrize("names", FOLDER_NAMES)
def test_folders_of_digits_by_every_usual_name(tmp_path, some, names) -> None:
    data = open_data(save_folders(tmp_path / "mine", some, FOLDER_NAMES[names]))
    same(data, some)
    assert ("10 was taken for 0" in " ".join(data.notes)) == (names == "1 to 10")


PART_NAMES = [
    ("train", "test"),
    ("Training", "Testing"),
    ("trainingSet", "testSet"),
    ("train_data", "test_data"),
    ("digits-train", "digits-test"),
    ("train", "valid"),
    ("train", "val"),
    ("training", "validation"),
]


@pytest.mark.parametrize("below", [".", "mnist_png", "a/mnist_png"])
@pytest.mark.parametrize("names", PART_NAMES)
def test_folders_of_parts_in_their_usual_spellings(tmp_path, some, names, below) -> None:
    root = tmp_path / below
    for name, part in zip(names, (slice(0, 20), slice(20, 30)), strict=True):
        save_folders(root / name, Dataset(some.images[part], some.labels[part], "x", "y"))
    data = open_data(tmp_path)
    same(data, some)
    assert data.official_test_start == 20


def test_writers_above_and_below_the_digits(tmp_path, some) -> None:
    first, second = (
        Dataset(some.images[part], some.labels[part], "x", "y") for part in (slice(15), slice(15, 30))
    )
    for writer, their in {"anna": first, "bert": second}.items():
        save_folders(tmp_path / "above" / writer, their)
        save_folders(tmp_path / "below", their, lambda digit, writer=writer: f"{digit}/{writer}")
    for number, their in {"1": first, "23": second}.items():
        save_folders(tmp_path / "numbers" / number, their)
    for way in ("above", "below", "numbers"):
        data = open_data(tmp_path / way)
        same(data, some)
        assert [note for note in data.notes if "2 folders" not in note] == []
        assert bool(data.notes) == (way != "below")


@pytest.mark.parametrize("ending", [".jfif", ".pgm", ".ppm", ".avif", ".jpe", ".xyz", ""])
def test_pictures_of_every_usual_ending_or_none(tmp_path, some, ending) -> None:
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        file = tmp_path / "mine" / str(label) / f"{number}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        formats = {".jfif": "jpeg", ".jpe": "jpeg", ".avif": "avif", ".pgm": "ppm", ".ppm": "ppm"}
        picture = Image.fromarray(image).convert("RGB" if ending == ".ppm" else "L")
        picture.save(file, format=formats.get(ending, "png"))
    (tmp_path / "mine" / "3" / "notes.txt").write_text("no picture")
    (tmp_path / "mine" / "3" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "mine" / "3" / "._1.png").write_bytes(b"x")
    data = open_data(tmp_path / "mine")
    assert len(data) == COUNT
    (note,) = data.notes
    assert "notes.txt" in note
    assert "_" not in note


def test_pictures_of_iphones_are_named_with_what_helps(tmp_path, some) -> None:
    save_folders(tmp_path / "mine", some)
    (tmp_path / "mine" / "3" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    assert "IMG_1.HEIC" in open_data(tmp_path / "mine").notes[0]
    (tmp_path / "heic" / "3").mkdir(parents=True)
    (tmp_path / "heic" / "3" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    message = error_of(DataFormatError, lambda: open_data(tmp_path / "heic"))
    assert "1 that cannot be read" in message
    assert "Most Compatible" in message


FILE_NAMES = {
    "label first": "{label}_{number:03}.png",
    "digit first": "digit-{label} ({number}).png",
    "label last": "img{number:04}_{label}.png",
    "named": "sample_{number}_label_{label}.png",
    "word": "{word} {number}.png",
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_labels_in_the_names_of_the_files(tmp_path, some, name) -> None:
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        way = FILE_NAMES[name].format(label=label, number=number, word=WORDS[label])
        Image.fromarray(image).save(tmp_path / way)
    data = open_data(tmp_path)
    same(data, some)
    assert "names of the files" in data.notes[0]


def test_names_that_do_not_tell_the_label_are_refused(tmp_path, some) -> None:
    for number, image in enumerate(some.images):
        Image.fromarray(image).save(tmp_path / f"img_{number}.png")
    assert "without labels" in error_of(DataFormatError, lambda: open_data(tmp_path))


@pytest.mark.parametrize("header", ["filename,label", "id;digit", "", "image\tclass"])
def test_labels_in_a_table_beside_the_pictures(tmp_path, some, header) -> None:
    separator = next((mark for mark in ";\t" if mark in header), ",")
    lines = [header] if header else []
    (tmp_path / "images").mkdir()
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        Image.fromarray(image).save(tmp_path / "images" / f"img_{number}.png")
        name = f"img_{number}" if "id" in header else f"images/img_{number}.png"
        lines.append(f"{name}{separator}{label}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    data = open_data(tmp_path)
    same(data, some)
    assert "labels.csv" in data.notes[0]


# packed


def pack_zip(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, Path("mine") / file.relative_to(folder))
        archive.writestr("__MACOSX/mine/3/._1.png", b"x")
        archive.writestr("mine/3/.DS_Store", b"x")
    return stream.getvalue()


def pack_tar(folder: Path, mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        archive.add(folder, "mine")
    return stream.getvalue()


def test_what_is_packed_is_opened(tmp_path, some) -> None:
    folder = save_folders(tmp_path / "mine", some)
    csv = save_table(tmp_path / "train.csv", table(some)).read_bytes()
    np.savez(tmp_path / "mine.npz", images=some.images, labels=some.labels)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("train.csv", csv)
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w") as archive:
        archive.writestr("kaggle/train.csv.zip", inner.getvalue())
        archive.writestr("kaggle/sample_submission.csv", "ImageId,Label\n1,0\n")
    contents = {
        "mine.zip": pack_zip(folder),
        "mine.tar": pack_tar(folder, "w"),
        "mine.tar.gz": pack_tar(folder),
        "mine.tgz": pack_tar(folder),
        "train.csv.gz": gzip.compress(csv),
        "train.csv.bz2": bz2.compress(csv),
        "train.csv.xz": lzma.compress(csv),
        "train.csv.zip": inner.getvalue(),
        "competition.zip": both.getvalue(),
        "mine.npz.gz": gzip.compress((tmp_path / "mine.npz").read_bytes()),
        "renamed.zip": (tmp_path / "mine.npz").read_bytes(),
        "without an ending": pack_zip(folder),
    }
    for name, content in contents.items():
        file = tmp_path / "packed" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        data = open_data(file)
        same(data, some)
        assert (data.name, data.source) == (f"{name}, {COUNT}", str(file))


@pytest.mark.parametrize("evil", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_no_archive_writes_outside_of_its_temporary_folder(tmp_path, some, evil, monkeypatch) -> None:
    temporary = tmp_path / "deep" / "temporary"
    temporary.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    folder = save_folders(tmp_path / "mine", some)
    (tmp_path / "mine.zip").write_bytes(pack_zip(folder))
    with zipfile.ZipFile(tmp_path / "mine.zip", "a") as archive:
        archive.writestr(evil, b"evil")
    before = {file for file in tmp_path.rglob("*") if "temporary" not in file.parts}
    data = open_data(tmp_path / "mine.zip")
    same(data, some)
    assert "evil.txt" in data.notes[0]
    assert {file for file in tmp_path.rglob("*") if "temporary" not in file.parts} == before
    assert list(temporary.iterdir()) == []
    with tarfile.open(tmp_path / "mine.tar", "w") as tar:
        tar.add(folder, "mine")
        link = tarfile.TarInfo("mine/3/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "mine.zip")
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo(evil))
    same(open_data(tmp_path / "mine.tar"), some)
    assert {file for file in tmp_path.rglob("*") if "temporary" not in file.parts} == before | {
        tmp_path / "mine.tar"
    }


def test_an_archive_that_is_too_large_damaged_or_empty_is_refused(tmp_path, some, monkeypatch) -> None:
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    assert "without files" in error_of(DataFormatError, lambda: open_data(tmp_path / "empty.zip"))
    whole = pack_zip(save_folders(tmp_path / "mine", some))
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert "cut.zip" in error_of(DataFormatError, lambda: open_data(tmp_path / "cut.zip"))
    packed = gzip.compress(np.random.default_rng(0).integers(48, 58, 3_000_000).astype(np.uint8).tobytes())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert "damaged or cut off" in error_of(DataFormatError, lambda: open_data(tmp_path / "cut.csv.gz"))
    monkeypatch.setattr(packed_files, "MOST_BYTES", 1_000_000)
    (tmp_path / "bomb.csv.gz").write_bytes(packed)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", bytes(3_000_000))
    for name in ("bomb.csv.gz", "bomb.zip"):
        assert "more than" in error_of(DataFormatError, lambda name=name: open_data(tmp_path / name))


# names, and the table of forms


def test_names_of_parts_kinds_and_digits() -> None:
    assert [
        part_of(name) for name in ("trainingSet", "X_val", "t10k-images", "mnist_test.csv", "Xtest", "latest")
    ] == [
        "train",
        "validation",
        "test",
        "test",
        "test",
        None,
    ]
    assert [kind_of(name) for name in ("x_train", "testY", "training_labels", "arr_0")] == [
        "images",
        "labels",
        "labels",
        None,
    ]
    assert [
        digit_of(name) for name in ("3", "03", "3.0", "three", "digit_3", "Class 3", "12", "sample3", "3-4")
    ] == [
        *[3] * 6,
        12,
        None,
        None,
    ]


def test_the_documents_name_every_form() -> None:
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    for form in FORMS.values():
        assert form.name in text
        assert all(f"`{ending}`" in text for ending in form.endings)
    assert all(f"`{ending}`" in text for ending in PACKED)
