"""The sub-command ``evaluate``: measure a model on labelled pictures, or compare two."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.command_line.terminal import add_data_options, as_text, check_target, open_data_aloud
from digitgui.installation.shipped import SHIPPED_NOTE, has_learned_from, open_reader
from model.data.dataset import PARTS, Dataset
from model.errors import ConfigError
from model.judging.belonging import check_belongs
from model.judging.comparison import Comparison, compare
from model.judging.ensemble import AnyNetwork, Ensemble, members_of
from model.judging.evaluation import evaluate, score_logits
from model.network.arrays import IndexArray
from model.runs.ensemble_files import save_reader
from model.runs.provenance import is_other_selection


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "models", metavar="MODEL", nargs="+", help="a model file, or default; several are averaged as an ensemble"
    )
    add_data_options(parser)
    parser.add_argument(
        "--split", choices=[*PARTS, "all"], default="test", help="the part to measure on (default: %(default)s)"
    )
    parser.add_argument(
        "--compare", action="store_true", help="compare two networks picture by picture, instead of averaging them"
    )
    parser.add_argument(
        "--save", metavar="FILE", type=Path, help="save the ensemble of several networks in one file"
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the options do not fit together."""
    if options.compare and len(options.models) != 2:
        raise ConfigError(f"--compare takes two model files, got {len(options.models)}")
    if options.save and (options.compare or len(options.models) < 2):
        raise ConfigError("--save writes an ensemble: name at least two model files, without --compare")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Evaluate a model, or the mean of several, and return the figures."""
    if any(has_learned_from(name, options.data) for name in options.models):
        say(SHIPPED_NOTE)
    if options.compare:
        return _run_comparison(options)
    check_target(options.save)
    networks = [open_reader(name) for name in options.models]
    members = [one for network in networks for one in members_of(network)]
    network = networks[0] if len(networks) == 1 else Ensemble(members)
    if options.save:
        save_reader(network, options.save)
        say(f"written to {options.save}")
    name = " + ".join(options.models)
    dataset = open_data_aloud(options)
    _warn_of_known_pictures(options, networks, dataset)
    check_belongs(network, dataset)
    scores = evaluate(network, *dataset.part(options.split))
    if not options.json:
        print(f"{name} on the {options.split} part of {dataset.name}")
        print(as_text(scores, dataset.task))
    return {"model": name, "data": dataset.name, "split": options.split, **scores.as_dict()}


def _warn_of_known_pictures(options: argparse.Namespace, networks: list[AnyNetwork], dataset: Dataset) -> None:
    """Warn if a model learned from another selection of the same source: it may know some of these pictures."""
    for name, network in zip(options.models, networks, strict=True):
        for learned_from in [member.card.provenance.get("data") for member in members_of(network)]:
            if isinstance(learned_from, dict) and is_other_selection(learned_from, dataset):
                say(
                    f"{name} learned from {learned_from.get('name')}, split in another way: it may know some of"
                    " these pictures. Measure it on others, such as an official test set."
                )


def _run_comparison(options: argparse.Namespace) -> dict[str, Any]:
    networks = [open_reader(name) for name in options.models]
    dataset = open_data_aloud(options)
    _warn_of_known_pictures(options, networks, dataset)
    for network in networks:
        check_belongs(network, dataset)
    images, labels = dataset.part(options.split)
    logits = [network.logits(images) for network in networks]
    scores = [score_logits(of_model, labels, dataset.task.class_names) for of_model in logits]
    answers_a, answers_b = (of_model.argmax(axis=1) for of_model in logits)
    comparison = compare(answers_a, answers_b, labels)
    sentence = comparison.sentence(*options.models)
    if not options.json:
        print(f"{len(labels):,} pictures, the {options.split} part of {dataset.name}")
        for letter, name, figures in zip("AB", options.models, scores, strict=True):
            print(f"{letter}: {name}, accuracy {figures.accuracy:.2%}, loss {figures.loss:.4f}")
        print(f"{_counts(comparison)}\n{sentence}")
    return {
        "models": [
            {"model": name, **figures.as_dict()} for name, figures in zip(options.models, scores, strict=True)
        ],
        "data": dataset.name,
        "split": options.split,
        "count": len(labels),
        "comparison": _as_dict(comparison, dataset.indices(options.split)) | {"sentence": sentence},
    }


def _counts(comparison: Comparison) -> str:
    rows = {
        "both are right": comparison.both,
        "only A is right": comparison.only_a,
        "only B is right": comparison.only_b,
        "neither is right": comparison.neither,
    }
    return "\n".join(f"{title:<17}{len(pictures):>9,}" for title, pictures in rows.items())


def _as_dict(comparison: Comparison, indices: IndexArray) -> dict[str, Any]:
    """Count the pictures, and list by index those that not both get right."""
    return {
        "both": len(comparison.both),
        "only_a": len(comparison.only_a),
        "only_b": len(comparison.only_b),
        "neither": len(comparison.neither),
        "p_value": comparison.p_value,
        "pictures": {
            "only_a": indices[comparison.only_a],
            "only_b": indices[comparison.only_b],
            "neither": indices[comparison.neither],
        },
    }
