"""A server on this machine that answers as OpenML does, for one data set."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np

__all__ = ["openml_server"]


def features_of(images: np.ndarray) -> list[str]:
    return [f"pixel{number}" for number in range(1, images[0].size + 1)]


def arff(images: np.ndarray, labels: np.ndarray, name: str) -> bytes:
    """Write pictures in the form of OpenML's mnist_784."""
    lines = [f"@RELATION {name}", *(f"@ATTRIBUTE {feature} real" for feature in features_of(images))]
    lines += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
    lines += [",".join(map(str, [*image.ravel(), label])) for image, label in zip(images, labels, strict=True)]
    return "\n".join(lines).encode()


@contextmanager
def openml_server(
    images: np.ndarray, labels: np.ndarray, name: str = "mnist_784", *, is_cut_off: bool = False
) -> Iterator[str]:
    """Serve pictures on a free port; gives the address that stands for https://www.openml.org."""
    data = arff(images, labels, name)
    features = [
        {"index": str(i), "name": name, "data_type": "numeric"} for i, name in enumerate(features_of(images))
    ]
    features.append({"index": str(len(features)), "name": "class", "data_type": "nominal", "is_target": "true"})
    for feature in features:
        feature |= {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
        feature.setdefault("is_target", "false")
    qualities = [{"name": "NumberOfInstances", "value": str(len(images))}]
    description = {
        "id": "554",
        "name": name,
        "description": "Pictures.",
        "version": "1",
        "format": "ARFF",
        "file_id": "52667",
        "status": "active",
        "default_target_attribute": "class",
        "md5_checksum": hashlib.md5(data).hexdigest(),
        "url": "",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            answers = {
                "data_name": {"data": {"dataset": [{"did": 554, "status": "active", "version": 1}]}},
                "features": {"data_features": {"feature": features}},
                "qualities": {"data_qualities": {"quality": qualities}},
            }
            key = next((what for what in answers if what in self.path), None)
            if "download" in self.path:
                body = gzip.compress(data)
                body = body[: len(body) // 2] if is_cut_off else body
                self.send_response(200)
                self.send_header("Content-Encoding", "gzip")
            else:
                whole = {
                    "data_set_description": description | {"url": f"{base}/data/v1/download/52667/mnist.arff"}
                }
                body = json.dumps(answers[key] if key else whole).encode()
                self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
