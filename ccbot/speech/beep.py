"""The tone before a recording, made by arithmetic: always the same bytes."""

import math
from typing import Final

from ccbot.phone.alaw import RATE_HZ, SILENT_BYTE, encode

PROMPT: Final = "beep"
PITCH_HZ: Final = 1_000
LENGTH_S: Final = 0.3
FADE_S: Final = 0.01
"""Without it the tone would begin and end with a click."""
PEAK: Final = 0.2
TAIL_S: Final = 0.06


def sound() -> bytes:
    """The whole clip, as A-law."""
    samples = [_sample(step / RATE_HZ) for step in range(int(LENGTH_S * RATE_HZ))]
    return encode(samples) + bytes([SILENT_BYTE]) * int(TAIL_S * RATE_HZ)


def _sample(at_s: float) -> int:
    fade = min(1.0, at_s / FADE_S, (LENGTH_S - at_s) / FADE_S)
    return round(32_767 * PEAK * fade * math.sin(2 * math.pi * PITCH_HZ * at_s))
