"""``recordings``: bad input, and files that are there whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccbot.cli.recordings import _write_whole
from ccbot.recordings.shelf import Shelf
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("list", "--day", "9999-12-31"), "it is only"),
        (("list", "--day", "0001-01-01"), "nothing is known"),
        (("list", "--day", "31.12."), "write it as"),
        (("list", "--agent", "x"), "3 to 6 digits"),
        (("list", "--limit", "0"), "between 1 and"),
        (("export", "call-1"), "--reason"),
        (("export", "c" * 300, "--reason", "x"), "File name too long"),
        (("export", "call-1", "--reason", "x", "--out", "/nowhere/a.wav"), "no directory /nowhere"),
        (("export", "call-1", "--reason", "x", "--out", "/"), "is there already"),
    ],
)
def test_bad_input_is_refused_in_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    assert says in run("recordings", *words).refused(2)


def test_a_home_without_its_key_says_so(run: Run, home: Path) -> None:
    assert "nothing was recorded yet" in run("recordings", "verify").refused(1)
    shelf = Shelf(home)
    sealed = shelf.path("2026/03/02/call-1.sealed")
    sealed.parent.mkdir(parents=True)
    sealed.touch()
    assert "it is lost: put a copy back" in run("recordings", "verify").refused(1)


def test_an_export_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"RIFF"
        raise OSError("no space left on device")

    out = tmp_path / "call-1.wav"
    with pytest.raises(OSError, match="no space"):
        _write_whole(broken(), out)
    assert not out.exists()
