"""How callers reached somebody: base quantities of queue entries, and the formulas over them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

import msgspec

from ccbot.core.metrics.ratio import Mean, Ratio
from ccbot.core.records.queue_entries import LOST, EntryEnd


class Mode(StrEnum):
    """What the service level makes of callers who hung up in time."""

    NEUTRAL = "neutral"
    """They count nowhere."""
    STRICT = "strict"
    """They count against it."""
    LENIENT = "lenient"
    """They count as answered in time."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Where waiting begins to be long."""

    answer_within_ms: int = 20_000
    """T: the service level asks for an answer within so long."""
    short_abandon_ms: int = 5_000
    """S: whoever hung up so soon did not mean to wait."""


class Entry(Protocol):
    """A stay in a queue; ``ended_as`` is None while it lasts."""

    @property
    def ended_as(self) -> EntryEnd | None:
        """How it ended."""
        ...

    @property
    def why(self) -> str:
        """The reason, as in ``QueueEntry``."""
        ...

    @property
    def wait_ms(self) -> int:
        """How long it lasted, or has lasted so far."""
        ...


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of queue entries, and sums of their waits in milliseconds.

    Each entry ended in exactly one way, or lasts:
    ``offered = answered + abandoned + by_system + waiting``.
    """

    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    abandoned_short: int = 0
    by_system: int = 0
    by_system_late: int = 0
    lost_by_system: int = 0
    waiting: int = 0
    answered_wait_ms: int = 0
    abandoned_wait_ms: int = 0
    by_system_wait_ms: int = 0
    longest_wait_ms: int = 0

    @property
    def answer_rate(self) -> Ratio:
        """人工接通率: A / O."""
        return Ratio(self.answered, self.offered)

    def service_level(self, mode: Mode = Mode.NEUTRAL) -> Ratio:
        """20秒接通率: neutral A_T / (A + B - B_T + X_T⁺); strict and lenient over A + B + X."""
        ended = self.answered + self.abandoned + self.by_system
        match mode:
            case Mode.STRICT:
                return Ratio(self.answered_in_time, ended)
            case Mode.LENIENT:
                return Ratio(self.answered_in_time + self.abandoned_in_time, ended)
            case Mode.NEUTRAL:
                late = self.abandoned - self.abandoned_in_time + self.by_system_late
                return Ratio(self.answered_in_time, self.answered + late)

    @property
    def abandonment(self) -> Ratio:
        """放弃率: (B - B_S) / (O - B_S)."""
        return Ratio(self.abandoned - self.abandoned_short, self.offered - self.abandoned_short)

    @property
    def lost(self) -> Ratio:
        """呼损: (B + X_lost) / O."""
        return Ratio(self.abandoned + self.lost_by_system, self.offered)

    @property
    def speed_of_answer(self) -> Mean:
        """平均应答速度 (ASA): the waits of those who were answered."""
        return Mean(self.answered_wait_ms, self.answered)

    @property
    def average_wait(self) -> Mean:
        """平均排队时长: the waits of all that ended."""
        total = self.answered_wait_ms + self.abandoned_wait_ms + self.by_system_wait_ms
        return Mean(total, self.answered + self.abandoned + self.by_system)

    @property
    def average_abandon(self) -> Mean:
        """平均放弃时长: how long those had waited who hung up."""
        return Mean(self.abandoned_wait_ms, self.abandoned)


def access(entries: Iterable[Entry], limits: Limits) -> Access:
    """Count entries; test calls and blocked callers must be left out already."""
    counts = dict.fromkeys(Access.__struct_fields__, 0)
    for entry in entries:
        counts["offered"] += 1
        counts["longest_wait_ms"] = max(counts["longest_wait_ms"], entry.wait_ms)
        for field, amount in _parts(entry, limits):
            counts[field] += amount
    return Access(**counts)


def _parts(entry: Entry, limits: Limits) -> list[tuple[str, int]]:
    """What one entry adds to which field."""
    wait_ms = entry.wait_ms
    in_time = wait_ms <= limits.answer_within_ms
    match entry.ended_as:
        case None:
            return [("waiting", 1)]
        case EntryEnd.ANSWERED:
            return [
                ("answered", 1),
                ("answered_in_time", in_time),
                ("answered_wait_ms", wait_ms),
            ]
        case EntryEnd.ABANDONED:
            return [
                ("abandoned", 1),
                ("abandoned_in_time", in_time),
                ("abandoned_short", wait_ms <= limits.short_abandon_ms),
                ("abandoned_wait_ms", wait_ms),
            ]
        case EntryEnd.SYSTEM:
            return [
                ("by_system", 1),
                ("by_system_late", not in_time),
                ("lost_by_system", entry.why in LOST),
                ("by_system_wait_ms", wait_ms),
            ]
