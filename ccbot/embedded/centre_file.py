"""``run/centre.json``: where the parts of a running centre are, for commands beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ccbot.embedded.keyring import write_private


class CentreFile(msgspec.Struct, frozen=True, kw_only=True):
    """What ``up`` tells of the centre that it runs; holds logins, so only its owner reads it."""

    ari_url: str
    database_url: str
    web_url: str
    sip_address: str
    pid: int


def read(home: Path) -> CentreFile | None:
    """The centre that runs in this home; None if none does.

    ``OSError`` or ``msgspec.DecodeError`` if the file cannot be read.
    """
    try:
        return msgspec.json.decode(_path(home).read_bytes(), type=CentreFile)
    except FileNotFoundError:
        return None


@contextmanager
def written(home: Path, centre: CentreFile) -> Iterator[None]:
    """The file is there as long as the block lasts."""
    write(home, centre)
    try:
        yield
    finally:
        _path(home).unlink(missing_ok=True)


def write(home: Path, centre: CentreFile) -> None:
    """Tell of a centre for as long as nobody else does."""
    write_private(_path(home), msgspec.json.encode(centre))


def _path(home: Path) -> Path:
    return home / "run" / "centre.json"
