"""Reads a lesson from its folder: ``lesson.md``, and the files that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from digitgui.lessons.files import LESSON_FILE
from digitgui.lessons.goals import Goal, read_goal
from digitgui.lessons.lesson import PAGES, Answer, Lesson, Step
from digitgui.lessons.set_up_reading import read_set_up
from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import DataFormatError, ModelError

__all__ = ["read_lesson"]

MOST_BYTES = 1_000_000
MOST_STEPS, MOST_ANSWERS = 100, 9
LONGEST_TITLE, LONGEST_ANSWER = 100, 300
NO_TITLE = "expected the title of the lesson first: a line that begins with “# ”"
HEADING = re.compile(r"(##?) +(.*)")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*(\S*)\s*$")
ANSWER = re.compile(r" {0,3}[-*+] \[([ xX])\] +(\S.*)")
HTML = re.compile(r"<[A-Za-z/!?]")
BLOCK = "step"
"""What stands behind the fence of the lines that set up the window."""
GOAL_KEY = "until"
Lines: TypeAlias = list[tuple[int, str]]
"""Lines with their numbers in the file."""


@dataclass(slots=True)
class _Section:
    """The lines below a heading, and their numbers in the file."""

    title: str
    number: int
    lines: list[tuple[int, str]] = field(default_factory=list)


class _Reader:
    """Knows the folder and the place in the file, for its errors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refuse(self, number: int, sentence: object) -> DataFormatError:
        """Make the error for a line of the file."""
        return DataFormatError(f"{self.folder.name}/{LESSON_FILE}, line {number}: {sentence}")

    def sections(self, text: str) -> list[_Section]:
        """Return what stands below the title, and below the heading of each step."""
        found: list[_Section] = []
        for number, line, block in self._blocks(list(enumerate(text.splitlines(), 1))):
            heading = None if block is not None else HEADING.match(line)
            if heading and len(heading[1]) == 1 and found:
                raise self.refuse(number, "expected one title that begins with “# ”, found a second one")
            if heading and len(heading[1]) == 1 + bool(found):
                found.append(_Section(self._title(number, heading[2]), number))
            elif found:
                found[-1].lines.append((number, line))
            elif line.strip():
                raise self.refuse(number, NO_TITLE)
        if not found:
            raise self.refuse(1, NO_TITLE)
        return found

    def _blocks(self, lines: Lines) -> Iterator[tuple[int, str, str | None]]:
        """Yield each line with its number, and with the word behind the fence of the block that it is in."""
        fence, block, begun = "", None, 0
        for number, line in lines:
            found = FENCE.match(line)
            if found and not fence:
                fence, block, begun = found[1], found[2], number
                yield number, line, block
            else:
                yield number, line, block
                if found and found[1].startswith(fence) and not found[2]:
                    fence, block = "", None
        if fence:
            raise self.refuse(begun, f"expected a line with {fence} that ends this block, found none")

    def step(self, section: _Section, introduction: str) -> Step:
        """Read one step."""
        text, block, block_number = self._split(section)
        self._words(text)  # of the answers, too
        text, answers = self._answers(text)
        values = dict(self._values(block))
        goal = self._goal(values)
        set_up = read_set_up(values, self.folder, self.refuse)
        words = self._words(text)
        if not words and not introduction and not answers:
            raise self.refuse(section.number, f"expected a text below “{section.title}”, found none")
        if block_number and not block:
            raise self.refuse(block_number, "expected lines such as “page: draw” in the block, found none")
        return Step(section.title, f"{introduction}\n\n{words}".strip(), set_up, answers, goal)

    def introduction(self, section: _Section) -> str:
        """Read what stands between the title and the first step."""
        text, _, number = self._split(section)
        if number:
            raise self.refuse(
                number, "expected this block below the heading of a step: a line that begins with “## ”"
            )
        text, answers = self._answers(text)
        if answers:
            raise self.refuse(section.number, "expected the answers below the heading of a step")
        return self._words(text)

    def _title(self, number: int, title: str) -> str:
        title = title.strip().rstrip("#").strip()
        if not 0 < len(title) <= LONGEST_TITLE:
            raise self.refuse(number, f"expected 1 to {LONGEST_TITLE} letters in a title, found {len(title)}")
        return title

    def _split(self, section: _Section) -> tuple[Lines, Lines, int]:
        """Part the lines of the block from the others; the number is that of its fence, 0 if there is none."""
        text: Lines = []
        block: Lines = []
        for number, line, word in self._blocks(section.lines):
            (block if word == BLOCK else text).append((number, line))
        bars = [number for number, line in block if FENCE.match(line)]
        if len(bars) > 2:
            raise self.refuse(bars[2], f"expected one {BLOCK} block in a step, found a second one")
        inside = [(number, line) for number, line in block if number not in bars]
        return text, inside, bars[0] if bars else 0

    def _values(self, block: Lines) -> Iterator[tuple[str, tuple[int, str]]]:
        """Yield each key of a block with its line and its value."""
        seen = set()
        for number, line in block:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            key, colon, value = (part.strip() for part in line.partition(":"))
            if not colon or not key or not value:
                raise self.refuse(number, f"expected “key: value”, found {line.strip()!r:.60}")
            if key in seen:
                raise self.refuse(number, f"expected {key} once, found it again")
            seen.add(key)
            yield key, (number, value)

    def _goal(self, values: dict[str, tuple[int, str]]) -> Goal | None:
        if GOAL_KEY not in values:
            return None
        number, value = values.pop(GOAL_KEY)
        try:
            return read_goal(value, PAGES)
        except ModelError as error:
            raise self.refuse(number, error) from error

    def _answers(self, lines: Lines) -> tuple[Lines, tuple[Answer, ...]]:
        """Part the list of answers from the text: each begins with ``- [ ]``, its reply is indented below it."""
        rest: Lines = []
        found: list[tuple[int, bool, str, list[str]]] = []
        for number, line, block in self._blocks(lines):
            answer = None if block is not None else ANSWER.match(line)
            if answer:
                found.append((number, answer[1] != " ", answer[2].strip(), []))
            elif found and line.strip():
                if block is not None or not line.startswith("  "):
                    raise self.refuse(number, "expected the answers last in a step, found text after them")
                found[-1][3].append(line.strip())
            else:
                rest.append((number, line))
        for number, _, text, reply in found:
            if not reply:
                raise self.refuse(
                    number, "expected a reply below this answer, in lines that begin with two spaces"
                )
            if len(text) > LONGEST_ANSWER:
                raise self.refuse(
                    number, f"expected at most {LONGEST_ANSWER} letters in an answer, found {len(text)}"
                )
        answers = tuple(Answer(text, is_right, " ".join(reply)) for _, is_right, text, reply in found)
        if answers and not (2 <= len(answers) <= MOST_ANSWERS and any(one.is_right for one in answers)):
            raise self.refuse(
                found[0][0], f"expected 2 to {MOST_ANSWERS} answers, at least one of them right (“- [x]”)"
            )
        return rest, answers

    def _words(self, lines: Lines) -> str:
        """Join the lines of a text that is plain Markdown."""
        for number, line in lines:
            if HTML.search(line):
                raise self.refuse(
                    number, "expected Markdown, found “<” before a letter, as in HTML: put a space there"
                )
            if "![" in line:
                raise self.refuse(number, "expected text, found a picture: let “drawing:” or “picture:” show one")
            if "\0" in line:
                raise self.refuse(number, "expected text, found a character of no text")
        return "\n".join(line for _, line in lines).strip()


def read_lesson(folder: Path) -> Lesson:
    """Read a lesson.

    Parameters
    ----------
    folder : path
        The folder, or the file ``lesson.md`` in it.

    Returns
    -------
    Lesson
        Every file that it names is there, inside the folder; what is in these files is not read.

    Raises
    ------
    DataFormatError
        If it is no lesson; the sentence names the file and the line.
    """
    folder = Path(folder)
    if folder.name == LESSON_FILE:
        folder = folder.parent
    folder = folder.absolute()
    file = folder / LESSON_FILE
    try:
        with told_as(DataFormatError, f"{folder.name}/{LESSON_FILE}: {{error}}"):
            text = read_text(file, MOST_BYTES).removeprefix("\ufeff")
    except OSError as error:
        why = (
            f"expected a lesson, found no {LESSON_FILE}"
            if isinstance(error, FileNotFoundError)
            else error.strerror
        )
        raise DataFormatError(f"{folder}: {why or error}") from error
    reader = _Reader(folder)
    head, *sections = reader.sections(text)
    introduction = reader.introduction(head)
    if not 0 < len(sections) <= MOST_STEPS:
        raise reader.refuse(
            head.number, f"expected 1 to {MOST_STEPS} steps (lines that begin with “## ”), found {len(sections)}"
        )
    steps = [reader.step(one, introduction if one is sections[0] else "") for one in sections]
    return Lesson(folder, head.title, tuple(steps))
