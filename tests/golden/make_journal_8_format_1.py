"""Make the golden model file of format 1: ``PYTHONPATH=tests python tests/golden/make_journal_8_format_1.py``.

It was run once, when format 1 was new. It is not run again: the file stands for those that people have on their
disks, so if it no longer opens, the program has to change, not the file. For a new format write a new script and
keep this file beside the new one. The weights come from a short training, so another machine may give other bits.
"""

import json
import sys
from pathlib import Path

import numpy as np

import resources
from model import build, save_network
from model.readers.npz_files import load_npz
from model.runs.storage import FORMAT_VERSION
from model.training.training import TrainingConfig, train

MODEL = Path(__file__).with_name("journal_8_format_1.safetensors")
ANSWERS = MODEL.with_suffix(".json")


def pictures() -> np.ndarray:
    """Make four pictures without any randomness: a bar, a ring, a slope and a chequerboard."""
    rows, columns = np.mgrid[:28, :28]
    radius = np.hypot(rows - 13.5, columns - 13.5)
    patterns = [
        255 * ((columns > 11) & (columns < 15) & (rows > 4) & (rows < 23)),
        255 * ((radius > 6) & (radius < 9)),
        rows * 5 + columns * 4,
        255 * ((rows // 4 + columns // 4) % 2),
    ]
    return np.array(patterns).astype(np.uint8)


def main() -> None:
    """Train on 300 digits for two epochs, save the network, and write down its answers."""
    if FORMAT_VERSION != 1 or MODEL.exists():
        sys.exit("this script was for format 1, and its file is kept for ever: write a new one for a new format")
    network = build("journal-8", seed=8)
    digits = load_npz(resources.BUNDLED_DIGITS).limited(300)
    config = TrainingConfig(learning_rate=0.02, batch_size=4, epochs=2, seed=8)
    for _ in train(network, digits, config):
        pass
    network.card.provenance = {"settings": config.as_dict(), "note": "golden file of format 1, ö and × included"}
    save_network(network, MODEL)
    answers = network.predict_proba(pictures()).tolist()
    ANSWERS.write_text(
        json.dumps({"probabilities": answers, "provenance": network.card.provenance}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
