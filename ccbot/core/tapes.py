"""A call's recording as the floor keeps it, and what the files of its parts are called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import Sides

NAME = "ccbot-tape-"
"""What the names of recordings begin with; the call's id and the part's number follow."""

SPIES: dict[Sides, tuple[Literal["both", "in", "out"], ...]] = {
    Sides.MIXED: ("both",),
    Sides.TWO_SIDES: ("in", "out"),
}
"""The directions, as seen from the customer's leg, that are written each to a file of its own."""


@dataclass(slots=True, kw_only=True)
class Recording:
    """What the floor knows of a call's recording. Changed by the floor alone."""

    announced: bool = False
    """She heard that she is recorded."""
    parts: int = 0
    """How many have begun."""
    sides: Sides = Sides.MIXED
    """Of the latest one."""
    paused_by: AgentId | None = None
    paused_until: datetime | None = None
    """While it is paused: when that ends by itself."""
    failures: int = 0

    @property
    def paused(self) -> bool:
        """Whether somebody said that nothing is to be recorded for a while."""
        return self.paused_until is not None


def part_name(call: CallId, number: int) -> str:
    """The name of a call's part; they count from 1."""
    return f"{NAME}{call}-{number}"


def file_names(name: str, sides: Sides) -> tuple[str, ...]:
    """The names of a part's files, without ``.wav``; its snoops have the same."""
    return tuple(f"{name}-{spy}" for spy in SPIES[sides])
