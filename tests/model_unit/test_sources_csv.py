"""Tables of a label and 784 pixels."""

from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of

from model.errors import DataFormatError
from model.readers.sources import open_data

PIXELS = [f"pixel{number}" for number in range(784)]


@pytest.fixture
def csv(tmp_path):
    """Write lines, or bytes, as a table."""

    def write(lines: list[str] | bytes, ending: str = "\n", encoding: str = "utf-8") -> Path:
        data = lines if isinstance(lines, bytes) else "".join(line + ending for line in lines).encode(encoding)
        (tmp_path / "mine.csv").write_bytes(data)
        return tmp_path / "mine.csv"

    return write


def rows(images, labels, *, last: bool = False) -> list[str]:
    lines = []
    for image, label in zip(images, labels, strict=True):
        pixels = image.ravel().tolist()
        lines.append(",".join(map(str, [*pixels, label] if last else [label, *pixels])))
    return lines


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [False, True], ids=["label first", "label last"])
@pytest.mark.parametrize("header", [None, "label", "Label", '"label"', "class", "digit"])
def test_label_first_or_last_with_or_without_a_header(csv, mnist, header, last, ending) -> None:
    lines = rows(mnist.images[:20], mnist.labels[:20], last=last)
    if header:
        lines.insert(0, ",".join([*PIXELS, header] if last else [header, *PIXELS]))
    data = open_data(csv(lines, ending))
    np.testing.assert_array_equal(data.images, mnist.images[:20])
    np.testing.assert_array_equal(data.labels, mnist.labels[:20])
    assert data.name == "mine.csv, 20"


def test_a_table_of_many_rows_is_read_to_its_end(csv, mnist) -> None:
    for count in (99, 100, 101, 250):
        data = open_data(csv(rows(mnist.images[:count], mnist.labels[:count])))
        np.testing.assert_array_equal(data.images, mnist.images[:count])


def test_one_row_is_a_data_set(csv, mnist) -> None:
    data = open_data(csv(rows(mnist.images[:1], mnist.labels[:1])))
    assert (len(data), data.labels[0]) == (1, mnist.labels[0])


def row(**changes) -> str:
    cells = ["3", *["7"] * 784]
    for place, cell in changes.items():
        cells[int(place.removeprefix("at"))] = cell
    return ",".join(cells)


BAD_ROWS = {
    "too short": ([row().rsplit(",", 2)[0]], ["785", "783"]),
    "no label": ([row().rsplit(",", 1)[0]], ["without labels"]),
    "too long": ([row() + ",1"], ["786"]),
    "ragged": ([row(), "1,2,3"], ["row 2: 3 numbers"]),
    "a word": ([row(), row(at9="seven")], ["seven"]),
    "negative": ([row(), row(at9="-1")], ["-1 to 7"]),
    "too bright": ([row(at9="256")], ["7 to 256", "3 to 256"]),
    "label beyond 9": ([row(at0="12", at784="200")], ["12"]),
    "only text": (["hello", "world"], ["world"]),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_other_rows_are_refused_with_what_was_found(csv, case) -> None:
    lines, words = BAD_ROWS[case]
    message = error_of(DataFormatError, lambda: open_data(csv(lines)))
    assert "mine.csv" in message
    assert any(word in message for word in words), message


def test_a_bad_row_among_good_ones_costs_that_row_and_is_named(csv, mnist) -> None:
    lines = rows(mnist.images[:250], mnist.labels[:250])
    lines[200] = lines[200].replace(",", ";")
    lines[220] = "1,2,3"
    data = open_data(csv(lines))
    np.testing.assert_array_equal(data.images, np.delete(mnist.images[:250], [200, 220], axis=0))
    assert data.reading.unreadable == ("row 201", "row 221")
    assert "2 pictures could not be read" in data.notes[0]


def test_bytes_that_are_no_text_are_refused(csv) -> None:
    assert "mine.csv" in error_of(DataFormatError, lambda: open_data(csv(bytes(range(256)) * 3)))


EMPTY = {"empty": ([], "an empty file"), "header only": ([",".join(["label", *PIXELS])], "found 0 rows")}


@pytest.mark.parametrize("case", EMPTY)
def test_a_table_without_rows_is_refused_without_a_warning(csv, case) -> None:
    lines, words = EMPTY[case]
    assert words in error_of(DataFormatError, lambda: open_data(csv(lines)))


def test_the_byte_order_mark_of_a_spreadsheet_loses_no_row(csv, mnist) -> None:
    data = open_data(csv(rows(mnist.images[:3], mnist.labels[:3]), encoding="utf-8-sig"))
    np.testing.assert_array_equal(data.labels, mnist.labels[:3])


def test_a_first_row_of_fractions_is_not_dropped_as_a_header(csv) -> None:
    assert len(open_data(csv([row(at9="0.5"), row()]))) == 2


def test_letters_are_not_read_as_zeros(csv) -> None:
    """As in EMNIST's tables: a label from 1 to 26 first, and black in the last corner of every picture."""
    data = open_data(csv([row(at0=str(label), at784="0") for label in range(1, 27)]))
    assert data.task.class_names == tuple(map(str, range(1, 27)))
    assert data.labels.tolist() == [*range(26)]
