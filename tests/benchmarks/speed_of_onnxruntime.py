"""The exported file in onnxruntime, as `benchmarks.speed` measures it."""

import onnxruntime
from benchmarks.speed_line import Line, Step

from model import Dataset, build
from model.exchange.onnx_export import encode_onnx


def version() -> str:
    """Tell which onnxruntime this is."""
    return f"onnxruntime {onnxruntime.__version__}"


def steps(line: Line, data: Dataset) -> list[Step]:
    """Return a prediction of probabilities, by as many threads as there are cores."""
    if line.work != "answer":
        return []
    session = onnxruntime.InferenceSession(
        encode_onnx(build(line.network, task=data.task)), providers=["CPUExecutionProvider"]
    )
    return [lambda: session.run(["probabilities"], {"images": data.images[: line.count]})]
