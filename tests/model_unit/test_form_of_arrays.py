"""Arrays of 28 × 28: taken as they are where they look like MNIST's digits, fitted like pictures where not."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from model.readers.npz_files import load_npz
from model.readers.picture_files import read_picture
from model.readers.sources import open_data, open_pictures
from resources import BUNDLED_DIGITS

COUNT = 60


@pytest.fixture(scope="module")
def digits():
    return load_npz(BUNDLED_DIGITS).images[:COUNT], load_npz(BUNDLED_DIGITS).labels[:COUNT]


def emnist_like(image):
    """As EMNIST was made: blurred, its box in the middle of a square with a narrow border, scaled to 28."""
    large = np.asarray(Image.fromarray(image).resize((112, 112), Image.Resampling.BICUBIC), np.float64)
    large = ndimage.gaussian_filter((large > 110) * 255.0, 1.5)
    rows, columns = (np.flatnonzero(large.max(axis=axis) > 20) for axis in (1, 0))
    box = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(box.shape) + max(box.shape) // 12 * 2
    down, right = (side - length for length in box.shape)
    square = np.pad(box, ((down // 2, down - down // 2), (right // 2, right - right // 2)))
    return np.asarray(Image.fromarray(square.astype(np.uint8)).resize((28, 28), Image.Resampling.BICUBIC))


LIKE = {
    "MNIST": lambda images: images,
    "transposed": lambda images: images.swapaxes(1, 2),
    "turned": lambda images: np.rot90(images, 1, (1, 2)),
    "upside down": lambda images: images[:, ::-1, ::-1],
    "black and white": lambda images: (images > 127) * np.uint8(255),
    "of 0 and 1": lambda images: (images > 100).astype(np.uint8),
    "EMNIST": lambda images: np.stack([emnist_like(image) for image in images]),
    "EMNIST transposed": lambda images: np.stack([emnist_like(image).T for image in images]),
    "dark ink": lambda images: 255 - images,
}


@pytest.mark.parametrize("kind", LIKE)
@pytest.mark.parametrize("form", ["npz", "csv"])
def test_what_looks_like_mnist_loses_nothing(tmp_path, digits, kind, form) -> None:
    images = np.ascontiguousarray(LIKE[kind](digits[0]))
    file = tmp_path / f"mine.{form}"
    if form == "npz":
        np.savez(file, images=images, labels=digits[1])
    else:
        np.savetxt(file, np.column_stack([digits[1], images.reshape(COUNT, -1)]), fmt="%d", delimiter=",")
    data = open_data(file, turn="upright")
    expected = images * 255 if images.max() == 1 else 255 - images if kind == "dark ink" else images
    np.testing.assert_array_equal(data.images, expected)
    assert data.reading.fitted == 0
    assert "look like MNIST's" in data.reading.sentence_of_fitting()


def painted(images, kind):
    """Draw digits as people do in a small picture: in a corner, small, faint, or with a pen of one pixel."""
    small = images[:, 4:24:2, 4:24:2]
    corner = np.pad(small, ((0, 0), (1, 17), (2, 16)))
    thin = np.stack([ndimage.binary_erosion(image > 60, iterations=1) for image in images])
    return {
        "in a corner": corner,
        "faint": corner // 3 + (corner == corner.max()).astype(np.uint8) * 60,
        "on grey paper": 200 - corner // 2,
        "off centre": np.roll(images, (3, -3), (1, 2)),
        "thin": thin * np.uint8(255),
    }[kind]


@pytest.mark.parametrize("kind", ["in a corner", "faint", "on grey paper", "off centre", "thin"])
def test_what_does_not_is_fitted_as_the_picture_file_of_it_is(tmp_path, digits, kind) -> None:
    images = painted(digits[0], kind)
    np.savez(tmp_path / "mine.npz", images=images, labels=digits[1])
    data = open_data(tmp_path / "mine.npz", turn="upright", scale="bytes")
    assert data.reading.fitted == COUNT
    assert any("do not look like MNIST's" in note for note in data.notes)
    for number in range(0, COUNT, 7):
        Image.fromarray(images[number]).save(tmp_path / "one.png")
        np.testing.assert_array_equal(data.images[number], read_picture(tmp_path / "one.png", fit="always").digit)


def test_the_user_may_choose_otherwise(tmp_path, digits) -> None:
    images, labels = digits
    np.savez(tmp_path / "mnist.npz", images=images, labels=labels)
    np.savez(tmp_path / "small.npz", images=painted(images, "in a corner"), labels=labels)
    kept = open_data(tmp_path / "small.npz", fit="never")
    np.testing.assert_array_equal(kept.images, painted(images, "in a corner"))
    assert kept.notes == ()
    fitted = open_data(tmp_path / "mnist.npz", fit="always")
    assert fitted.reading.fitted == COUNT
    assert any("as you chose" in note for note in fitted.notes)


def test_one_picture_alone_is_judged_too(tmp_path, digits) -> None:
    np.savez(tmp_path / "one.npz", x_test=painted(digits[0], "in a corner")[:1])
    images, reading = open_pictures(tmp_path / "one.npz")
    assert (len(images), reading.fitted) == (1, 1)


def test_blank_pictures_tell_nothing(tmp_path, digits) -> None:
    images = np.concatenate([digits[0][:20], np.zeros((40, 28, 28), np.uint8)])
    np.savez(tmp_path / "mine.npz", images=images, labels=digits[1])
    np.testing.assert_array_equal(open_data(tmp_path / "mine.npz").images, images)
    np.savez(tmp_path / "mine.npz", images=images[20:], labels=digits[1][20:])
    assert not open_data(tmp_path / "mine.npz").images.any()


def test_labels_tell_how_pictures_to_be_answered_lie(tmp_path, digits) -> None:
    images, labels = load_npz(BUNDLED_DIGITS).images[:200], load_npz(BUNDLED_DIGITS).labels[:200]
    np.savez(tmp_path / "mine.npz", images=images.swapaxes(1, 2), labels=labels)
    found, reading = open_pictures(tmp_path / "mine.npz")
    np.testing.assert_array_equal(found, images)
    assert reading.turned == "transposed"
