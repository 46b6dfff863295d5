"""What can be measured of a clip: its level, its edges, and whether it is cut off at the top."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from ccbot.phone.alaw import LINEAR, RATE_HZ

FULL_SCALE: Final = 32_768.0
FRAME: Final = RATE_HZ // 50
QUIET_DB: Final = -45.0
"""What is quieter than this is silence."""
NOTHING_DB: Final = -100.0
TOP: Final = 31_000
"""A sample at or above this is as good as cut off; the house's own clips stay below."""
_AT_TOP: Final = bytes(1 if abs(LINEAR[code]) >= TOP else 0 for code in range(256))


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """Of one clip."""

    length_s: float
    level_db: float
    """Mean power of what is not silence, relative to full scale; ``NOTHING_DB`` if all is."""
    head_s: float
    tail_s: float
    """The silence before the first sound and after the last."""
    at_top: int
    """How many samples are as large as they can be."""


def measure(sound: bytes) -> Measures:
    """The measures of A-law bytes."""
    powers = frame_powers_db(array("h", map(LINEAR.__getitem__, sound)), FULL_SCALE)
    loud = [number for number, power in enumerate(powers) if power > QUIET_DB]
    frame_s = FRAME / RATE_HZ
    return Measures(
        length_s=len(sound) / RATE_HZ,
        level_db=mean_db([powers[number] for number in loud]),
        head_s=(loud[0] if loud else len(powers)) * frame_s,
        tail_s=(len(powers) - 1 - loud[-1] if loud else len(powers)) * frame_s,
        at_top=sum(sound.translate(_AT_TOP)),
    )


def frame_powers_db(samples: "Sequence[float]", full_scale: float) -> list[float]:
    """The power of each 20 ms."""
    powers = []
    for start in range(0, len(samples), FRAME):
        frame = samples[start : start + FRAME]
        powers.append(_db(sum(map(mul, frame, frame)) / len(frame) / full_scale**2))
    return powers


def mean_db(powers_db: Sequence[float]) -> float:
    """The mean of powers, not of their logarithms."""
    if not powers_db:
        return NOTHING_DB
    return _db(sum(10 ** (one / 10) for one in powers_db) / len(powers_db))


def _db(power: float) -> float:
    return max(NOTHING_DB, 10 * math.log10(power + 1e-12))
