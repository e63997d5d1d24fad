"""A layout, as a file, and found again on another sheet of the same form."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.errors import DataFormatError
from model.sheets.layout import Layout, load_layout
from model.sheets.layout_matching import matched
from model.sheets.perspective import moved

SHAPE = 1080, 880
MAP = np.array([[0.79, 0.02, 31.0], [-0.03, 0.81, -12.0], [2e-5, -1e-5, 1.0]])
"""Shifted, tilted, smaller, a little in perspective."""


def form(rows: int = 10, columns: int = 5, *, uneven: bool = False) -> np.ndarray:
    across = np.cumsum([150.0] + [80.0] * rows)
    down = np.cumsum([120.0, *([140.0, 90.0, 200.0, 60.0, 140.0] if uneven else [150.0] * columns)])
    return np.stack(np.meshgrid(down, across), axis=2)


def test_a_layout_is_found_shifted_tilted_and_scaled() -> None:
    layout = Layout(form(), (1000, 1400), 1)
    assert np.abs(matched(layout, moved(form(), MAP), SHAPE) - moved(form(), MAP)).max() < 0.5


@pytest.mark.parametrize("lost", [0, 4, 10])
def test_a_rule_that_was_not_found_is_put_where_it_belongs(lost: int) -> None:
    seen = np.delete(moved(form(uneven=True), MAP), lost, axis=0)
    seen = np.delete(seen, 2, axis=1)
    places = matched(Layout(form(uneven=True), (1000, 1400)), seen, SHAPE)
    assert np.abs(places - moved(form(uneven=True), MAP)).max() < 6


def test_what_was_put_right_by_hand_is_kept() -> None:
    corrected = form()[:-1].copy()
    corrected[:, 2, 0] += 25
    layout = Layout(corrected, (1000, 1400), 0, frozenset({(1, 1)}), form())
    assert np.abs(matched(layout, moved(form(), MAP), SHAPE) - moved(corrected, MAP)).max() < 1


def test_paper_that_is_not_flat_moves_what_is_near() -> None:
    bent = form() + np.stack([np.zeros((11, 6)), 6 * np.sin(form()[:, :, 0] / 150)], axis=2)
    assert np.abs(matched(Layout(form(), (1000, 1400)), bent, SHAPE) - bent).max() < 0.5


def test_another_form_is_told_of() -> None:
    with pytest.raises(DataFormatError, match="10 × 5 cells, found 4 × 2"):
        matched(Layout(form(), (1000, 1400)), form(4, 2), SHAPE)


def test_another_form_with_as_many_cells_is_told_of() -> None:
    across, down = (np.cumsum([120.0, *sizes]) for sizes in ([80.0] * 10, [300.0, 60, 60, 60, 200]))
    layout = Layout(np.stack(np.meshgrid(down, across), axis=2), (1000, 1400))
    other = np.cumsum([120.0, 60, 200, 300, 60, 60])
    with pytest.raises(DataFormatError, match="10 × 5 cells, found 10 × 5 that lie elsewhere"):
        matched(layout, np.stack(np.meshgrid(other, across), axis=2), SHAPE)


def test_as_many_rules_are_not_the_same_ones_if_one_was_missed_and_one_is_none() -> None:
    """The first rule was not found, and below the table there is a line more."""
    across = np.cumsum([150.0, 50.0, *[80.0] * 9])
    known = np.stack(np.meshgrid(form()[0, :, 0], across), axis=2)
    seen = np.concatenate([known[1:], known[-1:] + np.array([0, 80])])
    layout = Layout(known, (1000, 1400))
    places = matched(layout, moved(seen, MAP), SHAPE)
    assert np.abs(places - moved(known, MAP)).max() < 6


def test_a_layout_is_saved_and_read(tmp_path: Path) -> None:
    layout = Layout(form(), (1000, 1400), 1, frozenset({(2, 3), (0, 0)}), form() + 1)
    (tmp_path / "a.json").write_text(json.dumps(layout.as_dict()))
    read = load_layout(tmp_path / "a.json")
    assert (read.nodes == layout.nodes).all()
    assert (read.marks == layout.marks).all()
    assert (read.size, read.header_rows, read.left_out) == (layout.size, 1, layout.left_out)
    assert (read.rows, read.columns) == (9, 5)
    assert (load_layout(tmp_path / "a.json").marks != read.nodes).all()
    assert (replace(read, found=None).marks == read.nodes).all()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": 2}', json.dumps({**Layout(form(), (9, 9)).as_dict(), "nodes": [[1, 2]]})],
)
def test_a_file_that_holds_no_layout_is_told_of(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataFormatError, match=r"^a\.json: expected the layout of a sheet"):
        load_layout(tmp_path / "a.json")
    with pytest.raises(DataFormatError, match="none"):
        load_layout(tmp_path / "none")
