"""The settings of the next run, as a form that is made from the schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from vae_desktop import paths
from vae_desktop.core.config import SECTIONS, DataConfig, RunConfig
from vae_desktop.core.data.catalogue import SOURCES, Origin, Source, downloads_folder
from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.presets import Preset
from vae_desktop.ui import beta_points
from vae_desktop.ui.editors import Editor
from vae_desktop.ui.field_row import FieldRow
from vae_desktop.ui.fold_group import FoldGroup
from vae_desktop.ui.folder_editor import ChooseFolder, FolderEditor
from vae_desktop.ui.preset_row import PresetRow
from vae_desktop.ui.schedule_editor import ScheduleEditor

_WIDTH, _WIDTH_PER_LINE = 140, 10
"""The narrowest form: 300 pixels, and not quite in proportion more with larger text."""

_MARGIN = 8


class ConfigForm(QScrollArea):
    """Groups of settings: one per section of the schema, one row per setting in it.

    A setting that the others make meaningless is hidden; it keeps what was typed, but the
    config has its default. What cannot be is said at its row; `obstacle` is the first of that.

    Args:
        choose_folder: asks for a folder.
        downloads: where downloaded data sets are kept; None for the user's own place.
    """

    changed = Signal()

    def __init__(self, choose_folder: ChooseFolder, downloads: Path | None = None) -> None:
        super().__init__()
        self._downloads = downloads or downloads_folder(paths.cache_folder())
        self._filling = False
        self._pictures = ImportOptions()
        self._folder = FolderEditor(choose_folder)
        self._schedule = ScheduleEditor()
        self.presets = PresetRow()
        self.message = QLabel()
        self.groups = {section: self._make_group(section) for section, _ in SECTIONS}
        self._contents = QWidget()
        self._lay_out()
        self.presets.chosen.connect(self._on_preset_chosen)
        self.presets.defaults_requested.connect(self._on_defaults_requested)
        for group in self.groups.values():
            group.changed.connect(self._on_edited)
        self._refresh()

    def minimumSizeHint(self) -> QSize:
        room = self._contents.contentsMargins().right()
        needed = self._contents.minimumSizeHint().width() - room + self._bar_width() + _MARGIN
        comfortable = _WIDTH + _WIDTH_PER_LINE * self.fontMetrics().height()
        return QSize(max(needed, comfortable), 120)

    @property
    def obstacle(self) -> str:
        """Why no run can be started with these settings, or ""."""
        wrong = [row.obstacle for row in self._rows() if row.obstacle]
        return wrong[0] if wrong else self.message.text()

    def config(self) -> RunConfig:
        """The settings as a run's config.

        Raises:
            ConfigError: one of them cannot be.
        """
        return self._config_of({row: row.value() for row in self._rows() if row.counts})

    def set_data(self, data: DataConfig) -> None:
        """Take a data set over; how many of its images are learned from stays as it is."""
        self._filling = True
        self._pictures = data.pictures
        self.row("data", "source").set_value(data.source)
        self.row("data", "folder").set_value(data.folder)
        self._filling = False
        self._refresh(keep=True)

    def set_config(self, config: RunConfig) -> None:
        """Show the settings of a run."""
        self._filling = True
        self._pictures = config.data.pictures
        for row in self._rows():
            row.set_value(getattr(getattr(config, row.section), row.name))
        self._filling = False
        self._refresh()

    def set_editable(self, editable: bool) -> None:
        """Let the settings be edited, or only read."""
        self.presets.setEnabled(editable)
        for group in self.groups.values():
            group.set_enabled(editable)

    def row(self, section: str, name: str) -> FieldRow:
        """The row of one setting."""
        return next(row for row in self.groups[section].rows if row.name == name)

    def showEvent(self, event: QShowEvent) -> None:
        """Look again: files of a data set may have come while the form was hidden."""
        super().showEvent(event)
        self._refresh(keep=True)

    def _rows(self) -> Iterator[FieldRow]:
        for group in self.groups.values():
            yield from group.rows

    def _make_group(self, section: str) -> FoldGroup:
        kind = dict(SECTIONS)[section]
        names = [name for name, field in kind.model_fields.items() if field.json_schema_extra]
        title = RunConfig.model_fields[section].title or section
        special: dict[tuple[str, str], Editor] = {
            ("data", "folder"): self._folder,
            ("objective", "points"): self._schedule,
        }
        rows = [FieldRow(section, name, special.get((section, name))) for name in names]
        return FoldGroup(title, rows)

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.message.setForegroundRole(QPalette.ColorRole.BrightText)
        self.message.setWordWrap(True)
        layout = QVBoxLayout(self._contents)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.presets, self.message, *self.groups.values()):
            layout.addWidget(widget)
        layout.addStretch()
        self.setWidget(self._contents)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self._on_range_changed(0, 0)

    def _bar_width(self) -> int:
        return self.verticalScrollBar().sizeHint().width()

    def _on_range_changed(self, lowest: int, highest: int) -> None:
        """Keep the room of the scroll bar while it is away, so that nothing moves with it."""
        room = _MARGIN if highest > lowest else _MARGIN + self._bar_width()
        self._contents.setContentsMargins(0, 0, room, 0)

    def _config_of(self, values: dict[FieldRow, Any]) -> RunConfig:
        """The config of the values of some rows, and of the defaults of all others."""
        sections: dict[str, dict[str, Any]] = {section: {} for section in self.groups}
        for row, value in values.items():
            sections[row.section][row.name] = value
        sections["data"]["pictures"] = self._pictures
        return RunConfig.parse(sections)

    def _possible_config(self) -> RunConfig:
        """The settings, with the default in place of each that cannot be."""
        rows = [row for row in self._rows() if row.counts and not row.is_wrong]
        return self._config_of({row: row.value() for row in rows})

    def _source(self) -> Source | None:
        key = self._value("data.source")
        return next((source for source in SOURCES if source.key == key), None)

    def _value(self, full_name: str) -> Any:
        return self.row(*full_name.split(".")).editor.value()

    def _counts(self, row: FieldRow) -> bool:
        if row.editor is self._folder:
            source = self._source()
            return source is None or source.needs_folder
        return all(self._value(name) in values for name, values in row.applies.items())

    def _conflict(self) -> str:
        """What of the settings does not go together, or ""."""
        try:
            self.config().check()
        except ConfigError as error:
            return str(error)
        return self._missing_data()

    def _missing_data(self) -> str:
        source = self._source()
        if source is None or self._folder.value() or source.present(self._downloads):
            return ""
        if source.origin is Origin.OWN:
            return "Folder: choose the folder of your pictures, or import them in the Data tab."
        return (
            f"Folder: choose the folder that holds the files of {source.title}, or download them "
            "in the Data tab."
        )

    def _refresh(self, *, keep: bool = False) -> None:
        """Show what counts and judge it; `keep` rows that somebody may be editing."""
        for row in self._rows():
            row.counts = self._counts(row)
        self._illustrate(self._possible_config())
        for group in self.groups.values():
            group.show_rows(keep=keep)
            group.setVisible(any(row.counts for row in group.rows))
        wrong = any(row.is_wrong for row in self._rows() if row.counts)
        self._say("" if wrong else self._conflict())
        self.presets.show_config(None if wrong else self.config())
        self.changed.emit()

    def _illustrate(self, config: RunConfig) -> None:
        weighs = self.row("objective", "schedule").counts
        self._schedule.show_course(config.objective if weighs else None, config.training.epochs)
        self._folder.set_hint("as downloaded" if not self._missing_data() else "none chosen")

    def _say(self, sentence: str) -> None:
        """Show a sentence at the setting that it names, or else above all of them."""
        named = [row for row in self._rows() if row.counts and sentence.startswith(row.title + ":")]
        for row in self._rows():
            row.show_conflict(sentence if row in named[:1] else "")
        self.message.setText("" if named else sentence)
        self.message.setVisible(bool(self.message.text()))

    def _start_drawing(self) -> None:
        """A drawn schedule without a point begins as the same β all the time."""
        if self._schedule.value() or not self._counts(self.row("objective", "points")):
            return
        config = self._possible_config()
        self._schedule.set_value(beta_points.flat(config.objective.beta, config.training.epochs))

    def _on_edited(self) -> None:
        if self._filling:
            return
        self._filling = True
        self._start_drawing()
        self._filling = False
        self._refresh(keep=True)

    def _on_preset_chosen(self, preset: Preset) -> None:
        self.set_config(preset.applied_to(self._possible_config()))

    def _on_defaults_requested(self) -> None:
        self.set_config(RunConfig())
