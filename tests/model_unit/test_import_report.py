"""What is told of a data set before it is opened."""

import numpy as np
import pytest

from model import Dataset
from model.data.edits import Edits
from model.readers.import_report import inspect_import


@pytest.fixture
def repeated(mnist) -> Dataset:
    """Make a data set in which 3, 9 and 52 are equal, and 4 and 20, with different labels."""
    images, labels = mnist.images[:60].copy(), mnist.labels[:60].copy()
    images[[9, 52]], labels[[9, 52]] = images[3], labels[3]
    images[20], labels[20] = images[4], (labels[4] + 1) % 10
    return Dataset(images, labels, "mine", "nowhere", official_test_start=50)


def test_equal_pictures_are_counted_within_and_across_parts(repeated, mnist) -> None:
    report = inspect_import(repeated)
    assert [group.tolist() for group in report.duplicates] == [[3, 9, 52], [4, 20]]
    assert (report.repeated, report.contradicting) == (3, 1)
    assert report.across_parts >= 1
    assert report.sentence_of_duplicates().startswith("3 pictures repeat others exactly")
    none = inspect_import(Dataset(mnist.images[:30], mnist.labels[:30], "mine", "nowhere"))
    assert none.sentence_of_duplicates() == "none"


def test_of_equal_pictures_that_of_the_official_test_part_stays(repeated) -> None:
    assert inspect_import(repeated).tidied().excluded == {3, 9, 20}


def test_blank_pictures_are_counted_and_can_be_left_out(mnist) -> None:
    images = mnist.images[:10].copy()
    images[[2, 5]] = 0
    report = inspect_import(Dataset(images, mnist.labels[:10], "mine", "nowhere"))
    assert report.sentence_of_blanks() == "2 pictures are blank."
    assert report.tidied().excluded == {2, 5}


def test_what_was_left_out_before_does_not_stay_in_place_of_another(repeated) -> None:
    edited = repeated.edited(Edits(excluded=frozenset({52, 4})))
    assert inspect_import(edited).tidied().excluded == {52, 4, 9}
    assert np.isin(3, edited.edited(inspect_import(edited).tidied()).included)
