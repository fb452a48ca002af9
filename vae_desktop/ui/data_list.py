"""The list of data sets: what is there, and what each would take to be used."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data.catalogue import SOURCES, Origin, Source
from vae_desktop.ui.row_ground import paint_row_ground
from vae_desktop.ui.theme import ink, muted

_GROUPS = {
    Origin.BUILT_IN: "Built in",
    Origin.STANDARD: "Standard sets",
    Origin.OWN: "Own pictures",
}
_HINT = "Drop a folder or file here"
_CONFIG = Qt.ItemDataRole.UserRole
_REMARK = Qt.ItemDataRole.UserRole + 1
_IS_HEADING = Qt.ItemDataRole.UserRole + 2
_PADDING = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class DataList(QListWidget):
    """All sets by origin, each with what can be said of it in a word or two.

    Args:
        downloads: where downloaded sets are kept.
    """

    chosen = Signal(object)

    def __init__(self, downloads: Path) -> None:
        super().__init__()
        self._downloads = downloads
        self._folders: dict[str, Path] = {}
        self._own: dict[str, DataConfig] = {}
        self.setAccessibleName("Data sets")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_RowDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.refresh()
        # Not the current row: a list that gets the keyboard makes one current by itself.
        self.itemSelectionChanged.connect(self._on_selection_changed)

    def refresh(self) -> None:
        """Look again at what is on disk."""
        current = self.config()
        self.blockSignals(True)
        self.clear()
        for origin, title in _GROUPS.items():
            self._add_heading(title)
            if origin is Origin.OWN:
                self._add_own()
            else:
                for source in SOURCES:
                    if source.origin is origin:
                        self._add_source(source)
        self.blockSignals(False)
        if current is not None:
            self.select(current)

    def config(self) -> DataConfig | None:
        """What the chosen row stands for."""
        chosen = self.selectedItems()
        config = chosen[0].data(_CONFIG) if chosen else None
        return config if isinstance(config, DataConfig) else None

    def select(self, config: DataConfig | None) -> None:
        """Choose the row of a set, or none; nothing is emitted."""
        self.blockSignals(True)
        self.setCurrentRow(-1)
        for row in range(self.count()):
            if config is not None and _key(self.item(row).data(_CONFIG)) == _key(config):
                self.setCurrentRow(row)
        self.blockSignals(False)

    def remember(self, config: DataConfig) -> None:
        """Keep where a set was found, so that its row can be chosen again."""
        if config.source == "own":
            self._own[str(config.folder)] = config
        elif config.folder:
            self._folders[config.source] = Path(config.folder)
        self.refresh()

    def located(self, config: DataConfig) -> DataConfig:
        """The config with the folder of downloads where a standard set names none."""
        if config.folder is not None or _standard_source(config) is None:
            return config
        return config.model_copy(update={"folder": str(self._downloads)})

    def is_present(self, config: DataConfig) -> bool:
        """Whether a set can be loaded now, as far as names tell."""
        source = _standard_source(config)
        return source is None or source.present(Path(self.located(config).folder or ""))

    def own_config(self, path: Path) -> DataConfig | None:
        """How pictures of this path were imported the last time."""
        return self._own.get(str(path))

    def sizeHint(self) -> QSize:
        return QSize(248, 400)

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(_IS_HEADING, True)

    def _add_source(self, source: Source) -> None:
        if source.origin is Origin.BUILT_IN:
            config, remark = DataConfig(source=source.key), "built in"
        else:
            folder = self._folders.get(source.key, self._downloads)
            config = DataConfig(source=source.key, folder=str(folder))
            size = f"download, {source.download_mb:,.0f} MB"
            remark = "on disk" if source.present(folder) else size
        self._add_row(config, source.title, remark, f"{source.sentence} {source.licence}")

    def _add_own(self) -> None:
        for folder, config in self._own.items():
            self._add_row(config, Path(folder).name or folder, "", folder)
        if not self._own:
            hint = QListWidgetItem(_HINT, self)
            hint.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add_row(self, config: DataConfig, title: str, remark: str, tip: str) -> None:
        item = QListWidgetItem(title, self)
        item.setData(_CONFIG, config)
        item.setData(_REMARK, remark)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {remark}" if remark else title)
        item.setToolTip(f"<span>{tip}</span>")

    def _on_selection_changed(self) -> None:
        config = self.config()
        if config is not None:
            self.chosen.emit(config)


class _RowDelegate(QStyledItemDelegate):
    """A title and, at the right and lighter, the remark."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = option.fontMetrics.height()
        if index.data(_IS_HEADING):
            return QSize(120, line + (8 if index.row() == 0 else 20))
        return QSize(120, line + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setFont(option.font)
        if index.data(_IS_HEADING):
            self._paint_heading(painter, option, str(index.data()))
        else:
            self._paint_row(painter, option, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(ink(option.palette))
        area = option.rect.adjusted(_PADDING, 0, -_PADDING, -4)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        paint_row_ground(painter, option)
        area = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        metrics = option.fontMetrics
        title, remark = str(index.data()), str(index.data(_REMARK) or "")
        is_hint = index.data(_CONFIG) is None
        painter.setPen((muted if is_hint else ink)(option.palette))
        text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, _MIDDLE, text)
        room = area.width() - metrics.horizontalAdvance(text) - _PADDING
        painter.setPen(muted(option.palette))
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | _MIDDLE, _fitting(remark, room, metrics)
        )


def _fitting(remark: str, room: int, metrics: QFontMetrics) -> str:
    """A remark or, where it is too long, what stands behind its comma, or nothing."""
    texts = (remark, remark.rpartition(", ")[2], "")
    return next(text for text in texts if metrics.horizontalAdvance(text) <= max(0, room))


def _standard_source(config: DataConfig) -> Source | None:
    return next(
        (s for s in SOURCES if s.key == config.source and s.origin is Origin.STANDARD), None
    )


def _key(config: DataConfig | None) -> tuple[str, str | None] | None:
    """What tells one row from another."""
    if config is None:
        return None
    return config.source, config.folder if config.source == "own" else None
