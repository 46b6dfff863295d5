"""What the floor does with facts about who calls."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.decisions import Decision
from ccbot.core.kinds import TurnedAway

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


class CustomerRules:
    """Facts about who calls."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def known(self, fact: f.CustomerKnown, now: datetime) -> list[Decision] | None:
        """Refused once she queues: by then it was decided how she is received."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.known or not may_be_told(call):
            return None
        call.known = True
        call.customer, call.customer_language = fact.customer, fact.language
        call.vip = call.vip or fact.vip
        call.preferred_agent = fact.preferred_agent
        return []


def may_be_told(call: Call) -> bool:
    """Whether it can still matter who she is; outside the hours she may choose a queue."""
    not_yet = call.waiting_since is None and call.turned_away is not TurnedAway.BLOCKED
    return not_yet and call.stage in {Stage.GREETING, Stage.MENU, Stage.LEAVING}
