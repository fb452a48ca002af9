"""The class that a conditional model decodes as, chosen on the Decode tab."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Prepared, Snapshot
from vae_desktop.core.training import train
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.label_chooser import LabelChooser


def opened(on_view: RunOnView, config: RunConfig) -> None:
    on_view.show_run(config)
    for event in train(config, tiny_dataset()):
        if isinstance(event, Prepared | Snapshot):
            on_view.take(event)


@pytest.mark.parametrize("kind", ["vae", "cvae"])
def test_only_a_conditional_model_is_asked_for_a_class(
    qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    on_view = RunOnView(tmp_path)
    box = LabelChooser(on_view)
    qtbot.addWidget(box)
    opened(on_view, tiny_config().changed(model={"kind": kind}))
    if kind == "vae":
        assert box.isHidden()
        return
    assert [box.itemText(i) for i in range(2)] == ["as “horizontal”", "as “vertical”"]
    decoder = on_view.decoder
    assert decoder is not None
    z = np.zeros((1, 2), np.float32)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert on_view.label == 1
    assert (decoder.decode(z) == decoder.decode(z, np.array([1]))).all()
    on_view.shutdown()
