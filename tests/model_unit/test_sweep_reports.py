"""Reports on sweeps: what was compared, on what, what came of it, and how to do it again."""

import colorsys
import itertools
import re
from dataclasses import replace

from helpers.reports import NO_END, Page, changed, with_accuracy

from model.reports.report import Opened, report_on_run
from model.reports.sweep_report import report_on_sweep
from model.runs.run_record import INTERRUPTED, RunRecord
from model.sweeps.train_again import command_of
from model.training.training import TrainingConfig


def test_settings_drawn_at_random_make_parallel_coordinates_with_marks_at_the_ends(ran) -> None:
    drawn = [
        with_accuracy(ran.record, 0.5, str(number), learning_rate=0.1 + number / 100, l2=0.2 + number / 100)
        for number in range(12)
    ]
    page = Page(report_on_sweep(drawn, "random"))
    assert any("12 lines through" in svg["aria-label"] for svg in page.all("svg"))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", page.html)
    assert texts.count("0.21") == 1, "of the learning rates only the last is marked"
    assert "0.15" not in texts


def test_the_first_lines_of_a_sweep_are_told_apart_by_their_hue(ran) -> None:
    records = [
        with_accuracy(ran.record, rate, str(rate), learning_rate=rate) for rate in (0.1, 0.2, 0.3, 0.4, 0.5)
    ]
    html = report_on_sweep(records, "x")
    legend = re.findall(r'swatch" style="color: var\(--(digit-\d)\)" aria-hidden="true">(.)', html)
    swatches, marks = zip(*legend, strict=True)
    assert len(set(swatches)) == len(set(marks)) == 5, "by their marks too, where there are no colours"
    assert all(f"stroke: var(--{paint})" in html for paint in swatches)
    colors = [re.search(rf"--{paint}: #(\w{{6}})", html)[1] for paint in swatches]
    hues = [colorsys.rgb_to_hsv(*(channel / 255 for channel in bytes.fromhex(color)))[0] for color in colors]
    for one, other in itertools.combinations(hues, 2):
        assert min(abs(one - other), 1 - abs(one - other)) > 30 / 360


def test_a_sweep_is_sorted_with_means_and_spreads(ran) -> None:
    records = [
        with_accuracy(ran.record, accuracy, f"{seed}-{rate}", seed=seed, learning_rate=rate)
        for rate, accuracies in ((0.1, (0.80, 0.90)), (0.2, (0.95, 0.65)))
        for seed, accuracy in enumerate(accuracies)
    ]
    unfinished = replace(changed(ran.record, **NO_END), state=INTERRUPTED, id="last")
    page = Page(report_on_sweep([*records, unfinished], "mine", command_of=lambda record: f"again {record.id}"))
    combinations, runs = (table for table in page.tables if table[0][0] == "Rank")
    assert [row[1:] for row in combinations[1:]] == [
        ["0.1", "2 of 2", "85.00 %", "7.07", "84.00 %"],
        ["0.2", "2 of 2", "80.00 %", "21.21", "79.00 %"],
        ["0.05", "0 of 1", "–", "–", "–"],
    ]
    assert [row[3] for row in runs[1:]] == ["95.00 %", "90.00 %", "80.00 %", "65.00 %", "–"]
    assert runs[-1][-1] == "Interrupted"
    assert "again 1-0.1" in page.text, "the best run of the best combination"
    assert "85.00 % is the best validation accuracy, the mean of 2 runs" in page.text
    assert "On the test pictures, by which nothing was chosen, it is 84.00 %" in page.text


def test_a_later_round_of_a_sweep_counts_more_than_a_lucky_first_one(ran) -> None:
    records = [
        replace(
            with_accuracy(ran.record, accuracy, f"{rung} {rate}", learning_rate=rate, epochs=epochs),
            extra={"rung": rung, "score": {"count": 9, "accuracy": accuracy, "loss": 0.1}},
        )
        for rung, rate, epochs, accuracy in ((0, 0.1, 1, 0.99), (0, 0.2, 1, 0.5), (1, 0.2, 3, 0.9))
    ]
    page = Page(report_on_sweep(records, "halved"))
    assert "90.00 % is the best validation accuracy" in page.text
    best = [row["class"] for row in page.all("tr") if row.get("class") == "best"]
    assert len(best) == 1


def test_of_equally_accurate_settings_those_with_the_smaller_loss_are_the_best(ran) -> None:
    records = [
        with_accuracy(ran.record, 0.9, f"{number}", learning_rate=rate) for number, rate in enumerate((0.1, 0.2))
    ]
    sure = replace(records[1], extra={"score": records[1].extra["score"] | {"loss": 0.01}})
    page = Page(report_on_sweep([records[0], sure], "tie"))
    assert "Learning rate 0.2" in page.text


def test_folds_are_one_combination_and_are_not_measured_by_another_part(ran) -> None:
    measured = [with_accuracy(ran.record, accuracy, str(fold)) for fold, accuracy in enumerate((0.8, 0.9))]
    folds = [replace(record, extra=record.extra | {"fold": fold}) for fold, record in enumerate(measured)]
    page = Page(report_on_sweep(folds, "folds"))
    assert "85.00 % is the best validation accuracy, the mean of 2 runs" in page.text
    assert "On the test pictures, by which nothing was chosen, it is 84.00 %" in page.text
    assert "each on another fold" in page.text
    assert "1: fold 2" in page.text, "in the legend of the curves"
    as_then = changed(folds[1], report=folds[1].report | {"part": "validation"})
    old = replace(as_then, extra={"fold": 1}, sweep="old")  # of version 0.1.0
    page = Page(report_on_run(old, ran.network, ran.dataset))
    assert "89.00 % of 23 validation pictures" in page.text
    assert "measured by fold 2" in page.text
    assert not page.all("img")
    assert command_of(folds[1]) == ""


def test_two_settings_make_a_heat_map_and_three_parallel_coordinates(ran) -> None:
    grid = [
        with_accuracy(ran.record, 0.5 + rate + size / 1000, f"{rate} {size}", learning_rate=rate, batch_size=size)
        for rate, size in ((0.1, 8), (0.1, 16), (0.2, 8))
    ]
    page = Page(report_on_sweep(grid, "two"))
    heat = next(table for table in page.tables if table[0] == ["", "8", "16"])
    assert heat[1:] == [["0.1", "60.8 %", "61.6 %"], ["0.2", "70.8 %", "–"]]
    third = with_accuracy(ran.record, 0.4, "third", patience=3, learning_rate=0.1)
    page = Page(report_on_sweep([*grid, third], "three"))
    assert any("lines through Learning rate, Batch size, Patience, Validation accuracy" in svg["aria-label"]
               for svg in page.all("svg"))  # fmt: skip


def test_a_sweep_shows_the_settings_held_fixed_and_the_commands_of_the_whole_and_of_the_best(ran) -> None:
    records = [with_accuracy(ran.record, rate, str(rate), learning_rate=rate) for rate in (0.1, 0.2)]
    page = Page(report_on_sweep(records, "x", command_of=lambda record: f"train {record.id}", again="sweep again"))
    fixed = dict(page.table("Setting held fixed")[1:])
    assert (fixed["Network"], fixed["Epochs"], fixed["Optimiser"]) == ("journal-8", "2", "sgd")
    assert "Learning rate" not in fixed
    assert "train 0.2" in page.text
    assert "sweep again" in page.text


def test_every_run_of_a_small_sweep_unfolds_to_its_confusion_matrix_and_classification_report(ran) -> None:
    records = [with_accuracy(ran.record, rate, str(rate), learning_rate=rate) for rate in (0.1, 0.2, 0.3)]
    page = Page(report_on_sweep(records, "x"))
    assert len(page.all("details")) == 2, "the best one is shown above"
    assert all("open" in part for part in page.all("details")), "or they would be closed on paper"
    for first in ("↓ → label, answer", "Digit"):
        assert sum(table[0][0] == first for table in page.tables) == 3
    many = [with_accuracy(ran.record, 0.5, str(seed), seed=seed) for seed in range(31)]
    page = Page(report_on_sweep(many, "x"))
    assert not page.all("details")
    assert "more than 30" in page.text


def test_a_sweep_shows_the_wrong_pictures_of_its_best_run(ran, page) -> None:
    records = [with_accuracy(ran.record, rate, str(rate), learning_rate=rate) for rate in (0.1, 0.2)]
    asked = []

    def open_run(record: RunRecord) -> Opened:
        asked.append(record.id)
        return Opened(ran.network, ran.dataset)

    whole = Page(report_on_sweep(records, "x", open_run=open_run))
    assert asked == ["0.2"]
    assert whole.all("img") == page.all("img")
    gone = Page(report_on_sweep(records, "x", open_run=lambda _: Opened(None, None, "The network is gone.")))
    assert not gone.all("img")
    assert "The network is gone." in gone.text


def test_the_journals_experiment_stands_beside_the_journals_own_figures(ran) -> None:
    usual = TrainingConfig().as_dict() | {"epochs": 20}
    combinations = [("journal-8", 0.001), ("journal-16", 0.001), ("journal-24", 0.001), ("journal-24", 0.01)]
    records = [
        with_accuracy(ran.record, 0.9, f"{arch} {rate}", arch=arch, **usual | {"learning_rate": rate})
        for arch, rate in combinations
    ]
    page = Page(report_on_sweep(records, "journal"))
    rows = page.table("Network")[1:]
    assert [row[2] for row in rows] == ["86.6 %", "87.0 %", "88.3 %", "88.3 %", "88.7 %"]
    assert [row[-1] for row in rows] == ["+2.4", "+2.0", "+0.7", "–", "+0.3"]
    assert sum(table[0][0] == "Digit" for table in page.tables) == 4, "a classification report of each"
    other = with_accuracy(ran.record, 0.9, "x", **usual | {"optimizer": "adam", "learning_rate": 0.01})
    assert "Compared with the journal" not in Page(report_on_sweep([*records, other], "another")).text
