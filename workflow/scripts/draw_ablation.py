"""What regions are worth to decoders -> bars. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.ablation_stores import read_ablations
from boldwise.io.figure_files import save_figures
from boldwise.io.records import read_split
from boldwise.reporting.ablation import draw_ablation
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    shares, _ = read_ablations(job.input.ablations, read_split(job.input.split))

    figure = draw_ablation(shares, individuals=job.params.individuals)

    save_figures(job.output, {"ablation": figure})
    job.log.info("%d decoders", len(shares))
