"""Where the runs of a dataset lie: named by templates, or found by their labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boldwise.io.fmriprep import Query, find_runs
from boldwise.io.paths import expand
from boldwise.io.run_files import RunFiles, fill_sides


@dataclass(frozen=True)
class BoldSource:
    """Where the runs of a dataset lie; as ``settings.sources`` hands it out.

    Attributes
    ----------
    root : str
        Folder; all files are below it, with ``{subject}``, ``{session}``, ``{run}``
        and, for surfaces, ``{hemisphere}`` (L, R) or ``{hemi}`` (lh, rh).
    runs : sequence of str
        Labels.
    bold, events : str
        Files of a run.
    confounds, mask : str or None
        Masks of several runs are intersected; without one, voxels that vary are used.
    rois : mapping of str
        Masks by name.
    atlases : mapping of mapping
        Label images by name: fields of ``Atlas``.
    stimulus_id : str
        Id of a trial, from the columns of the events.
    tr_s, start_time_s : float or None
        Win over sidecars and headers.
    sessions : mapping of sequence of str
        Runs of each session; empty: one session.
    space : str
    id_rule : mapping
        Fields of ``IdRule``.
    query : mapping or None
        Fields of ``Query``: runs are found by their labels instead, and ``runs``,
        ``bold``, ``events``, ``confounds`` and ``sessions`` are not used.
    """

    root: str
    runs: Sequence[str] = ()
    bold: str = ""
    events: str = ""
    confounds: str | None = None
    mask: str | None = None
    rois: Mapping[str, str] = field(default_factory=dict)
    atlases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stimulus_id: str = "{stimulus_id}"
    tr_s: float | None = None
    start_time_s: float | None = None
    sessions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    space: str = "unknown"
    id_rule: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] | None = None

    def run_files(self, subject: str, *, events: bool = True) -> list[RunFiles]:
        """List the files of all runs of a subject.

        Parameters
        ----------
        subject : str
        events : bool
            Whether runs that are found by their labels need events.

        Returns
        -------
        files : list of RunFiles
            In the order of the experiment.
        """
        if self.query is not None:
            return find_runs(Query(**self.query), subject, events=events)
        return [self._by_template(self.labels(subject, run)) for run in self.runs]

    def labels(self, subject: str, run: str) -> dict[str, str]:
        """Name a run, for templates of files and stimulus ids."""
        session = next((s for s, runs in self.sessions.items() if run in runs), "1")
        return {"subject": subject, "session": session, "run": run}

    def masks(self, subject: str) -> list[tuple[Path, ...]]:
        """List the masks of a subject: one file, or left and right, for each run."""
        if self.mask and self.query is None:
            labels = [self.labels(subject, run) for run in self.runs]
        elif self.mask:
            labels = [{"subject": subject, "session": "", "run": ""}]
        else:
            found = self.run_files(subject, events=False) if self.query else []
            return [(path,) for path in sorted({f.mask for f in found if f.mask})]
        return sorted({self._below(self.mask, one) for one in labels})

    def located(self, template: str, subject: str) -> tuple[Path, ...]:
        """Fill in the template of a subject's region: one file, or left and right."""
        run = self.runs[0] if self.runs else ""
        return self._below(template, self.labels(subject, run))

    def _by_template(self, labels: Mapping[str, str]) -> RunFiles:
        one = {
            name: self._below(template, labels)[0] if template else None
            for name, template in (("events", self.events), ("noise", self.confounds))
        }
        return RunFiles(
            run=labels["run"],
            session=labels["session"],
            bold=self._below(self.bold, labels),
            events=one["events"],
            confounds=one["noise"],
            labels=labels,
        )

    def _below(self, template: str, labels: Mapping[str, str]) -> tuple[Path, ...]:
        folder = expand(self.root)
        return tuple(folder / name for name in fill_sides(template, labels))
