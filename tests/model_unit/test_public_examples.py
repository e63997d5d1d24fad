"""The examples in the docstrings of what ``import model`` offers."""

import doctest
import sys

import pytest

import model

NUMBERS_AND_NAMES = {"ARCHITECTURES", "DIGITS", "EXPECTED_FAILED_CHECKS", "__version__"}
ERRORS = {*model.errors.__all__} - {"ModelError"}


@pytest.mark.parametrize("name", sorted({*model.__all__} - NUMBERS_AND_NAMES - ERRORS))
def test_the_examples_of_a_public_name_are_there_and_right(name, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    public = getattr(model, name)
    found = doctest.DocTestFinder(recurse=False).find(public, name, module=sys.modules[public.__module__])
    assert sum(len(test.examples) for test in found) > 0, f"model.{name} has no example"
    told: list[str] = []
    for test in found:
        done = doctest.DocTestRunner().run(test, out=told.append)
        assert done.failed == 0, "".join(told)
