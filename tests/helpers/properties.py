"""How thoroughly property tests search: always the same examples, so that a failure can be seen again."""

from hypothesis import settings

__all__ = ["few", "thorough"]

few = settings(max_examples=15, deadline=None, derandomize=True, database=None)
thorough = settings(max_examples=50, deadline=None, derandomize=True, database=None)
