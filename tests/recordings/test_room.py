"""A disk that is nearly full is told of before nothing can be recorded any more."""

from pathlib import Path

import pytest

from ccbot.recordings.room import DiskRoom


@pytest.mark.parametrize(
    ("free_mb", "low", "takes_more"),
    [(5_000, False, True), (2_000, False, True), (1_999, True, True), (499, True, False)],
)
def test_the_alarm_comes_first(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    free_mb: int,
    *,
    low: bool,
    takes_more: bool,
) -> None:
    room = DiskRoom((tmp_path, tmp_path / "not there"), 2_000_000_000)
    monkeypatch.setattr(room, "free_bytes", lambda: free_mb * 1_000_000)
    assert (room.is_low, room.takes_more()) == (low, takes_more)
    assert room.says().startswith(f"{free_mb} MB free")


def test_the_fullest_disk_counts(tmp_path: Path) -> None:
    assert DiskRoom((tmp_path,), 1).free_bytes() > 0
    assert DiskRoom((tmp_path / "x",), 1).free_bytes() == 0


def test_a_disk_may_not_be_looked_at_at_all(tmp_path: Path) -> None:
    room = DiskRoom((tmp_path / "x",), 0)
    assert (room.is_low, room.takes_more()) == (False, True)
