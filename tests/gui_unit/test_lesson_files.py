"""Lessons are read from their folders; what is no lesson is refused in one sentence that names the line."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import resources
from digitgui.lessons.goals import GOALS, Goal
from digitgui.lessons.lesson import PAGES, SetUp
from digitgui.lessons.reading import MOST_BYTES, read_lesson
from digitgui.lessons.set_up_reading import FORM_SETTINGS, KEYS
from digitgui.lessons.template import TEMPLATE
from model.errors import DataFormatError
from model.training.settings import SETTINGS

SHIPPED = sorted(resources.LESSONS.glob("*/lesson.md"))
SENTENCE = re.compile(r"lesson/lesson\.md(, line (\d+))?: \S.*", re.DOTALL)
STEP = "# T\n\n## S\n\nText\n\n```step\n{}\n```\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lesson"
    made.mkdir()
    return made


def write(folder: Path, text: str) -> Path:
    (folder / "lesson.md").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, text: str) -> tuple[int, str]:
    """Return the line and the sentence of the error."""
    with pytest.raises(DataFormatError) as caught:
        read_lesson(write(folder, text))
    found = re.fullmatch(r"lesson/lesson\.md, line (\d+): (.*)", str(caught.value))
    assert found, str(caught.value)
    return int(found[1]), found[2]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_shipped_lessons_are_for_a_class(file: Path) -> None:
    lesson = read_lesson(file)
    assert 5 <= len(lesson.steps) <= 8
    assert all(step.answers or step.goal for step in lesson.steps)
    assert sum(bool(step.answers) for step in lesson.steps) >= 4
    assert max(map(len, file.read_text(encoding="utf-8").splitlines())) <= 125


def test_everything_is_read(folder: Path) -> None:
    (folder / "a.png").touch()
    (folder / "nets").mkdir()
    (folder / "nets" / "n.safetensors").touch()
    lesson = read_lesson(
        write(
            folder,
            "\ufeff# The title #\n\nHead.\n\n## First\nSome\n\n```\n## no heading\n- [x] no answer\n```\n"
            "```step\n# a remark\npage: inspect\ntab: Why this answer\nnetwork: nets/n.safetensors\n"
            "data: bundled\n"
            "drawing: a.png\npicture: 12\nlr: 0.5\nbatch_size: 8\nstandardize: true\nuntil: drawn 3\n```\n"
            "Which?\n- [x] This **one**\n  Yes:\n  it is.\n- [ ] That one\n\n  No.\n\n## Second\n"
            "~~~step\nfault: hidden\n"
            "until: fault found\n~~~\nText\n",
        )
        / "lesson.md"
    )
    assert lesson.title == "The title"
    first, second = lesson.steps
    assert first.text == "Head.\n\nSome\n\n```\n## no heading\n- [x] no answer\n```\nWhich?"
    assert [(one.text, one.is_right, one.reply) for one in first.answers] == [
        ("This **one**", True, "Yes: it is."),
        ("That one", False, "No."),
    ]
    path = folder.resolve()
    settings = {"learning_rate": 0.5, "batch_size": 8, "standardize": True}
    assert first.set_up == SetUp(
        *("inspect", "Why this answer", str(path / "nets" / "n.safetensors"), "bundled", settings),
        *(path / "a.png", 12),
    )
    assert (first.goal, second.goal) == (Goal("drawn", "3"), Goal("fault found"))
    assert lesson.set_up_at(1) == SetUp(fault="hidden")
    assert lesson.set_up_until(1).settings == settings
    assert lesson.set_up_until(1).fault == "hidden"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "expected the title"),
        ("Hello\n# T\n## S\nx", 1, "expected the title"),
        ("# T\n\n\n", 1, "expected 1 to 100 steps"),
        ("# T\n## S\nx\n# Again\n", 4, "a second one"),
        ("# T\n## S\n", 2, "expected a text below “S”"),
        ("# T\n##  \nx", 2, "in a title"),
        ("# T\n```step\npage: draw\n```\n## S\nx\n", 2, "below the heading of a step"),
        ("# T\n## S\nx\n```step\npage: draw\n", 4, "ends this block"),
        ("# T\n## S\nx\n```step\n```\n", 4, "found none"),
        ("# T\n## S\nx\n```step\npage: draw\n```\n```step\npage: draw\n```\n", 7, "a second one"),
        (STEP.format("page draw"), 8, "key: value"),
        (STEP.format("page:"), 8, "key: value"),
        (STEP.format("page: draw\npage: draw"), 9, "found it again"),
        (STEP.format("colour: red"), 8, "expected one of page, tab"),
        (STEP.format("page: moon"), 8, "expected one of draw"),
        (STEP.format("tab: Figures"), 8, "beside “tab:”"),
        (STEP.format("page: draw\ntab: Figures"), 9, "a tab of the page draw"),
        (STEP.format("network: n.onnx"), 8, "ends in .safetensors"),
        (STEP.format("network: n.safetensors"), 8, "found no 'n.safetensors'"),
        (STEP.format("data: ../x"), 8, "inside the folder"),
        (STEP.format("data: /etc"), 8, "inside the folder"),
        (STEP.format("data: \\\\host\\share"), 8, "inside the folder"),
        (STEP.format("data: C:\\x"), 8, "inside the folder"),
        (STEP.format("data: ~/x"), 8, "inside the folder"),
        (STEP.format(f"data: {'x' * 5000}"), 8, "found no"),
        (STEP.format("drawing: x.txt"), 8, "expected a drawing"),
        (STEP.format("page: draw\npicture: 0"), 9, "the number of a picture"),
        (STEP.format("page: draw\npicture: 00000000015"), 9, "the number of a picture"),
        (STEP.format("page: runs\npicture: 1"), 9, "page: draw"),
        (STEP.format("layer: conv1"), 8, "page: inspect"),
        (STEP.format("fault: mine"), 8, "expected hidden or one of"),
        (STEP.format("epochs: many"), 8, "epochs must be a whole number"),
        (STEP.format("lr: 7"), 8, "lr must be a number from"),
        (STEP.format("lr: nan"), 8, "lr must be a number from"),
        (STEP.format("standardize: perhaps"), 8, "must be true or false"),
        (STEP.format("weight-decay: 0.1"), 8, "adamw"),
        (STEP.format("limit: 10"), 8, "expected one of"),
        (STEP.format("until: bored"), 8, "expected one of drawn"),
        (STEP.format("until: trained twice"), 8, "expected trained alone"),
        (STEP.format("until: accuracy"), 8, "expected something behind"),
        (STEP.format("until: accuracy 100"), 8, "below 100"),
        (STEP.format("until: page moon"), 8, "expected one of"),
        ("# T\n## S\nx\n- [x] a\n  b\n", 4, "expected 2 to 9 answers"),
        ("# T\n## S\nx\n- [ ] a\n  b\n- [ ] c\n  d\n", 4, "at least one of them right"),
        ("# T\n## S\nx\n- [x] a\n- [ ] c\n  d\n", 4, "expected a reply"),
        ("# T\n## S\nx\n- [x] a\n  b\n- [ ] c\n  d\nmore\n", 8, "answers last"),
        ("# T\n## S\nx <b>y</b>\n", 3, "as in HTML"),
        ("# T\n## S\n![x](y.png)\n", 3, "found a picture"),
        ("# T\n## S\nx\n- [x] a\n  <img src='//host/x'>\n- [ ] c\n  d\n", 5, "as in HTML"),
        ("# T\n- [x] a\n  b\n- [ ] c\n  d\n## S\nx\n", 1, "below the heading of a step"),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Path, text: str, line: int, words: str) -> None:
    found, sentence = refused(folder, text)
    assert (found, words in sentence) == (line, True), sentence


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_leads_nowhere_else(folder: Path) -> None:
    digits = folder / "digits"
    (digits / "7").mkdir(parents=True)
    (digits / "8").symlink_to(digits / "7")
    (folder / "inside").symlink_to(digits)
    assert read_lesson(write(folder, STEP.format("data: inside"))).steps[0].set_up.data == str(digits.resolve())
    (folder / "link").symlink_to(folder.parent)
    assert "a link out of it" in refused(folder, STEP.format("data: link"))[1]
    secret = folder.parent / "secret.png"
    secret.touch()
    (digits / "7" / "one.png").symlink_to(secret)
    assert "no links out of the folder digits, found 'one.png'" in refused(folder, STEP.format("data: digits"))[1]
    (digits / "7" / "one.png").unlink()
    (digits / "9").symlink_to(folder.parent)
    assert "found '9'" in refused(folder, STEP.format("data: inside"))[1]


def test_a_lesson_goes_on_where_what_a_step_is_about_is_made(folder: Path) -> None:
    pixels, digits, fault = (read_lesson(file) for file in SHIPPED)
    assert [pixels.resumed_at(number) for number in range(7)] == list(range(7))
    assert [digits.resumed_at(number) for number in range(7)] == [0, 0, 0, 3, 3, 3, 3]
    assert [fault.resumed_at(number) for number in range(7)] == [0, 1, 1, 1, 1, 5, 6]
    text = STEP.format("page: train\nuntil: trained") + "## B\nx\n```step\npage: draw\nnetwork: default\n```\n"
    assert read_lesson(write(folder, text)).resumed_at(1) == 1  # of another network


def test_what_is_no_file_of_text_is_refused(folder: Path) -> None:
    for content in (b"# T\n\xff", b"#" * (MOST_BYTES + 1)):
        (folder / "lesson.md").write_bytes(content)
        with pytest.raises(DataFormatError, match=r"lesson/lesson\.md: "):
            read_lesson(folder)
    with pytest.raises(DataFormatError, match=r"found no lesson\.md"):
        read_lesson(folder / "nowhere")


def check_sentence(sentence: str, lines: int) -> None:
    """See that an error names a line that there is, and is not the whole file."""
    found = SENTENCE.fullmatch(sentence)
    assert found, sentence
    assert found[2] is None or 1 <= int(found[2]) <= 1 + lines
    assert len(sentence) < 1200


ORIGINALS = [*(file.read_text(encoding="utf-8") for file in SHIPPED), TEMPLATE]
WORDS = [
    "```step",
    "```",
    "## ",
    "# ",
    "- [x] ",
    "- [ ] ",
    "  ",
    "until: ",
    "page: ",
    ":",
    "\n",
    "<a",
    "\0",
    "é",
    "\u2028",
]
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(WORDS) | st.text(max_size=8)),
    min_size=1,
    max_size=6,
)


@given(original=st.sampled_from(ORIGINALS), damage=DAMAGE)
@example(original=TEMPLATE, damage=[(0.0, 0, "```step\n")])
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_lesson_is_read_or_refused_in_one_sentence(
    folder: Path, original: str, damage: list[tuple[float, int, str]]
) -> None:
    text = original
    for place, length, word in damage:
        start = int(place * len(text))
        text = text[:start] + word + text[start + length :]
    (folder / "lesson.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        lesson = read_lesson(folder)
    except DataFormatError as error:
        check_sentence(str(error), len(text.splitlines()))
        return
    for step in lesson.steps:  # what is read can be shown
        assert step.title
        assert "![" not in step.text
        assert not re.search("<[A-Za-z/!?]", step.text)
        assert step.set_up.page in {"", *PAGES}
        assert not step.answers or any(answer.is_right for answer in step.answers)
        assert step.goal is None or step.goal.words


def test_every_key_and_goal_is_told_in_the_guide() -> None:
    guide = " ".join((Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8").split())
    keys = [*KEYS, "until", *(SETTINGS[name].option for name in FORM_SETTINGS)]
    assert [key for key in keys if f"`{key}" not in guide] == []
    assert [goal for goal in GOALS if f"`{goal}" not in guide] == []
    assert [tab for tabs in PAGES.values() for tab in tabs if tab not in guide] == []
