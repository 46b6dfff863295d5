"""Time, ids and chance, handed to whoever needs them: nothing else in ccbot asks the system."""

import random
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """Makes identifiers that were never used before."""

    def new(self, kind: str) -> str:
        """A fresh id such as ``call-01j9x…``; it sorts by the time of its making."""
        ...


class Rng(Protocol):
    """Chance: jitter of back-offs, weighted routing."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """What surrounds the centre and is not of its making."""

    clock: Clock
    ids: Ids
    rng: Rng


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    """Ids of 48 bits of time and 40 of chance, in lower-case base 32."""

    _ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self, kind: str) -> str:
        millis = int(self._clock.now().timestamp() * 1000)
        number = (millis << 40) | secrets.randbits(40)
        digits = [self._ALPHABET[(number >> shift) & 31] for shift in range(85, -1, -5)]
        return f"{kind}-{''.join(digits)}"


def system_rng() -> Rng:
    """Chance from the operating system."""
    return random.SystemRandom()
