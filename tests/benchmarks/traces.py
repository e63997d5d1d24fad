"""Every output and gradient of a trace, beside PyTorch's with the same weights.

Prints, for each network, how far the arrays lie apart: the largest difference, divided by the largest number of
the array. Networks have learned for an epoch, so that batch normalisation has statistics of its own.
"""

import numpy as np
import torch
from benchmarks.speed_of_pytorch import version
from torch.nn import functional

from model import TrainingConfig, build, open_data, train
from model.inspection.trace import Trace, trace
from model.network.layer import Layer
from model.network.network import Network

NETWORKS = ("journal-8", "lenet", "deep")
PICTURES = 20


def main() -> None:
    """Compare, and print."""
    print(version())
    dataset = open_data("bundled")
    for name in NETWORKS:
        network = build(name)
        for _ in train(network, dataset, TrainingConfig(epochs=1, seed=0)):
            pass
        images, labels = dataset.part("test")
        apart: dict[str, float] = {}
        for image, label in zip(images[:PICTURES], labels[:PICTURES], strict=True):
            wrong = (int(label) + 1) % 10  # the gradients of a right answer are almost zero
            found = trace(network, image, wrong)
            for array, theirs in of_pytorch(network, found).items():
                scale = max(np.abs(theirs).max(), 1e-12)
                apart[array] = max(apart.get(array, 0.0), float(np.abs(found[array] - theirs).max() / scale))
        worst = max(apart, key=lambda array: apart[array])
        print(f"{name:<10} {len(apart)} arrays, {PICTURES} pictures: at most {apart[worst]:.1e} apart, in {worst}")


def of_pytorch(network: Network, found: Trace) -> dict[str, np.ndarray]:
    """Compute all arrays of a trace with PyTorch."""
    weights = {
        name: torch.tensor(parameter.value, requires_grad=True)
        for name, parameter in network.named_parameters().items()
    }
    values = {"input": torch.tensor(found["input"][np.newaxis], requires_grad=True)}
    x = values["input"]
    for name, layer in zip(network.layer_names, network.layers, strict=True):
        x = of_layer(layer, x, weights, name)
        values[f"{name}.output"] = x
        x.retain_grad()
    loss = functional.cross_entropy(x, torch.tensor([found.label]))
    loss.backward()
    arrays = {"logits": x[0], "probabilities": x.softmax(1)[0], "loss": loss}
    for name, value in values.items():
        arrays |= {name: value[0], f"{name.removesuffix('.output')}.gradient": value.grad[0]}
    for name, weight in weights.items():
        arrays[f"{name}.gradient"] = weight.grad
    return {name: array.detach().numpy() for name, array in arrays.items()}


def of_layer(layer: Layer, x: torch.Tensor, weights: dict[str, torch.Tensor], name: str) -> torch.Tensor:
    """Compute one layer."""
    of_layer = {key.partition(".")[2]: weight for key, weight in weights.items() if key.startswith(f"{name}.")}
    kind = type(layer).__name__
    if kind == "Conv2D":
        return functional.conv2d(x, of_layer["kernel"], of_layer["bias"], layer.stride, layer.padding)
    if kind == "MaxPool2D":
        return functional.max_pool2d(x, layer.window, layer.stride)
    if kind == "Dense":
        return functional.linear(x, of_layer["weight"], of_layer["bias"])
    if kind == "BatchNorm":
        mean, variance = (torch.tensor(array) for array in layer.statistics().values())
        scale, shift = of_layer["scale"], of_layer["shift"]
        return functional.batch_norm(x, mean, variance, scale, shift, eps=layer.epsilon)
    return {"ReLU": functional.relu, "Flatten": lambda x: x.flatten(1), "Dropout": torch.clone}[kind](x)


if __name__ == "__main__":
    main()
