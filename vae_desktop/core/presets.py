"""Settings to begin with: the talk's experiments and a few more, by name."""

from dataclasses import dataclass
from typing import Any

from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import ConfigError


@dataclass(frozen=True)
class Preset:
    """Named settings; those that it does not mention keep their defaults.

    Attributes:
        key: its name on the command line.
        title: its name in the window.
        sentence: what it is.
        settings: by section and name.
    """

    key: str
    title: str
    sentence: str
    settings: dict[str, dict[str, Any]]

    def applied_to(self, config: RunConfig) -> RunConfig:
        """The preset's settings on the data of `config`, unless it names its own data."""
        fresh = RunConfig(data=config.data)
        return fresh.changed(**self.settings)


PRESETS = (
    Preset(
        "classifier",
        "Classifier (talk)",
        "The talk's first network: 1,000 hidden units name the class of a picture.",
        {
            "model": {"kind": "classifier", "hidden": (1000,), "inputs": "normalised"},
            "training": {"optimizer": "sgd", "learning_rate": 1e-2, "momentum": 0.5},
        },
    ),
    Preset(
        "autoencoder",
        "Autoencoder (talk)",
        "The talk's second network: pictures through a code of two numbers, with a ReLU on it.",
        {
            "model": {
                "kind": "autoencoder",
                "hidden": (100,),
                "bottleneck_relu": True,
                "inputs": "normalised",
            },
            "training": {"optimizer": "sgd", "learning_rate": 1e-2, "momentum": 0.9},
        },
    ),
    Preset(
        "vae",
        "VAE (talk)",
        "The talk's third network: two latents, drawn as a map.",
        {"model": {"kind": "vae", "hidden": (400,), "latent_dim": 2}},
    ),
    Preset(
        "beta-vae",
        "β-VAE",
        "Twenty latents of which β = 4 leaves only the useful ones in use.",
        {"model": {"latent_dim": 20}, "objective": {"beta": 4.0}},
    ),
    Preset(
        "sprites",
        "Sprites",
        "A convolutional VAE with ten latents for pictures with known factors.",
        {
            "data": {"source": "sprites"},
            "model": {"architecture": "conv", "latent_dim": 10},
        },
    ),
)


def preset_of(key: str) -> Preset:
    """The preset of a name.

    Raises:
        ConfigError: there is none.
    """
    for preset in PRESETS:
        if preset.key == key:
            return preset
    names = ", ".join(preset.key for preset in PRESETS)
    raise ConfigError(f"There is no preset “{key}”; choose of {names}.")
