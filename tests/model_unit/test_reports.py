"""Reports: true to the run, the same each time, safe whatever somebody wrote, and complete in themselves."""

import base64
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.reports import CONFIG, NO_END, Page, changed, run_once, with_accuracy
from helpers.stored_runs import CONFIGS, described
from PIL import Image

import model.reports.report
from model import Dataset, build, save_network
from model.data.pipeline import Pipeline, Step
from model.judging.scores import score
from model.network.task import Task
from model.readers.edit_files import edits_beside, save_edits
from model.readers.sources import open_data
from model.reports.report import report_on_run
from model.reports.report_making import ANSWERED, READ, report_on_folder, report_on_model
from model.reports.sweep_report import report_on_sweep
from model.runs.provenance import describe_surgery
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunNotes
from model.runs.run_store import RunStore

EVIL = '<script>alert("1")</script> & $x_1$'


def test_the_figures_are_those_of_the_network_on_the_part(ran, page) -> None:
    images, labels = ran.dataset.part("test")
    scores = score(ran.network.predict_proba(images), labels)
    assert f"{100 * scores.accuracy:.2f} % of 23 test pictures" in page.text
    figures = {row[0]: row[1] for row in page.table("Figure")[1:]}
    assert figures["Cohen's kappa"] == f"{scores.kappa:.4f}"
    confusion = page.table("↓ → label, answer")
    assert [[int(cell) for cell in row[1:]] for row in confusion[1:]] == scores.confusion.tolist()
    for digit, row in zip(scores.digits, page.table("Digit")[1:11], strict=True):
        known = [f"{share:.3f}" if digit.support else "–" for share in (digit.precision, digit.recall, digit.f1)]
        assert row[:5] == [str(digit.digit), *known, str(digit.support)]


def test_long_names_of_many_classes_stand_in_the_matrix_in_the_counts_and_in_the_legend() -> None:
    bundled = open_data("bundled").limited(600)
    names = tuple(f"Österreichische Straßenbahnhaltestelle <{number}>" for number in range(30))
    labels = (bundled.labels + 10 * (np.arange(600) % 3)).astype(np.uint8)
    dataset = Dataset(bundled.images, labels, "stops", "stops.npz", task=Task(names))
    ran = run_once(replace(CONFIG, epochs=1), dataset=dataset)
    page = Page(report_on_run(ran.record, ran.network, dataset))
    images, labels = dataset.part("test")
    expected = score(ran.network.predict_proba(images), labels, names).confusion
    (_, *columns), *rows = page.table("↓ → label, answer")
    assert tuple(columns) == tuple(row[0] for row in rows) == names
    assert [[int(cell or 0) for cell in row[1:]] for row in rows] == expected.tolist()
    wrong = expected - np.diag(np.diag(expected))
    label, answer = np.unravel_index(wrong.argmax(), wrong.shape)
    worst = f"{names[label]} answered with {names[answer]} ({wrong.max()} of {expected[label].sum()})"
    assert f"Most often wrong: {worst}" in page.text
    counts = [row for table in page.tables if table[0][0] == "Pictures of" for row in table[1:]]
    assert [row[:2] for row in counts[:-1]] == [
        [name, str(count)] for name, count in zip(names, dataset.label_counts("train"), strict=True)
    ]
    matrix = next(table for table in page.all("table") if "confusion" in table.get("class", ""))
    assert "upright" in matrix["class"]
    assert "--classes: 30; --longest: 43" in matrix["style"]
    dashes = re.findall(r'aria-hidden="true">(.)</span>Österr', page.html)
    assert "".join(dashes) == 10 * "━" + 10 * "╍" + 10 * "┅", "colours come again after ten classes"


def test_every_table_is_as_wide_as_its_place(page) -> None:
    """Numbers that stand in a narrow table at the left leave most of a page blank."""
    style = page.html.partition("</style>")[0]
    wide = {"wide", "confusion", "heat"}
    assert ".wide { width: 100%; }" in style
    assert ".confusion, .heat { width: 100%;" in style
    for table in page.all("table"):
        assert set(table["class"].split()) & wide
        assert "width" not in f"{table.keys()} {table.get('style')}"


def test_the_wrong_pictures_are_there_the_surest_first(ran, page) -> None:
    probabilities = ran.network.predict_proba(ran.dataset.images)
    answers = probabilities.argmax(axis=1)
    indices = ran.dataset.indices("test")
    wrong = indices[answers[indices] != ran.dataset.labels[indices]]
    wrong = wrong[np.argsort(-probabilities.max(axis=1)[wrong], kind="stable")]
    assert len(wrong) > 1
    pictures = page.all("img")
    for index, picture in zip(wrong, pictures, strict=True):
        content = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), ran.dataset.images[index])
        assert picture["alt"] == f"A {ran.dataset.labels[index]} answered with {answers[index]}"
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
    figures = {row[0]: row[1] for row in page.table("Figure")[1:]}
    assert figures["Cohen's kappa"] == figures["ROC-AUC, macro mean"] == "–"
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
    (_, *parts), *rows = page.table("Pictures of")
    counts = dict(zip(parts, zip(*(row[1:] for row in rows), strict=True), strict=True))
    assert [int(count) for count in counts["train"][:10]] == ran.dataset.label_counts("train").tolist()
    assert counts["test"][10] == "23"
    assert ran.dataset.fingerprint in page.text


def test_the_curves_have_the_colours_of_the_train_page(page) -> None:
    dashed = set(
        re.findall(r"stroke-dasharray: [^;]+;[^\"]*?stroke: (var\(--\w+\))", page.html.split("Calibration")[0])
    )
    assert dashed == {"var(--accent)"}, "the training curve"
    assert "fill: var(--second)" in page.html, "dots of the held-out part"


def test_the_same_run_gives_the_same_report(ran, page) -> None:
    assert report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train") == page.html
    sweep = [ran.record, replace(ran.record, id="b")]
    assert report_on_sweep(sweep, "x") == report_on_sweep(sweep[::-1], "x")


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
    assert "its fingerprint differs" in page.text
    assert f"{100 * ran.record.report['accuracy']:.2f} % of 23 test pictures" in page.text
    assert "those that the run recorded when it ended" in page.text
    assert not page.all("img")
    assert page.table("Digit")[0] == ["Digit", "Precision", "Recall", "F1", "Support"]


def test_data_that_somebody_learned_more_from_cannot_be_compared(ran) -> None:
    record = changed(ran.record, data=ran.record.data | {"extra": "10 digits from strokes", "sha256": "0"})
    page = Page(report_on_run(record, ran.network, ran.dataset))
    assert "is unknown: the run also learned from 10 digits from strokes" in page.text
    assert not page.all("img")


def test_without_data_the_report_says_why_and_still_names_the_classes(ran) -> None:
    page = Page(report_on_run(ran.record, ran.network, None, problem="It is gone."))
    assert "It is gone." in page.text
    assert not page.all("img")
    letters, network = tuple("abcdefghij"), ran.network.copy()
    network.card = replace(network.card, class_names=letters)
    digits = {letters[int(key)] if key.isdigit() else key: row for key, row in ran.record.report["digits"].items()}
    split = ran.record.data["split"] | {"stratified": True}
    record = changed(
        ran.record, report=ran.record.report | {"digits": digits}, data=ran.record.data | {"split": split}
    )
    page = Page(report_on_run(record, network, None))
    assert "10 classes (a, b, c, d, e, f, …, j)" in page.text
    assert "the same proportions of classes in each part" in page.text
    assert [row[0] for row in page.table("Class")[1:11]] == list(letters)


@pytest.mark.parametrize(
    ("state", "word"), [(RUNNING, "Running."), (INTERRUPTED, "Interrupted."), (FAILED, "Failed."), ("odd", "odd.")]
)
def test_a_run_that_has_not_come_to_its_end_shows_how_far_it_came(ran, state, word) -> None:
    settings = ran.record.settings | {"epochs": 5}
    record = replace(changed(ran.record, settings=settings, **NO_END), state=state)
    page = Page(report_on_run(record, None, None, problem="There is no network."))
    assert word in page.text
    assert "2 of 5 epochs are done" in page.text
    last = record.history.epochs[-1].validation_accuracy
    assert f"{100 * last:.2f} % of the validation pictures were answered correctly after epoch 2" in page.text


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
    assert f"{ran.record.settings['learning_rate']:g}, then 0.02 from epoch 1" in page.text


def test_every_text_stands_out_from_its_ground() -> None:
    style = (Path(model.reports.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    mixtures = re.findall(r"color-mix\(in srgb, var\(--(\w+)\) calc\(var\(--strength\) \* (\d+)%\)", style)
    assert [name for name, _ in mixtures] == ["accent", "second"], "of the confusion matrix"
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


def test_a_report_keeps_its_pictures_when_a_picture_is_relabelled_and_tells_how_far_it_is(
    tmp_path, monkeypatch
) -> None:
    bundled, file = open_data("bundled"), tmp_path / "mine.npz"
    np.savez(file, images=bundled.images[:300], labels=bundled.labels[:300])
    dataset = open_data(str(file))
    ran, store = run_once(CONFIG, dataset=dataset), RunStore(tmp_path / "runs")
    record = replace(ran.record, source=str(file), limit=None)
    store.write(record)
    save_network(ran.network, store.model_file(record.id))
    monkeypatch.setattr(model.reports.report, "PICTURES_AT_ONCE", 7)
    shares: list[float] = []
    in_pieces, _ = report_on_folder(store.folder_of(record.id), tmp_path, on_progress=shares.append)
    assert shares == sorted(shares)
    answered = [READ + (ANSWERED - READ) * start / 23 for start in range(0, 23, 7)]  # of 23 test pictures
    assert len(dataset.indices("test")) == 23
    assert shares[-4:] == pytest.approx(answered)
    monkeypatch.undo()
    before, _ = report_on_folder(store.folder_of(record.id), tmp_path)
    assert Page(in_pieces).tables == Page(before).tables  # curves may differ in their last digits
    assert Page(before).all("img")
    first = int(dataset.indices("test")[0])
    corrected = dataset.edited(replace(dataset.edits, labels={first: (int(dataset.labels[first]) + 1) % 10}))
    save_edits(corrected, edits_beside(file))
    assert open_data(str(file)).edits.labels
    assert report_on_folder(store.folder_of(record.id), tmp_path)[0] == before


def test_a_report_on_a_network_that_was_changed_tells_that_and_no_figure_of_before(tmp_path) -> None:
    arch, config = CONFIGS[1]
    network = build(arch)
    known = described(arch, config)
    network.card.provenance = known | {"data": known["data"] | {"sha256": "f" * 64}}  # data that are not there
    before, told = report_on_model("lenet.safetensors", network, tmp_path)
    figure = f"{100 * told['accuracy']:.2f} %"
    assert figure in Page(before).text
    network.card.provenance = describe_surgery(network, "lenet", ["conv1: silenced map 3"])
    after, told = report_on_model("lenet.safetensors", network, tmp_path)
    assert told["accuracy"] is None
    assert figure not in Page(after).text
    for sentence in ("has since been changed by hand", "measured at its end was of other weights"):
        assert sentence in Page(after).text
        assert sentence not in Page(before).text
