"""A Python that has NumPy, and nothing else but what is named: as where an exported file arrives."""

import subprocess
import sys
from pathlib import Path

__all__ = ["run_with_numpy_alone"]

BEGINNING = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in {allowed!r}:
            raise ImportError(f"there is no {{top}} here")

sys.meta_path.insert(0, Nothing())
sys.path.insert(0, {folder!r})
sys.argv = {argv!r}
"""


def run_with_numpy_alone(
    folder: Path, code: str, *arguments: object, also: tuple[str, ...] = (), module: str = "predict"
) -> subprocess.CompletedProcess[str]:
    """Run code beside an exported file in a process of its own; a warning is an error."""
    allowed = {"numpy", module, *also}
    argv = [f"{module}.py", *map(str, arguments)]
    beginning = BEGINNING.format(allowed=allowed, folder=str(folder), argv=argv)
    command = [sys.executable, "-I", "-W", "error", "-c", beginning + code]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder)
