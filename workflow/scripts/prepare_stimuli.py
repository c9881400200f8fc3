"""Images, texts, tables and events -> stimuli. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.records import write_stimuli
from boldwise.io.stimulus_files import StimulusSource, read_stimulus_files
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    stimuli = read_stimulus_files(StimulusSource(**job.params.source))

    write_stimuli(job.output.stimuli, stimuli, provenance=job.provenance)
    job.log.info("%d stimuli", len(stimuli))
