"""Letters as a person draws them on the canvas, and small networks that know them, or photographs."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.prediction import usual_picture
from helpers.named_pictures import save_photographs
from helpers.strokes import LETTER_LINES
from model import Dataset, TrainingConfig, build, open_data, save_network, train
from model.network.task import Task

__all__ = ["LETTERS", "draw_letter", "painted", "save_colour_network", "save_letter_network"]

LETTERS = Task(tuple(LETTER_LINES))
Points = list[list[tuple[float, float]]]


def points_of(name: str, rng: np.random.Generator) -> Points:
    """Say where the pen goes, in shares of the canvas, from its middle."""
    scale, strokes = rng.uniform(0.04, 0.05), []
    for line in LETTER_LINES[name]:
        corners = (np.array(line) - (4, 6) + rng.normal(0, 0.2, (len(line), 2))) * scale
        parts = [np.linspace(one, two, 6) for one, two in pairwise(corners)]
        strokes.append([(float(x), float(y)) for x, y in np.concatenate(parts)])
    return strokes


def draw_letter(canvas: QWidget, name: str, seed: int = 0) -> None:
    """Draw a letter with the mouse."""
    side, middle = min(canvas.width(), canvas.height()), canvas.rect().center()
    for line in points_of(name, np.random.default_rng(seed)):
        pixels = [QPoint(round(middle.x() + x * side), round(middle.y() + y * side)) for x, y in line]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=pixels[0])
        for pixel in pixels[1:]:
            QTest.mouseMove(canvas, pixel)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=pixels[-1])


def painted(each: int, task: Task = LETTERS, seed: int = 1) -> Dataset:
    """Paint so many of each letter, and bring them to the form of a task."""
    rng, images = np.random.default_rng(seed), []
    labels = np.repeat(np.arange(task.count), each).astype(np.uint8)
    for label in labels:
        drawing = Drawing()
        for line in points_of(task.class_names[label], rng):
            _follow(drawing, line)
        images.append(usual_picture(drawing, task))
    return Dataset(np.stack(images), labels, "letters", "openml:1", task=task)


def _follow(drawing: Drawing, line: Sequence[tuple[float, float]]) -> None:
    drawing.begin_stroke(QPointF(*line[0]), width=0.07)
    for place in line[1:]:
        drawing.extend_stroke(QPointF(*place))
    drawing.end_stroke()


def save_letter_network(file: Path, data: Dataset) -> Path:
    """Train a network on letters for a moment."""
    network = build("journal-8", 0, data.task)
    for _ in train(network, data, TrainingConfig(epochs=6, batch_size=16, learning_rate=0.02)):
        pass
    save_network(network, file)
    return file


def save_colour_network(file: Path, folder: Path) -> Path:
    """Train a network on photographs of meadows and seas, which this writes into a folder."""
    photographs = open_data(str(save_photographs(folder, 20, size=(20, 16))))
    network = build("lenet", 0, photographs.task)
    config = TrainingConfig(epochs=5, batch_size=8, learning_rate=0.003, optimizer="adam")
    for _ in train(network, photographs, config):
        pass
    save_network(network, file)
    return file
