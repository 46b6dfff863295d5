"""What the floor does with flags: a call is marked by who serves it, or has just served it."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


class FlagRules:
    """Facts about flags."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def flagged(self, fact: f.CallFlagged, now: datetime) -> list[Decision] | None:
        """Refused from who has nothing to do with the call, and the second time."""
        call, agent = self._floor.calls.get(fact.call), self._floor.agents.get(fact.agent)
        if call is None or agent is None or fact.flag in call.flags:
            return None
        if not _serves(agent, call):
            return None
        call.flags.append(fact.flag)
        return []


def measured(_fact: f.LegMeasured, _now: datetime) -> list[Decision]:
    """Taken note of at any time, for the record alone."""
    return []


def _serves(agent: Agent, call: Call) -> bool:
    """Talking with her, consulted about her, or in the wrap-up while she is still here."""
    if agent.call == call.id:
        return agent.state is AgentState.TALKING
    return agent.id == call.agent and agent.state is AgentState.WRAP_UP
