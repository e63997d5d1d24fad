"""The sub-command ``lesson``: check a lesson, or write one to change; alone it opens the window."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.terminal import say
from digitgui.installation.shipped import open_reader
from digitgui.lessons.lesson import Lesson
from digitgui.lessons.reading import LESSON_FILE, read_lesson
from digitgui.lessons.template import TEMPLATE
from model.atomic_files import write_atomically
from model.errors import ConfigError, ModelFileError
from model.readers.sources import open_data


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        type=Path,
        help=f"a folder with a {LESSON_FILE}; without an option, the window opens with this lesson",
    )
    parser.add_argument("--check", action="store_true", help="check the lesson, and say what is wrong")
    parser.add_argument("--template", action="store_true", help="write a lesson to change into this folder")
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the options do not fit together."""
    if options.check == options.template:
        raise ConfigError("expected --check or --template, or the folder alone to open the window")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Check the lesson, or write one."""
    if options.template:
        return _write_template(options.folder, quiet=options.json)
    lesson = read_lesson(options.folder)
    for number, step in enumerate(lesson.steps, 1):
        _open_files(lesson, number)
        say(f"step {number}: {step.title}")
    if not options.json:
        print(f"{lesson.title}: {len(lesson.steps)} steps, nothing wrong")
    return {"title": lesson.title, "steps": [step.title for step in lesson.steps]}


def _open_files(lesson: Lesson, number: int) -> None:
    """Open network and data of a step, or raise what is wrong with them."""
    set_up = lesson.steps[number - 1].set_up
    if set_up.network:
        open_reader(set_up.network)
    if set_up.data:
        open_data(set_up.data)


def _write_template(folder: Path, *, quiet: bool) -> dict[str, Any]:
    file = folder / LESSON_FILE
    if file.exists():
        raise ModelFileError(f"{file}: expected a folder without a lesson, found one: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(file, TEMPLATE.encode())
    if not quiet:
        print(f"Written: {file}\nChange it, then: digitgui lesson --check {folder}")
    return {"written": str(file)}
