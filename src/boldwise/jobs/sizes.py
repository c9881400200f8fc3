"""How large a study is: the numbers that the time and the disk of jobs grow with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

from boldwise.errors import ConfigError
from boldwise.settings.study import Config


@dataclass(frozen=True)
class Sizes:
    """Sizes of a study, or of one of its jobs.

    Attributes
    ----------
    subjects, stimuli : int
        ``stimuli``: of the whole study.
    seen, train, test, trials : int
        Of one subject: stimuli, those to fit and to test on, showings.
    voxels : int
        Of one subject.
    features : int
        Columns of the feature spaces that a job reads.
    pixels : int
        Of one image.
    encoders, permutations, shuffles : int
    """

    subjects: int = 1
    stimuli: int = 1
    seen: int = 1
    train: int = 1
    test: int = 1
    trials: int = 1
    voxels: int = 1
    features: int = 1
    pixels: int = 224 * 224
    encoders: int = 1
    permutations: int = 1
    shuffles: int = 1

    def product(self, term: str) -> float:
        """Multiply sizes: ``"train*voxels"``."""
        return float(prod(getattr(self, name) for name in term.split("*")))


def sizes_of(config: Config, given: Mapping[str, int | None]) -> Sizes:
    """Find the sizes of a study.

    A simulated study tells its own. Of others, and to ask what a larger one would
    take, they are given; what is not given keeps its proportion.

    Parameters
    ----------
    config : Config
    given : mapping of size to int or None

    Returns
    -------
    sizes : Sizes

    Raises
    ------
    ConfigError
        If sizes are needed that the config does not tell.
    """
    chosen = {name: value for name, value in given.items() if value}
    base = _of_config(config)
    lacking = [n for n in ("stimuli", "voxels") if not getattr(base, n) | (n in chosen)]
    if lacking:
        raise ConfigError(
            f"dataset.kind '{config.dataset.kind}' does not tell its sizes before it "
            f"is read; give them: {' '.join(f'--{name} N' for name in lacking)}."
        )
    sizes = replace(base, **chosen)
    ratio = sizes.stimuli / base.stimuli if base.stimuli else 1.0
    old = base.seen or sizes.stimuli
    seen = chosen.get("seen", round(old * ratio) if base.seen else sizes.stimuli)
    test = chosen.get("test", round(base.test * seen / old) or max(1, seen // 10))
    trials = chosen.get("trials", round(base.trials * seen / old) or seen)
    if test >= seen:
        raise ConfigError(
            f"{test} test stimuli of {seen} that a subject sees leave none to train on."
        )
    return replace(sizes, seen=seen, test=test, train=seen - test, trials=trials)


def width_of(space: Mapping[str, Any], widths: Mapping[str, int], other: int) -> int:
    """Guess the columns of a feature space from its options.

    Parameters
    ----------
    space : mapping
    widths : mapping of kind or model to int
    other : int
        For what none of them knows.

    Returns
    -------
    n_features : int
    """
    if space.get("n_components"):
        return int(space["n_components"])
    own = widths.get(str(space.get("model")), widths.get(str(space.get("kind")), other))
    return int(own)


def as_plain(sizes: Sizes) -> dict[str, int]:
    """Give sizes by name.

    Parameters
    ----------
    sizes : Sizes

    Returns
    -------
    plain : dict of str to int
    """
    return asdict(sizes)


def _of_config(config: Config) -> Sizes:
    data: Any = config.dataset
    known = Sizes(
        subjects=len(data.subjects),
        stimuli=0,
        seen=0,
        test=0,
        trials=0,
        voxels=0,
        encoders=len(config.encoders),
        permutations=config.evaluation.n_permutations,
        shuffles=config.evaluation.n_shuffles,
    )
    if data.kind != "simulated":
        return known
    return replace(
        known,
        stimuli=data.n_shared + data.n_unique * len(data.subjects),
        seen=data.n_shared + data.n_unique,
        test=data.n_shared,
        train=data.n_unique,
        trials=data.n_shared * data.n_repeats + data.n_unique,
        voxels=data.n_responsive + data.n_noise,
        pixels=data.image_size_px**2,
    )
