"""Each option of the shared-latent decoder, where it beats the decoder without it."""

from dataclasses import replace

import numpy as np
import pytest
from planted_brains import latent_of, plant

from boldwise.decoders.adaptation import AdaptationOptions, adapt
from boldwise.decoders.adaptation_curve import identify_tests, rank_tests, scores_of
from boldwise.decoders.fit_shared_latent import (
    SharedLatentOptions,
    fit_shared_latent,
    tell,
)
from boldwise.decoders.heads import HeadOptions
from boldwise.decoders.objective import Objective
from boldwise.decoders.shared_latent import DecoderOptions
from boldwise.decoders.subject_maps import MapOptions
from boldwise.training.options import TrainingOptions

pytestmark = pytest.mark.recovery

TRAINING = TrainingOptions(
    n_epochs=8,
    batch_size=12,
    learning_rate=3e-3,
    schedule="one_cycle",
    weight_decay=0.1,
)
SIZES = {"n_train": 200, "n_test": 100, "n_coded": 6, "n_uncoded": 12, "width": 32}
N_REGIONS = 6


def fit(study, *, n_epochs=8, training=TRAINING, **decoder):
    chosen = DecoderOptions(**{"latent": 48, "n_blocks": 0, "dropout": 0.0, **decoder})
    training = replace(training, n_epochs=n_epochs)
    return fit_shared_latent(study, options=SharedLatentOptions(chosen, 0.1, training))


def two_way(found, study, target="image"):
    """Score of each subject."""
    ranks = identify_tests(found, study)
    return np.array([scores_of(one[target])["two_way"] for one in ranks.values()])


def with_responses(study, change, region=None):
    """Change all responses: ``change(responses, brain, generator)``."""
    brains = {
        name: replace(
            one,
            responses=np.float32(
                change(one.responses.copy(), one, np.random.default_rng(seed))
            ),
            region=region,
        )
        for seed, (name, one) in enumerate(study.brains.items())
    }
    return replace(study, brains=brains)


def test_voxel_dropout_helps_where_noise_is_strong():
    study = plant(3, **SIZES, n_voxels=150, noise=3.0)

    gain = two_way(
        fit(study, subject_map=MapOptions(voxel_dropout=0.5)), study
    ) - two_way(fit(study), study)

    assert gain.min() > 0


def test_region_masking_helps_where_regions_lose_their_signal():
    region = np.arange(120) // 20

    def lose_half(responses, brain, generator):
        mean = responses[brain.train].mean(0)
        for row in brain.test:
            lost = generator.permutation(N_REGIONS)[:3]
            responses[row] = np.where(np.isin(region, lost), mean, responses[row])
        return responses

    study = plant(3, **SIZES, n_voxels=120, noise=1.5)
    study = with_responses(study, lose_half, region)

    gain = two_way(
        fit(study, subject_map=MapOptions(region_dropout=0.5)), study
    ) - two_way(fit(study), study)

    assert gain.min() > 0


def test_an_embedder_per_region_stands_artefacts_in_one_of_them():
    region = np.arange(120) // 20

    def disturb(responses, brain, generator):
        hit = generator.integers(0, N_REGIONS, len(responses))
        noise = 40 * generator.standard_normal(responses.shape)
        return responses + noise * (region == hit[:, None])

    study = with_responses(plant(3, **SIZES, n_voxels=120, noise=1.5), disturb, region)

    gain = two_way(fit(study, subject_map=MapOptions("regions")), study) - two_way(
        fit(study), study
    )

    assert gain.min() > 0.03


def test_parcels_with_one_map_tell_a_subject_never_trained_on():
    """Parcels mean the same in all brains, voxels do not."""
    study = plant(6, **SIZES, n_voxels=120)
    latent = latent_of(study, 6, 12)[:, :6]
    profile = np.random.default_rng(9).standard_normal((6, 20)) / np.sqrt(6)
    parcels = {}

    def respond(responses, brain, generator):
        parcel = generator.permutation(np.repeat(np.arange(20), 6))
        parcels[len(parcels)] = parcel
        signal = (latent @ profile)[brain.stimulus_row][:, parcel]
        return signal + 2 * generator.standard_normal(signal.shape)

    study = with_responses(study, respond)
    brains = {
        name: replace(one, region=parcels[place])
        for place, (name, one) in enumerate(study.brains.items())
    }
    study = replace(study, brains=brains)
    known, new = study.only(["s0", "s1", "s2"]), study.only(["s3", "s4", "s5"])
    shared = fit(known, subject_map=MapOptions("parcels", shared=True))
    own = fit(known)

    told = adapt(shared, new, options=AdaptationOptions("linear", 0.1, TRAINING))
    by_voxel = [
        rank_tests(
            tell(own.model, "s0", one.responses[one.test])["image"][1],
            new,
            name,
            "image",
            own,
        )
        for name, one in new.brains.items()
    ]

    assert told.n_parameters == 0
    assert two_way(told, new).min() > 0.85
    assert max(scores_of(one)["two_way"] for one in by_voxel) < 0.65


def test_text_beside_the_image_helps_to_tell_the_image():
    """The text holds what brains code, without the rest of what images hold."""
    sizes = {**SIZES, "n_train": 150, "n_coded": 5, "n_uncoded": 30}
    study = plant(3, **sizes, n_voxels=100, noise=2.0)
    coded = latent_of(study, 5, 30)[:, :5]
    text = coded @ np.random.default_rng(9).standard_normal((5, 16))
    both = replace(study, targets={**study.targets, "text": np.float32(text)})

    gain = two_way(fit(both), both) - two_way(fit(study), study)

    assert gain.min() > 0


def test_a_branch_for_pictures_beats_the_nearest_training_picture():
    """And a matrix to all pixels, which knows nothing of neighbours."""
    sizes = {**SIZES, "n_train": 150, "n_test": 60, "n_coded": 8, "n_uncoded": 8}
    study = plant(3, **sizes, n_voxels=150, noise=2.0)
    picture = _blobs(latent_of(study, 8, 8)[:, :8])
    both = replace(study, targets={**study.targets, "picture": picture})
    branch = fit(both, heads={"picture": HeadOptions("picture", width=8)})
    flat, alone = fit(both), fit(study)

    for name, brain in study.brains.items():
        truth = picture[brain.stimulus_row[brain.test]]
        seen = _alike(branch.prediction[name]["picture"], truth)
        assert seen > _alike(flat.prediction[name]["picture"], truth) + 0.1
        assert seen > _alike(picture[_nearest(alone, study, name)], truth) + 0.05


def _blobs(latent):
    """Pictures (n, 3, 16, 16) of smooth blobs, each as bright as one number."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:16, :16] / 15
    at = rng.random((latent.shape[1], 2, 1, 1))
    blob = np.exp(-((y - at[:, 0]) ** 2 + (x - at[:, 1]) ** 2) / (2 * 0.15**2))
    colour = rng.random((latent.shape[1], 3))
    return np.einsum("nk,khw,kc->nchw", latent, blob, colour).astype("f4")


def _alike(told, truth):
    """Mean correlation over pixels."""
    pairs = zip(told, truth, strict=True)
    return np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs])


def _nearest(found, study, name):
    """Training stimulus whose embedding is most like what is told."""
    rows = study.shown("train")
    known = found.scale["image"].apply(study.targets["image"][rows])
    told = found.retrieval[name]["image"]
    unit = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (told, known)]
    return rows[np.argmax(unit[0] @ unit[1].T, axis=1)]


def test_a_shallow_map_stands_trials_of_very_different_strength():
    """Its norm brings every trial to the same size; a matrix hears the loud ones."""
    sizes = {**SIZES, "n_train": 300}
    study = plant(3, **sizes, n_voxels=100, noise=1.5)
    study = with_responses(
        study,
        lambda x, _, generator: (x - 100) * generator.lognormal(0, 2, (len(x), 1)),
    )

    gain = two_way(
        fit(study, subject_map=MapOptions("shallow", rank=96)), study
    ) - two_way(fit(study), study)

    assert gain.min() > 0


def test_resampled_tokens_find_objects_at_their_places():
    """Tokens of a grid show what lies near them: no matrix can look there."""
    rng = np.random.default_rng(0)
    n_train, side = 400, 6
    n_stimuli = 3 * n_train + 100
    place = rng.uniform(-1, 1, (n_stimuli, 2, 2))
    thing = rng.standard_normal((n_stimuli, 3, 5))  # two objects and what is behind
    study = plant(3, n_train=n_train, n_test=100, n_voxels=100)
    target = _scene(place, thing, side).astype("f4")
    coded = np.concatenate(
        [1.7 * place.reshape(n_stimuli, -1), thing.reshape(n_stimuli, -1)], 1
    )

    def respond(responses, brain, generator):
        weight = (
            generator.standard_normal((coded.shape[1], 100)) / coded.shape[1] ** 0.5
        )
        signal = coded[brain.stimulus_row] @ weight
        return signal + 0.3 * generator.standard_normal(signal.shape)

    study = with_responses(replace(study, targets={"tokens": target}), respond)
    faster = replace(TRAINING, learning_rate=1e-2, weight_decay=0.01)
    heads = {"tokens": HeadOptions("resampled", width=16)}
    looking = fit(study, training=faster, n_epochs=15, heads=heads)
    flat = fit(study, training=faster, n_epochs=15)

    for name, brain in study.brains.items():
        truth = target[brain.stimulus_row[brain.test]]
        left = [
            ((one.prediction[name]["tokens"] - truth) ** 2).mean()
            for one in (looking, flat)
        ]
        assert left[0] < 0.75 * left[1]


def _scene(place, thing, side):
    """Tokens (n, side * side, 5): objects near them, or what is behind."""
    y, x = np.mgrid[:side, :side] / (side - 1) * 2 - 1
    at = np.stack([y.ravel(), x.ravel()], 1)  # (T, 2)
    away = ((at[None, :, None] - place[:, None]) ** 2).sum(-1)  # (n, T, 2)
    share = np.exp(-away / (2 * 0.4**2))
    share = np.concatenate([share, np.full((*share.shape[:2], 1), 0.1)], 2)
    return share / share.sum(2, keepdims=True) @ thing


def test_reset_tuning_beats_starting_from_scratch():
    """A new map beside known subjects, with a cycle through their brains."""
    study = plant(6, **{**SIZES, "n_test": 100}, n_voxels=60)
    known, new = study.only(["s0", "s1", "s2"]), study.only(["s3", "s4", "s5"])
    brains = {name: one.within(trials=40) for name, one in new.brains.items()}
    new = replace(new, brains=brains)
    learned = fit(known, latent=16, objective=Objective(rebuild=0.2, cycle=0.2))
    training = replace(TRAINING, n_epochs=15)

    reset = adapt(
        learned, new, options=AdaptationOptions("linear", 0.15, training), beside=known
    )
    scratch = adapt(learned, new, options=AdaptationOptions("scratch", 0.15, training))

    assert (two_way(reset, new) - two_way(scratch, new)).min() > 0.02
