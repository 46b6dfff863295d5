"""What outlives a simulated process: the outbox's checkpoints, and Asterisk's log of channels."""

import msgspec

from ccbot.pbx.leg_log import LegEvent


class SimKeeper:
    """Implements ``ccbot.recovery.keeper.Keeper``."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def save(self, key: str, value: bytes) -> None:
        self._values[key] = value

    def drop(self, key: str) -> None:
        self._values.pop(key, None)

    def load(self, key: str) -> bytes | None:
        return self._values.get(key)

    def saved(self, beginning: str) -> dict[str, bytes]:
        return {key: one for key, one in self._values.items() if key.startswith(beginning)}


class SimLegLog:
    """Implements ``ccbot.pbx.leg_log.LegLog``; the simulated Asterisk writes it."""

    def __init__(self) -> None:
        self._events: list[LegEvent] = []
        self._read = 0

    def write(self, event: LegEvent) -> None:
        self._events.append(event)

    def news(self) -> list[LegEvent]:
        news = self._events[self._read :]
        self._read = len(self._events)
        return news

    def mark(self) -> bytes:
        return msgspec.json.encode(self._read)

    def go_on_from(self, mark: bytes) -> None:
        self._read = msgspec.json.decode(mark, type=int)
