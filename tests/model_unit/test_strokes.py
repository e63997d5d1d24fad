"""Pen strokes: what files are read, what is refused, and what a pen makes of them."""

import contextlib
from functools import partial

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import thorough
from helpers.strokes import DIGIT_LINES, character, stroke_arrays, write_digits, write_letters
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import resources
from model import load_network
from model.errors import DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.stroke_width import NORMAL_WIDTH, THINNEST_USUAL, stroke_width, thickened
from model.handwriting.strokes import (
    PAINTED_SIDE,
    StrokeSet,
    holds_strokes,
    load_digit_strokes,
    load_stroke_characters,
    load_strokes,
    paint,
    unit_box,
)
from model.readers.sources import open_data


@pytest.fixture
def file(tmp_path):
    return write_digits(tmp_path / "hands.npz")


def test_what_was_written_is_read(file) -> None:
    strokes = load_strokes(file)
    assert len(strokes.characters) == len(strokes.labels) == 4 * 10 * 2
    assert [len(strokes.characters[index]) for index in (0, 8, 9)] == [1, 2, 2]  # a 0, and two 4s
    for read, lines in zip(strokes.characters[::2], list(DIGIT_LINES.values()) * 4, strict=True):
        for stroke, line in zip(read, lines, strict=True):
            assert stroke.dtype == np.float32
            np.testing.assert_allclose(stroke, line, atol=1.6)  # as far as the hand trembles
    np.testing.assert_array_equal(np.unique(strokes.writers), [1, 2, 3, 4])
    assert set(strokes.sources) == {""}


def test_writers_3_and_8_and_13_and_a_source_of_its_own_are_held_out() -> None:
    one = character(DIGIT_LINES[1])
    writers, sources = np.array([0, 3, 5, 8, 13, 1, 1]), np.array(["", "", "", "", "", "aga", "other"])
    strokes = StrokeSet([one] * 7, np.arange(7), writers, sources)
    np.testing.assert_array_equal(strokes.held_out, [False, True, False, True, True, True, False])
    kept = strokes.chosen(~strokes.held_out)
    np.testing.assert_array_equal(kept.labels, [0, 2, 6])
    assert (len(kept.characters), list(kept.writers), list(kept.sources)) == (3, [0, 5, 1], ["", "", "other"])


def test_sources_are_read_where_there_are_no_writers(tmp_path) -> None:
    arrays = stroke_arrays([character(DIGIT_LINES[1])] * 2, [1, 1]) | {"source": np.array(["aga", "b"])}
    np.savez(tmp_path / "x.npz", **arrays)
    strokes = load_strokes(tmp_path / "x.npz")
    np.testing.assert_array_equal(strokes.held_out, [True, False])
    np.testing.assert_array_equal(strokes.writers, [0, 0])


def test_the_test_part_is_written_by_people_of_their_own(file) -> None:
    dataset = open_data(str(file))
    assert dataset.has_own_test_part
    strokes = load_strokes(file)
    images, labels = dataset.part("test")
    np.testing.assert_array_equal(labels, strokes.labels[strokes.writers == 3])
    expected = [drawing_to_digit(paint(strokes.characters[i])) for i in np.flatnonzero(strokes.writers == 3)]
    np.testing.assert_array_equal(images, expected)
    assert "the test part was written by 1 person" in dataset.reading.remarks[0]


def test_strokes_of_unknown_writers_are_cut_as_any_data(tmp_path) -> None:
    dataset = load_stroke_characters(write_digits(tmp_path / "x.npz", writers=None))
    assert not dataset.has_own_test_part
    assert len(dataset) == 20
    assert dataset.reading.remarks == ()


def test_people_who_are_all_to_be_held_out_leave_no_test_part(tmp_path) -> None:
    dataset = load_stroke_characters(write_digits(tmp_path / "x.npz", writers=(3,)))
    assert not dataset.has_own_test_part
    assert dataset.reading.remarks == ()


def test_painted_strokes_are_read_by_the_shipped_network(file) -> None:
    dataset, network = load_stroke_characters(file), load_network(resources.DEFAULT_MODEL)
    assert (network.predict_proba(dataset.images).argmax(axis=1) == dataset.labels).mean() > 0.85


DAMAGES = {
    "no points": lambda a: a | {"points": np.zeros((0, 2), np.float32)},
    "three coordinates": lambda a: a | {"points": np.zeros((len(a["points"]), 3), np.float32)},
    "one axis": lambda a: a | {"points": a["points"].ravel()},
    "nan": lambda a: a | {"points": np.where(a["points"] > 10, np.nan, a["points"])},
    "too far for float32": lambda a: a | {"points": a["points"].astype(np.float64) * 1e300},
    "points of text": lambda a: a | {"points": a["points"].astype(str).astype(object).astype("U") + "x"},
    "a stroke too few": lambda a: a | {"stroke_end": a["stroke_end"][:-1]},
    "beyond the points": lambda a: a | {"stroke_end": a["stroke_end"] + 1},
    "an empty stroke": lambda a: a | {"stroke_end": np.repeat(a["stroke_end"], 2)},
    "backwards": lambda a: a | {"stroke_end": np.r_[a["stroke_end"][1], a["stroke_end"][0], a["stroke_end"][2:]]},
    "backwards, unsigned": lambda a: (
        a | {"stroke_end": np.r_[a["stroke_end"][1], a["stroke_end"][0], a["stroke_end"][2:]].astype(np.uint32)}
    ),
    "before the beginning": lambda a: a | {"digit_end": np.r_[-1, a["digit_end"][1:]]},
    "ends with halves": lambda a: a | {"stroke_end": a["stroke_end"].astype(float)},
    "characters with halves": lambda a: a | {"digit_end": a["digit_end"].astype(float)},
    "no character": lambda a: (
        a | {"digit_end": a["digit_end"][:0], "label": a["label"][:0], "writer": a["label"][:0]}
    ),
    "labels too few": lambda a: a | {"label": a["label"][:-1]},
    "labels in columns": lambda a: a | {"label": np.stack([a["label"]] * 2, axis=1)},
    "writers too few": lambda a: a | {"writer": a["writer"][:-1]},
    "writers in columns": lambda a: a | {"writer": a["writer"][:, np.newaxis]},
    "writers by name": lambda a: a | {"writer": np.full(len(a["label"]), "Ada")},
    "python objects": lambda a: a | {"points": a["points"].astype(object)},
    "no labels": lambda a: {name: array for name, array in a.items() if name != "label"},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_anything_else_is_refused_in_one_sentence(tmp_path, file, damage) -> None:
    with np.load(file) as archive:
        arrays = dict(archive)
    np.savez(tmp_path / "damaged.npz", **DAMAGES[damage](arrays))
    message = error_of(DataFormatError, lambda: load_strokes(tmp_path / "damaged.npz"))
    assert message.startswith("damaged.npz: expected pen strokes")
    np.savez(tmp_path / "whole.npz", **arrays)  # it is the damage that is refused
    assert len(load_strokes(tmp_path / "whole.npz").labels) == 80


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_a_file_cut_short_is_refused(file, share) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    assert not holds_strokes(file)
    error_of(DataFormatError, lambda: load_strokes(file))


def test_bytes_that_have_changed_are_refused_or_read_but_never_crash(file, rng) -> None:
    data = bytearray(file.read_bytes())
    for place in rng.integers(0, len(data), 60):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        file.write_bytes(changed)
        with contextlib.suppress(DataFormatError):
            assert len(load_strokes(file).characters) > 0


def test_letters_are_read_as_letters_and_refused_as_digits(tmp_path) -> None:
    file = write_letters(tmp_path / "letters.npz")
    assert set(load_strokes(file).labels) == set("AEHMOX")
    assert "letters.npz: expected strokes of digits" in error_of(
        DataFormatError, partial(load_digit_strokes, file)
    )


def test_letters_are_a_data_set_of_their_own_classes(tmp_path) -> None:
    letters = load_strokes(write_letters(tmp_path / "letters.npz"))
    dataset = open_data(str(tmp_path / "letters.npz"))
    assert dataset.task.class_names == ("A", "E", "H", "M", "O", "X")
    test_images, test_labels = dataset.part("test")
    named = [dataset.task.class_names[label] for label in test_labels]
    assert named == [*letters.labels[letters.held_out]]
    first = drawing_to_digit(paint(letters.characters[int(np.flatnonzero(letters.held_out)[0])]))
    np.testing.assert_array_equal(test_images[0], first)


def test_one_character_alone_is_no_data_set(tmp_path) -> None:
    np.savez(tmp_path / "x.npz", **stroke_arrays([character(DIGIT_LINES[1])] * 2, ["a", "a"]))
    assert "x.npz: expected 2 to 200 classes" in error_of(DataFormatError, lambda: open_data(tmp_path / "x.npz"))


def test_a_test_part_of_a_source_is_named(tmp_path) -> None:
    arrays = stroke_arrays([character(DIGIT_LINES[1])] * 2, ["a", "b"]) | {"source": np.array(["aga", "xyz"])}
    np.savez(tmp_path / "x.npz", **arrays)
    assert open_data(tmp_path / "x.npz").reading.remarks[0].startswith("the test part comes from aga alone")


@pytest.mark.parametrize("label", [-1, 10])
def test_numbers_that_are_no_digits_are_refused(tmp_path, label) -> None:
    np.savez(tmp_path / "x.npz", **stroke_arrays([character(DIGIT_LINES[1])], [label]))
    error_of(DataFormatError, lambda: load_digit_strokes(tmp_path / "x.npz"))


def test_only_an_npz_with_these_arrays_holds_strokes(tmp_path, file) -> None:
    assert holds_strokes(file)
    np.savez(tmp_path / "pictures.npz", images=np.zeros((2, 28, 28), np.uint8), labels=np.zeros(2, np.uint8))
    (tmp_path / "text.npz").write_text("no archive")
    for other in ("pictures.npz", "text.npz", "gone.npz"):
        assert not holds_strokes(tmp_path / other)


def test_a_pen_paints_its_width_along_the_stroke() -> None:
    line = [np.array([(0, 0), (0, 5)], np.float32)]
    for width in (0.05, NORMAL_WIDTH, 0.3):
        gray = paint(line, width)
        middle = gray[gray.shape[0] // 2]
        assert middle.max() == 255
        assert np.count_nonzero(middle) == pytest.approx(width * PAINTED_SIDE, abs=2)
        rows = np.flatnonzero(gray.any(axis=1))
        assert np.ptp(rows) + 1 == pytest.approx(PAINTED_SIDE * (1 + width), abs=3)  # round ends


def test_a_dot_becomes_a_dot() -> None:
    for dot in ([np.array([(3, 4)], np.float32)], [np.array([(3, 4), (3, 4)], np.float32)]):
        gray = paint(dot)
        assert gray.any()
        assert drawing_to_digit(gray).any()


strokes_of_any_shape = st.lists(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=6),
    min_size=1,
    max_size=3,
)


@given(
    lines=strokes_of_any_shape,
    scale=st.sampled_from([0.125, 1.0, 32.0]),
    x=st.integers(-500, 500),
    y=st.integers(-500, 500),
)
@thorough
def test_where_and_how_large_a_character_is_written_makes_no_difference(lines, scale, x, y) -> None:
    here = [np.array(line, np.float32) for line in lines]
    there = [stroke * np.float32(scale) + np.array([x, y], np.float32) * np.float32(scale) for stroke in here]
    box = np.concatenate(unit_box(here))
    low, high = box.min(axis=0), box.max(axis=0)
    np.testing.assert_allclose(low + high, 0, atol=1e-5)
    assert (high - low).max() == pytest.approx(1 if np.ptp(np.concatenate(here), axis=0).any() else 0)
    for first, second in zip(unit_box(here), unit_box(there), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-3)
    one, other = paint(here), paint(there)
    assert np.abs(np.subtract(one.shape, other.shape)).max() <= 1
    assert (one[0].any(), one[-1].any(), one[:, 0].any(), one[:, -1].any()) == (False,) * 4  # nothing cut off


@pytest.mark.parametrize("width", [0.03, 0.06, 0.1, 0.2])
def test_the_width_of_a_stroke_is_measured(width) -> None:
    long_line = Image.new("L", (400, 120))
    ImageDraw.Draw(long_line).line([(10, 60), (390, 60)], fill=255, width=round(380 * width))
    gray = np.asarray(long_line)
    rows = np.flatnonzero(gray.any(axis=1))
    assert stroke_width(gray[rows[0] : rows[-1] + 1, 10:391]) == pytest.approx(width, rel=0.2)


@pytest.mark.parametrize("width", [0.02, 0.04, 0.06])
def test_thin_strokes_become_as_wide_as_usual_and_usual_ones_stay(width) -> None:
    for digit in (0, 2, 7):
        thin, usual = (paint(character(DIGIT_LINES[digit]), pen) for pen in (width, NORMAL_WIDTH))
        assert stroke_width(thin[2:-2, 2:-2]) < THINNEST_USUAL
        assert stroke_width(thickened(thin)) == pytest.approx(NORMAL_WIDTH, abs=0.03)
        assert thickened(usual) is usual


def test_faint_thin_ink_grows_as_faint_as_it_was() -> None:
    faint = np.zeros((200, 200), np.uint8)
    faint[:, 100] = 90
    assert thickened(faint).max() == 90
