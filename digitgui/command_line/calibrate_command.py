"""The sub-command ``calibrate``: fit the temperature, and set the line below which answers are doubtful."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from digitgui.command_line.output import say
from digitgui.command_line.terminal import add_data_options, open_data_aloud
from digitgui.installation.shipped import open_model
from model import Network, save_network
from model.data.dataset import PARTS
from model.errors import DataFormatError
from model.handwriting.hands import LIKE_NO_DIGIT, scribble
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.strokes import StrokeSet, load_stroke_characters, load_strokes, paint
from model.judging.belonging import check_belongs
from model.judging.calibration import calibrate, coverage_curve, expected_calibration_error, threshold_that_refuses
from model.network.arrays import ImageArray, LabelArray

REFUSED = 0.005, 0.0075
"""Shares of the pictures, and of the digits from strokes, that may be doubtful."""
SCRIBBLES = 1000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    add_data_options(parser)
    parser.add_argument(
        "--split", choices=PARTS, default="validation", help="the part to calibrate by (default: %(default)s)"
    )
    parser.add_argument(
        "--strokes",
        type=Path,
        metavar="FILE",
        help="also calibrate on digits as pen strokes (.npz), by the reserved writers 3, 8, 13 ...",
    )
    parser.add_argument(
        "--refuse", type=Path, metavar="FILE", help="letters as pen strokes (.npz): report how many are doubtful"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="save the calibrated network here")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Calibrate a network on pictures it has not learned from, save it, and return the figures."""
    network = open_model(options.model)
    dataset = open_data_aloud(options)
    check_belongs(network, dataset)
    parts = {"pictures": dataset.part(options.split)}
    if options.strokes:
        strokes = load_stroke_characters(options.strokes)
        check_belongs(network, strokes)
        parts["strokes"] = strokes.part("test")
    for name, (_, part_labels) in parts.items():
        if not len(part_labels):
            raise DataFormatError(f"there are no {name} to calibrate on: choose another part, or other data")
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts.values(), strict=True))
    before = _error(network, images, labels)
    temperature = calibrate(network, images, labels)
    network.card.refuse_below = min(
        threshold_that_refuses(_confidence(network, part_images), share)
        for (part_images, _), share in zip(parts.values(), REFUSED, strict=False)
    )
    refused = {name: _refused(network, part_images) for name, (part_images, _) in parts.items()}
    no_digits = _no_digits(options.refuse) if options.refuse else {}
    refused |= {name: _refused(network, pictures) for name, pictures in no_digits.items()}
    figures = {
        "temperature": temperature,
        "calibration_error_before": before,
        "calibration_error": _error(network, images, labels),
        "refuse_below": network.card.refuse_below,
        "refused": refused,
    }
    network.card.provenance["calibration"] = figures | {"curve": _curve(network, images, labels, no_digits)}
    save_network(network, options.out)
    if not options.json:
        print(f"temperature {temperature:.3f}; calibration error {before:.2%} before, now", end=" ")
        print(f"{figures['calibration_error']:.2%}; doubtful below {network.card.refuse_below:.3f}:")
        for name, share in refused.items():
            print(f"  {share:7.2%} of the {name}")
    say(f"saved as {options.out}")
    return {"model": options.model, "out": str(options.out), **figures}


def _curve(
    network: Network, images: ImageArray, labels: LabelArray, no_digits: dict[str, ImageArray]
) -> dict[str, Any]:
    """Compute the figures shown when the line is moved, in plain values, for JSON."""
    nothing = [network.predict_proba(pictures) for pictures in no_digits.values()]
    curve = coverage_curve(network.predict_proba(images), labels, np.concatenate(nothing) if nothing else None)
    return curve.as_dict()


def _no_digits(file: Path) -> dict[str, ImageArray]:
    letters = load_strokes(file)
    rng = np.random.default_rng(0)
    chosen = letters.chosen(letters.held_out & np.isin(letters.labels, list(LIKE_NO_DIGIT)))
    if not chosen.characters:
        raise DataFormatError(
            f"{file.name}: expected letters such as {', '.join(LIKE_NO_DIGIT)} by the reserved writers, found none"
        )
    return {
        "letters": _painted(chosen),
        "scribbles": np.stack([drawing_to_digit(paint(scribble(rng))) for _ in range(SCRIBBLES)]),
    }


def _painted(strokes: StrokeSet) -> ImageArray:
    return np.stack([drawing_to_digit(paint(character)) for character in strokes.characters])


def _confidence(network: Network, images: ImageArray) -> np.ndarray:
    best: np.ndarray = network.predict_proba(images).max(axis=1)
    return best


def _refused(network: Network, images: ImageArray) -> float:
    return float((_confidence(network, images) < network.card.refuse_below).mean())


def _error(network: Network, images: ImageArray, labels: LabelArray) -> float:
    return expected_calibration_error(network.predict_proba(images), labels)
