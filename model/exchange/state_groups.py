"""The arrays of a file of weights, layer by layer: which is the kernel, which the bias, and in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ModelFileError
from model.network.arrays import Shape
from model.network.layers import BatchNorm, Conv2D, Dense, Layer

__all__ = ["Group", "groups_of", "keras_order"]

Array = npt.NDArray[Any]

ROLES = {
    **dict.fromkeys(("weight", "kernel", "w"), "weight"),
    **dict.fromkeys(("bias", "b", "beta"), "bias"),
    **dict.fromkeys(("gamma", "scale"), "scale"),
    **dict.fromkeys(("running_mean", "moving_mean", "mean"), "mean"),
    **dict.fromkeys(("running_var", "running_variance", "moving_variance", "variance"), "variance"),
}
"""What the last part of a name stands for; the weight of batch normalisation is its scale."""
OF_KERAS = ("kernel", "gamma", "beta", "moving_mean", "moving_variance")
OF_PYTORCH = ("weight", "running_mean", "running_var", "num_batches_tracked")
NUMBERED = {4: ("scale", "bias", "mean", "variance"), 2: ("weight", "bias"), 1: ("weight",)}
"""The roles if the last parts are numbers, as in Keras, by their count."""


@dataclass(eq=False)
class Group:
    """The arrays of one layer.

    Attributes
    ----------
    name : str
        The common beginning of their names.
    arrays : dict of str to ndarray
        By their roles: weight, bias, scale, mean, variance.
    parts : set of str
        The last parts of their names.
    """

    name: str
    arrays: dict[str, Array]
    parts: set[str]

    @property
    def is_turned(self) -> bool:
        """Whether there is a kernel, or the weight of a dense layer, which has another order in Keras."""
        return "weight" in self.arrays and self.arrays["weight"].ndim > 1

    def told(self) -> str:
        """Write its name and shapes."""
        shapes = [" × ".join(map(str, array.shape)) for array in self.arrays.values()]
        return f"{self.name} ({', '.join(shapes)})"

    def fits(self, layer: Layer, shape: Shape, order: str) -> bool:
        """Return whether its arrays have the shapes of a layer's."""
        needed = [*layer.parameter_shapes(shape).values(), *layer.statistic_shapes(shape).values()]
        if not self._roles(layer) >= set(self.arrays):
            return False
        try:
            return [array.shape for array in self.arrays_for(layer, order)] == needed
        except (KeyError, ValueError):
            return False

    def arrays_for(self, layer: Layer, order: str) -> list[Array]:
        """Return its arrays in the order of a layer's, kernels and weights turned if they are Keras'."""
        if isinstance(layer, BatchNorm):
            mean = self.arrays["mean"]
            scale = self.arrays.get("scale", self.arrays.get("weight", np.ones_like(mean)))
            return [scale, self.arrays.get("bias", np.zeros_like(mean)), mean, self.arrays["variance"]]
        weight = self.arrays["weight"]
        if order == "keras":
            weight = weight.transpose((3, 2, 0, 1) if isinstance(layer, Conv2D) else (1, 0))
        return [weight, self.arrays.get("bias", np.zeros(len(weight), weight.dtype))]

    def _roles(self, layer: Layer) -> set[str]:
        if isinstance(layer, BatchNorm):
            return {"scale", "weight", "bias", "mean", "variance"}
        return {"weight", "bias"} if isinstance(layer, Conv2D | Dense) else set()


def groups_of(tensors: Mapping[str, Array]) -> list[Group]:
    """Put the arrays of a layer together, and the layers into the natural order of their names: 2 before 10.

    Raises
    ------
    ModelFileError
        If an array has an unknown name, or is not numeric.
    """
    members: dict[str, dict[str, Array]] = {}
    for name, array in tensors.items():
        group, part = _split(name)
        if part not in ("num_batches_tracked", "seed", "seed_generator_state"):
            members.setdefault(group, {})[part] = array
    groups = []
    for name in sorted(members, key=_natural):
        own = members[name]
        if all(part.isdigit() for part in own) and len(own) in NUMBERED:
            roles = dict(zip(sorted(own, key=int), NUMBERED[len(own)], strict=True))
        else:
            roles = {part: ROLES.get(part, "") for part in own}
        for part, array in own.items():
            if not roles[part] or array.dtype.kind != "f":
                raise ModelFileError(
                    f"expected weights with names that end in {', '.join(sorted(ROLES))}, found {name}.{part} of"
                    f" {array.dtype}"
                )
        groups.append(Group(name, {roles[part]: array for part, array in own.items()}, set(own)))
    return groups


def keras_order(file: str, groups: list[Group]) -> bool:
    """Return whether arrays have the order of Keras or PyTorch, by their names.

    Raises
    ------
    ModelFileError
        If the names leave it open.
    """
    parts = {part for group in groups for part in group.parts}
    if parts & set(OF_KERAS) or any(part.isdigit() for part in parts):
        return True
    if parts & set(OF_PYTORCH):
        return False
    raise ModelFileError(f'{file}: name the order of its arrays in the mapping: "order": "keras" or "pytorch"')


def _split(name: str) -> tuple[str, str]:
    """Part a name such as ``features.0.weight`` or ``dense/kernel:0``; the rest may be empty."""
    plain = re.sub(r":\d+$", "", name).replace("/", ".")
    group, _, part = plain.rpartition(".")
    return group.removesuffix(".vars"), part.lower()


def _natural(name: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.findall(r"\d+|\D+", name)]
