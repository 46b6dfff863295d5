"""What is sealed comes out as it went in, and nothing else ever does."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccbot.recordings.vault import CHUNK_BYTES, HEAD, SALT_BYTES, TAG_BYTES, Broken, Vault

KEY = b"k" * 32
CALL = "call-1"
FIRST = len(HEAD) + SALT_BYTES
"""Where the first piece begins."""


def sealed(folder: Path, plain: bytes, call: str = CALL) -> Path:
    path = folder / "2026" / "one.sealed"
    Vault(KEY).seal(path, call, [plain])
    return path


def opened(path: Path, call: str = CALL, key: bytes = KEY) -> bytes:
    return b"".join(Vault(key).open(path, call))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 700_000])
def test_what_goes_in_comes_out(tmp_path: Path, size: int) -> None:
    plain = bytes(number % 251 for number in range(size))
    path = sealed(tmp_path, plain)
    assert opened(path) == plain
    assert plain[:64] not in path.read_bytes() or size < 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_belongs_to_one_call_and_one_key(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"words")
    with pytest.raises(Broken):
        opened(path, call="call-2")
    with pytest.raises(Broken):
        opened(path, key=b"o" * 32)


def without_its_last_piece(content: bytes) -> bytes:
    return content[: FIRST + CHUNK_BYTES + TAG_BYTES]


def with_two_pieces_changed_over(content: bytes) -> bytes:
    size = CHUNK_BYTES + TAG_BYTES
    first, second = content[FIRST : FIRST + size], content[FIRST + size : FIRST + 2 * size]
    return content[:FIRST] + second + first + content[FIRST + 2 * size :]


def with_a_bit_turned(content: bytes) -> bytes:
    return content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]


def cut_short(content: bytes) -> bytes:
    return content[:-1]


@pytest.mark.parametrize(
    "change", [without_its_last_piece, with_two_pieces_changed_over, with_a_bit_turned, cut_short]
)
def test_no_change_goes_unseen(tmp_path: Path, change: object) -> None:
    path = sealed(tmp_path, bytes(3 * CHUNK_BYTES))
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Broken):
        opened(path)


def test_another_file_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"RIFF")
    with pytest.raises(Broken, match="no sealed recording"):
        opened(path)


def test_a_seal_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"words"
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        Vault(KEY).seal(tmp_path / "one.sealed", CALL, breaks())
    assert list(tmp_path.iterdir()) == []
