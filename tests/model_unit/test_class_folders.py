"""Folders of any names: which classes they are, and whether their pictures are ink or photographs."""

import tracemalloc

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.named_pictures import draw_letter, save_letters, save_photographs
from helpers.own_data import same, save_folders
from helpers.pictures import draw_digit
from PIL import Image

from model import Dataset, Task, open_data
from model.data.edits import Edits
from model.errors import DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.network.task import DIGITS, numbered
from model.readers.edit_files import edits_beside, save_edits
from model.readers.import_report import inspect_import
from model.readers.npz_files import save_npz


def test_letters_in_ink_are_read_as_drawings_are(tmp_path) -> None:
    data = open_data(save_letters(tmp_path / "letters", "BA", 6))
    assert data.task == Task(("A", "B"), (28, 28, 1), "ink")
    assert data.task.are_characters
    assert data.images.shape == (12, 28, 28)
    assert data.labels.tolist() == [0] * 6 + [1] * 6
    assert data.reading.dark == data.reading.fitted == 12
    ink = data.images[0] > 127
    assert np.ptp(np.flatnonzero(ink.any(axis=1))) + 1 >= 18  # of the 20 pixels of the box
    assert not data.images[:, :2].any()
    report = inspect_import(data)
    assert report.blank.size == 0


@pytest.mark.parametrize(("size", "expected"), [((60, 48), (48, 60, 3)), ((100, 70), (32, 32, 3))])
def test_photographs_keep_their_size_if_it_is_usual(tmp_path, size, expected) -> None:
    data = open_data(save_photographs(tmp_path / "views", 5, size=size))
    assert data.task == Task(("meadow", "sea"), expected, "photo")
    assert data.images.shape == (10, *expected)
    red, green, blue = data.images[data.labels == 1].mean(axis=(0, 1, 2))
    assert blue > green > red  # the sea, and no channel taken for another
    width, height = expected[1], expected[0]
    assert f"{width} × {height} pixels in colour" in " ".join(data.notes)
    assert data.reading.fitted == (0 if size == (60, 48) else 10)
    assert ("32 × 32" in data.reading.sentence_of_fitting()) == (size != (60, 48))


def test_grey_photographs_have_one_channel_even_if_stored_in_three(tmp_path) -> None:
    folder = save_photographs(tmp_path / "views", 5)
    for file in folder.rglob("*.png"):
        Image.open(file).convert("L").convert("RGB").save(file.with_suffix(".jpg"), quality=80)
        file.unlink()
    data = open_data(folder)
    assert data.task == Task(("meadow", "sea"), (48, 60, 1), "photo")
    assert data.images.shape == (10, 48, 60)


def test_a_photograph_covers_its_picture_and_is_scaled_only_if_asked(tmp_path) -> None:
    for name in ("left", "right"):
        (tmp_path / "x" / name).mkdir(parents=True)
        wide = np.zeros((50, 200, 3), np.uint8)
        wide[:, 75:125] = (250, 20, 20)  # the middle square
        wide[:, :75], wide[:, 125:] = (20, 20, 250), (20, 250, 20)
        for number in range(3):
            Image.fromarray(wide).save(tmp_path / "x" / name / f"{number}.png")
    covered = open_data(tmp_path / "x", preparation="photo").images
    assert covered.shape == (6, 32, 32, 3)
    assert (covered[:, :, 2:30, 0] > 200).all()
    squeezed = open_data(tmp_path / "x", preparation="unchanged")
    assert squeezed.task.preparation == "unchanged"
    assert squeezed.images[0, 16, 2].tolist() == [20, 20, 250]
    assert squeezed.images[0, 16, 29].tolist() == [20, 250, 20]


def test_colour_in_folders_of_digits_is_read_in_colour_and_reported(tmp_path, some) -> None:
    data = open_data(save_photographs(tmp_path / "signs", 4, names=numbered(10)))
    assert data.task == Task(numbered(10), (48, 60, 3), "photo")
    assert "no ink on paper" in " ".join(data.notes)
    as_ink = open_data(tmp_path / "signs", preparation="ink")
    assert as_ink.task == DIGITS
    sheet = draw_digit(7, 280)
    (tmp_path / "pens" / "7").mkdir(parents=True)
    Image.fromarray(np.where(sheet[..., None] > 127, (30, 40, 200), (235, 225, 190)).astype(np.uint8)).save(
        tmp_path / "pens" / "7" / "1.png"
    )
    pens = open_data(tmp_path / "pens")  # blue ink on yellowish paper
    assert pens.task == DIGITS
    np.testing.assert_allclose(pens.images[0].astype(int), drawing_to_digit(sheet).astype(int), atol=40)


def test_names_are_in_natural_order_and_digits_among_letters_are_classes(tmp_path) -> None:
    save_letters(tmp_path / "mixed", ["10", "9", "2", "b", "A"], 2)
    assert open_data(tmp_path / "mixed").task.class_names == ("2", "9", "10", "A", "b")
    save_letters(tmp_path / "hex", ["0", "1", "A", "B"], 2)
    assert open_data(tmp_path / "hex").task.class_names == ("0", "1", "A", "B")


@pytest.mark.parametrize("names", [("3", "cat", "dog"), ("cat", "one"), ("cat", "dog", "two2")])
def test_a_class_named_like_a_digit_hides_no_other(tmp_path, names) -> None:
    for part in (".", "parts/train", "parts/test"):
        folder = tmp_path / "flat" if part == "." else tmp_path / part
        save_photographs(folder, 2, names=names)
    flat, parts = open_data(tmp_path / "flat"), open_data(tmp_path / "parts")
    assert flat.task.class_names == parts.task.class_names == names
    assert (len(flat), len(parts)) == (2 * len(names), 4 * len(names))
    assert "skipped" not in " ".join((*flat.notes, *parts.notes))


@pytest.mark.parametrize("count", [7, 8])
def test_another_folder_is_skipped_only_beside_nearly_all_digits(tmp_path, count) -> None:
    save_letters(tmp_path / "x", numbered(count), 1)
    save_letters(tmp_path / "x" / "sorted out", ["A"], 1)  # below which is one more folder
    (tmp_path / "x" / "empty").mkdir()
    data = open_data(tmp_path / "x")
    assert data.task.class_names == (numbered(10) if count == 8 else (*numbered(7), "sorted out"))
    assert ("sorted out" in " ".join(data.notes)) == (count == 8)


@pytest.mark.parametrize("below", [".", "deeper"])
def test_parts_and_writers_above_the_classes(tmp_path, below) -> None:
    for seed, name in enumerate(("train", "valid", "test")):
        save_letters(tmp_path / "parts" / below / name, "AB", 4, seed)
    data = open_data(tmp_path / "parts")
    assert (data.own_validation_start, data.official_test_start, len(data)) == (8, 16, 24)
    assert data.labels.tolist() == ([0] * 4 + [1] * 4) * 3
    for seed, name in enumerate(("anna", "bert")):
        save_letters(tmp_path / "writers" / below / name, "AB", 4, seed)
    data = open_data(tmp_path / "writers")
    assert (data.task.class_names, len(data)) == (("A", "B"), 16)


def test_a_class_may_be_called_like_a_part(tmp_path) -> None:
    data = open_data(save_photographs(tmp_path / "vehicles", 3, names=("bus", "train")))
    assert data.task.class_names == ("bus", "train")
    assert data.official_test_start is None


def test_labels_in_names_or_tables_are_believed_before_the_folders(tmp_path, some) -> None:
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        file = tmp_path / "named" / f"writer {number % 2}" / f"{label}_{number:03}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)
    same(open_data(tmp_path / "named"), some)
    lines = [f"{number:03}.png,{label}" for number, label in enumerate(some.labels)]
    for number, image in enumerate(some.images):
        file = tmp_path / "told" / f"page {number % 3}" / f"{number:03}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)
    (tmp_path / "told" / "labels.csv").write_text("\n".join(["file,label", *lines]))
    same(open_data(tmp_path / "told"), some)


def test_numbers_that_count_the_pictures_are_no_labels(tmp_path, rng) -> None:
    for letter in "AB":
        (tmp_path / "x" / letter).mkdir(parents=True)
        for number in range(1, 7):
            draw_letter(letter, rng).save(tmp_path / "x" / letter / f"{number}.png")
    assert open_data(tmp_path / "x").task.class_names == ("A", "B")


def test_too_many_classes_are_refused_before_they_are_read(tmp_path) -> None:
    for number in range(201):
        (tmp_path / "many" / f"kind {number + 100}x").mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / "many" / f"kind {number + 100}x" / "1.png")
    assert "2 to 200 classes, found 201" in error_of(DataFormatError, lambda: open_data(tmp_path / "many"))


def test_damaged_pictures_are_skipped_and_what_else_lies_there_is_named(tmp_path) -> None:
    folder = save_letters(tmp_path / "letters", "AB", 3)
    (folder / "A" / "broken.png").write_bytes(b"\x89PNG no more")
    (folder / "notes").mkdir()
    (folder / "notes" / "list.txt").write_text("x")
    data = open_data(folder)
    assert len(data) == 6
    assert "broken.png" in " ".join(data.notes)
    assert "notes" in " ".join(data.notes)


def test_folders_of_digits_are_read_as_before(tmp_path, some) -> None:
    data = open_data(save_folders(tmp_path / "digits", some))
    same(data, some)
    assert data.task == DIGITS
    assert data.fingerprint == Dataset(data.images, data.labels, "x", "y").fingerprint


def test_corrections_are_kept_by_the_name_of_the_class(tmp_path) -> None:
    folder = save_letters(tmp_path / "letters", "BC", 3)
    data = open_data(folder)
    save_edits(data.edited(Edits({0: 1}, frozenset({5}))), edits_beside(folder))
    assert '"label": "C"' in edits_beside(folder).read_text()
    save_letters(tmp_path / "letters", "A", 3)  # which moves all numbers
    again = open_data(folder)
    assert again.labels.tolist() == [0, 0, 0, 2, 1, 1, 2, 2, 2]
    assert again.edits.excluded == {8}
    (folder / "C").rename(folder / "D")
    gone = open_data(folder)
    assert gone.edits.labels == {}
    assert "the picture of 1 correction is gone" in " ".join(gone.notes)
    assert '"label": "C"' in edits_beside(folder).read_text()


def test_corrections_of_digits_mean_the_classes_of_these_names(tmp_path) -> None:
    folder = save_letters(tmp_path / "x", "123456789", 1)
    data = open_data(folder)
    assert data.task == DIGITS
    save_edits(data.edited(Edits({0: 3, 4: 0})), edits_beside(folder))
    assert '"label": 3' in edits_beside(folder).read_text()
    save_letters(folder, "AB", 1)
    again = open_data(folder)
    assert again.task.class_names == (*"123456789", "A", "B")
    assert [again.task.class_names[label] for label in again.edits.labels.values()] == ["3"]
    assert "the picture of 1 correction is gone" in " ".join(again.notes)  # there is no class 0
    save_edits(again.edited(Edits({0: 9})), edits_beside(folder))
    assert '"label": 0' in edits_beside(folder).read_text()


@pytest.mark.parametrize("has_parts", [False, True])
def test_a_copy_keeps_classes_colours_and_parts(tmp_path, has_parts) -> None:
    for part in ("train", "valid", "test") if has_parts else (".",):
        save_photographs(tmp_path / "views" / part, 3)
    data = open_data(tmp_path / "views").edited(Edits({0: 1}, frozenset({2})))
    save_npz(data, tmp_path / "copy.npz")
    copy = open_data(tmp_path / "copy.npz")
    np.testing.assert_array_equal(copy.images, data.images[data.included])
    np.testing.assert_array_equal(copy.labels, data.labels[data.included])
    assert copy.task == data.task
    assert (copy.own_validation_start, copy.official_test_start) == ((5, 11) if has_parts else (None, None))
    content = (tmp_path / "copy.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(content[: len(content) // 2])
    error_of(DataFormatError, lambda: open_data(tmp_path / "cut.npz"))
    np.savez(tmp_path / "odd.npz", images=data.images, labels=data.labels, task=np.array("no task"))
    assert "named classes" in error_of(DataFormatError, lambda: open_data(tmp_path / "odd.npz"))


def test_a_copy_is_opened_without_having_it_twice(tmp_path) -> None:
    images = np.tile(np.random.default_rng(0).integers(0, 256, (500, 20, 24, 3), np.uint8), (50, 1, 1, 1))
    labels = (np.arange(25_000) % 3).astype(np.uint8)
    task = Task(("cat", "dog", "eel"), (20, 24, 3), "photo")
    data = Dataset(images, labels, "views", "views", 7000, own_validation_start=4000, task=task)
    save_npz(data, tmp_path / "copy.npz")
    save_edits(data.edited(Edits({0: 1})), edits_beside(tmp_path / "copy.npz"))
    open_data(tmp_path / "copy.npz")  # which imports what it needs
    tracemalloc.start()
    copy = open_data(tmp_path / "copy.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(copy.images, images)
    np.testing.assert_array_equal(copy.labels[1:], labels[1:])
    assert (copy.labels[0], copy.own_validation_start, copy.official_test_start) == (1, 4000, 7000)
    assert peak < 1.4 * images.nbytes

    some, few, about = images[:9], labels[:9], np.array(task.to_json())
    np.savez(tmp_path / "odd.npz", task=about, x_train=some, y_train=few, x_val=some[:, 1:], y_val=few)
    assert "different" in error_of(DataFormatError, lambda: open_data(tmp_path / "odd.npz"))
    by_columns = {"x_train": np.asfortranarray(some[:5]), "y_train": few[:5], "x_val": some[5:], "y_val": few[5:]}
    np.savez(tmp_path / "columns.npz", task=about, **by_columns)
    np.testing.assert_array_equal(open_data(tmp_path / "columns.npz").images, some)
