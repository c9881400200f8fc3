# Jobs that fail at their first attempt in the ways of clusters, and tell where they ran.
TOLD = "echo {resources.attempt} $SLURMD_NODENAME $SLURM_JOB_ID > {output}"


def attempt_of(wildcards, attempt):
    """Which attempt this is."""
    return attempt


def memory(wildcards, attempt):
    """Memory in MB: too little at first."""
    return 500 * attempt


def minutes(wildcards, attempt):
    """Run time: too short at first."""
    return 1 if attempt == 1 else 5


rule hungry:
    """Need 900 MB, Snakemake included."""
    output:
        "hungry.txt",
    resources:
        attempt=attempt_of,
        mem_mb=memory,
    shell:
        "python3 -c 'import time; kept = bytearray(600_000_000); time.sleep(6)' && "
        + TOLD


rule slow:
    """Need three minutes, at the first attempt."""
    output:
        "slow.txt",
    resources:
        attempt=attempt_of,
        runtime=minutes,
    shell:
        "sleep $((1 + 180 * (2 - {resources.attempt}) / {resources.attempt})) && "
        + TOLD


rule lost:
    """Run for as long as it takes to lose a node, at the first attempt."""
    output:
        "lost.txt",
    resources:
        attempt=attempt_of,
    shell:
        "sleep $((1 + 60 * (2 - {resources.attempt}) / {resources.attempt})) && " + TOLD


rule many:
    """One of four alike: a task of an array."""
    output:
        "many_{i}.txt",
    resources:
        mem_mb=400,
    shell:
        "echo $SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID > {output}"


rule arrays:
    """All four."""
    input:
        expand("many_{i}.txt", i=range(4)),
    localrule: True
