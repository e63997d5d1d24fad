"""The same networks in JAX, as `benchmarks.speed` measures them: one compiled function for a whole step."""

import jax
import jax.numpy as jnp
from benchmarks.speed_line import Line, Step
from jax import lax

from model import Dataset, Network, build

Arrays = dict[str, jax.Array]


def version() -> str:
    """Tell which JAX this is."""
    return f"JAX {jax.__version__}"


def logits(network: Network, weights: Arrays, images: jax.Array) -> jax.Array:
    """Compute the logits of the plain journal networks and of lenet, channels last."""
    x = images[..., jnp.newaxis] * jnp.float32(1 / 255)
    for name in network.layer_names:
        if name.startswith("conv"):
            layout = ("NHWC", "OIHW", "NHWC")
            x = lax.conv_general_dilated(x, weights[f"{name}.kernel"], (1, 1), "VALID", dimension_numbers=layout)
            x += weights[f"{name}.bias"]
        elif name.startswith("relu"):
            x = jnp.maximum(x, 0)
        elif name.startswith("pool"):
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        elif name.startswith("flatten"):
            x = x.reshape(len(x), -1)
        else:
            x = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return x


def steps(line: Line, data: Dataset) -> list[Step]:
    """Return what is measured; of networks without batch normalisation."""
    if line.network in ("product", "deep", "colour"):
        return []
    network = build(line.network)
    weights = {name: jnp.asarray(parameter.value) for name, parameter in network.named_parameters().items()}
    images, labels = data.images[: line.count], data.labels[: line.count]

    def loss(weights: Arrays, images: jax.Array, labels: jax.Array) -> jax.Array:
        chances = jax.nn.log_softmax(logits(network, weights, images))
        return -jnp.take_along_axis(chances, labels[:, jnp.newaxis].astype("i4"), axis=1).mean()

    @jax.jit
    def answer(weights: Arrays, images: jax.Array) -> jax.Array:
        return jax.nn.softmax(logits(network, weights, images))

    @jax.jit
    def train(weights: Arrays, images: jax.Array, labels: jax.Array) -> tuple[Arrays, jax.Array]:
        value, grads = jax.value_and_grad(loss)(weights, images, labels)
        return jax.tree.map(lambda weight, grad: weight - 0.005 * grad, weights, grads), value

    def step() -> None:
        nonlocal weights
        weights, value = train(weights, images, labels)
        jax.block_until_ready((weights, value))

    return [step] if line.work == "training" else [lambda: answer(weights, images).block_until_ready()]
