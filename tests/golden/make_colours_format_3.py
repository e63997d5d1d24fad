"""Make the golden model file of format 3: ``PYTHONPATH=tests python tests/golden/make_colours_format_3.py``.

As `make_journal_8_format_1` tells: it was run once, and the file is kept for ever. The network has all that format
3 added: classes with names, and pictures in colour that are no ink.
"""

import json
import sys
from pathlib import Path

import numpy as np

from model import Dataset, Network, Task, save_network
from model.network.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.runs.storage import FORMAT_VERSION
from model.training.training import TrainingConfig, train

MODEL = Path(__file__).with_name("colours_format_3.safetensors")
ANSWERS = MODEL.with_suffix(".json")
TASK = Task(("rot", "grün", "très bleu"), (10, 12, 3), "unchanged")


def pictures() -> np.ndarray:
    """Make four pictures without any randomness: slopes of the three colours, and of all of them."""
    rows, columns = np.mgrid[:10, :12]
    slope = rows * 14 + columns * 10
    colours = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]
    return np.array([slope[..., np.newaxis] * colour for colour in colours]).astype(np.uint8)


def main() -> None:
    """Train on 90 pictures for two epochs, save the network, and write down its answers."""
    if FORMAT_VERSION != 3 or MODEL.exists():
        sys.exit("this script was for format 3, and its file is kept for ever: write a new one for a new format")
    layers = [Conv2D(4, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(3)]
    card = ModelCard("own", 8, class_names=TASK.class_names, preparation=TASK.preparation)
    network = Network(layers, TASK.input_shape, card)
    noise = np.random.default_rng(8).integers(0, 80, (90, 10, 12, 3))
    labels = (np.arange(90) % 3).astype(np.uint8)
    images = (noise + 150 * np.eye(3)[labels][:, np.newaxis, np.newaxis]).astype(np.uint8)
    config = TrainingConfig(0.02, 4, 2, 8)
    for _ in train(network, Dataset(images, labels, "colours", "colours", task=TASK), config):
        pass
    network.card.provenance = {"settings": config.as_dict(), "note": "golden file of format 3"}
    save_network(network, MODEL)
    answers = network.predict_proba(pictures()).tolist()
    ANSWERS.write_text(
        json.dumps({"probabilities": answers, "provenance": network.card.provenance}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
