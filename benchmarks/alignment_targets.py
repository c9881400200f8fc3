"""Identify clips by what was said and shown, from brains aligned by function.

Run it: ``python benchmarks/alignment_targets.py [--json] [--seeds 0]``. People, clips
and folds as in ``benchmarks/alignment.py``: 80 clips to train on, 40 to identify. A
ridge from responses to the embedding of a clip is fitted on the person's own responses,
or on the mean of the other seven in a template, where the person is placed afterwards:
a decoder for someone who lends it no trial, but for the alignment.

Candidates of ``40-way`` are the held-out clips. ``60-way`` adds 20 of the 80 trained
clips, on average over all draws, ``120-way`` adds all: distractors that the decoder has
seen, towards which predictions lean. ``shuffled``: embeddings are shuffled over the
training clips. Intervals are 95 % over people (Student's t).
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from alignment import METHODS, hide, read_people, split_actions
from encoder_clips import SPACES, read_captions, read_images
from scipy.special import gammaln
from scipy.stats import t

from boldwise.decoders.alignment.methods import fit_template, place_method
from boldwise.decoders.alignment.whitening import fit_whitening
from boldwise.decoders.linear import RidgeDecoder
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.splits import Split
from boldwise.features.extraction import extract_features
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import Stimuli, find_rows
from boldwise.features.registry import extractor_of
from boldwise.responses.subjects import shared_voxels
from boldwise.settings.alignment import AcrossSubjects

Row = dict[str, Any]
TARGETS = ("words", "clip", "gabor")
OWN = "own responses"
SOURCES = (
    OWN, "anatomy", "anatomy + ridge + whitening", "shared response",
    "shared response + ridge + whitening",
)  # fmt: skip
POOLS = ((2, 0), (5, 0), (10, 0), (20, 0), (40, 0), (40, 20), (40, 80))


@dataclass(frozen=True)
class Task:
    """One fold: responses of all people, and embeddings of the clips.

    Attributes
    ----------
    train, test : array of shape (n_people, n, n_voxels)
        Responses to the training and to the held-out clips.
    target : dict of (array of shape (n_train, d), array of shape (n_test, d))
        By name, in standard deviations of the training clips.
    cv : array of int, shape (n_train,)
        Inner folds of whole actions.
    """

    train: np.ndarray
    test: np.ndarray
    target: dict[str, tuple[np.ndarray, np.ndarray]]
    cv: np.ndarray


def found_first(
    prediction: np.ndarray, held: np.ndarray, trained: np.ndarray, pool: tuple[int, int]
) -> float:
    """Tell how many clips come first, as a share, in a pool drawn at random.

    Parameters
    ----------
    prediction, held : array of shape (n_test, d)
        Row by row of the same clips.
    trained : array of shape (n_train, d)
    pool : (int, int)
        Held-out candidates, the true one included, and trained ones.

    Returns
    -------
    share : float
    """
    similarity = correlate_rows(prediction, held)
    own = similarity.diagonal()[:, None]
    above = (similarity > own).sum(1)
    above_trained = (correlate_rows(prediction, trained) > own).sum(1)
    n_held, n_trained = pool
    free = none_of(len(held) - 1, above, n_held - 1)
    return float((free * none_of(len(trained), above_trained, n_trained)).mean())


def none_of(n: int, better: np.ndarray, drawn: int) -> np.ndarray:
    """Probability that ``drawn`` of ``n`` candidates hold none of the better ones.

    Parameters
    ----------
    n : int
    better : array of int, shape (n_items,)
    drawn : int

    Returns
    -------
    probability : array of shape (n_items,)
    """

    def chosen(a: Any) -> Any:  # logarithm of a over drawn, where there are so many
        return gammaln(a + 1) - gammaln(np.maximum(a - drawn, 0) + 1)

    left = n - better
    return np.where(left >= drawn, np.exp(chosen(left) - chosen(n)), 0.0)


def place(
    others: list[np.ndarray],
    train: np.ndarray,
    test: np.ndarray,
    method: dict[str, Any],
    cv: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Template of the others on the training clips; the person's held-out ones in it.

    Parameters
    ----------
    others : list of array of shape (n_train, n_voxels)
    train, test : array of shape (n_train, n_voxels) and (n_test, n_voxels)
        Of the person.
    method : dict
        Options of the alignment.
    cv : array of int, shape (n_train,)

    Returns
    -------
    pattern, placed : array of shape (n_train, n_common) and (n_test, n_common)
    """
    filled = AcrossSubjects(kind="across_subjects", alignment=method).model_dump()
    options = filled["alignment"]
    template = fit_template(others, options)
    placed = place_method(options, cv)(train, template.pattern).apply(test)
    if not options["whiten"]:
        return template.pattern, placed
    whitening = fit_whitening(template.pattern)
    return whitening.apply(template.pattern), whitening.apply(placed)


def make_tasks(people: dict[str, Any], stimuli: Stimuli, split: Split) -> list[Task]:
    """Join responses and embeddings of every fold by id."""
    ids, group = np.asarray(stimuli.stimulus_id), np.asarray(stimuli.group)
    folds = [(split.train_ids(k), split.test_ids(k)) for k in range(split.n_folds)]
    embedding = embed(ids, [train for train, _ in folds])
    made = []
    for k, both in enumerate(folds):
        seen, held = (find_rows(ids, one, what="clips") for one in both)
        target = {}
        for name, each in embedding.items():
            mean, spread = each[k][seen].mean(0), each[k][seen].std(0)
            standard = (each[k] - mean) / spread
            target[name] = standard[seen], standard[held]
        action = np.unique(group[seen], return_inverse=True)[1]
        made.append(Task(*(respond(people, one) for one in both), target, action % 5))
    return made


def keep_shared(people: dict[str, Any]) -> dict[str, Any]:
    """Keep the voxels that all people have: responses (n, n_shared) of each."""
    kept = shared_voxels([one.voxels for one in people.values()])
    return {
        name: replace(
            one, response=one.response[:, columns], voxels=one.voxels.take(columns)
        )
        for (name, one), columns in zip(people.items(), kept, strict=True)
    }


def respond(people: dict[str, Any], wanted: np.ndarray) -> np.ndarray:
    """Responses of all people to these clips: (n_people, n, n_voxels)."""
    rows = [
        find_rows(one.trials.stimulus_id, wanted, what="responses")
        for one in people.values()
    ]
    pairs = zip(people.values(), rows, strict=True)
    return np.stack([one.response[row] for one, row in pairs])


def embed(ids: np.ndarray, train: list[np.ndarray]) -> dict[str, list[np.ndarray]]:
    """Embeddings (n_clips, d) of all clips by name, fitted in each fold."""
    seen = Stimuli(ids, read_images(ids), read_captions(ids))
    found = {}
    for name in TARGETS:
        kind, options, fitting = SPACES[name]
        space = extract_features(seen, extractor_of(kind), options)
        fitted = fit_on_train(space, train, **fitting)
        order = find_rows(fitted.stimulus_id, ids, what="clips")
        found[name] = [feature[order] for feature in fitted.feature]
    return found


def shares(task: Task, who: int, source: str) -> dict[tuple[str, bool], list[float]]:
    """Share found first in every pool: by target, and whether it was shuffled."""
    train, test = task.train[who], task.test[who]
    if source != OWN:
        others = list(np.delete(task.train, who, axis=0))
        train, test = place(others, train, test, METHODS[source], task.cv)
    order = np.random.default_rng(who).permutation(len(train))
    found = {}
    for name, (trained, held) in task.target.items():
        for shuffled in (False, True):
            target = trained[order] if shuffled else trained
            decoder = RidgeDecoder(cv=task.cv).fit(train, target)
            told = decoder.predict(test)
            found[name, shuffled] = [
                found_first(told, held, trained, pool) for pool in POOLS
            ]
    return found


def measure(tasks: list[Task], source: str) -> Iterator[Row]:
    """Top-1 by pool: mean over folds and people, and half an interval over people."""
    people = range(len(tasks[0].train))
    found = [[shares(task, who, source) for who in people] for task in tasks]
    labels = [f"{a}-way" if not b else f"{a + b}-way, {b} trained" for a, b in POOLS]
    for name, shuffled in found[0][0]:
        share = np.mean([[w[name, shuffled] for w in fold] for fold in found], axis=0)
        half = t.ppf(0.975, len(share) - 1) * share.std(0, ddof=1) / len(share) ** 0.5
        told = zip(labels, share.mean(0).tolist(), half.tolist(), strict=True)
        row = {"case": source, "target": name, "shuffled": shuffled}
        yield row | {label: [mean, around] for label, mean, around in told}


def main() -> None:
    """Print a row per source, target and state of the anatomy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    asked = parser.parse_args()
    people, stimuli = read_people()
    people = keep_shared(people)
    splits = [split_actions(people, stimuli, seed=seed) for seed in asked.seeds]
    for anatomy, shown in (("known", people), ("hidden", hide(people))):
        tasks = [one for split in splits for one in make_tasks(shown, stimuli, split)]
        for source in SOURCES:
            for row in measure(tasks, source):
                say({"anatomy": anatomy} | row, as_json=asked.json)


def say(row: Row, *, as_json: bool) -> None:
    """Print one row."""
    if as_json:
        print(json.dumps(row), flush=True)
        return
    shuffled = "shuffled" if row["shuffled"] else ""
    print(f"{row['anatomy']:7}{row['case']:37}{row['target']:6}{shuffled:9}", end="")
    told = [f"{k}: {v[0]:.3f} ± {v[1]:.3f}" for k, v in row.items() if "way" in k]
    print("  ".join(told), flush=True)


if __name__ == "__main__":
    main()
