"""Exported C against the network, on all of MNIST's test pictures: ``make c-export MNIST=folder``.

Prints for each model, in float and with weights of 8 bits: pictures answered otherwise, the largest difference of
a probability, the accuracy, seconds, and memory. Ends with 1 if float answers one picture otherwise or differs by
more than 1e-5, or if weights of 8 bits lose more than 0.2 points.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from helpers.c_compiler import compiled_answers, run_main

from digitgui.installation.shipped import open_model
from model import Network, open_data
from model.exchange.c_export import save_c
from model.exchange.c_int8_export import save_int8_c

GOLDEN = Path(__file__).parents[1] / "golden"
MODELS = (str(GOLDEN / "journal_8_format_1.safetensors"), str(GOLDEN / "lenet_format_2.safetensors"), "default")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("mnist", type=Path)
    parser.add_argument("models", nargs="*", default=MODELS)
    options = parser.parse_args()
    images, labels = open_data(options.mnist).part("test")
    return int(not all([fits(open_model(name), images, labels) for name in options.models]))  # noqa: C419  all are told


def fits(network: Network, images: np.ndarray, labels: np.ndarray) -> bool:
    expected = network.predict_proba(images)
    right = (expected.argmax(axis=1) == labels).mean()
    print(f"{network.card.name}: {right:.2%} of {len(images):,} pictures")
    is_fitting = True
    for title, save in (("float", save_c), ("int8", save_int8_c)):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "m.c"
            sentence = save(network, file)
            proves_itself = run_main(file).returncode == 0
            begun = time.perf_counter()
            digits, probabilities = compiled_answers(file, images)
            seconds = time.perf_counter() - begun
        others = int((digits != expected.argmax(axis=1)).sum())
        difference = float(np.abs(probabilities - expected).max())
        accuracy = (digits == labels).mean()
        print(
            f"  {title}: {others} answered otherwise, probabilities off by {difference:.1e}, {accuracy:.2%},"
            f" {seconds:.0f} s with the compiler; {sentence}"
        )
        same = others == 0 and difference <= 1e-5
        is_fitting &= proves_itself and (same if title == "float" else accuracy >= right - 0.002)
    return is_fitting


if __name__ == "__main__":
    sys.exit(main())
