"""How own digits are read: ``make own-digits PICTURES=folder``, of files named ``author_digit_n``.

Prints what is not read rightly and surely, and the figures: of everything, and of two halves of the authors, one
to choose by and one to report by.
"""

import argparse
from collections import Counter
from pathlib import Path

from digitgui.installation.shipped import open_model
from model.readers.picture_answers import PictureAnswer, answer_pictures
from model.readers.picture_files import read_picture


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--model", default="default")
    options = parser.parse_args()
    files = sorted(options.pictures.iterdir())
    answers = answer_pictures(open_model(options.model), [read_picture(file) for file in files])
    outcomes = [outcome(file, answer) for file, answer in zip(files, answers, strict=True)]
    for file, answer, found in zip(files, answers, outcomes, strict=True):
        if found != "right, sure":
            print(f"{file.name}: {found}: {answer.digit} {answer.number} {answer.doubt}")
    authors = sorted({author(file) for file in files})
    for title, chosen in (("all", authors), ("first half", authors[::2]), ("second half", authors[1::2])):
        counts = Counter(found for file, found in zip(files, outcomes, strict=True) if author(file) in chosen)
        right = counts["right, sure"] + counts["right, doubted"]
        print(
            f"{title}: {len(chosen)} authors, {counts.total()} pictures, {right / counts.total():.2%} right,"
            f" {counts['wrong, sure']} wrong and sure, {counts['right, doubted']} right and doubted"
        )


def author(file: Path) -> str:
    return file.stem.split("_")[0]


def outcome(file: Path, answer: PictureAnswer) -> str:
    said = answer.number or str(answer.digit)
    right = "right" if said == file.stem.split("_")[1] else "wrong"
    return f"{right}, {'doubted' if answer.doubt else 'sure'}"


if __name__ == "__main__":
    main()
