"""Voxel embeddings: the equations, and the gradient that is formed with the loss."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity, gelu, layer_norm

from boldwise.encoders import voxel_products
from boldwise.encoders.level_study import LevelStudy, StackedLevels
from boldwise.encoders.voxel_embedding import (
    VoxelEmbeddingEncoder,
    VoxelEmbeddingSizes,
)
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.training.gradients import dead_parameters
from boldwise.training.seeds import seeded

N_LEVELS, N_TOKENS, WIDTH = 2, 7, 12
N_VOXELS = {"01": 30, "other/02": 20}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Make several chunks and several rounds of stimuli even at these sizes."""
    monkeypatch.setattr(voxel_products, "CHUNK", 4)


def make(**options):
    sizes = VoxelEmbeddingSizes(embedding=6, narrowed=5, hidden=8, **options)
    with seeded(0):
        model = VoxelEmbeddingEncoder(
            N_VOXELS, (N_LEVELS, N_TOKENS, WIDTH), sizes=sizes
        ).double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.3 * torch.randn_like(parameter))
    return model


def draw_batch(n=6, n_drawn=9):
    rng = np.random.default_rng(1)
    return {
        name: {
            "tokens": torch.from_numpy(
                rng.standard_normal((n, N_LEVELS, N_TOKENS, WIDTH))
            ),
            "responses": torch.from_numpy(rng.standard_normal((n, n_drawn))),
            "responses_column": torch.from_numpy(
                np.sort(rng.choice(count, n_drawn, replace=False))
            ),
        }
        for name, count in N_VOXELS.items()
    }


def by_the_equations(m, tokens, e):
    """Equations (1) to (5) level by level, for each stimulus and voxel."""
    total = 0
    for level in range(N_LEVELS):
        x = layer_norm(tokens[:, level], (WIDTH,)) @ m.narrow[level]
        x = x + m.narrow_bias[level]
        key = x @ m.to_key[level] + m.place[level]
        attention = torch.einsum("ne,bte->bnt", m.to_query(e), key).softmax(2)
        scale, shift = m.norm_scale[level], m.norm_shift[level]
        f = layer_norm(attention @ x, (5,), scale, shift)
        hidden = gelu(f @ m.widen[level].T + m.widen_bias[level])
        o = f + hidden @ m.out[level].T + m.out_bias[level]
        total = total + torch.einsum("ne,ec,bnc->bn", e, m.functional[level], o)
    return total


def loss_by_the_equations(m, batch):
    losses = []
    for name, part in batch.items():
        e = m.embedding[name][part["responses_column"]]
        found = by_the_equations(m, part["tokens"], e)
        error = (found - part["responses"]).square().mean(1)
        losses.append(error - 0.1 * cosine_similarity(found, part["responses"]))
    return torch.cat(losses).mean()


def test_loss_and_gradients_are_those_of_the_equations():
    model, batch = make(), draw_batch()
    parameters = list(model.parameters())

    ours, plain = model.loss(batch)[0], loss_by_the_equations(model, batch)

    torch.testing.assert_close(ours, plain)
    found, wanted = (torch.autograd.grad(3 * one, parameters) for one in (ours, plain))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_gradients_are_those_of_finite_differences():
    model, batch = make(), draw_batch(n=2, n_drawn=3)
    names = [name for name, _ in model.named_parameters()]

    def loss(*values):
        named = dict(zip(names, values, strict=True))
        wrapped = torch.nn.Module()
        wrapped.model = model
        wrapped.forward = lambda: model.loss(batch)[0]
        whole = {f"model.{name}": value for name, value in named.items()}
        return torch.func.functional_call(wrapped, whole, ())

    assert torch.autograd.gradcheck(loss, tuple(model.parameters()), fast_mode=True)


def test_dropped_channels_have_no_say_in_value_or_gradient():
    model, batch = make(dropout=0.5), draw_batch(n=2)
    with seeded(3):
        loss = model.train().loss(batch)[0]
    step = 1e-5
    (slope,) = torch.autograd.grad(loss, [model.widen])
    with torch.no_grad():
        model.widen[1, 2, 3] += step
    with seeded(3):
        moved = model.loss(batch)[0]

    torch.testing.assert_close(
        (moved - loss) / step, slope[1, 2, 3], rtol=1e-3, atol=1e-8
    )


def test_predictions_are_those_of_the_equations_and_need_no_gradient():
    model, tokens = make(), draw_batch()["01"]["tokens"]
    wanted = by_the_equations(model, tokens, model.embedding["01"])

    with torch.no_grad():
        found, some = model(tokens, "01"), model(tokens, "01", torch.tensor([4, 2]))

    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(some, wanted[:, [4, 2]])


def test_validation_evaluates_the_same_loss():
    model, batch = make(), draw_batch()
    with torch.no_grad():
        plain, parts = model.loss(batch)

    torch.testing.assert_close(plain, model.loss(batch)[0].detach())
    torch.testing.assert_close(plain, parts["squared_error"] - 0.1 * parts["cosine"])


def test_a_batch_of_one_named_source_is_a_batch():
    model, batch = make(), draw_batch()
    alone = {**batch["other/02"], "source": "other/02"}

    joined = model.loss({"other/02": batch["other/02"]})[0]

    torch.testing.assert_close(model.loss(alone)[0], joined)


def test_shuffled_voxels_give_shuffled_predictions():
    model, tokens = make(), draw_batch()["01"]["tokens"]
    order = torch.randperm(30)

    torch.testing.assert_close(
        model(tokens, "01", order), model(tokens, "01")[:, order]
    )


def test_without_places_the_order_of_tokens_does_not_matter():
    model, tokens = make(), draw_batch()["01"]["tokens"]
    shuffled = tokens[:, :, torch.randperm(N_TOKENS)]
    assert not torch.allclose(model(shuffled, "01"), model(tokens, "01"))
    with torch.no_grad():
        model.place.zero_()

    torch.testing.assert_close(model(shuffled, "01"), model(tokens, "01"))


def test_places_enter_the_keys_only():
    model = make()
    same = draw_batch()["01"]["tokens"][:, :, :1].expand(-1, -1, N_TOKENS, -1)
    before = model(same, "01")
    with torch.no_grad():
        model.place.mul_(-1)

    torch.testing.assert_close(model(same, "01"), before)


def test_predictions_are_the_same_with_a_gradient_and_without():
    model, tokens = make(), draw_batch()["01"]["tokens"]
    traced = model(tokens, "01")

    with torch.no_grad():
        torch.testing.assert_close(model(tokens, "01"), traced.detach())


def test_the_gradient_of_predictions_is_that_of_the_loss():
    model, batch = make(), draw_batch()["01"]
    parameters = [one for name, one in model.named_parameters() if "02" not in name]
    wanted = torch.autograd.grad(model.loss({**batch, "source": "01"})[0], parameters)

    found = model(batch["tokens"], "01")
    target = batch["responses"]
    column = batch.get("responses_column")
    found = found if column is None else found[:, column]
    alike = torch.nn.functional.cosine_similarity(found, target)
    loss = ((found - target).square().mean(1) - model.sizes.cosine * alike).mean()

    for one, other in zip(torch.autograd.grad(loss, parameters), wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_predictions_tell_which_tokens_they_follow():
    model, tokens = make(), draw_batch()["01"]["tokens"].requires_grad_()

    model(tokens, "01")[0].sum().backward()

    assert tokens.grad[0].abs().sum() > 0
    assert tokens.grad[1:].abs().sum() == 0


def test_every_parameter_learns():
    assert dead_parameters(make(), [draw_batch()]) == {}


def test_a_frozen_network_gives_embeddings_the_same_gradient():
    model, batch = make(), draw_batch()
    table = model.embedding["01"]
    (wanted,) = torch.autograd.grad(model.loss(batch)[0], [table])
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith("embedding"))

    (found,) = torch.autograd.grad(model.loss(batch)[0], [table])

    torch.testing.assert_close(found, wanted)


def test_levels_are_stacked_when_rows_are_read():
    levels = [np.full((4, 3, 2), level, np.float16) for level in range(5)]

    stacked = StackedLevels(levels)

    assert stacked.shape == (4, 5, 3, 2)
    np.testing.assert_array_equal(stacked[1:3][0, :, 0, 0], range(5))


def test_levels_of_different_shapes_are_refused():
    with pytest.raises(ShapeMismatchError, match="2 levels have shapes"):
        StackedLevels([np.zeros((4, 3, 2)), np.zeros((4, 2, 2))])


def test_a_stimulus_that_trains_and_tests_is_refused():
    with pytest.raises(DataError, match="1 stimuli are both trained on and tested"):
        LevelStudy(
            np.zeros((4, 1, 2, 2)), np.zeros((2, 3)), np.arange(2), np.arange(1, 4)
        )


def test_responses_without_rows_are_refused():
    with pytest.raises(ShapeMismatchError, match="3 responses to 2 training rows"):
        LevelStudy(
            np.zeros((4, 1, 2, 2)), np.zeros((3, 3)), np.arange(2), np.arange(3, 4)
        )


def test_groups_of_other_rows_are_refused():
    with pytest.raises(ShapeMismatchError, match="3 groups for 2 training rows"):
        LevelStudy(
            np.zeros((4, 1, 2, 2)),
            np.zeros((2, 3)),
            np.arange(2),
            np.arange(3, 4),
            groups=np.arange(3),
        )
