"""A shared-latent decoder as the config tells it, for the library."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from boldwise.training.options import TrainingOptions

if TYPE_CHECKING:
    from boldwise.decoders.adaptation import AdaptationOptions
    from boldwise.decoders.fit_shared_latent import SharedLatentOptions

LOW_LEVEL = "picture"  # name of the target that is a small picture


def shared_options(options: Mapping[str, Any]) -> "SharedLatentOptions":
    """Make what ``fit_shared_latent`` takes.

    Parameters
    ----------
    options : mapping
        Of a decoder of the kind ``shared_latent``, as in the config.

    Returns
    -------
    options : SharedLatentOptions
    """
    from boldwise.decoders.fit_shared_latent import SharedLatentOptions
    from boldwise.decoders.heads import HeadOptions
    from boldwise.decoders.objective import Objective
    from boldwise.decoders.shared_latent import DecoderOptions
    from boldwise.decoders.subject_maps import MapOptions

    heads = {
        name: HeadOptions(**{k: v for k, v in one.items() if k != "tokens"})
        for name, one in options["heads"].items()
    }
    if options["low_level_px"]:
        heads[LOW_LEVEL] = HeadOptions("picture")
    aim = dict(options["objective"])
    aim["soft_temperature"] = tuple(aim["soft_temperature"])
    return SharedLatentOptions(
        decoder=DecoderOptions(
            latent=options["latent"],
            n_blocks=options["n_blocks"],
            dropout=options["dropout"],
            subject_map=MapOptions(**options["subject_map"]),
            heads=heads,
            objective=Objective(**aim),
        ),
        validation_share=options["validation_share"],
        training=TrainingOptions(**options["training"]),
    )


def adaptation_modes(options: Mapping[str, Any]) -> list["AdaptationOptions"]:
    """Make what ``adaptation_curve`` takes, one for each mode.

    Parameters
    ----------
    options : mapping
        ``new_subjects`` of a decoder, as in the config.

    Returns
    -------
    modes : list of AdaptationOptions
    """
    from boldwise.decoders.adaptation import AdaptationOptions

    first = AdaptationOptions(
        validation_share=options["validation_share"],
        training=TrainingOptions(**options["training"]),
        then=TrainingOptions(**options["then"]),
        rank=options["rank"],
    )
    return [replace(first, mode=mode) for mode in options["modes"]]
