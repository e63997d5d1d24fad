"""The words of the window, each explained once.

What is a setting or a figure is explained as everywhere else: by `SETTINGS` and `MEANINGS`. A word that another
explanation has becomes a link to its own. ``python -m digitgui.frame.glossary_terms`` prints the glossary as it is
in the documentation.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from digitgui.wording import with_journal
from model.judging.scores import MEANINGS
from model.training.settings import SETTINGS

__all__ = ["TERMS", "Term", "as_markdown", "linked", "term_named"]

HEAD = """# Glossary

The words that the window uses, as Help, Glossary shows them. Click an underlined word in the window, or press
Shift+F1, to read what it means.
"""


@dataclass(frozen=True, slots=True)
class Term:
    """One word, and what it means.

    Attributes
    ----------
    name : str
    text : str
        One to three sentences.
    also : tuple of str
        Other words for the same.
    """

    name: str
    text: str
    also: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its name in links, as Markdown makes it of a title."""
        return re.sub(r"[^\w -]", "", self.name.lower()).replace(" ", "-")


_WORDS = """
Accuracy
{figure[accuracy]}

Augmentation
{setting[augmentation].help} The validation and test parts are never changed.

Batch | mini-batch
The pictures that are learned from at once, between two changes of the weights.

Batch normalisation | batchnorm
Scales the numbers of a layer to mean 0 and standard deviation 1 over a batch, which makes training quicker.

Batch size
{setting[batch_size].help}

Bias
A weight that is added to a sum, whatever the input is.

Calibration
Whether the probabilities of a network mean what they say: of all answers that it is 90 % sure of, 9 in 10 are
right, of those that it is 60 % sure of, 6 in 10.

Calibration error | expected calibration error
{figure[expected_calibration_error]}

Check labels
Lists the pictures whose label the network most doubts. Each is a wrong label, or a hard picture.

Class
One of the kinds that a network tells apart: a digit, a letter, or whatever its data show.

Clip gradients | gradient clipping
{setting[clip_norm].help}

Cohen's kappa | kappa
{figure[kappa]}

Confusion matrix
{figure[confusion]} Right answers lie on its diagonal, from the
top left to the bottom right; all others are confusions.

Convolution
A layer that lays a small kernel over every place of its input and sums the products. The same few weights look
for the same pattern everywhere.

Dense layer | dense
A layer in which every output is a weighted sum of all inputs.

Doubtful | when to doubt
Below a certain probability, or unlike any digit: such an answer is shown in grey, and should not be trusted.
When to doubt, on Draw, sets the line.

Dropout
Sets a random share of the numbers to 0 while training, so that the network relies on none of them.

Ensemble
Several networks that answer together, by the mean of their probabilities.

Epoch
One pass through all training pictures.

F1
{figure[f1]}

Fold | cross-validation
In cross-validation, one of the equal parts that each serve once for validation while a network learns from the
others.

Grad-CAM
Where in the picture the last maps speak for an answer, as a coarse map of heat.

Gradient
How much the loss changes if a weight changes a little. Each training step moves the weights against it.

Initial weights
{setting[initializer].help}

Interval | confidence interval
{figure[interval]} The fewer pictures, the wider it is.

Kernel | filter
The small table of weights of a convolution, such as 3 × 3.

L1
{setting[l1].help}

L2
{setting[l2].help}

Label | right answer
The class that a picture is said to show. It can be wrong: Check labels finds those that most likely are.

Layer
One step of a network: it takes numbers, computes others and hands them on.

Learning rate
{setting[learning_rate].help}

Loss | cross-entropy
{figure[loss]} Training makes it smaller.

Map | feature map
The picture that one kernel makes of its input: bright where its pattern was found.

Mean AP | average precision | precision against recall
{figure[mean_average_precision]}

MNIST
A set of 70,000 handwritten digits of 28 × 28 grey pixels. 5,000 of them come with this program.

Model file
The file of a network, .safetensors: its layers, weights and classes, and what is known of its training. It holds
no code.

Network | model | neural network
A function with many weights that turns a picture into one probability for each class. This program's networks
are plain NumPy.

Occlusion
Covers each place of the picture in turn, and shows where that lowers the probability of the answer.

ONNX
A file format for networks that many other programs read.

Optimiser | sgd | momentum | adam | adamw
{setting[optimizer].help}

Overfitting | overfit
Learning the training pictures by heart: their loss goes on falling while the validation loss rises. More
pictures, augmentation or less training help.

Patience | early stopping
{setting[patience].help}

Pooling | max pooling
Keeps the largest number of each small square, such as 2 × 2, so that maps become smaller and a small shift
matters less.

Precision
{figure[precision]}

Probability | confidence
How likely the network finds a class, from 0 to 100 %. Those of all classes sum to 100 %.

Pruning | prune
Setting the smallest weights to 0, to see how few a network needs.

Recall
{figure[recall]}

ReLU
Replaces negative numbers by 0. Without such a step between them, two layers could do no more than one.

Replay
While teaching: digits of other people that are shown again beside yours. On Draw: the strokes, drawn again.

ROC-AUC | ROC | ROC curve
{figure[roc_auc]}

Run
One training from its first epoch to its end, kept with settings, curves and network on the Runs page.

Saliency
Which pixels the answer hangs on most: by how much the loss changes if a pixel changes a little.

Schedule
{setting[schedule].help}

Seed
{setting[seed].help}

Smoothing | label smoothing
{setting[label_smoothing].help}

Softmax
Turns the last numbers of a network into probabilities: all positive, with the sum 1.

Specificity
{figure[specificity]}

Split
How the pictures are shared out: a training part to learn from, a validation part to watch over learning, a test
part for the final figures.

Standardise
{setting[standardize].help}

Start from
Which weights a training begins with: random ones, drawn by the seed, or those of the open network.

Stratified | stratify
Split so that each part has the same share of every class.

Support
{figure[support]}

Sweep
Many trainings that try every combination of some settings, to compare them.

Teaching | teach | fine-tuning
Training a copy of a network on your own digits. Others are replayed beside them, so that it does not forget.

Test | test part | test pictures
Pictures used neither for learning nor for choosing. Only figures on them say how a network does on new
pictures.

Top 3 | top k
{figure[top_k]}

Training
Changing the weights of a network, batch by batch, so that its loss becomes smaller.

Training part | training pictures
The pictures that a network learns from. How well it reads these says little: it may know them by heart.

Training step | weight update
One change of the weights, after one batch.

Validation | validation part
Pictures that are not learned from, and are measured after every epoch: they show when a network begins to
overfit, and which epoch is best.

Weight decay
{setting[weight_decay].help}

Weights | parameters
The numbers of a network that training changes.
"""
"""Each word, other words for the same, and what it means: with what settings and figures say of themselves."""


def _term(paragraph: str) -> Term:
    words, _, text = paragraph.strip().partition("\n")
    name, *also = words.split(" | ")
    return Term(name, with_journal(text.replace("\n", " ").format(setting=SETTINGS, figure=MEANINGS)), tuple(also))


TERMS: tuple[Term, ...] = tuple(map(_term, _WORDS.split("\n\n")))
"""In the order of the alphabet."""


@cache
def _by_words() -> dict[str, Term]:
    found = {word.casefold(): term for term in TERMS for word in term.also}
    return found | {term.name.casefold(): term for term in TERMS}


def term_named(words: str) -> Term | None:
    """Return the term that these words, and no others, stand for."""
    plain = words.replace("&", "").strip(" :…").casefold()
    return next((found for form in _forms(plain) if (found := _by_words().get(form))), None)


def _forms(word: str) -> tuple[str, ...]:
    """Return a word, and what it may be the plural of."""
    return word, word.removesuffix("s"), word.removesuffix("es")


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_by_words(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})(?:s|es)?\b", re.IGNORECASE)


def linked(term: Term, link: Callable[[str, Term], str]) -> str:
    """Return what a term means, with the first mention of every other term as a link.

    Parameters
    ----------
    term : Term
    link : callable
        Makes a link of the words as they stand there, and the term that they lead to.
    """
    seen = {term}

    def replace(found: re.Match[str]) -> str:
        other = term_named(found[0])
        if other is None or other in seen:
            return found[0]
        seen.add(other)
        return link(found[0], other)

    return _pattern().sub(replace, term.text)


def as_markdown() -> str:
    """Write the glossary as a page of the documentation."""
    entries = []
    for term in TERMS:
        also = f"*Also: {', '.join(term.also)}.*\n\n" if term.also else ""
        entries.append(f"## {term.name}\n\n{also}{linked(term, lambda words, to: f'[{words}](#{to.anchor})')}\n")
    return "\n".join([HEAD, *entries])


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
