"""Mirrors src/boldwise/decoders/shared_latent.py."""

import itertools

import numpy as np
import pytest
import torch

from boldwise.decoders.heads import HeadOptions
from boldwise.decoders.objective import Objective
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.shared_latent import DecoderOptions, SharedLatentDecoder
from boldwise.decoders.subject_maps import MapOptions, SubjectInput
from boldwise.errors import DataError
from boldwise.training.gradients import dead_parameters

SHAPES = {"image": (7,), "tokens": (4, 5), "low.level": (2, 4, 4)}
HEADS = {"low.level": HeadOptions("picture", width=3)}
REGION = np.repeat(np.arange(3), 4)
VOXELS = {"a": 12, "b": 12, "d1/sub.3": 12}
H, B = 8, 6


def subject_of(size, seed=0):
    rng = np.random.default_rng(seed)
    mean, width = rng.normal(3, 1, size), rng.uniform(1, 2, size)
    return SubjectInput(mean.astype("f4"), width.astype("f4"), REGION)


def make(names=tuple(VOXELS), **options):
    torch.manual_seed(0)
    chosen = {"latent": H, "n_blocks": 2, "dropout": 0.0, "heads": HEADS, **options}
    scales = {
        name: RowScale(np.full(shape, 1.0, "f4"), np.full(shape, 2.0, "f4"))
        for name, shape in SHAPES.items()
    }
    inputs = {name: subject_of(VOXELS[name], seed) for seed, name in enumerate(names)}
    return SharedLatentDecoder(inputs, scales, options=DecoderOptions(**chosen))


def batch_of(names=tuple(VOXELS), seed=0):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(B, *shape, generator=generator)

    return {
        name: {
            "responses": draw(VOXELS[name]),
            "targets": {target: draw(*shape) for target, shape in SHAPES.items()},
        }
        for name in names
    }


@pytest.mark.parametrize("share", [0.0, 0.9])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"n_blocks": 0},
        {"objective": Objective(distance="cosine", then="info_nce")},
        {"subject_map": MapOptions("shallow", rank=3)},
        {"subject_map": MapOptions("regions", region_dropout=0.5)},
        {"subject_map": MapOptions("parcels", shared=True)},
        {"objective": Objective(rebuild=1.0, cycle=1.0)},
        {
            "objective": Objective(rebuild=1.0, cycle=1.0),
            "subject_map": MapOptions("parcels"),
        },
        {"heads": {**HEADS, "tokens": HeadOptions("resampled", width=4, depth=2)}},
        {"heads": {**HEADS, "tokens": HeadOptions(n_projections=3)}},
    ],
)
def test_a_gradient_reaches_every_parameter(options, share):
    model = make(**options)
    model.at(share)

    assert dead_parameters(model, [batch_of(), batch_of(seed=1)]) == {}


def test_the_order_of_the_subjects_changes_no_bit():
    losses = set()
    for names in itertools.permutations(VOXELS):
        model = make()  # the same weights: names are sorted
        torch.manual_seed(1)
        batch = batch_of()
        loss, parts = model.loss({name: batch[name] for name in names})
        losses.add((loss.item(), *(part.item() for part in parts.values())))

    assert len(losses) == 1


def test_the_order_in_which_subjects_are_given_changes_no_weight():
    scales = {"image": RowScale(np.zeros(7, "f4"), np.ones(7, "f4"))}
    inputs = {name: subject_of(12, seed) for seed, name in enumerate(VOXELS)}
    states = []
    for names in (list(inputs), list(inputs)[::-1]):
        torch.manual_seed(0)
        given = {name: inputs[name] for name in names}
        model = SharedLatentDecoder(given, scales, options=DecoderOptions(latent=H))
        states.append(model.state_dict())

    for name, one in states[0].items():
        assert torch.equal(one, states[1][name])


def test_without_trunk_and_mixing_the_loss_is_its_equation():
    """Linear to linear; mean squared error and InfoNCE of z-scores, written out."""
    aim = Objective(mixed_share=0, then="info_nce", regression=2.0, contrast=0.5)
    model = make(n_blocks=0, objective=aim).double()
    batch = batch_of()
    head = model.heads["=image"].expand.linear
    told, wanted = [], []
    for name in sorted(VOXELS):
        one = model.map_of(name)
        x = (batch[name]["responses"].double() - one.mean) / one.width
        told.append(one.inner.linear(x) @ head.weight.T + head.bias)
        wanted.append((batch[name]["targets"]["image"].double() - 1) / 2)
    told, wanted = torch.cat(told), torch.cat(wanted)
    unit = [v / v.norm(dim=1, keepdim=True) for v in (told, wanted)]
    logits = unit[0] @ unit[1].T / aim.temperature
    both = (logits.log_softmax(1).diag() + logits.log_softmax(0).diag()).mean()

    model.at(0.5)
    loss, parts = model.loss(to_double(batch))

    regression, contrast = parts["image_regression"], parts["image_contrast"]
    assert regression.item() == pytest.approx((told - wanted).square().mean().item())
    assert contrast.item() == pytest.approx(-both.item() / 2)
    weights = {"regression": 2.0 / 3, "contrast": 0.5 / 3}
    whole = sum(
        weights[name.rpartition("_")[2]] * one.item() for name, one in parts.items()
    )
    assert loss.item() == pytest.approx(whole)
    assert "low.level_contrast" not in parts


def to_double(batch):
    return {
        name: {
            "responses": one["responses"].double(),
            "targets": {k: t.double() for k, t in one["targets"].items()},
        }
        for name, one in batch.items()
    }


def test_mixed_brains_are_used_in_early_training_only():
    model, batch = make(), batch_of()

    def losses(share):
        model.at(share)
        return {round(model.loss(batch)[0].item(), 6) for _ in range(3)}

    assert len(losses(0.1)) == 3
    assert len(losses(0.5)) == 1
    model.eval()
    assert losses(0.1) == losses(0.9)


def test_subjects_are_told_alone_as_they_are_together():
    model, batch = make().eval(), batch_of()
    for name in VOXELS:
        told = model(batch[name]["responses"], name)
        assert {k: one[0].shape[1:] for k, one in told.items()} == SHAPES
        again = model(batch[name]["responses"][:2], name)
        torch.testing.assert_close(again["tokens"][1], told["tokens"][1][:2])


def test_forgotten_subjects_leave_the_others_as_they_are():
    model, batch = make(objective=Objective(rebuild=1.0)).eval(), batch_of()
    before = model(batch["b"]["responses"], "b")["image"][0]

    model.keep(["b"])

    assert model.subjects == ["b"]
    assert len(model.builders) == 1
    assert torch.equal(model(batch["b"]["responses"], "b")["image"][0], before)


def test_unknown_subjects_are_refused():
    with pytest.raises(DataError, match="knows no subject 'z', it knows 'a', 'b'"):
        make().map_of("z")
