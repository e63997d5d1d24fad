"""The cases that each function is checked with: from one number up to several pictures, channels and kernels.

A case is drawn from a plan: a few whole numbers, such as height and stride. A case that fails is made smaller by
making these numbers smaller.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeAlias

import numpy as np

from model.layer_check.functions import FUNCTIONS, Array, Inputs, LayerFunction
from model.layer_check.reference import expected_results

__all__ = ["Case", "Plan", "cases_of", "make_case", "smaller_plans"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a case is drawn from; a function uses those of the fields that it needs.

    Attributes
    ----------
    n, channels, height, width : int
        Of the pictures. A dense layer has ``channels`` inputs and a loss ``channels`` classes.
    filters : int
        Kernels of a convolution, or outputs of a dense layer.
    rows, columns : int
        Of a kernel, or of a window of pooling, which is square.
    stride, pad : int
    values : str
        Which numbers the input has: ``mixed``, ``ties``, ``negative``, ``fractions``,
        ``thousand``, ``far apart``.
    """

    n: int = 1
    channels: int = 1
    height: int = 1
    width: int = 1
    filters: int = 1
    rows: int = 1
    columns: int = 1
    stride: int = 1
    pad: int = 0
    values: str = "mixed"

    @property
    def fits(self) -> bool:
        """Whether the window fits into the padded picture."""
        return self.rows <= self.height + 2 * self.pad and self.columns <= self.width + 2 * self.pad

    @property
    def has_rest(self) -> bool:
        """Whether rows or columns are left that no window reaches."""
        rows, columns = self.height + 2 * self.pad - self.rows, self.width + 2 * self.pad - self.columns
        return rows % self.stride > 0 or columns % self.stride > 0


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One call of a function.

    Attributes
    ----------
    function : LayerFunction
    plan : Plan
    inputs : dict
        The arguments, in order; arrays are float64, labels int64.
    expected : dict of str to ndarray
        The right results.
    """

    function: LayerFunction
    plan: Plan
    inputs: Inputs
    expected: dict[str, Array]

    @property
    def size(self) -> tuple[int, int]:
        """How much there is to look at: numbers in arrays, then how large the hyper-parameters are."""
        numbers = sum(value.size for value in self.inputs.values() if isinstance(value, np.ndarray))
        return numbers, self.plan.stride + self.plan.pad

    @property
    def title(self) -> str:
        """The case in words: ``1 picture, 1 channel of 2 × 2, stride 2``."""
        return _title(self.function.name.partition("_")[0], self.plan)


def _c(plan: str, values: str = "mixed") -> Plan:
    """Read a plan of a convolution: n, channels, filters, height, width, rows, columns, stride, pad."""
    n, channels, filters, height, width, rows, columns, stride, pad = map(int, plan.split())
    return Plan(n, channels, height, width, filters, rows, columns, stride, pad, values)


def _p(plan: str, values: str = "mixed") -> Plan:
    """Read a plan of pooling: n, channels, height, width, size, stride."""
    n, channels, height, width, size, stride = map(int, plan.split())
    return Plan(n, channels, height, width, rows=size, columns=size, stride=stride, values=values)


CONVOLUTIONS = (
    *map(_c, ("1 1 1 1 1 1 1 1 0", "1 1 1 2 2 2 2 1 0", "1 1 1 1 2 1 2 1 0", "1 1 1 3 3 2 2 1 0")),
    *map(_c, ("1 1 1 1 3 1 1 2 0", "1 1 1 3 1 1 1 2 0", "1 1 1 3 3 1 1 2 0", "1 1 1 4 4 2 2 2 0")),  # strides
    *map(_c, ("1 1 1 5 5 3 3 2 0", "1 1 1 5 5 2 2 3 0", "1 1 1 3 3 3 3 2 0")),  # other than the kernel
    *map(_c, ("1 1 1 1 1 1 1 1 1", "1 1 1 2 2 3 3 1 1", "1 1 1 2 2 2 2 1 2", "1 1 1 3 3 3 3 2 1")),  # padding
    *map(_c, ("1 2 1 1 1 1 1 1 0", "1 3 1 2 2 2 2 1 0", "1 1 2 1 1 1 1 1 0", "1 2 2 2 2 1 1 1 0")),  # channels
    *map(_c, ("2 1 1 1 1 1 1 1 0", "3 1 1 2 2 1 1 1 0", "2 2 3 3 3 2 2 1 0")),  # pictures
    *map(_c, ("1 1 1 2 3 1 1 1 0", "1 1 1 3 2 2 1 1 0", "1 1 1 2 4 2 3 1 0")),  # rectangles
    *map(_c, ("1 1 1 2 2 1 1 2 0", "1 1 1 4 4 3 3 2 0")),  # a rest that no window reaches
    *map(_c, ("2 3 4 5 6 3 2 2 1", "2 2 3 7 4 3 3 3 1")),  # all together
    _c("1 2 2 3 3 2 2 1 1", "fractions"),
)
POOLINGS = (
    *map(_p, ("1 1 1 1 1 1", "1 1 2 2 2 2", "1 1 3 3 3 3", "1 1 4 4 2 2")),
    *map(_p, ("1 1 3 3 2 1", "1 1 3 3 1 2", "1 1 5 5 3 2", "1 1 5 5 2 3", "1 1 2 2 1 1")),  # strides
    *map(_p, ("1 2 2 2 2 2", "1 3 1 1 1 1", "2 1 1 1 1 1", "2 1 2 2 2 2")),  # channels and pictures
    *map(_p, ("1 1 2 4 2 2", "1 1 4 2 2 2", "1 1 1 2 1 1", "1 1 2 1 1 1")),  # rectangles
    *map(_p, ("1 1 3 3 2 2", "1 1 3 2 2 2", "1 1 2 2 1 2")),  # a rest
    *map(_p, ("2 3 6 8 2 2", "2 2 7 5 3 2")),
    _p("1 1 2 2 2 2", "negative"),
    _p("1 2 3 4 2 1", "fractions"),
)
TIES = tuple(_p(plan, "ties") for plan in ("1 1 2 2 2 2", "1 1 3 3 2 1", "1 1 3 3 3 3", "2 2 4 4 2 2"))
RECTIFIERS = (
    *(Plan(n=n, channels=c, height=h, width=w) for n, c, h, w in [(1, 1, 1, 1), (1, 1, 1, 2), (1, 1, 1, 3)]),
    *(Plan(n=n, channels=c, height=h, width=w) for n, c, h, w in [(1, 1, 2, 2), (2, 1, 1, 2), (2, 3, 3, 4)]),
    Plan(channels=2, height=2, width=3, values="fractions"),
)
DENSE = (
    *(Plan(n=n, channels=i, filters=o) for n, i, o in [(1, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2), (2, 1, 1)]),
    *(Plan(n=n, channels=i, filters=o) for n, i, o in [(1, 3, 2), (2, 2, 2), (3, 2, 4), (2, 4, 3), (3, 5, 5)]),
    Plan(n=2, channels=3, filters=2, values="fractions"),
)
LOSSES = (
    *(Plan(n=n, channels=c) for n, c in [(1, 2), (1, 3), (2, 2), (2, 3), (3, 4), (4, 10)]),
    *(Plan(n=n, channels=c, values="thousand") for n, c in [(1, 2), (1, 3), (2, 3)]),
    *(Plan(n=n, channels=2, values="far apart") for n in (1, 2, 3)),
)
PLANS: dict[str, tuple[Plan, ...]] = {
    "conv": CONVOLUTIONS,
    "maxpool": POOLINGS + TIES,
    "avgpool": POOLINGS,
    "relu": RECTIFIERS,
    "dense": DENSE,
    "softmax": LOSSES,
}


def cases_of(function: LayerFunction) -> list[Case]:
    """Draw the cases of a function, the smallest first."""
    plans = PLANS[function.name.partition("_")[0]]
    return sorted((make_case(function, plan) for plan in plans), key=lambda case: case.size)


def make_case(function: LayerFunction, plan: Plan) -> Case:
    """Draw the inputs of a case, always the same for a plan, and compute what they must give."""
    forward = FUNCTIONS[function.forward] if function.forward else function
    inputs = DRAW[function.name.partition("_")[0]](plan)
    if function.forward:
        out = expected_results(forward.name, inputs)["out"]
        inputs = {"dout": _whole(out.shape, first=5), **inputs}
    expected = {name: value + 0.0 for name, value in expected_results(function.name, inputs).items()}  # no -0
    return Case(function, plan, inputs, expected)


def smaller_plans(function: LayerFunction, plan: Plan) -> Iterator[Plan]:
    """Yield plans with one number smaller: pictures first, then channels, pixels, kernels, stride and padding."""
    least = {"pad": 0, "channels": 2 if function.name == "softmax_loss" else 1}
    for name in ("n", "channels", "filters", "height", "width", "stride", "pad"):
        value = getattr(plan, name)
        if value > least.get(name, 1):
            yield replace(plan, **{name: value - 1})
    if plan.rows == plan.columns > 1:
        yield replace(plan, rows=plan.rows - 1, columns=plan.columns - 1)


Draw: TypeAlias = Callable[[Plan], Inputs]


def _draw_convolution(plan: Plan) -> Inputs:
    return {
        "x": _numbers((plan.n, plan.channels, plan.height, plan.width), plan),
        "w": _whole((plan.filters, plan.channels, plan.rows, plan.columns), first=3),
        "b": 10.0 * np.arange(1, plan.filters + 1),
        "stride": plan.stride,
        "pad": plan.pad,
    }


def _draw_pooling(plan: Plan) -> Inputs:
    x = -_numbers(
        (plan.n, plan.channels, plan.height, plan.width), plan
    )  # the largest are not the largest by size
    return {"x": x, "size": plan.rows, "stride": plan.stride}


def _draw_rectifier(plan: Plan) -> Inputs:
    x = _numbers((plan.n, plan.channels, plan.height, plan.width), plan)
    x.flat[0] = 0  # where x > 0 and x >= 0 differ
    return {"x": x}


def _draw_dense(plan: Plan) -> Inputs:
    return {
        "x": _numbers((plan.n, plan.channels), plan),
        "w": _whole((plan.channels, plan.filters), first=3),
        "b": 10.0 * np.arange(1, plan.filters + 1),
    }


def _draw_loss(plan: Plan) -> Inputs:
    logits = _whole((plan.n, plan.channels), first=2) / 2
    labels = (np.arange(plan.n) + 1) % plan.channels
    if plan.values == "thousand":
        logits[:, 0] = 1000
    if plan.values == "far apart":  # each row has a level of its own, around -1000, 0 and 1000
        logits += 1000.0 * ((np.arange(plan.n) % 3) - 1)[:, np.newaxis]
    return {"logits": logits, "labels": labels}


DRAW: dict[str, Draw] = {
    "conv": _draw_convolution,
    "maxpool": _draw_pooling,
    "avgpool": _draw_pooling,
    "relu": _draw_rectifier,
    "dense": _draw_dense,
    "softmax": _draw_loss,
}


def _numbers(shape: tuple[int, ...], plan: Plan) -> Array:
    """Draw the numbers of an input, of the kind that the plan wants."""
    mixed = _whole(shape, first=2)
    match plan.values:
        case "fractions":
            return mixed / 4
        case "negative":  # after the turn of the sign in pooling
            return np.abs(mixed)
        case "ties":
            return -(1.0 + (np.abs(mixed) > mixed.size / 3)) if mixed.size > 4 else -np.ones(shape)
    return mixed


def _whole(shape: tuple[int, ...], first: int) -> Array:
    """Draw different whole numbers, none of them 0, half of them negative: those can be added up by eye."""
    size = int(np.prod(shape))
    pairs = (number for start in count(first) for number in (start, 1 - start))
    numbers = np.fromiter(pairs, np.float64, size)
    return np.random.default_rng([size, first]).permutation(numbers).reshape(shape)


def _title(layer: str, plan: Plan) -> str:
    pictures, channels = _count(plan.n, "picture"), _count(plan.channels, "channel")
    if layer == "softmax":
        logits = {"thousand": "logits of 1,000", "far apart": "logits around -1,000, 0 and 1,000"}
        words = [pictures, _count(plan.channels, "class"), *filter(None, [logits.get(plan.values)])]
        return ", ".join(words)
    if layer == "dense":
        return f"{pictures}, {_count(plan.channels, 'input')}, {_count(plan.filters, 'output')}"
    words = [pictures, f"{channels} of {plan.height} × {plan.width}"]
    if layer == "conv":
        words += [f"{_count(plan.filters, 'kernel')} of {plan.rows} × {plan.columns}", f"stride {plan.stride}"]
        words += [f"padding {plan.pad}"]
    if layer.endswith("pool"):
        words += [f"windows of {plan.rows} × {plan.columns}", f"stride {plan.stride}"]
        words += ["with equal numbers"] * (plan.values == "ties")
    return ", ".join(words)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{('es' if what.endswith('s') else 's') * (number != 1)}"
