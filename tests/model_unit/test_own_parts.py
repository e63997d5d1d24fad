"""Data sets that come with a validation part, a test part, or both: they stay what they are."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.own_data import save_folders

from model import Dataset
from model.data.dataset import PARTS, SplitRule
from model.data.edits import Edits
from model.readers.import_report import inspect_import
from model.readers.npz_files import load_npz, save_npz
from model.readers.sources import open_data
from model.training.teaching import own_halves


def dataset(validation: int | None, test: int | None, count: int = 200) -> Dataset:
    rng = np.random.default_rng(0)
    images = rng.integers(1, 256, (count, 28, 28), np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    return Dataset(images, labels, "mine", "nowhere", test, own_validation_start=validation)


def sizes(data: Dataset) -> list[int]:
    return [len(data.split.part(part)) for part in PARTS]


def test_three_parts_of_its_own_are_kept() -> None:
    data = dataset(140, 160)
    assert [data.split.part(part).tolist() for part in PARTS] == [
        [*range(140)],
        [*range(140, 160)],
        [*range(160, 200)],
    ]
    assert data.own_parts == ("validation", "test")
    for rule in (SplitRule(7), SplitRule(stratified=True)):
        assert data.with_split_rule(rule).split.validation.tolist() == [*range(140, 160)]


def test_without_a_test_part_one_is_split_from_the_train_part_with_the_same_shares() -> None:
    data = dataset(160, None)
    assert data.split.validation.tolist() == [*range(160, 200)]
    assert sizes(data) == [148, 40, 12]
    assert set(np.bincount(data.labels[data.split.test], minlength=10)) <= {1, 2}
    assert data.split.train.max() < 160
    assert data.own_parts == ("validation",)
    assert not data.has_own_test_part
    assert sizes(dataset(5, None, 9)) == [5, 4, 0], "what is tiny is not split"


def test_they_can_be_mixed() -> None:
    mixed = dataset(140, 160).with_split_rule(SplitRule(own_parts=False))
    assert sizes(mixed) == sizes(dataset(None, None))
    assert mixed.own_parts == ()


@pytest.mark.parametrize(("validation", "test"), [(140, 160), (140, None), (None, 160)])
def test_a_limit_and_corrections_leave_them_whole(validation, test) -> None:
    data = dataset(validation, test)
    start = validation or test
    limited = data.limited(30)
    assert len(limited) == 30 + 200 - start
    assert limited.own_train_end == 30
    assert len(limited.split.validation) == (len(data.split.validation) if validation else 3)
    assert limited.own_parts == data.own_parts
    edited = data.edited(Edits(excluded=frozenset({0, start}))).limited(30)
    assert len(edited) == 30 + 200 - start - 1
    if test:
        assert len(edited.split.test) == 40 - (start == test)


def test_the_fingerprint_tells_them_apart() -> None:
    ways = [(None, None), (140, None), (None, 140), (140, 160), (150, 160), (None, 160)]
    assert len({dataset(*way).fingerprint for way in ways}) == len(ways)


@pytest.mark.parametrize(("validation", "test"), [(140, 160), (140, None), (None, 160), (None, None)])
def test_a_copy_has_the_same_parts(tmp_path, validation, test) -> None:
    data = dataset(validation, test).edited(Edits({3: 9}, frozenset({1, 150})))
    save_npz(data, tmp_path / "copy.npz")
    copy = open_data(tmp_path / "copy.npz", fit="never", ink="bright", turn="upright")
    assert copy.own_parts == data.own_parts
    for part in data.own_parts:
        np.testing.assert_array_equal(copy.part(part)[0], data.part(part)[0])
    assert len(copy) == 198


def test_a_copy_of_what_has_only_a_test_part_can_be_written(tmp_path) -> None:
    save_npz(dataset(None, 0), tmp_path / "copy.npz")
    assert len(load_npz(tmp_path / "copy.npz")) == 200


def test_folders_say_what_is_kept(tmp_path, mnist) -> None:
    some = mnist.limited(60)
    for name, part in (("train", slice(0, 40)), ("valid", slice(40, 50)), ("test", slice(50, 60))):
        save_folders(tmp_path / "three" / name, Dataset(some.images[part], some.labels[part], "x", "y"))
        if name != "test":
            save_folders(tmp_path / "two" / name, Dataset(some.images[part], some.labels[part], "x", "y"))
    three, two = open_data(tmp_path / "three"), open_data(tmp_path / "two")
    assert sizes(three) == [40, 10, 10]
    assert "its own validation and test parts are kept as they are" in three.notes
    assert sizes(two) == [37, 10, 3]
    assert "its own validation part is kept; a test part is split from its training pictures" in two.notes


def test_a_validation_part_with_nothing_to_learn_from_is_learned_from(tmp_path, mnist) -> None:
    arrays = {"x_val": mnist.images[:40], "y_val": mnist.labels[:40]}
    np.savez(tmp_path / "mine.npz", **arrays, x_test=mnist.images[40:60], y_test=mnist.labels[40:60])
    assert sizes(open_data(tmp_path / "mine.npz")) == [37, 3, 20]
    np.savez(tmp_path / "mine.npz", **arrays)
    assert open_data(tmp_path / "mine.npz").own_parts == ()


def test_repeated_pictures_stay_where_they_are_held_out() -> None:
    data = dataset(140, 160)
    images = data.images.copy()
    images[[5, 150, 170]] = images[5]
    images[[6, 151]] = images[6]
    images[[7, 8]] = images[7]
    left_out = inspect_import(replace(data, images=images)).tidied().excluded
    assert left_out == {5, 150, 6, 8}


def test_teaching_measures_by_what_is_held_out() -> None:
    taught, measured = own_halves(dataset(140, 160))
    assert (len(taught[1]), len(measured[1])) == (140, 60)
    taught, measured = own_halves(dataset(140, None))
    assert (len(taught[1]), len(measured[1])) == (140, 60)
