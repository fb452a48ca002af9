"""The config: defaults, limits, sentences, JSON."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_desktop.core.config import SECTIONS, RunConfig, field_of, limits_text, unit_of
from vae_desktop.core.errors import ConfigError

finite = {"allow_nan": False, "allow_infinity": False}
configs = st.builds(
    lambda latent, hidden, beta, epochs, batch, rate, seed, limit: RunConfig().changed(
        data={"train_limit": limit},
        model={"latent_dim": latent, "hidden": hidden},
        objective={"beta": beta},
        training={"epochs": epochs, "batch_size": batch, "learning_rate": rate, "seed": seed},
    ),
    st.integers(1, 128),
    st.lists(st.integers(1, 4096), min_size=1, max_size=6),
    st.floats(0, 1000, **finite),
    st.integers(1, 10_000),
    st.integers(1, 16_384),
    st.floats(0, 10, exclude_min=True, **finite),
    st.integers(0, 2**31 - 1),
    st.none() | st.integers(1, 10**6),
)


@given(configs)
def test_json_round_trip(config: RunConfig) -> None:
    assert RunConfig.parse(json.loads(config.to_json())) == config


def test_defaults_are_the_talks_vae() -> None:
    config = RunConfig()
    assert (config.model.hidden, config.model.latent_dim) == ((400,), 2)
    assert (config.training.batch_size, config.training.learning_rate) == (120, 1e-3)
    assert config.objective.beta == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": {"latent_dim": 0}}, ["Latents", "0", "at least 1"]),
        ({"model": {"latent_dim": 129}}, ["Latents", "at most 128"]),
        ({"model": {"hidden": []}}, ["Hidden layers", "1 to 6"]),
        ({"model": {"hidden": [400, 5000]}}, ["Hidden layers", "5000", "4,096"]),
        ({"model": {"kind": "gan"}}, ["Model", "gan", "vae"]),
        ({"objective": {"beta": -1}}, ["β", "at least 0"]),
        ({"objective": {"beta": float("nan")}}, ["β", "finite"]),
        ({"training": {"learning_rate": 0}}, ["Learning rate", "more than 0"]),
        ({"training": {"epochs": "many"}}, ["Epochs", "many"]),
        ({"training": {"momentum": 1}}, ["training.momentum", "not a setting"]),
        ({"version": 99}, ["version", "99"]),
        ([], ["settings"]),
        (None, ["settings"]),
    ],
)
def test_wrong_settings_are_named(values: object, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        RunConfig.parse(values)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert str(caught.value).endswith(".")


def test_changed_checks_limits_too() -> None:
    with pytest.raises(ConfigError, match="Batch size"):
        RunConfig().changed(training={"batch_size": 0})


@pytest.mark.parametrize("content", ["", "{", "[1, 2", "\ufeff{}", "[" * 100_000])
def test_files_that_are_no_json(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.json"):
        RunConfig.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json cannot be read"):
        RunConfig.read(tmp_path / "none.json")


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ConfigError, match="not valid JSON"):
        RunConfig.read(path)


def test_every_setting_tells_what_it_is() -> None:
    for _, section in SECTIONS:
        for name, field in section.model_fields.items():
            assert field.title, name
            assert field.description, name
            assert field.description.endswith("."), name


def test_limits_in_words() -> None:
    assert limits_text(field_of("model", "latent_dim")) == "1 to 128"
    assert limits_text(field_of("training", "learning_rate")) == "more than 0.0 and at most 10.0"
    assert limits_text(field_of("data", "source")) == ""
    assert unit_of(field_of("training", "batch_size")) == "images"
