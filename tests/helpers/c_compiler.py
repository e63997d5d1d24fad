"""Exported C files, compiled as strictly as C99 allows, and asked about pictures."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["COMPILER", "compile_c", "compiled_answers", "run_main"]

COMPILER = shutil.which("gcc") or shutil.which("clang") or shutil.which("cc")
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2")
DRIVER = """
#include <stdint.h>
#include <stdio.h>

int digitgui_predict(const uint8_t *picture, float *probabilities);

int main(int count, char **names)
{
    static uint8_t picture[PIXELS];
    float answer[CLASSES];
    FILE *in = fopen(names[1], "rb"), *out = fopen(names[2], "wb");
    while (fread(picture, 1, PIXELS, in) == PIXELS) {
        float digit = (float)digitgui_predict(picture, answer);
        fwrite(&digit, sizeof digit, 1, out);
        fwrite(answer, sizeof answer, 1, out);
    }
    return fclose(in) || fclose(out) || count != 3;
}
"""


def compile_c(out: Path, *sources: Path, flags: tuple[str, ...] = ()) -> Path:
    """Compile without a single warning."""
    assert COMPILER
    command = [COMPILER, *STRICT, *flags, *map(str, sources), "-o", str(out), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]
    assert not done.stderr
    return out


def run_main(source: Path) -> subprocess.CompletedProcess[str]:
    """Compile an exported file as it is, and run its ``main``."""
    program = compile_c(source.with_suffix(".golden"), source)
    return subprocess.run([program], capture_output=True, text=True, check=False)


def compiled_answers(
    source: Path, images: npt.NDArray[np.uint8], classes: int = 10
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Ask an exported file about pictures: its digits, and its probabilities."""
    driver, pictures, answers = (source.with_suffix(ending) for ending in (".driver.c", ".pictures", ".answers"))
    driver.write_text(DRIVER)
    pictures.write_bytes(np.ascontiguousarray(images).tobytes())
    defines = (f"-DPIXELS={images[0].size}", f"-DCLASSES={classes}", "-DDIGITGUI_NO_MAIN", "-O3")
    program = compile_c(source.with_suffix(".program"), source, driver, flags=defines)
    subprocess.run([program, pictures, answers], check=True)
    table = np.fromfile(answers, np.float32).reshape(len(images), classes + 1)
    return table[:, 0].astype(np.int64), table[:, 1:]
