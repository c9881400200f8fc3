# What the rules of trained encoders read, and what they must know.
def token_stores(wildcards):
    """Store of the tokens of each feature space of an encoder that reads tokens."""
    encoder = SETTINGS.encoders[wildcards.encoder]
    spaces = encoder.features if encoder.kind in BY_TOKENS else []
    return [f"{RESULTS}/features/{entry_of(SPACES, one)}.h5" for one in spaces]


def token_places(wildcards):
    """Name and layer of each token space, in the order of ``token_stores``."""
    encoder = SETTINGS.encoders[wildcards.encoder]
    spaces = encoder.features if encoder.kind in BY_TOKENS else []
    return [(one, store_options(SPACES, one)["layer"]) for one in spaces]


def described_by(wildcards):
    """Stores that describe the stimuli to an encoder: tokens, or fitted vectors."""
    vectors = SETTINGS.encoders[wildcards.encoder].kind == "in_context"
    features = encoder_features(wildcards) if vectors else []
    return {"tokens": token_stores(wildcards), "features": features}


def taught_by(wildcards):
    """Responses of a subject, and of the others where these teach the encoder."""
    in_context = SETTINGS.encoders[wildcards.encoder].kind == "in_context"
    others = [one for one in SUBJECTS if one != wildcards.subject] * in_context
    return [f"{RESULTS}/responses/sub-{one}.h5" for one in (wildcards.subject, *others)]


def kept_together(wildcards):
    """What the inner folds of the split keep together."""
    return getattr(SETTINGS.splits[wildcards.split], "cv_by", "group")


def shuffles(wildcards):
    """Trainings of an encoder on shuffled responses."""
    return SETTINGS.encoders[wildcards.encoder].n_shuffles


def training_gpus(wildcards):
    """GPUs that a training was promised in the config."""
    training = SETTINGS.encoders[wildcards.encoder].training
    return int(training.device == "cuda")


def of_all_subjects(stage):
    """Stores of a stage for all subjects; split and encoder stay open."""
    path = f"{RESULTS}/{stage}/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, subject=BRAINS, allow_missing=True)


def trained_models(subjects=SUBJECTS):
    """Stores of trained models under one split, which stays open."""
    lead = f"{RESULTS}/training/{{split}}"
    found = [f"{lead}/{n}/sub-{s}.h5" for n in trained_alone() for s in subjects]
    return [*found, *(f"{lead}/{name}/shared.h5" for name in trained(*TOGETHER))]


def ridges_of():
    """Names of the ridges that stand beside trained encoders."""
    return unique(ridge for ridges in BESIDE.values() for ridge in ridges)


def scores_beside():
    """Scores of trained encoders and of the ridges beside them; the split stays open."""
    pairs = [*(name for name, own in BESIDE.items() if own), *ridges_of()]
    path = f"{RESULTS}/scores/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, encoder=pairs, subject=SUBJECTS, allow_missing=True)


def encoders_beside():
    """Stores of the ridges beside trained encoders; the split stays open."""
    path = f"{RESULTS}/encoders/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, encoder=ridges_of(), subject=SUBJECTS, allow_missing=True)


def features_beside():
    """Fitted features of the ridges beside trained encoders; the split stays open."""
    spaces = unique(s for own in BESIDE.values() for one in own.values() for s in one)
    return expand(
        f"{RESULTS}/features/{{split}}/{{s}}.h5", s=spaces, allow_missing=True
    )


def fields_model():
    """Store with the receptive fields that the first encoder with some found."""
    name = drawn_fields()[0]
    stem = "shared" if name in trained(*TOGETHER) else "sub-{subject}"
    return f"{RESULTS}/training/{{split}}/{name}/{stem}.h5"
