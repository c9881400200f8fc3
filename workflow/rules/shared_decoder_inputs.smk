# What the rules of decoders that subjects share read, and what they must know.
def shared_decoders():
    """Names of the decoders that all subjects share."""
    decoders = SETTINGS.decoders.items()
    return [name for name, one in decoders if one.kind == "shared_latent"]


def decoders_alone():
    """Names of the decoders that are fitted subject by subject."""
    shared = shared_decoders()
    return [name for name in SETTINGS.decoders if name not in shared]


def adapted_decoders():
    """Shared decoders that each subject in turn is new to."""
    decoders = SETTINGS.decoders
    return [name for name in shared_decoders() if decoders[name].new_subjects]


def shared_decoder_options(wildcards):
    """Options of a shared decoder that its weights depend on."""
    later = ("pool_sizes", "hubness", "new_subjects")
    return {n: one for n, one in decoder_options(wildcards).items() if n not in later}


def adaptation_options(wildcards):
    """The same, with how new subjects are taken up."""
    asked = decoder_options(wildcards)["new_subjects"]
    return {**shared_decoder_options(wildcards), "new_subjects": asked}


def told_places(wildcards):
    """Targets of which each place is told: where their tokens lie, by target."""
    decoder = SETTINGS.decoders[wildcards.decoder]
    return {
        name: (name, store_options(SPACES, name)["layer"])
        for name in decoder.target
        if name in decoder.heads and decoder.heads[name].tells_tokens
    }


def shared_targets(wildcards):
    """Stores of what a shared decoder tells: tokens, or vectors as fitted."""
    places = told_places(wildcards)
    names = SETTINGS.decoders[wildcards.decoder].target
    fitted = f"{RESULTS}/features/{wildcards.split}"
    return {
        "tokens": [f"{RESULTS}/features/{entry_of(SPACES, n)}.h5" for n in places],
        "features": [f"{fitted}/{name}.h5" for name in names if name not in places],
    }


def decoder_gpus(wildcards):
    """GPUs that the training of a decoder was promised in the config."""
    training = SETTINGS.decoders[wildcards.decoder].training
    return int(training.device == "cuda")


def adaptation_gpus(wildcards):
    """The same for new subjects, whose trainings may ask for one themselves."""
    new = SETTINGS.decoders[wildcards.decoder].new_subjects
    asked = any(one.device == "cuda" for one in (new.training, new.then))
    return max(int(asked), decoder_gpus(wildcards))


def kept_by_split(wildcards):
    """What the inner folds of the split keep together."""
    return getattr(SETTINGS.splits[wildcards.split], "cv_by", "group")


def decoders_of_all():
    """Decoder stores of all subjects; split and decoder stay open."""
    path = f"{RESULTS}/decoders/{{split}}/{{decoder}}/sub-{{subject}}.h5"
    return expand(path, subject=SUBJECTS, allow_missing=True)


def shared_models():
    """Trained models of shared decoders under one split, which stays open."""
    path = f"{RESULTS}/decoder_training/{{split}}/{{decoder}}/shared.h5"
    return expand(path, decoder=shared_decoders(), allow_missing=True)


def adaptations():
    """Stores of all adaptations under one split, which stays open."""
    path = f"{RESULTS}/adaptation/{{split}}/{{decoder}}/sub-{{subject}}.h5"
    return expand(
        path, decoder=adapted_decoders(), subject=SUBJECTS, allow_missing=True
    )


def shared_decoder_figures():
    """Figures of shared decoders under one split, where there are some; by name."""
    figures = {"decoder_training": ("svg", "Decoding")} if shared_decoders() else {}
    figures |= {"adaptation_curves": ("svg", "Decoding")} if adapted_decoders() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }
