"""What the drawing's way to the network is worth: `make handwriting MNIST=folder STROKES=file LETTERS=file`.

Replays the digits of the writers that were kept out of training on a canvas, under every condition that a user may
choose, and prints accuracy in per cent: through the program's way, and through the naive one.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.prediction import answer
from digitgui.installation.shipped import open_model
from model import Network, open_data
from model.handwriting.hands import LIKE_NO_DIGIT, another_hand, regional_shape, scribble
from model.handwriting.preprocessing import USUAL_STEPS, Steps, drawing_to_digit
from model.handwriting.stroke_width import NORMAL_WIDTH
from model.handwriting.strokes import Strokes, StrokeSet, load_strokes, unit_box
from model.judging.calibration import expected_calibration_error

NAIVE = Steps(crop=False, even_pen=False, centre=False)
STEPS = {
    "all steps": USUAL_STEPS,
    "without crop": replace(USUAL_STEPS, crop=False),
    "without even pen": replace(USUAL_STEPS, even_pen=False),
    "without centring by mass": replace(USUAL_STEPS, centre=False),
    "with deskewing too": replace(USUAL_STEPS, deskew=True),
    "none (naive)": NAIVE,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "models", nargs="+", help="the first is measured in full, all of them in the table of steps"
    )
    parser.add_argument("--mnist", required=True)
    parser.add_argument("--strokes", type=Path, required=True)
    parser.add_argument("--letters", type=Path, required=True)
    options = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    everything = load_strokes(options.strokes)
    digits = everything.chosen(everything.held_out)
    networks = {Path(name).stem: open_model(name) for name in options.models}
    name, network = next(iter(networks.items()))
    print(f"{len(digits.labels):,} digits of {len(np.unique(digits.writers))} unseen writers\n")
    print_conditions(name, network, digits)
    print_steps(networks, digits)
    print_shapes(name, network, digits)
    print_refusal(name, network, digits, load_strokes(options.letters), options.mnist)
    del app


def print_conditions(name: str, network: Network, digits: StrokeSet) -> None:
    print(f"| drawn with ({name}) | our way | naive way |\n| --- | ---: | ---: |")
    for title, place in conditions():
        ours, naive = [], []
        for character in digits.characters:
            drawing = drawn(*place(character))
            ours.append(seen(drawing, USUAL_STEPS))
            naive.append(seen(drawing, NAIVE))
        print(
            f"| {title} | {accuracy(network, ours, digits):.2f} | {accuracy(network, naive, digits):.2f} |",
            flush=True,
        )
    print()


def conditions() -> Iterator[tuple[str, Callable[[Strokes], tuple[Strokes, float]]]]:
    """Ways of drawing: what is drawn, in units of the canvas, and the width of the pen."""
    rng = np.random.default_rng(0)
    for pen in (0.02, 0.04, 0.08, 0.12, 0.15):
        yield (
            f"pen {100 * pen:.0f} %, 80 % of the canvas",
            lambda character, pen=pen: (placed(character, 0.8), pen),
        )
    for size in (1.0, 0.6, 0.4, 0.2):
        yield (
            f"pen 8 %, {100 * size:.0f} % of the canvas, anywhere",
            lambda character, size=size: (placed(character, size, rng), 0.08),
        )
    yield "pen 15 %, 20 % of the canvas, anywhere", lambda character: (placed(character, 0.2, rng), 0.15)
    yield "pen 2 %, 20 % of the canvas, anywhere", lambda character: (placed(character, 0.2, rng), 0.02)


def placed(character: Strokes, size: float, rng: np.random.Generator | None = None) -> Strokes:
    """Draw so large a character somewhere on the canvas, which reaches from -0.5 to 0.5."""
    room = (1 - size) / 2
    offset = np.zeros(2, np.float32) if rng is None else rng.uniform(-room, room, 2).astype(np.float32)
    return [stroke * np.float32(size) + offset for stroke in unit_box(character)]


def drawn(strokes: Strokes, pen: float) -> Drawing:
    drawing = Drawing()
    for stroke in strokes:
        drawing.begin_stroke(QPointF(*stroke[0].tolist()), width=pen)
        for point in stroke[1:]:
            drawing.extend_stroke(QPointF(*point.tolist()))
        drawing.end_stroke()
    return drawing


def seen(drawing: Drawing, steps: Steps) -> np.ndarray:
    gray, inked = rasters(drawing)
    return drawing_to_digit(gray, inked=inked, steps=steps)


def rasters(drawing: Drawing) -> tuple[np.ndarray, np.ndarray]:
    """Paint a drawing as it is, and inked anew."""
    return drawing.to_gray(), drawing.to_gray(pen=NORMAL_WIDTH)


def accuracy(network: Network, pictures: list[np.ndarray], digits: StrokeSet) -> float:
    answers = network.predict_proba(np.stack(pictures)).argmax(axis=1)
    return 100 * float((answers == digits.labels).mean())


def print_steps(networks: dict[str, Network], digits: StrokeSet) -> None:
    """What each step is worth, at three ways of drawing; and what evening a picture's strokes is worth."""
    print(f"| steps | {' | '.join(networks)} |\n| --- |{' ---: |' * len(networks)}")
    ways = {"pen 8 %, 80 %": (0.8, 0.08), "pen 2 %, 80 %": (0.8, 0.02), "pen 8 %, 30 %": (0.3, 0.08)}
    for way, (size, pen) in ways.items():
        drawings = [rasters(drawn(placed(character, size), pen)) for character in digits.characters]
        for title, steps in STEPS.items():
            pictures = [drawing_to_digit(gray, inked=inked, steps=steps) for gray, inked in drawings]
            figures = [f"{accuracy(network, pictures, digits):.2f}" for network in networks.values()]
            print(f"| {way}: {title} | {' | '.join(figures)} |", flush=True)
        pictures = [drawing_to_digit(gray) for gray, _ in drawings]
        figures = [f"{accuracy(network, pictures, digits):.2f}" for network in networks.values()]
        print(f"| {way}: all steps, from the picture alone | {' | '.join(figures)} |", flush=True)
    print()


def print_shapes(name: str, network: Network, digits: StrokeSet) -> None:
    """Shapes of other countries, added to the digits of unseen writers, and other slants."""
    rng = np.random.default_rng(1)
    varied = [
        another_hand(regional_shape(character, int(label), rng), rng)
        for character, label in zip(digits.characters, digits.labels, strict=True)
    ]
    slashed = []
    for character in digits.chosen(digits.labels == 0).characters:
        while len(other := regional_shape(character, 0, rng)) == len(character):
            pass
        slashed.append(other)
    for title, characters, labels in (
        ("other shapes, slants, proportions", varied, digits.labels),
        ("slashed zeros", slashed, np.zeros(len(slashed))),
    ):
        pictures = [seen(drawn(placed(character, 0.8), 0.08), USUAL_STEPS) for character in characters]
        right = (network.predict_proba(np.stack(pictures)).argmax(axis=1) == labels).mean()
        print(f"{title} ({name}): {100 * right:.2f} %")
    wrong = []
    for character, label in zip(digits.characters, digits.labels, strict=True):
        found = answer(drawn(placed(character, 0.8), 0.08), network, USUAL_STEPS)
        if found and found.digit != label:
            wrong.append(f"{label}→{found.digit}")
    print(f"confused: {', '.join(sorted(wrong))}\n")


def print_refusal(name: str, network: Network, digits: StrokeSet, letters: StrokeSet, mnist: str) -> None:
    rng = np.random.default_rng(2)
    unlike = letters.chosen(letters.held_out & np.isin(letters.labels, list(LIKE_NO_DIGIT)))
    images, labels = open_data(mnist).part("test")
    probabilities = network.predict_proba(images)
    print(
        f"MNIST's official test pictures ({name}): {100 * (probabilities.argmax(axis=1) == labels).mean():.2f} %"
    )
    print(f"expected calibration error there: {100 * expected_calibration_error(probabilities, labels):.2f} %")
    print(f"refused, being below {network.card.refuse_below:.3f}:")
    refused = (probabilities.max(axis=1) < network.card.refuse_below).mean()
    print(f"  of MNIST's official test pictures: {100 * refused:.2f} %")
    scribbles: list[Strokes] = [scribble(rng) for _ in range(1000)]
    for title, characters in (
        ("digits of unseen writers", digits.characters),
        ("letters of unseen people", unlike.characters),
        ("scribbles", scribbles),
    ):
        pictures = [seen(drawn(placed(character, 0.8), 0.08), USUAL_STEPS) for character in characters]
        best = network.predict_proba(np.stack(pictures)).max(axis=1)
        print(f"  of {title}: {100 * (best < network.card.refuse_below).mean():.2f} %")


if __name__ == "__main__":
    main()
