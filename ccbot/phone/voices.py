"""Who is heard on one leg, when every party speaks a tone of its own pitch all the time."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ccbot.phone.alaw import FRAME_BYTES, LINEAR, RATE_HZ, SILENT_BYTE

__all__ = ["LEVEL", "PITCHES_HZ", "Span", "Voices"]

PITCHES_HZ = (1650, 1850, 2050, 2250, 2450, 2650, 2850, 3050)
"""Pitches at which neither speech nor the music has much to say."""
LEVEL = 0.12
"""Of full scale: six voices at once are not clipped."""
WINDOW_BYTES = 5 * FRAME_BYTES
"""100 ms: two pitches 200 Hz apart are told apart with certainty."""
AMPLITUDE_MIN = 0.4 * LEVEL * 32767
"""Prompts and music reach half of it at these pitches at most."""
AGREEING_WINDOWS = 2
"""A change counts when so many windows in a row tell it."""
GONE_S = 0.5
"""No frame for so long: nothing is heard any more."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when exactly these voices were heard, on the loop's clock."""

    since_s: float
    until_s: float
    who: frozenset[str]


class Voices:
    """Listens to one leg for known pitches, frame by frame.

    Parties who are added to ``pitches_hz`` later are heard from then on.
    """

    def __init__(self, pitches_hz: Mapping[str, float], now_s: Callable[[], float]) -> None:
        self._pitches_hz = pitches_hz
        self._now_s = now_s
        self._window = bytearray()
        self._last_at_s: float | None = None
        self._told: list[tuple[float, frozenset[str]]] = [(now_s(), frozenset())]
        self._maybe: frozenset[str] = frozenset()
        self._maybe_since_s = now_s()
        self._agreeing = 0

    def now(self) -> frozenset[str]:
        """Whose voices are heard at this moment."""
        self._notice_silence(self._now_s())
        return self._told[-1][1]

    def spans(self) -> list[Span]:
        """Who was heard when, without a gap."""
        self._notice_silence(self._now_s())
        ends = [since_s for since_s, _ in self._told[1:]] + [self._now_s()]
        return [
            Span(since_s, until_s, who)
            for (since_s, who), until_s in zip(self._told, ends, strict=True)
        ]

    def listen(self, frame: bytes, at_s: float) -> None:
        """The next frame."""
        self._notice_silence(at_s)
        self._last_at_s = at_s
        self._window += frame
        if len(self._window) >= WINDOW_BYTES:
            self._judge(self._who_is_in(bytes(self._window)), at_s)
            self._window.clear()

    def _who_is_in(self, window: bytes) -> frozenset[str]:
        if window.count(SILENT_BYTE) == len(window):
            return frozenset()
        samples = [LINEAR[code] for code in window]
        return frozenset(
            who
            for who, pitch_hz in self._pitches_hz.items()
            if _amplitude(samples, pitch_hz) >= AMPLITUDE_MIN
        )

    def _judge(self, who: frozenset[str], at_s: float) -> None:
        if who != self._maybe:
            self._maybe, self._maybe_since_s = who, at_s - len(self._window) / RATE_HZ
            self._agreeing = 0
        self._agreeing += 1
        if self._agreeing >= AGREEING_WINDOWS and who != self._told[-1][1]:
            self._told.append((self._maybe_since_s, who))

    def _notice_silence(self, at_s: float) -> None:
        """Frames do not come late here: where none came, nothing was sent."""
        last_at_s = self._last_at_s
        if last_at_s is None or at_s - last_at_s < GONE_S:
            return
        self._window.clear()
        self._maybe, self._agreeing = frozenset(), 0
        if self._told[-1][1]:
            self._told.append((max(last_at_s, self._told[-1][0]), frozenset()))


def _amplitude(samples: list[int], pitch_hz: float) -> float:
    """Of the tone in these samples (Goertzel)."""
    factor = 2 * math.cos(2 * math.pi * pitch_hz / RATE_HZ)
    last = before = 0.0
    for sample in samples:
        last, before = sample + factor * last - before, last
    power = last * last + before * before - factor * last * before
    return 2 * math.sqrt(max(0.0, power)) / len(samples)
