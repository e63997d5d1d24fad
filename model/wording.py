"""Numbers and values in words, for the window, the command line and reports."""

from collections.abc import Mapping, Sequence
from typing import Any, SupportsFloat

__all__ = [
    "a_digit",
    "counted",
    "duration",
    "epochs",
    "learning_rates",
    "listed",
    "of_classes",
    "percent",
    "pictures",
    "setting_text",
    "signed",
    "speaks_of_digits",
]


def setting_text(value: Any) -> str:
    """Write the value of a setting; of a pipeline or a network, its name and how long it is."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "":
            return "–"
        case float():
            return f"{value:g}"
        case {"name": str(name), "steps": list(steps)}:
            return f"{name} ({len(steps)} step{'s' * (len(steps) != 1)})"
        case {"name": str(name), "layers": list(layers)}:
            return f"{name} ({counted(len(layers), 'layer')})"
    return str(value)


def learning_rates(first: float, rates_set: Mapping[float, float]) -> str:
    """Write the learning rates of a run: ``0.005, then 0.002 from epoch 7``.

    Parameters
    ----------
    first : float
        The one that it began with.
    rates_set : mapping of float to float
        Those set by hand, by the number of epochs done before.
    """
    later = [f", then {rate:g} from epoch {int(done) + 1}" for done, rate in rates_set.items()]
    return f"{first:g}{''.join(later)}"


def a_digit(digit: int) -> str:
    """Write a digit with its article: ``a 7``, ``an 8``."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def speaks_of_digits(class_names: Sequence[str]) -> bool:
    """Return whether classes are the ten digits by name, and so are called digits."""
    return tuple(class_names) == tuple("0123456789")


def of_classes(text: str) -> str:
    """Say of classes what a text says of digits."""
    for digit, of_class in (("digits", "classes"), ("Digits", "Classes"), ("digit", "class"), ("Digit", "Class")):
        text = text.replace(digit, of_class)
    return text


def percent(share: SupportsFloat) -> str:
    """Write a share from 0 to 1: ``98.4 %``."""
    return f"{100 * float(share):.1f} %"  # float32 times 100 would be rounded once more


def pictures(count: int) -> str:
    """Write how many pictures: ``1 picture``, ``5,000 pictures``."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def epochs(count: int) -> str:
    """Write how many epochs: ``1 epoch``, ``20 epochs``."""
    return "1 epoch" if count == 1 else f"{count:,} epochs"


def listed(things: Sequence[str], word: str = "and") -> str:
    """Write several things: ``A``, ``A and B``, ``A, B and C``."""
    *first, last = things
    return f"{', '.join(first)} {word} {last}" if first else last


def duration(seconds: float) -> str:
    """Write a time span: ``41 s``, ``2 min 5 s``, ``1 h 20 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def counted(count: int, word: str) -> str:
    """Write a number of things: ``1 map``, ``32 maps``."""
    return f"{count:,} {word}{'s' * (count != 1)}"


def signed(number: float) -> str:
    """Write a number with its sign, and four digits that tell something: ``+0.0412``, ``−3.10e−05``."""
    text = f"{number:+.4f}" if number == 0 or not 0 < abs(number) < 1e-3 else f"{number:+.2e}"
    return text.replace("-", "−")
