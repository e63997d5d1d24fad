"""The lines of source that compute a number, read from the installed package, with their formula and shapes."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from model.inspection.trace import Trace, TracedLayer
from model.network import losses
from model.network.layer import Layer, rectify
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.network import Network
from model.network.pooling import Tournament

__all__ = ["Direction", "ExplainedLines", "lines_of_input", "lines_of_layer", "lines_of_loss"]

Direction: TypeAlias = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class ExplainedLines:
    """A function of the package, and which of its lines do the work.

    Attributes
    ----------
    path : Path
        The installed file.
    first_line : int
        Where the function begins there, counted from 1.
    text : str
        The source of the function, without its indentation.
    marked : tuple of int
        The lines of `text` that compute, counted from 0.
    formulas : tuple of str
        What they compute, in TeX's mathematics, without dollar signs.
    letters : str
        What the letters of the formulas mean.
    shapes : str
        A sentence with the shapes for this network.
    """

    path: Path
    first_line: int
    text: str
    marked: tuple[int, ...]
    formulas: tuple[str, ...]
    letters: str
    shapes: str

    @property
    def place(self) -> str:
        """The file, as one finds it in the package, with the line."""
        return f"{'/'.join(self.path.parts[-3:])}:{self.first_line}"


@dataclass(frozen=True, slots=True)
class _Source:
    function: Callable[..., object]
    marks: tuple[str, ...]  # a part of each line that computes
    formulas: tuple[str, ...]
    letters: str = ""


_CONV_INDEX = r"c,\;i s+u-p,\;j s+v-p"
_SOURCES: dict[tuple[type[Layer], Direction], _Source] = {
    (Conv2D, "forward"): _Source(
        Conv2D.forward,
        ("np.matmul(kernels, self._patches",),
        (rf"y_{{f,i,j}} = b_f + \sum_{{c,u,v}} w_{{f,c,u,v}}\; x_{{{_CONV_INDEX}}}",),
    ),
    (Conv2D, "backward"): _Source(
        Conv2D.backward,
        ("grad_kernels += patch_products", "np.matmul(kernels[:, :-1].T, grad", "row_sums(flat_grad)"),
        (
            rf"\partial L / \partial w_{{f,c,u,v}} = \sum_{{i,j}} g_{{f,i,j}}\; x_{{{_CONV_INDEX}}}",
            r"\partial L / \partial b_f = \sum_{i,j} g_{f,i,j}",
            rf"\partial L / \partial x_{{{_CONV_INDEX}}} \;\;+\!\!= \sum_{{f}} w_{{f,c,u,v}}\; g_{{f,i,j}}",
        ),
    ),
    (Dense, "forward"): _Source(
        Dense.forward, ("np.matmul(weight, x", "out += bias"), (r"y_k = b_k + \sum_{m} w_{k,m}\; x_m",)
    ),
    (Dense, "backward"): _Source(
        Dense.backward,
        ("np.multiply(grad_out, x.T", "np.add.reduce(grad_out", "np.matmul(weight.value.T"),
        (
            r"\partial L / \partial w_{k,m} = g_k\; x_m",
            r"\partial L / \partial b_k = g_k",
            r"\partial L / \partial x_m = \sum_{k} w_{k,m}\; g_k",
        ),
    ),
    (ReLU, "forward"): _Source(rectify, ("np.maximum",), (r"y = \max(0,\; x)",)),
    (ReLU, "backward"): _Source(
        ReLU.backward,
        ("np.greater(out, 0", "np.multiply(grad_out, passed"),
        (r"\partial L / \partial x = g \;\;\mathrm{if}\; y > 0, \;\;\mathrm{else}\; 0",),
    ),
    (MaxPool2D, "forward"): _Source(
        MaxPool2D.forward, ("np.maximum(out, views",), (r"y_{c,i,j} = \max_{u,v}\; x_{c,\;i s+u,\;j s+v}",)
    ),
    (MaxPool2D, "backward"): _Source(
        MaxPool2D.backward,
        ("np.equal(views", "grad_in[:, *tap", "unclaimed -= share"),
        (r"\partial L / \partial x = g \;\;\mathrm{for\ the\ first\ largest}, \;\;\mathrm{else}\; 0",),
    ),
    (AveragePool2D, "forward"): _Source(
        AveragePool2D.forward,
        ("out += views", "out *= "),
        (r"y_{c,i,j} = \frac{1}{n} \sum_{u,v} x_{c,\;i s+u,\;j s+v}",),
    ),
    (AveragePool2D, "backward"): _Source(
        AveragePool2D.backward,
        ("np.multiply(grad_out", "grad_in[:, *tap"),
        (r"\partial L / \partial x_{c,\;i s+u,\;j s+v} \;\;+\!\!= g_{c,i,j} / n",),
    ),
    (BatchNorm, "forward"): _Source(
        BatchNorm._normalize_by_running_means,
        ("deviation = np.sqrt", "np.multiply(flat", "out += "),
        (r"y = \gamma\; \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",),
    ),
    (BatchNorm, "backward"): _Source(
        BatchNorm.backward,
        ("np.copyto(shift.grad", "np.divide(np.einsum", "np.multiply(flat_grad, factor"),
        (
            r"\partial L / \partial x = g\; \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}",
            r"\partial L / \partial \gamma = \sum g\; \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}, \;\;"
            r"\partial L / \partial \beta = \sum g",
        ),
    ),
    (Flatten, "forward"): _Source(Flatten.forward, ("return x.reshape",), (r"y_{(c H + i) W + j} = x_{c,i,j}",)),
    (Flatten, "backward"): _Source(
        Flatten.backward,
        ("return grad_out.reshape",),
        (r"\partial L / \partial x_{c,i,j} = g_{(c H + i) W + j}",),
    ),
    (Dropout, "forward"): _Source(
        Dropout.forward, ("return x\n",), (r"y = x \;\;\mathrm{(it\ drops\ in\ training\ only)}",)
    ),
    (Dropout, "backward"): _Source(
        Dropout.backward, ("return grad_out if need_grad_in",), (r"\partial L / \partial x = g",)
    ),
}
_GRADIENT = "g gradient that comes back, L loss"
_LETTERS: dict[type[Layer], str] = {
    Conv2D: "x input, y output, w weight, b bias, f filter, c channel, i, j row and column of the output,"
    " u, v row and column in the kernel, s stride, p padding",
    Dense: "x input, y output, w weight, b bias, k unit, m input",
    ReLU: "x input, y output",
    MaxPool2D: "x input, y output, c channel, i, j row and column of the output,"
    " u, v row and column in the window, s stride",
    AveragePool2D: "x input, y output, c channel, i, j row and column of the output,"
    " u, v row and column in the window, s stride, n numbers in a window",
    BatchNorm: "x input, y output, μ mean, σ² variance, ε a small number, γ scale, β shift",
    Flatten: "x input, y output, c channel, i, j row and column, H, W height and width of a map",
    Dropout: "x input, y output",
}
_LOSS_LETTERS = "z logit, p probability, t right answer, k, m classes, L loss"
_BINARY_LETTERS = "z logit, p probability of class 1, t right answer, L loss"
_IN_PAIRS: dict[Direction, tuple[Callable[..., object], tuple[str, ...]]] = {
    "forward": (Tournament.play, ("np.maximum(left", "np.maximum(upper")),
    "backward": (
        Tournament.hand_back,
        ("np.multiply(grad_out", "np.subtract(grad_out", "np.multiply(self.halves", "np.subtract(self.halves"),
    ),
}
"""What pools by 2×2, which nearly every network does."""


def lines_of_layer(layer: TracedLayer, direction: Direction) -> ExplainedLines:
    """Find the lines of a plain layer that compute its output, or its gradients."""
    source = _SOURCES[layer.kind, direction]
    if layer.kind is MaxPool2D and tuple(layer.config["window"]) == tuple(layer.config["stride"]) == (2, 2):
        function, marks = _IN_PAIRS[direction]
        source = _Source(function, marks, source.formulas)
    letters = _LETTERS[layer.kind] if direction == "forward" else f"{_LETTERS[layer.kind]}, {_GRADIENT}"
    return _explained(replace(source, letters=letters), _shapes(layer, direction))


def lines_of_loss(found: Trace, direction: Direction) -> ExplainedLines:
    """Find the lines that turn logits into probabilities and the loss, or into its gradient."""
    is_binary = len(found["logits"]) == 1
    forward = direction == "forward"
    if is_binary:
        source = _Source(
            losses.sigmoid_cross_entropy,
            ("losses = np.maximum",) if forward else ("grad = (sigmoid",),
            (r"p = 1 / (1 + e^{-z}), \;\; L = -\log\, p_t",) if forward else (r"\partial L / \partial z = p - t",),
            _BINARY_LETTERS,
        )
        return _explained(source, "One logit decides between two classes.")
    source = _Source(
        losses.softmax_cross_entropy,
        ("shifted = ", "np.exp(shifted)", "np.add.reduce(grad)", "loss = ")
        if forward
        else ("grad /= sums", "grad -= target"),
        (r"p_k = \frac{e^{z_k - \max z}}{\sum_m e^{z_m - \max z}}, \;\; L = -\log\, p_t",)
        if forward
        else (r"\partial L / \partial z_k = p_k - [\,k = t\,]",),
        _LOSS_LETTERS if forward else f"{_LOSS_LETTERS}, [k = t] 1 for the right answer, else 0",
    )
    classes, name = len(found["logits"]), found.class_name(found.label)
    called = "" if name == str(found.label) else f" ({name})"
    return _explained(
        source,
        f"{classes} logits z give {classes} probabilities p; the right answer is t = {found.label}{called}.",
    )


def lines_of_input(found: Trace) -> ExplainedLines:
    """Find the lines that scale the pixels."""
    source = _Source(
        Network.to_input,
        ("np.multiply(source", "x -= "),
        (r"x = (\mathrm{pixel} / 255 - \mathrm{mean}) / \mathrm{deviation}",),
    )
    return _explained(source, f"Pixels from 0 to 255 become an array of {_times(found['input'].shape)}.")


def _explained(source: _Source, shapes: str) -> ExplainedLines:
    lines, first = inspect.getsourcelines(source.function)
    indent = len(lines[0]) - len(lines[0].lstrip())
    text = "".join(line[indent:] if line.strip() else line for line in lines)
    text = _without_docstring(text)
    marked = tuple(
        number
        for number, line in enumerate(text.splitlines(keepends=True))
        if any(mark in line for mark in source.marks)
    )
    path = Path(inspect.getsourcefile(inspect.unwrap(source.function)) or "")
    return ExplainedLines(path, first, text, marked, source.formulas, source.letters, shapes)


def _without_docstring(text: str) -> str:
    """Leave out what formula and shapes say better."""
    head, *rest = text.split('"""', 2)
    return head.rstrip(" ") + rest[1].lstrip("\n") if len(rest) == 2 else text


def _shapes(layer: TracedLayer, direction: Direction) -> str:
    """Say how large the arrays of a layer are, and what each result is."""
    came, went = _times(layer.input_shape), _times(layer.output_shape)
    if layer.kind is Conv2D:
        filters, *positions = layer.output_shape
        terms = layer.input_shape[0] * math.prod(layer.config["kernel_size"])
        places = math.prod(positions)
        if direction == "forward":
            return (
                f"Kernels {filters} × {terms}, patches {terms} × {places}: each of the"
                f" {filters} × {places} results is one sum of {terms} products. The bias is one more column of"
                " kernels, which meets a row of ones among the patches."
            )
        return (
            f"Gradient {filters} × {places}, patches {terms} × {places}: each of the {filters} × {terms} weights"
            f" gets one sum of {places} products, one for each position."
        )
    if layer.kind is Dense:
        units, inputs = layer.output_shape[0], layer.input_shape[0]
        if direction == "forward":
            return f"Weights {units} × {inputs}, inputs {inputs}: each result is one sum of {inputs} products."
        return (
            f"Gradient {units}, inputs {inputs}: each of the {units} × {inputs} weights gets one product;"
            f" each input gets one sum of {units}."
        )
    return (
        f"{came} comes in, {went} goes out." if direction == "forward" else f"{went} comes back, {came} goes on."
    )


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
