"""Runs the notebooks in docs/notebooks; as a program, keeps what they print: ``make notebooks``."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

__all__ = ["NOTEBOOKS", "run_notebook"]

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def run_notebook(file: Path, folder: Path, *, seconds: int = 120) -> nbformat.NotebookNode:
    """Run all cells in an empty folder; raise if one of them does, or takes longer."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    client = NotebookClient(
        notebook, timeout=seconds, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute(env=os.environ | {"PYTHONPATH": path})
    return notebook


def main() -> None:
    """Run each notebook that is named, and write it with its outputs."""
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            notebook = run_notebook(Path(name), Path(folder))
        for cell in notebook.cells:
            cell.metadata.clear()
        notebook.metadata.language_info = {"name": "python"}
        Path(name).write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
