"""Make the golden model file of format 2: ``PYTHONPATH=tests python tests/golden/make_normalized_format_2.py``.

As `make_journal_8_format_1` tells: it was run once, and the file is kept for ever. The network has all that format
2 added: batch normalisation, dropout, average pooling, standardised input.
"""

import json
import sys
from pathlib import Path

from golden.make_journal_8_format_1 import pictures

import resources
from model import Network, save_network
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.readers.npz_files import load_npz
from model.runs.storage import FORMAT_VERSION
from model.training.training import TrainingConfig, train

MODEL = Path(__file__).with_name("normalized_format_2.safetensors")
ANSWERS = MODEL.with_suffix(".json")


def main() -> None:
    """Train on 300 digits for two epochs, save the network, and write down its answers."""
    if FORMAT_VERSION != 2 or MODEL.exists():
        sys.exit("this script was for format 2, and its file is kept for ever: write a new one for a new format")
    layers = [Conv2D(6, 5), MaxPool2D(2), BatchNorm(), ReLU(), Conv2D(8, 3, padding=1), ReLU(), AveragePool2D(3)]
    network = Network([*layers, Flatten(), Dropout(0.2), Dense(10)], card=ModelCard(seed=8), initializer="glorot")
    digits = load_npz(resources.BUNDLED_DIGITS).limited(300)
    config = TrainingConfig(0.01, 8, 2, 8, optimizer="adamw", schedule="cosine", standardize=True)
    for _ in train(network, digits, config):
        pass
    network.card.provenance = {"settings": config.as_dict(), "note": "golden file of format 2"}
    save_network(network, MODEL)
    answers = network.predict_proba(pictures()).tolist()
    ANSWERS.write_text(
        json.dumps({"probabilities": answers, "provenance": network.card.provenance}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
