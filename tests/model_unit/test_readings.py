"""What is told of a source when it is read."""

from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import draw_digit
from PIL import Image

from model.data.reading import Reading
from model.errors import CancelledError, DataFormatError
from model.readers.picture_files import fitted
from model.readers.sources import open_data


def save_pictures(folder: Path, images, labels, side: int = 28) -> Path:
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(image).resize((side, side))
        picture.save(folder / str(label) / f"{side}-{number:03}.png")
    return folder


def test_sizes_ink_and_unreadable_files_of_a_folder_are_told(tmp_path, mnist) -> None:
    folder = save_pictures(tmp_path / "mine", mnist.images[:6], mnist.labels[:6])
    save_pictures(folder, 255 - mnist.images[6:9], mnist.labels[6:9], side=60)
    (folder / str(mnist.labels[0]) / "broken.png").write_bytes(b"nothing")
    reading = open_data(folder).reading
    assert reading.sizes == (((28, 28), 6), ((60, 60), 3))
    assert reading.dark == 3
    assert reading.unreadable == (str(Path(str(mnist.labels[0])) / "broken.png"),)
    assert reading.sentence_of_sizes() == "28 × 28 (6), 60 × 60 (3)"
    assert reading.sentence_of_ink().startswith("dark on bright in 3 pictures")
    assert reading.sentence_of_fitting().startswith("3 fitted")
    assert len(reading.notes) == 1


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "testing")])
def test_folders_for_training_and_for_testing_are_the_parts_of_the_source(tmp_path, mnist, names) -> None:
    save_pictures(tmp_path / "mine" / names[0], mnist.images[:12], mnist.labels[:12])
    save_pictures(tmp_path / "mine" / names[1], mnist.images[12:17], mnist.labels[12:17])
    data = open_data(tmp_path / "mine")
    assert (len(data), data.official_test_start) == (17, 12)
    assert sorted(data.part("test")[1]) == sorted(mnist.labels[12:17])


@pytest.mark.parametrize("form", ["folder", "photos", "npz", "csv"])
def test_the_ink_can_be_told_instead_of_found_out(tmp_path, mnist, form) -> None:
    images, labels = mnist.images[:8], mnist.labels[:8]
    if form == "npz":
        source = tmp_path / "mine.npz"
        np.savez(source, images=images, labels=labels)
    elif form == "csv":
        source = tmp_path / "mine.csv"
        np.savetxt(source, np.column_stack([labels, images.reshape(8, -1)]), fmt="%d", delimiter=",")
    else:
        source = save_pictures(tmp_path / "mine", images, labels, side=28 if form == "folder" else 56)
    found, bright, dark = (open_data(source, ink=ink) for ink in ("auto", "bright", "dark"))
    np.testing.assert_array_equal(found.images, bright.images)
    assert (found.reading.dark, bright.reading.dark, dark.reading.dark) == (0, 0, 8)
    assert dark.reading.ink == "dark"
    if form in ("folder", "photos"):  # what is all paper then has no longer MNIST's form
        assert not np.array_equal(dark.images, bright.images)
    else:
        raw = open_data(source, ink="dark", fit="never")
        np.testing.assert_array_equal(raw.images, 255 - bright.images)


def test_arrays_of_another_size_are_fitted_as_a_drawing_is(tmp_path) -> None:
    sheets = np.stack([draw_digit(digit, 40) for digit in (0, 2, 4, 7)])
    np.savez(tmp_path / "mine.npz", images=sheets, labels=np.array([0, 2, 4, 7]))
    data = open_data(tmp_path / "mine.npz")
    for sheet, image in zip(sheets, data.images, strict=True):
        np.testing.assert_array_equal(image, fitted(Image.fromarray(sheet))[0])
    assert data.reading.sizes == (((40, 40), 4),)
    np.savetxt(
        tmp_path / "mine.csv", np.column_stack([[0, 2, 4, 7], sheets.reshape(4, -1)]), fmt="%d", delimiter=","
    )
    np.testing.assert_array_equal(open_data(tmp_path / "mine.csv").images, data.images)


def test_arrays_too_small_for_a_digit_are_refused(tmp_path) -> None:
    np.savez(tmp_path / "mine.npz", images=np.zeros((3, 7, 7), np.uint8), labels=np.zeros(3, int))
    assert "8 × 8" in error_of(DataFormatError, lambda: open_data(tmp_path / "mine.npz"))


@pytest.mark.parametrize("form", ["npz", "csv", "idx", "other size"])
def test_reading_arrays_can_be_cancelled(tmp_path, mnist, form) -> None:
    import gzip
    import struct

    def cancel(done: int, total: int) -> None:
        raise CancelledError("enough")

    images, labels = mnist.images[:5], mnist.labels[:5]
    source = tmp_path / ("mine.csv" if form == "csv" else "mine.npz")
    if form == "csv":
        np.savetxt(source, np.column_stack([labels, images.reshape(5, -1)]), fmt="%d", delimiter=",")
    elif form == "idx":
        source = tmp_path
        for name, array in (("train-images-idx3-ubyte.gz", images), ("train-labels-idx1-ubyte.gz", labels)):
            head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
            (tmp_path / name).write_bytes(gzip.compress(head + array.tobytes()))
    else:
        np.savez(source, images=images if form == "npz" else images[:, :20, :20], labels=labels)
    assert error_of(CancelledError, lambda: open_data(source, on_progress=cancel)) == "enough"


def test_one_idx_file_of_pictures_opens_with_the_labels_beside_it(tmp_path, mnist) -> None:
    import struct

    for name, array in (
        ("t10k-images-idx3-ubyte", mnist.images[:9]),
        ("t10k-labels-idx1-ubyte", mnist.labels[:9]),
    ):
        head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
        (tmp_path / name).write_bytes(head + array.tobytes())
    data = open_data(tmp_path / "t10k-images-idx3-ubyte")
    np.testing.assert_array_equal(data.images, mnist.images[:9])
    assert data.official_test_start is None


def test_sentences_of_many_sizes_and_mixed_pictures() -> None:
    reading = Reading((((28, 28), 60), ((100, 80), 3), ((9, 9), 2), ((1, 2), 1), ((2, 2), 1)), dark=2, fitted=7)
    assert reading.sentence_of_sizes() == "28 × 28 (60), 100 × 80 (3), 9 × 9 (2) and 2 other sizes"
    assert "7 fitted" in reading.sentence_of_fitting()
    assert "60 used unchanged" in reading.sentence_of_fitting()
    assert Reading((((28, 28), 3),)).sentence_of_fitting().startswith("used unchanged")
    assert Reading((((28, 28), 3),), dark=3).sentence_of_ink() == "dark on bright: all pictures inverted"
