"""Why an answer is doubted, and where a network keeps its line."""

import re

import numpy as np
import pytest
from golden import make_journal_8_format_1, make_normalized_format_2
from helpers.errors import error_of
from helpers.model_files import header_of, rewrite

from model import Network, build, load_network, save_network
from model.errors import ConfigError, CorruptError
from model.judging.doubt import doubt
from model.network.layers import Dense, Flatten
from model.network.model_card import ModelCard
from model.wording import percent


def row(**shares: float) -> np.ndarray:
    """Give digits their probabilities, and the rest to the others evenly."""
    rest = 1 - sum(shares.values())
    probabilities = np.full(10, rest / (10 - len(shares)))
    for name, share in shares.items():
        probabilities[int(name[1:])] = share
    return probabilities.astype(np.float32)


@pytest.mark.parametrize("line", [0.0, 0.5, 0.6])
def test_an_answer_above_the_line_stands(line) -> None:
    assert doubt(row(d4=0.61, d9=0.3), line) == ""


def test_an_answer_on_the_line_stands() -> None:
    assert doubt(row(d4=0.5, d9=0.5), 0.5) == ""
    assert doubt(row(d4=1.0), 1.0) == ""


def test_two_digits_that_share_it_all_are_both_named_the_better_first() -> None:
    assert doubt(row(d4=0.4, d9=0.45), 0.5) == "This could be a 9 or a 4: neither reaches 50 %."
    assert doubt(row(d8=0.7, d3=0.2), 0.9) == "This could be an 8 or a 3: neither reaches 90 %."


def test_what_is_like_nothing_is_no_digit() -> None:
    said = "This does not look like a digit. Best guess only {} % sure (below {} % counts as doubtful)."
    assert doubt(row(), 0.5) == said.format("10.0", 50)
    assert doubt(row(d4=0.4, d9=0.3), 0.87) == said.format("40.0", 87)


def test_one_digit_that_nothing_rivals_is_named_alone() -> None:
    assert doubt(row(d8=0.999, d3=0.0), 1.0).startswith("This may be an 8. Best guess only 99.9 % sure")
    assert doubt(row(d7=0.6, d1=0.15), 0.8).startswith("This may be a 7")


@pytest.mark.parametrize("noise", [-1e-7, 0.0, 1e-7])
def test_what_is_said_at_one_half_follows_from_the_figure_that_is_shown(noise: float) -> None:
    assert doubt(row(d7=0.5 + noise), 0.69).startswith("This may be a 7. Best guess only 50.0 % sure")
    assert doubt(row(d7=0.4999 + noise), 0.69).startswith("This may be a 7. Best guess only 50.0 % sure")
    assert doubt(row(d7=0.4994 + noise), 0.69).startswith(
        "This does not look like a digit. Best guess only 49.9 % sure"
    )


@pytest.mark.parametrize("line", [0.5, 0.646, 0.804, 1.0])
def test_the_figure_is_the_one_beside_it_and_never_contradicts_the_line(line: float) -> None:
    below = np.concatenate([np.linspace(0.2, line, 800, endpoint=False), line - np.geomspace(1e-6, 1e-3, 40)])
    for share in np.float32(below):
        said = doubt(row(d7=float(share)), line)
        figures = [float(figure) for figure in re.findall(r"([\d.]+) %", said)]
        assert figures[-1] == pytest.approx(100 * line)
        if len(figures) == 2:
            assert f"only {percent(share)} sure" in said
            assert figures[0] < figures[1]
        else:
            assert percent(share) == percent(line)  # nothing below it could be shown
            assert said.endswith(f"Best guess just below {100 * line:g} %, where doubt begins.")


def test_a_network_that_has_diverged_says_nothing_of_the_drawing() -> None:
    assert doubt(np.full(10, np.nan, np.float32), 0.9) == ""


@pytest.mark.parametrize("line", [0.0, 0.123, 1.0])
def test_the_line_is_saved_and_copied(tmp_path, line) -> None:
    network = Network([Flatten(), Dense(10)], card=ModelCard(refuse_below=line))
    assert network.copy().card.refuse_below == line
    save_network(network, tmp_path / "x.safetensors")
    assert load_network(tmp_path / "x.safetensors").card.refuse_below == line
    assert header_of(tmp_path / "x.safetensors")["refuse_below"] == line


@pytest.mark.parametrize("made_by", [make_journal_8_format_1, make_normalized_format_2])
def test_files_from_before_there_was_a_line_doubt_below_one_half(made_by) -> None:
    assert "refuse_below" not in header_of(made_by.MODEL)
    assert load_network(made_by.MODEL).card.refuse_below == 0.5
    assert build("journal-8").card.refuse_below == 0.5


@pytest.mark.parametrize("line", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_line_beyond_0_to_1_is_refused(line) -> None:
    assert "refuse_below" in error_of(ConfigError, lambda: ModelCard(refuse_below=line))


@pytest.mark.parametrize("line", [-1, 2, "half", None, [0.5], float("nan")])
def test_a_file_with_such_a_line_is_damaged(tmp_path, line) -> None:
    file = tmp_path / "x.safetensors"
    save_network(build("journal-8"), file)
    rewrite(file, lambda header, tensors: header.update(refuse_below=line))
    assert "x.safetensors" in error_of(CorruptError, lambda: load_network(file))
