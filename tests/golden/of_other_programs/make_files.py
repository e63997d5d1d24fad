"""Made the files beside it, with PyTorch 2.13 and Keras 3.15 on it: small networks, saved as their users do.

Run it with the folder to write to, in an environment of its own: ``pip install torch keras onnx onnxscript
safetensors``. The answers are to the pictures by which a model file proves itself.
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
import safetensors.numpy
import safetensors.torch
import torch
from keras import layers
from torch import nn

FOLDER = Path(sys.argv[1])
NOISE = np.random.default_rng(0).integers(0, 256, (2, 28, 28), np.uint8)
PICTURES = np.concatenate([np.zeros_like(NOISE[:1]), np.full_like(NOISE[:1], 255), NOISE])
rng = np.random.default_rng(0)


def of_pytorch() -> list[list[float]]:
    torch.manual_seed(0)
    network = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.Dropout(), nn.Linear(150, 10)),
    ).eval()
    network[1].running_mean.normal_(0, 0.3)
    network[1].running_var.uniform_(0.5, 2)
    x = torch.tensor(PICTURES / 255, dtype=torch.float32)[:, None]
    safetensors.torch.save_file(network.state_dict(), FOLDER / "pytorch.safetensors")
    torch.onnx.export(network, (x[:1],), FOLDER / "pytorch_traced.onnx", dynamo=False, opset_version=17)
    torch.onnx.export(network, (x[:1],), FOLDER / "pytorch.onnx", dynamo=True, external_data=False)
    model = onnx.load(FOLDER / "pytorch.onnx")
    for node in model.graph.node:  # they tell of folders
        node.ClearField("metadata_props")
    onnx.save(model, FOLDER / "pytorch.onnx")
    return torch.softmax(network(x), 1).tolist()


def of_keras() -> list[list[float]]:
    network = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            *(layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()),
            *(layers.AveragePooling2D(4), layers.Flatten(), layers.BatchNormalization()),
            *(layers.Dense(12, use_bias=False), layers.BatchNormalization(), layers.ReLU()),
            layers.Dense(10, activation="softmax"),
        ]
    )
    for weight in network.weights:
        value = weight.numpy()
        if "variance" in weight.path:
            weight.assign(rng.uniform(0.5, 2, value.shape))
        elif value.ndim == 1:
            weight.assign(value + rng.normal(0, 0.2, value.shape))
    arrays = {weight.path: np.ascontiguousarray(weight.numpy()) for weight in network.weights}
    safetensors.numpy.save_file(arrays, FOLDER / "keras.safetensors")
    answers = network.predict((PICTURES / 255)[..., None].astype("float32"), verbose=0)
    network.export(FOLDER / "keras.onnx", format="onnx", verbose=False)
    return answers.tolist()


if __name__ == "__main__":
    answers = {"pytorch": of_pytorch(), "keras": of_keras()}
    (FOLDER / "answers.json").write_text(json.dumps(answers))
