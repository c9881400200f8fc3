# What the report shows, and all results by name.


def figure(path, category):
    """Mark a figure for the report; its caption has the name of the figure."""
    name = Path(path).stem.rpartition("}_")[2]
    labels = {"figure": name.replace("_", " ")}
    labels |= {
        key: f"{{{key}}}" for key in ("subject", "split") if f"{{{key}}}" in path
    }
    caption = f"../report/{name}.rst"
    path = f"{RESULTS}/figures/{path}"
    return report(path, caption=caption, category=category, labels=labels)


def subject_figures():
    """Figures of one subject under one split, by name."""
    figures = {
        "accuracy_map": ("png", "Encoding"),
        "interactive_map": ("html", "Encoding"),
        "score_against_ceiling": ("png", "Encoding"),
        "penalties": ("svg", "Encoding"),
        "ceilings": ("svg", "Noise ceilings"),
    }
    return {
        name: figure(f"{{split}}/sub-{{subject}}_{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def quality_figures():
    """Figures of the data of one subject, by name: without time series but one."""
    figures = {
        "quality_responses": ("png", "Quality"),
        "quality_series": ("png", "Quality"),
        "quality_voxel_maps": ("png", "Quality"),
        "quality_design": ("png", "Quality"),
    }
    names = list(figures)[: 1 if DATASET.kind == "betas" else None]
    return {
        name: figure(f"sub-{{subject}}_{name}.{figures[name][0]}", figures[name][1])
        for name in names
    }


def partition_figures():
    """Figure of what feature spaces add, where an encoder tells; by name."""
    figures = {"partition": ("svg", "Encoding")} if encoders_of("banded_ridge") else {}
    return {
        name: figure(f"{{split}}/sub-{{subject}}_{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def layer_figures():
    """Figure of the feature spaces that voxels chose, where encoders do; by name."""
    figures = {"layer_choice": ("svg", "Encoding")} if encoders_of("best_layer") else {}
    return {
        name: figure(f"{{split}}/sub-{{subject}}_{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def trained(*kinds):
    """Names of the trained encoders, or of those of some kinds."""
    return [
        name
        for name, one in SETTINGS.encoders.items()
        if one.kind in (kinds or TRAINED)
    ]


def trained_alone():
    """Names of the trained encoders that are fitted subject by subject."""
    return [name for name in trained() if name not in trained(*TOGETHER)]


def drawn_fields():
    """Encoders with receptive fields in degrees; the first one's are drawn."""
    encoders = SETTINGS.encoders.items()
    return [name for name, one in encoders if getattr(one, "picture_deg", None)]


def training_figures():
    """Figures of trained encoders under one split, where there are some; by name."""
    figures = {"training_curves": ("svg", "Encoding")} if trained() else {}
    figures |= {"beside_ridge": ("png", "Encoding")} if any(BESIDE.values()) else {}
    return {
        name: figure(f"{{split}}/{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def attention_figures():
    """Figure of where queries of one subject looked, where some did; by name."""
    queries = encoders_of("region_query")
    figures = {"attention_maps": ("png", "Encoding")} if queries else {}
    return {
        name: figure(f"{{split}}/sub-{{subject}}_{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def field_figures():
    """Figure of one subject's receptive fields, where they are in degrees; by name."""
    figures = {"receptive_fields": ("svg", "Encoding")} if drawn_fields() else {}
    return {
        name: figure(f"{{split}}/sub-{{subject}}_{name}.{suffix}", category)
        for name, (suffix, category) in figures.items()
    }


def encoder_files(stage, encoders=SETTINGS.encoders):
    """Stores of encoders (all) for one subject and split, which stay open."""
    path = f"{RESULTS}/{stage}/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, encoder=encoders, allow_missing=True)


def shuffled_files():
    """Scores of shuffled responses under one split, which stays open."""
    path = f"{RESULTS}/shuffled/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    encoders = SETTINGS.evaluation.shuffled or uncontrolled_encoders()
    drawn = [n for n in encoders if getattr(SETTINGS.encoders[n], "n_shuffles", 1)]
    return expand(path, encoder=drawn, subject=BRAINS, allow_missing=True)


def uncontrolled_encoders():
    """Encoders that are no controls of others."""
    encoders = SETTINGS.encoders.items()
    return [name for name, one in encoders if not getattr(one, "control_of", None)]


def encoder_controls():
    """Encoder that each control is of, by name; the figures mark them."""
    return controls_of(SETTINGS.model_dump(mode="json")["encoders"])


def score_maps():
    """Maps of all encoders for one subject and split, which stay open."""
    lead = f"{RESULTS}/maps/{{split}}/{{encoder}}/sub-{{subject}}"
    paths = [lead + ending for ending in map_names(DATASET)]
    scores = ("r", "noise_ceiling", "q")
    return expand(paths, encoder=SETTINGS.encoders, score=scores, allow_missing=True)


def decoded_files(*kinds):
    """Identification by the decoders of some kinds; the split stays open."""
    return [
        f"{RESULTS}/identification/{{split}}/{name}/sub-{subject}.h5"
        for name, decoder in SETTINGS.decoders.items()
        if decoder.kind in kinds
        for subject in decoder_brains(name)
    ]


def checked_spaces():
    """What each feature space knows about categories, if asked; the split stays open."""
    if not SETTINGS.evaluation.category_check:
        return []
    return [f"{RESULTS}/category_checks/{{split}}/{one}.h5" for one in FITTED_SPACES]


def split_figures():
    """Figures of one split that the config asks for; split and subject stay open."""
    names = ["stimuli.png", "split_layout.svg"] * bool(SUBJECTS)
    names += ["category_check.svg"] * bool(checked_spaces())
    names += ["comparison.svg"] * bool(SETTINGS.encoders)
    pictures = ["ranks", "pool_curves", "decoder_controls", "training_distance"]
    patterns = decoded_files("ridge", "across_subjects", "shared_latent")
    names += [f"{picture}.svg" for picture in pictures] * bool(patterns)
    names += ["confusions.svg"] * bool(decoded_files("category"))
    own = list(subject_figures().values()) * bool(SETTINGS.encoders)
    own += [*partition_figures().values(), *layer_figures().values()]
    own += [*training_figures().values(), *attention_figures().values()]
    own += [*field_figures().values(), *curve_figures().values()]
    own += parcel_figures().values()
    own += shared_decoder_figures().values()
    own += decoded_figures()
    return [*(f"{RESULTS}/figures/{{split}}/{name}" for name in names), *map(str, own)]


def report_files():
    """Files of the code that the page is made from: captions and templates."""
    figures = [*split_figures(), *(["recovery.png"] * SIMULATED)]
    figures += map(str, quality_figures().values())
    figures += ["stimuli.png"]
    names = dict.fromkeys(Path(path).stem.rpartition("}_")[2] for path in figures)
    templates = Path(find_spec("boldwise.reporting").origin).parent / "templates"
    return {
        "captions": [Path(workflow.basedir, f"workflow/report/{n}.rst") for n in names],
        "templates": [templates / name for name in ("report.html", "report.css")],
        "recipe": tiny_clip_recipe(),
    }


def tiny_clip_recipe():
    """Recipe of the shipped model, where a feature space uses its weights."""
    used = any(
        space.kind == "open_clip" and space.model == "tiny-clip" and not space.weights
        for space in SPACES.values()
    )
    package = Path(find_spec("boldwise.features.backends").origin).parent
    return [package / "tiny_clip/recipe.json"] * used


def report_inputs():
    """All that the page shows, by kind."""
    encoded = bool(SETTINGS.encoders)
    shown = {
        "responses": ["responses/sub-{subject}.h5"],
        "splits": ["splits/{split}.h5"],
        "ceilings": ["ceilings/{split}/sub-{subject}.h5"] * encoded,
        "scores": ["scores/{split}/scores.tsv"] * encoded,
        "comparisons": ["scores/{split}/comparisons.tsv"] * encoded,
        "identification": ["identification/{split}/identification.tsv"]
        * bool(SETTINGS.decoders),
        "category_checks": ["category_checks/{split}/categories.tsv"]
        * bool(checked_spaces()),
        "training": ["training/{split}/training.tsv"] * bool(trained()),
        "adaptation": ["adaptation/{split}/adaptation.tsv"] * bool(adapted_decoders()),
        "curves": ["learning_curves/{split}/curves.tsv"] * bool(curve_stores()),
        **decoded_tables(),
    }
    wildcards = {"split": SETTINGS.splits, "subject": BRAINS}
    files = {
        name: unique(expand([f"{RESULTS}/{path}" for path in paths], **wildcards))
        for name, paths in shown.items()
    }
    figures = unique(expand(split_figures(), **wildcards))
    figures += expand(list(map(str, quality_figures().values())), subject=SUBJECTS)
    figures += [f"{RESULTS}/figures/stimuli.png"] * (not SUBJECTS)
    return {
        **files,
        **report_files(),
        "stimuli": f"{RESULTS}/stimuli.h5",
        "shuffled": expand(shuffled_files(), split=SETTINGS.splits),
        "maps": expand(score_maps(), **wildcards),
        "figures": [*figures, *([f"{RESULTS}/figures/recovery.png"] * SIMULATED)],
        "recovery": [f"{RESULTS}/truth/recovery.tsv"] * SIMULATED,
        "quality": expand(f"{RESULTS}/quality/sub-{{s}}.h5", s=SUBJECTS),
    }


def simulated_files():
    """Everything that the simulation writes: the truth and the BIDS dataset."""
    if DATASET.kind != "simulated":
        return []
    truth = ["scenes.h5", "scene_properties.tsv", "sub-{subject}.h5"]
    paths = [f"{RESULTS}/truth/{name}" for name in truth]
    paths += [f"{RESULTS}/bids/{name}" for name in DATASET_FILES]
    paths += run_files([*RUN_FILES.values(), *ROI_FILES.values()])
    paths += [f"{RESULTS}/truth/recovery.h5"] * SIMULATED
    return unique(expand(paths, subject=SUBJECTS))


def preprocessed_files():
    """Everything that preprocessing writes."""
    if PREPROCESSING == "none":
        return []
    files = subject_outputs(DATASET, "{subject}")
    realigned = PREPROCESSING == "builtin" and DATASET.preprocessing.realign
    files += [reference_output(DATASET)] * realigned
    return expand(files, subject=SUBJECTS)


def all_results():
    """Every result: Snakemake remakes a deleted one only if it is asked for."""
    fitted = [f"{RESULTS}/features/{{split}}/{space}.h5" for space in FITTED_SPACES]
    fitted += [
        f"{RESULTS}/encoders/{{split}}/{encoder}/sub-{brain}.h5"
        for encoder in SETTINGS.encoders
        for brain in BRAINS
    ]
    fitted += [
        f"{RESULTS}/decoders/{{split}}/{decoder}/sub-{brain}.h5"
        for decoder in SETTINGS.decoders
        for brain in decoder_brains(decoder)
    ]
    fitted += shared_models()
    shown = [path for paths in report_inputs().values() for path in flatten([paths])]
    made = [path for path in map(str, shown) if path.startswith(f"{RESULTS}/")]
    raw = [f"{RESULTS}/features/{space}.h5" for space in ENTRIES]
    everything = [*simulated_files(), *preprocessed_files(), *raw, *made]
    everything += [*score_files(), *expand(decoded_stores(), split=SETTINGS.splits)]
    fitted += [*curve_stores(), *flatten(parcel_files().values())]
    everything += expand([*fitted, *checked_spaces()], split=SETTINGS.splits)
    return unique([*everything, f"{RESULTS}/report.html"])
