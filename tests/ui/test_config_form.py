"""The form: what goes in comes out, and what cannot be is said and blocks the start."""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset, write_idx_folder
from tests.ui.typing_in import line_of
from vae_desktop.core.config import (
    SECTIONS,
    RunConfig,
    field_of,
    limits_of,
    limits_text,
    unit_of,
)
from vae_desktop.core.data.catalogue import SOURCES
from vae_desktop.core.errors import ConfigError
from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.folder_editor import FolderEditor
from vae_desktop.ui.number_box import NumberBox


def settings_of(section: str) -> list[str]:
    """Names of the settings that a person chooses."""
    fields = dict(SECTIONS)[section].model_fields
    return [name for name, field in fields.items() if field.json_schema_extra]


def values_of(section: str, name: str) -> st.SearchStrategy[Any]:
    """Values that the schema allows for a setting."""
    field = field_of(section, name)
    limits = limits_of(field)
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if choices := get_args(field.annotation) if get_origin(field.annotation) is Literal else ():
        return st.sampled_from(choices)
    if field.annotation is bool:
        return st.booleans()
    if field.annotation is int:
        return st.integers(int(low or 0), int(high or 0))
    if field.annotation is float:
        return st.floats(low, high, exclude_min="gt" in limits, exclude_max="lt" in limits)
    return SPECIAL[name]


POINTS = st.dictionaries(st.floats(0, 10_000), st.floats(0, 1000), min_size=1, max_size=64)
SPECIAL = {
    "source": st.sampled_from([source.key for source in SOURCES]),
    "folder": st.just("/some/folder"),
    "train_limit": st.none() | st.integers(1, 10**9),
    "hidden": st.lists(st.integers(1, 4096), min_size=1, max_size=6),
    "points": POINTS.map(lambda points: sorted(points.items())),
}
CONFIGS = st.fixed_dictionaries(
    {
        section: st.fixed_dictionaries(
            {name: values_of(section, name) for name in settings_of(section)}
        )
        for section, _ in SECTIONS
    }
).map(RunConfig.parse)


@given(config=CONFIGS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_config_survives_the_form(form: ConfigForm, config: RunConfig) -> None:
    """What counts comes back; what does not is its default, and all of it goes together."""
    form.set_config(config)
    held = form.config()
    held.check()
    assert form.obstacle == ""
    for group in form.groups.values():
        for row in group.rows:
            wanted = getattr(getattr(config, row.section), row.name) if row.counts else row.default
            assert getattr(getattr(held, row.section), row.name) == wanted
            assert row.counts or row.name == "folder" or not config.applies(row.section, row.name)
    form.set_config(held)
    assert form.config() == held


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
        if limits := limits_text(field):
            assert f"Allowed: {limits} {unit_of(field)}".strip() in row.editor.toolTip()
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
        ("model", "hidden", "--5", "Hidden layers: “--5” is not a whole number."),
        ("model", "hidden", "4-5", "Hidden layers: “4-5” is not a whole number."),
        ("data", "train_limit", "²", "Training images: “²” is not a whole number."),
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
    line_of(form, section, name).setText(text)
    assert form.obstacle.startswith(sentence)
    assert form.row(section, name).message.text() == form.obstacle


@pytest.mark.parametrize("text", ["1e-3", "0.001", " 1E-3 "])
def test_numbers_may_be_written_in_any_way(form: ConfigForm, text: str) -> None:
    box = form.row("training", "learning_rate").editor.control
    assert isinstance(box, NumberBox)
    box.lineEdit().setText(text)
    assert form.config().training.learning_rate == 1e-3
    assert box.text() == text


def test_the_arrows_of_a_field_know_the_limits_of_the_schema(form: ConfigForm) -> None:
    beta = form.row("objective", "beta")
    beta.set_value(1000.0)
    assert isinstance(beta.editor.control, NumberBox)
    beta.editor.control.stepBy(1)
    assert form.config().objective.beta == 1000.0


def test_long_lists_are_shown_from_their_start(form: ConfigForm) -> None:
    for section, name, value in (
        ("model", "hidden", (1400, 1200, 1000, 800, 600, 400)),
        ("data", "train_limit", 123_456_789),
        ("data", "folder", "/a/very/long/path" * 5),
    ):
        form.row(section, name).set_value(value)
        assert line_of(form, section, name).cursorPosition() == 0


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
    form = ConfigForm(lambda start: tmp_path / "mine", tmp_path)
    form.show()
    folder = form.row("data", "folder")
    assert folder.editor.isHidden()
    form.row("data", "source").set_value("mnist")
    assert folder.editor.isVisible()
    assert form.obstacle.startswith("Folder: choose the folder that holds the files of MNIST")
    assert folder.message.isVisible()
    assert folder.message.text() == form.obstacle
    assert isinstance(folder.editor, FolderEditor)
    folder.editor.button.click()
    assert form.config().data.folder == str(tmp_path / "mine")
    assert form.obstacle == ""
    assert not folder.message.isVisible()


def test_a_downloaded_set_needs_no_folder(form: ConfigForm, qtbot: QtBot, tmp_path: Path) -> None:
    form.row("data", "source").set_value("mnist")
    form.hide()
    write_idx_folder(tmp_path, tiny_dataset())
    with qtbot.waitSignal(form.changed):
        form.show()
    assert form.obstacle == ""
    assert form.config().data.folder is None


def test_own_pictures_need_a_place(form: ConfigForm) -> None:
    form.row("data", "source").set_value("own")
    assert form.obstacle == form.row("data", "folder").message.text()
    form.row("data", "folder").set_value("/pictures")
    assert form.obstacle == ""


@pytest.mark.parametrize("points", [9.5, 15.0])
@pytest.mark.parametrize("model", ["classifier", "autoencoder", "vae", "cvae"])
def test_the_form_is_never_cut_off_at_the_side(form: ConfigForm, points: float, model: str) -> None:
    font = form.font()
    font.setPointSizeF(points)
    form.setFont(font)
    form.row("model", "kind").set_value(model)
    form.row("objective", "schedule").set_value("drawn")
    for group in form.groups.values():
        group.more_button.setChecked(True)
    form.resize(form.minimumSizeHint().width(), 400)
    assert form.widget().minimumSizeHint().width() <= form.viewport().width()


def test_nothing_moves_sideways_when_settings_come_and_go(form: ConfigForm, qtbot: QtBot) -> None:
    form.resize(300, 560)
    row, bar = form.row("model", "kind"), form.verticalScrollBar()
    seen = set()
    for model in ("classifier", "vae"):
        row.set_value(model)
        qtbot.waitUntil(lambda model=model: bar.isVisible() == (model == "vae"))
        seen.add((row.editor.width(), row.editor.mapTo(form, QPoint())))
    assert len(seen) == 1


def test_a_form_that_may_not_be_edited_can_be_read(form: ConfigForm) -> None:
    form.set_editable(False)
    row = form.row("training", "epochs")
    assert not row.editor.isEnabled()
    assert row.label.isEnabled()
    assert row.value() == 10


def test_a_setting_of_an_unknown_source_is_kept(form: ConfigForm) -> None:
    form.set_config(RunConfig.parse({"data": {"source": "something else"}}))
    assert form.config().data.source == "something else"
