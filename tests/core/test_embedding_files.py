"""Codes as files, read back by other means."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.samples import tiny_dataset
from vae_desktop.core.embedding_files import write_csv, write_npz, write_projector
from vae_desktop.core.imaging import write_gif
from vae_desktop.core.latents import Cloud, PictureSet

NAMES = ("horizontal", "vertical")


@pytest.fixture
def pictures() -> PictureSet:
    data = tiny_dataset(train=30, test=11)
    return PictureSet((("test", data.test), ("training", data.train)))


@pytest.fixture
def cloud(pictures: PictureSet) -> Cloud:
    rows = pictures.subset(25)
    mu = np.random.default_rng(0).normal(size=(25, 3)).astype(np.float32)
    return Cloud(5, len(pictures), rows, mu, np.full_like(mu, 0.5))


def test_csv(tmp_path: Path, cloud: Cloud, pictures: PictureSet) -> None:
    write_csv(tmp_path / "codes.csv", cloud, pictures, NAMES)
    with (tmp_path / "codes.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["part", "index", "label", "z1", "z2", "z3"]
    for line, row, mu in zip(lines, cloud.rows, cloud.mu, strict=True):
        first = 11 if line["part"] == "training" else 0
        assert int(line["index"]) + first == row
        assert pictures.labels is not None
        assert line["label"] == NAMES[pictures.labels[row]]
        np.testing.assert_allclose([float(line[f"z{j}"]) for j in (1, 2, 3)], mu, rtol=1e-6)


def test_npz_needs_no_pickle(tmp_path: Path, cloud: Cloud, pictures: PictureSet) -> None:
    write_npz(tmp_path / "codes.npz", cloud, pictures)
    with np.load(tmp_path / "codes.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["mu"], cloud.mu)
        assert np.array_equal(arrays["sigma"], cloud.sigma)
        assert pictures.labels is not None
        assert np.array_equal(arrays["label"], pictures.labels[cloud.rows])
        assert arrays["step"] == 5
        first = np.where(arrays["part"] == "training", 11, 0)
        assert np.array_equal(arrays["index"] + first, cloud.rows)


def test_projector_folder(tmp_path: Path, cloud: Cloud, pictures: PictureSet) -> None:
    assert write_projector(tmp_path / "new", cloud, pictures, NAMES, "Bars") == 25
    config = json.loads((tmp_path / "new/projector_config.json").read_text())["embeddings"][0]
    assert config["tensorShape"] == [25, 3]
    assert config["sprite"]["singleImageDim"] == [8, 8]
    tensors = np.loadtxt(tmp_path / "new" / config["tensorPath"], delimiter="\t")
    np.testing.assert_allclose(tensors, cloud.mu, rtol=1e-6)
    lines = (tmp_path / "new" / config["metadataPath"]).read_text().splitlines()
    assert lines[0] == "label\tpart\tindex"
    assert len(lines) == 26
    sprite = np.asarray(Image.open(tmp_path / "new" / config["sprite"]["imagePath"]))
    assert sprite.shape == (40, 40)
    for place, row in enumerate(cloud.rows):
        top, left = 8 * (place // 5), 8 * (place % 5)
        assert np.array_equal(
            sprite[top : top + 8, left : left + 8], pictures.images(np.array([row]))[0, 0]
        )


def test_a_film_runs_there_and_back(tmp_path: Path) -> None:
    frames = np.stack([np.full((1, 4, 5), 60 * k, np.uint8) for k in range(4)])
    write_gif(tmp_path / "film.gif", frames, enlarge=3)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (15, 12)
        assert film.info["loop"] == 0
        shades = []
        for frame in range(film.n_frames):
            film.seek(frame)
            shades.append(int(np.asarray(film.convert("L")).mean()))
    assert shades == [0, 60, 120, 180, 120, 60]


def test_colour_films(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 3, 6, 6)).astype(np.uint8)
    write_gif(tmp_path / "film.gif", frames)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (6, 6)
