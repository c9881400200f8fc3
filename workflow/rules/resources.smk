# What jobs may take, as functions of the size of what they read, and of the attempt.
# The measured table behind the numbers stands in docs/cluster.md.
SNAKEMAKE_MB = 600  # Snakemake runs twice around a job of a cluster.
MOST_MB = 128_000
LONGEST_MIN = 2 * 24 * 60


def memory(own_mb, per_mb=0, of=None):
    """Memory of a job in MB: its own, and some for each MB read; doubled by a retry."""

    def needed(wildcards, input, attempt):
        read_mb = sum(map(stored_mb, input)) if of is None else of(wildcards)
        wanted = (SNAKEMAKE_MB + own_mb + per_mb * read_mb) * 2 ** (attempt - 1)
        return min(MOST_MB, rounded_up(wanted, 500))

    return needed


def minutes(own_min, per_mb=0, of=None):
    """Run time of a job in minutes, as ``memory``; doubled by a retry."""

    def needed(wildcards, input, attempt):
        read_mb = sum(map(stored_mb, input)) if of is None else of(wildcards)
        wanted = (own_min + per_mb * read_mb) * 2 ** (attempt - 1)
        return min(LONGEST_MIN, rounded_up(wanted, 5))

    return needed


def rounded_up(wanted, step):
    """Round up to whole steps, so that jobs alike ask for the same."""
    return step * -int(-wanted // step)


def largest_fit(wildcards):
    """Size in MB of the most that a model of a split reads.

    An array asks once for all of its jobs, so they must ask for the same.
    """
    features = f"{RESULTS}/features/{wildcards.split}"
    models = [one.features for one in SETTINGS.encoders.values()]
    spaces = [[f"{features}/{name}.h5" for name in names] for names in models]
    spaces += [[f"{features}/{name}.h5"] for name in SPACES]
    responses = [f"{RESULTS}/responses/sub-{brain}.h5" for brain in BRAINS]
    return max(map(stored_mb, responses)) + max(
        (sum(map(stored_mb, paths)) for paths in spaces), default=0
    )


def stored_mb(path):
    """Size in MB of a file, as soon as it is there: a job that runs has all it reads."""
    return Path(path).stat().st_size / 1e6 if Path(path).is_file() else 0
