"""Files and responses of one subject -> quality, and its pictures. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.quality import read_quality
from boldwise.io.quality_stores import write_quality
from boldwise.reporting.quality_figures import draw_quality
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    quality = read_quality(
        job.params.source,
        job.wildcards.subject,
        job.params.options,
        responses=job.input.responses,
        features=job.input.features,
    )

    figures = draw_quality(quality)

    write_quality(job.output.quality, quality, provenance=job.provenance)
    save_figures(job.output, figures)
    job.log.info("%d figures of %d voxels", len(figures), len(quality.voxels))
