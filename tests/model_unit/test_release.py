"""A release is built only where version, changelog and tag agree."""

import runpy
import tomllib
from pathlib import Path

import pytest

import model

ROOT = Path(model.__file__).parents[1]
RELEASE = runpy.run_path(str(ROOT / "installers" / "release.py"))


@pytest.mark.parametrize(
    ("version", "changelog", "tags", "told"),
    [
        ("1.2.0", "# Changelog\n\n## 1.2.0 – 2026-12-01\n\n## 1.1.0 – 2026-01-01\n", ["v1.2.0"], []),
        ("1.2.0", "## Unreleased\n\n## 1.2.0 – 2026-12-01\n", ["v1.2.0"], ["“## Unreleased”"]),
        ("1.2.0", "## 1.1.0 – 2026-01-01\n", ["v1.1.0"], ["“## 1.1.0 – 2026-01-01”", "git tag v1.2.0"]),
        ("1.2.0", "## 1.2.0\n", ["v1.2.0"], ["YEAR-MONTH-DAY"]),
        ("1.2.0", "", [], ["“## ”", "git tag v1.2.0"]),
    ],
)
def test_what_does_not_agree_is_told(version: str, changelog: str, tags: list[str], told: list[str]) -> None:
    sentences = RELEASE["disagreements"](version, changelog, tags)
    assert len(sentences) == len(told)
    assert all(words in sentence for words, sentence in zip(told, sentences, strict=True))


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "model/version.py"
    assert "version:" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace("cff-version:", "")
