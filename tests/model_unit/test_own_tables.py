"""Tables, IDX files and what is none of these: each opens, or the message names the cause."""

import gzip
import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.own_data import COUNT, WORDS, flat, idx, same, save_folders, save_table, table
from PIL import Image

from model.errors import DataFormatError
from model.readers.sources import open_data, open_pictures


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
        data = open_data(save_table(tmp_path / "mine.csv", np.column_stack(rows)), ink="bright", fit="never")
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
        np.testing.assert_array_equal(open_pictures(file)[0], some.images)


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


CAUSES = {
    "train-images-idx3-ubyte.gz": (b"<!DOCTYPE html><html>not here</html>", "HTML page"),
    "mine.csv": (b"\n<html><body>Sign in</body></html>", "HTML page"),
    "mine.npz": (b"<html></html>", "HTML page"),
    "mine.zip": (b"<HTML>quota exceeded</HTML>", "HTML page"),
    "lfs.npz": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "mnist.pkl": (pickle.dumps([1, 2, 3]), "array of pictures"),
    "mnist.pkl.gz": (gzip.compress(pickle.dumps([{1}])), "pickle"),
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
