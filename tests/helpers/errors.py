"""Errors as a user meets them."""

import warnings
from collections.abc import Callable

__all__ = ["error_of"]


def error_of(kind: type[Exception], call: Callable[[], object]) -> str:
    """Return the message of the error that ``call`` must raise: exactly of this kind, and one sentence."""
    with warnings.catch_warnings():
        # a file that a library leaves open on its way out has a test of its own
        warnings.simplefilter("ignore", ResourceWarning)
        found, message = None, ""
        try:
            call()
        except kind as error:  # pytest.raises would keep it, and whatever file it holds open, alive
            found, message = type(error), str(error)
    assert found is not None, f"expected {kind.__name__}, but nothing was raised"
    assert found is kind, f"expected {kind.__name__}, got {found.__name__}: {message}"
    assert message.strip(), "the error says nothing"
    assert len(message.splitlines()) == 1, f"expected one sentence, got {message!r}"
    return message
