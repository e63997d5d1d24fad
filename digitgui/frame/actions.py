"""All that can be done in the window, each declared once, in the order of the menus."""

from functools import partial

from PySide6.QtCore import Qt

from digitgui.asking.drawing_files import open_drawing, open_photo, save_drawing
from digitgui.frame.action import Action, Choices
from digitgui.frame.data_actions import DATA_ACTIONS, MODEL_ACTIONS
from digitgui.frame.guide_actions import GUIDE_ACTIONS
from digitgui.frame.help import show_about, show_shortcuts
from digitgui.frame.page_list import PAGES
from digitgui.frame.problem_dialog import show_problem_report
from digitgui.frame.remembered import recent_files
from digitgui.frame.window_parts import WindowParts
from digitgui.looks.theme_controller import ThemeChoice

__all__ = ["ACTIONS", "THEME"]

FILE, EDIT, VIEW, THEME, HELP = "&File", "&Edit", "&View", "&View/&Theme", "&Help"


def _show_page(name: str, window: WindowParts) -> None:
    window.show_page(name)


def _choose_theme(choice: ThemeChoice, window: WindowParts) -> None:
    window.themes.choose(choice)


def _has_theme(choice: ThemeChoice, window: WindowParts) -> bool:
    return window.themes.choice is choice


def _toggle_full_screen(window: WindowParts) -> None:
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


FILE_ACTIONS = (
    Action(
        "openModel",
        FILE,
        "&Open network…",
        "Open a network from a model file, also of other programs.",
        lambda window: window.files.open_model(),
        "Ctrl+O",
    ),
    Choices(
        FILE,
        "Open &recent network",
        "Open a network that was open before.",
        lambda window: recent_files(window, "models", window.session.open_model),
        "Nothing opened yet",
    ),
    Action(
        "saveModel",
        FILE,
        "&Save network",
        "Save the network to its model file.",
        lambda window: window.files.save_model(),
        "Ctrl+S",
    ),
    Action(
        "saveModelAs",
        FILE,
        "Save network &as…",
        "Save the network to another model file.",
        lambda window: window.files.save_model_as(),
        "Ctrl+Shift+S",
    ),
    Action(
        "exportModel",
        FILE,
        "&Export network…",
        "Write the network for other programs: ONNX, C, Python, or a bundle.",
        lambda window: window.files.export_model(),
    ),
    Action(
        "openDrawing",
        FILE,
        "Open &drawing…",
        "Open a drawing that was saved with its strokes.",
        lambda window: open_drawing(window, window.session, window.pen.width),
        line=True,
    ),
    Action(
        "openPhoto",
        FILE,
        "Open &photo…",
        "Use a photo of a digit as the drawing.",
        lambda window: open_photo(window, window.session),
    ),
    Action(
        "saveDrawing",
        FILE,
        "Save dra&wing…",
        "Save the drawing as strokes or as a picture.",
        lambda window: save_drawing(window, window.session),
    ),
    Action(
        "printReport",
        FILE,
        "Pr&int report…",
        "Print the report of the open network, or of the run that is shown.",
        lambda window: window.printing.start(),
        "Ctrl+P",
        line=True,
    ),
    Action(
        "quit",
        FILE,
        "&Quit",
        "Close the window, and keep what is unsaved for the next time.",
        lambda window: window.close(),
        "Ctrl+Q",
        line=True,
    ),
)
EDIT_ACTIONS = (
    Action(
        "undo",
        EDIT,
        "&Undo",
        "Take back the last step.",
        lambda window: window.session.undo_stack.undo(),
        "Ctrl+Z",
        why_not=lambda window: "" if window.session.undo_stack.canUndo() else "Nothing to undo",
        now=lambda window: f"&Undo {window.session.undo_stack.undoText()}".strip(),
    ),
    Action(
        "redo",
        EDIT,
        "&Redo",
        "Do again what was undone.",
        lambda window: window.session.undo_stack.redo(),
        "Ctrl+Shift+Z Ctrl+Y",
        why_not=lambda window: "" if window.session.undo_stack.canRedo() else "Nothing to redo",
        now=lambda window: f"&Redo {window.session.undo_stack.redoText()}".strip(),
    ),
    Action(
        "pastePicture",
        EDIT,
        "&Paste picture",
        "Take the picture from the clipboard.",
        lambda window: window.arrivals.paste_picture(),
        "Ctrl+V",
    ),
    Action(
        "clearDrawing",
        EDIT,
        "&Clear drawing",
        "Empty the canvas for a new drawing.",
        lambda window: window.session.answering.clear(),
        "Delete",
    ),
    Action(
        "eraser",
        EDIT,
        "&Eraser",
        "Erase instead of drawing.",
        lambda window: window.pen.set_erasing(not window.pen.erasing),
        "E",
        is_on=lambda window: window.pen.erasing,
        line=True,
    ),
    Action("widerPen", EDIT, "&Wider pen", "Draw thicker lines.", lambda window: window.pen.change(1), "]"),
    Action("narrowerPen", EDIT, "&Narrower pen", "Draw thinner lines.", lambda window: window.pen.change(-1), "["),
)
VIEW_ACTIONS = (
    *(
        Action(
            f"{page.name}Page",
            VIEW,
            page.menu_title,
            page.about,
            partial(_show_page, page.name),
            page.key,
        )
        for page in PAGES
    ),
    Action(
        "showDock",
        VIEW,
        "Drawing &beside the pages",
        "Show the drawing beside the other pages, where there is room.",
        lambda window: window.want_dock(not window.wants_dock),
        "Ctrl+D",
        is_on=lambda window: window.wants_dock,
        line=True,
    ),
    Action(
        "replay",
        VIEW,
        "Re&play drawing",
        "Draw the strokes again, as they were drawn.",
        lambda window: window.session.replay.start(),
        "Ctrl+R",
    ),
    Action(
        "guide",
        VIEW,
        "&Guide",
        "Show on the canvas the box that a digit fills.",
        lambda window: window.set_guide(not window.shows_guide),
        is_on=lambda window: window.shows_guide,
    ),
    *(
        Action(
            f"{choice}Theme",
            THEME,
            text,
            about,
            partial(_choose_theme, choice),
            is_on=partial(_has_theme, choice),
        )
        for choice, text, about in (
            (ThemeChoice.SYSTEM, "&System", "Be light or dark as the system is."),
            (ThemeChoice.LIGHT, "&Light", "Show dark letters on light."),
            (ThemeChoice.DARK, "&Dark", "Show light letters on dark."),
            (
                ThemeChoice.CONTRAST_LIGHT,
                "&High contrast, light",
                "Show black letters on white, with every line strong.",
            ),
            (
                ThemeChoice.CONTRAST_DARK,
                "High &contrast, dark",
                "Show white letters on black, with every line strong.",
            ),
        )
    ),
    Action(
        "largerText",
        VIEW,
        "&Larger text",
        "Make the font of all texts larger.",
        lambda window: window.themes.enlarge_text(1),
        "Ctrl++ Ctrl+=",
        line=True,
    ),
    Action(
        "smallerText",
        VIEW,
        "&Smaller text",
        "Make the font of all texts smaller.",
        lambda window: window.themes.enlarge_text(-1),
        "Ctrl+-",
    ),
    Action(
        "normalText",
        VIEW,
        "&Normal text size",
        "Give the font of all texts its usual size.",
        lambda window: window.themes.enlarge_text(0),
        "Ctrl+0",
    ),
    Action(
        "fullScreen",
        VIEW,
        "&Full screen",
        "Fill the screen with the window.",
        _toggle_full_screen,
        "F11",
        is_on=lambda window: window.isFullScreen(),
    ),
    Action(
        "projector",
        VIEW,
        "Pro&jector",
        "Show the window to a class: large text, high contrast, full screen.",
        lambda window: window.projector.toggle(),
        "Shift+F11",
        is_on=lambda window: window.projector.is_on,
    ),
    Action(
        "resetLayout",
        VIEW,
        "Reset la&yout",
        "Put window and drawing back to where they were at the first start.",
        lambda window: window.reset_layout(),
        line=True,
    ),
)
HELP_ACTIONS = (
    Action(
        "search",
        HELP,
        "&Search all commands…",
        "Find anything that can be done, and do it.",
        lambda window: window.palette_wanted.emit(),
        "Ctrl+K",
    ),
    Choices(
        HELP,
        "&Lessons",
        "Be led through the program, step by step.",
        lambda window: window.lessons.entries(),
    ),
    Action(
        "shortcuts",
        HELP,
        "&Keyboard shortcuts",
        "List every key.",
        lambda window: show_shortcuts(window, ACTIONS),
        "F1",
    ),
    Action("reportProblem", HELP, "&Report a problem…", "Copy versions and the log for it.", show_problem_report),
    *GUIDE_ACTIONS,
    Action("about", HELP, "&About digitgui", "Show version and licence.", show_about),
)
ACTIONS: tuple[Action | Choices, ...] = (
    *FILE_ACTIONS,
    *EDIT_ACTIONS,
    *VIEW_ACTIONS,
    *MODEL_ACTIONS,
    *DATA_ACTIONS,
    *HELP_ACTIONS,
)
