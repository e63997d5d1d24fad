"""How many seconds from a cold start to 99 % of MNIST's official test pictures: ``make first99 MNIST=folder``.

Each way is a process of its own, timed from its start to its end: imports, reading the files, training on the
60,000, the figure. The network, lenet with batch normalisation, and the recipe are fixed beforehand, chosen by
the validation part; no test picture decides when to stop. PyTorch, where it is installed, trains the same network
by the same recipe, in eager mode.
"""

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

EPOCHS, BATCH_SIZE, LEARNING_RATE, MOMENTUM = 2, 128, 0.1, 0.9


def ours(folder: str) -> float:
    """Train with this program; return the accuracy on the test part."""
    from model import Network, open_data
    from model.judging.evaluation import loss_and_accuracy
    from model.network.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU
    from model.training.training import EpochDone, TrainingConfig, train

    data = open_data(folder)
    network = Network(
        [
            *(Conv2D(16, 3), MaxPool2D(2), ReLU(), BatchNorm()),
            *(Conv2D(32, 3), MaxPool2D(2), ReLU(), BatchNorm()),
            *(Flatten(), Dense(128), ReLU(), Dense(10)),
        ]
    )
    config = TrainingConfig(
        LEARNING_RATE, BATCH_SIZE, EPOCHS, optimizer="nesterov", schedule="one-cycle", standardize=True
    )
    for event in train(network, data, config):
        if isinstance(event, EpochDone):
            print(f"  epoch {event.epoch}: validation {event.validation_accuracy:.2%}", file=sys.stderr)
            if event.epoch == EPOCHS:
                break
    return loss_and_accuracy(network, *data.part("test"))[1]


def torchs(folder: str) -> float:
    """Train with PyTorch; return the accuracy on the test part."""
    import torch
    from torch import nn

    from model import open_data
    from model.network.schedules import one_cycle

    data = open_data(folder)
    x, y = (torch.from_numpy(array.copy()) for array in data.part("train"))
    torch.manual_seed(0)
    network = nn.Sequential(
        *(nn.Conv2d(1, 16, 3), nn.MaxPool2d(2), nn.ReLU(), nn.BatchNorm2d(16)),
        *(nn.Conv2d(16, 32, 3), nn.MaxPool2d(2), nn.ReLU(), nn.BatchNorm2d(32)),
        *(nn.Flatten(), nn.Linear(800, 128), nn.ReLU(), nn.Linear(128, 10)),
    )
    model, loss = network.to(memory_format=torch.channels_last), nn.CrossEntropyLoss()
    mean, deviation = x.float().mean() / 255, x.float().std() / 255
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
    steps = EPOCHS * -(-len(x) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: one_cycle(min(1.0, step / steps)))

    def scaled(images: torch.Tensor) -> torch.Tensor:
        return ((images[:, None] / 255 - mean) / deviation).contiguous(memory_format=torch.channels_last)

    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss(model(scaled(x[batch])), y[batch].long()).backward()
            optimizer.step()
            schedule.step()
    model.eval()
    images, labels = (torch.from_numpy(array.copy()) for array in data.part("test"))
    with torch.inference_mode():
        answers = torch.cat([model(scaled(part)).argmax(1) for part in images.split(500)])
    return float((answers == labels).float().mean())


def main() -> int:
    """Run every way three times, in turn, and print the best."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", help="a folder with MNIST's four IDX files")
    parser.add_argument("--way", choices=["ours", "torch"], help="do it in this process")
    options = parser.parse_args()
    if options.way:
        print({"ours": ours, "torch": torchs}[options.way](options.folder))
        return 0
    ways = ["ours", "torch"] if importlib.util.find_spec("torch") else ["ours"]
    runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(3):
        for way in ways:
            started = time.perf_counter()
            command = [sys.executable, "-m", "benchmarks.first_99", options.folder, "--way", way]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd())
            runs[way].append((time.perf_counter() - started, float(done.stdout)))
    for way, found in runs.items():
        seconds, accuracy = min(found)
        print(f"{way:<6} {seconds:5.1f} s from a cold start to {accuracy:.2%} of the official test pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
