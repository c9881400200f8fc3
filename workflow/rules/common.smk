# Helpers only. No rules here; no helpers elsewhere.
from importlib.util import find_spec
from pathlib import Path

from boldwise.features.backends.sources import files_of
from boldwise.features.registry import extractor_of
from boldwise.io.paths import expand as expand_path
from boldwise.provenance import code_of
from boldwise.settings.config import load_config
from boldwise.settings.models import FITTED
from boldwise.settings.recovery import encoders_by_population
from boldwise.settings.sources import (
    response_files,
    response_source,
    stimulus_files,
    stimulus_source,
)
from boldwise.simulate.layout import DATASET_FILES, ROI_FILES, RUN_FILES

SETTINGS = load_config(config)
DATASET = SETTINGS.dataset
RESULTS = f"results/{DATASET.name}"
SUBJECTS = DATASET.subjects
BRAINS = [*SUBJECTS, *(["group"] if getattr(DATASET, "group_subject", False) else [])]
CONTINUOUS = SETTINGS.responses.estimate == "timeseries"
MAIN_SPLIT = next(iter(SETTINGS.splits))
SIMULATED = DATASET.kind == "simulated" and bool(SETTINGS.encoders)
SPACES = SETTINGS.feature_spaces
GIVEN_SPACES = [name for name, space in SPACES.items() if space.kind == "given"]
EXTRACTED_SPACES = [name for name in SPACES if name not in GIVEN_SPACES]
SCRIPTS = Path(workflow.basedir, "workflow/scripts")


wildcard_constraints:
    subject=r"[A-Za-z0-9]+",
    split=r"[A-Za-z0-9-]+",
    space=r"[A-Za-z0-9-]+",
    encoder=r"[A-Za-z0-9-]+",
    decoder=r"[A-Za-z0-9-]+",


def code(script):
    """Hash of a rule's script and of all that it imports from boldwise."""
    return code_of(SCRIPTS / f"{script}.py")


def options(part, name=None):
    """One slice of the checked config as plain values, for ``params``."""
    chosen = getattr(SETTINGS, part)
    chosen = chosen[name] if name else chosen
    return chosen.model_dump(mode="json")


def subject_files(wildcards):
    """Files that hold the responses of a subject."""
    return response_files(DATASET, wildcards.subject)


def feature_options(wildcards):
    """Options of the feature space that a job is about."""
    return options("feature_spaces", wildcards.space)


def encoder_options(wildcards):
    """Options of the encoder that a job is about."""
    return options("encoders", wildcards.encoder)


def decoder_options(wildcards):
    """Options of the decoder that a job is about."""
    return options("decoders", wildcards.decoder)


def split_options(wildcards):
    """Options of the split that a job is about."""
    return options("splits", wildcards.split)


def encoder_features(wildcards):
    """Feature spaces of an encoder, as fitted under the split."""
    spaces = SETTINGS.encoders[wildcards.encoder].features
    return [f"{RESULTS}/features/{wildcards.split}/{space}.h5" for space in spaces]


def decoder_inputs(wildcards):
    """What a kind of decoder reads beside the responses and the split."""
    decoder = SETTINGS.decoders[wildcards.decoder]
    if decoder.kind == "ridge":
        return {"target": f"{RESULTS}/features/{wildcards.split}/{decoder.target}.h5"}
    if decoder.kind == "category":
        return {"stimuli": f"{RESULTS}/stimuli.h5"}
    others = [subject for subject in SUBJECTS if subject != wildcards.subject]
    return {"others": [f"{RESULTS}/responses/sub-{other}.h5" for other in others]}


def decoder_brains(name):
    """Subjects that a decoder is fitted for: the mean subject is no other subject."""
    return SUBJECTS if SETTINGS.decoders[name].kind == "across_subjects" else BRAINS


def world_options():
    """Sizes and seed of the simulated world: what one subject depends on."""
    return DATASET.model_dump(mode="json", exclude={"kind", "name", "subjects"})


def bids_root(wildcards):
    """Folder of the BIDS dataset that the simulation writes."""
    return f"{RESULTS}/bids"


def run_files(which):
    """Files of one subject, by ``simulate.layout``, for all runs that they have."""
    paths = [f"{RESULTS}/bids/{path}" for path in which]
    return expand(paths, run=DATASET.runs, allow_missing=True)


def one_of(names):
    """Pattern of a wildcard that may be any of these names, or nothing at all."""
    return "|".join(names) or "(?!)"


def extractor(wildcards):
    """Name of the function that extracts a feature space."""
    return extractor_of(SPACES[wildcards.space].kind)


def extractor_code(wildcards):
    """Hash of the extraction and of the one extractor that a job runs."""
    defined_in = extractor(wildcards).partition(":")[0]
    return code("extract_features") + code_of(find_spec(defined_in).origin)


def extract_options(wildcards):
    """Options of a feature space that hold before anything is fitted."""
    chosen = feature_options(wildcards)
    return {name: value for name, value in chosen.items() if name not in FITTED}


def fit_options(wildcards):
    """Options of a feature space that are fitted to training stimuli."""
    chosen = feature_options(wildcards)
    return {name: value for name, value in chosen.items() if name in FITTED}


def model_files(wildcards):
    """Files of a feature model on this disk; none for what comes from the hub."""
    space = SPACES[wildcards.space]
    return files_of(space.model, space.weights) if space.kind == "open_clip" else []


def given_file(wildcards):
    """File of features that somebody else computed."""
    return expand_path(SPACES[wildcards.space].path)


def given_columns(wildcards):
    """Columns to take from a table of given features; none: all."""
    return SPACES[wildcards.space].columns


def evaluation_options(*names):
    """Some options of the evaluation: a rule gets those that it reads."""
    return {name: getattr(SETTINGS.evaluation, name) for name in names}


def listed_ids(wildcards):
    """File with the test ids of a listed split; none for other kinds."""
    chosen = SETTINGS.splits[wildcards.split]
    return [expand_path(chosen.test)] if chosen.kind == "listed" else []


def longest_delay():
    """Longest delay of any encoder, in volumes."""
    delays = [encoder.delays for encoder in SETTINGS.encoders.values()]
    return max(sum(delays, []), default=0)


def ceiling_method(wildcards):
    """How a noise ceiling is estimated; the mean subject's comes from all others."""
    chosen = SETTINGS.evaluation.ceiling
    is_mean = wildcards.subject not in SUBJECTS and chosen != "none"
    return "mean_of_subjects" if is_mean else chosen


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


def pool_sizes(wildcards):
    """Pool sizes that a decoder is scored with; empty: a grid."""
    return getattr(SETTINGS.decoders[wildcards.decoder], "pool_sizes", [])


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


def encoder_files(stage):
    """Stores of all encoders for one subject and split, which stay open."""
    path = f"{RESULTS}/{stage}/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    return expand(path, encoder=SETTINGS.encoders, allow_missing=True)


def shuffled_files():
    """Scores of shuffled responses under one split, which stays open."""
    path = f"{RESULTS}/shuffled/{{split}}/{{encoder}}/sub-{{subject}}.h5"
    encoders = SETTINGS.evaluation.shuffled or SETTINGS.encoders
    return expand(path, encoder=encoders, subject=BRAINS, allow_missing=True)


def score_maps():
    """Volumes of all encoders for one subject and split, which stay open."""
    path = f"{RESULTS}/maps/{{split}}/{{encoder}}/sub-{{subject}}_{{score}}.nii.gz"
    scores = ("r", "noise_ceiling", "q")
    return expand(path, encoder=SETTINGS.encoders, score=scores, allow_missing=True)


def decoded_files(*kinds):
    """Identification by the decoders of some kinds; the split stays open."""
    return [
        f"{RESULTS}/identification/{{split}}/{name}/sub-{subject}.h5"
        for name, decoder in SETTINGS.decoders.items()
        if decoder.kind in kinds
        for subject in decoder_brains(name)
    ]


def split_figures():
    """Figures of one split that the config asks for; split and subject stay open."""
    names = ["stimuli.png", "split_layout.svg"]
    names += ["comparison.svg"] * bool(SETTINGS.encoders)
    names += ["ranks.svg", "pool_curves.svg"] * bool(
        decoded_files("ridge", "across_subjects")
    )
    names += ["confusions.svg"] * bool(decoded_files("category"))
    own = list(subject_figures().values()) * bool(SETTINGS.encoders)
    return [*(f"{RESULTS}/figures/{{split}}/{name}" for name in names), *map(str, own)]


def report_files():
    """Files of the code that the page is made from: captions and templates."""
    figures = [*split_figures(), *(["recovery.png"] * SIMULATED)]
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
    }
    wildcards = {"split": SETTINGS.splits, "subject": BRAINS}
    files = {
        name: unique(expand([f"{RESULTS}/{path}" for path in paths], **wildcards))
        for name, paths in shown.items()
    }
    figures = unique(expand(split_figures(), **wildcards))
    return {
        **files,
        **report_files(),
        "stimuli": f"{RESULTS}/stimuli.h5",
        "shuffled": expand(shuffled_files(), split=SETTINGS.splits),
        "maps": expand(score_maps(), **wildcards),
        "figures": [*figures, *([f"{RESULTS}/figures/recovery.png"] * SIMULATED)],
        "recovery": [f"{RESULTS}/truth/recovery.tsv"] * SIMULATED,
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


def all_results():
    """Every result: Snakemake remakes a deleted one only if it is asked for."""
    fitted = [f"{RESULTS}/features/{{split}}/{space}.h5" for space in SPACES]
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
    shown = [path for paths in report_inputs().values() for path in flatten([paths])]
    made = [path for path in map(str, shown) if path.startswith(f"{RESULTS}/")]
    raw = [f"{RESULTS}/features/{space}.h5" for space in SPACES]
    everything = [*simulated_files(), *raw, *made, *score_files()]
    everything += expand(fitted, split=SETTINGS.splits)
    return unique([*everything, f"{RESULTS}/report.html"])


def unique(paths):
    """Paths without repeats, in order."""
    return list(dict.fromkeys(paths))
