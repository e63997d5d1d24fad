"""A network of one's own: its layers as a value, which fits pictures of any shape and any number of classes."""

import inspect
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.damaged_files import told_as
from model.errors import ConfigError, ShapeError
from model.network.arrays import Shape
from model.network.layers import LAYER_KINDS, Dense, Flatten, Layer, layer_from_config, number_layers
from model.settings_files import read_settings

__all__ = [
    "Architecture",
    "FittedLayer",
    "LayerEntry",
    "is_name",
    "read_architecture",
]

MOST_LAYERS = 100
MOST_PARAMETERS, MOST_NUMBERS = 40_000_000, 4_000_000
"""Of a network, and of what its layers together need for one picture: less than a model file may hold."""
MOST_BYTES = 1_000_000
"""Of a file with an architecture."""
LONGEST_NAME = 40
EXPECTED = "an architecture as an object with name and layers, a list of objects with kind and config"


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One layer without weights, as a model file names it.

    Attributes
    ----------
    kind : str
        A key of `model.network.layers.LAYER_KINDS`.
    config : dict
        As `Layer.config` returns it: all hyper-parameters, also those that were left out.
    """

    kind: str
    config: dict[str, Any]

    @classmethod
    def of(cls, layer: Layer) -> "LayerEntry":
        """Describe a layer."""
        return cls(type(layer).__name__, layer.config())

    @classmethod
    def from_dict(cls, entry: object) -> "LayerEntry":
        """Read a layer from plain values; raise `ConfigError` for anything else."""
        if not isinstance(entry, dict) or not {"kind"} <= entry.keys() <= {"kind", "config"}:
            raise ConfigError(f"expected a layer as an object with kind and config, got {entry!r:.60}")
        kind, config = entry["kind"], entry.get("config", {})
        if not isinstance(kind, str) or not isinstance(config, dict):
            raise ConfigError(
                f"expected the kind of a layer as text and its config as an object, got {entry!r:.60}"
            )
        _check_config(kind, config)
        return cls.of(layer_from_config(kind, config))

    def layer(self) -> Layer:
        """Make the layer."""
        return layer_from_config(self.kind, self.config)

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values, for JSON."""
        sizes = {key: list(value) if isinstance(value, tuple) else value for key, value in self.config.items()}
        return {"kind": self.kind, "config": sizes}


@dataclass(frozen=True, slots=True)
class FittedLayer:
    """What a layer makes of pictures of some shape.

    Attributes
    ----------
    name : str
        As in ``conv1``.
    layer : Layer
    output_shape : tuple of int or None
        Without the batch axis; None where nothing can come out.
    parameters : int
        How many numbers training changes.
    multiplications : int
        In the forward pass of one picture.
    problem : str
        Why it cannot be built, in a sentence; empty if it can.
    is_added : bool
        Whether it ends every network, and is not part of the architecture.
    """

    name: str
    layer: Layer
    output_shape: Shape | None
    parameters: int = 0
    multiplications: int = 0
    problem: str = ""
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class Architecture:
    """The layers of a network but for the last one, which gives each class its number.

    `layers_for` adds that one, so that the same architecture fits any classes: a `Dense` with an output a class,
    after a `Flatten` if there is none yet.

    Attributes
    ----------
    name : str
        Of up to 40 letters, digits, spaces and ``- _ . +``: runs and files are named after it.
    layers : tuple of LayerEntry
        Up to 100; the last one is no `Dense`, which would be two in a row.

    Raises
    ------
    ConfigError
        If one of them is otherwise.
    """

    name: str
    layers: tuple[LayerEntry, ...]

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise ConfigError(
                f"expected the name of a network as 1 to {LONGEST_NAME} letters, digits, spaces or - _ . +,"
                f" got {self.name!r:.60}"
            )
        if len(self.layers) > MOST_LAYERS:
            raise ConfigError(f"expected at most {MOST_LAYERS} layers, found {len(self.layers):,}")

    # other layers

    def with_layer(self, place: int, entry: LayerEntry) -> "Architecture":
        """Put a layer in before the one at this place."""
        return replace(self, layers=(*self.layers[:place], entry, *self.layers[place:]))

    def with_other(self, place: int, entry: LayerEntry) -> "Architecture":
        """Put a layer in the place of another."""
        return replace(self, layers=(*self.layers[:place], entry, *self.layers[place + 1 :]))

    def without_layer(self, place: int) -> "Architecture":
        """Leave a layer out."""
        return replace(self, layers=(*self.layers[:place], *self.layers[place + 1 :]))

    def with_moved(self, place: int, step: int) -> "Architecture":
        """Move a layer towards the end, or with a negative step towards the beginning, as far as there is room."""
        target = min(max(place + step, 0), len(self.layers) - 1)
        return self.without_layer(place).with_layer(target, self.layers[place])

    # networks

    def layers_for(self, classes: int) -> list[Layer]:
        """Make all layers of a network for so many classes."""
        layers = [entry.layer() for entry in self.layers]
        if not any(isinstance(layer, Flatten | Dense) for layer in layers):
            layers.append(Flatten())
        return [*layers, Dense(classes)]

    def fitted(self, input_shape: Shape, classes: int) -> list[FittedLayer]:
        """Follow a picture through all layers, and say at each what comes out, what it costs, and what is wrong.

        Parameters
        ----------
        input_shape : (int, int, int)
            Channels, height and width of a picture.
        classes : int

        Returns
        -------
        list of FittedLayer
            After the first that cannot be built, nothing comes out of any.
        """
        layers = self.layers_for(classes)
        rows: list[FittedLayer] = []
        shape: Shape | None = input_shape
        numbers, parameters = math.prod(input_shape), 0
        for place, (name, layer) in enumerate(zip(number_layers(layers), layers, strict=True)):
            row = FittedLayer(name, layer, None, is_added=place >= len(self.layers))
            if shape is not None:
                problem = self._problem_at(place, layer, shape)
                if not problem:
                    row = replace(row, **_size_of(layer, shape))
                    numbers, parameters = numbers + layer.working_size(shape), parameters + row.parameters
                    problem = _too_large(numbers, parameters)
                if problem:
                    row = FittedLayer(name, layer, None, problem=problem, is_added=row.is_added)
                shape = row.output_shape
            rows.append(row)
        return rows

    def check(self, input_shape: Shape, classes: int) -> None:
        """Raise `ShapeError`, which names the layer, if no network can be built for such pictures and classes."""
        for row in self.fitted(input_shape, classes):
            if row.problem:
                raise ShapeError(f"{self.name}, {row.name}: {row.problem}")

    def _problem_at(self, place: int, layer: Layer, shape: Shape) -> str:
        if place == len(self.layers) - 1 and isinstance(layer, Dense):
            return (
                "the program adds the last Dense, with an output for each class: leave this one out, or put a ReLU"
                " after it"
            )
        try:
            layer.output_shape(shape)
        except ShapeError as error:
            return str(error).removeprefix(f"{layer!r}").lstrip(": ")
        return ""

    # files

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values, for JSON."""
        return {"name": self.name, "layers": [entry.as_dict() for entry in self.layers]}

    def to_json(self) -> str:
        """Write it as JSON, one layer a line."""
        lines = ",\n  ".join(json.dumps(entry.as_dict()) for entry in self.layers)
        return f'{{"name": {json.dumps(self.name, ensure_ascii=False)}, "layers": [\n  {lines}\n]}}'

    @classmethod
    def from_dict(cls, entries: object) -> "Architecture":
        """Read what `as_dict` returned.

        Raises
        ------
        ConfigError
            If it is something else; the message names the layer by its number.
        """
        if not isinstance(entries, dict) or entries.keys() != {"name", "layers"}:
            raise ConfigError(f"expected {EXPECTED}, got {entries!r:.60}")
        if not isinstance(entries["layers"], list | tuple):
            raise ConfigError(f"expected the layers of an architecture as a list, got {entries['layers']!r:.60}")
        layers = []
        for number, entry in enumerate(entries["layers"][: MOST_LAYERS + 1], start=1):
            try:
                layers.append(LayerEntry.from_dict(entry))
            except ConfigError as error:
                raise ConfigError(f"layer {number}: {error}") from error
        return cls(entries["name"], tuple(layers))

    @classmethod
    def from_json(cls, text: str) -> "Architecture":
        """Read what `to_json` wrote; raise `ConfigError` for anything else."""
        with told_as(ConfigError, f"expected {EXPECTED}, but this cannot be read: {{error}}"):
            entries = json.loads(text)
        return cls.from_dict(entries)

    @classmethod
    def of(cls, name: str, layers: Sequence[Layer]) -> "Architecture":
        """Take the layers of a network, but for the last one.

        Raises
        ------
        ConfigError
            If that is no `Dense`, so that it cannot be made anew for other classes.
        """
        if not layers or not isinstance(layers[-1], Dense):
            found = type(layers[-1]).__name__ if layers else "no layer"
            raise ConfigError(f"expected a network that ends in Dense, found {found}")
        return cls(name, tuple(LayerEntry.of(layer) for layer in layers[:-1]))


def _check_config(kind: str, config: dict[str, Any]) -> None:
    """Raise `ConfigError` unless a layer of this kind takes what is named, with numbers."""
    if kind not in LAYER_KINDS:
        return  # which `layer_from_config` says
    takes = inspect.signature(LAYER_KINDS[kind]).parameters
    for name, value in config.items():
        if name not in takes:
            raise ConfigError(f"{kind} takes {', '.join(takes) or 'nothing'}, got {name!r:.40}")
        for number in value if isinstance(value, list | tuple) else [value]:
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                raise ConfigError(f"{name} of {kind} must be a number, got {number!r:.40}")
    for name, about in takes.items():
        if about.default is about.empty and name not in config:
            raise ConfigError(f"{kind} lacks {name}: expected {', '.join(takes)}")


def is_name(name: object) -> bool:
    """Tell whether an architecture may be called so."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= LONGEST_NAME
        and all(letter.isalnum() or letter in " -_.+" for letter in name)
        and name == name.strip(" .")
    )


def read_architecture(path: Path) -> Architecture:
    """Read an architecture from a file of JSON.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds something else.
    """
    return read_settings(path, MOST_BYTES, Architecture.from_json)


def _size_of(layer: Layer, input_shape: Shape) -> dict[str, Any]:
    """Return what `FittedLayer` says of a layer that takes such an input."""
    output_shape, shapes = layer.output_shape(input_shape), layer.parameter_shapes(input_shape).values()
    return {
        "output_shape": output_shape,
        "parameters": sum(math.prod(shape) for shape in shapes),
        "multiplications": sum(math.prod(shape) for shape in shapes if len(shape) > 1)
        * math.prod(output_shape[1:]),
    }


def _too_large(numbers: int, parameters: int) -> str:
    if parameters > MOST_PARAMETERS:
        return f"up to here the network has {parameters:,} parameters, more than the {MOST_PARAMETERS:,} allowed"
    if numbers > MOST_NUMBERS:
        return f"up to here a picture needs {numbers:,} numbers, more than the {MOST_NUMBERS:,} allowed"
    return ""
