"""The config: defaults, limits, sentences, JSON."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_desktop.core.config import (
    SECTIONS,
    RunConfig,
    applies_to,
    field_of,
    limits_text,
    unit_of,
)
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.presets import PRESETS, Preset, preset_of

finite = {"allow_nan": False, "allow_infinity": False}
kinds = st.sampled_from(["classifier", "autoencoder", "vae", "cvae"])
objectives = st.fixed_dictionaries(
    {
        "beta": st.floats(0, 1000, **finite),
        "likelihood": st.sampled_from(
            ["bernoulli", "continuous-bernoulli", "gaussian", "gaussian-fixed"]
        ),
        "kind": st.sampled_from(["beta", "capacity", "tc"]),
        "schedule": st.sampled_from(["constant", "warm-up", "cyclical", "drawn"]),
        "points": st.lists(
            st.tuples(st.floats(0, 10_000, **finite), st.floats(0, 1000, **finite)), max_size=5
        ),
        "free_bits": st.floats(0, 100, **finite),
    }
)
configs = st.builds(
    lambda kind, latent, hidden, objective, epochs, batch, rate, seed, limit: RunConfig().changed(
        data={"train_limit": limit},
        model={"kind": kind, "latent_dim": latent, "hidden": hidden},
        objective=objective,
        training={"epochs": epochs, "batch_size": batch, "learning_rate": rate, "seed": seed},
    ),
    kinds,
    st.integers(1, 128),
    st.lists(st.integers(1, 4096), min_size=1, max_size=6),
    objectives,
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
        ({"training": {"momentum": 1}}, ["Momentum", "less than 1"]),
        ({"training": {"nesterov": 1}}, ["training.nesterov", "not a setting"]),
        ({"objective": {"points": [[0, 1], [5, -1]]}}, ["β through points", "-1", "at least 0"]),
        ({"objective": {"points": [[0, 1, 2]]}}, ["β through points"]),
        ({"objective": {"likelihood": "poisson"}}, ["Likelihood", "poisson", "gaussian"]),
        ({"model": {"bottleneck_relu": "perhaps"}}, ["ReLU on the code", "perhaps"]),
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


def test_a_wrong_width_is_one_sentence() -> None:
    with pytest.raises(ConfigError) as caught:
        RunConfig.parse({"model": {"hidden": [5000]}})
    assert str(caught.value) == "Hidden layers: 5000 is not allowed; it must be at most 4,096."


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
    assert limits_text(field_of("training", "learning_rate")) == "more than 0 and at most 10"
    assert limits_text(field_of("data", "source")) == ""
    assert unit_of(field_of("training", "batch_size")) == "images"


def test_a_config_of_few_words_still_parses() -> None:
    """Files written before a setting was added lack it; its default is what they meant."""
    config = RunConfig.parse({"version": 1, "model": {"kind": "vae", "latent_dim": 3}})
    assert config == RunConfig().changed(model={"latent_dim": 3})


def test_every_condition_names_settings_and_values_that_exist() -> None:
    for section, kind in SECTIONS:
        for name in kind.model_fields:
            for full_name, values in applies_to(field_of(section, name)).items():
                allowed = get_args(field_of(*full_name.split(".")).annotation)
                assert set(values) < set(allowed), name


@pytest.mark.parametrize(
    ("changes", "shown", "hidden"),
    [
        ({}, ["objective.beta", "model.latent_dim", "model.hidden"], ["model.inputs"]),
        (
            {"model": {"kind": "autoencoder"}},
            ["model.bottleneck_relu", "model.inputs", "model.latent_dim"],
            ["objective.beta", "objective.likelihood"],
        ),
        ({"model": {"kind": "classifier"}}, ["model.hidden"], ["model.latent_dim"]),
        ({"model": {"architecture": "conv"}}, ["objective.beta"], ["model.hidden"]),
        (
            {"objective": {"kind": "capacity"}},
            ["objective.gamma", "objective.capacity"],
            ["objective.beta", "objective.schedule", "objective.free_bits"],
        ),
        ({"training": {"optimizer": "sgd"}}, ["training.momentum"], ["objective.sigma"]),
    ],
)
def test_where_settings_count(changes: dict, shown: list[str], hidden: list[str]) -> None:
    config = RunConfig().changed(**changes)
    assert all(config.applies(*name.split(".")) for name in shown)
    assert not any(config.applies(*name.split(".")) for name in hidden)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": {"inputs": "normalised"}}, "choose unit"),
        ({"objective": {"schedule": "drawn"}}, "give at least one"),
        ({"objective": {"schedule": "drawn", "points": [(3, 1), (3, 2)]}}, "later epoch"),
    ],
)
def test_settings_that_do_not_fit_each_other(changes: dict, words: str) -> None:
    config = RunConfig().changed(**changes)
    with pytest.raises(ConfigError, match=words):
        config.check()


def test_what_does_not_count_does_not_hinder() -> None:
    changes = {"schedule": "drawn", "kind": "capacity"}
    RunConfig().changed(objective=changes).check()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_presets_are_possible(preset: Preset) -> None:
    config = preset.applied_to(RunConfig().changed(data={"train_limit": 99}))
    config.check()
    assert config.data.train_limit == 99
    assert preset_of(preset.key) is preset
    assert preset.sentence.endswith(".")


def test_presets_are_the_talks() -> None:
    talk = preset_of("classifier").applied_to(RunConfig())
    assert (talk.model.hidden, talk.model.inputs) == ((1000,), "normalised")
    training = talk.training
    assert (training.optimizer, training.learning_rate, training.momentum) == ("sgd", 1e-2, 0.5)
    autoencoder = preset_of("autoencoder").applied_to(RunConfig()).model
    assert (autoencoder.hidden, autoencoder.latent_dim) == ((100,), 2)
    assert autoencoder.bottleneck_relu


def test_an_unknown_preset_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no preset “gan”; choose of classifier"):
        preset_of("gan")
