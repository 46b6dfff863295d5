"""What keeps checkpoints."""

from typing import Protocol, TypeVar

import msgspec
import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Keeper(Protocol):
    """Keeps values by key, durably; the outbox does."""

    def save(self, key: str, value: bytes) -> None:
        """Keep a value, in place of an older one."""
        ...

    def drop(self, key: str) -> None:
        """Keep it no more."""
        ...

    def load(self, key: str) -> bytes | None:
        """The value kept under this key."""
        ...

    def saved(self, beginning: str) -> dict[str, bytes]:
        """Everything under keys that begin so."""
        ...


def legible(keeper: Keeper, beginning: str, kind: type[T]) -> dict[str, T]:
    """Everything under keys that begin so; what cannot be read is forgotten, and logged."""
    found: dict[str, T] = {}
    for key, value in keeper.saved(beginning).items():
        try:
            found[key] = msgspec.json.decode(value, type=kind)
        except msgspec.MsgspecError:
            log.exception("a checkpoint cannot be read", key=beginning)
            keeper.drop(key)
    return found
