"""Whether a trunk's or an agent's network is good enough: judged by its latest calls.

Pure. A leg is bad by any one of three limits. A line is bad when so many of its latest legs are,
and good again when few are; in between it stays what it was, so that it does not flicker.
"""

from collections import deque
from dataclasses import dataclass, field

from ccbot.core.facts import LegMeasured

LOSS_PERCENT_MAX = 3.0
JITTER_MS_MAX = 40.0
MES_MIN = 70.0
"""88 is a perfect line with A-law, 45 one that loses every tenth packet."""

LEGS_LOOKED_AT = 10
"""The latest of a line."""
BAD_LEGS = 4
"""From so many of them on the line is bad."""
GOOD_AGAIN_LEGS = 1
"""Down to so many of them it is good again."""


def loss_percent(leg: LegMeasured) -> float:
    """Of the packets that should have come."""
    expected = leg.received + leg.lost
    return 100 * leg.lost / expected if expected else 0.0


def faults(leg: LegMeasured) -> list[str]:
    """What was bad about a leg, in words; nothing if it was good."""
    found = []
    if (lost := loss_percent(leg)) > LOSS_PERCENT_MAX:
        found.append(f"{lost:.1f} % lost")
    if leg.jitter_ms > JITTER_MS_MAX:
        found.append(f"{leg.jitter_ms:.0f} ms of jitter")
    if leg.mes is not None and leg.mes < MES_MIN:
        found.append(f"MES {leg.mes:.0f}")
    return found


@dataclass(slots=True)
class Line:
    """A trunk, or the network of one agent."""

    latest: deque[bool] = field(default_factory=lambda: deque(maxlen=LEGS_LOOKED_AT))
    """Whether each was bad."""
    is_bad: bool = False
    why: str = ""
    """What the latest bad leg suffered from."""

    def add(self, leg: LegMeasured) -> bool:
        """One more leg; true if the line turned bad or good with it."""
        found = faults(leg)
        self.latest.append(bool(found))
        self.why = ", ".join(found) or self.why
        was_bad, bad = self.is_bad, sum(self.latest)
        self.is_bad = bad > GOOD_AGAIN_LEGS if was_bad else bad >= BAD_LEGS
        return self.is_bad is not was_bad

    def in_words(self) -> str:
        """Such as: 4 of the latest 10 calls were bad, the last of them: 8.2 % lost."""
        return (
            f"{sum(self.latest)} of the latest {len(self.latest)} calls were bad, "
            f"the last of them: {self.why}"
        )
