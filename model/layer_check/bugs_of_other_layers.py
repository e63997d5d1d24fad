"""Bugs that people write into ReLU, dense layers and the loss, each as a computation that has it."""

from collections.abc import Callable

import numpy as np

from model.layer_check.functions import Array
from model.layer_check.known_bug import KnownBug, first_only, last_only

__all__ = ["OTHER_BUGS"]

RELU_FORWARD: tuple[KnownBug, ...] = (
    KnownBug("It takes the absolute value: negative numbers become 0, not positive.", lambda x: np.abs(x)),
    KnownBug("It lets the negative numbers through, not the positive: max(0, x).", lambda x: np.minimum(x, 0)),
    KnownBug("It returns 1 where x is above 0: it must return x there.", lambda x: (x > 0).astype(np.float64)),
    KnownBug("Negative numbers pass: they must become 0.", lambda x: x),
    KnownBug("It is a leaky ReLU (0.01): negative numbers must become 0.", lambda x: np.where(x > 0, x, 0.01 * x)),
    KnownBug("It is a leaky ReLU (0.1): negative numbers must become 0.", lambda x: np.where(x > 0, x, 0.1 * x)),
    KnownBug("It is cut at 1: positive numbers pass as they are.", lambda x: np.clip(x, 0, 1)),
    KnownBug("It is cut at 6 (ReLU6): positive numbers pass as they are.", lambda x: np.clip(x, 0, 6)),
    KnownBug("It is a sigmoid: ReLU is max(0, x).", lambda x: 1 / (1 + np.exp(-x))),
    KnownBug("It is a tanh: ReLU is max(0, x).", lambda x: np.tanh(x)),
    KnownBug("It shifts: numbers up to 1 become 0. The threshold is 0.", lambda x: np.where(x > 1, x, 0)),
)
RELU_BACKWARD: tuple[KnownBug, ...] = (
    KnownBug(
        "At x = 0 the gradient passes (x >= 0): only where x is above 0 it may (x > 0), as in PyTorch.",
        lambda dout, x: dout * (x >= 0),
    ),
    KnownBug(
        "The mask is made from dout: what counts is where x, the input of the forward pass, is above 0.",
        lambda dout, x: dout * (dout > 0),
    ),
    KnownBug(
        "The mask is made from x and from dout: only x counts. Negative gradients pass, too.",
        lambda dout, x: dout * (x > 0) * (dout > 0),
    ),
    KnownBug("The mask is missing: where x is 0 or below, the gradient is 0.", lambda dout, x: dout),
    KnownBug(
        "The mask is the wrong way round: the gradient passes where x is above 0.", lambda dout, x: dout * (x <= 0)
    ),
    KnownBug(
        "The mask is the wrong way round: the gradient passes where x is above 0.", lambda dout, x: dout * (x < 0)
    ),
    KnownBug("It returns the mask alone: multiply it by dout.", lambda dout, x: (x > 0).astype(np.float64)),
    KnownBug(
        "It returns the mask alone, and at x = 0 lets the gradient pass: dout * (x > 0).",
        lambda dout, x: (x >= 0).astype(np.float64),
    ),
    KnownBug(
        "It multiplies dout by max(0, x): multiply by 1 where x is above 0.",
        lambda dout, x: dout * np.maximum(x, 0),
    ),
    KnownBug("It multiplies dout by x: multiply by 1 where x is above 0, else by 0.", lambda dout, x: dout * x),
    KnownBug("It is the forward pass again: return dout where x is above 0.", lambda dout, x: np.maximum(x, 0)),
    KnownBug(
        "It multiplies by the sign of x: where x is below 0, the gradient is 0.", lambda dout, x: dout * np.sign(x)
    ),
    KnownBug(
        "It is that of a leaky ReLU: where x is 0 or below, the gradient is 0.",
        lambda dout, x: np.where(x > 0, dout, 0.01 * dout),
    ),
)

DENSE_FORWARD: tuple[KnownBug, ...] = (
    KnownBug("The bias is missing: add b to every row.", lambda x, w, b: x @ w),
    KnownBug("The bias is subtracted: add it.", lambda x, w, b: x @ w - b),
    KnownBug("w is transposed: its form is right for square weights only.", lambda x, w, b: x @ w.T + b),
    KnownBug("Every output gets the first bias: output j gets b[j].", lambda x, w, b: x @ w + b[0]),
    KnownBug("Every output gets the sum of all biases: output j gets b[j].", lambda x, w, b: x @ w + b.sum()),
    KnownBug(
        "The bias is added once for every input: add it once, after the sum.", lambda x, w, b: x @ w + b * len(w)
    ),
    KnownBug("The bias is multiplied by the sum: add it.", lambda x, w, b: (x @ w) * b),
    KnownBug("The products are averaged: sum them.", lambda x, w, b: x @ w / len(w) + b),
    KnownBug(
        "A ReLU is inside: return the sums, also where they are negative.",
        lambda x, w, b: np.maximum(x @ w + b, 0),
    ),
    KnownBug("Only the first input counts: sum the products of all inputs.", lambda x, w, b: x[:, :1] @ w[:1] + b),
    KnownBug(
        "Only the last input counts (= where += is meant): sum the products of all inputs.",
        lambda x, w, b: x[:, -1:] @ w[-1:] + b,
    ),
    KnownBug(
        "Every picture gives the result of the first: use x[n] for picture n.",
        lambda x, w, b: np.broadcast_to(x[:1] @ w + b, (len(x), len(b))),
    ),
)
DENSE_DX: tuple[KnownBug, ...] = (
    KnownBug("w is not transposed: dx = dout @ w.T.", lambda dout, x, w, b: dout @ w),
    KnownBug(
        "Only the first output counts: sum over all outputs, dout @ w.T.",
        lambda dout, x, w, b: dout[:, :1] @ w[:, :1].T,
    ),
    KnownBug(
        "Only the last output counts (= where += is meant): sum over all outputs.",
        lambda dout, x, w, b: dout[:, -1:] @ w[:, -1:].T,
    ),
    KnownBug("w is missing: dx = dout @ w.T.", lambda dout, x, w, b: dout @ np.ones_like(w).T),
    KnownBug(
        "The bias is added: it does not depend on x, so dx = dout @ w.T alone.",
        lambda dout, x, w, b: (dout + b) @ w.T,
    ),
    KnownBug("It is multiplied by x: dx = dout @ w.T alone.", lambda dout, x, w, b: dout @ w.T * x),
    KnownBug(
        "It is summed over the batch: every picture has its own dx.",
        lambda dout, x, w, b: (dout @ w.T).sum(axis=0),
    ),
)


def _over_batch(gradient: Callable[[Array, Array], Array]) -> tuple[KnownBug, ...]:
    """List the sums over the batch that are left out, for dw and db alike."""
    batch = "It is not summed over the batch: only the {} picture counts. Sum over all pictures."
    return (
        KnownBug(batch.format("first"), lambda dout, x, w, b: gradient(first_only(dout), x)),
        KnownBug(batch.format("last"), lambda dout, x, w, b: gradient(last_only(dout), x)),
        KnownBug(
            "It is averaged over the batch: sum. (The loss has divided by n already.)",
            lambda dout, x, w, b: gradient(dout, x) / len(x),
        ),
    )


DENSE_DW: tuple[KnownBug, ...] = (
    *_over_batch(lambda dout, x: x.T @ dout),
    KnownBug("It is transposed: dw has the shape of w.", lambda dout, x, w, b: dout.T @ x),
    KnownBug("dout is missing: dw = x.T @ dout.", lambda dout, x, w, b: x.T @ np.ones_like(dout)),
    KnownBug("x is missing: dw = x.T @ dout.", lambda dout, x, w, b: np.ones_like(x).T @ dout),
    KnownBug("It is multiplied by w: dw = x.T @ dout alone.", lambda dout, x, w, b: x.T @ dout * w),
    KnownBug(
        "It is not summed over the batch: dw has the shape of w.",
        lambda dout, x, w, b: np.einsum("ni,no->nio", x, dout),
    ),
)
DENSE_DB: tuple[KnownBug, ...] = (
    *_over_batch(lambda dout, _x: dout.sum(axis=0)),
    KnownBug("It is not summed over the batch: db has the shape of b, (outputs,).", lambda dout, x, w, b: dout),
    KnownBug(
        "The sums are right, but an axis of length 1 is left: db has shape (outputs,), like b.",
        lambda dout, x, w, b: dout.sum(axis=0, keepdims=True),
    ),
    KnownBug(
        "It is summed over the wrong axis: sum over the batch, axis 0.", lambda dout, x, w, b: dout.sum(axis=1)
    ),
    KnownBug(
        "The outputs are not kept apart: every bias gets the whole sum.",
        lambda dout, x, w, b: np.full(b.shape, dout.sum()),
    ),
    KnownBug(
        "The outputs are not kept apart: db has one number for each output.", lambda dout, x, w, b: dout.sum()
    ),
    KnownBug(
        "It is multiplied by the bias: the derivative of a sum with respect to b is 1.",
        lambda dout, x, w, b: dout.sum(axis=0) * b,
    ),
    KnownBug("It is constant: db is the sum of dout over the batch.", lambda dout, x, w, b: np.ones_like(b)),
)


def _softmax(logits: Array, axis: int = 1) -> Array:
    exponentials = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def _unshifted(logits: Array) -> Array:
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _shifted_by_one_maximum(logits: Array) -> Array:
    return _unshifted(logits - logits.max())


def _one_hot(logits: Array, labels: Array) -> Array:
    return np.eye(logits.shape[1])[labels]


def _of_labels(array: Array, labels: Array) -> Array:
    return array[np.arange(len(labels)), labels]


def _losses(logits: Array, labels: Array, axis: int = 1) -> Array:
    """Return the right loss of each picture."""
    shifted = logits - logits.max(axis=axis, keepdims=True)
    return _of_labels(np.log(np.exp(shifted).sum(axis=axis, keepdims=True)) - shifted, labels)


def _logs(probabilities: Array, labels: Array, *, offset: float = 0.0) -> Array:
    """Return the loss of each picture as the logarithm of a probability, which may have become 0."""
    return -np.log(_of_labels(probabilities, labels) + offset)


def _log_of_sum(shifted: Array, labels: Array) -> Array:
    """Return the loss of each picture, with logits that may be shifted wrongly."""
    return _of_labels(np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted, labels)


def _squares(logits: Array, labels: Array) -> Array:
    return np.square(_softmax(logits) - _one_hot(logits, labels))


def _all_terms(logits: Array, labels: Array) -> Array:
    """Return the binary cross-entropy, class by class."""
    p, target = _softmax(logits), _one_hot(logits, labels)
    return -target * np.log(p) - (1 - target) * np.log(1 - p)


OVERFLOW = (
    "The exponential overflows: subtract the largest logit of each row before np.exp. That changes no probability."
)
ONE_MAXIMUM = (
    "One maximum is subtracted from all rows, so the rows far below it become 0 / 0: subtract from each row its"
    " own, logits.max(axis=1, keepdims=True)."
)
NO_LOG_OF_ZERO = (
    "The logarithm of a probability that has become 0: compute log p as shifted - log(sum(exp(shifted))), where"
    " shifted = logits - maximum of the row."
)
EPSILON = (
    "A small number (such as 1e-12) is put under the logarithm, which hides large losses: compute log p as"
    " shifted - log(sum(exp(shifted)))."
)
EPSILONS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)


def _clipped(epsilon: float) -> Callable[..., Array]:
    return lambda logits, labels: _logs(np.clip(_softmax(logits), epsilon, None), labels).mean()


def _with_offset(epsilon: float) -> Callable[..., Array]:
    return lambda logits, labels: _logs(_softmax(logits), labels, offset=epsilon).mean()


LOSS: tuple[KnownBug, ...] = (
    KnownBug(
        "The loss is summed over the batch: take the mean.", lambda logits, labels: _losses(logits, labels).sum()
    ),
    KnownBug(
        "The loss is summed over the batch, and a probability that has become 0 is under the logarithm: take the"
        " mean of shifted - log(sum(exp(shifted))).",
        lambda logits, labels: _logs(_softmax(logits), labels).sum(),
    ),
    KnownBug(OVERFLOW, lambda logits, labels: _logs(_unshifted(logits), labels).mean()),
    KnownBug(OVERFLOW, lambda logits, labels: _log_of_sum(logits, labels).mean()),
    KnownBug(ONE_MAXIMUM, lambda logits, labels: _logs(_shifted_by_one_maximum(logits), labels).mean()),
    KnownBug(ONE_MAXIMUM, lambda logits, labels: _log_of_sum(logits - logits.max(), labels).mean()),
    KnownBug(NO_LOG_OF_ZERO, lambda logits, labels: _logs(_softmax(logits), labels).mean()),
    *(KnownBug(EPSILON, compute(epsilon)) for epsilon in EPSILONS for compute in (_clipped, _with_offset)),
    KnownBug(
        "The loss is divided by the number of classes, too: divide by the number of pictures alone.",
        lambda logits, labels: _losses(logits, labels).mean() / logits.shape[1],
    ),
    KnownBug("The sign is missing: the loss is -log p.", lambda logits, labels: -_losses(logits, labels).mean()),
    KnownBug(
        "Only the first picture counts: take the mean over all.", lambda logits, labels: _losses(logits, labels)[0]
    ),
    KnownBug("The losses are not averaged: return one number.", lambda logits, labels: _losses(logits, labels)),
    KnownBug(
        "The logarithm is that to base 2: use the natural one, np.log.",
        lambda logits, labels: _losses(logits, labels).mean() / np.log(2),
    ),
    KnownBug(
        "The logarithm is that to base 10: use the natural one, np.log.",
        lambda logits, labels: _losses(logits, labels).mean() / np.log(10),
    ),
    KnownBug(
        "The softmax runs over the batch: it must run over the classes, axis 1.",
        lambda logits, labels: _losses(logits, labels, axis=0).mean(),
    ),
    KnownBug(
        "The softmax is missing: the logarithm is taken of the logits.",
        lambda logits, labels: _logs(logits, labels).mean(),
    ),
    KnownBug(
        "It is 1 - p: the loss is -log p.", lambda logits, labels: (1 - np.exp(-_losses(logits, labels))).mean()
    ),
    KnownBug(
        "It is the squared error: the loss is -log p.",
        lambda logits, labels: _squares(logits, labels).sum(axis=1).mean(),
    ),
    KnownBug(
        "It is the squared error: the loss is -log p.", lambda logits, labels: _squares(logits, labels).mean()
    ),
    KnownBug(
        "The terms log(1 - p) of the other classes are added, as with sigmoids: with softmax only -log p of the"
        " label counts.",
        lambda logits, labels: _all_terms(logits, labels).sum(axis=1).mean(),
    ),
)


def _dlogits(probabilities: Array, labels: Array) -> Array:
    return (probabilities - _one_hot(probabilities, labels)) / len(labels)


DLOGITS: tuple[KnownBug, ...] = (
    KnownBug(
        "It is not divided by n: the loss is a mean over the batch, so each picture's gradient is (p - y) / n.",
        lambda logits, labels: _dlogits(_softmax(logits), labels) * len(labels),
    ),
    KnownBug(OVERFLOW, lambda logits, labels: _dlogits(_unshifted(logits), labels)),
    KnownBug(ONE_MAXIMUM, lambda logits, labels: _dlogits(_shifted_by_one_maximum(logits), labels)),
    KnownBug(
        "The sign is wrong: it is (p - y) / n, not (y - p) / n.",
        lambda logits, labels: -_dlogits(_softmax(logits), labels),
    ),
    KnownBug(
        "The label is not subtracted: it is (p - y) / n.", lambda logits, labels: _softmax(logits) / len(labels)
    ),
    KnownBug(
        "The label is not subtracted, nor is it divided by n: it is (p - y) / n.",
        lambda logits, labels: _softmax(logits),
    ),
    KnownBug(
        "It is divided by the number of classes, too: divide by the number of pictures alone.",
        lambda logits, labels: _dlogits(_softmax(logits), labels) / logits.shape[1],
    ),
    KnownBug(
        "It is divided by the number of classes: divide by the number of pictures.",
        lambda logits, labels: _dlogits(_softmax(logits), labels) * len(labels) / logits.shape[1],
    ),
    KnownBug(
        "The softmax runs over the batch: it must run over the classes, axis 1.",
        lambda logits, labels: _dlogits(_softmax(logits, axis=0), labels),
    ),
    KnownBug(
        "The softmax is missing: the label is subtracted from the logits.",
        lambda logits, labels: _dlogits(logits, labels),
    ),
    KnownBug(
        "It is multiplied by p (1 - p): that is in p - y already.",
        lambda logits, labels: _dlogits(_softmax(logits), labels) * _softmax(logits) * (1 - _softmax(logits)),
    ),
    KnownBug(
        "It is the derivative by the probabilities, -y / p: by the logits it is (p - y) / n.",
        lambda logits, labels: -_one_hot(logits, labels) / _softmax(logits) / len(labels),
    ),
    KnownBug(
        "Only the class of the label has a gradient: every class has one, (p - y) / n.",
        lambda logits, labels: _dlogits(_softmax(logits), labels) * _one_hot(logits, labels),
    ),
    KnownBug(
        "The label is taken for one class further on.",
        lambda logits, labels: _dlogits(_softmax(logits), labels - 1),
    ),
)
OTHER_BUGS: dict[tuple[str, str], tuple[KnownBug, ...]] = {
    ("relu_forward", "out"): RELU_FORWARD,
    ("relu_backward", "dx"): RELU_BACKWARD,
    ("dense_forward", "out"): DENSE_FORWARD,
    ("dense_backward", "dx"): DENSE_DX,
    ("dense_backward", "dw"): DENSE_DW,
    ("dense_backward", "db"): DENSE_DB,
    ("softmax_loss", "loss"): LOSS,
    ("softmax_loss", "dlogits"): DLOGITS,
}
