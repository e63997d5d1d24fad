"""Your own layers, to be compared with those of digitgui: ``digitgui check THIS_FILE``.

Write as many of the functions as you like; those that still raise NotImplementedError are left out.

- Arrays are NumPy arrays of float64, and so must the results be; never change an argument in place.
- Pictures and maps have the shape (n, channels, height, width), where n is the number of pictures in the batch.
- ``dout`` is the derivative of the loss with respect to what the forward pass returned, and has its shape. A
  backward pass returns the derivatives with respect to its arguments, each with the shape of that argument.
- Sizes, strides and padding are whole numbers, the same for rows and columns. Rows and columns at the end that no
  whole window reaches are left out.
"""

import numpy as np

Array = np.ndarray


def conv_forward(x: Array, w: Array, b: Array, stride: int, pad: int) -> Array:
    """Slide every kernel over the pictures: out[n, f] = b[f] + sum over c of w[f, c] * window of x[n, c].

    The kernel is not flipped (it is a cross-correlation). ``x`` is (n, channels, height, width), ``w`` (filters,
    channels, rows, columns), ``b`` (filters,); ``pad`` rows and columns of zeros are added on all four sides.

    Return ``out``: (n, filters, (height + 2 pad - rows) // stride + 1, (width + 2 pad - columns) // stride + 1).
    """
    raise NotImplementedError


def conv_backward(dout: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> tuple[Array, Array, Array]:
    """Return ``dx``, ``dw`` and ``db``: sums over the batch, not means."""
    raise NotImplementedError


def maxpool_forward(x: Array, size: int, stride: int) -> Array:
    """Return the largest number of each window of size × size, channel by channel."""
    raise NotImplementedError


def maxpool_backward(dout: Array, x: Array, size: int, stride: int) -> Array:
    """Return ``dx``: the largest number of a window gets its gradient; of equals the first in reading order."""
    raise NotImplementedError


def avgpool_forward(x: Array, size: int, stride: int) -> Array:
    """Return the mean of each window of size × size, channel by channel."""
    raise NotImplementedError


def avgpool_backward(dout: Array, x: Array, size: int, stride: int) -> Array:
    """Return ``dx``: every number of a window gets the same share of its gradient."""
    raise NotImplementedError


def relu_forward(x: Array) -> Array:
    """Return x where it is above 0, and 0 elsewhere."""
    raise NotImplementedError


def relu_backward(dout: Array, x: Array) -> Array:
    """Return ``dx``: dout where x is above 0, and 0 elsewhere (also where x is 0)."""
    raise NotImplementedError


def dense_forward(x: Array, w: Array, b: Array) -> Array:
    """Return x @ w + b: ``x`` is (n, features), ``w`` (features, outputs), ``b`` (outputs,).

    If you keep ``w`` as (outputs, features), the check notices; then use it so in both functions.
    """
    raise NotImplementedError


def dense_backward(dout: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """Return ``dx``, ``dw`` and ``db``: sums over the batch, not means."""
    raise NotImplementedError


def softmax_loss(logits: Array, labels: Array) -> tuple[float, Array]:
    """Return the mean of -log(softmax(logits)[label]) over the batch, and its derivative ``dlogits``.

    ``logits`` are (n, classes), of any size, such as 1,000; ``labels`` are n whole numbers from 0 to classes - 1.
    """
    raise NotImplementedError
