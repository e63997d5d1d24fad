"""The sub-commands load no Qt: they run where there is no display."""

import subprocess
import sys

import pytest
from PIL import Image

IMPORTS = """
import sys
from digitgui import __main__
status = __main__.main(sys.argv[1:])
qt = sorted(name for name in sys.modules if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"))
sys.exit(f"loaded {qt}" if qt else status)
"""


@pytest.mark.parametrize("command", ["train", "evaluate", "predict", "info", "export"])
def test_no_sub_command_loads_qt(command, tmp_path) -> None:
    Image.new("L", (28, 28), 255).save(tmp_path / "empty.png")
    arguments = {
        "train": ["--arch", "journal-8", "--limit", "20", "--epochs", "1"],
        "evaluate": ["default"],
        "predict": ["default", str(tmp_path / "empty.png")],
        "info": ["default"],
        "export": ["default", "--onnx", str(tmp_path / "m.onnx")],
    }[command]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, command, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
