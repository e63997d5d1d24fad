"""Folders of pictures, and what `load` makes of a path."""

import gc
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import draw_digit
from PIL import Image

from model.errors import CancelledError, DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.readers.picture_files import open_picture, read_digit
from model.readers.sources import open_data

SHEET = draw_digit(7, 90, 9)  # far from so thin that it would be inked anew


def save(picture: Image.Image, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file)
    return file


def as_mode(gray: np.ndarray, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(gray.astype(np.uint16) * 257)
    return Image.fromarray(gray).convert(mode)


FORMATS = [
    ("L", "png"),
    ("RGB", "png"),
    ("RGBA", "png"),
    ("LA", "png"),
    ("P", "png"),
    ("1", "png"),
    ("I;16", "png"),
    ("L", "jpg"),
    ("RGB", "JPEG"),
    ("CMYK", "jpeg"),
    ("L", "bmp"),
    ("RGB", "tif"),
    ("L", "tiff"),
    ("RGB", "webp"),
    ("P", "gif"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["bright ink", "dark ink"])
@pytest.mark.parametrize(("mode", "suffix"), FORMATS)
def test_pictures_of_every_kind_become_the_same_digit(tmp_path, mode, suffix, dark) -> None:
    file = save(as_mode(255 - SHEET if dark else SHEET, mode), tmp_path / f"x.{suffix}")
    digit = read_digit(file)
    assert digit.dtype == np.uint8
    assert np.abs(digit.astype(int) - drawing_to_digit(SHEET)).mean() < 4


@pytest.mark.parametrize("dark", [False, True], ids=["bright ink", "dark ink"])
@pytest.mark.parametrize(
    ("mode", "suffix"), [("L", "png"), ("RGB", "png"), ("RGBA", "png"), ("L", "bmp"), ("L", "gif")]
)
def test_a_picture_of_28_by_28_is_taken_pixel_by_pixel(tmp_path, mnist, mode, suffix, dark) -> None:
    for image in mnist.images[:10]:
        file = save(as_mode(255 - image if dark else image, mode), tmp_path / f"x.{suffix}")
        np.testing.assert_array_equal(read_digit(file), image)


@pytest.mark.parametrize("kind", ["16 bit", "transparent", "float"])
def test_a_picture_of_28_by_28_may_be_of_any_mode(tmp_path, mnist, kind) -> None:
    image = mnist.images[0]
    pictures = {
        "16 bit": as_mode(image, "I;16"),
        "transparent": Image.merge("LA", [Image.new("L", (28, 28), 0), Image.fromarray(image)]),
        "float": Image.fromarray((image / 255).astype(np.float32)),
    }
    digit = read_digit(save(pictures[kind], tmp_path / ("x.tif" if kind == "float" else "x.png")))
    assert np.abs(digit.astype(int) - image).max() <= 1


@pytest.mark.parametrize(
    "brightness",
    [
        0,
        128,
        255,
    ],
)
def test_a_blank_picture_of_28_by_28_is_all_zero(tmp_path, brightness) -> None:
    assert not read_digit(save(Image.new("L", (28, 28), brightness), tmp_path / "x.png")).any()


def test_a_sheet_of_28_by_28_with_the_noise_of_a_camera_has_no_ink(tmp_path, rng) -> None:
    sheet = Image.fromarray(rng.integers(250, 256, (28, 28)).astype(np.uint8))
    assert not read_digit(save(sheet, tmp_path / "x.png")).any()


def folder_of(root: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        save(Image.fromarray(image), root / str(label) / f"{number:03}.png")
    return root


def test_a_folder_with_one_sub_folder_a_digit(tmp_path, mnist) -> None:
    folder = folder_of(tmp_path / "mine", mnist.images[:30], mnist.labels[:30])
    data = open_data(folder)
    order = np.argsort(mnist.labels[:30], kind="stable")
    np.testing.assert_array_equal(data.images, mnist.images[:30][order])
    np.testing.assert_array_equal(data.labels, mnist.labels[:30][order])
    assert (data.name, data.source) == ("mine, 30", str(folder))
    assert (data.notes, data.official_test_start) == ((), None)
    assert open_data(str(folder)).fingerprint == data.fingerprint


def test_reading_tells_how_far_it_is_and_can_be_cancelled(tmp_path, mnist) -> None:
    folder = folder_of(tmp_path / "mine", mnist.images[:5], mnist.labels[:5])
    told: list[tuple[int, int]] = []

    def cancel_at_the_third(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise CancelledError("enough")

    assert error_of(CancelledError, lambda: open_data(folder, on_progress=cancel_at_the_third)) == "enough"
    assert told == [(0, 5), (1, 5), (2, 5)]


def test_other_files_and_folders_beside_the_pictures_are_left_alone_and_named(tmp_path, mnist) -> None:
    folder = folder_of(tmp_path, mnist.images[:5], mnist.labels[:5])
    some = folder / str(mnist.labels[0])
    (some / "notes.txt").write_text("hello")
    (some / ".hidden.png").write_bytes(b"nothing")
    (some / "Thumbs.db").write_bytes(b"nothing")
    (folder / "10").mkdir()
    save(Image.fromarray(mnist.images[0]), folder / "train" / "x.png")
    data = open_data(folder)
    assert len(data) == 5
    (note,) = data.notes
    assert all(name in note for name in ("10", "train", "notes.txt"))
    assert "hidden" not in note
    assert "Thumbs" not in note


def test_pictures_of_other_sizes_go_through_the_preprocessing(tmp_path) -> None:
    save(Image.fromarray(255 - SHEET).convert("RGB"), tmp_path / "7" / "photo.jpg")
    data = open_data(tmp_path)
    np.testing.assert_array_equal(data.labels, [7])
    np.testing.assert_array_equal(data.images[0], read_digit(tmp_path / "7" / "photo.jpg"))


BROKEN = {
    "cut.png": lambda good: good[: len(good) // 2],
    "header.png": lambda good: good[:20],
    "text.jpg": lambda good: b"this is no picture",
    "empty.bmp": lambda good: b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_among_good_ones_costs_that_picture_and_is_named(tmp_path, mnist, name) -> None:
    folder_of(tmp_path, mnist.images[:4], mnist.labels[:4])
    good = next(tmp_path.glob("*/*.png")).read_bytes()
    (tmp_path / "8").mkdir(exist_ok=True)
    (tmp_path / "8" / name).write_bytes(BROKEN[name](good))
    data = open_data(tmp_path)
    assert len(data) == 4
    assert len(data.notes) == 1
    assert str(Path("8") / name) in data.notes[0]
    assert "1 picture " in data.notes[0]


def test_of_many_broken_pictures_three_are_named_and_all_counted(tmp_path, mnist) -> None:
    folder_of(tmp_path, mnist.images[:1], mnist.labels[:1])
    for number in range(12):
        (tmp_path / str(mnist.labels[0]) / f"broken{number:02}.png").write_bytes(b"broken")
    (note,) = open_data(tmp_path).notes
    assert "12 pictures" in note
    assert "broken00.png" in note
    assert "broken02.png" in note
    assert "9 more" in note
    assert "broken03.png" not in note


def test_a_folder_of_broken_pictures_only_is_refused(tmp_path) -> None:
    (tmp_path / "mine" / "3").mkdir(parents=True)
    for name in ("a.png", "b.png"):
        (tmp_path / "mine" / "3" / name).write_bytes(b"broken")
    message = error_of(DataFormatError, lambda: open_data(tmp_path / "mine"))
    assert "mine" in message
    assert "2 that cannot be read" in message


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: (folder / "0").mkdir(), ["none"]),
        (lambda folder: None, ["an empty folder"]),
        (lambda folder: [(folder / name).write_bytes(b"") for name in "abcd"], ["a, b, c and 1 more"]),
    ],
    ids=["no pictures", "empty", "other files"],
)
def test_a_folder_without_data_says_what_was_found_instead(tmp_path, make, words) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    make(folder)
    message = error_of(DataFormatError, lambda: open_data(folder))
    assert all(word in message for word in ["mine", "sub-folders", *words]), message


def test_a_path_that_is_not_there_is_named(tmp_path) -> None:
    message = error_of(DataFormatError, lambda: open_data(tmp_path / "gone"))
    assert str(tmp_path / "gone") in message
    assert "no such file" in message


@pytest.mark.parametrize("name", ["digits.xyz", "digits"])
def test_a_file_of_an_unknown_kind_is_named_with_what_is_expected(tmp_path, name) -> None:
    (tmp_path / name).write_bytes(b"x")
    message = error_of(DataFormatError, lambda: open_data(tmp_path / name))
    assert all(word in message for word in (name, ".npz", ".csv", "folder"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "an empty file"),
        (b"hello, this is text", "another kind of file"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n%%EndComments\n", "another kind of file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "damaged"),
    ],
)
def test_a_file_that_is_no_picture_is_named_with_what_was_found(tmp_path, content, words) -> None:
    file = tmp_path / "seven.png"
    if content is not None:
        file.write_bytes(content)
    message = error_of(DataFormatError, lambda: open_picture(file))
    assert "seven.png" in message
    assert words in message


def test_a_picture_cut_anywhere_is_read_or_refused_clearly(tmp_path) -> None:
    for suffix in ("png", "jpg", "gif", "bmp"):
        file = save(Image.fromarray(SHEET), tmp_path / f"x.{suffix}")
        whole = file.read_bytes()
        for length in range(0, len(whole), max(1, len(whole) // 25)):
            file.write_bytes(whole[:length])
            try:
                size = open_picture(file).size
            except DataFormatError:
                assert file.name in error_of(DataFormatError, lambda file=file: open_picture(file))
            else:
                assert size == SHEET.shape


@pytest.mark.parametrize("suffix", ["png", "gif", "tif"])
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut"])
def test_no_picture_file_stays_open(tmp_path, suffix, cut) -> None:
    file = save(Image.fromarray(SHEET), tmp_path / f"x.{suffix}")
    if cut:
        file.write_bytes(file.read_bytes()[:-30])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            open_picture(file)
        except DataFormatError:
            assert cut
        gc.collect()
    assert not [warning for warning in seen if issubclass(warning.category, ResourceWarning)]
