# What the gallery of decoded stimuli and ablations read, and where they lie.
from boldwise.settings.gallery_problems import decoders_of_features, target_of

GALLERY = SETTINGS.evaluation.gallery


def shown_decoders():
    """Decoders whose nearest training stimuli are shown; none without a gallery."""
    return (GALLERY.decoders or decoders_of_features(SETTINGS)) if GALLERY else []


def ablated_decoders():
    """Decoders that are tried without each region."""
    decoders = SETTINGS.decoders.items()
    return [name for name, one in decoders if getattr(one, "ablation", None)]


def pattern_decoders():
    """Decoders that say a pattern, not a category."""
    decoders = SETTINGS.decoders.items()
    return [name for name, one in decoders if one.kind != "category"]


def stores_of(stage, decoders):
    """Stores of some decoders and all their subjects; the split stays open."""
    return [
        f"{RESULTS}/{stage}/{{split}}/{name}/sub-{subject}.h5"
        for name in decoders
        for subject in decoder_brains(name)
    ]


def target_store(wildcards):
    """Feature space that a decoder predicts, as fitted under the split."""
    target = target_of(SETTINGS.decoders[wildcards.decoder])
    return f"{RESULTS}/features/{wildcards.split}/{target}.h5"


def gallery_options(wildcards):
    """Options of the gallery that one decoder's scores depend on."""
    chosen = GALLERY.model_dump(mode="json", exclude={"decoders", "n_shown"})
    return chosen | evaluation_options("n_bootstraps", "seed")


def text_options(wildcards):
    """Text tower that shares the target space of a decoder; empty without one."""
    space = SPACES[target_of(SETTINGS.decoders[wildcards.decoder])]
    shared = space.kind == "open_clip" and space.read == "pooled"
    if not shared or any(getattr(space, name, None) for name in FITTED):
        return {}
    own = space.model_dump(mode="json", include={"model", "weights", "seed"})
    return own | {"template": GALLERY.category_text}


def pictures_may_be_shown():
    """Whether pictures go into figures: not where they were to stay in their files."""
    return getattr(getattr(DATASET, "stimuli", None), "copy_images", True)


def reconstruction_figures():
    """Figures of decoded stimuli under one split, where there are some; by name."""
    figures = {"gallery": ("png", "Decoding")} if shown_decoders() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def ablation_figures():
    """Figure of what regions are worth to decoders, where it was asked; by name."""
    figures = {"ablation": ("svg", "Decoding")} if ablated_decoders() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def similarity_figures():
    """Figure of decoded against true patterns, where patterns are decoded; by name."""
    figures = {"similarity": ("png", "Decoding")} if pattern_decoders() else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def decoded_figures():
    """All figures of this part; the split stays open."""
    own = [reconstruction_figures(), ablation_figures(), similarity_figures()]
    return [str(path) for figures in own for path in figures.values()]


def decoded_tables():
    """Tables of this part by kind; the split stays open."""
    return {
        "galleries": ["galleries/{split}/galleries.tsv"] * bool(shown_decoders()),
        "ablations": ["ablations/{split}/ablations.tsv"] * bool(ablated_decoders()),
    }


def decoded_stores():
    """Stores of this part; the split stays open."""
    stores = stores_of("galleries", shown_decoders())
    return stores + stores_of("ablations", ablated_decoders())
