"""How long things take in a simulation: nothing, or frames of 20 ms by chance.

Delays are multiples of 20 ms, as in real telephony, so that things often happen at one moment:
races that a continuous delay would almost never hit.
"""

import random

FRAME_S = 0.02


class Delays:
    """No delay at all: every moment is exact."""

    def request_s(self) -> float:
        """From ccbot's request to Asterisk carrying it out."""
        return 0.0

    def reply_s(self) -> float:
        """From there to the reply."""
        return 0.0

    def event_s(self) -> float:
        """From something happening to ccbot reading the event."""
        return 0.0

    def device_s(self) -> float:
        """From a channel's change to its device's state."""
        return 0.0

    def sip_s(self) -> float:
        """From a telephone to Asterisk, or back."""
        return 0.0


class ChanceDelays(Delays):
    """Mostly at once, often a frame or two, sometimes much longer."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def request_s(self) -> float:
        return self._frames(5)

    def reply_s(self) -> float:
        return self._frames(5)

    def event_s(self) -> float:
        return self._frames(5)

    def device_s(self) -> float:
        return self._frames(10)

    def sip_s(self) -> float:
        return self._frames(4)

    def _frames(self, at_most: int) -> float:
        if self._rng.random() < 0.5:
            return 0.0
        return FRAME_S * self._rng.randint(0, at_most)
