"""Reports: true to the run, the same each time, safe whatever somebody wrote, and complete in themselves."""

import base64
import colorsys
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.reports import Page, Ran, run_once
from PIL import Image

import model.reports.report
from digitgui.command_line.train_again import command_of
from digitgui.shipped import open_data
from model import Dataset
from model.pipeline import Pipeline, Step
from model.reports.report import Opened, report_on_run
from model.reports.sweep_report import report_on_sweep
from model.runs import FAILED, INTERRUPTED, RUNNING, RunNotes, RunRecord
from model.scores import score
from model.training import TrainingConfig

CONFIG = TrainingConfig(epochs=2, batch_size=8, learning_rate=0.05)
EVIL = '<script>alert("1")</script> & $x_1$'
NO_END = {"report": None, "reason": "unfinished"}


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run_once(CONFIG)


@pytest.fixture(scope="module")
def page(ran) -> Page:
    return Page(report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train"))


def changed(record: RunRecord, **changes: object) -> RunRecord:
    """Change something in a description."""
    return replace(record, description=record.description | changes)


def with_accuracy(record: RunRecord, accuracy: float, run: str, **settings: object) -> RunRecord:
    """Change what a run was asked for, and what came of it."""
    arch = settings.pop("arch", record.arch)
    report = record.report | {"accuracy": accuracy}
    described = changed(record, report=report, settings=record.settings | settings)
    return replace(described, id=run, arch=arch)


def test_the_figures_are_those_of_the_network_on_the_part(ran, page) -> None:
    images, labels = ran.dataset.part("validation")
    scores = score(ran.network.predict_proba(images), labels)
    assert f"{100 * scores.accuracy:.2f} % of 23 pictures of the validation part" in page.text
    figures = dict(page.table("Figure, and what it means")[1:])
    assert (
        next(text for name, text in figures.items() if name.startswith("Cohen's kappa")) == f"{scores.kappa:.4f}"
    )
    confusion = page.table("↓ → label, answer")
    assert [[int(cell) for cell in row[1:]] for row in confusion[1:]] == scores.confusion.tolist()
    for digit, row in zip(scores.digits, page.table("Digit")[1:11], strict=True):
        known = [f"{share:.3f}" if digit.support else "–" for share in (digit.precision, digit.recall, digit.f1)]
        assert row[:5] == [str(digit.digit), *known, str(digit.support)]


def test_the_wrong_pictures_are_there_the_surest_first(ran, page) -> None:
    probabilities = ran.network.predict_proba(ran.dataset.images)
    answers = probabilities.argmax(axis=1)
    indices = ran.dataset.indices("validation")
    wrong = indices[answers[indices] != ran.dataset.labels[indices]]
    wrong = wrong[np.argsort(-probabilities.max(axis=1)[wrong], kind="stable")]
    assert len(wrong) > 1
    pictures = page.all("img")
    for index, picture in zip(wrong, pictures, strict=True):
        content = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), ran.dataset.images[index])
        assert picture["alt"] == f"A {ran.dataset.labels[index]} that was answered with {answers[index]}"
    assert re.findall(r"no\. (\d+)", page.text) == [str(index) for index in wrong]


def test_no_more_wrong_pictures_are_shown_than_somebody_looks_through(ran, monkeypatch) -> None:
    monkeypatch.setattr(model.reports.report, "WRONG_SHOWN", 2)
    page = Page(report_on_run(ran.record, ran.network, ran.dataset))
    assert len(page.all("img")) == 2
    assert re.search(r"The 2 of \d+ wrong answers", page.text)


def test_figures_of_a_single_digit_that_cannot_be_known_are_dashes() -> None:
    digits = open_data("bundled")
    sevens = np.flatnonzero(digits.labels == 7)[:60]
    alone = Dataset(digits.images[sevens], digits.labels[sevens], "sevens", "sevens.npz")
    ran = run_once(CONFIG, dataset=alone)
    page = Page(report_on_run(ran.record, ran.network, alone))
    figures = dict(page.table("Figure, and what it means")[1:])
    for name in ("Cohen's kappa", "ROC-AUC"):
        assert next(text for title, text in figures.items() if title.startswith(name)) == "–"
    assert not re.search(r"\bnan\b", page.html)
    for digit, row in enumerate(page.table("Digit")[1:11]):
        assert (row[1:4] == ["–"] * 3) == (digit != 7), "a digit without pictures has no precision, recall and F1"


def test_settings_that_differ_from_the_usual_are_marked(page) -> None:
    rows = {row[0]: row[1:] for row in page.table("Setting")[1:]}
    assert rows["Learning rate"] == ["● 0.05", "0.005"]
    assert rows["Network"] == ["● journal-8", "journal-24"]
    assert rows["Seed"] == ["0", "0"]
    assert rows["Pictures at most"] == ["● 300", "all"]


def test_the_data_are_described(ran, page) -> None:
    counts = {row[0]: row[1:] for row in page.table("Part")[1:]}
    assert [int(count) for count in counts["train"][:10]] == ran.dataset.label_counts("train").tolist()
    assert counts["validation"][10] == "23"
    assert ran.dataset.fingerprint in page.text


def test_the_curves_have_the_colours_of_the_train_page(page) -> None:
    dashed = set(
        re.findall(r"stroke-dasharray: [^;]+;[^\"]*?stroke: (var\(--\w+\))", page.html.split("Calibration")[0])
    )
    assert dashed == {"var(--accent)"}, "the train part"
    assert "fill: var(--second)" in page.html, "dots of the held-out part"


def test_the_first_lines_of_a_sweep_are_told_apart_by_their_hue(ran) -> None:
    records = [
        with_accuracy(ran.record, rate, str(rate), learning_rate=rate) for rate in (0.1, 0.2, 0.3, 0.4, 0.5)
    ]
    html = report_on_sweep(records, "x")
    swatches = re.findall(r'swatch" style="background: var\(--(digit-\d)\)', html)
    assert len(swatches) == 5
    assert all(f"stroke: var(--{paint})" in html for paint in swatches)
    colors = [re.search(rf"--{paint}: #(\w{{6}})", html)[1] for paint in swatches]
    hues = [colorsys.rgb_to_hsv(*(channel / 255 for channel in bytes.fromhex(color)))[0] for color in colors]
    for one, other in itertools.combinations(hues, 2):
        assert min(abs(one - other), 1 - abs(one - other)) > 30 / 360


def test_the_same_run_gives_the_same_report(ran, page) -> None:
    assert report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train") == page.html
    sweep = [ran.record, replace(ran.record, id="b")]
    assert report_on_sweep(sweep, "x") == report_on_sweep(sweep[::-1], "x")


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


@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_a_report_holds_everything_and_is_in_order(ran, page, kind) -> None:
    if kind == "sweep":
        records = [ran.record, with_accuracy(ran.record, 0.5, "b", learning_rate=0.1)]
        page = Page(report_on_sweep(records, "some runs"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page.html)) <= set(ids)
    assert not page.all("script")
    outside = [attributes.get(key) for _, attributes in page.elements for key in ("src", "href", "xlink:href")]
    assert all(address.startswith(("#", "data:")) for address in outside if address)
    assert page.all("html")[0]["lang"] == "en"
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.all("svg"))
    assert all(header.get("scope") for header in page.all("th"))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert not re.search("#000[01]", page.html), "a colour stayed that stands for another"
    assert len(page.html.encode()) < 2_000_000


def test_what_somebody_wrote_is_text_and_nothing_else(ran) -> None:
    data = ran.record.data | {"name": EVIL, "edits": EVIL, "extra": EVIL}
    own = Pipeline("$a<b>$", (Step("rotation", 5.0),)).as_dict()
    settings = ran.record.settings | {"augmentation": own}
    record = changed(ran.record, data=data, settings=settings, environment=EVIL, augmentation=own)
    record = replace(record, source=EVIL, begun_from=EVIL, sweep=EVIL, notes=RunNotes(EVIL, EVIL))
    others = [with_accuracy(ran.record, 0.4, str(seed), seed=seed, batch_size=seed + 1) for seed in (0, 1)]
    for html in (
        report_on_run(record, ran.network, ran.dataset, command=EVIL, problem=EVIL),
        report_on_sweep([record, *others], EVIL, command_of=lambda _: EVIL, problems=[EVIL]),
    ):
        page = Page(html)
        assert not page.all("script")
        assert page.text.count(EVIL) > 4
        assert "$a<b>$" in page.text


def test_data_that_have_changed_are_said_to_have_and_the_noted_figures_stand(ran) -> None:
    page = Page(report_on_run(ran.record, ran.network, ran.dataset.limited(200)))
    assert "its fingerprint is another" in page.text
    assert f"{100 * ran.record.report['accuracy']:.2f} % of 23 pictures" in page.text
    assert "those that the run noted when it ended" in page.text
    assert not page.all("img")
    assert page.table("Digit")[0] == ["Digit", "Precision", "Recall", "F1", "Support"]


def test_data_that_somebody_learned_more_from_cannot_be_compared(ran) -> None:
    record = changed(ran.record, data=ran.record.data | {"extra": "10 digits from strokes", "sha256": "0"})
    page = Page(report_on_run(record, ran.network, ran.dataset))
    assert "cannot be known: the run also learned from 10 digits from strokes" in page.text
    assert not page.all("img")


def test_without_data_the_report_says_why(ran) -> None:
    page = Page(report_on_run(ran.record, ran.network, None, problem="It is gone."))
    assert "It is gone." in page.text
    assert not page.all("img")


@pytest.mark.parametrize(
    ("state", "word"), [(RUNNING, "Running."), (INTERRUPTED, "Interrupted."), (FAILED, "Failed."), ("odd", "odd.")]
)
def test_a_run_that_has_not_come_to_its_end_shows_how_far_it_came(ran, state, word) -> None:
    settings = ran.record.settings | {"epochs": 5}
    record = replace(changed(ran.record, settings=settings, **NO_END), state=state)
    page = Page(report_on_run(record, None, None, problem="There is no network."))
    assert word in page.text
    assert "2 of 5 epochs are done" in page.text
    last = record.history.epochs[-1].monitor_accuracy
    assert f"{100 * last:.2f} % of the held-out pictures were answered rightly after epoch 2" in page.text


def test_a_run_without_an_epoch_has_a_report(ran) -> None:
    history = {"train_loss_per_100_steps": [], "epochs": [], "learning_rate_changes": []}
    record = replace(changed(ran.record, history=history, **NO_END), state=INTERRUPTED)
    page = Page(report_on_run(record, None, ran.dataset))
    assert "There are no figures" in page.text
    assert not page.all("svg")
    assert "0 of 2 epochs" in page.text
    assert "no figures" in Page(report_on_sweep([record], "x")).text


def test_a_diverged_run_and_an_old_model_have_reports(ran) -> None:
    report = {key: entry for key, entry in ran.record.report.items() if key != "digits"} | {"loss": None}
    record = replace(changed(ran.record, report=report), state="diverged")
    page = Page(report_on_run(record, None, None))
    assert "infinite" in page.text
    assert "Classification report" not in page.text
    assert "Classification report" not in Page(report_on_sweep([record], "x")).text


def test_learning_rates_set_by_hand_are_told(ran) -> None:
    history = ran.record.description["history"] | {"learning_rate_changes": [{"step": 7, "learning_rate": 0.02}]}
    page = Page(report_on_run(changed(ran.record, history=history), ran.network, ran.dataset))
    assert "From step 7 on, the learning rate was 0.02" in page.text


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
        ["0.1", "2 of 2", "85.00 %", "7.07"],
        ["0.2", "2 of 2", "80.00 %", "21.21"],
        ["0.05", "0 of 1", "–", "–"],
    ]
    assert [row[3] for row in runs[1:]] == ["95.00 %", "90.00 %", "80.00 %", "65.00 %", "–"]
    assert runs[-1][-1] == "Interrupted"
    assert "again 1-0.1" in page.text, "the best run of the best combination"
    assert "85.00 % is the best accuracy, the mean of 2 runs" in page.text


def test_a_later_round_of_a_sweep_counts_more_than_a_lucky_first_one(ran) -> None:
    records = [
        replace(
            with_accuracy(ran.record, accuracy, f"{rung} {rate}", learning_rate=rate, epochs=epochs),
            extra={"rung": rung},
        )
        for rung, rate, epochs, accuracy in ((0, 0.1, 1, 0.99), (0, 0.2, 1, 0.5), (1, 0.2, 3, 0.9))
    ]
    page = Page(report_on_sweep(records, "halved"))
    assert "90.00 % is the best accuracy" in page.text
    best = [row["class"] for row in page.all("tr") if row.get("class") == "best"]
    assert len(best) == 1


def test_of_equally_accurate_settings_those_with_the_smaller_loss_are_the_best(ran) -> None:
    records = [
        with_accuracy(ran.record, 0.9, f"{number}", learning_rate=rate) for number, rate in enumerate((0.1, 0.2))
    ]
    sure = records[1].report | {"loss": 0.01}
    page = Page(report_on_sweep([records[0], changed(records[1], report=sure)], "tie"))
    assert "Learning rate 0.2" in page.text


def test_folds_are_one_combination_and_are_not_measured_by_another_part(ran) -> None:
    folds = [
        replace(with_accuracy(ran.record, accuracy, str(fold)), extra={"fold": fold})
        for fold, accuracy in enumerate((0.8, 0.9))
    ]
    page = Page(report_on_sweep(folds, "folds"))
    assert "85.00 % is the best accuracy, the mean of 2 runs" in page.text
    assert "each on another fold" in page.text
    assert "1: fold 2" in page.text, "in the legend of the curves"
    page = Page(report_on_run(folds[1], ran.network, ran.dataset))
    assert "90.00 % of 23 pictures" in page.text
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
    assert any("lines through Learning rate, Batch size, Patience, Accuracy" in svg["aria-label"]
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
    assert len(page.all("details")) == 2, "the best one stands open"
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
    assert [row[-1] for row in rows] == ["+3.4", "+3.0", "+1.7", "–", "+1.3"]
    assert sum(table[0][0] == "Digit" for table in page.tables) == 4, "a classification report of each"
    other = with_accuracy(ran.record, 0.9, "x", **usual | {"optimizer": "adam", "learning_rate": 0.01})
    assert "Beside the journal" not in Page(report_on_sweep([*records, other], "another")).text


def test_every_text_stands_out_from_its_ground() -> None:
    style = (Path(model.reports.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    mixtures = re.findall(r"color-mix\(in srgb, var\(--(\w+)\) calc\(var\(--strength\) \* (\d+)%\)", style)
    assert [name for name, _ in mixtures] == ["accent", "bad"], "of the confusion matrix"
    for theme in (light, dark):
        color = dict(re.findall(r"--([\w-]+): (#\w{6})", theme))
        for text in ("text", "muted", "accent", "good", "warning", "bad"):
            for ground in ("window", "card", "field"):
                assert contrast(color[text], color[ground]) >= 4.5, (text, ground)
        for name, share in mixtures:
            assert contrast(color["text"], mixed(color[name], color["card"], int(share) / 100)) >= 4.5, name
        for line in ("accent", "second", *(f"digit-{digit}" for digit in range(10))):
            assert contrast(color[line], color["card"]) >= 2.5, line


def mixed(first: str, second: str, share: float) -> str:
    """Mix two colours as the style does."""
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of WCAG 2."""

    def luminance(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
