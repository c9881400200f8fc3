"""Trial tables and stimuli -> a split that was checked for leakage."""

from typing import TYPE_CHECKING

from boldwise.evaluation.leakage import audit_split, check_split, needed_gap_s
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.shown_once import shown_once
from boldwise.io.records import read_stimuli, write_split
from boldwise.io.score_stores import read_listed, read_seen, read_tr_s
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    given, options = job.input, job.params.options
    stimuli = read_stimuli(given.stimuli, images=False)
    seen = read_seen(given.responses) or {"nobody": shown_once(stimuli)}
    sharing = {name: options[name] for name in options if name.startswith("share_")}
    tr_s, delay = read_tr_s(given.responses), job.params.longest_delay
    gap_s = needed_gap_s(job.params.estimate, longest_delay=delay, tr_s=tr_s)

    split = make_split(
        seen,
        stimuli,
        name=job.wildcards.split,
        options={**options, "needed_gap_s": gap_s, "test": read_listed(given.listed)},
    )
    check_split(
        split,
        seen,
        stimuli,
        gap_s=gap_s,
        **sharing,
    )

    audit = audit_split(split, seen, gap_s=gap_s)
    write_split(job.output.split, split, audit=audit, provenance=job.provenance)
    job.log.info("%s hash %s", split.reason, split.hash)
