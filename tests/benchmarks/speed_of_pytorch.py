"""The same networks in PyTorch, as `benchmarks.speed` measures them: eager, in either memory layout."""

from collections.abc import Sequence

import torch
from benchmarks.speed_line import Line, Step
from torch import nn

from model import Dataset, build
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.task import DIGITS, Task

__all__ = ["network", "steps", "version"]

LAYOUTS = (torch.contiguous_format, torch.channels_last)


def version() -> str:
    """Tell which PyTorch this is, and on how many threads it computes."""
    return f"PyTorch {torch.__version__} on {torch.get_num_threads()} threads"


def network(name: str, task: Task = DIGITS) -> nn.Sequential:
    """Build a named network with fresh weights, in the usual layers."""
    ours = build(name, task=task)
    return nn.Sequential(*_modules(ours.layers, ours.shapes))


def _modules(layers: Sequence[Layer], shapes: Sequence[tuple[int, ...]]) -> list[nn.Module]:
    modules: list[nn.Module] = []
    for layer, shape in zip(layers, shapes, strict=False):
        match layer:
            case Conv2D():
                modules.append(nn.Conv2d(shape[0], layer.filters, layer.kernel_size, padding=layer.padding))
            case MaxPool2D():
                modules.append(nn.MaxPool2d(layer.window))
            case AveragePool2D():
                modules.append(nn.AvgPool2d(layer.window))
            case ReLU():
                modules.append(nn.ReLU())
            case BatchNorm():
                modules.append(nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0]))
            case Dropout():
                modules.append(nn.Dropout(layer.rate))
            case Flatten():
                modules.append(nn.Flatten())
            case Dense():
                modules.append(nn.Linear(shape[0], layer.outputs))
            case _:
                raise TypeError(f"no module for {layer!r}")
    return modules


def steps(line: Line, data: Dataset) -> list[Step]:
    """Return what is measured, once for each memory layout, from the same pictures of uint8."""
    if line.network == "product":
        return []
    images = torch.from_numpy(data.images[: line.count].copy())
    images = images[:, None] if images.ndim == 3 else images.movedim(3, 1)
    labels = torch.from_numpy(data.labels[: line.count].astype("i8"))
    of = training_step if line.work == "training" else answer
    return [
        of(network(line.network, data.task).to(memory_format=layout), layout, images, labels) for layout in LAYOUTS
    ]


def training_step(
    model: nn.Module, layout: torch.memory_format, images: torch.Tensor, labels: torch.Tensor
) -> Step:
    """Return a full training step."""
    optimizer, loss = torch.optim.SGD(model.parameters(), 0.005), nn.CrossEntropyLoss()

    def step() -> None:
        x = (images * (1 / 255)).to(memory_format=layout)
        optimizer.zero_grad()
        loss(model(x), labels).backward()
        optimizer.step()

    return step


def answer(model: nn.Module, layout: torch.memory_format, images: torch.Tensor, _labels: torch.Tensor) -> Step:
    """Return a prediction of probabilities."""
    model.eval()

    def step() -> None:
        with torch.inference_mode():
            torch.softmax(model((images * (1 / 255)).to(memory_format=layout)), 1)

    return step
