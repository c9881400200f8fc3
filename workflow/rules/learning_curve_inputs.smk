# What the rules of learning curves and of clusters read, and what they must know.
def taken_up():
    """Names of the encoders that take up new subjects."""
    encoders = SETTINGS.encoders.items()
    return [name for name, one in encoders if getattr(one, "new_subjects", None)]


def trained_on_fewer():
    """Names of the encoders that are trained again on fewer images."""
    encoders = SETTINGS.encoders.items()
    return [name for name, one in encoders if getattr(one, "training_sizes", [])]


def curve_stores():
    """Stores with scores by number of images under one split, which stays open."""
    path = f"{RESULTS}/{{curve}}/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    asked = {"new_subjects": taken_up(), "training_sizes": trained_on_fewer()}
    return [
        one
        for curve, encoders in asked.items()
        for one in expand(
            path, curve=curve, encoder=encoders, subject=SUBJECTS, allow_missing=True
        )
    ]


def curve_table():
    """Table of all scores by number of images; the split stays open."""
    return f"{RESULTS}/learning_curves/{{split}}/curves.tsv"


def curve_figures():
    """Figure of scores by number of images, where there are any; by name."""
    figures = {"learning_curves": ("svg", "Encoding")} if curve_stores() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def learned_from(wildcards):
    """What a curve reads; the mean subject is no subject to leave out."""
    return {
        **described_by(wildcards),
        "responses": expand(f"{RESULTS}/responses/sub-{{s}}.h5", s=SUBJECTS),
        "split": f"{RESULTS}/splits/{wildcards.split}.h5",
        "stimuli": f"{RESULTS}/stimuli.h5",
        "beside": ridge_features(wildcards),
    }


def clustered():
    """Encoders whose voxels are sorted into parcels; the first one's are drawn."""
    encoders = SETTINGS.encoders.items()
    return [
        name
        for name, one in encoders
        if getattr(one, "n_clusters", 0) and one.control_of is None
    ]


def parcel_files():
    """Maps and table of the parcels, where there are some; the split stays open."""
    if not clustered():
        return {}
    lead = f"{RESULTS}/maps/{{split}}/{clustered()[0]}/sub-{{subject}}"
    paths = [lead + ending for ending in map_names(DATASET)]
    maps = expand(paths, score="parcel", subject=SUBJECTS, allow_missing=True)
    return {
        "maps": maps,
        "table": f"{RESULTS}/parcels/{{split}}/{clustered()[0]}.tsv",
    }


def parcel_figures():
    """Figure of the parcels, where there are some; by name."""
    figures = {"parcels": ("png", "Encoding")} if clustered() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def ridge_options(wildcards):
    """Features and penalties of the ridges beside an encoder, by name."""
    chosen = {name: options("encoders", name) for name in BESIDE[wildcards.encoder]}
    return {
        name: {part: one[part] for part in ("features", "penalties")}
        for name, one in chosen.items()
    }


def ridge_features(wildcards):
    """Fitted features of the ridges beside an encoder."""
    spaces = unique(s for own in BESIDE[wildcards.encoder].values() for s in own)
    return [f"{RESULTS}/features/{wildcards.split}/{space}.h5" for space in spaces]


def curve_options(wildcards):
    """Options of an encoder, with how it takes up new subjects."""
    chosen = options("encoders", wildcards.encoder)
    return {n: v for n, v in chosen.items() if n not in ("control_of", "n_clusters")}


def budgets(wildcards):
    """Numbers of images that a new subject is taken up with."""
    return SETTINGS.encoders[wildcards.encoder].new_subjects.budgets


def training_sizes(wildcards):
    """Numbers of images that an encoder is trained on again."""
    return SETTINGS.encoders[wildcards.encoder].training_sizes


CURVE_PARAMS = {
    "encoder": curve_options,
    "spaces": token_places,
    "keep": kept_together,
    "ridges": ridge_options,
    **evaluation_options("min_ceiling"),
}
