"""Pictures among what other programs hand over by the clipboard and by dropping."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from model.readers.picture_files import PICTURE_SUFFIXES

FORMATS = ("image/png", "image/jpeg", "image/bmp", "image/tiff", "image/webp")


def local_files(data: QMimeData) -> list[Path]:
    """List the files and folders."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def holds_picture(data: QMimeData) -> bool:
    """Tell whether it is a picture file by its name, or a picture itself."""
    files = local_files(data)
    if files:
        return files[0].suffix.lower() in PICTURE_SUFFIXES and not files[0].is_dir()
    return data.hasImage()


def encoded_picture(data: QMimeData) -> bytes:
    """Return the bytes of a picture file; empty if there are none, or where Qt would have to make them first."""
    formats = data.formats()
    if "application/x-qt-image" in formats:
        return b""
    return next((bytes(data.data(form).data()) for form in FORMATS if form in formats), b"")
