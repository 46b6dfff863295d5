"""What keeps checkpoints."""

from typing import Protocol


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
