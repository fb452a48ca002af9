"""The menu bar, filled from the actions."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QTabWidget

from vae_desktop.ui.actions import Actions


def fill_menu_bar(
    bar: QMenuBar, actions: Actions, tabs: QTabWidget, recent: QMenu, examples: QMenu
) -> None:
    """Put every action into its menu; `recent` and `examples` are menus of runs."""
    file = bar.addMenu("&File")
    file.addActions((actions.new_run, actions.open_run))
    file.addMenu(recent)
    file.addMenu(examples)
    file.addSeparator()
    file.addAction(actions.save_plot)
    file.addSeparator()
    file.addAction(actions.close)
    run = bar.addMenu("&Run")
    run.addActions((actions.start, actions.train_anew, actions.pause))
    run.addSeparator()
    run.addActions((actions.stop_after_epoch, actions.stop))
    view = bar.addMenu("&View")
    _add_tabs(view, tabs)
    for group in (actions.themes, actions.scales):
        view.addSeparator()
        view.addActions(group.actions())
    help_menu = bar.addMenu("&Help")
    help_menu.addActions((actions.shortcuts, actions.about))


def shortcut_list(bar: QMenuBar) -> str:
    """All keys of the menus, one a line: 'Ctrl+O   Open run…'."""
    lines = ["Space\tPause or resume"]
    for menu in bar.findChildren(QMenu):
        for action in menu.actions():
            if not action.shortcut().isEmpty():
                key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                lines.append(f"{key}\t{action.text().replace('&', '').rstrip('…')}")
    return "\n".join(dict.fromkeys(lines))


def _add_tabs(menu: QMenu, tabs: QTabWidget) -> None:
    for index in range(tabs.count()):
        action = QAction(tabs.tabText(index), menu)
        action.setShortcut(QKeySequence(f"Ctrl+{index + 1}"))
        action.setData(index)
        menu.addAction(action)

    def show_tab(action: QAction) -> None:
        if isinstance(action.data(), int):
            tabs.setCurrentIndex(action.data())

    menu.triggered.connect(show_tab)
