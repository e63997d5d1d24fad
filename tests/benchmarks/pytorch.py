"""The same networks in PyTorch, to be compared with: eager, in either memory layout."""

from collections.abc import Callable

import torch
from torch import nn

from model import Dataset

__all__ = ["answers", "network", "training_steps", "version"]

LAYOUTS = (torch.contiguous_format, torch.channels_last)
Step = Callable[[], object]


def version() -> str:
    """Tell which PyTorch this is, and on how many threads it computes."""
    return f"PyTorch {torch.__version__} on {torch.get_num_threads()} threads"


def network(name: str) -> nn.Sequential:
    """Build a named network."""
    if name == "lenet":
        return nn.Sequential(
            *(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(800, 128), nn.ReLU(), nn.Linear(128, 10)),
        )
    filters = int(name.partition("-")[2])
    convolution = (nn.Conv2d(1, filters, 3), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(*convolution, nn.Flatten(), nn.Linear(filters * 13 * 13, 10))


def training_steps(name: str, data: Dataset, count: int) -> list[Step]:
    """Return a full training step from the same uint8 pictures, one for each memory layout."""
    images, labels = (
        torch.from_numpy(data.images[:count].copy()),
        torch.from_numpy(data.labels[:count].astype("i8")),
    )

    def of(layout: torch.memory_format) -> Step:
        model = network(name).to(memory_format=layout)
        optimizer, loss = torch.optim.SGD(model.parameters(), 0.005), nn.CrossEntropyLoss()

        def step() -> None:
            x = (images[:, None] * (1 / 255)).to(memory_format=layout)
            optimizer.zero_grad()
            loss(model(x), labels).backward()
            optimizer.step()

        return step

    return [of(layout) for layout in LAYOUTS]


def answers(name: str, data: Dataset, count: int) -> list[Step]:
    """Return a prediction of probabilities, one for each memory layout."""
    images = torch.from_numpy(data.images[:count].copy())

    def of(layout: torch.memory_format) -> Step:
        model = network(name).eval().to(memory_format=layout)

        def step() -> None:
            with torch.inference_mode():
                torch.softmax(model((images[:, None] * (1 / 255)).to(memory_format=layout)), 1)

        return step

    return [of(layout) for layout in LAYOUTS]
