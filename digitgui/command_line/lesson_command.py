"""The sub-command ``lesson``: check a lesson, or write one to change; alone it opens the window."""

import argparse
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.installation.shipped import open_reader
from digitgui.lessons.files import LESSON_FILE
from digitgui.lessons.lesson import Step
from digitgui.lessons.reading import read_lesson
from digitgui.lessons.set_up_reading import INK_SUFFIX
from digitgui.lessons.template import TEMPLATE
from model import Dataset
from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.errors import ConfigError, DataFormatError, ModelError, ModelFileError
from model.handwriting.ink_on_paper import picture_to_gray
from model.judging.ensemble import AnyNetwork, Ensemble
from model.readers.picture_files import open_picture, reduced
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
    check = _Check()
    for number, step in enumerate(lesson.steps, 1):
        try:
            check.see(step)
        except ModelError as error:
            raise DataFormatError(f"step {number}, {step.title}: {error}") from error
        say(f"step {number}: {step.title}")
    if not options.json:
        print(f"{lesson.title}: {len(lesson.steps)} steps, nothing wrong")
    return {"title": lesson.title, "steps": [step.title for step in lesson.steps]}


class _Check:
    """Opens what the steps name, one after the other, and compares what belongs together.

    What no step has opened is the user's own, and so not known here.
    """

    def __init__(self) -> None:
        self._network: AnyNetwork | None = None
        self._data: Dataset | None = None

    def see(self, step: Step) -> None:
        """Raise what is wrong with a step."""
        set_up = step.set_up
        if set_up.network:
            self._network = open_reader(set_up.network)
        if set_up.data:
            self._data = open_data(set_up.data)
        if set_up.drawing:
            _open_drawing(set_up.drawing)
        if set_up.picture and self._data is not None and set_up.picture > len(self._data):
            raise DataFormatError(
                f"expected a picture from 1 to {len(self._data)} of {self._data.name}, found {set_up.picture}"
            )
        if set_up.layer and self._network is not None:
            self._see_layer(set_up.layer, self._network)
        if step.goal and step.goal.kind in ("trained", "accuracy"):
            self._network = None  # another one, which is trained in the lesson

    def _see_layer(self, name: str, network: AnyNetwork) -> None:
        names = (network.networks[0] if isinstance(network, Ensemble) else network).layer_names
        if name not in names:
            raise DataFormatError(f"expected a layer of the network ({', '.join(names)}), found {name!r:.60}")


def _open_drawing(path: Path) -> None:
    """Look into a drawing, as far as that goes without the window."""
    with told_as(DataFormatError, f"{path.name}: {{error}}"):
        if path.suffix.lower() != INK_SUFFIX:
            if not picture_to_gray(reduced(open_picture(path))).any():
                raise ValueError("expected a drawing, found a blank picture")
        elif not any(one.tag.endswith("trace") and one.text for one in ET.parse(path).iter()):
            raise ValueError("expected InkML with strokes, found none")


def _write_template(folder: Path, *, quiet: bool) -> dict[str, Any]:
    file = folder / LESSON_FILE
    if file.exists():
        raise ModelFileError(f"{file}: expected a folder without a lesson, found one: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(file, TEMPLATE.encode())
    if not quiet:
        print(f"Written: {file}\nChange it, then: digitgui lesson --check {folder}")
    return {"written": str(file)}
