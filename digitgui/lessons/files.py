"""What a lesson lies in."""

from pathlib import Path

__all__ = ["LESSON_FILE", "is_lesson"]

LESSON_FILE = "lesson.md"


def is_lesson(path: Path) -> bool:
    """Tell whether this is a folder with a lesson in it, or the text of one."""
    return path.name == LESSON_FILE or (path / LESSON_FILE).is_file()
