"""What became of a caller: as it was, or in a rehearsal."""

from enum import StrEnum
from typing import Final

import msgspec

from ccbot.core.ids import AgentId
from ccbot.core.kinds import Outcome


class End(StrEnum):
    """How her waiting ended."""

    ANSWERED = "answered"
    LEFT = "left"
    """She hung up, or chose something else."""
    NOT_SERVED = "not_served"
    """ccbot gave up, or turned her away."""


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """One caller's."""

    end: End
    wait_s: float
    """In queues, ringing included, until she was answered or it was over."""
    agent: AgentId | None = None
    """Who answered first."""


LEFT: Final = {Outcome.ABANDONED_WAITING, Outcome.ABANDONED_RINGING, Outcome.ABANDONED_MENU}
