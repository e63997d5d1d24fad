"""Everything that is written can be read: 4.5 to 1, as WCAG 2 asks of small letters, in every theme there is."""

import re

import pytest
from PySide6.QtGui import QColor

from digitgui.looks import theme as themes
from digitgui.looks.stylesheet import stylesheet
from digitgui.looks.theme import Theme

THEMES = [one for one in vars(themes).values() if isinstance(one, Theme)]
RULE = re.compile(r"(?P<selectors>[^{}]+)\{(?P<content>[^}]*)\}")
COLOR = re.compile(
    r"(?:^|;)\s*(?P<what>color|background|border-color|selection-color|selection-background-color)"
    r":\s*(?P<color>#[0-9A-Fa-f]{6})"
)
LEAST_TEXT, LEAST_RING = 4.5, 3.0
"""Of letters, and of what shows where the keys are."""


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2."""
    dark, bright = sorted(map(_luminance, (one, other)))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in QColor(color).getRgbF()[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rules(theme: Theme) -> dict[str, dict[str, str]]:
    """Return the colours that the style sheet gives to each selector."""
    found: dict[str, dict[str, str]] = {}
    for rule in RULE.finditer(stylesheet(theme)):
        colors = {one["what"]: one["color"] for one in COLOR.finditer(rule["content"])}
        for selector in rule["selectors"].split(","):
            found.setdefault(selector.strip(), {}).update(colors)
    return found


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_letters_are_read_on_the_ground_that_they_stand_on(theme: Theme) -> None:
    """Rules with a ground of their own have their pair; other letters stand on the grounds of pages and cards."""
    grounds = {"window": theme.window, "card": theme.card, "field": theme.field}
    faint = []
    for selector, colors in rules(theme).items():
        letters = colors.get("color")
        under = {"": colors["background"]} if "background" in colors else grounds
        pairs = [(letters, ground, name) for name, ground in under.items() if letters]
        if "background" in colors and not letters and "::" not in selector:
            pairs.append((theme.text, colors["background"], "as text"))
        if "selection-color" in colors:
            pairs.append((colors["selection-color"], colors["selection-background-color"], "selected"))
        faint += [
            (selector, name, round(contrast(a, b), 2)) for a, b, name in pairs if contrast(a, b) < LEAST_TEXT
        ]
    assert not faint


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_letters_that_are_painted_are_read_too(theme: Theme) -> None:
    """On cards and fields painted widgets write in these colours, and on the faint accent what is chosen."""
    for ground in (theme.window, theme.card, theme.field):
        for letters in (theme.text, theme.muted, theme.accent, theme.good, theme.warning, theme.bad):
            assert contrast(letters, ground) >= LEAST_TEXT, (letters, ground)
    for letters in (theme.text, theme.muted, theme.accent):
        assert contrast(letters, theme.accent_soft) >= LEAST_TEXT, letters


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_focus_and_the_edges_of_switches_are_seen(theme: Theme) -> None:
    found = rules(theme)
    focus = {name: colors for name, colors in found.items() if ":focus" in name}
    assert focus
    for ground in (theme.window, theme.card, theme.field):
        assert contrast(theme.accent, ground) >= LEAST_RING
        assert contrast(theme.muted, ground) >= LEAST_RING
