"""The actions that lead a newcomer, in the order of the Help menu."""

from digitgui.frame.action import Action

__all__ = ["GUIDE_ACTIONS"]

HELP = "&Help"
GUIDE_ACTIONS = (
    Action(
        "tour",
        HELP,
        "&Tour",
        "Be shown what the program can do, in five stops.",
        lambda window: window.tour_wanted.emit(),
        line=True,
    ),
    Action(
        "glossary",
        HELP,
        "&Glossary",
        "Explain the words of the window, first the one that has the keyboard.",
        lambda window: window.word_wanted.emit(""),
        "Shift+F1",
    ),
)
