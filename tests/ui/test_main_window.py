"""The window as a whole: feed to panels, keys, states, closing, what it remembers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes import (
    FakeSession,
    RecordedAnswers,
    batches,
    evaluation,
    pictures,
    prepared,
)
from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Ended, Preparing
from vae_desktop.core.training import train
from vae_desktop.preferences import Preferences
from vae_desktop.session.data_library import DataLibrary
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.actions import CONTROLS
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.theme import apply_theme, is_dark


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def preferences() -> Preferences:
    return Preferences()


@pytest.fixture
def on_view(qtbot: QtBot, tmp_path: Path) -> Iterator[RunOnView]:
    on_view = RunOnView(tmp_path)
    yield on_view
    on_view.shutdown()


@pytest.fixture
def library(qtbot: QtBot, tmp_path: Path) -> DataLibrary:
    return DataLibrary(tmp_path)


@pytest.fixture
def window(
    qtbot: QtBot,
    session: FakeSession,
    on_view: RunOnView,
    library: DataLibrary,
    preferences: Preferences,
    answers: RecordedAnswers,
) -> MainWindow:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, preferences)
    window = MainWindow(session, on_view, library, preferences, answers)  # type: ignore[arg-type]
    window.show()
    window.activateWindow()
    return window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Let the window tick until every visible panel shows what it was told."""
    with qtbot.waitSignal(window.ticked):
        pass
    panels = [window.transport, *window.training.live_panels()]
    qtbot.waitUntil(lambda: all(panel.overdue(float("inf")) < 0 for panel in panels))


def test_the_window_is_the_only_one(window: MainWindow) -> None:
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert shown == [window]


def test_f5_trains_with_the_settings_of_the_form(
    window: MainWindow, session: FakeSession, preferences: Preferences, qtbot: QtBot
) -> None:
    window.training.form.row("training", "epochs").set_value(3)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert session.calls == ["start"]
    assert session.config == RunConfig().changed(training={"epochs": 3})
    assert preferences.get("last_config")["training"]["epochs"] == 3
    assert window.windowTitle().startswith("run 1")
    assert "run 1" in window.run_button.text()


def test_events_reach_the_panels(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.start_run()
    shown = pictures(step=150)
    session.put(prepared(), batches(1, 150), evaluation(1, 100), shown)
    settle(window, qtbot)
    assert len(window.training.plot.history) == 150
    assert window.training.bars.bars.values.tolist() == [4.0, 2.0]
    assert window.training.grid.caption.text().startswith("step 150")
    assert window.transport.words.text() == "epoch 2 of 10"
    assert window.transport.speed.text() == "24,000 images/s"
    assert window.transport.line.share == pytest.approx(0.15)
    assert window.training.results.figures["total"].value.text() == "161.0"
    assert "631,988 weights" in window.training.size_line.text()


def test_events_of_another_run_are_dropped(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    session.put(prepared(), batches(1, 50))
    settle(window, qtbot)
    late = batches(51, 60)
    window.start_run()
    session.feed.put(1, late)
    session.put(prepared(), batches(1, 5))
    settle(window, qtbot)
    assert len(window.training.plot.history) == 5


def test_a_hidden_tab_catches_up(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.start_run()
    window.tabs.setCurrentIndex(2)
    session.put(prepared(), batches(1, 80), pictures(step=80))
    with qtbot.waitSignals([window.ticked] * 3):
        pass
    assert window.training.grid.caption.text() == ""
    window.tabs.setCurrentWidget(window.training)
    assert window.training.grid.caption.text().startswith("step 80")
    assert "step 80" in window.training.plot.readout.text()


@pytest.mark.parametrize("state", list(State))
def test_every_control_is_a_function_of_the_state(
    window: MainWindow, session: FakeSession, state: State
) -> None:
    session.enter(state)
    actions, controls = window.actions_, CONTROLS[state]
    assert actions.start.text() == window.transport.start_button.text() == controls.start
    assert actions.start.isEnabled() == controls.can_start
    assert actions.pause.isEnabled() == controls.can_pause
    assert actions.stop.isEnabled() == controls.can_stop
    assert actions.stop_after_epoch.isEnabled() == controls.can_stop_after_epoch
    assert window.training.form.row("model", "latent_dim").editor.isEnabled() == controls.can_edit


def test_a_wrong_setting_blocks_the_start_and_says_why(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.training.form.row("training", "epochs").set_value(0)
    assert not window.actions_.start.isEnabled()
    assert window.actions_.start.toolTip().startswith("Epochs: 0 is not allowed")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert session.calls == []


def test_space_pauses_and_resumes(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.start_run()
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Space)
    assert session.calls == ["start", "pause", "resume"]


def test_space_in_a_text_field_is_a_space(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    line = window.training.form.row("model", "hidden").editor.control
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_End)
    qtbot.keyClick(line, Qt.Key.Key_Space)
    assert line.text() == "400 "
    assert session.calls == []


def test_stopping_says_when(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.start_run()
    session.put(prepared(), batches(1, 250))
    settle(window, qtbot)
    window.actions_.stop_after_epoch.trigger()
    assert window.transport.words.text() == "stops after epoch 3"
    window.actions_.stop.trigger()
    assert window.transport.words.text() == "stopping"
    assert session.calls == ["start", "stop_after_epoch", "stop_now"]


def test_preparing_shows_its_sentence(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    session.enter(State.PREPARING)
    session.put(Preparing(0.25, "drawing digits"))
    settle(window, qtbot)
    assert window.transport.words.text() == "drawing digits"
    assert window.transport.line.share == 0.25
    assert window.actions_.stop.text() == "Cancel"


def test_the_end_is_told(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.start_run()
    session.put(prepared(), batches(1, 100), Ended("stopped", 1, 100, 62.0, 23_456.0))
    session.enter(State.IDLE)
    settle(window, qtbot)
    assert window.transport.words.text() == "stopped after 1 epoch"
    assert window.transport.time.text() == "1:02"
    assert window.transport.speed.text() == "23,500 images/s"


def test_a_failure_is_shown_without_a_box(window: MainWindow, session: FakeSession) -> None:
    session.failed.emit(Failure("The loss is not finite.", "Traceback"))
    messages = window.messages
    assert messages.isVisible()
    assert messages.sentence.text() == "The loss is not finite."
    assert not messages.details.isVisible()
    messages.details_button.click()
    assert messages.details.toPlainText() == "Traceback"
    assert messages.details.isVisible()
    messages.copy_button.click()
    assert QApplication.clipboard().text() == "The loss is not finite.\n\nTraceback"
    messages.close_button.click()
    assert not messages.isVisible()


def test_a_refused_start_is_a_message(window: MainWindow, session: FakeSession) -> None:
    session.refusal = "The folder cannot be written; choose another."
    window.start_run()
    assert window.messages.sentence.text() == session.refusal


def test_opening_a_run_clears_the_one_before(
    window: MainWindow,
    session: FakeSession,
    answers: RecordedAnswers,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window.start_run()
    session.put(prepared(), batches(1, 50))
    settle(window, qtbot)
    session.enter(State.IDLE)
    answers.folder = tmp_path / "saved"
    window.actions_.open_run.trigger()
    assert session.calls[-1] == "open_run"
    assert len(window.training.plot.history) == 0
    assert "saved" in window.run_button.text()


def test_recent_runs_are_those_that_are_still_there(
    window: MainWindow, session: FakeSession, preferences: Preferences, tmp_path: Path
) -> None:
    window.start_run()
    session.enter(State.IDLE)
    window.open_run(tmp_path / "other")
    stored = preferences.get("recent_runs")
    assert stored == [str(tmp_path / "other"), str(tmp_path / "run 1")]
    (tmp_path / "other").rmdir()
    window.recent_menu.fill()
    assert [action.text() for action in window.recent_menu.actions()] == ["run 1"]


def test_closing_asks_while_training(
    window: MainWindow, session: FakeSession, answers: RecordedAnswers
) -> None:
    window.start_run()
    answers.may_close = False
    assert not window.close()
    assert window.isVisible()
    assert "shutdown" not in session.calls
    answers.may_close = True
    assert window.close()
    assert session.calls[-1] == "shutdown"


def test_closing_at_rest_asks_nothing(
    window: MainWindow, session: FakeSession, answers: RecordedAnswers
) -> None:
    assert window.close()
    assert answers.asked == []
    assert session.calls == ["shutdown"]


def test_geometry_and_settings_are_remembered(
    window: MainWindow,
    session: FakeSession,
    on_view: RunOnView,
    library: DataLibrary,
    preferences: Preferences,
    answers: RecordedAnswers,
) -> None:
    window.resize(1100, 700)
    window.training.form.row("model", "latent_dim").set_value(7)
    window.start_run()
    window.close()
    again = MainWindow(session, on_view, library, preferences, answers)  # type: ignore[arg-type]
    # The offscreen platform's screen is only 800 wide, so the width is not restored there.
    assert again.height() == 700
    assert again.training.form.config().model.latent_dim == 7


@pytest.mark.parametrize("broken", [{"model": 3}, "text", {"training": {"epochs": 0}}])
def test_broken_preferences_are_no_reason_not_to_start(
    session: FakeSession,
    on_view: RunOnView,
    library: DataLibrary,
    answers: RecordedAnswers,
    broken: object,
) -> None:
    preferences = Preferences()
    for name in ("last_config", "geometry", "recent_runs", "theme", "text_scale"):
        preferences.set(name, broken)
    window = MainWindow(session, on_view, library, preferences, answers)  # type: ignore[arg-type]
    assert window.training.form.config() == RunConfig()


def test_the_theme_is_switched_and_remembered(
    window: MainWindow, preferences: Preferences, qtbot: QtBot
) -> None:
    for action in window.actions_.themes.actions():
        action.trigger()
        wanted = action.data().value
        assert preferences.get("theme") == wanted
        dark = wanted == "dark"
        qtbot.waitUntil(lambda dark=dark: is_dark(window.palette()) == dark)
    ground = window.training.plot.grab().toImage().pixelColor(2, 200)
    assert ground == window.palette().color(QPalette.ColorRole.Window)


def test_text_can_be_made_larger(window: MainWindow, qtbot: QtBot) -> None:
    labels = (
        window.training.size_line,
        window.transport.speed,
        window.training.plot.controls.chips["kl"],
    )
    before = [label.font().pointSizeF() for label in labels]
    for index, scale in ((2, 1.5), (0, 1.0)):
        window.actions_.scales.actions()[index].trigger()
        wanted = [scale * points for points in before]
        qtbot.waitUntil(
            lambda wanted=wanted: [label.font().pointSizeF() for label in labels] == wanted
        )


def test_tabs_have_keys(window: MainWindow, qtbot: QtBot) -> None:
    for index in (2, 0):
        key = Qt.Key(Qt.Key.Key_1.value + index)
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.currentIndex() == index


def test_the_keys_are_listed(window: MainWindow, answers: RecordedAnswers) -> None:
    window.actions_.shortcuts.trigger()
    for line in ("F5\tTrain", "Space\tPause or resume", "Ctrl+O\tOpen run", "Ctrl+2\tTrain"):
        assert line in answers.asked[0]


def test_the_plot_is_saved_as_a_picture(
    window: MainWindow, answers: RecordedAnswers, tmp_path: Path
) -> None:
    window.start_run()
    answers.file = tmp_path / "loss.png"
    window.actions_.save_plot.trigger()
    assert answers.file.read_bytes().startswith(b"\x89PNG")
    assert str(answers.file) in window.messages.sentence.text()
    answers.file = tmp_path / "missing" / "loss.png"
    window.actions_.save_plot.trigger()
    assert "cannot be saved" in window.messages.sentence.text()


def test_a_new_run_has_the_default_settings(window: MainWindow) -> None:
    window.training.form.row("model", "latent_dim").set_value(7)
    window.tabs.setCurrentIndex(2)
    window.actions_.new_run.trigger()
    assert window.training.form.config() == RunConfig()
    assert window.tabs.currentWidget() is window.training


def test_the_empty_state_starts_a_run(window: MainWindow, session: FakeSession) -> None:
    assert window.training.empty.isVisible()
    window.training.empty.button.click()
    assert session.calls == ["start"]
    assert not window.training.empty.isVisible()


def test_all_of_the_window_fits_1024_by_768(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    session.put(prepared(), batches(1, 150), evaluation(1, 100), pictures())
    settle(window, qtbot)
    hint = window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 768


def test_an_interrupted_run_is_not_told_as_if_it_trained(
    window: MainWindow, session: FakeSession, tmp_path: Path, qtbot: QtBot
) -> None:
    window.open_run(tmp_path / "cut short")
    session.put(prepared(epochs=50), batches(1, 250))
    settle(window, qtbot)
    assert window.transport.words.text() == "ended in epoch 3 of 50"
    assert window.transport.time.text() == "0:01"


def test_a_failed_run_has_no_time_left(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    session.put(prepared(epochs=50), batches(1, 250))
    settle(window, qtbot)
    assert window.transport.time.text().endswith("left")
    session.enter(State.FAILED)
    assert window.transport.words.text() == "ended in epoch 3 of 50"
    assert not window.transport.time.text().endswith("left")


def test_a_run_without_steps_is_shown(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    session.put(prepared(epochs=0, steps_per_epoch=0), batches(1, 10))
    settle(window, qtbot)
    assert len(window.training.plot.history) == 10


def test_space_opens_the_list_that_has_the_focus(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    window.start_run()
    box = window.training.plot.controls.smoothing
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.view().isVisible()
    assert "pause" not in session.calls
    box.hidePopup()


def test_a_refusal_goes_when_its_reason_does(window: MainWindow, session: FakeSession) -> None:
    window.start_run()
    session.refusal = "Stop the run that is going on first."
    window.open_run(Path("/runs/other"))
    assert window.messages.isVisible()
    session.enter(State.IDLE)
    assert not window.messages.isVisible()


def test_an_error_stays_when_the_state_changes(window: MainWindow, session: FakeSession) -> None:
    window.start_run()
    window.show_failure(Failure("Something broke.", "Traceback"))
    session.enter(State.IDLE)
    assert window.messages.isVisible()


def test_a_plot_without_a_suffix_is_a_png(
    window: MainWindow, answers: RecordedAnswers, tmp_path: Path
) -> None:
    window.start_run()
    answers.file = tmp_path / "loss 1.5"
    window.actions_.save_plot.trigger()
    assert (tmp_path / "loss 1.5.png").read_bytes().startswith(b"\x89PNG")
    assert not answers.file.exists()


def test_the_empty_state_says_what_is_in_the_way(window: MainWindow, session: FakeSession) -> None:
    empty = window.training.empty
    window.training.form.row("training", "epochs").set_value(0)
    assert not empty.button.isEnabled()
    assert empty.sentence.text() == window.actions_.start.toolTip()
    window.training.form.row("training", "epochs").set_value(3)
    assert empty.button.isEnabled()
    assert empty.sentence.text().startswith("No run yet")


def test_the_tooltip_of_start_says_what_it_does(window: MainWindow, session: FakeSession) -> None:
    assert window.transport.start_button.toolTip().startswith("Train a model")
    session.enter(State.PAUSED)
    assert window.transport.start_button.toolTip().startswith("Go on with the paused run")


def test_the_button_that_trains_is_in_the_accent(window: MainWindow) -> None:
    button = window.transport.start_button
    accent = window.palette().color(QPalette.ColorRole.Highlight)
    at = button.grab().toImage().pixelColor(6, button.height() // 2)
    assert abs(at.hslHue() - accent.hslHue()) < 12


def open_unfinished(window: MainWindow, session: FakeSession, folder: Path) -> None:
    session.can_resume = True
    window.open_run(folder)


def test_an_unfinished_run_goes_on(
    window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    open_unfinished(window, session, tmp_path / "stopped")
    assert window.transport.start_button.text() == "Resume"
    window.training.form.row("training", "epochs").set_value(25)
    assert window.transport.start_button.text() == "Resume"
    window.transport.start_button.click()
    assert session.calls == ["open_run", "resume_run 25"]


def test_other_settings_make_another_run(
    window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    open_unfinished(window, session, tmp_path / "stopped")
    window.training.form.row("model", "latent_dim").set_value(7)
    assert window.transport.start_button.text() == "Train"
    window.transport.start_button.click()
    assert session.calls == ["open_run", "start"]


def test_an_unfinished_run_can_be_trained_anew(
    window: MainWindow, session: FakeSession, tmp_path: Path, qtbot: QtBot
) -> None:
    open_unfinished(window, session, tmp_path / "stopped")
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert session.calls == ["open_run", "start"]


def test_levers_reach_the_session(window: MainWindow, session: FakeSession) -> None:
    window.start_run()
    window.training.levers.moved.emit("beta", 4.0)
    window.training.levers.moved.emit("learning_rate", 0.01)
    assert session.calls[1:] == ["set_beta 4.0", "set_learning_rate 0.01"]
    session.refusal = "β: 2000 is not allowed; it must be at most 1000."
    window.training.levers.moved.emit("beta", 2000.0)
    assert window.messages.sentence.text() == session.refusal


def test_the_data_tab_follows_the_form(window: MainWindow) -> None:
    window.training.form.row("data", "source").set_value("uci-digits")
    chosen = window.data.list.config()
    assert chosen is not None
    assert chosen.source == "uci-digits"
    asked: list[object] = []
    window.data.show_config = asked.append  # type: ignore[method-assign]
    window.training.form.row("training", "epochs").set_value(3)
    assert asked == []


def test_pictures_can_be_dropped_on_any_tab(window: MainWindow, tmp_path: Path) -> None:
    opened: list[Path] = []
    window.data.open_path = opened.append  # type: ignore[method-assign]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    entering = QDragEnterEvent(QPoint(9, 9), *arguments, Qt.KeyboardModifier.NoModifier)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    dropping = QDropEvent(QPointF(9, 9), *arguments, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(dropping)
    assert opened == [tmp_path]
    assert window.tabs.currentWidget() is window.data


def test_larger_text_leaves_the_window_narrow(window: MainWindow, qtbot: QtBot) -> None:
    window.start_run()
    hint = window.training.plot.minimumSizeHint().width()
    window.actions_.scales.actions()[2].trigger()
    qtbot.waitUntil(lambda: window.training.plot.minimumSizeHint().width() > hint)
    assert window.training.plot.minimumSizeHint().width() <= 340
    assert window.training.grid.minimumSizeHint().width() <= 300
    combo = window.training.plot.controls.smoothing
    assert combo.minimumSizeHint().width() > combo.fontMetrics().horizontalAdvance("Mean of 200")


def test_a_classifier_that_was_trained_here_is_at_hand(
    window: MainWindow, session: FakeSession, on_view: RunOnView, qtbot: QtBot, tmp_path: Path
) -> None:
    data = tiny_dataset(60, 30)
    classifier = tiny_config(epochs=1).changed(model={"kind": "classifier"})
    folder = runs.create(tmp_path / "reader", classifier)
    for _ in runs.record(folder, train(classifier, data)):
        pass
    session.start(tiny_config())
    session.put(next(iter(train(tiny_config(), data))))
    qtbot.waitUntil(lambda: on_view.judge is not None, timeout=20_000)
    assert on_view.judge is not None
    assert on_view.judge.name == "reader"
    judge = window.latent.layers.judge
    assert "reader" in judge.title.text()
    assert "“reader”" in judge.toolTip()
