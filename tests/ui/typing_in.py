"""Where a test types."""

from PySide6.QtWidgets import QLineEdit

from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.number_box import NumberBox


def line_of(form: ConfigForm, section: str, name: str) -> QLineEdit:
    """Where a setting is typed."""
    control = form.row(section, name).editor.control
    line = control.lineEdit() if isinstance(control, NumberBox) else control
    assert isinstance(line, QLineEdit)
    return line
