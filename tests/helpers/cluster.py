"""A real Dask cluster on this machine: a scheduler and workers in processes of their own."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import model

__all__ = ["Cluster", "another_worker", "cluster"]

DASK = shutil.which("dask", path=str(Path(sys.executable).parent))


class Cluster(NamedTuple):
    """Where it is, and its workers."""

    address: str
    workers: list[subprocess.Popen]


@contextlib.contextmanager
def cluster(folder: Path, workers: int, path: str = "") -> Iterator[Cluster]:
    """Start a cluster as the README says, and end every process of it; ``path`` is searched for modules first."""
    path = os.pathsep.join(filter(None, (path, str(Path(model.__file__).parents[1]))))
    file, begun = folder / "scheduler.json", []
    with contextlib.ExitStack() as ending, (folder / "dask.log").open("w") as log:

        def start(*arguments: object) -> subprocess.Popen:
            process = _started(log, folder, path, *arguments)
            ending.callback(_end, process)
            return process

        start("scheduler", "--port", 0, "--scheduler-file", file)
        deadline = time.monotonic() + 120
        while not file.exists() or not file.read_text().strip():
            assert time.monotonic() < deadline, (folder / "dask.log").read_text()
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        begun += [
            start("worker", address, "--nthreads", 1, "--no-nanny", "--local-directory", folder)
            for _ in range(workers)
        ]
        yield Cluster(address, begun)


@contextlib.contextmanager
def another_worker(folder: Path, address: str) -> Iterator[None]:
    """Start a worker of a cluster that has begun, and end it."""
    arguments = ("worker", address, "--nthreads", 1, "--no-nanny", "--local-directory", folder)
    with (folder / "another.log").open("w") as log:
        process = _started(log, folder, str(Path(model.__file__).parents[1]), *arguments)
        try:
            yield
        finally:
            _end(process)


def _started(log: IO[str], folder: Path, path: str, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [DASK, *map(str, arguments), "--no-dashboard", "--host", "127.0.0.1"],
        stdout=log,
        stderr=log,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
