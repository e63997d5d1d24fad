"""A network between two that began alike: ``python -m benchmarks.mixed_model BEFORE AFTER --out FILE``.

Of each weight it takes the share from AFTER and the rest from BEFORE, which often keeps what the one knew and what
the other has learned (M. Wortsman et al.: Robust fine-tuning of zero-shot models, CVPR 2022). If BEFORE was
calibrated, its temperature is taken out first.
"""

import argparse
from pathlib import Path

import numpy as np

from model import Network, load_network, save_network


def logits_as_trained(network: Network) -> None:
    """Undo a temperature that was folded into the last layer."""
    temperature = network.card.provenance.get("calibration", {}).get("temperature", 1.0)
    for parameter in network.parameters()[-2:]:
        parameter.value *= np.float32(temperature)


def main() -> None:
    """Mix two networks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of AFTER; default: %(default)s")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    before, after = load_network(options.before), load_network(options.after)
    logits_as_trained(before)
    ours, theirs = after.weights(), before.weights()
    share = np.float32(options.share)
    after.set_weights({name: share * ours[name] + (1 - share) * theirs[name] for name in ours})
    after.card.provenance["mixed"] = {"with": options.before.name, "share": options.share}
    save_network(after, options.out)


if __name__ == "__main__":
    main()
