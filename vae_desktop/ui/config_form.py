"""The settings of the next run, as a form that is made from the schema."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from vae_desktop.core.config import SECTIONS, DataConfig, RunConfig
from vae_desktop.core.data.catalogue import SOURCES
from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.ui.field_row import FieldRow
from vae_desktop.ui.fold_group import FoldGroup
from vae_desktop.ui.folder_editor import ChooseFolder, FolderEditor


class ConfigForm(QScrollArea):
    """Groups of settings: one per section of the schema, one row per setting in it.

    A value that cannot be is shown with its sentence; `obstacle` is the first of them.
    """

    changed = Signal()

    def __init__(self, choose_folder: ChooseFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose_folder = choose_folder
        self._filling = False
        self._pictures = ImportOptions()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.groups = {section: self._make_group(section) for section, _ in SECTIONS}
        self._contents = QWidget()
        layout = QVBoxLayout(self._contents)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        for group in self.groups.values():
            layout.addWidget(group)
            group.changed.connect(self._on_changed)
        layout.addStretch()
        self.setWidget(self._contents)
        self._show_what_applies()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._contents.minimumSizeHint().width() + bar, 120)

    @property
    def obstacle(self) -> str:
        """Why no run can be started with these settings, or ""."""
        rows = [row for group in self.groups.values() for row in group.rows]
        wrong = [row.obstacle for row in rows if row.obstacle]
        return wrong[0] if wrong else self._folder_obstacle()

    def config(self) -> RunConfig:
        """The settings as a run's config.

        Raises:
            ConfigError: one of them cannot be.
        """
        values = {
            section: {row.name: row.value() for row in group.rows}
            for section, group in self.groups.items()
        }
        values["data"]["pictures"] = self._pictures
        return RunConfig.parse(values)

    def set_data(self, data: DataConfig) -> None:
        """Take a data set over; how many of its images are learned from stays as it is."""
        self._filling = True
        self._pictures = data.pictures
        self.row("data", "source").set_value(data.source)
        self.row("data", "folder").set_value(data.folder)
        self._filling = False
        self._on_changed()

    def set_config(self, config: RunConfig) -> None:
        """Show the settings of a run."""
        self._filling = True
        self._pictures = config.data.pictures
        for section, group in self.groups.items():
            for row in group.rows:
                row.set_value(getattr(getattr(config, section), row.name))
        self._filling = False
        self._on_changed()

    def set_editable(self, editable: bool) -> None:
        """Let the settings be edited, or only read."""
        for group in self.groups.values():
            group.set_enabled(editable)

    def row(self, section: str, name: str) -> FieldRow:
        """The row of one setting."""
        return next(row for row in self.groups[section].rows if row.name == name)

    def _make_group(self, section: str) -> FoldGroup:
        kind = dict(SECTIONS)[section]
        names = [name for name, field in kind.model_fields.items() if field.json_schema_extra]
        title = RunConfig.model_fields[section].title or section
        return FoldGroup(title, [self._make_row(section, name) for name in names])

    def _make_row(self, section: str, name: str) -> FieldRow:
        is_folder = (section, name) == ("data", "folder")
        return FieldRow(section, name, FolderEditor(self._choose_folder) if is_folder else None)

    def _needs_folder(self) -> bool:
        key = self.row("data", "source").editor.value()
        return any(source.needs_folder for source in SOURCES if source.key == key)

    def _folder_obstacle(self) -> str:
        if self._needs_folder() and not self.row("data", "folder").editor.value():
            return "Folder: choose the folder that holds the files of this data set."
        return ""

    def _show_what_applies(self) -> None:
        self.groups["data"].hide_row("folder", not self._needs_folder())

    def _on_changed(self) -> None:
        if self._filling:
            return
        self._show_what_applies()
        self.changed.emit()
