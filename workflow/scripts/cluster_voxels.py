"""Embeddings of all subjects' voxels -> parcels, as maps, table and figure."""

from typing import TYPE_CHECKING

from boldwise.encoders.cluster_names import describe_parcels
from boldwise.encoders.voxel_neighbours import cluster_embeddings
from boldwise.io.figure_files import save_figures
from boldwise.io.parcels import COLUMNS, read_embeddings, tabulate_parcels
from boldwise.io.score_maps import write_maps_of
from boldwise.io.score_stores import write_rows
from boldwise.reporting.parcel_maps import draw_parcels
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    embedding, voxels = read_embeddings(job.input.model, job.input.encoders)

    label = cluster_embeddings(
        embedding, n_clusters=job.params.n_clusters, seed=job.params.seed
    )
    regions = {subject: one.roi for subject, one in voxels.items()}
    parcels = describe_parcels(label, regions)
    figure = draw_parcels(label, voxels, parcels)

    numbers = {subject: one + 1.0 for subject, one in label.items()}
    about = {"name": "parcel", "space": job.params.space}
    write_maps_of(job.output.maps, numbers, voxels, **about)
    write_rows(job.output.table, tabulate_parcels(parcels), columns=COLUMNS)
    save_figures(job.output, {"parcels": figure})
    job.log.info("%s", [one.name for one in parcels])
