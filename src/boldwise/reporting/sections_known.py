"""The sections of the page about known answers, methods, and doing it again."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Code,
    Heading,
    References,
    Section,
    Table,
    Text,
    show_number,
)
from boldwise.reporting.methods import write_methods
from boldwise.reporting.reproducibility import find_seeds
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study


def truth_section(study: Study, shelf: Shelf) -> Section:
    """Say whether the simulated truth came out again.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("truth", "Recovery of the simulated truth")
    if study.recovery:
        shown = [row for row in study.recovery if row["holds"]]
        for rows, title in (
            (shown, "What must hold"),
            (study.recovery, "All findings"),
        ):
            section.blocks.append(
                Table(
                    [column.replace("_", " ") for column in study.recovery[0]],
                    [[_tidy(*item) for item in row.items()] for row in rows],
                    title=title,
                    folded=title == "All findings",
                )
            )
    section.blocks += shelf.pictures("recovery")
    return section


def tiny_clip_section(recipe: Mapping[str, Any]) -> Section:
    """Say how well the shipped model matches scenes and captions it never saw.

    Parameters
    ----------
    recipe : mapping
        As ``recipe.json`` beside the weights.

    Returns
    -------
    section : Section
    """
    held_out = recipe["held_out"]
    n_captions = held_out["n_captions"]
    rows = [
        (
            words,
            *(f"{100 * held_out[f'{way}_{top}']:.1f} %" for top in ("top1", "top5")),
        )
        for way, words in (
            ("image_to_text", "caption found for an image"),
            ("text_to_image", "image found for a caption"),
        )
    ]
    rows.append(("chance", f"{100 / n_captions:.1f} %", f"{500 / n_captions:.1f} %"))
    section = Section("tiny-clip", "The tiny CLIP")
    section.blocks += [
        Text(
            [
                "The image and text features named tiny-clip come from a small model "
                f"of {recipe['n_parameters']:,} parameters that ships with boldwise. "
                f"It was trained on {recipe['n_training_scenes']:,} simulated scenes "
                "that are in no dataset."
            ]
        ),
        Table(
            ("retrieval", "first", "among first 5"),
            rows,
            note=f"Among {n_captions:,} held-out scenes with distinct captions, drawn "
            f"from a seed of their own ({held_out['seed']}).",
        ),
    ]
    return section


def methods_section(study: Study, config: Mapping[str, Any]) -> Section:
    """Describe the methods, with citations.

    Parameters
    ----------
    study : Study
    config : mapping
        The checked config, as plain values.

    Returns
    -------
    section : Section
    """
    methods = write_methods(study, config)
    section = Section("methods", "Methods")
    for heading, text in methods.paragraphs.items():
        section.blocks += [Heading(heading), Text([text])]
    section.blocks += [Heading("References"), References(methods.references)]
    return section


def reproducibility_section(
    study: Study, config: Mapping[str, Any], *, versions: Mapping[str, str], commit: str
) -> Section:
    """List what it takes to get the same numbers again.

    Parameters
    ----------
    study : Study
    config : mapping
    versions : mapping of package to str
    commit : str

    Returns
    -------
    section : Section
    """
    import yaml

    seeds = [(place, str(seed)) for place, seed in find_seeds(config).items()]
    dump = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
    section = Section("again", "Reproducibility")
    section.blocks += [
        Text(
            [
                f"Commit: {commit}. The same commit, config and data give the same "
                "bytes on the same kind of processor, for any number of cores."
            ]
        ),
        Table(("package", "version"), list(versions.items()), title="Versions"),
        Table(("place in the config", "seed"), seeds, title="Seeds"),
        Table(
            ("rule", "hash"),
            list(study.code.items()),
            title="Code of each rule",
            note="Hash of a rule's script and of all that it imports from boldwise; "
            "every store holds its own, beside the options used and hashes of its "
            "inputs.",
            folded=True,
        ),
        Code("The config, with its defaults", dump),
    ]
    return section


def _tidy(column: str, cell: str) -> str:
    """Round numbers of a table for reading; leave words and counts alone."""
    if column.startswith("n_"):
        return cell
    try:
        value = float(cell)
    except ValueError:
        return cell.replace(">=", "≥").replace("<=", "≤")
    return show_number(value, digits=3) if isfinite(value) else NO_NUMBER
