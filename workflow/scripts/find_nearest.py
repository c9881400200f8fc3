"""Decoded patterns -> nearest training stimuli and their likeness."""

from typing import TYPE_CHECKING

from boldwise.decoders.gallery import GalleryInputs, make_gallery
from boldwise.decoders.zero_shot import embed_categories
from boldwise.io.gallery_stores import write_gallery
from boldwise.io.identification_stores import read_decoded
from boldwise.io.records import open_stimuli, read_fitted_features, read_split
from boldwise.io.score_stores import read_seen
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, options = read_split(job.input.split), job.params.options
    decoded = read_decoded(job.input.decoder, split)
    features = read_fitted_features(job.input.target)
    (trials,) = read_seen([job.input.responses]).values()

    with open_stimuli(job.input.stimuli) as stimuli:
        text = embed_categories(stimuli.category, job.params.text)
        gallery = make_gallery(
            GalleryInputs(decoded, features, split, trials.stimulus_id, stimuli, text),
            options,
        )

    write_gallery(
        job.output.gallery,
        gallery,
        decoded,
        about={"split_hash": split.hash, **options},
        provenance=job.provenance,
    )
    job.log.info("%d metrics", len(gallery.measures))
