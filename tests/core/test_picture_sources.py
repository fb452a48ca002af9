"""Pictures in folders and ZIPs: what is found, what is left out, and why."""

import contextlib
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.core.picture_makers import BAD_FILES, GREY_RAMP, encoded, make_zip, save
from vae_desktop.core.data import guarded_zip, own, picture_sources, scan_result
from vae_desktop.core.data.import_options import Fit
from vae_desktop.core.data.own import Colour, ImportOptions
from vae_desktop.core.errors import Cancelled, ConfigError, DataError


def reasons(items: tuple[own.Skipped, ...]) -> dict[str, str]:
    return {item.name: item.reason for item in items}


# --- folders ---


def test_folder_with_sub_folders_as_labels(tmp_path: Path) -> None:
    for label, count in (("10", 6), ("2", 5)):
        for number in range(count):
            save(tmp_path / "set" / label / f"{number}.png")
    scan = own.scan(tmp_path)
    assert scan.class_counts == (("2", 5), ("10", 6))
    assert scan.sizes == (((8, 6), 11),)
    imported = own.load(tmp_path, ImportOptions(test_share=0.4))
    data = imported.dataset
    assert data.label_names == ("2", "10")
    assert data.image_shape == (1, 6, 8)
    assert (len(data.train), len(data.test)) == (7, 4)
    assert np.bincount(data.test.labels).tolist() == [2, 2]
    assert np.array_equal(data.train.images[0], GREY_RAMP[None])
    assert (data.name, data.title) == ("own", tmp_path.name)
    assert tmp_path.name in data.source
    assert imported.skipped == ()


def test_labels_follow_their_pictures(tmp_path: Path) -> None:
    for level in (10, 20, 30):
        for number in range(4):
            save(tmp_path / str(level) / f"{number}.png", np.full((5, 5), level, np.uint8))
    data = own.load(tmp_path, ImportOptions()).dataset
    for part in (data.train, data.test):
        names = [data.label_names[label] for label in part.labels]
        assert [str(level) for level in part.images[:][:, 0, 0, 0]] == names


def test_folders_named_train_and_test_are_the_parts(tmp_path: Path) -> None:
    for part, count in (("train", 3), ("val", 2)):
        for number in range(count):
            save(tmp_path / part / "cat" / f"{number}.png")
            save(tmp_path / part / "dog" / f"{number}.png")
    assert own.scan(tmp_path).has_test
    data = own.load(tmp_path, ImportOptions(test_share=0.9)).dataset
    assert (len(data.train), len(data.test)) == (6, 4)
    assert data.label_names == ("cat", "dog")


def test_same_seed_same_split_and_another_seed_another(tmp_path: Path) -> None:
    for number in range(30):
        save(tmp_path / f"{number}.png", np.full((4, 4), number, np.uint8))

    def prints(seed: int) -> str:
        return own.load(tmp_path, ImportOptions(seed=seed)).dataset.fingerprint

    assert prints(1) == prints(1) != prints(2)


def test_what_is_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "b.PNG")
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.png").write_text("x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "c.png").write_text("x")
    found = reasons(own.scan(tmp_path).skipped)
    assert set(found) == {"text.png", "empty.jpg", "notes.txt"}
    assert "empty" in found["empty.jpg"]
    assert "not a picture" in found["text.png"]
    assert reasons(own.load(tmp_path, ImportOptions()).skipped) == found


def test_truncated_pictures_are_left_out(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.png", np.full((4, 4), number, np.uint8))
    (tmp_path / "bad.png").write_bytes(BAD_FILES["truncated"])
    imported = own.load(tmp_path, ImportOptions())
    assert [item.name for item in imported.skipped] == ["bad.png"]
    assert len(imported.dataset.train) + len(imported.dataset.test) == 3


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_pictures(tmp_path: Path, count: int) -> None:
    for number in range(count):
        save(tmp_path / f"{number}.png")
    (tmp_path / "bad.png").write_text("no picture")
    for act in (own.scan, lambda path: own.load(path, ImportOptions())):
        with pytest.raises(DataError, match=r"at least two.*bad\.png"):
            act(tmp_path)


def test_mixed_sizes_become_the_most_common_one_and_that_is_said(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.png")
    save(tmp_path / "other.png", np.zeros((9, 9), np.uint8))
    imported = own.load(tmp_path, ImportOptions(fit=Fit.STRETCH))
    assert imported.dataset.image_shape == (1, 6, 8)
    assert imported.notes == (
        "1 of 4 pictures had another size; they were stretched and resized to 8×6.",
    )


def test_special_pictures_are_said(tmp_path: Path) -> None:
    save(tmp_path / "deep.png", GREY_RAMP.astype(np.uint16))
    save(tmp_path / "clear.png", np.dstack([GREY_RAMP] * 4))
    notes = own.scan(tmp_path).notes
    assert len(notes) == 2
    assert all(note.startswith("1 of 2 pictures") for note in notes)


def test_auto_colour_looks_at_pixels_not_at_the_file_format(tmp_path: Path) -> None:
    for number in range(2):
        save(tmp_path / f"{number}.png", np.dstack([GREY_RAMP] * 3))
    assert own.load(tmp_path, ImportOptions()).dataset.image_shape[0] == 1
    assert own.load(tmp_path, ImportOptions(colour=Colour.COLOUR)).dataset.image_shape[0] == 3
    save(tmp_path / "2.png", np.dstack([GREY_RAMP, GREY_RAMP, GREY_RAMP // 2]))
    assert own.load(tmp_path, ImportOptions()).dataset.image_shape[0] == 3
    assert own.load(tmp_path, ImportOptions(colour=Colour.GREY)).dataset.image_shape[0] == 1


def test_preview_is_what_the_model_will_see(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    for number in range(7):
        save(tmp_path / f"{number}.png", generator.integers(0, 255, (9, 5 + number), np.uint8))
    options = ImportOptions(size=(6, 7), invert=True, fit=Fit.PAD)
    data = own.load(tmp_path, options).dataset
    loaded = np.concatenate([data.train.images[:], data.test.images[:]])
    shown = own.preview(own.scan(tmp_path), options)
    assert shown.shape == (7, 1, 7, 6)
    assert {picture.tobytes() for picture in shown} == {picture.tobytes() for picture in loaded}


def test_sample_is_small_and_from_all_over(tmp_path: Path) -> None:
    for number in range(130):
        save(tmp_path / f"{number}.png", np.full((4, 4), number, np.uint8))
    sample = own.scan(tmp_path).sample
    levels = [int(picture[0, 0, 0]) for picture in sample]
    assert len(levels) == 64
    assert levels == sorted(levels)
    assert levels[-1] >= 126


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_links_that_go_in_circles_do_not_trap(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "sub" / "b.png")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    (tmp_path / "linked.png").symlink_to(tmp_path / "a.png")
    scan = own.scan(tmp_path)
    assert scan.count == 3
    assert set(reasons(scan.skipped)) == {"sub/up", "nowhere.png", "self.png"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "b.png")
    os.mkfifo(tmp_path / "pipe.png")
    assert set(reasons(own.scan(tmp_path).skipped)) == {"pipe.png"}


def test_folders_deeper_than_the_limit_are_left_out(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "b.png")
    save(tmp_path.joinpath(*["d"] * (picture_sources.DEPTH_LIMIT + 1), "deep.png"))
    scan = own.scan(tmp_path)
    assert scan.count == 2
    assert "deeper" in scan.skipped[0].reason


def test_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "b.png")
    save(tmp_path / "secret" / "c.png")
    real = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == denied:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    denied = "secret"
    assert "Permission denied" in reasons(own.scan(tmp_path).skipped)["secret"]
    denied = tmp_path.name
    with pytest.raises(DataError, match="Permission denied"):
        own.scan(tmp_path)


def test_file_that_vanishes_while_loading(tmp_path: Path) -> None:
    for number in range(4):
        save(tmp_path / f"{number}.png")

    def progress(share: float, sentence: str) -> None:
        if "Reading picture" in sentence:
            (tmp_path / "2.png").unlink(missing_ok=True)

    imported = own.load(tmp_path, ImportOptions(), progress)
    assert reasons(imported.skipped) == {"2.png": "It is no longer there."}
    assert len(imported.dataset.train) + len(imported.dataset.test) == 3


@pytest.mark.parametrize("stage", ["Looking for", "Looking at", "sample", "Reading picture"])
def test_cancel(tmp_path: Path, stage: str) -> None:
    for number in range(4):
        save(tmp_path / f"{number}.png")

    def progress(share: float, sentence: str) -> None:
        assert 0 <= share <= 1
        if stage in sentence:
            raise Cancelled

    with pytest.raises(Cancelled):
        own.load(tmp_path, ImportOptions(), progress)


def test_result_beyond_the_memory_limit_proposes_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        save(tmp_path / f"{number}.png", np.zeros((100, 100), np.uint8))
    monkeypatch.setattr(scan_result, "RESULT_LIMIT", 10_000)
    with pytest.raises(DataError, match="at most 50×50"):
        own.load(tmp_path, ImportOptions())
    assert own.load(tmp_path, ImportOptions(size=(50, 50))).dataset.image_shape == (1, 50, 50)


@pytest.mark.parametrize(
    "wrong", [{"size": (0, 5)}, {"size": (5, 10**6)}, {"test_share": 0.0}, {"seed": -1}]
)
def test_options_outside_their_limits(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        ImportOptions(**wrong)


# --- ZIPs ---


def test_zip_of_a_folder(tmp_path: Path) -> None:
    png = encoded(GREY_RAMP)
    members = {f"set/{label}/{n}.png": png for label in ("cat", "dog") for n in range(3)}
    members["__MACOSX/set/cat/._0.png"] = b"x"
    path = make_zip(tmp_path / "set.zip", members)
    data = own.load(path, ImportOptions()).dataset
    assert data.label_names == ("cat", "dog")
    assert data.title == "set.zip"
    assert own.scan(path).skipped == ()


def test_zip_members_with_dangerous_names_are_left_out(tmp_path: Path) -> None:
    png = encoded(GREY_RAMP)
    bad = ["/abs.png", "../up.png", "a/../../up.png", "..\\up.png", "C:/x.png"]
    deep = "d/" * 3000 + "x.png"
    members = dict.fromkeys([*bad, deep, "a.png", "b.png"], png)
    (tmp_path / "in").mkdir()
    scan = own.scan(make_zip(tmp_path / "in" / "bad.zip", members))
    assert scan.count == 2
    assert len(scan.skipped) == len(bad) + 1
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "bad.zip"]


def test_zip_that_expands_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = encoded(np.zeros((64, 64), np.uint8)) + bytes(50_000)  # trailing zeros are harmless
    path = make_zip(tmp_path / "bomb.zip", {f"{n}.png": noise for n in range(10)})
    assert path.stat().st_size < 5_000
    monkeypatch.setattr(guarded_zip.GuardedZip.__init__, "__defaults__", (200_000,))
    with pytest.raises(DataError, match=r"bomb\.zip expands to more than"):
        own.scan(path)


def test_member_that_expands_beyond_its_limit(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a": bytes(100_000)})
    with guarded_zip.GuardedZip(path) as archive:
        assert len(archive.read(archive.files[0])) == 100_000
        with pytest.raises(DataError, match="expands"):
            archive.read(archive.files[0], limit=99_999)


def test_header_that_lies_about_a_size(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.png": encoded(GREY_RAMP), "b.png": bytes(5000)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 5000), struct.pack("<I", 50)))
    with guarded_zip.GuardedZip(path) as archive, pytest.raises(DataError, match=r"b\.png"):
        archive.read(archive.files[1])


def test_locked_zip(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.png": encoded(GREY_RAMP), "b.png": b"x"})
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(magic)
        while start >= 0:
            data[start + offset] |= 1  # the flag "encrypted"
            start = data.find(magic, start + 1)
    path.write_bytes(data)
    with pytest.raises(DataError, match="password"):
        own.scan(path)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cut=st.integers(0, 400),
    edits=st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), max_size=6),
)
@example(cut=0, edits=[])
@example(cut=400, edits=[])
def test_damaged_zips_only_raise_data_error(
    tmp_path: Path, cut: int, edits: list[tuple[int, bytes]]
) -> None:
    path = make_zip(
        tmp_path / "x.zip", {f"{n}/a.png": encoded(GREY_RAMP[:3, :3]) for n in range(3)}
    )
    data = bytearray(path.read_bytes())
    for place, piece in edits:
        data[place : place + len(piece)] = piece
    path.write_bytes(data[: len(data) - cut])
    for act in (own.scan, lambda path: own.load(path, ImportOptions())):
        with contextlib.suppress(DataError):
            act(path)
