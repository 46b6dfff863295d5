"""The centre's secrets: made at the first start, kept 0600, never shown but to their owner."""

import os
import secrets
from pathlib import Path

import msgspec


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    ari_password: str
    database_password: str
    test_account_password: str
    api_token: str


def read_secrets(home: Path) -> Secrets:
    """The secrets of a centre; ``FileNotFoundError`` if it was never started."""
    return msgspec.json.decode((home / "secrets.json").read_bytes(), type=Secrets)


def read_or_make_secrets(home: Path) -> Secrets:
    """The secrets of a centre, made now if there are none: once, whoever asks at once."""
    try:
        return read_secrets(home)
    except FileNotFoundError:
        pass
    made = Secrets(
        ari_password=secrets.token_hex(32),
        database_password=secrets.token_hex(32),
        test_account_password=secrets.token_urlsafe(12),
        api_token=secrets.token_urlsafe(32),
    )
    aside = _private_aside(home / "secrets.json", msgspec.json.encode(made))
    try:
        os.link(aside, home / "secrets.json")  # unlike a renaming, it yields to whoever was first
    except FileExistsError:
        return read_secrets(home)
    finally:
        aside.unlink()
    return made


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    _private_aside(path, content).replace(path)


def _private_aside(path: Path, content: bytes) -> Path:
    """The content beside its place; parts in containers may have the same process id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        aside.unlink()
        raise
    return aside
