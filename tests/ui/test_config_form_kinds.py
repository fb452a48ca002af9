"""The form for every model and objective: what is shown, what counts, and presets."""

import pytest

from tests.ui.typing_in import line_of
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.presets import PRESETS, Preset
from vae_desktop.ui.config_form import ConfigForm


def shown(form: ConfigForm) -> set[str]:
    """Names of the settings that are to be seen."""
    return {row.name for group in form.groups.values() for row in group.rows if row.is_shown}


@pytest.mark.parametrize(
    ("model", "objective", "seen", "unseen"),
    [
        ("classifier", {}, {"inputs", "hidden"}, {"latent_dim", "beta", "likelihood", "points"}),
        ("autoencoder", {}, {"latent_dim", "bottleneck_relu", "inputs"}, {"sigma", "beta"}),
        ("vae", {}, {"latent_dim", "beta", "schedule"}, {"inputs", "bottleneck_relu", "sigma"}),
        ("cvae", {"likelihood": "gaussian-fixed"}, {"sigma", "beta"}, {"gamma", "cycles"}),
        ("vae", {"schedule": "warm-up"}, {"warmup_epochs", "points"}, {"cycles"}),
        ("vae", {"schedule": "cyclical"}, {"cycles", "points"}, {"warmup_epochs"}),
        ("vae", {"schedule": "drawn"}, {"points"}, {"cycles", "warmup_epochs"}),
        ("vae", {"kind": "capacity"}, {"gamma", "capacity"}, {"beta", "schedule", "points"}),
        ("vae", {"kind": "capacity", "schedule": "cyclical"}, {"gamma"}, {"cycles", "points"}),
        ("vae", {"kind": "tc"}, {"beta", "schedule"}, {"gamma", "capacity"}),
    ],
)
def test_only_what_counts_is_shown(
    form: ConfigForm, model: str, objective: dict[str, str], seen: set[str], unseen: set[str]
) -> None:
    form.row("model", "kind").set_value(model)
    for name, value in objective.items():
        form.row("objective", name).set_value(value)
    assert seen <= shown(form)
    assert not unseen & shown(form)
    assert form.groups["objective"].isVisible() == (model in ("vae", "cvae"))
    assert form.obstacle == ""


def test_a_hidden_setting_keeps_its_value_but_does_not_count(form: ConfigForm) -> None:
    form.set_config(RunConfig().changed(model={"kind": "classifier", "inputs": "normalised"}))
    form.row("model", "kind").set_value("vae")
    assert form.obstacle == ""
    assert form.config() == RunConfig()
    form.row("model", "kind").set_value("classifier")
    assert form.config().model.inputs == "normalised"


def test_what_is_wrong_in_a_hidden_setting_blocks_nothing(form: ConfigForm) -> None:
    line_of(form, "objective", "beta").setText("much")
    assert form.obstacle
    form.row("model", "kind").set_value("autoencoder")
    assert form.obstacle == ""
    form.config().check()
    form.row("model", "kind").set_value("vae")
    assert form.obstacle.startswith("β: “much”")


def test_a_row_stays_while_it_is_edited(form: ConfigForm) -> None:
    form.set_config(RunConfig().changed(training={"seed": 7}))
    seed = form.row("training", "seed")
    assert seed.editor.isVisible()
    seed.set_value(0)
    assert seed.editor.isVisible()
    form.set_config(RunConfig())
    assert seed.editor.isHidden()


def test_what_does_not_go_together_is_said_at_its_setting(form: ConfigForm) -> None:
    form.set_config(RunConfig().changed(objective={"schedule": "drawn"}))
    points = form.row("objective", "points")
    assert form.obstacle.startswith("β through points:")
    assert points.message.isVisible()
    assert points.message.text() == form.obstacle
    points.set_value(((0.0, 1.0),))
    assert form.obstacle == ""
    assert not points.message.isVisible()


def test_what_names_no_setting_is_said_above_all(
    form: ConfigForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(config: RunConfig) -> None:
        raise ConfigError("These settings do not go together.")

    monkeypatch.setattr(RunConfig, "check", refuse)
    form.row("training", "epochs").set_value(3)
    assert form.obstacle == form.message.text() == "These settings do not go together."
    assert form.message.isVisible()


def test_drawing_begins_with_the_same_beta_all_the_time(form: ConfigForm) -> None:
    form.row("objective", "beta").set_value(4.0)
    form.row("objective", "schedule").set_value("drawn")
    assert form.config().objective.points == ((0.0, 4.0), (10.0, 4.0))
    form.row("objective", "points").reset_button.click()
    assert form.config().objective.points == ((0.0, 4.0), (10.0, 4.0))
    form.groups["objective"].reset_button.click()
    assert form.config() == RunConfig()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_fills_the_form(form: ConfigForm, preset: Preset) -> None:
    form.set_config(RunConfig().changed(data={"source": "uci-digits"}, training={"epochs": 3}))
    action = next(a for a in form.presets.menu.actions() if a.text() == preset.title)
    assert action.toolTip() == preset.sentence
    action.trigger()
    assert form.config() == preset.applied_to(RunConfig.parse({"data": {"source": "uci-digits"}}))
    assert form.presets.button.text() == preset.title
    for section, names in preset.settings.items():
        for name in names:
            row = form.row(section, name)
            assert row.reset_button.isVisible() == row.is_changed


def test_a_preset_helps_out_of_settings_that_cannot_be(form: ConfigForm) -> None:
    line_of(form, "model", "hidden").setText("wide")
    line_of(form, "data", "train_limit").setText("all")
    assert form.presets.button.text() == "Own settings"
    form.presets.menu.actions()[3].trigger()
    assert form.obstacle == ""
    assert form.config().objective.beta == 4.0


def test_the_defaults_are_in_the_menu_of_presets(form: ConfigForm) -> None:
    form.set_config(PRESETS[0].applied_to(RunConfig()))
    form.presets.menu.actions()[-1].trigger()
    assert form.config() == RunConfig()
