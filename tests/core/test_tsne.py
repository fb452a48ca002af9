"""t-SNE: its likeness and its forces against their definitions, its maps against scikit-learn's."""

import numpy as np
import pytest
from sklearn.manifold import TSNE, trustworthiness

from vae_desktop.core import tsne as module
from vae_desktop.core.errors import Cancelled, DataError
from vae_desktop.core.tsne import ITERATIONS, alike, every_pair, gradient, interpolated, tsne


def codes_of(count: int, classes: int = 6, seed: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    return (random.normal(size=(classes, 8))[labels] * 3 + random.normal(size=(count, 8))).astype(
        np.float32
    )


def dense(edges: module.Edges, count: int) -> np.ndarray:
    likeness = np.zeros((count, count))
    likeness[edges.first, edges.second] = edges.likeness
    return likeness


def test_likeness_is_symmetric_and_has_the_perplexity() -> None:
    count = 120
    codes = codes_of(count)
    likeness = dense(alike(codes), count)
    assert np.allclose(likeness, likeness.T)
    assert likeness.sum() == pytest.approx(1, abs=1e-5)
    assert not likeness.diagonal().any()
    # The definition, row by row: exp(−d² β) over the 90 nearest, β for an entropy of log 30.
    squares = np.square(codes[:, None].astype(float) - codes).sum(axis=2)
    expected = np.zeros((count, count))
    for row in range(count):
        near = [j for j in np.argsort(squares[row]) if j != row][:90]
        low, high = 0.0, 100.0
        for _ in range(80):
            beta = (low + high) / 2
            weights = np.exp(-(squares[row, near] - squares[row, near].min()) * beta)
            shares = weights / weights.sum()
            entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
            low, high = (beta, high) if entropy > np.log(30) else (low, beta)
        expected[row, near] = shares
    np.testing.assert_allclose(likeness, (expected + expected.T) / (2 * count), atol=1e-6)


@pytest.mark.parametrize(("spread", "tolerance"), [(0.01, 1e-3), (5, 0.01), (20, 0.12)])
def test_interpolated_repulsion_is_that_of_every_pair(spread: float, tolerance: float) -> None:
    places = (np.random.default_rng(0).normal(size=(400, 2)) * spread).astype(np.float32)
    away = places[:, None].astype(float) - places
    kernel = 1 / (1 + np.square(away).sum(axis=2))
    push = (np.square(kernel)[:, :, None] * away).sum(axis=1)
    for method, limit in ((every_pair, 1e-4), (interpolated, tolerance)):
        found, total = method(places)
        assert np.linalg.norm(found - push) < limit * np.linalg.norm(push)
        assert total == pytest.approx(kernel.sum() - 400, rel=1e-3)


def test_the_gradient_is_the_slope_of_the_divergence() -> None:
    codes = codes_of(40)
    edges = alike(codes)
    likeness = dense(edges, 40)
    places = np.random.default_rng(1).normal(size=(40, 2))

    def divergence(at: np.ndarray) -> float:
        kernel = 1 / (1 + np.square(at[:, None] - at).sum(axis=2))
        np.fill_diagonal(kernel, 0)
        shares = kernel / kernel.sum()
        some = likeness > 0
        return float((likeness[some] * np.log(likeness[some] / shares[some])).sum())

    slope = gradient(edges, places.astype(np.float32))
    for row, axis in ((0, 0), (7, 1), (39, 0)):
        step = np.zeros_like(places)
        step[row, axis] = 1e-5
        expected = (divergence(places + step) - divergence(places - step)) / 2e-5
        assert slope[row, axis] == pytest.approx(expected, rel=2e-2, abs=1e-5)


def test_neighbours_are_kept_as_well_as_by_scikit_learn() -> None:
    codes = codes_of(150)
    told: list[float] = []
    ours = tsne(codes, lambda share, _: told.append(share))
    theirs = TSNE(init="pca", random_state=0, max_iter=500).fit_transform(codes)
    ours_kept, theirs_kept = (trustworthiness(codes, places) for places in (ours, theirs))
    assert ours_kept > theirs_kept - 0.02
    assert len(told) >= ITERATIONS
    assert told == sorted(told)


def test_it_ends_at_once_when_it_is_cancelled() -> None:
    calls = 0

    def stop(share: float, sentence: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        tsne(codes_of(60), stop)
    assert calls == 5


@pytest.mark.parametrize(
    "codes", [np.zeros((2, 3), np.float32), np.full((30, 3), np.nan, np.float32)]
)
def test_what_cannot_be_placed_is_refused(codes: np.ndarray) -> None:
    with pytest.raises(DataError, match="finite"):
        tsne(codes)


@pytest.mark.parametrize("codes", [np.zeros((30, 3), np.float32), np.ones((8, 1), np.float32)])
def test_codes_that_are_all_alike_have_places(codes: np.ndarray) -> None:
    assert np.isfinite(tsne(codes)).all()
