"""Region-query encoders of one subject -> where queries looked. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.records import open_stimuli
from boldwise.io.trained_results import read_attention_maps
from boldwise.reporting.attention_maps import draw_attention_maps
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, open_stimuli(job.input.stimuli) as stimuli:
    maps = read_attention_maps(job.input.models, stimuli)

    figure = draw_attention_maps(maps)

    save_figures(job.output, {"attention_maps": figure})
    job.log.info("%s", figure.get_label())
