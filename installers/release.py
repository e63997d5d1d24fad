"""``make release``: check that version, changelog and tag agree, build the packages, and say what to do next.

The version stands in `model/version.py` alone.
"""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEXT = """Built {files}.

Next:
  1. Try the wheel:   pipx run --spec dist/digitgui-{version}-py3-none-any.whl digitgui
  2. Push the tag:    git push origin v{version}
     The workflow `build` then makes the programs for Linux, Windows and macOS.
  3. Publish:         pipx run twine upload dist/digitgui-{version}*
  4. On the release's page, put this version's part of CHANGELOG.md and the programs of step 2: the .tar.gz files
     and the AppImage out of the artifacts that hold them, and the zip file for Windows as it is.
  5. Begin CHANGELOG.md's next part: ## Unreleased"""


def main() -> int:
    """Build into dist/, or say what does not agree."""
    version = runpy.run_path(str(ROOT / "model" / "version.py"))["__version__"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    wrong = disagreements(version, changelog, _git("tag", "--points-at", "HEAD").split())
    if _git("status", "--porcelain"):
        wrong.append("There are changes that are not committed: commit them first.")
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"], cwd=ROOT, check=True
    )
    files = ", ".join(sorted(file.name for file in dist.iterdir()))
    print(NEXT.format(files=files, version=version))
    return 0


def disagreements(version: str, changelog: str, tags: list[str]) -> list[str]:
    """Say what has to be done before this version can be released; nothing if all agree."""
    wrong = []
    heading = next(iter(re.findall(r"^## (.+)$", changelog, re.MULTILINE)), "")
    if not re.fullmatch(rf"{re.escape(version)} – \d{{4}}-\d{{2}}-\d{{2}}", heading):
        wrong.append(
            f"CHANGELOG.md begins with “## {heading}”: expected “## {version} – YEAR-MONTH-DAY”, since"
            f" model/version.py says {version}. Change one of them."
        )
    if f"v{version}" not in tags:
        wrong.append(f"This commit has no tag v{version}: git tag v{version}, once everything else agrees.")
    return wrong


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
