"""IDX files, as MNIST comes, and NumPy archives."""

import gc
import gzip
import pickle
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of

from model.errors import DataFormatError
from model.readers.npz_files import load_npz
from model.readers.sources import open_data


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


NAMES = {
    "dashes": (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ),
    "dots": (
        "train-images.idx3-ubyte",
        "train-labels.idx1-ubyte",
        "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
    ),
}


@pytest.fixture
def write_idx(tmp_path, mnist):
    """Write 12 pictures to train on and 5 to test as IDX files; changes replace the bytes of some."""

    def write(kind: str = "dashes", zipped: tuple[int, ...] = (), **changes) -> Path:
        contents = (mnist.images[:12], mnist.labels[:12], mnist.images[12:17], mnist.labels[12:17])
        for number, (name, array) in enumerate(zip(NAMES[kind], contents, strict=True)):
            data = changes.get(name.replace("-", "_"), idx(array))
            if data is not None:
                packed = gzip.compress(data) if number in zipped else data
                (tmp_path / (name + ".gz" * (number in zipped))).write_bytes(packed)
        return tmp_path

    return write


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize(
    "zipped", [(), (0, 1, 2, 3), (0,), (1, 2)], ids=["plain", "gzipped", "mixed", "mixed too"]
)
def test_a_folder_of_idx_files_keeps_its_official_test_part(write_idx, mnist, kind, zipped) -> None:
    data = open_data(write_idx(kind, zipped))
    np.testing.assert_array_equal(data.images, mnist.images[:17])
    np.testing.assert_array_equal(data.labels, mnist.labels[:17])
    assert data.official_test_start == 12
    np.testing.assert_array_equal(data.part("test")[1], mnist.labels[12:17])


def test_one_pair_of_idx_files_has_no_official_test_part(write_idx) -> None:
    data = open_data(write_idx(t10k_images_idx3_ubyte=None, t10k_labels_idx1_ubyte=None))
    assert (len(data), data.official_test_start) == (12, None)


IMAGES = np.zeros((12, 28, 28), np.uint8)
BAD_IDX = {
    "cut": (idx(IMAGES)[:-1], ["9,424", "9,423"]),
    "too long": (idx(IMAGES) + b"\0", ["9,425"]),
    "cut in the header": (idx(IMAGES)[:10], ["another beginning"]),
    "empty": (b"", ["an empty file"]),
    "wrong magic": (b"\0\0\x0d\x03" + idx(IMAGES)[4:], ["another beginning"]),
    "labels instead": (idx(np.zeros(12, np.uint8)), ["3 axes"]),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_a_damaged_idx_file_is_named(write_idx, case) -> None:
    data, words = BAD_IDX[case]
    folder = write_idx(train_images_idx3_ubyte=data)
    message = error_of(DataFormatError, lambda: open_data(folder))
    assert all(word in message for word in ["train-images-idx3-ubyte", *words]), message


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.999])
def test_a_gzip_stream_that_is_cut_or_damaged_is_named(write_idx, keep) -> None:
    folder = write_idx(zipped=(0,))
    file = folder / "train-images-idx3-ubyte.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * keep)])
    assert file.name in error_of(DataFormatError, lambda: open_data(folder))
    file.write_bytes(whole[:200] + bytes([whole[200] ^ 0x55]) + whole[201:])
    assert file.name in error_of(DataFormatError, lambda: open_data(folder))
    file.write_bytes(b"no gzip at all")
    assert file.name in error_of(DataFormatError, lambda: open_data(folder))


def test_missing_labels_are_named(write_idx) -> None:
    message = error_of(DataFormatError, lambda: open_data(write_idx(t10k_labels_idx1_ubyte=None)))
    assert "t10k-labels-idx1-ubyte" in message
    assert "t10k-images-idx3-ubyte" in message


def test_other_numbers_of_pictures_and_labels_are_both_told(write_idx) -> None:
    folder = write_idx(train_labels_idx1_ubyte=idx(np.zeros(11, np.uint8)))
    message = error_of(DataFormatError, lambda: open_data(folder))
    assert "train-images-idx3-ubyte holds 12 pictures" in message
    assert "train-labels-idx1-ubyte 11 labels" in message


def test_an_idx_file_without_pictures_is_refused(write_idx) -> None:
    folder = write_idx(
        train_images_idx3_ubyte=idx(IMAGES[:0]),
        train_labels_idx1_ubyte=idx(np.zeros(0, np.uint8)),
        t10k_images_idx3_ubyte=None,
    )
    assert "no pictures" in error_of(DataFormatError, lambda: open_data(folder))


def test_idx_lengths_whose_product_overflows_are_refused(write_idx) -> None:
    header = bytes((0, 0, 8, 3)) + struct.pack(">3I", 2**31, 2**31, 4)
    folder = write_idx(train_images_idx3_ubyte=header, train_labels_idx1_ubyte=idx(np.zeros(0, np.uint8)))
    assert "train-images-idx3-ubyte" in error_of(DataFormatError, lambda: open_data(folder))


def test_an_idx_test_part_of_another_size_is_refused_clearly(write_idx) -> None:
    folder = write_idx(t10k_images_idx3_ubyte=idx(np.zeros((5, 32, 32), np.uint8)))
    error_of(DataFormatError, lambda: open_data(folder))


def test_a_second_file_of_the_same_kind_is_named_in_the_notes(write_idx) -> None:
    folder = write_idx()
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (folder / f"more-{name}").write_bytes((folder / name).read_bytes())
    data = open_data(folder)
    assert len(data) == 17
    assert "train-images-idx3-ubyte" in data.notes[0]


@pytest.fixture
def npz(tmp_path):
    """Write arrays as an archive."""

    def write(compressed: bool = False, **arrays) -> Path:
        (np.savez_compressed if compressed else np.savez)(tmp_path / "mine.npz", **arrays)
        return tmp_path / "mine.npz"

    return write


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.uint16])
def test_an_archive_of_images_and_labels(npz, mnist, compressed, dtype) -> None:
    file = npz(compressed, images=mnist.images[:9].astype(dtype), labels=mnist.labels[:9].astype(dtype))
    data = open_data(file)
    np.testing.assert_array_equal(data.images, mnist.images[:9])
    np.testing.assert_array_equal(data.labels, mnist.labels[:9])
    assert (data.name, data.source, data.official_test_start) == ("mine.npz, 9", str(file), None)
    assert load_npz(file, name="MNIST", source="bundled").name == "MNIST"


def test_an_archive_with_the_names_of_keras_keeps_its_test_part(npz, mnist) -> None:
    images, labels = mnist.images, mnist.labels
    data = open_data(npz(x_train=images[:9], y_train=labels[:9], x_test=images[9:12], y_test=labels[9:12]))
    np.testing.assert_array_equal(data.images, images[:12])
    np.testing.assert_array_equal(data.labels, labels[:12])
    assert data.official_test_start == 9


def test_arrays_that_are_not_read_are_named(npz, mnist) -> None:
    data = open_data(npz(images=mnist.images[:2], labels=mnist.labels[:2], writers=np.arange(2)))
    (note,) = data.notes
    assert "writers" in note
    assert "images" not in note


def test_other_names_in_an_archive_are_told(npz, mnist) -> None:
    message = error_of(DataFormatError, lambda: open_data(npz(points=np.zeros((2, 9)), label=mnist.labels[:2])))
    assert all(
        word in message for word in ("mine.npz", "label", "points", "(2, 9)", "images and labels", "x_train")
    )
    assert "none" in error_of(DataFormatError, lambda: open_data(npz()))


IM, LA = np.zeros((4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8)
BAD_ARRAYS = {
    "float images": ({"images": IM / 255 + 300, "labels": LA}, ["float64", "astype"]),
    "images with holes": ({"images": IM * np.nan, "labels": LA}, ["nan"]),
    "signed images": ({"images": IM.astype(int) - 1, "labels": LA}, ["int64"]),
    "large images": ({"images": IM.astype(int) + 256, "labels": LA}, ["int64"]),
    "flat images": ({"images": IM.reshape(4, -1)[:, :783], "labels": LA}, ["(4, 783)"]),
    "one text for all": ({"images": IM, "labels": np.array(["a", "a", "a", "a"])}, ["2 to 200", "found 1"]),
    "labels that are fractions": ({"images": IM, "labels": LA + 0.5}, ["float64"]),
    "labels twice hot": ({"images": IM, "labels": np.ones((4, 10))}, ["(4, 10)"]),
    "201 classes": ({"images": np.zeros((201, 28, 28)), "labels": np.arange(201)}, ["2 to 200", "201"]),
    "too few labels": ({"images": IM, "labels": LA[:3]}, ["(3,)"]),
    "no pictures": ({"images": IM[:0], "labels": LA[:0]}, ["no pictures"]),
    "pickled objects": ({"images": np.array([1, "a"], object), "labels": LA}, []),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_an_archive_of_other_arrays_is_refused(npz, case) -> None:
    arrays, words = BAD_ARRAYS[case]
    message = error_of(DataFormatError, lambda: open_data(npz(**arrays)))
    assert all(word in message for word in ["mine.npz", *words]), message


@pytest.mark.parametrize("content", [b"", b"plain text\n", b"PK\x03\x04", pickle.dumps({"images": 1})])
def test_another_file_named_npz_is_refused(tmp_path, content) -> None:
    (tmp_path / "mine.npz").write_bytes(content)
    assert "mine.npz" in error_of(DataFormatError, lambda: open_data(tmp_path / "mine.npz"))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_archive_cut_anywhere_is_refused(npz, mnist, compressed) -> None:
    file = npz(compressed, images=mnist.images[:4], labels=mnist.labels[:4])
    whole = file.read_bytes()
    for length in range(0, len(whole), len(whole) // 30):
        file.write_bytes(whole[:length])
        assert "mine.npz" in error_of(DataFormatError, lambda: open_data(file))


def test_a_damaged_archive_is_refused(npz, mnist) -> None:
    file = npz(True, images=mnist.images[:4], labels=mnist.labels[:4])
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    file.write_bytes(whole)
    assert "mine.npz" in error_of(DataFormatError, lambda: open_data(file))


def test_a_single_array_named_npz_is_refused_clearly(tmp_path) -> None:
    with (tmp_path / "mine.npz").open("wb") as file:
        np.save(file, IM)
    error_of(DataFormatError, lambda: open_data(tmp_path / "mine.npz"))


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": np.array(5), "labels": LA},
        {"x_train": IM, "y_train": LA, "x_test": IM[:, :20], "y_test": LA},
    ],
    ids=["a number", "test part of another shape"],
)
def test_arrays_that_cannot_be_joined_are_refused_clearly(npz, arrays) -> None:
    error_of(DataFormatError, lambda: open_data(npz(**arrays)))


def test_parts_whose_labels_do_not_fit_are_refused_even_if_the_sums_agree(npz) -> None:
    labels = np.arange(8, dtype=np.uint8)
    arrays = {"x_train": IM, "y_train": labels[:3], "x_test": IM, "y_test": labels[3:]}
    error_of(DataFormatError, lambda: open_data(npz(**arrays)))


def test_an_encrypted_archive_is_refused_clearly(npz) -> None:
    file = npz(images=IM, labels=LA)
    whole = bytearray(file.read_bytes())
    for start in (whole.find(b"PK\x03\x04") + 6, whole.find(b"PK\x01\x02") + 8):
        whole[start] |= 1
    file.write_bytes(whole)
    error_of(DataFormatError, lambda: open_data(file))


def test_no_archive_stays_open(npz) -> None:
    file = npz(images=IM, labels=LA)
    file.write_bytes(file.read_bytes()[:-30])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            open_data(file)
        except DataFormatError:
            gc.collect()
    assert not [warning for warning in seen if issubclass(warning.category, ResourceWarning)]


def test_dark_ink_on_bright_paper_is_inverted_and_told(tmp_path, mnist) -> None:
    images, labels = mnist.images[:20], mnist.labels[:20]
    np.savez(tmp_path / "dark.npz", images=255 - images, labels=labels)
    np.savez(tmp_path / "bright.npz", images=images, labels=labels)
    rows = np.column_stack([labels, (255 - images).reshape(20, -1)])
    np.savetxt(tmp_path / "dark.csv", rows, fmt="%d", delimiter=",")
    bright = open_data(tmp_path / "bright.npz")
    assert bright.notes == ()
    for name in ("dark.npz", "dark.csv"):
        dark = open_data(tmp_path / name)
        np.testing.assert_array_equal(dark.images, bright.images)
        assert "inverted" in dark.notes[0]
