"""Which scene is shown when: shared scenes repeat, in runs of their own."""

from dataclasses import dataclass

import numpy as np

from boldwise.simulate.layout import count_runs, label_runs

DURATION_SHARE = 0.75  # of the spacing: a scene is shown 3 s of every 4 s
TRIALS_PER_BLANK = 8
LEAD_S, TAIL_S = 4.0, 16.0


@dataclass(frozen=True)
class Protocol:
    """What one subject sees, and how fast.

    Attributes
    ----------
    n_shared : int
        Scenes that every subject sees ``n_repeats`` times.
    n_repeats : int
    n_unique : int
        Scenes that this subject alone sees, once.
    trials_per_run : int
        At most so many.
    trial_spacing_s : float
        From onset to onset, in seconds.
    tr_s : float
        Repetition time, in seconds.
    """

    n_shared: int
    n_repeats: int
    n_unique: int
    trials_per_run: int
    trial_spacing_s: float
    tr_s: float

    @property
    def runs(self) -> list[str]:
        """Labels of the runs."""
        return label_runs(sum(self.run_counts))

    @property
    def run_counts(self) -> tuple[int, int]:
        """Number of runs of shared and of unique scenes."""
        return count_runs(
            self.n_shared, self.n_repeats, self.n_unique, self.trials_per_run
        )

    @property
    def duration_s(self) -> float:
        """How long a scene is shown, in seconds."""
        return DURATION_SHARE * self.trial_spacing_s


@dataclass(frozen=True)
class RunPlan:
    """The trials of one run, in time order.

    Attributes
    ----------
    run : str
        Label.
    scene : array of int, shape (n_trials,)
        Row of the scene among those that the subject sees.
    onset_s : array of shape (n_trials,)
        Seconds from the start of the run.
    n_volumes : int
    """

    run: str
    scene: np.ndarray
    onset_s: np.ndarray
    n_volumes: int


def name_stimuli(protocol: Protocol, subjects: list[str]) -> np.ndarray:
    """Ids of all scenes: the shared ones, then each subject's own.

    Parameters
    ----------
    protocol : Protocol
    subjects : list of str

    Returns
    -------
    stimulus_id : array of str, shape (n_shared + n_subjects * n_unique,)
    """
    names = [f"shared-{i:05d}" for i in range(protocol.n_shared)]
    for subject in subjects:
        names += [f"sub{subject}-{i:05d}" for i in range(protocol.n_unique)]
    return np.array(names)


def seen_by(subject: str, stimulus_id: np.ndarray) -> np.ndarray:
    """Rows of the scenes that a subject sees, shape (n_shared + n_unique,)."""
    owner = np.char.partition(stimulus_id, "-")[:, 0]
    return np.flatnonzero((owner == "shared") | (owner == f"sub{subject}"))


def plan_runs(protocol: Protocol, *, rng: np.random.Generator) -> list[RunPlan]:
    """Deal trials to runs at random: no scene twice in a run, runs of equal length.

    Parameters
    ----------
    protocol : Protocol
    rng : numpy.random.Generator

    Returns
    -------
    plans : list of RunPlan
        In the order of the session, runs of shared and of unique scenes mixed.
        Scene rows 0 to ``n_shared`` - 1 are the shared scenes.
    """
    n_shared_runs, n_unique_runs = protocol.run_counts
    hands: list[list[int]] = [[] for _ in range(n_shared_runs)]
    for scene in range(protocol.n_shared):
        # The emptiest runs first, ties at random: lengths never differ by more than 1.
        filled = np.array([len(hand) for hand in hands]) + 0.5 * rng.random(len(hands))
        for run in filled.argsort()[: protocol.n_repeats]:
            hands[run].append(scene)
    unique = protocol.n_shared + np.arange(protocol.n_unique)
    dealt = [*map(np.array, hands), *np.array_split(unique, n_unique_runs)]
    return [
        _plan_run(label, dealt[hand], protocol, rng)
        for label, hand in zip(protocol.runs, rng.permutation(len(dealt)), strict=True)
    ]


def _plan_run(
    run: str, scenes: np.ndarray, protocol: Protocol, rng: np.random.Generator
) -> RunPlan:
    """Shuffle a run; one blank in each stretch of trials fixes its baseline.

    Without blanks all over the run, single-trial betas and slow drift cannot be
    told apart.
    """
    n_trials = len(scenes)
    n_blanks = n_trials // TRIALS_PER_BLANK
    stretch = n_trials / max(n_blanks, 1)
    blank = (np.arange(n_blanks) + rng.uniform(0.1, 0.9, n_blanks)) * stretch
    slots = np.arange(n_trials) + np.searchsorted(blank, np.arange(n_trials))
    n_slots = n_trials + n_blanks
    onset_s = LEAD_S + slots * protocol.trial_spacing_s
    end_s = LEAD_S + n_slots * protocol.trial_spacing_s + TAIL_S
    n_volumes = int(np.ceil(end_s / protocol.tr_s))
    return RunPlan(run, rng.permutation(scenes), onset_s, n_volumes)
