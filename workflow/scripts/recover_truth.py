"""Truth, ceilings and scores -> what was recovered. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.recovery import read_recovered, write_findings, write_recovered
from boldwise.simulate.recovery import findings
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    subjects = read_recovered(job.input, job.params.subjects)

    found = findings(list(subjects.values()), job.params.encoders)

    write_findings(job.output.table, found)
    write_recovered(job.output.voxels, subjects, provenance=job.provenance)
    missed = [finding for finding in found if finding.holds == "no"]
    job.log.info("%d findings, %d out of bounds", len(found), len(missed))
