"""The words of the program: what no message, docstring, comment or document says."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(r"\b(whoever|nobody|somebody|lest|how-manieth|foretells?|foretold|askew)\b", re.IGNORECASE)
PLACES = {
    "model": ("model/**/*.py", "resources/*.py", "start.py"),
    "templates": ("model/reports/templates/*", "model/exchange/c/**/*.c"),
    "digitgui": ("digitgui/**/*.py",),
    "documents": ("*.md", "docs/**/*.md", "docs/**/*.ipynb", "docs/*.py", "Makefile", "pyproject.toml"),
}


def words_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the text of a file by its lines; of Python, strings and comments only."""
    text = file.read_text(encoding="utf-8")
    if file.name == "CHANGELOG.md":
        text = text.split("\n## ")[1]  # releases are history
    if file.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or tokenize.tok_name[token.type] in ("STRING", "FSTRING_MIDDLE"):
            yield from enumerate(token.string.splitlines(), token.start[0])


@pytest.mark.parametrize("place", PLACES)
def test_the_words_are_plain_current_english(place: str) -> None:
    files = [file for pattern in PLACES[place] for file in ROOT.glob(pattern) if file.is_file()]
    assert files
    found = [
        f"{file.relative_to(ROOT)}:{line}: {word}"
        for file in sorted(files)
        for line, text in words_of(file)
        for word in FORBIDDEN.findall(text)
    ]
    assert not found, "\n".join(found)


def test_such_a_word_is_found_in_strings_comments_and_documents(tmp_path: Path) -> None:
    source, document = tmp_path / "a.py", tmp_path / "a.md"
    source.write_text('nobody = f"for {1} somebody"  # whoever\n', encoding="utf-8")
    document.write_text("Fine.\nLest it break.\n", encoding="utf-8")
    assert [FORBIDDEN.findall(text) for _, text in words_of(source)] == [["somebody"], ["whoever"]]
    assert [line for line, text in words_of(document) if FORBIDDEN.search(text)] == [2]
