"""Commands of ``boldwise``: what they are called, what they take, what they print."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from boldwise import __version__
from boldwise.cli.job_commands import DEFAULT_CONFIG, ConfigFile, add_job_commands
from boldwise.errors import BoldwiseError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Encoding and decoding models of the brain. `snakemake --cores 2` runs a "
    "study; these commands check it, start it and look at its files.",
)
add_job_commands(app)


def run() -> None:
    """Run the app; print what boldwise refuses as one message, without a traceback."""
    try:
        app()
    except BoldwiseError as error:
        print(f"boldwise: {error}", file=sys.stderr)
        raise SystemExit(1) from None


@app.command()
def check(configfile: ConfigFile = DEFAULT_CONFIG) -> None:
    """Check a config and the data that it names; tell all problems in one list."""
    from boldwise.cli.check import problems_of

    problems = problems_of(configfile)
    for problem in problems:
        print(f"- {problem}")
    if problems:
        count = f"{len(problems)} problem{'s' * (len(problems) > 1)}"
        print(f"{configfile}: {count}. Mend them, then check again.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{configfile}: no problem found. Run it: snakemake --cores 2")


@app.command()
def show(
    stores: Annotated[list[Path], typer.Argument(help="HDF5 stores of boldwise.")],
) -> None:
    """Print what a store holds: in words, with shapes and units, and what made it."""
    from boldwise.cli.show import print_store

    for path in stores:
        print_store(path)


@app.command()
def predict(
    encoder: Annotated[Path, typer.Argument(help="encoders/SPLIT/ENCODER/sub-X.h5.")],
    images: Annotated[
        Path, typer.Option(help="Folder of pictures, or a store of stimuli.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Store of responses to write.")
    ],
    fold: Annotated[
        int | None, typer.Option(help="Outer fold; default: the mean of all.")
    ] = None,
    maps: Annotated[
        bool, typer.Option("--map", help="A brain map for each image, too.")
    ] = False,
) -> None:
    """Predict responses to new images by a fitted encoder (`keep_weights: true`)."""
    from boldwise.cli.predict import predict_images

    print("\n".join(predict_images(encoder, images, output, fold=fold, maps=maps)))


@app.command()
def decode(
    decoder: Annotated[Path, typer.Argument(help="decoders/SPLIT/DECODER/sub-X.h5.")],
    responses: Annotated[
        Path, typer.Option(help="Store of responses, .npy, .tsv, .nii.gz or CIFTI.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Store of features to write.")
    ],
    gallery: Annotated[
        Path | None,
        typer.Option(help="Candidates: folder of pictures, or store of stimuli."),
    ] = None,
    fold: Annotated[
        int | None, typer.Option(help="Outer fold; default: the mean of all.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Candidates to list.")] = 5,
) -> None:
    """Decode new responses by a fitted decoder (`keep_weights: true`)."""
    from boldwise.cli.decode import decode_responses

    lines = decode_responses(
        decoder, responses, output, gallery=gallery, fold=fold, top=top
    )
    print("\n".join(lines))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="New folder of the study.")],
) -> None:
    """Write a commented config for your own data, with a CSV of stimulus ids."""
    from boldwise.cli.init import write_template

    for path in write_template(folder):
        print(path)
    print(f"Edit them, then: boldwise check --configfile {folder}/config.yaml")


@app.command()
def summary(configfile: ConfigFile = DEFAULT_CONFIG) -> None:
    """Print the main results of a finished study in ten lines."""
    from boldwise.cli.summary import summarise
    from boldwise.settings.files import read_config

    print("\n".join(summarise(read_config(configfile))))


@app.command()
def options(
    write: Annotated[
        bool, typer.Option("--write", help="Write the pages of this checkout.")
    ] = False,
) -> None:
    """Print every option of a config: its values and unit, its default, its reason."""
    from boldwise.settings.describe import option_page, write_descriptions

    if not write:
        print(option_page())
        return
    for path in write_descriptions(Path.cwd()):
        print(path)


@app.command()
def preflight(
    configfile: ConfigFile = DEFAULT_CONFIG,
    profile: Annotated[
        str, typer.Option(help="Folder of a profile, or its name in profiles/.")
    ] = "default",
) -> None:
    """Tell what would stop a run or make it hang, before anything is queued."""
    from boldwise.cli.preflight import preflight_problems

    problems = preflight_problems(configfile, profile)
    for problem in problems:
        print(f"- {problem}")
    if problems:
        count = f"{len(problems)} problem{'s' * (len(problems) > 1)}"
        print(f"preflight: {count}. Nothing was queued.", file=sys.stderr)
        raise typer.Exit(1)
    place = profile if "/" in profile else f"profiles/{profile}"
    print(f"preflight: nothing in the way. snakemake --workflow-profile {place}")


features = typer.Typer(no_args_is_help=True, help="Kinds of feature spaces, networks.")
app.add_typer(features, name="features")


@features.command("list")
def list_features() -> None:
    """Print every kind of feature space with what it is."""
    from boldwise.cli.features import print_kinds

    print_kinds()


@features.command("describe")
def describe_features(
    kind: Annotated[str, typer.Argument(help="open_clip, timm, torchvision …")],
    model: Annotated[str, typer.Argument(help="Name or folder of the model.")],
    weights: Annotated[
        str | None, typer.Option(help="Tag, path of a checkpoint, or `untrained`.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every module, not only the main layers.")
    ] = False,
) -> None:
    """Print what a network is: its origin, its transform, and its layers."""
    from boldwise.cli.features import print_card

    print_card(kind, {"model": model, "weights": weights}, every=every)


@app.command()
def cache(
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete all of it: it can be made again.")
    ] = False,
) -> None:
    """Print where features of networks are kept between studies, and their size."""
    from boldwise.io.feature_cache import find_cache

    found = find_cache()
    n_readouts, n_bytes = found.size
    print(f"{found.folder}: {n_readouts} readouts, {n_bytes / 1e6:,.1f} MB")
    if clear:
        found.clear()
        print("deleted")


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)
