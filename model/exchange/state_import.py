"""Imports networks from safetensors files of weights alone, as PyTorch and Keras programs save them.

Such a file has named arrays, but no layers: these are one of this program's networks, or given. Arrays are
matched with layers in the natural order of their names, by shape. Kernels and dense weights of Keras are turned
into the order of this program, and so are the features that its Flatten lays out with the channels last.
"""

import json
from pathlib import Path
from typing import Any

import safetensors

from model.bounds import check_size, read_text
from model.damaged_files import told_as
from model.errors import ConfigError, ModelError, ModelFileError
from model.exchange.imported import FoundLayers, Imported, Scaling
from model.exchange.state_groups import Group, groups_of, keras_order
from model.network.architectures import ARCHITECTURES, build
from model.network.arrays import Shape
from model.network.layers import BatchNorm, Conv2D, Dense, Flatten, Layer, layer_from_config, number_layers

__all__ = ["StateMapping", "import_state"]

MOST_MAPPING_BYTES = 1_000_000
KERAS_EPSILON = 1e-3
"""Of batch normalisation in Keras; a file of weights does not contain it."""


class StateMapping:
    """What a file of weights does not contain: the layers, and their arrays if the names mislead.

    Parameters
    ----------
    text : str
        A name of `ARCHITECTURES`, a JSON file, or JSON itself: an object with ``layers``, such as ``["Flatten",
        {"Dense": {"outputs": 10}}]``; ``order``, which is ``keras`` or ``pytorch``, if the names of the arrays
        leave it open; and ``arrays``, from names such as ``conv1`` to the beginnings of the names in the file.

    Raises
    ------
    ConfigError
        If it is none of these.
    """

    def __init__(self, text: str) -> None:
        self.order, self.arrays = "", dict[str, str]()
        self.name = text if text in ARCHITECTURES else "imported"
        self._told: list[tuple[str, dict[str, Any]]] = []
        if text in ARCHITECTURES:
            self._told = [(type(layer).__name__, layer.config()) for layer in build(text).layers]
            return
        try:
            content = text if text.lstrip().startswith("{") else read_text(Path(text), MOST_MAPPING_BYTES)
            self._read(json.loads(content))
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ConfigError(
                f"expected the mapping as {', '.join(ARCHITECTURES)}, or as JSON with layers such as"
                f' ["Flatten", {{"Dense": {{"outputs": 10}}}}], got {text!r}: {error}'
            ) from error

    def _read(self, told: dict[str, Any]) -> None:
        unknown = set(told) - {"layers", "order", "arrays"}
        if unknown or not told.get("layers"):
            raise ValueError(f"{sorted(unknown)[0]} is not known" if unknown else "no layers")
        for entry in told["layers"]:
            ((kind, config),) = {entry: {}}.items() if isinstance(entry, str) else entry.items()
            self._told.append((kind, dict(config)))
        self.order = told.get("order", "")
        if self.order not in ("", "keras", "pytorch"):
            raise ValueError(f"order is keras or pytorch, not {self.order!r}")
        self.arrays = {str(ours): str(theirs) for ours, theirs in told.get("arrays", {}).items()}
        self.layers("pytorch")

    def layers(self, order: str) -> list[Layer]:
        """Make new layers."""
        layers = []
        for kind, config in self._told:
            if (
                kind == "BatchNorm"
                and order == "keras"
                and (self.name in ARCHITECTURES or "epsilon" not in config)
            ):
                config = config | {"epsilon": KERAS_EPSILON}
            layers.append(layer_from_config(kind, config))
        return layers


def import_state(path: Path, mapping: StateMapping | None = None, scaling: Scaling | None = None) -> Imported:
    """Make a network from a safetensors file of weights.

    Parameters
    ----------
    path : Path
    mapping : StateMapping, optional
        Without one, the first of this program's networks that the arrays fit.
    scaling : Scaling, optional
        Of the input; from 0 to 1 if not given.

    Raises
    ------
    ModelFileError
        If it cannot be read, or its arrays do not fit the layers.
    DataFormatError
        If it is larger than the bound of `model.bounds`.
    """
    groups = _read_groups(path)
    if mapping is not None:
        found, notes = _matched(path, groups, mapping)
    else:
        mapping, found, notes = _first_that_fits(path, groups)
    assumes_scale = scaling is None
    scaling = scaling or Scaling()
    notes = [f"the input: pixels {scaling}", *notes]
    return Imported(found.network(path, mapping.name, scaling, notes), notes, assumes_scale)


def _read_groups(path: Path) -> list[Group]:
    check_size(path.name, path.stat().st_size)
    damage = f"{path.name} is not a safetensors file, or it is damaged: save it again"
    with told_as(ModelFileError, damage), safetensors.safe_open(path, framework="numpy") as file:
        return groups_of({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118


def _first_that_fits(path: Path, groups: list[Group]) -> tuple[StateMapping, FoundLayers, list[str]]:
    for name in ARCHITECTURES:
        mapping = StateMapping(name)
        try:
            return mapping, *_matched(path, groups, mapping)
        except ModelError:
            continue
    shapes = ", ".join(group.told() for group in groups[:8])
    raise ModelFileError(
        f"{path.name} fits none of {', '.join(ARCHITECTURES)}: give its layers with --mapping (it holds {shapes})"
    )


def _matched(path: Path, groups: list[Group], mapping: StateMapping) -> tuple[FoundLayers, list[str]]:
    """Give each layer the first group of arrays that fits it, or the one that the mapping names."""
    order = mapping.order or ("keras" if keras_order(path.name, groups) else "pytorch")
    found, notes, left = (
        FoundLayers(),
        [f"the order of {'Keras' if order == 'keras' else 'PyTorch'}"],
        list(groups),
    )
    layers = mapping.layers(order)
    unknown = set(mapping.arrays) - set(number_layers(layers))
    if unknown:
        raise ModelFileError(
            f"the mapping names {sorted(unknown)[0]}, but there are {', '.join(number_layers(layers))}"
        )
    for name, layer in zip(number_layers(layers), layers, strict=True):
        shape = found.shape
        if isinstance(layer, Flatten):
            found.add_flatten(channels_last=order == "keras")
        elif not layer.parameter_shapes(shape):
            found.add(layer)
        else:
            group = _group_for(path, name, layer, shape, left, order, mapping)
            left.remove(group)
            arrays = _arrays(found, layer, group, shape, order)
            found.add(layer, *arrays)
            notes.append(f"{name}: {group.told()}" + (", turned" if order == "keras" and group.is_turned else ""))
    if left:
        raise ModelFileError(f"{path.name} holds {left[0].told()}, which belongs to no layer")
    return found, notes


def _group_for(
    path: Path, name: str, layer: Layer, shape: Shape, left: list[Group], order: str, mapping: StateMapping
) -> Group:
    wanted = mapping.arrays.get(name)
    candidates = [group for group in left if wanted in (None, group.name)]
    for group in candidates:
        if group.fits(layer, shape, order):
            return group
    shapes = ", ".join(map(str, layer.parameter_shapes(shape).values()))
    what = f"{wanted!r} does not fit {name}" if wanted else f"no arrays fit {name}"
    raise ModelFileError(f"{path.name}: {what}, {layer!r}, which needs {shapes} in the order of this program")


def _arrays(found: FoundLayers, layer: Layer, group: Group, shape: Shape, order: str) -> list[Any]:
    """Bring the arrays of a group into our order."""
    arrays = group.arrays_for(layer, order)
    if isinstance(layer, Dense):
        arrays[0] = found.in_our_order(arrays[0])
        found.maps_last = None
    elif isinstance(layer, BatchNorm) and len(shape) == 1:
        arrays = [found.in_our_order(array) for array in arrays]
    elif isinstance(layer, Conv2D):
        found.maps_last = None
    return arrays
