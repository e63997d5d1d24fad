"""What an import finds in another program's file, before it becomes a network."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.damaged_files import told_as
from model.errors import ConfigError, ModelError, ModelFileError
from model.network.arrays import Shape
from model.network.layers import Flatten, Layer
from model.network.model_card import ModelCard
from model.network.network import Network
from model.runs.storage import MAX_FEATURES, MAX_PARAMETERS, check_reads_digits

__all__ = ["FoundLayers", "Imported", "Scaling"]

PIXELS = (1, 28, 28)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How pixels from 0 to 255 become what a network learned from: ``(pixel / 255 - mean) / deviation``."""

    mean: float = 0.0
    deviation: float = 1.0

    @classmethod
    def of(cls, text: str) -> "Scaling":
        """Read the user's notation: ``0-1``, ``0-255``, or mean and deviation as in ``0.1307,0.3081``.

        Raises
        ------
        ConfigError
            If it is none of these.
        """
        known = {"0-1": cls(), "0-255": cls(0.0, 1 / 255)}
        if text in known:
            return known[text]
        try:
            mean, deviation = (float(part) for part in text.split(","))
        except ValueError:
            mean, deviation = math.nan, math.nan
        if not (math.isfinite(mean) and 0 < deviation < math.inf):
            raise ConfigError(
                f"expected the scale of the input as 0-1, 0-255, or MEAN,DEVIATION as in 0.13,0.31, got {text!r}"
            )
        return cls(mean, deviation)

    def __str__(self) -> str:
        for text in ("0-1", "0-255"):
            same = Scaling.of(text)
            if math.isclose(self.deviation, same.deviation, rel_tol=1e-6) and abs(self.mean) < 1e-6:
                return f"from {text.replace('-', ' to ')}"
        return f"with {self.mean:g} subtracted from pixels of 0 to 1, divided by {self.deviation:g}"


@dataclass(frozen=True, slots=True)
class Imported:
    """A network from another program.

    Attributes
    ----------
    network : Network
    notes : list of str
        The mapping, a line each, the scale of the input first.
    assumes_scale : bool
        Whether the scale of the input was assumed: neither the user nor the file told it for certain.
    """

    network: Network
    notes: list[str]
    assumes_scale: bool


@dataclass
class FoundLayers:
    """Layers in the order in which they compute, with what they learned.

    Attributes
    ----------
    layers : list of Layer
    arrays : list of list of ndarray
        For each layer its parameters and statistics, in the order of ours.
    maps_last : (int, int, int) or None
        Channels, height and width of maps that were laid out with the channels last, as Keras does, until a dense
        layer has been put into our order.
    """

    layers: list[Layer] = field(default_factory=list)
    arrays: list[list[npt.NDArray[Any]]] = field(default_factory=list)
    maps_last: Shape | None = None

    def add(self, layer: Layer, *arrays: npt.NDArray[Any]) -> None:
        """Append a layer."""
        self.layers.append(layer)
        self.arrays.append(list(arrays))

    @property
    def shape(self) -> Shape:
        """The output shape so far for a picture of 28×28, or a `ShapeError`."""
        shape: Shape = PIXELS
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def add_flatten(self, *, channels_last: bool) -> None:
        """Flatten maps to a vector, once; note the order if it is not ours."""
        shape = self.shape
        if len(shape) == 1:
            return
        self.maps_last = shape if channels_last and shape[0] > 1 and math.prod(shape[1:]) > 1 else None
        self.add(Flatten())

    def in_our_order(self, features: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Reorder the last axis of an array by `maps_last`: its channels come first, as ours do."""
        if self.maps_last is None:
            return features
        channels, height, width = self.maps_last
        if features.shape[-1] != channels * height * width:
            return features  # it does not fit, which is reported when the network is built
        split = features.reshape(*features.shape[:-1], height, width, channels)
        return np.moveaxis(split, -1, -3).reshape(features.shape)

    def network(self, path: Path, name: str, scaling: Scaling, notes: Sequence[str]) -> Network:
        """Build the network.

        Raises
        ------
        ModelFileError
            If layers and arrays do not go together, or it does not read digits.
        """
        self._check_size(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        provenance = {"imported": {"file": path.name, "sha256": digest, "notes": list(notes)}}
        try:
            network = Network(
                self.layers,
                PIXELS,
                ModelCard(name, provenance=provenance),
                input_mean=scaling.mean,
                input_deviation=scaling.deviation,
                draw_weights=False,
            )
        except ModelError as error:
            raise ModelFileError(f"{path.name}: {error}") from error
        for layer_name, layer, arrays in zip(network.layer_names, network.layers, self.arrays, strict=True):
            ours = {key: parameter.value for key, parameter in layer.parameters().items()} | layer.statistics()
            for (key, our), array in zip(ours.items(), arrays, strict=True):
                if our.shape != array.shape:
                    raise ModelFileError(
                        f"{path.name}: expected {layer_name}.{key} of shape {our.shape}, found {array.shape}"
                    )
                if not np.isfinite(array).all():
                    raise ModelFileError(f"{path.name}: {layer_name}.{key} holds numbers that are not finite")
                our[...] = array
        check_reads_digits(network, path)
        return network

    def _check_size(self, path: Path) -> None:
        """Raise `ModelFileError` before memory is taken for more than any network of this program has."""
        features, parameters = 0, 0
        shape: Shape = PIXELS
        with told_as(ModelFileError, f"{path.name}: {{error}}"):
            for layer in self.layers:
                parameters += sum(math.prod(one) for one in layer.parameter_shapes(shape).values())
                features += layer.working_size(shape)
                shape = layer.output_shape(shape)
        if features > MAX_FEATURES or parameters > MAX_PARAMETERS:
            raise ModelFileError(f"{path.name} holds a network that is larger than any of this program")
