# The files that the rules read: functions of wildcards, and lists.


def subject_files(wildcards):
    """Files that hold the responses of a subject."""
    return response_files(PREPROCESSED, wildcards.subject)


def stimulus_inputs(wildcards):
    """Files that hold the stimuli; folders are listed when a job is planned."""
    return stimulus_files(DATASET, continuous=CONTINUOUS)


def encoder_features(wildcards):
    """Feature spaces of an encoder, as fitted under the split."""
    spaces = SETTINGS.encoders[wildcards.encoder].features
    return [f"{RESULTS}/features/{wildcards.split}/{space}.h5" for space in spaces]


def space_store(wildcards):
    """Store that holds a feature space: of its entry, with all layers of one pass."""
    return f"{RESULTS}/features/{entry_of(SPACES, wildcards.space)}.h5"


def quality_features():
    """Feature spaces that are compared with the confounds; none without time series."""
    own = [name for name in ENTRIES if name not in control_entries(SPACES)]
    spaces = [] if DATASET.kind == "betas" else own
    return [f"{RESULTS}/features/{space}.h5" for space in spaces]


def decoder_inputs(wildcards):
    """What a kind of decoder reads beside the responses and the split."""
    decoder = SETTINGS.decoders[wildcards.decoder]
    others = [subject for subject in SUBJECTS if subject != wildcards.subject]
    others = [f"{RESULTS}/responses/sub-{other}.h5" for other in others]
    if decoder.kind == "ridge":
        target = f"{RESULTS}/features/{wildcards.split}/{decoder.target}.h5"
        return {"target": target, **({"others": others} if decoder.others else {})}
    if decoder.kind == "category":
        return {"stimuli": f"{RESULTS}/stimuli.h5"}
    return {"others": others}


def run_files(which):
    """Files of one subject, by ``simulate.layout``, for all runs that they have."""
    paths = [f"{RESULTS}/bids/{path}" for path in which]
    return expand(paths, run=DATASET.runs, allow_missing=True)


def model_files(wildcards):
    """Files of a feature model on this disk; none for what comes from the hub."""
    space = SPACES[wildcards.space]
    if space.kind == "language_model":
        return text_files_of(space.model, space.weights)
    if space.kind == "word_vectors":
        return [Path(space.path).expanduser()]
    return network_files(dict(space)) if space.kind in NETWORKS else []


def given_file(wildcards):
    """File of features that somebody else computed."""
    return expand_path(SPACES[wildcards.space].path)


def given_tables(wildcards):
    """Tables of features without ids, one for each run."""
    path = SPACES[wildcards.space].path
    return [expand_path(path.format(run=run)) for run in DATASET.runs]


def listed_ids(wildcards):
    """File with the test ids of a listed split; none for other kinds."""
    chosen = SETTINGS.splits[wildcards.split]
    return [expand_path(chosen.test)] if chosen.kind == "listed" else []


def ceiling_others(wildcards):
    """Responses of the other subjects, where the noise ceiling is between subjects."""
    if ceiling_method(wildcards) not in ("inter_subject", "mean_of_subjects"):
        return []
    others = [subject for subject in SUBJECTS if subject != wildcards.subject]
    return [f"{RESULTS}/responses/sub-{other}.h5" for other in others]


def all_scores(wildcards):
    """Scores of every encoder and subject under a split."""
    path = f"{RESULTS}/scores/{wildcards.split}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, encoder=SETTINGS.encoders, subject=BRAINS)


def all_identifications(wildcards):
    """Identification by every decoder and subject under a split."""
    return [
        f"{RESULTS}/identification/{wildcards.split}/{decoder}/sub-{subject}.h5"
        for decoder in SETTINGS.decoders
        for subject in decoder_brains(decoder)
    ]


def score_files():
    """Every file of the evaluation: stores and, where there is a model, tables."""
    files = ["splits/{split}.h5"]
    files += [f"ceilings/{{split}}/sub-{brain}.h5" for brain in BRAINS]
    files += [
        f"scores/{{split}}/{encoder}/sub-{brain}.h5"
        for encoder in SETTINGS.encoders
        for brain in BRAINS
    ]
    files += [
        f"identification/{{split}}/{decoder}/sub-{brain}.h5"
        for decoder in SETTINGS.decoders
        for brain in decoder_brains(decoder)
    ]
    encoded = ["scores/{split}/scores.tsv", "scores/{split}/comparisons.tsv"]
    decoded = ["identification/{split}/identification.tsv"]
    files += encoded * bool(SETTINGS.encoders) + decoded * bool(SETTINGS.decoders)
    return expand([f"{RESULTS}/{file}" for file in files], split=SETTINGS.splits)


def this_raw_run(wildcards):
    """Raw file of one run."""
    return raw_run(DATASET, wildcards.subject, wildcards.run)


def first_raw_run(wildcards):
    """Raw file of a subject's first run."""
    return raw_run(DATASET, wildcards.subject, DATASET.runs[0])


def raw_runs(wildcards):
    """Raw files of all runs of a subject."""
    return [raw_run(DATASET, wildcards.subject, run) for run in DATASET.runs]


def run_reference(wildcards):
    """Image that a subject's runs are realigned to; none where nothing is."""
    chosen = reference_output(DATASET).format(subject=wildcards.subject)
    return [chosen] if DATASET.preprocessing.realign else []


def run_label():
    """Wildcards that tell a run, for names of logs."""
    session = "_{session}" if "{session}" in run_outputs(DATASET)["bold"] else ""
    return f"{{subject}}{session}_{{run}}"
