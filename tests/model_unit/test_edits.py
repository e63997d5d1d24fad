"""Corrections of a data set, in memory and on disk."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

from model import Dataset
from model.data.dataset import PARTS, SplitRule
from model.data.edits import Edits
from model.errors import ConfigError, DataFormatError
from model.readers.edit_files import edits_beside, load_edits, save_edits
from model.readers.npz_files import load_npz, save_npz
from model.readers.sources import open_data

GOLDEN = Path(__file__).parent.parent / "golden" / "edits_of_0_1_0"


@pytest.fixture
def digits(mnist) -> Dataset:
    return Dataset(mnist.images[:200], mnist.labels[:200], "mine", "nowhere")


def test_edits_change_labels_and_parts_and_nothing_else(digits) -> None:
    train = digits.split.train
    edits = Edits({3: 9, 5: 0}, frozenset({int(train[0]), int(train[1])}), frozenset({7}))
    edited = digits.edited(edits)
    assert (edited.labels[3], edited.labels[5]) == (9, 0)
    same = np.setdiff1d(np.arange(200), [3, 5])
    np.testing.assert_array_equal(edited.labels[same], digits.labels[same])
    assert edited.images is digits.images
    np.testing.assert_array_equal(edited.split.train, train[2:])
    for name in ("validation", "test"):
        np.testing.assert_array_equal(edited.split.part(name), digits.split.part(name))
    assert len(edited.part("all")[0]) == 198
    assert edited.label_counts().sum() == 198
    assert edited.unedited is digits
    assert digits.labels[3] != 9 or digits.labels[5] != 0  # the original is as it was


def test_edits_with_numbers_of_numpy_are_saved(digits, tmp_path) -> None:
    label, index = (digits.labels[3] + np.uint8(1)) % np.uint8(10), np.intp(3)
    edits = Edits({index: label}, frozenset({np.int64(4)})).with_kept([np.int32(5)])
    edited, file = digits.edited(edits), tmp_path / "edits.json"
    save_edits(edited, file)
    assert load_edits(file).edits_of(digits) == (edits, [])
    assert all(type(number) is int for number in (*edits.labels, *edits.labels.values(), *edits.excluded))


def test_edits_replace_one_another_and_none_give_the_original_back(digits) -> None:
    first = digits.edited(Edits({3: 9}))
    second = first.edited(Edits({4: 8}))
    assert second.labels[3] == digits.labels[3]
    assert second.labels[4] == 8
    assert second.edited(Edits()) is digits


def test_edits_follow_their_pictures_and_join_others() -> None:
    edits = Edits({0: 4, 2: 7}, frozenset({1, 2}), frozenset({0, 3}))
    moved = edits.moved(np.array([5, 0, -1, 3]))
    assert moved == Edits({5: 4}, frozenset({0}), frozenset({5, 3}))
    assert moved.joined(Edits({1: 8}, frozenset({2}))) == Edits({5: 4, 1: 8}, frozenset({0, 2}), frozenset({5, 3}))


def test_a_corrected_label_moves_no_picture_into_another_part_though_stratified(digits) -> None:
    stratified = digits.with_split_rule(SplitRule(stratified=True))
    edited = stratified.edited(Edits(dict.fromkeys(range(50), 0)))
    for name in PARTS:
        np.testing.assert_array_equal(edited.split.part(name), stratified.split.part(name))
    recut = edited.with_split_rule(SplitRule(seed=1))
    assert recut.edits == edited.edits
    assert set(recut.split.test) != set(edited.split.test)


def test_the_fingerprint_tells_corrected_data_apart(digits) -> None:
    variants = [
        digits,
        digits.edited(Edits({3: (int(digits.labels[3]) + 1) % 10})),
        digits.edited(Edits(excluded=frozenset({3}))),
        digits.with_split_rule(SplitRule(seed=1)),
        digits.with_split_rule(SplitRule(stratified=True)),
    ]
    assert len({variant.fingerprint for variant in variants}) == len(variants)
    assert digits.edited(Edits(kept=frozenset({3}))).fingerprint == digits.fingerprint
    edited = digits.with_split_rule(SplitRule(stratified=True)).edited(Edits({3: 9, 5: 0}))
    copy = Dataset(edited.images, edited.labels, "copy", "elsewhere", split_rule=edited.split_rule)
    assert edited.fingerprint != copy.fingerprint  # they are cut by other labels
    assert Dataset(digits.images, digits.labels, "another", "elsewhere").fingerprint == digits.fingerprint


@pytest.mark.parametrize(
    "edits", [Edits({200: 1}), Edits({-1: 1}), Edits({0: 10}), Edits(excluded=frozenset({500}))]
)
def test_edits_of_what_is_not_there_are_refused(digits, edits) -> None:
    error_of(ConfigError, lambda: digits.edited(edits))


def test_a_limited_set_takes_no_picture_that_was_left_out(digits) -> None:
    excluded = frozenset(range(100))
    limited = digits.edited(Edits({150: 3}, excluded)).limited(30)
    allowed = {image.tobytes() for image in digits.images[100:]}
    assert len(limited) == 30
    assert all(image.tobytes() in allowed for image in limited.images)


def test_a_digit_missing_or_rare_in_a_part_is_told(digits) -> None:
    assert digits.warnings() == () or all("has" in text for text in digits.warnings())
    sevens = np.flatnonzero(digits.labels == 7)
    without = digits.edited(Edits(excluded=frozenset(sevens.tolist())))
    assert without.warnings()[0].startswith("The training part has no pictures of 7")
    rare = digits.edited(Edits(excluded=frozenset(np.intersect1d(sevens, digits.split.train)[2:].tolist())))
    assert "has only 2 pictures of 7" in rare.warnings()[0]


def save(dataset: Dataset, file: Path) -> None:
    save_edits(dataset, file)


def test_edits_come_back_from_their_file(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    edits = Edits({3: 9, 5: 0}, frozenset({8, 5}), frozenset({11}))
    save(digits.edited(edits), file)
    found, lost = load_edits(file).edits_of(digits)
    assert (found, lost) == (edits, [])


def test_edits_find_their_pictures_again_when_others_come_and_go(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    save(digits.edited(Edits({30: 9, 5: 0}, frozenset({40}))), file)
    fewer = Dataset(digits.images[10:], digits.labels[10:], "mine", "nowhere")
    found, lost = load_edits(file).edits_of(fewer)
    assert found == Edits({20: 9}, frozenset({30}))
    assert [entry["index"] for entry in lost] == [5]
    save(fewer.edited(found), file)  # what has lost its picture is kept for when it comes back
    assert load_edits(file).edits_of(digits)[0] == Edits({30: 9, 5: 0}, frozenset({40}))


def test_edits_of_equal_pictures_keep_to_one_each(digits, tmp_path) -> None:
    images, labels = digits.images[:20].copy(), digits.labels[:20]
    images[[9, 12]] = images[3]
    file = tmp_path / "mine.edits.json"
    save(Dataset(images, labels, "mine", "x").edited(Edits({3: 1}, frozenset({9, 12}))), file)
    more = Dataset(np.concatenate([digits.images[50:51], images]), np.append(labels[:1], labels), "mine", "x")
    found, lost = load_edits(file).edits_of(more)
    assert (found, lost) == (Edits({4: 1}, frozenset({10, 13})), [])


def test_of_two_who_correct_the_same_data_each_picture_has_what_was_said_last(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    first = Edits({3: 9, 5: 0}, frozenset({8}))
    save_edits(digits.edited(first), file, first.touched.tolist())
    second = Edits({5: 1, 7: 2}, kept=frozenset({11}))
    save_edits(digits.edited(second), file, [5, 7, 11])
    assert load_edits(file).edits_of(digits)[0] == Edits({3: 9, 5: 1, 7: 2}, frozenset({8}), frozenset({11}))
    save_edits(digits.edited(Edits({3: 9, 5: 0})), file, [8])  # the first takes a picture in again
    assert load_edits(file).edits_of(digits)[0] == Edits({3: 9, 5: 1, 7: 2}, kept=frozenset({11}))


FEW = st.frozensets(st.integers(0, 9))
EDITS = st.builds(Edits, st.dictionaries(st.integers(0, 9), st.integers(0, 9)), FEW, FEW)


@thorough
@given(mine=EDITS, theirs=EDITS)
def test_differences_and_the_others_at_them_make_the_others(mine, theirs) -> None:
    assert mine.with_others(theirs, mine.differences(theirs)) == theirs
    assert mine.with_others(theirs, ()) == mine


def test_what_is_there_already_is_not_written_again(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    save(digits.edited(Edits({3: 9})), file)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    save(digits.edited(Edits({3: 9})), file)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_no_file_is_written_where_there_is_nothing_to_remember(digits, tmp_path) -> None:
    save(digits, tmp_path / "mine.edits.json")
    assert not list(tmp_path.iterdir())
    assert not load_edits(tmp_path / "mine.edits.json").entries


def test_undoing_everything_empties_the_file(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    save(digits.edited(Edits({3: 9})), file)
    save(digits, file)
    assert not load_edits(file).entries


BROKEN = {
    "cut": lambda good: good[: len(good) // 2],
    "empty": lambda good: "",
    "text": lambda good: "hello",
    "another format": lambda good: good.replace("digitgui edits 1", "digitgui edits 9"),
    "a list": lambda good: "[1, 2]",
    "bad label": lambda good: good.replace('"label": 9', '"label": 11'),
    "no digest": lambda good: good.replace('"digest"', '"x"'),
    "bad ink": lambda good: good.replace('"ink": "auto"', '"ink": "red"'),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_damaged_file_of_edits_is_named_and_never_overwritten(digits, tmp_path, case) -> None:
    file = tmp_path / "mine.edits.json"
    save(digits.edited(Edits({3: 9})), file)
    file.write_text(BROKEN[case](file.read_text()))
    broken = file.read_text()
    assert "mine.edits.json" in error_of(DataFormatError, lambda: load_edits(file))
    error_of(DataFormatError, lambda: save(digits.edited(Edits({4: 1})), file))
    assert file.read_text() == broken


def test_corrections_made_with_0_1_0_still_find_their_pictures(tmp_path) -> None:
    shutil.copytree(GOLDEN, tmp_path, dirs_exist_ok=True)
    opened = open_data(tmp_path / "digits.npz")
    assert opened.edits == Edits({3: 9, 7: 1}, frozenset({5}), frozenset({11}))
    with np.load(tmp_path / "digits.npz") as file:
        np.testing.assert_array_equal(opened.images, file["images"])
    assert opened.notes == ()
    save(opened.edited(opened.edits.with_excluded([6])), edits_beside(tmp_path / "digits.npz"))
    assert open_data(tmp_path / "digits.npz").edits.excluded == {5, 6}


@pytest.mark.parametrize(
    ("key", "value"), [("scale", "bytes"), ("turn", "upright"), ("fit", "never"), ("preparation", "ink")]
)
def test_what_a_file_of_corrections_does_not_say_was_no_choice_then(tmp_path, key, value) -> None:
    file = edits_beside(shutil.copy(GOLDEN / "digits.npz", tmp_path))
    asked = dict.fromkeys(("ink", "scale", "turn", "fit", "preparation"), "auto")
    del asked[key]
    for entries, meant in (([{"index": 3, "digest": "", "label": 9}], value), ([], "auto")):
        file.write_text(json.dumps({"format": "digitgui edits 1", **asked, "pictures": entries}))
        assert asdict(load_edits(file).asked) == {**asked, key: meant}


def test_the_file_lies_beside_the_source_never_in_it(tmp_path) -> None:
    assert edits_beside(tmp_path / "digits.csv") == tmp_path / "digits.csv.edits.json"
    (tmp_path / "folder").mkdir()
    assert edits_beside(f"{tmp_path}/folder/").parent == tmp_path


def test_a_copy_of_corrected_data_opens_as_it_was_corrected(digits, tmp_path) -> None:
    edited = digits.edited(Edits({3: 9}, frozenset({0, 199})))
    save_npz(edited, tmp_path / "copy.npz")
    copy = load_npz(tmp_path / "copy.npz")
    np.testing.assert_array_equal(copy.images, digits.images[1:199])
    assert copy.labels[2] == 9
    with_parts = Dataset(digits.images, digits.labels, "mine", "nowhere", 150).edited(
        Edits(excluded=frozenset({0}))
    )
    save_npz(with_parts, tmp_path / "copy.npz")
    assert load_npz(tmp_path / "copy.npz").official_test_start == 149


def test_the_file_is_json_that_a_person_can_read(digits, tmp_path) -> None:
    file = tmp_path / "mine.edits.json"
    save(digits.edited(Edits({3: 9})), file)
    saved = json.loads(file.read_text())
    assert saved["pictures"][0]["index"] == 3
    assert saved["pictures"][0]["label"] == 9
