"""What keeping the network of each epoch costs: processor time of the training, and room on the disk."""

import tempfile
import time
from pathlib import Path
from statistics import median

from model import Dataset, TrainingConfig, build, open_data
from model.network.one_blas_thread import one_blas_thread
from model.runs.checkpoints import Checkpoint
from model.runs.epoch_weights import USUAL_MEGABYTES, EpochWeights
from model.runs.run_record import RunRecord
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.training.history import History
from model.training.training import TrainingState, train

ROUNDS = 3
CASES = (("journal-8", 10), ("journal-24", 5), ("lenet", 4), ("deep", 1))
"""Networks, and epochs of all bundled digits; deep takes so long that one round says enough."""


def seconds(arch: str, epochs: int, dataset: Dataset, megabytes: int, folder: Path) -> float:
    """Train and record a run; return the processor time that took."""
    network = build(arch)
    config = TrainingConfig(epochs=epochs, batch_size=32)
    run = Checkpoint(network, TrainingState(network, config), History(), "", "", 0.0)
    recorder = RunRecorder(RunStore(folder), RunRecord("run", arch, {}, extra={"keep_epochs": megabytes}))
    begun = time.process_time()
    with recorder.following(run, dataset):
        for event in train(network, dataset, state=run.state):
            run.history.add(event)
            recorder.take(event, 1.0)
    return time.process_time() - begun


def keeping(arch: str, folder: Path) -> float:
    """Return how long it takes to keep one epoch, in milliseconds."""
    network, weights, times = build(arch), EpochWeights(folder), []
    with one_blas_thread():  # as in a training
        for epoch in range(20):
            begun = time.process_time()
            weights.keep(epoch, network, None, USUAL_MEGABYTES)
            times.append(time.process_time() - begun)
    return 1000 * median(times)


def main() -> None:
    """Print, for each network, the ratio of a training with and without, and what an epoch takes."""
    dataset = open_data("bundled")
    _ = dataset.fingerprint
    print(
        "network      kept epoch    to keep it   of an epoch's time   training with : without (median)   in 200 MB"
    )
    for arch, epochs in CASES:
        ratios, lengths = [], []
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for number in range(1 if arch == "deep" else ROUNDS):
                without = seconds(arch, epochs, dataset, 0, folder / f"without {number}")
                ratios.append(seconds(arch, epochs, dataset, USUAL_MEGABYTES, folder / f"with {number}") / without)
                lengths.append(without / epochs)
            took = keeping(arch, folder / "alone")
            size = max(file.stat().st_size for file in (folder / "alone").iterdir())
        share = took / 1000 / median(lengths)
        print(
            f"{arch:<12} {size / 1e6:6.2f} MB   {took:8.1f} ms   {share:17.1%}   {median(ratios):28.2f}"
            f"   {USUAL_MEGABYTES * 1_000_000 // size:13,} epochs",
            flush=True,
        )


if __name__ == "__main__":
    main()
