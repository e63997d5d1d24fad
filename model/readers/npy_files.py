"""Data sets as NumPy arrays in files of their own, such as images.npy and labels.npy."""

from pathlib import Path

from model.array_files import Head, check_array, read_array, read_head
from model.bounds import check_size
from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.digit_arrays import FoundArrays
from model.readers.forms import PICKLE_REFUSED
from model.readers.names import part_of
from model.readers.npz_files import needed_of, paired

__all__ = ["read_npy"]


def read_npy(path: Path, on_progress: OnProgress) -> FoundArrays:
    """Read the .npy files of a folder, or one of pictures and the labels that lie beside it.

    Raises
    ------
    DataFormatError
        If a file is damaged, or holds something else.
    """
    folder = path if path.is_dir() else path.parent
    files = {file.stem: file for file in sorted(folder.glob("*.npy"))}
    heads: dict[str, Head] = {}
    for key, file in files.items():
        try:
            with told_as(DataFormatError, _damage(file)), file.open("rb") as stream:
                heads[key] = read_head(stream)
        except (DataFormatError, OSError):
            if path in (file, folder):
                raise
    if any(dtype.hasobject for key, (_, dtype) in heads.items() if path in (folder, files[key])):
        raise DataFormatError(f"{path.name}: {PICKLE_REFUSED}")
    if path.is_file():  # of the others, only what may be its labels
        images = {other for other, (shape, _) in heads.items() if other != path.stem and len(shape) > 1}
        apart = {key for key in heads if part_of(key) not in (part_of(path.stem), None)}
        labels_like = {key for key in images if heads[key][0][1:] in ((1,), (10,))}
        heads = {key: head for key, head in heads.items() if key not in apart | (images - labels_like)}
    arrays, needed = {}, 0
    for key in needed_of(heads, path.name):
        on_progress(0, 0)
        with told_as(DataFormatError, _damage(files[key])):
            size = check_array(key, heads[key], files[key].stat().st_size)
            needed += size
            check_size(path.name, needed)
            with files[key].open("rb") as stream:
                arrays[key] = read_array(stream, size)
    found = paired(arrays, heads, path.name)
    return found if path.is_dir() else FoundArrays(found.parts, class_names=found.class_names)


def _damage(file: Path) -> str:
    return f"{file.name}: expected a NumPy array, found a damaged file or another: save it again with numpy.save"
