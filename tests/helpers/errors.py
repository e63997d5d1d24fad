"""Errors as a user meets them."""

import warnings
from collections.abc import Callable

__all__ = ["error_of"]


def error_of(kind: type[Exception], call: Callable[[], object]) -> str:
    """Return the message of the error that ``call`` must raise: exactly of this kind, and one sentence."""
    with warnings.catch_warnings():
        # a file that a library leaves open on its way out has a test of its own
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            call()
        except kind as error:
            assert type(error) is kind, f"expected {kind.__name__}, got {type(error).__name__}: {error}"
            message = str(error)
        else:
            raise AssertionError(f"expected {kind.__name__}, but nothing was raised")
    assert message.strip(), "the error says nothing"
    assert len(message.splitlines()) == 1, f"expected one sentence, got {message!r}"
    return message
