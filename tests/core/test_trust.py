"""What the data says about a code, against closed forms and models made by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_desktop.core.errors import Cancelled
from vae_desktop.core.latents import Cloud
from vae_desktop.core.trust import know, latents_in_use, round_trips

Floats = NDArray[np.float32]


def cloud_of(mu: Floats, sigma: Floats | None = None) -> Cloud:
    sigma = np.zeros_like(mu) if sigma is None else sigma
    return Cloud(1, len(mu), np.arange(len(mu)), mu.astype(np.float32), sigma.astype(np.float32))


def gaussian_cloud(count: int, dim: int, spread: float) -> Cloud:
    """Posteriors whose mixture is N(0, I): means of variance `spread`², the rest is theirs."""
    mu = spread * np.random.default_rng(3).standard_normal((count, dim))
    return cloud_of(mu, np.full((count, dim), np.sqrt(1 - spread**2)))


def at(*z: float) -> Floats:
    return np.array(z, np.float32)


@pytest.mark.parametrize("spread", [0.999, 0.8])
@pytest.mark.parametrize("radius", [0.0, 0.7, 1.5, 2.5])
def test_the_density_of_a_gaussian_is_that_of_its_radius(radius: float, spread: float) -> None:
    """In the plane, the share of N(0, I) beyond a radius r is exp(−r²/2)."""
    known = know(gaussian_cloud(20_000, 2, spread))
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    places = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    shares = [known.density(place.astype(np.float32)) for place in places]
    assert np.mean(shares) == pytest.approx(np.exp(-(radius**2) / 2), abs=0.05)


def test_a_hole_and_the_far_outside_have_no_data() -> None:
    angles = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    known = know(cloud_of(np.stack([np.cos(angles), np.sin(angles)], axis=1)))
    assert known.density(at(0, 0)) == 0
    assert known.density(at(9, 9)) == 0
    between = np.pi / 500
    assert known.density(at(np.cos(between), np.sin(between))) == 1


def test_latents_that_are_not_in_use_do_not_count() -> None:
    used = gaussian_cloud(3_000, 2, 0.9)
    idle = 60
    mu = np.concatenate([used.mu, np.zeros((3_000, idle))], axis=1)
    sigma = np.concatenate([used.sigma, np.ones((3_000, idle))], axis=1)
    wide = cloud_of(mu, sigma)
    assert list(latents_in_use(wide)) == [0, 1]
    known = know(wide)
    far = np.full(idle, 2.5, np.float32)
    for radius in (1.0, 2.0):
        around = [radius * at(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 6, 20)]
        shares = [known.density(np.concatenate([place, far])) for place in around]
        assert np.mean(shares) == pytest.approx(np.exp(-(radius**2) / 2), abs=0.08)
    assert known.density(np.concatenate([at(0, 6), 0 * far])) == 0


def test_far_out_in_one_of_many_latents_is_far_out() -> None:
    """The noise of 127 latents is larger than 9 σ in one: distances alone would not tell."""
    known = know(gaussian_cloud(2_000, 128, 0.5))
    place = np.zeros(128, np.float32)
    assert known.density(place) > 0.9
    place[5] = 9
    assert known.density(place) == 0


def test_points_have_all_their_latents_in_use() -> None:
    assert list(latents_in_use(cloud_of(np.zeros((5, 3))))) == [0, 1, 2]


def test_the_nearest_are_those_of_a_search_through_all() -> None:
    cloud = gaussian_cloud(400, 5, 0.9)
    place = at(0.3, -0.2, 1, 0, 0.5)
    places, distances = know(cloud).nearest(place, 7)
    apart = np.linalg.norm(cloud.mu - place, axis=1)
    assert list(places) == list(np.argsort(apart)[:7])
    assert distances == pytest.approx(apart[places], rel=1e-5)


def test_codes_that_are_no_numbers_are_never_near() -> None:
    mu = np.random.default_rng(0).standard_normal((30, 2))
    mu[::2] = np.nan
    known = know(cloud_of(mu))
    places, _ = known.nearest(at(0, 0), 20)
    assert sorted(places) == list(range(1, 30, 2))
    assert 0 <= known.density(at(0, 0)) <= 1


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_few_codes_are_no_error(count: int) -> None:
    known = know(cloud_of(np.arange(2.0 * count).reshape(count, 2)))
    assert len(known.nearest(at(0, 0))[0]) == count
    assert 0 <= known.density(at(0, 0)) <= 1


class Halving:
    """Decodes to brightness 100 + 10 z, exactly for whole z; reads half of it back."""

    step = 1

    def decode(self, z: Floats, labels: object = None) -> NDArray[np.uint8]:
        return (100 + 10 * z).astype(np.uint8)[:, None, None, :]

    def encode(self, images: NDArray[np.uint8], labels: object = None) -> tuple[Floats, Floats]:
        z = (images[:, 0, 0].astype(np.float32) - 100) / 20
        return z, np.zeros_like(z)


def test_the_round_trip_of_a_model_that_halves_is_half_the_length() -> None:
    z = np.array([[3, 4], [0, 0], [-6, 8]], np.float32)
    assert round_trips(Halving(), z) == pytest.approx([2.5, 0, 5])
    known = know(cloud_of(np.array([[3, 4], [0, 2], [6, 8]])), Halving())
    assert known.round_trip == pytest.approx(2.5)


class ExactForOnes(Halving):
    """Told that a picture is of class 1, it reads back the whole of it."""

    def encode(self, images: NDArray[np.uint8], labels: object = None) -> tuple[Floats, Floats]:
        mu, sigma = super().encode(images)
        return (2 * mu if np.array_equal(labels, np.ones(len(images))) else mu), sigma


def test_images_make_their_round_trips_as_of_their_own_classes() -> None:
    cloud = cloud_of(np.array([[3, 4], [0, 2], [6, 8]]))
    assert know(cloud, ExactForOnes()).round_trip == pytest.approx(2.5)
    told = know(cloud, ExactForOnes(), labels=np.ones(3, np.int64))
    assert told.round_trip == pytest.approx(0)


def test_it_can_be_cancelled() -> None:
    def progress(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        know(gaussian_cloud(200, 2, 0.5), None, progress)
