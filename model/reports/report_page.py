"""Makes a page of a report: its templates, and numbers in words."""

import datetime
import math
from typing import Any

from model.version import __version__
from model.wording import duration, setting_text

__all__ = ["decimal", "percent", "render"]


def render(template: str, **values: Any) -> str:
    """Fill a template of ``model/reports/templates``; all text from users is escaped.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    # Jinja takes a while to import, which drawing a digit should not wait for
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("model.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=percent, decimal=decimal, duration=_duration, moment=_moment, setting=setting_text
    )
    return environment.get_template(template).render(version=__version__, **values)


def percent(share: float | None, places: int = 1) -> str:
    """Write a share from 0 to 1; a dash for an unknown one, which is None or nan."""
    return "–" if share is None or math.isnan(share) else f"{100 * share:.{places}f}\N{NO-BREAK SPACE}%"


def decimal(number: float | None, places: int = 4) -> str:
    """Write a number; a dash as `percent` does."""
    return "–" if number is None or math.isnan(number) else f"{number:.{places}f}"


def _duration(seconds: float) -> str:
    """Write a time span; of a short one, tenths too."""
    text = f"{seconds:.1f} s" if seconds < 60 else duration(seconds)
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _moment(text: str) -> str:
    """Write a time of ISO 8601 without seconds and offset; any other text stays as it is."""
    try:
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{when:%Y-%m-%d, %H:%M}{' UTC' if when.utcoffset() == datetime.timedelta(0) else ''}"
