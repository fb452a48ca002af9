"""The form: what goes in comes out, and what cannot be is said and blocks the start."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from vae_desktop.core.config import SECTIONS, RunConfig, field_of
from vae_desktop.core.data.catalogue import SOURCES
from vae_desktop.core.errors import ConfigError
from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.folder_editor import FolderEditor
from vae_desktop.ui.number_box import NumberBox


@pytest.fixture
def form(qtbot: QtBot) -> ConfigForm:
    form = ConfigForm(lambda start: None)
    form.show()
    return form


def settings_of(section: str) -> list[str]:
    """Names of the settings that a person chooses."""
    fields = dict(SECTIONS)[section].model_fields
    return [name for name, field in fields.items() if field.json_schema_extra]


CONFIGS = st.builds(
    lambda source, limit, latents, hidden, activation, beta, training: RunConfig.parse(
        {
            "data": {"source": source, "folder": "/some/folder", "train_limit": limit},
            "model": {"latent_dim": latents, "hidden": hidden, "activation": activation},
            "objective": {"beta": beta},
            "training": training,
        }
    ),
    st.sampled_from([source.key for source in SOURCES]),
    st.none() | st.integers(1, 10**9),
    st.integers(1, 128),
    st.lists(st.integers(1, 4096), min_size=1, max_size=6),
    st.sampled_from(["relu", "tanh", "silu"]),
    st.floats(0, 1000),
    st.fixed_dictionaries(
        {
            "epochs": st.integers(1, 10_000),
            "batch_size": st.integers(1, 16_384),
            "learning_rate": st.floats(0, 10, exclude_min=True),
            "seed": st.integers(0, 2**31 - 1),
            "device": st.sampled_from(["auto", "cpu", "cuda", "mps"]),
            "threads": st.integers(0, 256),
        }
    ),
)


@given(config=CONFIGS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_config_survives_the_form(form: ConfigForm, config: RunConfig) -> None:
    form.set_config(config)
    assert form.config() == config
    assert form.obstacle == ""


def test_a_new_form_holds_the_defaults(form: ConfigForm) -> None:
    assert form.config() == RunConfig()


@pytest.mark.parametrize("section", [section for section, _ in SECTIONS])
def test_every_setting_has_a_row_with_its_sentence(form: ConfigForm, section: str) -> None:
    for name in settings_of(section):
        row = form.row(section, name)
        field = field_of(section, name)
        assert row.label.text() == field.title
        assert field.description
        assert field.description in row.editor.toolTip()
        assert row.editor.control.accessibleName() == field.title
        assert row.label.buddy() is row.editor.control


def test_a_wrong_value_shows_its_sentence(form: ConfigForm) -> None:
    row = form.row("training", "epochs")
    row.set_value(0)
    assert row.message.isVisible()
    assert row.message.text() == "Epochs: 0 is not allowed; it must be at least 1."
    assert form.obstacle == row.message.text()
    with pytest.raises(ConfigError, match="Epochs"):
        form.config()
    row.set_value(3)
    assert not row.message.isVisible()
    assert form.obstacle == ""


@pytest.mark.parametrize(
    ("section", "name", "text", "sentence"),
    [
        ("model", "hidden", "400, 2oo", "Hidden layers: “2oo” is not a whole number."),
        ("model", "hidden", "", "Hidden layers: give 1 to 6 widths."),
        ("data", "train_limit", "many", "Training images: “many” is not a whole number."),
        ("training", "learning_rate", "fast", "Learning rate: “fast” is not a number"),
        ("training", "learning_rate", "0", "Learning rate: 0.0 is not allowed"),
        ("objective", "beta", "nan", "β: nan"),
    ],
)
def test_text_that_is_no_value(
    form: ConfigForm, section: str, name: str, text: str, sentence: str
) -> None:
    editor = form.row(section, name).editor
    line = editor.control.lineEdit() if isinstance(editor.control, NumberBox) else editor.control
    line.setText(text)
    assert form.obstacle.startswith(sentence)


@pytest.mark.parametrize("text", ["1e-3", "0.001", " 1E-3 "])
def test_numbers_may_be_written_in_any_way(form: ConfigForm, text: str) -> None:
    box = form.row("training", "learning_rate").editor.control
    assert isinstance(box, NumberBox)
    box.lineEdit().setText(text)
    assert form.config().training.learning_rate == 1e-3
    assert box.text() == text


def test_the_arrows_of_a_number_go_through_one_two_five(qtbot: QtBot) -> None:
    box = NumberBox()
    box.set_value(0.001)
    seen = []
    for _ in range(4):
        box.stepBy(1)
        seen.append(box.text())
    assert seen == ["0.002", "0.005", "0.01", "0.02"]
    box.stepBy(-4)
    assert box.value() == 0.001


def test_a_changed_setting_is_marked_and_can_be_reset(form: ConfigForm) -> None:
    row = form.row("model", "latent_dim")
    assert row.reset_button.isHidden()
    row.set_value(10)
    assert row.reset_button.isVisible()
    assert "2" in row.reset_button.toolTip()
    row.reset_button.click()
    assert form.config() == RunConfig()
    assert row.reset_button.isHidden()


def test_a_group_resets_all_its_settings(form: ConfigForm) -> None:
    form.set_config(RunConfig().changed(training={"epochs": 3, "seed": 7}, model={"latent_dim": 5}))
    form.groups["training"].reset_button.click()
    assert form.config() == RunConfig().changed(model={"latent_dim": 5})


def test_rare_settings_are_under_more(form: ConfigForm) -> None:
    seed = form.row("training", "seed")
    assert seed.editor.isHidden()
    form.groups["training"].more_button.click()
    assert seed.editor.isVisible()


def test_a_group_folds(form: ConfigForm) -> None:
    group = form.groups["model"]
    group.header.click()
    assert not group.body.isVisible()
    group.header.click()
    assert group.body.isVisible()


def test_the_folder_is_asked_for_where_it_is_needed(qtbot: QtBot, tmp_path: Path) -> None:
    form = ConfigForm(lambda start: tmp_path)
    form.show()
    folder = form.row("data", "folder")
    assert folder.editor.isHidden()
    form.row("data", "source").set_value("mnist")
    assert folder.editor.isVisible()
    assert form.obstacle.startswith("Folder: choose")
    assert isinstance(folder.editor, FolderEditor)
    folder.editor.button.click()
    assert form.config().data.folder == str(tmp_path)
    assert form.obstacle == ""


def test_a_form_that_may_not_be_edited_can_be_read(form: ConfigForm) -> None:
    form.set_editable(False)
    row = form.row("training", "epochs")
    assert not row.editor.isEnabled()
    assert row.label.isEnabled()
    assert row.value() == 10


def test_a_setting_of_an_unknown_source_is_kept(form: ConfigForm) -> None:
    form.set_config(RunConfig.parse({"data": {"source": "something else"}}))
    assert form.config().data.source == "something else"
