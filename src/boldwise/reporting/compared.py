"""Several studies as records: what each found, and in what they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boldwise.reporting.blocks import NO_NUMBER, Section, Table, Text
from boldwise.reporting.scores_table import ScoreTable
from boldwise.reporting.study import TableRow

MANY_OPTIONS = 40
ABSENT = "not there"


@dataclass(frozen=True)
class ComparedSplit:
    """What a study found under one split.

    Attributes
    ----------
    n_train, n_test : int
        Stimuli, over all folds.
    scores : ScoreTable
    identification : sequence of rows
    shuffled : mapping of (model, roi) to (mean, low, high)
    """

    n_train: int
    n_test: int
    scores: ScoreTable = field(default_factory=dict)
    identification: Sequence[TableRow] = ()
    shuffled: Mapping[tuple[str, str], tuple[float, float, float]] = field(
        default_factory=dict
    )


@dataclass(frozen=True)
class ComparedStudy:
    """One of several studies.

    Attributes
    ----------
    name : str
    subjects : sequence of str
    splits : mapping of name to ComparedSplit
    options, code : mapping of str to str
        What made its stores: options by place and name, hashes of code by rule.
    """

    name: str
    subjects: Sequence[str]
    splits: Mapping[str, ComparedSplit]
    options: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> ComparedSplit:
        """Results under the first split: those that are compared."""
        return next(iter(self.splits.values()))


def differing(
    tables: Sequence[Mapping[str, str]],
) -> list[tuple[str, tuple[str, ...]]]:
    """Find what is not the same in all of several tables.

    Parameters
    ----------
    tables : sequence of mapping

    Returns
    -------
    rows : list of (name, values)
        One value for each table.
    """
    names = list(dict.fromkeys(name for table in tables for name in table))
    rows = [
        (name, tuple(table.get(name, ABSENT) for table in tables)) for name in names
    ]
    return [row for row in rows if len(set(row[1])) > 1]


def differences_section(studies: Sequence[ComparedStudy]) -> Section:
    """Say in which parts, options and code studies differ.

    Parameters
    ----------
    studies : sequence of ComparedStudy

    Returns
    -------
    section : Section
    """
    section = Section("options", "What differs")
    names = [one.name for one in studies]
    some, options = in_some(studies), options_of_all(studies)
    if some:
        section.blocks.append(
            Table(
                ("stores", *names),
                [
                    (place, *("there" if there else NO_NUMBER for there in row))
                    for place, row in some
                ],
                title=f"{len(some)} parts are not in every study",
            )
        )
    if options:
        section.blocks.append(
            Table(
                ("option", *names),
                [(name, *values) for name, values in options],
                title=f"{len(options)} options of parts that all studies have",
                note="Read from the stores, whatever their configs say by now.",
                folded=len(options) > MANY_OPTIONS,
            )
        )
    if not some and not options:
        section.blocks.append(Text(["All options of all stores are the same."]))
    code = differing([one.code for one in studies])
    if code:
        section.blocks.append(
            Table(
                ("rule", *names),
                [(name, *values) for name, values in code],
                title=f"{len(code)} rules were run by different code, or by some only",
                note="Hashes of a script and of all that it imports from boldwise.",
                folded=True,
            )
        )
    return section


def _places(study: ComparedStudy) -> set[str]:
    return {name.partition(": ")[0] for name in study.options}


def _shared(places: Sequence[set[str]]) -> set[str]:
    return {one for one in places[0] if all(one in others for others in places)}


def in_some(studies: Sequence[ComparedStudy]) -> list[tuple[str, list[bool]]]:
    """List the stores that some studies have and others lack.

    Parameters
    ----------
    studies : sequence of ComparedStudy

    Returns
    -------
    rows : list of (place, whether each study has it)
    """
    own = [_places(one) for one in studies]
    lacking = set[str]().union(*own) - _shared(own)
    return [(place, [place in one for one in own]) for place in sorted(lacking)]


def options_of_all(
    studies: Sequence[ComparedStudy],
) -> list[tuple[str, tuple[str, ...]]]:
    """List the options that differ, of stores that every study has.

    Parameters
    ----------
    studies : sequence of ComparedStudy

    Returns
    -------
    rows : list of (name, values)
    """
    shared = _shared([_places(one) for one in studies])
    return differing(
        [
            {
                name: value
                for name, value in one.options.items()
                if name.partition(": ")[0] in shared
            }
            for one in studies
        ]
    )
